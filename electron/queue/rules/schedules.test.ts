/**
 * Law 4 with everything broken, as a model: one hall, several terminals, a network that delays, doubles and loses, clocks that jump, programs that
 * die between keeping and printing, databases put back from before; and clerks who call, send numbers to each other, set them aside, come and go. The rules
 * are the real ones; disks and network are the model's. Every log is read by the books of test/queue/invariants.ts, which do not know the rules.
 * HALL24_SCHEDULES: how many (1,500 without it).
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInvariants, type OrderRules } from '../../../test/queue/invariants.ts';
import { APPOINTMENTS, apply, emptyDay, type Day } from './day.ts';
import { decide, type Command } from './decide.ts';
import { emptyDispenser, giveFromLease, onDay, onGivenBack, onJoined, onLease, onLostMemory, onUnanswered, wantsLeases, type Dispenser } from './dispenser.ts';
import type { QueueEvent } from './events.ts';
import { NINE, RULES } from './fixtures.ts';
import { ONE_COUNTER_MINUTES, overtakingBound } from './order.ts';

const SCHEDULES = Number(process.env['HALL24_SCHEDULES'] ?? 1_500);
const TERMINALS = 2;
const DAYS = ['20261123', '20261124', '20261125'];
const rules = { ...RULES, leaseNumbers: 5 };
const order: OrderRules = { boundMinutes: overtakingBound(rules), serves: new Map(rules.counters.map(({ id, skills }) => [id, new Set(skills.map((skill) => skill.class))])) };
const MINUTE_MS = 60_000;
const COUNTER_ACTS = ['open', 'open', 'next', 'next', 'finish-and-next', 'send', 'send', 'park', 'unpark', 'miss', 'come-back', 'close', 'later'] as const;

/** Where a step of a schedule breaks: after the log, after the answer left, … */
type Break = 'none' | 'before-commit' | 'after-commit';

/** The hall: its log is on the disk; marks are in another file of the same disk, which no backup holds. */
class Hall {
  log = new Map<string, QueueEvent[]>();
  marks = new Map<string, number>();
  restored = false;
  now = NINE;
  private memory = new Map<string, Day>();

  day(name: string): Day {
    const known = this.memory.get(name);
    if (known !== undefined) return known;
    const fresh = emptyDay(name);
    for (const event of this.log.get(name) ?? []) apply(fresh, event);
    this.memory.set(name, fresh);
    if (this.restored) {
      const names = [...rules.classes.map(({ id }) => id), APPOINTMENTS];
      for (const one of names) {
        const last = this.marks.get(`${name}:${one}`) ?? 0;
        if (last > (fresh.ordinals.get(one) ?? 0)) this.keep(name, { type: 'numbers-burned', at: Math.max(this.now, fresh.lastAt), name: one, last });
      }
    }
    return fresh;
  }
  private keep(name: string, event: QueueEvent): void {
    apply(this.day(name), event);
    // Never changed where a backup may hold it.
    this.log.set(name, [...(this.log.get(name) ?? []), event]);
  }
  run(name: string, command: Command, breaks: Break): QueueEvent[] | null {
    const day = this.day(name);
    // As the real hall: its clock never goes behind what the day has seen.
    const decision = decide(day, rules, command, { now: Math.max(this.now, day.lastAt), local: { weekday: 1, minutes: 600 }, hall: 'qingxi' });
    if (!decision.ok) return null;
    for (const event of decision.events) {
      const ordinal = event.type === 'leased' ? event.last : event.type === 'taken' ? (event.ordinal ?? 0) : 0;
      const key = `${name}:${'class' in event ? event.class : ''}`;
      // The mark is synced first, in blocks: it may be above, never below.
      if (ordinal > (this.marks.get(key) ?? 0)) this.marks.set(key, ordinal + 3);
    }
    if (breaks === 'before-commit') {
      this.die();
      return null;
    }
    for (const event of decision.events) this.keep(name, event);
    if (breaks === 'after-commit') {
      this.die();
      return null;
    }
    return decision.events;
  }
  die(): void {
    this.memory.clear();
  }
  backup(): Map<string, QueueEvent[]> {
    return new Map(this.log);
  }
  restore(copy: Map<string, QueueEvent[]>): void {
    this.log = new Map(copy);
    this.restored = true;
    this.die();
  }
}

