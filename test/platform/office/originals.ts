/** An original that is ready: told to the terminal whose locker it is to go into, once for each case. */
import { randomInt, randomUUID } from 'node:crypto';
import { now, type Platform } from '../context.ts';
import { addChange, type ChangeBody } from '../wire/changes.ts';
import { submittedOf, type OfficeCase } from './decide.ts';
import { html, moment, type Html } from './html.ts';

interface Original {
  document: string;
  code: string | null;
  state: 'told' | 'loaded' | 'collected' | 'returned' | 'in-doubt';
  cell: string | null;
  at: string;
}
export const originalOf = (platform: Platform, caseNumber: string): Original | undefined => platform.db.prepare('SELECT document, code, state, cell, at FROM originals WHERE case_number = ?').get(caseNumber) as Original | undefined;

/** Only of a case that is approved, and whose applicant the platform knows. */
export const mayHaveOriginal = (found: OfficeCase): boolean => found.state === 'approved' && submittedOf(found) !== null;

type Ready = Omit<Extract<ChangeBody, { kind: 'original-ready' }>, 'kind' | 'document' | 'code'>;

/** Keeps it and tells its terminal; inside the transaction of whoever says that it is ready. */
export const originalReady = (platform: Platform, terminal: string, ready: Ready): { document: string; code: string } => {
  const document = randomUUID();
  const code = `QJ${String(randomInt(100_000_000)).padStart(8, '0')}`;
  platform.db.prepare("INSERT INTO originals (document, case_number, terminal, code, state, at) VALUES (?, ?, ?, ?, 'told', ?)").run(document, ready.caseNumber, terminal, code, now(platform));
  addChange(platform, terminal, { kind: 'original-ready', document, ...ready, code });
  return { document, code };
};

/** @returns false: this case has no original, or it was told before */
export const tellOriginal = (platform: Platform, found: OfficeCase): boolean =>
  platform.db.transaction((): boolean => {
    const submitted = submittedOf(found);
    if (submitted === null || !mayHaveOriginal(found) || originalOf(platform, found.case_number) !== undefined) return false;
    const item = platform.catalogue.byCode(found.item_code);
    const { name, idNumber } = submitted.applicant;
    originalReady(platform, found.terminal, { caseNumber: found.case_number, itemName: item?.name ?? { zh: found.item_id, en: found.item_id }, person: { name, idNumber } });
    return true;
  })();

const STATES: Record<Original['state'], string> = { told: '等大厅放进取件柜', loaded: '在取件柜里，等本人来取', collected: '本人取走了', returned: '没人来取，大厅收回了', 'in-doubt': '拿不准还在不在，等大厅看' };

export const originalPanel = (platform: Platform, found: OfficeCase): Html | null => {
  const original = originalOf(platform, found.case_number);
  if (original === undefined && !mayHaveOriginal(found)) return null;
  if (original === undefined) return html`<form class="panel" method="post" action="/office/cases/${encodeURIComponent(found.case_number)}/original"><h3>原件做好了 <span lang="en">Original ready</span></h3><p>告诉 ${found.terminal}：请大厅的人放进取件柜，再把取件码发给申请人。</p><button class="yes">原件放取件柜 <span lang="en">Into the locker</span></button></form>`;
  return html`<div class="say"><strong>原件</strong> <span lang="en">Original</span>：${STATES[original.state]}${original.cell === null ? null : html` · ${original.cell} 号格口`} · ${moment(original.at)}${original.code === null ? null : html`<br>取件码（短信发给申请人）<strong data-name="pick-up-code">${original.code}</strong>`}</div>`;
};
