import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queue } from '../../../kiosk-config/index.ts';
import { apply, emptyDay, type Day } from './day.ts';
import { decide, type Command, type Decision, type Refusal } from './decide.ts';
import type { QueueEvent } from './events.ts';
import { AROUND, DAY, NINE, RULES } from './fixtures.ts';
import { capacity, numberOf } from './numbers.ts';
import { nextFor, ONE_COUNTER_MINUTES, overtakingBound, waitingFor } from './order.ts';

const MINUTE = 60_000;
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

/** A hall in one hand: commands in, the day changed, every event kept. */
const hallOf = (rules = RULES) => {
  const day: Day = emptyDay(DAY);
  const events: QueueEvent[] = [];
  let now = NINE;
  const run = (command: Command, at = now): Decision => {
    now = at;
    const decision = decide(day, rules, command, { ...AROUND, now: at });
    if (decision.ok)
      for (const event of decision.events) {
        apply(day, event);
        events.push(event);
      }
    return decision;
  };
  let tickets = 0;
  const take = (more: Partial<Extract<Command, { type: 'take' }>> = {}, at = now): string => {
    tickets += 1;
    const decision = run({ type: 'take', class: 'insurance', by: `t${tickets % 7}`, priority: null, item: null, identified: true, ticket: hex(tickets, 24), ...more }, at);
    if (!decision.ok) throw new Error(decision.refusal);
    return (decision.events[0] as Extract<QueueEvent, { type: 'taken' }>).number;
  };
  const refused = (command: Command, at = now): Refusal | null => {
    const decision = run(command, at);
    return decision.ok ? null : decision.refusal;
  };
  return { day, events, run, take, refused, state: (number: string) => day.tickets.get(number)?.state };
};
const at1 = { counter: '1', clerk: 'lin' };

describe('ticket numbers', () => {
  test('widen to four digits after 999', () => {
    const sequence = { prefix: 'A', after999: 'four-digits' as const, morePrefixes: [] };
    expect([1, 999, 1_000, 9_999, 10_000].map((n) => numberOf(sequence, n))).toEqual(['A001', 'A999', 'A1000', 'A9999', null]);
  });

  test("take the class's next prefix after 999, and the last of them widens", () => {
    const sequence = { prefix: 'B', after999: 'next-prefix' as const, morePrefixes: ['K', 'L'] };
    expect([999, 1_000, 1_998, 1_999, 2_997, 2_998].map((n) => numberOf(sequence, n))).toEqual(['B999', 'K001', 'K999', 'L001', 'L999', 'L1000']);
  });

  test.each([
    { prefix: 'A', after999: 'four-digits' as const, morePrefixes: [] },
    { prefix: 'B', after999: 'next-prefix' as const, morePrefixes: ['K', 'KA'] },
  ])('never repeat within a business day: $after999', (sequence) => {
    const all = Array.from({ length: capacity(sequence) }, (_, index) => numberOf(sequence, index + 1));
    expect(all).not.toContain(null);
    expect(new Set(all).size).toBe(all.length);
    expect(numberOf(sequence, capacity(sequence) + 1)).toBeNull();
  });

  test('prefixes that overlap are a mistake of the configuration', () => {
    const [first, second] = RULES.classes;
    const given = { ...RULES, classes: [first, { ...second, morePrefixes: ['A'] }] };
    expect(queue.safeParse(given).error?.issues[0]).toMatchObject({ path: ['classes', 1, 'morePrefixes', 0], message: expect.stringContaining('belongs to insurance') });
    expect(queue.safeParse({ ...RULES, appointments: { prefix: 'B' } }).error?.issues[0]?.message).toContain('belongs to estate');
  });
});