const step = fc.record({
  kind: fc.oneof(
    { weight: 10, arbitrary: fc.constant('take' as const) },
    { weight: 8, arbitrary: fc.constant('counter' as const) },
    { weight: 4, arbitrary: fc.constantFrom('lease' as const, 'join' as const) },
    { weight: 3, arbitrary: fc.constantFrom('restore' as const, 'backup' as const, 'terminal-backup' as const, 'terminal-restore' as const) },
    { weight: 1, arbitrary: fc.constantFrom('day' as const, 'hall-dies' as const, 'give-back' as const, 'clock' as const, 'deliver' as const, 'burn' as const) },
  ),
  terminal: fc.integer({ min: 0, max: TERMINALS - 1 }),
  class: fc.constantFrom('insurance', 'insurance', 'estate'),
  breaks: fc.oneof({ weight: 8, arbitrary: fc.constant<Break>('none') }, { weight: 1, arbitrary: fc.constantFrom<Break>('before-commit', 'after-commit') }),
  /** What becomes of the question and of its answer on the way. */
  question: fc.oneof({ weight: 5, arbitrary: fc.constant('arrives' as const) }, { weight: 5, arbitrary: fc.constant('lost' as const) }, { weight: 1, arbitrary: fc.constantFrom('late' as const, 'doubled' as const) }),
  answer: fc.oneof({ weight: 8, arbitrary: fc.constant('arrives' as const) }, { weight: 1, arbitrary: fc.constant('lost' as const) }),
  printed: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  amount: fc.integer({ min: -7_200, max: 7_200 }),
  act: fc.constantFrom(...COUNTER_ACTS),
  counter: fc.constantFrom(...rules.counters.map(({ id }) => id)),
  other: fc.constantFrom(...rules.counters.map(({ id }) => id)),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const QUIET: Step = { kind: 'take', terminal: 0, class: 'insurance', breaks: 'none', question: 'arrives', answer: 'arrives', printed: true, amount: 0, act: 'open', counter: '1', other: '2' };

/** What a clerk does, on the log as it is now. */
const atCounter = (hall: Hall, name: string, { act, counter, other, class: classId, breaks, amount }: Step): void => {
  const desk = { counter, clerk: `c${counter}` };
  const inState = (state: string): string => [...hall.day(name).tickets.values()].find((ticket) => ticket.state === state)?.number ?? 'A001';
  const say = (command: Command): void => void hall.run(name, command, breaks);
  if (act === 'send') say({ type: 'transfer', ...desk, class: classId, toCounter: amount % 3 === 0 ? null : other, note: '' });
  else if (act === 'park') say({ type: 'park', ...desk, note: '' });
  else if (act === 'unpark') say({ type: 'unpark', number: inState('parked'), clerk: desk.clerk });
  else if (act === 'come-back') say({ type: 'come-back', number: inState('missed'), by: 'counter-1' });
  else if (act === 'later') hall.now += (Math.abs(amount) % 30) * MINUTE_MS;
  else if (act === 'miss') {
    say({ type: 'recall', ...desk });
    say({ type: 'miss', ...desk });
  } else say({ type: act, ...desk });
};

/** Twenty minutes later everybody goes home but a clerk who serves all classes. @returns who waits all the same, and what the books of the log say is wrong */
const lastClerk = (hall: Hall): string[] =>
  [...hall.log.keys()].flatMap((name) => {
    const say = (command: Command): void => void hall.run(name, command, 'none');
    hall.now = Math.max(hall.now, hall.day(name).lastAt) + ONE_COUNTER_MINUTES * MINUTE_MS;
    for (const { id } of rules.counters) for (const type of ['finish', 'close'] as const) say({ type, counter: id, clerk: `c${id}` });
    const desk = { counter: '2', clerk: 'c2' };
    say({ type: 'open', ...desk });
    for (let left = hall.day(name).open.size; left >= 0; left -= 1) say({ type: 'finish-and-next', ...desk });
    const books = createInvariants(order);
    return [
      ...[...hall.day(name).tickets.values()].filter(({ state }) => state === 'waiting').map(({ number }) => `${name}: ${number} is never called`),
      ...(hall.log.get(name) ?? []).flatMap((event, index) => books.look(name, index + 1, event)),
    ];
  });

/** Plays a schedule; every terminal begins with leases. @returns every number that came into a hand, by business day; and what is wrong in the end */
const play = (steps: readonly Step[]): { held: string[]; wrong: string[] } => {
  const hall = new Hall();
  const terminals: Dispenser[] = Array.from({ length: TERMINALS }, () => emptyDispenser(DAYS[0] as string));
  const copies: (Dispenser | null)[] = Array.from({ length: TERMINALS }, () => null);
  let copy = hall.backup();
  const late: { name: string; command: Command }[] = [];
  const held: string[] = [];
  let ids = 0;
  const firstLeases = Array.from({ length: TERMINALS }, (_, terminal): Step => ({ ...QUIET, kind: 'lease', terminal }));

  for (const played of [...firstLeases, ...steps]) {
    const { kind, terminal, class: classId, breaks, question, answer, printed, amount } = played;
    const me = terminals[terminal] as Dispenser;
    const by = `t${terminal}`;
    ids += 1;
    const id = ids.toString(16).padStart(24, '0');
    /** Asks the hall over the network. null: no answer, whatever happened there. */
    const ask = (command: Command): QueueEvent[] | null => {
      if (question === 'lost') return null;
      if (question === 'late') {
        late.push({ name: me.day, command });
        return null;
      }
      if (question === 'doubled') hall.run(me.day, command, breaks);
      const events = hall.run(me.day, command, breaks);
      return answer === 'lost' ? null : events;
    };
    switch (kind) {
      case 'take': {
        const events = ask({ type: 'take', class: classId, by, priority: null, item: null, identified: true, ticket: id });
        // A doubled question is answered with no events the second time: the hall then tells the ticket by its id.
        const number = events === null ? null : hall.day(me.day).tickets.get(hall.day(me.day).byTicket.get(id) ?? '')?.number;
        if (number !== null && number !== undefined) {
          held.push(`${me.day}:${number}`);
          break;
        }
        if (events !== null) break;
        const left = onUnanswered(me, id);
        ids += 1;
        const offline = giveFromLease(left, rules, { class: classId, ticket: ids.toString(16).padStart(24, '0'), priority: null, item: null, now: hall.now });
        terminals[terminal] = offline?.state ?? left;
        // Power may go between keeping and printing: the number is then nobody's, and stays so.
        if (offline !== null && printed) held.push(`${me.day}:${offline.given.number}`);
        break;
      }
      case 'lease':
        for (const wanted of wantsLeases(me, rules, me.day)) {
          ids += 1;
          const events = ask({ type: 'lease', class: wanted, by, lease: ids.toString(16).padStart(16, '0') });
          for (const event of events ?? []) if (event.type === 'leased') terminals[terminal] = onLease(terminals[terminal] as Dispenser, { ...event, day: me.day });
        }
        break;
      case 'join':
        for (const one of me.given) if (ask({ type: 'join', by, class: one.class, lease: one.lease, ordinal: one.ordinal, priority: null, item: null, ticket: one.ticket, takenAt: one.takenAt }) !== null) terminals[terminal] = onJoined(terminals[terminal] as Dispenser, one.ticket);
        break;
      case 'give-back':
        for (const one of me.abandoned) if (ask({ type: 'give-back', ticket: one }) !== null) terminals[terminal] = onGivenBack(terminals[terminal] as Dispenser, one);
        break;
      case 'day':
        // Each terminal turns its own day, forwards and back, as its own clock tells it.
        terminals[terminal] = onDay(me, DAYS[Math.abs(amount) % DAYS.length] as string);
        break;
      case 'counter':
        atCounter(hall, me.day, played);
        break;
      case 'clock':
        hall.now += amount * 1_000;
        break;
      case 'hall-dies':
        hall.die();
        break;
      case 'backup':
        copy = hall.backup();
        break;
      case 'restore':
        hall.restore(copy);
        break;
      case 'terminal-backup':
        copies[terminal] = me;
        break;
      case 'terminal-restore':
        terminals[terminal] = onLostMemory(copies[terminal] ?? emptyDispenser(me.day));
        break;
      case 'burn':
        for (const one of me.leases) hall.run(one.day, { type: 'burn', lease: one.lease, by }, breaks);
        terminals[terminal] = onLostMemory(me);
        break;
      case 'deliver':
        for (const { name, command } of late.splice(0)) hall.run(name, command, breaks);
        break;
    }
  }
  return { held, wrong: lastClerk(hall) };
};

test(`no two people hold the same number in a business day, nobody is overtaken beyond the bound or forgotten, whatever breaks (${SCHEDULES} schedules)`, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), (steps) => {
      const { held, wrong } = play(steps);
      expect([held.length - new Set(held).size, wrong]).toEqual([0, []]);
    }),
    { numRuns: SCHEDULES },
  );
}, 180_000 + SCHEDULES * 20);

test('the schedules are worth something: with leases used again after a restore of the terminal, the same number comes twice', () => {
  const offline: Step = { ...QUIET, question: 'lost' };
  const steps: Step[] = [{ ...QUIET, kind: 'terminal-backup' }, offline, { ...QUIET, kind: 'terminal-restore' }, offline];
  // The real terminal gives nothing after the restore; one that forgot to burn its leases would.
  expect(play(steps).held).toHaveLength(1);
  const kept = onLease(emptyDispenser('20261123'), { lease: '1'.repeat(16), day: '20261123', class: 'insurance', first: 1, last: 5 });
  const give = (state: Dispenser) => giveFromLease(state, rules, { class: 'insurance', ticket: 'a'.repeat(24), priority: null, item: null, now: NINE })?.given.number;
  expect(give(kept)).toBe(give(kept));
});
