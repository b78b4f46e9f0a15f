/** A slip's signed statement, checked by anybody: was this case stored at that time on that terminal? */
import { z } from 'zod';
import { importPublicKey } from '../../../electron/platform/canonical.ts';
import { verifyStatement, type Statement } from '../../../electron/platform/statement.ts';
import type { App, Platform } from '../context.ts';
import { findCase } from './decide.ts';
import { grouped, html, moment, sendPage, type Html } from './html.ts';

type Verdict = { ok: true; statement: Statement } | { ok: false; reason: 'not-a-statement' | 'wrong-signature' };

/** Tries every key that a terminal enrolled here ever had: old slips stay good. */
const verdictOn = (platform: Platform, text: string): Verdict => {
  const keys = platform.db.prepare('SELECT terminal, public_key FROM terminal_keys').all() as { terminal: string; public_key: string }[];
  let reason: 'not-a-statement' | 'wrong-signature' = /^\s*HALL24\.1\./.test(text) ? 'wrong-signature' : 'not-a-statement';
  for (const { terminal, public_key: publicKey } of keys) {
    const verdict = verifyStatement(text, importPublicKey(publicKey));
    // A key proves the statements of its own terminal only.
    if (verdict.ok && verdict.statement.terminal === terminal) return verdict;
    if (!verdict.ok && verdict.reason === 'not-a-statement') reason = 'not-a-statement';
  }
  return { ok: false, reason };
};

const arrival = (platform: Platform, statement: Statement): Html => {
  const one = findCase(platform, statement.caseNumber);
  if (one === undefined) return html`还没到平台。终端联网后会自己报上来。<small lang="en">Not yet at the platform; the terminal sends it by itself.</small>`;
  return html`${moment(one.received_at)} 收到 <small lang="en">Received</small>`;
};

const verdictPart = (platform: Platform, verdict: Verdict): Html => {
  if (!verdict.ok) {
    return verdict.reason === 'not-a-statement'
      ? html`<div class="verdict bad" role="alert"><h2>这不是回执上的码</h2><p>请扫小票上的方块码，把文字整段贴进来。<br><span lang="en">This is not the text of a slip's code. Paste all of it.</span></p></div>`
      : html`<div class="verdict bad" role="alert"><h2>对不上，不是本平台终端签发的</h2><p>文字改过一个字，或不是这里的终端签的，都会对不上。<br><span lang="en">The signature does not hold: the text was changed, or no terminal of this platform signed it.</span></p></div>`;
  }
  const { statement } = verdict;
  return html`<div class="verdict"><h2>是真的 <span lang="en">Genuine</span></h2><table>
<tr><td class="label">受理号<small lang="en">Case</small></td><td class="strong">${grouped(statement.caseNumber)}</td></tr>
<tr><td class="label">存入时间<small lang="en">Stored at</small></td><td class="strong">${moment(statement.storedAt)}${statement.clockKnown ? null : html`<small>当时终端的钟没有校准，以平台收到时间为准 <span lang="en">The terminal's clock was not known to be right</span></small>`}</td></tr>
<tr><td class="label">签发终端<small lang="en">Terminal</small></td><td class="strong">${statement.terminal}<small>第 ${statement.chainNumber} 张 <span lang="en">No. ${statement.chainNumber} of this terminal</span></small></td></tr>
<tr><td class="label">内容校验值<small lang="en">Digest of the case</small></td><td><code>${statement.digest}</code></td></tr>
<tr><td class="label">到平台<small lang="en">At the platform</small></td><td>${arrival(platform, statement)}</td></tr></table></div>`;
};

const page = (platform: Platform, text: string, verdict: Verdict | null): Html => html`<h1>验回执 <span lang="en">Check a slip</span></h1><p class="lead">扫小票上的方块码，把读到的文字贴在这里。 <span lang="en">Scan the code on the slip and paste the text here.</span></p>
<form class="slip-form" method="post" action="/verify"><textarea name="text" rows="5" maxlength="1000" required aria-label="回执码的文字" placeholder="HALL24.1.…" spellcheck="false" autocomplete="off">${text}</textarea><button class="yes">验一验 <span lang="en">Check</span></button></form>${verdict === null ? null : verdictPart(platform, verdict)}`;

export const verifyRoutes = (app: App, platform: Platform): void => {
  app.get('/verify', { schema: { hide: true } }, (_request, reply) => sendPage(reply, 200, { title: '验回执', here: 'verify', body: page(platform, '', null) }));
  app.post(
    '/verify',
    { schema: { summary: 'Check the text of a slip\'s code', description: 'Form field: text. Answers with a page.', tags: ['verify'], consumes: ['application/x-www-form-urlencoded'], body: z.object({ text: z.string().max(2_000) }) } },
    (request, reply) => {
      const { text } = request.body;
      return sendPage(reply, 200, { title: '验回执', here: 'verify', body: page(platform, text, verdictOn(platform, text)) });
    },
  );
};
