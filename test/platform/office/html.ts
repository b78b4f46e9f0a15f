/** Server-rendered pages: everything that is not markup of ours is escaped. */
import type { FastifyReply } from 'fastify';

/** Markup that is safe to put into a page. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

export const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

type Part = Html | string | number | null | readonly Part[];

const markupOf = (part: Part): string => {
  if (part === null) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return part.map(markupOf).join('');
};

/** A piece of page; what is put in is escaped unless it is a piece itself. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html => new Html(strings.map((string, index) => string + (index < parts.length ? markupOf(parts[index] ?? null) : '')).join(''));

const MARK = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="4"/><path d="M7 25V13l9-6 9 6v12M12 25v-8a4 4 0 0 1 8 0v8"/></svg>`;

/** Sends a whole page with a strict content-security policy: no script at all. */
export const sendPage = (reply: FastifyReply, status: number, page: { title: string; here: 'office' | 'verify'; body: Html }): FastifyReply => {
  const document = html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${page.title} · 演示</title><link rel="stylesheet" href="/office/style.css"></head>
<body>
<header class="top">${MARK}<div class="who"><strong>一体化政务服务平台</strong><span lang="en">Reference central platform</span></div>
<nav><a href="/office"${page.here === 'office' ? html` aria-current="page"` : null}>审核 <span lang="en">Review</span></a><a href="/verify"${page.here === 'verify' ? html` aria-current="page"` : null}>验真伪 <span lang="en">Check a paper</span></a></nav>
<span class="demo">演示 DEMO</span></header>
<main>${page.body}</main>
</body></html>`;
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .header('cache-control', 'no-store')
    .send(document.markup);
};

/** 2026-11-22T03:24:07+08:00 → 2026-11-22 03:24:07 */
export const moment = (iso: string | null): string => (iso === null ? '—' : iso.slice(0, 19).replace('T', ' '));
/** 2026112200680005 → 2026 1122 0068 0005 */
export const grouped = (number: string): string => number.replaceAll(/(.{4})(?=.)/g, '$1 ');
