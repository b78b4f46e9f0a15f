import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import type { OutboxEffects } from '../outbox/index.ts';
import { verifyStatement, type Change } from '../platform/index.ts';
import { answers, newHome, openFixture, people, removeHome, type Fixture } from './fixture.ts';
import { createCases, createRetention, type Cases, type Retention } from './index.ts';

const DAY_MS = 86_400_000;
const kept = { decidedKeptDays: 5, uncollectedKeptDays: 20 };
const certificate = { number: 'CB-1', issuedAt: '2026-11-22T03:12:00+08:00', values: { person: { name: 'x' } }, verificationCode: 'V' };
let home: string;
let clock: ManualClock;
let fixture: Fixture;
let cases: Cases;
let retention: Retention;
let effects: OutboxEffects;

const open = (): void => {
  fixture = openFixture(home, { clock });
  const { storage, audit, outbox, ledger } = fixture;
  // What comes back from the platform is put in here as the outbox would.
  cases = createCases({ storage, audit, clock, ledger, outbox: { ...outbox, attach: (given) => (effects = given) }, hall: { id: 'hall', timeZone: 'Asia/Shanghai', businessDayStartsAt: '00:00' }, terminal: { id: 'zzt-05', number: 5 }, items: (id) => ({ id, code: `CODE-${id}` }) });
  retention = createRetention({ storage, audit, clock, kept });
};
const close = (): Promise<void> => fixture.close();
beforeEach(() => {
  home = newHome();
  clock = new ManualClock();
  open();
});
afterEach(async () => {
  await close();
  removeHome(home);
});

const decide = (body: Change['body']): void => fixture.storage.transaction(() => effects.change({ cursor: 1, at: '2026-11-22T03:12:00+08:00', body }));
/** The platform has everything of this case. */
const deliver = (caseId: string): void =>
  fixture.storage.transaction(() => {
    for (const row of fixture.outbox.rows(caseId).filter(({ state }) => state === 'waiting')) {
      const receipt = { key: row.key, digest: 'd', receivedAt: '2026-11-22T03:12:00+08:00', signature: 's' };
      fixture.storage.prepare("UPDATE outbox SET state = 'delivered', receipt = ? WHERE id = ?").run(JSON.stringify(receipt), row.id);
      effects.delivered({ ...row, state: 'delivered' });
    }
  });
const submitted = (item = 'public-rental-housing'): { caseId: string; caseNumber: string } => {
  const { caseId } = cases.openDraft(item, people.zhang);
  cases.saveAnswers(caseId, answers);
  cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.alloc(70_000, 7), findings: [] });
  return { caseId, caseNumber: cases.submit(caseId, { signature: null, promisedWorkingDays: 15 }).caseNumber };
};
const days = (count: number): number => {
  clock.advance(count * DAY_MS);
  let deleted = 0;
  for (let more = true; more; ) {
    const step = retention.look();
    deleted += step.deleted;
    ({ more } = step);
  }
  return deleted;
};
const count = (sql: string): number => (fixture.storage.prepare(`SELECT COUNT(*) AS n FROM ${sql}`).get() as { n: number }).n;
const deletions = (): unknown[] => fixture.audit.latest(1_000).flatMap(({ event, fields }) => (event === 'case.deleted' ? [fields] : []));