describe('taking a number', () => {
  test('gives the next one, and asked again with the same ticket the same one', () => {
    const hall = hallOf();
    expect(hall.take()).toBe('A001');
    expect(hall.take()).toBe('A002');
    expect(hall.run({ type: 'take', class: 'insurance', by: 't1', priority: null, item: null, identified: true, ticket: hex(1, 24) })).toEqual({ ok: true, events: [] });
    expect(hall.day.tickets.size).toBe(2);
  });

  test('is refused with a clear word', () => {
    const hall = hallOf();
    const take = { type: 'take', class: 'estate', by: 't1', priority: null, item: null, identified: false, ticket: hex(9, 24) } as const;
    expect(hall.refused(take)).toBe('identify-first');
    expect(hall.refused({ ...take, class: 'marriage' })).toBe('unknown-class');
    expect(hall.refused({ ...take, class: 'insurance', priority: 'vip' })).toBe('unknown-priority');
    const closed = { ...RULES, classes: RULES.classes.map((one) => ({ ...one, hours: [{ days: [2], from: '09:00', to: '17:00' }] })) };
    expect(hallOf(closed).refused({ ...take, class: 'insurance' })).toBe('class-closed');
  });

  test('where a class gives one number a person, whoever has one is told which; given back or over, he takes another', () => {
    const one = { ...RULES, classes: RULES.classes.map((each) => ({ ...each, onePerPerson: each.id === 'estate' })) };
    const hall = hallOf(one);
    const holder = 'ab'.repeat(16);
    const number = hall.take({ class: 'estate', holder });
    const again = { type: 'take', class: 'estate', by: 't2', priority: null, item: null, identified: true, ticket: hex(500, 24), holder } as const;
    expect(hall.run(again)).toEqual({ ok: false, refusal: 'has-number', number });
    expect(hall.refused({ ...again, holder: 'cd'.repeat(16), ticket: hex(501, 24) })).toBeNull();
    // Another class asks nobody, and keeps nothing of who it was.
    hall.take({ class: 'insurance', holder });
    hall.take({ class: 'insurance', holder });
    expect(hall.events.filter((event) => event.type === 'taken' && event.class === 'insurance' && event.holder !== undefined)).toEqual([]);
    hall.run({ type: 'give-back', ticket: hex(1, 24) });
    expect(hall.refused({ ...again, ticket: hex(502, 24) })).toBeNull();
  });

  test('ten thousand presses in a minute at one terminal give what a minute may give, and lose nothing', () => {
    const hall = hallOf();
    let given = 0;
    for (let press = 0; press < 10_000; press += 1) given += hall.run({ type: 'take', class: 'insurance', by: 't1', priority: null, item: null, identified: true, ticket: hex(press, 24) }, NINE + press * 6).ok ? 1 : 0;
    expect(given).toBe(RULES.ticketsPerMinute);
    expect(hall.take({ by: 't2', ticket: 'e'.repeat(24) })).toBe('A031');
  });
});

describe('numbers of a terminal that lost the hall', () => {
  const lease = { type: 'lease', class: 'insurance', by: 't5', lease: 'a'.repeat(16) } as const;
  test('join when it returns, under their own numbers, at the time they were taken', () => {
    const hall = hallOf();
    hall.run(lease);
    expect(hall.take()).toBe('A021');
    const join = { type: 'join', lease: lease.lease, ordinal: 3, by: 't5', priority: null, item: null, ticket: 'f'.repeat(24), takenAt: NINE - 5 * MINUTE } as const;
    expect(hall.refused(join)).toBeNull();
    expect(hall.day.tickets.get('A003')).toMatchObject({ since: NINE - 5 * MINUTE, state: 'waiting' });
    expect(hall.run(join)).toEqual({ ok: true, events: [] });
    expect(hall.refused({ ...join, ticket: 'e'.repeat(24) })).toBe('forged-ticket');
    expect(hall.refused({ ...join, ordinal: 21, ticket: 'd'.repeat(24) })).toBe('outside-lease');
    expect(hall.refused({ ...join, by: 't6', ticket: 'd'.repeat(24) })).toBe('unknown-lease');
  });

  test('count as presses of the time when they were given, not of the minute in which they join', () => {
    const hall = hallOf({ ...RULES, leaseNumbers: 100 });
    hall.run(lease);
    for (let ordinal = 1; ordinal <= RULES.ticketsPerMinute + 5; ordinal += 1) expect(hall.refused({ type: 'join', lease: lease.lease, ordinal, by: 't5', priority: null, item: null, ticket: hex(1_000 + ordinal, 24), takenAt: NINE - (100 - ordinal) * MINUTE })).toBeNull();
    expect(hall.refused({ type: 'take', class: 'insurance', by: 't5', priority: null, item: null, identified: true, ticket: hex(2_000, 24) })).toBeNull();
  });

  test('are given by nobody else, also when the lease is burned', () => {
    const hall = hallOf();
    hall.run(lease);
    hall.run({ type: 'burn', lease: lease.lease });
    hall.run({ ...lease, lease: 'b'.repeat(16) });
    expect(hall.take()).toBe('A041');
  });
});

