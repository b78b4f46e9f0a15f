/** What every engine of the queue's store must do. The same tests run on SQLite and on a real PostgreSQL server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import type { Queue } from '../../kiosk-config/index.ts';
import { openHallQueue, type HallQueue } from './hall.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import { apply, emptyDay, type Day } from './rules/day.ts';
import type { Command } from './rules/decide.ts';
import type { QueueEvent } from './rules/events.ts';
import type { NumberMarks, QueueStore } from './store.ts';

export const HALL = { id: 'qingxi', timeZone: 'Asia/Shanghai', businessDayStartsAt: '04:00' };
export const DAY = '20261123';
const DAY_MS = 24 * 3_600_000;

/** A fresh database and a fresh home, and how they are opened again and put back. */
export interface Engine {
  open(clock: ManualClock): Promise<{ store: QueueStore; marks: NumberMarks }>;
  /** What is in the database now, to be put back later; nothing is open while it is put back. */
  backup(): Promise<() => Promise<void>>;
  /** Closes what is still open, and takes everything away. */
  end(): Promise<void>;
}

export const ticketId = (n: number): string => n.toString(16).padStart(24, '0');

/** @throws with the refusal's word */
export const takeFrom = async (queue: HallQueue, ticket: string, classId = 'insurance', by = `t${ticket.replace(/^0+/, '')}`): Promise<string> => {
  const outcome = await queue.run({ type: 'take', class: classId, by, priority: null, item: null, identified: true, ticket });
  if (!outcome.ok) throw new Error(outcome.refusal);
  return queue.ticket(ticket)?.number ?? '';
};

export const takenEvent = (n: number, over: Partial<Extract<QueueEvent, { type: 'taken' }>> = {}): QueueEvent => ({
  type: 'taken',
  at: NINE,
  number: `A${String(n).padStart(3, '0')}`,
  class: 'insurance',
  ordinal: n,
  ticket: ticketId(n),
  by: 'terminal-1',
  priority: null,
  item: null,
  takenAt: NINE,
  lease: null,
  ...over,
});

/** A morning with everything in it, always the same. */
export const MORNING: readonly Command[] = [
  ...Array.from({ length: 12 }, (_, n): Command => ({ type: 'take', class: n % 3 === 0 ? 'estate' : 'insurance', by: `t${n}`, priority: n % 5 === 0 ? 'elder' : null, item: null, identified: true, ticket: ticketId(n + 1) })),
  { type: 'open', counter: '1', clerk: 'lin' },
  { type: 'open', counter: '2', clerk: 'wang' },
  { type: 'next', counter: '1', clerk: 'lin' },
  { type: 'next', counter: '2', clerk: 'wang' },
  { type: 'start', counter: '1', clerk: 'lin' },
  { type: 'recall', counter: '2', clerk: 'wang' },
  { type: 'miss', counter: '2', clerk: 'wang' },
  { type: 'finish-and-next', counter: '1', clerk: 'lin' },
  { type: 'park', counter: '1', clerk: 'lin', note: '缺材料 “copy” \u0000 \ud800' },
  { type: 'lease', class: 'insurance', by: 'terminal-2', lease: '0123456789abcdef' },
  { type: 'join', lease: '0123456789abcdef', ordinal: 9, by: 'terminal-2', priority: null, item: null, ticket: ticketId(90), takenAt: NINE - 60_000 },
  { type: 'next', counter: '2', clerk: 'wang' },
  { type: 'transfer', counter: '2', clerk: 'wang', class: 'estate', toCounter: null, note: 'to the second floor' },
  { type: 'check-in', by: 't1', priority: null, ticket: ticketId(91), appointment: { id: 'a-1', class: 'estate', item: null, slot: NINE + 600_000, day: DAY, hall: 'qingxi' } },
  { type: 'burn', lease: '0123456789abcdef' },
  { type: 'finish-and-next', counter: '2', clerk: 'wang' },
];

/** The same store on a disk that, while `full`, keeps nothing of what was decided. */
const fullWhen = (store: QueueStore, full: () => boolean): QueueStore => ({
  ...store,
  append: (day, after, decide) =>
    store.append(day, after, (newer) => {
      const events = decide(newer);
      if (full()) throw new Error('disk full');
      return events;
    }),
});

/** Everything of a day that a screen could show, in order. */
export const asText = (day: Day): string => JSON.stringify(day, (_key, value: unknown) => (value instanceof Map ? [...value.entries()] : value instanceof Set ? [...value] : value));

/** A morning played on a store: its day, and the same day as it is read from the log. */
export const playMorning = async ({ store, marks }: { store: QueueStore; marks: NumberMarks }): Promise<{ played: string; replayed: string; log: string }> => {
  const clock = new ManualClock(NINE);
  const queue = await openHallQueue({ store, marks, rules: () => RULES, clock, hall: HALL });
  for (const command of MORNING) {
    clock.advance(1_000);
    await queue.run(command);
  }
  const log = await store.read(DAY, 0);
  const replayed = emptyDay(DAY);
  for (const { event } of log) apply(replayed, event);
  return { played: asText(queue.day()), replayed: asText(replayed), log: JSON.stringify(log) };
};