describe('a case that is over', () => {
  it('is deleted after its time: key, record, pages and what was sent; statement, receipts and record stay', async () => {
    const { caseId, caseNumber } = submitted();
    deliver(caseId);
    decide({ kind: 'case-refused', caseNumber, note: 'no' });
    const before = cases.submissionOf(caseId);
    expect(days(0)).toBe(0);
    expect(days(4.9)).toBe(0);
    expect(cases.get(caseId)?.state).toBe('refused');
    expect(days(0.1)).toBe(1);
    expect(cases.get(caseId)).toBeNull();
    expect(cases.ofPerson(people.zhang.idNumber)).toEqual([]);
    expect(readdirSync(join(home, 'materials'))).toEqual([]);
    for (const table of ['case_keys', 'cases', 'materials', 'uploads', 'over_cases', 'outbox WHERE LENGTH(sealed) > 0']) expect([table, count(table)]).toEqual([table, 0]);
    expect(fixture.outbox.rows(caseId)).toMatchObject([{ state: 'delivered', receipt: { signature: 's' } }]);
    const { statement } = fixture.storage.prepare('SELECT statement FROM statements').get() as { statement: string };
    expect(statement).toBe(before?.statement);
    expect(verifyStatement(statement, fixture.storage.identity.publicKey)).toMatchObject({ ok: true, statement: { caseNumber } });
    expect(deletions()).toEqual([{ caseId, caseNumber, pages: 1, collected: true }]);
    await close();
    open();
    expect(fixture.audit.verify().ok).toBe(true);
    expect(days(100)).toBe(0);
    // Its number is never given again.
    expect(submitted().caseNumber).not.toBe(caseNumber);
  });

  it('waits longer for its owner while a certificate was not printed, and from the printing on its usual time', () => {
    const { caseId, caseNumber } = submitted();
    deliver(caseId);
    decide({ kind: 'case-approved', caseNumber, note: null, certificate });
    days(0);
    expect(days(19)).toBe(0);
    cases.markCertificatePrinted(caseId);
    expect(days(3)).toBe(0);
    deliver(caseId);
    expect(days(0)).toBe(0);
    expect(days(4)).toBe(0);
    expect(days(1)).toBe(1);
    const other = submitted();
    deliver(other.caseId);
    decide({ kind: 'case-approved', caseNumber: other.caseNumber, note: null, certificate: { ...certificate, number: 'CB-2' } });
    days(0);
    expect(days(20)).toBe(1);
    expect(deletions()).toMatchObject([{ collected: false }, { collected: true }]);
  });

  it.each<[string, (about: { caseId: string; caseNumber: string }) => void]>([
    ['the platform did not receive it', ({ caseNumber }) => decide({ kind: 'case-refused', caseNumber, note: 'no' })],
    ['the platform did not receive its rating', ({ caseId, caseNumber }) => (deliver(caseId), decide({ kind: 'case-refused', caseNumber, note: 'no' }), cases.rate(caseId, 4))],
    ['delivery has no receipt', ({ caseId, caseNumber }) => (deliver(caseId), decide({ kind: 'case-refused', caseNumber, note: 'no' }), fixture.storage.prepare('UPDATE outbox SET receipt = NULL').run())],
    ['nobody decided it', ({ caseId }) => deliver(caseId)],
    ['it was returned for correction', ({ caseId, caseNumber }) => (deliver(caseId), decide({ kind: 'case-returned', caseNumber, points: [{ target: null, note: 'again' }] }))],
    ['a recipient refused it', ({ caseId, caseNumber }) => (deliver(caseId), decide({ kind: 'case-refused', caseNumber, note: 'no' }), fixture.storage.prepare("UPDATE outbox SET state = 'quarantined', reason = 'x'").run())],
    [
      'a paper of it is in doubt',
      ({ caseId, caseNumber }) => {
        deliver(caseId);
        decide({ kind: 'case-refused', caseNumber, note: 'no' });
        const paper = fixture.ledger.intend({ caseId, kind: 'receipt-slip', numbered: false, number: null, sheets: 1 });
        fixture.ledger.sent(paper.id, null);
        fixture.ledger.doubt(paper.id, 'paper-jam', 0);
      },
    ],
  ])('is kept for ever while %s', (_, live) => {
    const about = submitted();
    live(about);
    days(0);
    expect(days(1_000)).toBe(0);
    expect(cases.get(about.caseId)).not.toBeNull();
    expect(count('case_keys')).toBe(1);
  });

  it('begins its time anew when it was not over for a while, and when the clock was set back', () => {
    const { caseId, caseNumber } = submitted();
    deliver(caseId);
    decide({ kind: 'case-refused', caseNumber, note: 'no' });
    days(0);
    days(3);
    cases.rate(caseId, 4);
    days(1);
    deliver(caseId);
    expect(days(1)).toBe(0);
    expect(days(4)).toBe(0);
    fixture.storage.prepare('UPDATE over_cases SET since = since + ?').run(900 * DAY_MS);
    expect(days(1)).toBe(0);
    expect(days(5)).toBe(1);
  });

  it('is kept while nobody knows how late it is', () => {
    const { caseId, caseNumber } = submitted();
    deliver(caseId);
    decide({ kind: 'case-refused', caseNumber, note: 'no' });
    days(0);
    clock.isKnown = false;
    expect(days(100)).toBe(0);
    clock.isKnown = true;
    expect(days(0)).toBe(1);
  });

  it('goes also when its record does not open any more: nobody will ever collect it', () => {
    const { caseId, caseNumber } = submitted();
    deliver(caseId);
    decide({ kind: 'case-approved', caseNumber, note: null, certificate });
    fixture.storage.prepare("UPDATE cases SET sealed = x'00'").run();
    days(0);
    expect(days(5)).toBe(1);
    expect(count('case_keys')).toBe(0);
  });

  it('is deleted whole or not at all', () => {
    const { caseId, caseNumber } = submitted();
    deliver(caseId);
    decide({ kind: 'case-refused', caseNumber, note: 'no' });
    days(0);
    const failing = createRetention({ storage: fixture.storage, audit: { ...fixture.audit, write: () => { throw new Error('disk'); } }, clock, kept });
    clock.advance(6 * DAY_MS);
    expect(() => failing.look()).toThrow('disk');
    const page = cases.get(caseId)?.materials[0]?.pages[0];
    expect(page === undefined ? null : cases.readPage(caseId, page.id).byteLength).toBe(70_000);
    expect(count('outbox WHERE LENGTH(sealed) > 0')).toBe(1);
    expect(days(0)).toBe(1);
  });

  it('of many, so many are deleted at a time that nobody waits, and an idle look writes nothing', () => {
    for (let index = 0; index < 30; index++) cases.keepIssued(cases.openDraft(`item-${index}`, people.zhang).caseId, { ...certificate, number: `CB-${index}` });
    for (const { caseId } of cases.ofPerson(people.zhang.idNumber)) deliver(caseId);
    expect(retention.look()).toEqual({ deleted: 0, more: true });
    expect(retention.look()).toEqual({ deleted: 0, more: false });
    const changes = (): unknown => fixture.storage.prepare('SELECT total_changes() AS n').get();
    const before = changes();
    retention.look();
    expect(changes()).toEqual(before);
    clock.advance(20 * DAY_MS);
    expect([retention.look(), retention.look(), retention.look()]).toEqual([{ deleted: 25, more: true }, { deleted: 5, more: false }, { deleted: 0, more: false }]);
  });
});