describe('at the counter', () => {
  test('a second clerk on an occupied counter, and a clerk at two counters, are refused', () => {
    const hall = hallOf();
    expect(hall.refused({ type: 'open', ...at1 })).toBeNull();
    expect(hall.refused({ type: 'open', counter: '1', clerk: 'wu' })).toBe('counter-occupied');
    expect(hall.refused({ type: 'open', counter: '2', clerk: 'lin' })).toBe('counter-occupied');
    expect(hall.refused({ type: 'next', counter: '1', clerk: 'wu' })).toBe('counter-occupied');
    expect(hall.refused({ type: 'next', counter: '3', clerk: 'wu' })).toBe('counter-closed');
    expect(hall.refused({ type: 'next', ...at1 })).toBe('nobody-waits');
  });

  test('calls, serves, finishes and calls the next in one press', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const [first, second] = [hall.take(), hall.take()];
    hall.run({ type: 'next', ...at1 });
    hall.run({ type: 'start', ...at1 });
    expect(hall.state(first)).toBe('serving');
    hall.run({ type: 'finish-and-next', ...at1 });
    expect([hall.state(first), hall.state(second)]).toEqual(['finished', 'called']);
    expect(hall.refused({ type: 'call', ...at1, number: first, reason: 'x' })).toBe('counter-busy');
    hall.run({ type: 'finish', ...at1 });
    expect(hall.refused({ type: 'call', ...at1, number: first, reason: 'x' })).toBe('already-over');
  });

  test('whose clerk is gone is closed by a manager; who was called there waits again in his place, who was served is set aside', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const [first, second] = [hall.take(), hall.take()];
    expect(hall.refused({ type: 'release', counter: '3', by: 'zhao' })).toBe('counter-closed');
    expect(hall.refused({ type: 'release', counter: '9', by: 'zhao' })).toBe('unknown-counter');
    hall.run({ type: 'next', ...at1 });
    expect(hall.refused({ type: 'release', counter: '1', by: 'zhao' })).toBeNull();
    expect([hall.state(first), hall.day.counters.get('1')]).toEqual(['waiting', { id: '1', clerk: null, paused: false, current: null }]);
    expect(hall.refused({ type: 'next', ...at1 })).toBe('counter-closed');
    expect(hall.refused({ type: 'open', counter: '1', clerk: 'wu' })).toBeNull();
    hall.run({ type: 'next', counter: '1', clerk: 'wu' });
    expect(hall.day.counters.get('1')?.current).toBe(first);
    hall.run({ type: 'start', counter: '1', clerk: 'wu' });
    hall.run({ type: 'release', counter: '1', by: 'zhao' });
    expect([hall.state(first), hall.state(second)]).toEqual(['parked', 'waiting']);
    // Nobody is bound to a counter where nobody sits, and its clerk may sit down anywhere.
    expect(hall.day.tickets.get(first)?.onlyCounter).toBeNull();
    expect(hall.refused({ type: 'open', counter: '2', clerk: 'wu' })).toBeNull();
  });

  test('tells how long services took by those that ended as services, each from its own start', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const [first, second, third] = [hall.take(), hall.take(), hall.take()];
    const serve = (from: number, minutes: number, act: 'finish' | 'park'): void => {
      hall.run({ type: 'next', ...at1 }, NINE + from * MINUTE);
      hall.run({ type: 'start', ...at1 });
      hall.run(act === 'park' ? { type: 'park', note: '', ...at1 } : { type: 'finish', ...at1 }, NINE + (from + minutes) * MINUTE);
    };
    serve(0, 10, 'finish');
    serve(10, 1, 'park');
    serve(11, 1, 'park');
    expect([first, second, third].map(hall.state)).toEqual(['finished', 'parked', 'parked']);
    // One comes back an hour later and nobody presses start; the other one never does.
    hall.run({ type: 'call', ...at1, number: second, reason: '材料齐了' }, NINE + 80 * MINUTE);
    expect(hall.day.tickets.get(second)?.startedAt).toBeNull();
    hall.run({ type: 'finish', ...at1 }, NINE + 85 * MINUTE);
    hall.run({ type: 'void', number: third, clerk: 'lin', reason: 'staff' }, NINE + 300 * MINUTE);
    expect(hall.day.served.get('1')).toEqual({ count: 1, totalMs: 10 * MINUTE });
  });

  test('does nothing to anybody but whom the clerk sees there: a press that comes late, or twice, ends nobody else', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const [first, second] = [hall.take(), hall.take()];
    const seen = (sees: string | null) => ({ ...at1, sees });
    expect(hall.refused({ type: 'finish-and-next', ...seen(null) })).toBeNull();
    // The answer got lost on the way, and the screen shows nobody yet.
    for (const type of ['next', 'finish-and-next', 'finish', 'start', 'miss', 'recall'] as const) expect([type, hall.refused({ type, ...seen(null) })]).toEqual([type, 'not-as-seen']);
    for (const command of [{ type: 'park', note: '', ...seen(second) }, { type: 'transfer', class: 'estate', toCounter: null, note: '', ...seen(second) }, { type: 'call', number: second, reason: 'x', first: 'finish', ...seen(null) }] as const) expect(hall.refused(command)).toBe('not-as-seen');
    expect([hall.state(first), hall.state(second)]).toEqual(['called', 'waiting']);
    expect(hall.refused({ type: 'finish-and-next', ...seen(first) })).toBeNull();
    expect([hall.state(first), hall.state(second)]).toEqual(['finished', 'called']);
  });

  test('out of turn only with a reason', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    hall.take();
    const later = hall.take();
    expect(hall.refused({ type: 'call', ...at1, number: later, reason: ' ' })).toBe('reason-needed');
    expect(hall.refused({ type: 'call', ...at1, number: later, reason: '带着婴儿' })).toBeNull();
    expect(hall.events.at(-1)).toMatchObject({ type: 'called', number: later, reason: '带着婴儿' });
  });

  test('out of turn while somebody is served: he is finished or set aside in the same press, and only if the other can be called', () => {
    for (const [first, became] of [['finish', 'finished'], ['park', 'parked']] as const) {
      const hall = hallOf();
      hall.run({ type: 'open', ...at1 });
      const [served, , wanted] = [hall.take(), hall.take(), hall.take()];
      hall.run({ type: 'next', ...at1 });
      hall.run({ type: 'start', ...at1 });
      expect(hall.refused({ type: 'call', ...at1, number: 'A099', reason: '身体不舒服', first })).toBe('unknown-number');
      expect(hall.refused({ type: 'call', ...at1, number: wanted, reason: '', first })).toBe('reason-needed');
      expect(hall.refused({ type: 'call', ...at1, number: served, reason: '身体不舒服', first })).toBe('not-waiting');
      expect(hall.state(served)).toBe('serving');
      expect(hall.refused({ type: 'call', ...at1, number: wanted, reason: '身体不舒服', first })).toBeNull();
      expect([hall.state(served), hall.state(wanted), hall.day.counters.get('1')?.current]).toEqual([became, 'called', wanted]);
    }
  });

  test('who did not come is called again first, keeps the turn within the tolerance, then goes behind, then is void', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const first = hall.take();
    const others = Array.from({ length: 12 }, () => hall.take());
    const miss = (): void => {
      hall.run({ type: 'recall', ...at1 });
      hall.run({ type: 'miss', ...at1 });
    };
    const serve = (): string => {
      hall.run({ type: 'next', ...at1 });
      const number = hall.day.counters.get('1')?.current ?? '';
      hall.run({ type: 'finish', ...at1 });
      return number;
    };
    hall.run({ type: 'next', ...at1 });
    expect(hall.refused({ type: 'miss', ...at1 })).toBe('recall-first');
    miss();
    serve();
    hall.run({ type: 'come-back', number: first, by: 'counter-1' });
    hall.run({ type: 'next', ...at1 });
    expect(hall.day.counters.get('1')?.current).toBe(first);
    miss();
    for (let n = 0; n < RULES.noShow.toleranceCalls + 1; n += 1) serve();
    hall.run({ type: 'come-back', number: first, by: 'counter-1' });
    expect([serve(), serve()]).toEqual([others[5], others[6]]);
    hall.run({ type: 'next', ...at1 });
    expect(hall.day.counters.get('1')?.current).toBe(first);
    miss();
    expect(hall.state(first)).toBe('void');
    expect(hall.refused({ type: 'come-back', number: first, by: 'counter-1' })).toBe('already-over');
  });

  test('a transfer keeps the place by the original time', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    hall.run({ type: 'open', counter: '3', clerk: 'wu' });
    const moved = hall.take({}, NINE);
    hall.run({ type: 'next', ...at1 });
    hall.take({ class: 'estate' }, NINE + 2 * MINUTE);
    hall.run({ type: 'transfer', ...at1, class: 'estate', toCounter: null, note: '要先登记' });
    hall.run({ type: 'next', counter: '3', clerk: 'wu' });
    expect(hall.day.counters.get('3')?.current).toBe(moved);
  });

  /** At 1 and 2 somebody sits; a number taken at nine was sent from 1 to 2, one that came later waits as well. */
  const sentTo2 = () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    hall.run({ type: 'open', counter: '2', clerk: 'wu' });
    const sent = hall.take({}, NINE);
    const later = hall.take();
    hall.run({ type: 'next', ...at1 });
    expect(hall.refused({ type: 'transfer', ...at1, class: 'insurance', toCounter: '2', note: '材料在二号窗' })).toBeNull();
    return { hall, sent, later, next: (counter: string, at = NINE) => (hall.run({ type: 'finish', counter, clerk: counter === '1' ? 'lin' : 'wu' }, at), hall.run({ type: 'next', counter, clerk: counter === '1' ? 'lin' : 'wu' }, at), hall.day.counters.get(counter)?.current ?? null) };
  };

  test('a transfer to a counter by name keeps the place and the note, and nobody else calls it while that counter is open', () => {
    const { hall, sent, later, next } = sentTo2();
    expect(hall.day.tickets.get(sent)).toMatchObject({ state: 'waiting', onlyCounter: '2', note: '材料在二号窗', since: NINE });
    expect(waitingFor(hall.day, RULES, RULES.counters[1] as never, NINE)[0]).toMatchObject({ ticket: { number: sent }, why: [{ rule: 'for-this-counter' }] });
    expect(next('1')).toBe(later);
    expect(hall.refused({ type: 'next', ...at1 })).toBe('counter-busy');
    expect(next('2')).toBe(sent);
    // Also of a class that the other counter does not serve by itself.
    hall.run({ type: 'transfer', counter: '2', clerk: 'wu', class: 'estate', toCounter: '1', note: '补一张表' });
    expect(next('2')).toBeNull();
    expect([next('1'), hall.day.tickets.get(sent)?.note]).toEqual([sent, '补一张表']);
    expect(hall.refused({ type: 'transfer', ...at1, class: 'estate', toCounter: '9', note: '' })).toBe('unknown-counter');
    expect(hall.refused({ type: 'transfer', ...at1, class: 'none', toCounter: '2', note: '' })).toBe('unknown-class');
  });

  test('when the counter that a number waits for closes, every counter of its class may call it, in its old place, and it is not bound to whoever opens there', () => {
    const { hall, sent, next } = sentTo2();
    hall.run({ type: 'close', counter: '2', clerk: 'wu' });
    hall.run({ type: 'open', counter: '2', clerk: 'wu' });
    expect(next('1')).toBe(sent);
  });

  test('sent to a counter that is not open yet, a number waits for it as long as for an open one, and does not come back to whoever sent it', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const [sent, later] = [hall.take({}, NINE), hall.take()];
    hall.run({ type: 'next', ...at1 });
    hall.run({ type: 'transfer', ...at1, class: 'insurance', toCounter: '2', note: '' });
    hall.run({ type: 'next', ...at1 });
    expect(hall.day.counters.get('1')?.current).toBe(later);
    hall.run({ type: 'finish', ...at1 });
    expect(hall.refused({ type: 'next', ...at1 })).toBe('nobody-waits');
    hall.run({ type: 'next', ...at1 }, NINE + ONE_COUNTER_MINUTES * MINUTE);
    expect(hall.day.counters.get('1')?.current).toBe(sent);
  });

  test(`a number waits for one counter ${ONE_COUNTER_MINUTES} minutes at most, from when it was sent there or taken up again`, () => {
    const late = sentTo2();
    late.hall.run({ type: 'pause', counter: '2', clerk: 'wu' });
    expect(late.next('1', NINE + (ONE_COUNTER_MINUTES - 1) * MINUTE)).toBe(late.later);
    expect(late.next('1', NINE + ONE_COUNTER_MINUTES * MINUTE)).toBe(late.sent);
    late.hall.run({ type: 'park', ...at1, note: '去复印' });
    late.hall.run({ type: 'unpark', number: late.sent, clerk: 'lin' }, NINE + 90 * MINUTE);
    late.hall.run({ type: 'resume', counter: '2', clerk: 'wu' });
    expect(late.next('2', NINE + 109 * MINUTE)).toBeNull();
    expect(late.next('2', NINE + 110 * MINUTE)).toBe(late.sent);
  });

  test('a doubtful paper is not called, until staff confirm it or make it void', () => {
    const hall = hallOf();
    hall.run({ type: 'open', ...at1 });
    const number = hall.take();
    hall.run({ type: 'paper-doubtful', number });
    expect(hall.refused({ type: 'next', ...at1 })).toBe('nobody-waits');
    hall.run({ type: 'paper-confirmed', number, clerk: 'lin' });
    expect(hall.refused({ type: 'next', ...at1 })).toBeNull();
  });
});