/** @param make a fresh engine for each test */
export const storeContract = (name: string, make: () => Promise<Engine>): void => {
  describe(`the hall's queue on ${name}`, () => {
    let engine: Engine;
    let clock: ManualClock;
    let queues: HallQueue[] = [];
    let stores: QueueStore[] = [];
    let tickets = 0;
    const openStore = async () => {
      const opened = await engine.open(clock);
      stores.push(opened.store);
      return opened;
    };
    const open = async (rules: Queue = RULES): Promise<HallQueue> => {
      const { store, marks } = await engine.open(clock);
      const queue = await openHallQueue({ store, marks, rules: () => rules, clock, hall: HALL });
      queues.push(queue);
      return queue;
    };
    const close = async (): Promise<void> => {
      for (const queue of queues.splice(0)) await queue.close();
      for (const store of stores.splice(0)) await store.close();
    };
    const take = (queue: HallQueue, classId?: string): Promise<string> => takeFrom(queue, ticketId((tickets += 1)), classId);

    beforeEach(async () => {
      clock = new ManualClock(NINE);
      engine = await make();
      queues = [];
      stores = [];
      tickets = 0;
    });
    afterEach(async () => {
      await close();
      await engine.end();
    });

    test('keeps events in the order in which they were appended, to the letter', async () => {
      const { store } = await openStore();
      const events = [takenEvent(1), takenEvent(2, { item: 'social-insurance' }), { type: 'parked', at: NINE, number: 'A001', counter: '1', clerk: 'lin', note: '缺“材料” \\ \u0000 \ud83d\ude00 \ud800' } satisfies QueueEvent];
      await store.append(DAY, 0, () => events);
      await store.append(DAY, 3, (newer) => {
        expect(newer).toEqual([]);
        return [{ type: 'unparked', at: NINE, number: 'A001', clerk: 'lin' }];
      });
      expect((await store.read(DAY, 0)).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
      expect((await store.read(DAY, 0)).slice(0, 3).map(({ event }) => JSON.stringify(event))).toEqual(events.map((event) => JSON.stringify(event)));
      expect((await store.read(DAY, 3)).map(({ event }) => event.type)).toEqual(['unparked']);
    });

    test('hands whoever appends what was appended since he last read', async () => {
      const { store } = await openStore();
      await store.append(DAY, 0, () => [takenEvent(1), takenEvent(2)]);
      let newer: number[] = [];
      await store.append(DAY, 1, (found) => {
        newer = found.map(({ version }) => version);
        return [];
      });
      expect(newer).toEqual([2]);
    });

    test('refuses a number that stands in the day already, and keeps nothing of what came with it', async () => {
      const { store } = await openStore();
      await store.append(DAY, 0, () => [takenEvent(1)]);
      await expect(store.append(DAY, 1, () => [takenEvent(2), takenEvent(1, { ticket: ticketId(99) })])).rejects.toThrow(/unique/i);
      expect(await store.read(DAY, 1)).toEqual([]);
      await store.append('20261124', 0, () => [takenEvent(1)]);
      expect(await store.days()).toEqual([DAY, '20261124']);
    });

    test('keeps nothing when the rules throw', async () => {
      const { store } = await openStore();
      await expect(
        store.append(DAY, 0, () => {
          throw new Error('the rules are wrong');
        }),
      ).rejects.toThrow('the rules are wrong');
      await store.append(DAY, 0, () => [takenEvent(1)]);
      expect(await store.read(DAY, 0)).toHaveLength(1);
    });

    test('tells what the platform was not told, in order, until it is confirmed, and all of a day again when that is needed', async () => {
      const { store } = await openStore();
      await new Promise<void>((resolve) => void store.onTurnToTell(resolve));
      await store.append('20261122', 0, () => [takenEvent(1)]);
      await store.append(DAY, 0, () => [takenEvent(1), takenEvent(2), takenEvent(3)]);
      const waiting = async (limit = 10) => (await store.untold(limit)).map(({ day, version }) => `${day}.${version}`);
      expect(await waiting()).toEqual(['20261122.1', `${DAY}.1`, `${DAY}.2`, `${DAY}.3`]);
      expect(await waiting(2)).toEqual(['20261122.1', `${DAY}.1`]);
      await store.told('20261122', 1);
      await store.told(DAY, 2);
      expect(await waiting()).toEqual([`${DAY}.3`]);
      await store.tellAgain(DAY);
      expect(await waiting()).toEqual([`${DAY}.1`, `${DAY}.2`, `${DAY}.3`]);
    });

    test('a played morning, and the same morning read from the log, are one day', async () => {
      const { played, replayed } = await playMorning(await openStore());
      expect(replayed === played).toBe(true);
    });

    test('fifty numbers at once are fifty numbers, known after a restart', async () => {
      const queue = await open();
      const numbers = await Promise.all(Array.from({ length: 50 }, () => take(queue)));
      expect(new Set(numbers).size).toBe(50);
      await close();
      const again = await open();
      expect([...again.day().tickets.keys()]).toEqual(numbers);
      expect(await take(again)).toBe('A051');
    });

    test('what cannot be kept did not happen, and nothing is told', async () => {
      const { store, marks } = await engine.open(clock);
      let broken = false;
      const queue = await openHallQueue({ store: fullWhen(store, () => broken), marks, rules: () => RULES, clock, hall: HALL });
      queues.push(queue);
      let told = 0;
      queue.onChange((events) => {
        told += events.length;
      });
      broken = true;
      await expect(take(queue)).rejects.toThrow('disk full');
      expect([queue.day().tickets.size, told]).toEqual([0, 0]);
      broken = false;
      expect(await take(queue)).toBe('A001');
    });

    describe('whoever learns from the day', () => {
      type Read = { day: string; versions: number[]; at: number };
      const opened = async (wrap: (store: QueueStore) => QueueStore = (store) => store) => {
        const { store, marks } = await engine.open(clock);
        /** How often each event was read and made of its row again, by day and version. */
        const made = new Map<string, number>();
        const counted: QueueStore = {
          ...store,
          read: async (day, after) => {
            const events = await store.read(day, after);
            for (const { version } of events) made.set(`${day}.${version}`, (made.get(`${day}.${version}`) ?? 0) + 1);
            return events;
          },
        };
        const reads: Read[] = [];
        const queue = await openHallQueue({ store: wrap(counted), marks, rules: () => RULES, clock, hall: HALL, onRead: (day, soFar) => reads.push({ day: day.day, versions: soFar.map(({ version }) => version), at: day.version }) });
        queues.push(queue);
        return { queue, reads, made };
      };
      const upTo = (version: number): number[] => Array.from({ length: version }, (_, index) => index + 1);

      test('gets all of its log in order, and the log is read once, with a trusted clock or without', async () => {
        const queue = await open();
        for (let n = 0; n < 5; n += 1) await Promise.all(Array.from({ length: 40 }, () => take(queue)));
        await close();
        for (const known of [true, false]) {
          clock.isKnown = known;
          const { reads, made } = await opened();
          expect(reads).toEqual([{ day: DAY, versions: upTo(200), at: 200 }]);
          expect(made.size).toBe(200);
          expect([...new Set(made.values())]).toEqual([1]);
          await close();
        }
      });

      test('gets the new day at its turn, and the whole log when it could not be written', async () => {
        let broken = false;
        const { queue, reads } = await opened((store) => fullWhen(store, () => broken));
        await take(queue);
        broken = true;
        await expect(take(queue)).rejects.toThrow('disk full');
        broken = false;
        await take(queue);
        clock.advance(DAY_MS);
        await queue.turnDay();
        expect(reads).toEqual([{ day: DAY, versions: [], at: 0 }, { day: DAY, versions: [1], at: 1 }, { day: '20261124', versions: [], at: 0 }]);
      });
    });

    test('the business day begins anew at its hour, and who still waited is void', async () => {
      const queue = await open();
      const number = await take(queue);
      clock.advance(15.5 * 3_600_000); // 00:30: the business day goes on
      await queue.turnDay();
      expect(await take(queue)).toBe('A002');
      const yesterday = queue.day();
      clock.advance(4 * 3_600_000);
      expect(await take(queue)).toBe('A001');
      expect(yesterday.tickets.get(number)?.state).toBe('void');
      expect(queue.day().day).toBe('20261124');
    });

    test('with a clock that nobody trusts the last business day goes on; one set back gives no number twice', async () => {
      const queue = await open();
      await take(queue);
      await close();
      clock = new ManualClock(NINE + 3 * DAY_MS);
      clock.isKnown = false;
      const later = await open();
      expect(await take(later)).toBe('A002');
      await close();
      clock = new ManualClock(NINE - 2 * 3_600_000);
      expect(await take(await open())).toBe('A003');
    });

    test('a database put back from before goes on above every number that its later self gave', async () => {
      const queue = await open();
      await take(queue);
      const putBack = await engine.backup();
      const later = await Promise.all(Array.from({ length: 70 }, () => take(queue)));
      await close();
      await putBack();
      const restored = await open();
      expect(restored.day().tickets.size).toBe(1);
      const fresh = await Promise.all(Array.from({ length: 40 }, () => take(restored)));
      expect(fresh.filter((number) => later.includes(number))).toEqual([]);
    });

    test('an agent that was merely started again leaves no gap', async () => {
      await take(await open());
      for (const expected of ['A002', 'A003']) {
        await close();
        expect(await take(await open())).toBe(expected);
      }
    });
  });
};