type Act = { act: 'submit' | 'issue' | 'deliver' | 'refuse' | 'approve' | 'return' | 'print' | 'rate' | 'restart'; on: number } | { act: 'days'; on: number };
it('whatever happens in whatever order: no case goes before its time or without a receipt, none stays after it, and nothing of it is left', async () => {
  const acts = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('submit' as const, 'issue' as const), on: fc.nat(3) }) },
      { weight: 6, arbitrary: fc.record({ act: fc.constantFrom('deliver' as const, 'refuse' as const, 'approve' as const, 'return' as const, 'print' as const, 'rate' as const), on: fc.nat(3) }) },
      { weight: 4, arbitrary: fc.record({ act: fc.constant('days' as const), on: fc.integer({ min: 0, max: 12 }) }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const), on: fc.constant(0) }) },
    ) as fc.Arbitrary<Act>,
    { minLength: 4, maxLength: 24 },
  );
  const passed = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      // What this case cannot do now is not what is looked for here.
      if ((error as { code?: string }).code !== 'wrong-state') throw error;
    }
  };
  await fc.assert(
    fc.asyncProperty(acts, async (list) => {
      await close();
      removeHome(home);
      open();
      const ids: string[] = [];
      const wrong: string[] = [];
      /** Since when it is over as the terminal saw it; and whether a certificate waits. */
      const since = new Map<string, { at: number; waits: boolean }>();
      const isOver = (caseId: string): boolean => {
        const sent = fixture.outbox.rows(caseId);
        return ['approved', 'refused', 'issued'].includes(cases.get(caseId)?.state ?? '') && sent.length > 0 && sent.every(({ state, receipt }) => state === 'delivered' && receipt !== null);
      };
      for (const { act, on } of [...list, { act: 'days' as const, on: 0 }, { act: 'days' as const, on: 25 }]) {
        const caseId = ids[on % Math.max(1, ids.length)] ?? '';
        const record = ids.length === 0 ? null : cases.get(caseId);
        if (act === 'submit') ids.push(submitted(`item-${ids.length}`).caseId);
        else if (act === 'issue') {
          const { caseId: made } = cases.openDraft(`item-${ids.length}`, people.zhang);
          cases.keepIssued(made, { ...certificate, number: `CB-${ids.length}` });
          ids.push(made);
        } else if (act === 'restart') {
          await close();
          open();
        } else if (act === 'days') {
          clock.advance(on * DAY_MS);
          const living = ids.filter((id) => cases.get(id) !== null);
          const over = new Map(living.filter(isOver).map((id) => [id, { waits: cases.get(id)?.certificate !== null && cases.get(id)?.certificatePrinted === false }]));
          days(0);
          for (const id of living) {
            const now = over.get(id);
            const before = since.get(id);
            if (now === undefined) since.delete(id);
            else if (before === undefined || (before.waits && !now.waits)) since.set(id, { at: clock.wall(), waits: now.waits });
            const known = since.get(id);
            const due = known !== undefined && clock.wall() - known.at >= (known.waits ? kept.uncollectedKeptDays : kept.decidedKeptDays) * DAY_MS;
            if (due !== (cases.get(id) === null)) wrong.push(`${id} ${due ? 'was kept too long' : 'went too early'}`);
          }
        } else if (record !== null && record.caseNumber !== null) {
          const { caseNumber } = record;
          if (act === 'deliver') deliver(caseId);
          if (act === 'refuse') decide({ kind: 'case-refused', caseNumber, note: 'no' });
          if (act === 'approve') decide({ kind: 'case-approved', caseNumber, note: null, certificate });
          if (act === 'return') decide({ kind: 'case-returned', caseNumber, points: [] });
          if (act === 'print') passed(() => cases.markCertificatePrinted(caseId));
          if (act === 'rate') passed(() => cases.rate(caseId, 3));
        }
      }
      expect(wrong).toEqual([]);
      const living = ids.filter((id) => cases.get(id) !== null);
      expect(count('case_keys')).toBe(living.length);
      expect(count('cases')).toBe(living.length);
      expect(count('materials')).toBe(readdirSync(join(home, 'materials')).length);
      for (const id of ids.filter((one) => !living.includes(one))) {
        expect(count(`outbox WHERE case_id = '${id}' AND LENGTH(sealed) > 0`)).toBe(0);
        expect(fixture.outbox.rows(id).every(({ receipt }) => receipt !== null)).toBe(true);
      }
      expect(deletions().length).toBe(ids.length - living.length);
      expect(fixture.audit.verify().ok).toBe(true);
    }),
    { numRuns: 8 },
  );
});