describe('appointments', () => {
  const slot = NINE + 60 * MINUTE;
  const appointment = { id: 'AP-1', class: 'insurance', item: null, slot, day: DAY, hall: 'qingxi' };
  const checkIn = { type: 'check-in', appointment, by: 't1', priority: null, ticket: 'c'.repeat(24) } as const;
  test('of another day or hall, too early, or checked in already, are refused', () => {
    const hall = hallOf();
    expect(hall.refused({ ...checkIn, appointment: { ...appointment, day: '20261124' } })).toBe('other-day');
    expect(hall.run({ ...checkIn, appointment: { ...appointment, day: '20261124', hall: 'elsewhere', hallName: { zh: '河西', en: 'Hexi' } } })).toEqual({ ok: false, refusal: 'other-hall', agreed: { at: slot, hall: { zh: '河西', en: 'Hexi' } } });
    expect(hall.refused({ ...checkIn, appointment: { ...appointment, class: 'gone' } })).toBe('unknown-class');
    expect(hall.refused(checkIn, NINE)).toBe('too-early');
    expect(hall.refused(checkIn, slot - 10 * MINUTE)).toBeNull();
    expect(hall.refused({ ...checkIn, ticket: 'd'.repeat(24) })).toBe('already-checked-in');
  });

  test('check in before the hall opens for its hours to come, not at noon after them, and too early they are told from when on', () => {
    const rules = structuredClone(RULES);
    (rules.classes[0] as { hours: unknown }).hours = [{ days: [1], from: '09:30', to: '12:00' }];
    const at = (agreed: string, now: string): Decision => {
      const [slotAt, nowAt] = [agreed, now].map((time) => Date.parse(`2026-11-23T${time}:00+08:00`)) as [number, number];
      const local = { weekday: 1, minutes: Number(now.slice(0, 2)) * 60 + Number(now.slice(3)) };
      return decide(emptyDay(DAY), rules, { ...checkIn, appointment: { ...appointment, slot: slotAt } }, { ...AROUND, now: nowAt, local });
    };
    expect(at('09:30', '09:00').ok).toBe(true);
    expect(at('09:30', '08:59')).toEqual({ ok: false, refusal: 'too-early', from: Date.parse('2026-11-23T09:00:00+08:00') });
    expect(at('10:00', '09:40').ok).toBe(true);
    // Nobody serves at the agreed time, or any more.
    expect(at('09:15', '09:00')).toEqual({ ok: false, refusal: 'class-closed' });
    expect(at('11:55', '12:05')).toEqual({ ok: false, refusal: 'class-closed' });
  });

  test('in time go before walk-ins of their own minutes; late ones are walk-ins', () => {
    const order = (checkedInAt: number, walkInAt: number): (string | undefined)[] => {
      const hall = hallOf();
      const steps = [
        [checkedInAt, () => hall.run(checkIn, checkedInAt)],
        [walkInAt, () => hall.take({ by: 't9' }, walkInAt)],
      ] as const;
      for (const [, step] of [...steps].sort((a, b) => a[0] - b[0])) step();
      return waitingFor(hall.day, RULES, RULES.counters[0] as never, hall.day.lastAt).map(({ ticket }) => ticket.number);
    };
    expect(order(slot - 5 * MINUTE, slot - 10 * MINUTE)).toEqual(['Y001', 'A001']);
    expect(order(slot - 5 * MINUTE, slot - 25 * MINUTE)).toEqual(['A001', 'Y001']);
    expect(order(slot + 16 * MINUTE, slot + 14 * MINUTE)).toEqual(['A001', 'Y001']);
  });
});

