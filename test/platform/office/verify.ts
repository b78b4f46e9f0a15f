/** What stands in the code on a slip or a certificate, checked by anybody: was this case stored at that time on that terminal, was this certificate issued? */
import { z } from 'zod';
import { importPublicKey } from '../../../electron/platform/canonical.ts';
import { verifyStatement, type Statement } from '../../../electron/platform/statement.ts';
import type { App, Platform } from '../context.ts';
import { findCase } from './decide.ts';
import { grouped, html, moment, sendPage, type Html } from './html.ts';

interface Certificate {
  number: string;
  itemCode: string;
  issuedAt: string;
}
type Verdict = { ok: true; statement: Statement } | { ok: true; certificate: Certificate } | { ok: false; reason: 'not-a-statement' | 'wrong-signature' | 'no-certificate' };

/** Number and verification code of a certificate, as its square code holds them. */
const CERTIFICATE = /^\s*([A-Z]{2,8}-\d{4}-\d{6,})\s+([A-Z0-9]{4}(?:-[A-Z0-9]{4}){2})\s*$/;

/** Nothing of the person: whoever holds the sheet reads that there. */
const certificateOf = (platform: Platform, number: string, code: string): Verdict => {
  const row = platform.db.prepare('SELECT item_code AS itemCode, issued_at AS issuedAt, body FROM certificates WHERE number = ?').get(number) as { itemCode: string; issuedAt: string; body: string } | undefined;
  if (row === undefined || (JSON.parse(row.body) as { verificationCode: string }).verificationCode !== code) return { ok: false, reason: 'no-certificate' };
  return { ok: true, certificate: { number, itemCode: row.itemCode, issuedAt: row.issuedAt } };
};

/** Tries every key that a terminal enrolled here ever had: old slips stay good. */
const verdictOn = (platform: Platform, text: string): Verdict => {
  const [, number, code] = CERTIFICATE.exec(text) ?? [];
  if (number !== undefined && code !== undefined) return certificateOf(platform, number, code);
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
    if (verdict.reason === 'no-certificate') return html`<div class="verdict bad" role="alert"><h2>对不上，没有发过这张证明</h2><p>编号和验证码有一个不对，就对不上。<br><span lang="en">No certificate was issued under this number and code.</span></p></div>`;
    return verdict.reason === 'not-a-statement'
      ? html`<div class="verdict bad" role="alert"><h2>这不是回执或证明上的码</h2><p>请扫纸上的方块码，把文字整段贴进来。<br><span lang="en">This is not the text of the code on a slip or a certificate. Paste all of it.</span></p></div>`
      : html`<div class="verdict bad" role="alert"><h2>对不上，不是本平台终端签发的</h2><p>文字改过一个字，或不是这里的终端签的，都会对不上。<br><span lang="en">The signature does not hold: the text was changed, or no terminal of this platform signed it.</span></p></div>`;
  }
  if ('certificate' in verdict) {
    const { number, itemCode, issuedAt } = verdict.certificate;
    return html`<div class="verdict"><h2>是真的 <span lang="en">Genuine</span></h2><table>
<tr><td class="label">证明编号<small lang="en">Certificate</small></td><td class="strong">${number}</td></tr>
<tr><td class="label">事项编码<small lang="en">Item code</small></td><td class="strong">${itemCode}</td></tr>
<tr><td class="label">出具时间<small lang="en">Issued at</small></td><td class="strong">${moment(issuedAt)}</td></tr></table></div>`;
  }
  const { statement } = verdict;
  return html`<div class="verdict"><h2>是真的 <span lang="en">Genuine</span></h2><table>
<tr><td class="label">受理号<small lang="en">Case</small></td><td class="strong">${grouped(statement.caseNumber)}</td></tr>
<tr><td class="label">存入时间<small lang="en">Stored at</small></td><td class="strong">${moment(statement.storedAt)}${statement.clockKnown ? null : html`<small>当时终端的钟没有校准，以平台收到时间为准 <span lang="en">The terminal's clock was not known to be right</span></small>`}</td></tr>
<tr><td class="label">签发终端<small lang="en">Terminal</small></td><td class="strong">${statement.terminal}<small>第 ${statement.chainNumber} 张 <span lang="en">No. ${statement.chainNumber} of this terminal</span></small></td></tr>
<tr><td class="label">内容校验值<small lang="en">Digest of the case</small></td><td><code>${statement.digest}</code></td></tr>
<tr><td class="label">到平台<small lang="en">At the platform</small></td><td>${arrival(platform, statement)}</td></tr></table></div>`;
};

const page = (platform: Platform, text: string, verdict: Verdict | null): Html => html`<h1>验真伪 <span lang="en">Check a slip or certificate</span></h1><p class="lead">扫小票或证明上的方块码，把读到的文字贴在这里。 <span lang="en">Scan the code on the slip or the certificate and paste the text here.</span></p>
<form class="slip-form" method="post" action="/verify"><textarea name="text" rows="5" maxlength="1000" required aria-label="方块码的文字" placeholder="HALL24.1.…" spellcheck="false" autocomplete="off">${text}</textarea><button class="yes">验一验 <span lang="en">Check</span></button></form>${verdict === null ? null : verdictPart(platform, verdict)}`;

export const verifyRoutes = (app: App, platform: Platform): void => {
  app.get('/verify', { schema: { hide: true } }, (_request, reply) => sendPage(reply, 200, { title: '验真伪', here: 'verify', body: page(platform, '', null) }));
  app.post(
    '/verify',
    { schema: { summary: 'Check the text of the code on a slip or a certificate', description: 'Form field: text. Answers with a page.', tags: ['verify'], consumes: ['application/x-www-form-urlencoded'], body: z.object({ text: z.string().max(2_000) }) } },
    (request, reply) => {
      const { text } = request.body;
      return sendPage(reply, 200, { title: '验真伪', here: 'verify', body: page(platform, text, verdictOn(platform, text)) });
    },
  );
};
