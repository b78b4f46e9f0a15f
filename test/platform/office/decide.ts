/** A reviewer's decision: kept with the case, told to the terminal, in one transaction. */
import { z } from 'zod';
import { change } from '../../../electron/platform/wire.ts';
import { approvalValues, issueCertificate } from '../certificates.ts';
import type { Submitted } from '../catalogue.ts';
import { now, type Platform } from '../context.ts';
import { addChange, type ChangeBody } from '../wire/changes.ts';

export interface OfficeCase {
  case_number: string;
  case_id: string;
  terminal: string;
  hall: string;
  item_code: string;
  item_id: string;
  state: 'received' | 'approved' | 'returned' | 'refused' | 'issued';
  round: number;
  submitted: string | null;
  stored_at: string;
  received_at: string;
  decided_at: string | null;
}

export const findCase = (platform: Platform, caseNumber: string): OfficeCase | undefined => platform.db.prepare('SELECT * FROM cases WHERE case_number = ?').get(caseNumber) as OfficeCase | undefined;
export const allCases = (platform: Platform): OfficeCase[] => platform.db.prepare("SELECT * FROM cases ORDER BY state = 'received' DESC, received_at DESC LIMIT 500").all() as OfficeCase[];
export const submittedOf = (one: OfficeCase): Submitted | null => (one.submitted === null ? null : (JSON.parse(one.submitted) as Submitted));

export interface DecisionRow {
  round: number;
  at: string;
  body: ChangeBody;
}
export const decisionsOf = (platform: Platform, caseNumber: string): DecisionRow[] =>
  (platform.db.prepare('SELECT round, at, body FROM decisions WHERE case_number = ? ORDER BY id').all(caseNumber) as { round: number; at: string; body: string }[]).map((row) => ({ ...row, body: change.shape.body.parse(JSON.parse(row.body)) }));

type Form = Record<string, string | string[] | undefined>;
export const decisionForm = z.record(z.string(), z.union([z.string().max(2_000), z.array(z.string().max(300)).max(200)]));

/** What a reviewer must still say, in both languages; empty: the decision stands. */
export type Complaint = { zh: string; en: string };

const one = (form: Form, name: string): string => {
  const value = form[name];
  return (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim();
};
const many = (form: Form, name: string): string[] => {
  const value = form[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
};

const KINDS = { field: 'field', material: 'material' } as const;

/** Points ticked in the form: `point=field:phone`, `note:field:phone=…`, and `whole=…` for the case as a whole. */
const pointsOf = (form: Form, submitted: Submitted): { points: Extract<ChangeBody, { kind: 'case-returned' }>['points']; complaints: Complaint[] } => {
  const complaints: Complaint[] = [];
  const points = many(form, 'point').flatMap((name) => {
    const [kind = '', id = ''] = name.split(':');
    const known = kind === 'field' ? Object.hasOwn(submitted.answers, id) : kind === 'material' && submitted.materials.some((material) => material.id === id);
    if (!known) {
      complaints.push({ zh: `没有这一项：${name}`, en: `There is no ${name}` });
      return [];
    }
    const note = one(form, `note:${name}`);
    if (note === '') complaints.push({ zh: '打了勾的每一项，都要写清楚怎么改', en: 'Say for every ticked row what to correct' });
    return note === '' ? [] : [{ target: { kind: KINDS[kind as keyof typeof KINDS], id }, note }];
  });
  const whole = one(form, 'whole');
  const all = whole === '' ? points : [...points, { target: null, note: whole }];
  if (all.length === 0 && complaints.length === 0) complaints.push({ zh: '先勾出要改的地方，或写上总的意见', en: 'Tick what has to be corrected, or say what is wrong with the whole' });
  return { points: all, complaints };
};

export type Decided = { ok: true } | { ok: false; status: 409 | 422; complaints: Complaint[] };

const STATES = { 'case-approved': 'approved', 'case-refused': 'refused', 'case-returned': 'returned' } as const;

/**
 * Decides a case. The form carries the round it was looked at, so that nobody decides what they have not seen.
 * @param kind the button pressed
 */
export const decide = (platform: Platform, caseNumber: string, kind: 'approve' | 'return' | 'refuse', form: Form): Decided =>
  platform.db.transaction((): Decided => {
    const found = findCase(platform, caseNumber);
    const submitted = found === undefined ? null : submittedOf(found);
    if (found === undefined || submitted === null || found.state !== 'received' || String(found.round) !== one(form, 'round')) {
      return { ok: false, status: 409, complaints: [{ zh: '这件已经有变化，请看清最新的再定', en: 'This case has changed; look at it again before deciding' }] };
    }
    const at = now(platform);
    let body: ChangeBody;
    if (kind === 'approve') {
      const values = approvalValues(submitted, at);
      const certificate =
        values === null ? null : issueCertificate(platform.db, { idempotencyKey: `decision.${caseNumber}.${found.round}`, requestDigest: '', caseId: found.case_id, terminal: found.terminal, itemCode: found.item_code, values, at });
      body = { kind: 'case-approved', caseNumber, note: one(form, 'note') || null, certificate };
    } else if (kind === 'refuse') {
      const note = one(form, 'reason');
      if (note === '') return { ok: false, status: 422, complaints: [{ zh: '不予同意要写理由', en: 'A refusal needs its reason' }] };
      body = { kind: 'case-refused', caseNumber, note };
    } else {
      const { points, complaints } = pointsOf(form, submitted);
      if (complaints.length > 0) return { ok: false, status: 422, complaints };
      body = { kind: 'case-returned', caseNumber, points };
    }
    platform.db.prepare('INSERT INTO decisions (case_number, round, kind, body, at) VALUES (?, ?, ?, ?, ?)').run(caseNumber, found.round, body.kind, JSON.stringify(body), at);
    platform.db.prepare('UPDATE cases SET state = ?, decided_at = ? WHERE case_number = ?').run(STATES[body.kind], at, caseNumber);
    addChange(platform, found.terminal, body);
    return { ok: true };
  })();