describe('nobody starves', () => {
  const person = fc.record({ after: fc.integer({ min: 0, max: 20 }), priority: fc.constantFrom(null, 'elder', 'soldier'), estate: fc.boolean() });
  test(`who came more than ${overtakingBound(RULES)} minutes after somebody is never called before him at a counter that serves both`, () => {
    fc.assert(
      fc.property(fc.array(person, { minLength: 2, maxLength: 40 }), fc.constantFrom(...RULES.counters), (people, counter) => {
        const hall = hallOf();
        let now = NINE;
        people.forEach(({ after, priority, estate }, index) => {
          now += after * MINUTE;
          hall.take({ priority, class: estate ? 'estate' : 'insurance', by: `p${index}` }, now);
        });
        const order = waitingFor(hall.day, RULES, counter, now);
        order.forEach(({ ticket }, place) => {
          for (const later of order.slice(place + 1)) expect(ticket.since - later.ticket.since).toBeLessThanOrEqual(overtakingBound(RULES) * MINUTE);
        });
      }),
      { numRuns: 300 },
    );
  });

  const step = fc.record({
    act: fc.constantFrom('take', 'take', 'take', 'open', 'open', 'close', 'next', 'next', 'finish-and-next', 'finish', 'park', 'unpark', 'send', 'send', 'move', 'miss', 'come-back', 'pause', 'resume'),
    counter: fc.constantFrom(...RULES.counters.map(({ id }) => id)),
    other: fc.constantFrom(...RULES.counters.map(({ id }) => id)),
    estate: fc.boolean(),
    priority: fc.constantFrom(null, 'elder', 'soldier'),
    after: fc.integer({ min: 0, max: 12 }),
    pick: fc.nat(30),
  });
  test(`nor where numbers are sent to counters by name, set aside, and counters open and close; after ${ONE_COUNTER_MINUTES} minutes, or when that counter closes, the promise holds for them too, and everybody is called in the end`, () => {
    let released = 0;
    const overtaken: string[] = [];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const hall = hallOf();
        let now = NINE;
        /** A book of its own: for which counter a number waits, and since when. */
        const sent = new Map<string, { counter: string; since: number }>();
        const serves = (counter: string, classId: string): boolean => RULES.counters.some(({ id, skills }) => id === counter && skills.some((skill) => skill.class === classId));
        const run = (command: Command): void => {
          const waiting = [...hall.day.tickets.values()].filter(({ state, misses }) => state === 'waiting' && misses === 0).map(({ number, since, class: of }) => ({ number, since, of }));
          const decision = hall.run(command, now);
          for (const event of decision.ok ? decision.events : []) {
            if (event.type === 'counter-closed') for (const [number, { counter }] of sent) if (counter === event.counter) sent.delete(number);
            if (event.type === 'parked') sent.set(event.number, { counter: event.counter, since: now });
            const before = 'number' in event ? sent.get(event.number) : undefined;
            if (event.type === 'unparked' && before !== undefined) sent.set(event.number, { ...before, since: now });
            if (event.type === 'transferred') {
              sent.delete(event.number);
              if (event.toCounter !== null) sent.set(event.number, { counter: event.toCounter, since: now });
            }
            if (event.type !== 'called') continue;
            const called = hall.day.tickets.get(event.number);
            const own = sent.get(event.number);
            if (own !== undefined && own.counter !== event.counter) released += 1;
            for (const one of waiting) {
              const waitsFor = sent.get(one.number);
              const kept = waitsFor !== undefined && waitsFor.counter !== event.counter && now - waitsFor.since < ONE_COUNTER_MINUTES * MINUTE;
              if (one.number === event.number || kept || !(waitsFor?.counter === event.counter || serves(event.counter, one.of))) continue;
              if ((called?.since ?? 0) - one.since > overtakingBound(RULES) * MINUTE) overtaken.push(`${event.number} at ${event.counter} before ${one.number}`);
            }
          }
        };
        steps.forEach(({ act, counter, other, estate, priority, after, pick }, index) => {
          now += after * MINUTE;
          const at = { counter, clerk: `c${counter}` };
          const one = (state: string): string | undefined => [...hall.day.tickets.values()].filter((ticket) => ticket.state === state).map(({ number }) => number).at(pick % 5);
          const classId = estate ? 'estate' : 'insurance';
          if (act === 'take') run({ type: 'take', class: classId, by: `p${index}`, priority, item: null, identified: true, ticket: hex(index, 24) });
          else if (act === 'send' || act === 'move') run({ type: 'transfer', ...at, class: classId, toCounter: act === 'send' ? other : null, note: '' });
          else if (act === 'park') run({ type: 'park', ...at, note: '' });
          else if (act === 'unpark') run({ type: 'unpark', number: one('parked') ?? 'A001', clerk: at.clerk });
          else if (act === 'come-back') run({ type: 'come-back', number: one('missed') ?? 'A001', by: 'counter-1' });
          else if (act === 'miss') {
            run({ type: 'recall', ...at });
            run({ type: 'miss', ...at });
          } else run({ type: act, ...at });
        });
        // Twenty minutes later everybody goes home but the one who serves both classes: nobody who waits is forgotten.
        now += ONE_COUNTER_MINUTES * MINUTE;
        for (const { id } of RULES.counters) for (const type of ['finish', 'close'] as const) run({ type, counter: id, clerk: `c${id}` });
        const last = { counter: '2', clerk: 'c2' };
        run({ type: 'open', ...last });
        for (let left = hall.day.open.size; left >= 0; left -= 1) run({ type: 'finish-and-next', ...last });
        expect([overtaken, [...hall.day.tickets.values()].filter(({ state }) => state === 'waiting')]).toEqual([[], []]);
      }),
      { numRuns: 250 },
    );
    // The runs are worth something: numbers were called at a counter that they were not sent to.
    expect(released).toBeGreaterThan(5);
  }, 120_000);
});

