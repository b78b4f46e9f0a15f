/**
 * A day with rules that are not live yet: the same rules that call people (`rules/`), in virtual time, with people and counters as the manager assumes
 * them. So that whoever changes a rule sees who waits longer for it before anybody does.
 */
import { z } from 'zod';
import type { Queue } from '../../kiosk-config/index.ts';
import { agendaFrom } from './agenda.ts';
import { chanceOf } from './chance.ts';
import { apply, emptyDay, type Ticket } from './rules/day.ts';
import { decide, type Command } from './rules/decide.ts';
import type { QueueEvent } from './rules/events.ts';
import { overtakingBound } from './rules/order.ts';
import { spread, spreadOf } from './spread.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
/** More is no hall, and would keep the agent from its work. */
const MOST_PEOPLE = 20_000;
/** How long a clerk waits for somebody who was called, each time. */
const PATIENCE_MS = 40_000;
/** The service of somebody who does not come when called. */
const NOBODY = -1;

const share = z.number().min(0).max(1);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const assumptions = z
  .strictObject({
    /** 1 Monday to 7 Sunday: it says which hours of the classes hold. */
    weekday: z.number().int().min(1).max(7),
    /** People in each hour of the day from midnight; mean minutes of a service, and its standard deviation as a share of that. */
    classes: z.array(z.strictObject({ class: z.string(), perHour: z.array(z.number().min(0).max(MOST_PEOPLE)).length(24), serviceMinutes: z.number().positive().max(240), spread: z.number().min(0.05).max(3).default(0.6) })).min(1),
    /** When somebody sits there; a counter that is not named stays closed. */
    counters: z.array(z.strictObject({ counter: z.string(), open: z.array(z.strictObject({ from: clockTime, to: clockTime })).max(24) })),
    /** Share of all people, by priority. */
    priorities: z.record(z.string(), share).default({}),
    bookedShare: share.default(0),
    noShowShare: share.default(0.05),
    /** From the end of one service to the next call. */
    secondsBetween: z.number().min(0).max(600).default(20),
  })
  .refine(({ classes }) => classes.reduce((sum, { perHour }) => sum + perHour.reduce((people, one) => people + one, 0), 0) <= MOST_PEOPLE, { path: ['classes'], message: `more than ${MOST_PEOPLE} people a day` })
  .refine(({ priorities }) => Object.values(priorities).reduce((sum, one) => sum + one, 0) <= 1, { path: ['priorities'], message: 'more than everybody' });
export type Assumptions = z.infer<typeof assumptions>;

const count = z.number().int().nonnegative();
export const simulation = z.strictObject({
  tickets: count,
  served: count,
  /** Got no number: the class was closed, wanted something else of them, or was out of numbers. */
  turnedAway: count,
  /** Still waiting when the last counter closed. */
  left: count,
  /** From the ticket to the first call. */
  wait: spread,
  classes: z.array(z.strictObject({ class: z.string(), tickets: count, left: count, wait: spread })),
  /** null: nobody's priority. People with an appointment stand in `booked` alone. */
  priorities: z.array(z.strictObject({ priority: z.string().nullable(), tickets: count, wait: spread })),
  booked: spread,
  /** Median wait of those who came in each hour of the day; null: nobody who was called. */
  hours: z.array(z.number().nonnegative().nullable()).length(24),
  counters: z.array(z.strictObject({ counter: z.string(), calls: count, busyShare: share })),
  /** The longest by which somebody came later and was called earlier, at a counter that serves both, in minutes; and what the rules promise at most. */
  longestOvertakingMinutes: z.number().nonnegative(),
  boundMinutes: z.number().nonnegative(),
});
export type Simulation = z.infer<typeof simulation>;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Classes, counters and priorities that the rules do not have are left out.
 * @param seed the same seed draws the same people, so that two rules can be compared on one day
 */
