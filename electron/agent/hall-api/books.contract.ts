/** Staff, terminals and rules as agents of a hall keep them. The same tests run on SQLite, where one agent is started again, and on PostgreSQL, where another one goes on. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../clock/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { exportPublicKey } from '../../platform/index.ts';
import type { HallRecords } from '../../queue/index.ts';
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
      expect(book.list()).toEqual([{ id: 'terminal-6', enrolledAt: NINE, revoked: false, invited: false }]);
      expect([await book.revoke('terminal-6'), await book.revoke('terminal-7'), await book.keyOf('terminal-6')]).toEqual([true, false, null]);
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