describe('any commands in any order', () => {
  const number = fc.integer({ min: 1, max: 12 }).map((n) => `A${String(n).padStart(3, '0')}`);
  const desk = fc.record({ counter: fc.constantFrom('1', '2', '3', '9'), clerk: fc.constantFrom('lin', 'wu') });
  const ticket = fc.integer({ min: 0, max: 30 }).map((n) => hex(n, 24));
  const leaseId = fc.integer({ min: 0, max: 3 }).map((n) => hex(n, 16));
  const priority = fc.constantFrom(null, 'elder', 'unknown');
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.record({ type: fc.constant('take' as const), class: fc.constantFrom('insurance', 'estate', 'none'), by: fc.constantFrom('t1', 't2'), priority, item: fc.constant(null), identified: fc.boolean(), ticket }),
    fc.record({ type: fc.constant('join' as const), lease: leaseId, ordinal: fc.integer({ min: 1, max: 50 }), by: fc.constantFrom('t1', 't2'), priority, item: fc.constant(null), ticket, takenAt: fc.constant(NINE) }),
    fc.record({ type: fc.constant('lease' as const), class: fc.constantFrom('insurance', 'estate'), by: fc.constantFrom('t1', 't2'), lease: leaseId }),
    fc.record({ type: fc.constant('burn' as const), lease: leaseId }),
    fc.record({ type: fc.constant('paper-doubtful' as const), number }),
    fc.record({ type: fc.constant('paper-confirmed' as const), number, clerk: fc.constant(null) }),
    fc.record({ type: fc.constant('give-back' as const), ticket }),
    fc.record({ type: fc.constant('void' as const), number, clerk: fc.constant('lin'), reason: fc.constant('staff' as const) }),
    fc.record({ type: fc.constant('come-back' as const), number, by: fc.constant('counter-1') }),
    fc.record({ type: fc.constant('unpark' as const), number, clerk: fc.constant('lin') }),
    fc.record({ type: fc.constant('rate' as const), number, score: fc.constantFrom(1 as const, 5 as const) }),
    fc.tuple(fc.constantFrom('open' as const, 'close' as const, 'pause' as const, 'resume' as const, 'next' as const, 'recall' as const, 'miss' as const, 'start' as const, 'finish' as const, 'finish-and-next' as const), desk).map(([type, where]) => ({ type, ...where })),
    fc.tuple(number, desk).map(([called, where]) => ({ type: 'call' as const, number: called, reason: 'asked', ...where })),
    desk.map((where) => ({ type: 'park' as const, note: '', ...where })),
    fc.tuple(fc.constantFrom('insurance', 'estate', 'none'), fc.constantFrom(null, '1', '9'), desk).map(([to, toCounter, where]) => ({ type: 'transfer' as const, class: to, toCounter, note: '', ...where })),
    fc.constant({ type: 'end-day' as const }),
  );

  test('are decided without an exception, keep the day whole, and replay to the same day', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const hall = hallOf();
        commands.forEach((one, index) => hall.run(one, NINE + index * 1_000));
        const { day } = hall;
        const numbers = hall.events.flatMap((event) => (event.type === 'taken' || event.type === 'checked-in' ? [event.number] : []));
        expect(new Set(numbers).size).toBe(numbers.length);
        const atCounters = new Map([...day.counters.values()].flatMap(({ id, current }) => (current === null ? [] : [[current, id]])));
        for (const one of day.tickets.values()) {
          expect(day.open.has(one.number)).toBe(!['finished', 'given-back', 'void'].includes(one.state));
          expect(one.counter).toBe(one.state === 'called' || one.state === 'serving' ? atCounters.get(one.number) : null);
          atCounters.delete(one.number);
        }
        expect(atCounters.size).toBe(0);
        const again = emptyDay(DAY);
        for (const event of hall.events) apply(again, event);
        expect(again).toEqual(day);
        for (const counter of RULES.counters) expect(nextFor(day, RULES, counter, NINE + commands.length * 1_000)?.ticket.state ?? 'waiting').toBe('waiting');
      }),
      { numRuns: 400 },
    );
  }, 120_000);
});
