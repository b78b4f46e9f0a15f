/** Certificates that the platform issues, and what each says. Every person here is made up from the number alone. */
import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { z } from 'zod';
import type { issuedCertificate } from '../../electron/platform/wire.ts';
import { yuan, type Submitted } from './catalogue.ts';
import { holdingsOf, type PersonOnWire } from './holdings.ts';

export type Issued = z.infer<typeof issuedCertificate>;

/** 2026-11-22T03:24:07+08:00 → 2026年11月22日 */
const chineseDay = (iso: string): string => {
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-');
  return `${year}年${Number(month)}月${Number(day)}日`;
};
const plusYears = (iso: string, years: number): string => {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year + years, month - 1, day - 1)).toISOString();
};

const SEX: Record<string, string> = { male: '男', female: '女' };

interface Kind {
  prefix: string;
  /** Issued at once, to whoever asks for themselves. */
  onTheSpot?: (person: PersonOnWire, at: string) => Record<string, unknown>;
  /** Issued with an approval. */
  onApproval?: (submitted: Submitted, at: string) => Record<string, unknown>;
}

/** By item code; an item without an entry is approved without a certificate. */
const KINDS: Record<string, Kind> = {
  '11990000MB0DEMO02X3442114002000': {
    prefix: 'QXSB',
    onTheSpot: (person, at) => {
      const holdings = holdingsOf(person, at);
      return {
        person: { name: person.name, idNumber: person.idNumber, sex: SEX[person.sex] ?? '—' },
        employer: holdings.employer,
        firstInsured: holdings.firstInsured,
        asOf: chineseDay(at),
        insurances: holdings.insurances,
        agency: '青溪市社会保险基金管理局',
        issuedOn: chineseDay(at),
      };
    },
  },
  '11990000MB0DEMO01X3442017001000': {
    prefix: 'QXZF',
    onApproval: (submitted, at) => {
      const value = (field: string): string => submitted.answers[field]?.value ?? '';
      const rooms = value('householdSize') === '1' || value('housingWanted') === 'one-room' ? '一室' : value('housingWanted') === 'two-rooms' ? '两室' : '一室或两室';
      return {
        applicant: { name: submitted.applicant.name, idNumber: submitted.applicant.idNumber },
        application: { caseNumber: submitted.caseNumber, submittedOn: chineseDay(submitted.storedAt) },
        household: { size: value('householdSize') || '—', monthlyIncome: yuan(value('monthlyIncome')) || '—' },
        eligibility: { housing: rooms, validFrom: chineseDay(at), validTo: chineseDay(plusYears(at, 2)) },
        agency: '青溪市住房和城乡建设局',
        issuedOn: chineseDay(at),
      };
    },
  },
};

/** What this item's certificate says, or null when the item has none of that kind. */
export const onTheSpotValues = (itemCode: string, person: PersonOnWire, at: string): Record<string, unknown> | null =>
  Object.hasOwn(KINDS, itemCode) ? (KINDS[itemCode]?.onTheSpot?.(person, at) ?? null) : null;
export const approvalValues = (submitted: Submitted, at: string): Record<string, unknown> | null =>
  Object.hasOwn(KINDS, submitted.itemCode) ? (KINDS[submitted.itemCode]?.onApproval?.(submitted, at) ?? null) : null;

/** Letters and digits that cannot be mistaken for one another, in groups of four. */
const verificationCode = (): string => {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  const code = [...randomBytes(12)].map((byte) => letters[byte % letters.length]).join('');
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
};

export interface IssueInput {
  /** The same key always gets the same certificate. */
  idempotencyKey: string;
  requestDigest: string;
  caseId: string;
  terminal: string;
  itemCode: string;
  values: Record<string, unknown>;
  at: string;
}

/** Gives the next number and keeps the certificate. Call inside a transaction when more belongs to it. */
export const issueCertificate = (db: Database.Database, input: IssueInput): Issued => {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO certificates (idempotency_key, request_digest, case_id, terminal, item_code, body, issued_at) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(input.idempotencyKey, input.requestDigest, input.caseId, input.terminal, input.itemCode, '', input.at);
  const number = `${KINDS[input.itemCode]?.prefix ?? 'QX'}-${input.at.slice(0, 4)}-${String(lastInsertRowid).padStart(6, '0')}`;
  const issued: Issued = { number, issuedAt: input.at, values: input.values, verificationCode: verificationCode() };
  db.prepare('UPDATE certificates SET number = ?, body = ? WHERE serial = ?').run(number, JSON.stringify(issued), lastInsertRowid);
  return issued;
};