export const simulateDay = (rules: Queue, given: Assumptions, seed: number): Simulation => {
  const chance = chanceOf(seed);
  const agenda = agendaFrom(0);
  // Any day will do; times are milliseconds since its midnight.
  const day = emptyDay('20260302');
  let turnedAway = 0;
  let overtaking = 0;
  const busy = new Map<string, { calls: number; ms: number; openMs: number }>();
  const first = new Map<string, number>();
  /** Counters without anybody to call, and what they can do. */
  const idle = new Map<string, { classes: ReadonlySet<string>; next: () => void }>();
  const services = new Map<string, number>();
  const priorities = Object.fromEntries(Object.entries(given.priorities).filter(([id]) => rules.priorities.some((one) => one.id === id)));

  const run = (command: Command): QueueEvent[] | null => {
    const now = Math.round(agenda.now());
    const decision = decide(day, rules, command, { now, local: { weekday: given.weekday, minutes: Math.min(DAY_MINUTES - 1, Math.floor(now / MINUTE)) }, hall: 'simulated' });
    if (!decision.ok) return null;
    for (const event of decision.events) apply(day, event);
    return decision.events;
  };
  const after = (ms: number, happen: () => void): void => agenda.put(agenda.now() + ms, happen);
  const wake = (classId: string): void => {
    for (const [counter, { classes, next }] of idle) {
      if (!classes.has(classId)) continue;
      idle.delete(counter);
      after(0, next);
    }
  };

  /** Who waits longer than the one just called, and could have been called here. */
  const noteOvertaking = (called: Ticket, classes: ReadonlySet<string>): void => {
    for (const number of day.open) {
      const other = day.tickets.get(number);
      if (other?.state === 'waiting' && other.misses === 0 && called.misses === 0 && classes.has(other.class)) overtaking = Math.max(overtaking, called.since - other.since);
    }
  };

  const people: { at: number; class: string; draw: number; service: number; priority: string | null; booked: boolean; comes: boolean }[] = [];
  for (const { class: classId, perHour, serviceMinutes, spread: sigma } of given.classes) {
    if (!rules.classes.some(({ id }) => id === classId)) continue;
    perHour.forEach((expected, hour) => {
      if (expected === 0) return;
      const mean = 60 / expected;
      for (let at = hour * 60 + chance.exponential(mean); at < (hour + 1) * 60; at += chance.exponential(mean))
        people.push({ at, class: classId, draw: chance.next(), service: chance.lognormal(serviceMinutes, sigma) * MINUTE, priority: chance.among(priorities), booked: chance.happens(given.bookedShare), comes: !chance.happens(given.noShowShare) });
    });
  }
  people.forEach((person, index) => {
    agenda.put(person.at * MINUTE, () => {
      const ticket = index.toString(16).padStart(24, '0');
      const about = { by: `person-${index}`, priority: person.priority, ticket };
      const slot = Math.ceil((person.at + person.draw * 15) / 15) * 15 * MINUTE;
      const appointment = { id: String(index), class: person.class, item: null, slot, day: day.day, hall: 'simulated' };
      if (!(person.booked && run({ type: 'check-in', appointment, ...about }) !== null) && run({ type: 'take', class: person.class, item: null, identified: true, ...about }) === null) turnedAway += 1;
      const number = day.byTicket.get(ticket);
      if (number === undefined) return;
      services.set(number, person.comes ? person.service : NOBODY);
      wake(person.class);
    });
  });

  for (const { counter, open } of given.counters) {
    const config = rules.counters.find(({ id }) => id === counter);
    if (config === undefined) continue;
    const classes = new Set(config.skills.map((skill) => skill.class));
    const at = { counter, clerk: `clerk-${counter.toLowerCase()}` };
    const tally = { calls: 0, ms: 0, openMs: 0 };
    busy.set(counter, tally);
    let until = 0;
    let openedAt: number | null = null;
    const done = (calledAt: number): void => {
      tally.ms += agenda.now() - calledAt;
      after(given.secondsBetween * 1_000, next);
    };
    const nobodyComes = (calledAt: number): void => {
      if (run({ type: 'miss', ...at }) !== null) done(calledAt);
      else if (run({ type: 'recall', ...at }) !== null) after(PATIENCE_MS, () => nobodyComes(calledAt));
    };
    const next = (): void => {
      if (openedAt === null) return;
      if (agenda.now() >= until) {
        tally.openMs += agenda.now() - openedAt;
        openedAt = null;
        run({ type: 'close', ...at });
        return;
      }
      const called = run({ type: 'next', ...at })?.find((event) => event.type === 'called');
      const ticket = called === undefined ? undefined : day.tickets.get(called.number);
      if (ticket === undefined) {
        idle.set(counter, { classes, next });
        return;
      }
      tally.calls += 1;
      const calledAt = agenda.now();
      if (!first.has(ticket.number)) first.set(ticket.number, calledAt - ticket.since);
      noteOvertaking(ticket, classes);
      const service = services.get(ticket.number) ?? 0;
      if (service === NOBODY) {
        after(PATIENCE_MS, () => nobodyComes(calledAt));
        return;
      }
      run({ type: 'start', ...at });
      after(service, () => {
        run({ type: 'finish', ...at });
        done(calledAt);
      });
    };
    for (const { from, to } of open) {
      agenda.put(minutesOf(from) * MINUTE, () => {
        until = Math.max(until, minutesOf(to) * MINUTE);
        if (openedAt !== null) return;
        openedAt = agenda.now();
        run({ type: 'open', ...at });
        next();
      });
      agenda.put(minutesOf(to) * MINUTE, () => {
        // Whoever is being served is served to the end.
        if (idle.delete(counter)) next();
      });
    }
  }
  agenda.run(2 * DAY_MINUTES * MINUTE);

  const tickets = [...day.tickets.values()];
  const waitOf = (some: readonly Ticket[]) => spreadOf(some.flatMap(({ number }) => first.get(number) ?? []));
  const leftOf = (some: readonly Ticket[]): number => some.filter(({ number, state }) => state === 'waiting' && !first.has(number)).length;
  const walkIns = tickets.filter(({ slot }) => slot === null);
  return {
    tickets: tickets.length,
    served: tickets.filter(({ state }) => state === 'finished').length,
    turnedAway,
    left: leftOf(tickets),
    wait: waitOf(tickets),
    classes: rules.classes.map(({ id }) => {
      const some = tickets.filter((ticket) => ticket.class === id);
      return { class: id, tickets: some.length, left: leftOf(some), wait: waitOf(some) };
    }),
    priorities: [null, ...rules.priorities.map(({ id }) => id)].map((priority) => {
      const some = walkIns.filter((ticket) => ticket.priority === priority);
      return { priority, tickets: some.length, wait: waitOf(some) };
    }),
    booked: waitOf(tickets.filter(({ slot }) => slot !== null)),
    hours: Array.from({ length: 24 }, (_, hour) => waitOf(tickets.filter(({ since }) => Math.floor(since / MINUTE / 60) === hour)).median),
    counters: [...busy].map(([counter, { calls, ms, openMs }]) => ({ counter, calls, busyShare: openMs === 0 ? 0 : Math.min(1, ms / openMs) })),
    longestOvertakingMinutes: Math.round((overtaking / MINUTE) * 10) / 10,
    boundMinutes: overtakingBound(rules),
  };
};
