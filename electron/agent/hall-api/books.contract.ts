/** Staff, terminals and rules as agents of a hall keep them. The same tests run on SQLite, where one agent is started again, and on PostgreSQL, where another one goes on. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../clock/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { exportPublicKey } from '../../platform/index.ts';
import { createTerminalDoubts, type HallRecords, type ToldDoubt } from '../../queue/index.ts';
import { createRulesBook } from './rules-book.ts';
import { createStaffBook, type StaffBook } from './staff.ts';
import { createTerminalBook } from './terminals.ts';

export interface BooksEngine {
  open(): Promise<HallRecords>;
  /** The agent that goes on when the first one is gone. */
  another(): Promise<HallRecords>;
  end(): Promise<void>;
}

const WORDS = 'correct horse battery';

/** @param given any rules, and any moment of a day */
export const booksContract = (name: string, start: () => Promise<BooksEngine>, { RULES, NINE }: { RULES: Queue; NINE: number }): void => {
  describe(`what the hall keeps on ${name}`, () => {
    let engine: BooksEngine;
    let records: HallRecords;
    let clock: ManualClock;
    beforeEach(async () => {
      clock = new ManualClock(NINE);
      engine = await start();
      records = await engine.open();
    });
    afterEach(() => engine.end());
    const staffOf = (on: HallRecords): StaffBook => createStaffBook({ records: on, clock });
    const signedIn = async (book: StaffBook, who: string): Promise<string> => {
      const result = await book.signIn(who, await book.invite(who, 'clerk'), WORDS);
      if (!result.ok) throw new Error(result.reason);
      return result.token;
    };

    test('a session goes on at the other agent, and ends everywhere when it is signed out', async () => {
      const token = await signedIn(staffOf(records), 'lin');
      const other = staffOf(await engine.another());
      expect(await other.holder(token)).toMatchObject({ name: 'lin', role: 'clerk', invited: false });
      await other.signOut(token);
      expect(await other.holder(token)).toBeNull();
      expect(await other.signIn('lin', WORDS, null)).toMatchObject({ ok: true });
    });

    test('a session lasts a shift, and whoever was disabled or reset has none', async () => {
      const book = staffOf(records);
      const [lin, wang, zhao] = [await signedIn(book, 'lin'), await signedIn(book, 'wang'), await signedIn(book, 'zhao')];
      await book.setDisabled('lin', true);
      await book.invite('wang', 'clerk');
      expect([await book.holder(lin), await book.holder(wang), (await book.holder(zhao))?.name]).toEqual([null, null, 'zhao']);
      clock.advance(12 * 3_600_000);
      expect(await book.holder(zhao)).toBeNull();
      expect([await book.setDisabled('nobody', true), await book.holder('no-token'), await book.holder('x'.repeat(43))]).toEqual([false, null, null]);
    });

    test('five wrong passwords lock a name, counted by all agents together', async () => {
      await signedIn(staffOf(records), 'lin');
      for (let tries = 0; tries < 3; tries += 1) expect(await staffOf(records).signIn('lin', 'wrong', null)).toMatchObject({ reason: 'wrong' });
      const other = staffOf(await engine.another());
      expect(await other.signIn('lin', 'wrong', null)).toMatchObject({ reason: 'wrong' });
      expect(await other.signIn('lin', 'wrong', null)).toMatchObject({ reason: 'locked', retryAfterSeconds: 30 });
      expect(await other.signIn('lin', WORDS, null)).toMatchObject({ reason: 'locked' });
      clock.advance(30_000);
      expect(await other.signIn('lin', WORDS, null)).toMatchObject({ ok: true });
    });

    test('nobody stays locked for days because the clock was put right', async () => {
      await signedIn(staffOf(records), 'lin');
      clock.advance(3 * 86_400_000);
      for (let tries = 0; tries < 5; tries += 1) await staffOf(records).signIn('lin', 'wrong', null);
      expect(await staffOf(records).signIn('lin', WORDS, null)).toMatchObject({ reason: 'locked' });
      clock.advance(-3 * 86_400_000);
      expect(await staffOf(records).signIn('lin', WORDS, null)).toMatchObject({ ok: true });
    });

    test('a one-time code is used once, though two use it at the same moment', async () => {
      const book = staffOf(records);
      const code = await book.invite('lin', 'clerk');
      const both = await Promise.all([book.signIn('lin', code, `${WORDS} one`), book.signIn('lin', code, `${WORDS} two`)]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    });

    test('a terminal that came with its code is known to the other agent, and revoked it is nobody', async () => {
      const publicKey = exportPublicKey(generateKeyPairSync('ed25519').publicKey);
      const code = await createTerminalBook({ records, clock }).pair('terminal-6');
      const book = createTerminalBook({ records: await engine.another(), clock });
      expect(await book.enrol('WRONGCODE2', 'terminal-6', publicKey)).toBe('wrong-code');
      expect(await book.enrol(code, 'terminal-6', publicKey)).toBe('enrolled');
      expect(await book.enrol(code, 'terminal-6', publicKey)).toBe('wrong-code');
      expect((await book.keyOf('terminal-6'))?.asymmetricKeyType).toBe('ed25519');
      expect(book.list()).toEqual([{ id: 'terminal-6', enrolledAt: NINE, revoked: false, invited: false, seenAt: null }]);
      clock.advance(5_000);
      book.seen('terminal-6');
      expect(book.list()).toMatchObject([{ id: 'terminal-6', seenAt: NINE + 5_000 }]);
      expect([await book.revoke('terminal-6'), await book.revoke('terminal-7'), await book.keyOf('terminal-6')]).toEqual([true, false, null]);
      // One that never came loses its code, and is on no list any more.
      const unused = await book.pair('terminal-8');
      expect([await book.revoke('terminal-8'), await book.enrol(unused, 'terminal-8', publicKey), book.list().map(({ id }) => id)]).toEqual([true, 'wrong-code', ['terminal-6']]);
    });

    test("a terminal's paper in doubt is seen and decided at the other agent, and the decision is told until the terminal says what came of it", async () => {
      const reached: string[] = [];
      const doubtsOf = (on: HallRecords) => createTerminalDoubts({ records: on, clock, onReached: ({ terminal, doubtNumber, became }) => reached.push(`${terminal} ${doubtNumber} ${became}`) });
      const told = (paper: string, doubtNumber: string): ToldDoubt => ({ paper, doubtNumber, kind: 'receipt-slip', caseNumber: null, certificateNumber: null, sheets: 1, sheetsDone: null, fault: 'timed-out', at: '2026-11-23T09:00:00+08:00' });
      const open = [told('p0000000000000001', '0731-6'), told('p0000000000000002', '0118-3')];
      expect(await doubtsOf(records).hear('terminal-6', { open, settled: [] })).toEqual([]);
      const other = doubtsOf(await engine.another());
      expect(other.list().map(({ terminal, doubtNumber, decided }) => [terminal, doubtNumber, decided])).toEqual([['terminal-6', '0731-6', null], ['terminal-6', '0118-3', null]]);
      const decision = { paper: 'p0000000000000001', outcome: 'printed', by: 'zhao' } as const;
      expect([await other.decide('terminal-6', decision), await other.decide('terminal-6', decision), await other.decide('terminal-7', decision), await other.decide('terminal-6', { ...decision, paper: 'p0000000000000009' })]).toEqual(['0731-6', null, null, null]);
      // Its answer is lost, and lost again.
      for (let look = 0; look < 2; look += 1) expect(await other.hear('terminal-6', { open, settled: [] })).toEqual([decision]);
      expect(other.list()[0]?.decided).toEqual({ outcome: 'printed', by: 'zhao', at: clock.wall() });
      for (let look = 0; look < 2; look += 1) expect(await other.hear('terminal-6', { open: open.slice(1), settled: [{ paper: decision.paper, became: 'printed' }] })).toEqual([]);
      expect([reached, other.list().map(({ doubtNumber }) => doubtNumber)]).toEqual([['terminal-6 0731-6 printed'], ['0118-3']]);
      await other.forget('terminal-6');
      expect(other.list()).toEqual([]);
    });

    test('rules that a manager keeps hold at the other agent, and of two managers the first one is right', async () => {
      const book = createRulesBook({ records, clock, configured: RULES });
      const next = { ...RULES, ticketsPerMinute: 99 };
      expect(await book.keep(next, 'wang', 0)).toMatchObject({ version: 1, by: 'wang' });
      const other = createRulesBook({ records: await engine.another(), clock, configured: RULES });
      expect(other.current()).toEqual({ version: 1, rules: next, by: 'wang', at: NINE });
      expect(await other.keep(RULES, 'li', 0)).toBeNull();
      let told = 0;
      other.onChange(() => (told += 1));
      expect(await other.keep({ ...RULES, ticketsPerMinute: 7 }, 'li', 1)).toMatchObject({ version: 2 });
      expect([told, other.current().rules.ticketsPerMinute]).toEqual([1, 7]);
    });

    test('rules that this program does not understand leave those before them', async () => {
      await createRulesBook({ records, clock, configured: RULES }).keep({ ...RULES, ticketsPerMinute: 99 }, 'wang', 0);
      await records.change('rules', '000000002', () => ({ answer: null, keep: { rules: { of: 'another age' }, by: 'wang', at: NINE } }));
      const unreadable: number[] = [];
      const book = createRulesBook({ records, clock, configured: RULES, onUnreadable: (version) => unreadable.push(version) });
      expect([book.current().version, unreadable]).toEqual([1, [2]]);
      expect(await book.keep(RULES, 'wang', 1)).toMatchObject({ version: 3 });
    });
  });
};
