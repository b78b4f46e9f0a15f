/**
 * The days beside the running one: numbers of the next business day that terminals hold in reserve, and numbers of days that are over which a
 * terminal gave while nobody could be reached and tells only now. The same log, the same rules; nobody is called on these days.
 */
import type { Queue } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Outcome } from './hall.ts';
import { APPOINTMENTS, apply, emptyDay, type Day } from './rules/day.ts';
import { decide, type Command } from './rules/decide.ts';
import type { QueueEvent } from './rules/events.ts';
import type { NumberMarks, QueueStore, StoredEvent } from './store.ts';

export type OtherDayCommand = Extract<Command, { type: 'lease' | 'join' | 'burn' | 'give-back' }>;

export interface OtherDays {
  /** The next day on which any class gives numbers, YYYYMMDD; null: none within a week. */
  next(): string | null;
  /** The next day with what was set aside of it; null until something was. */
  ahead(): Day | null;
  /** Resolves when it is kept. Days that are over take in what was given on them and end it at once; leases are for the next day alone. */
  run(day: string, command: OtherDayCommand): Promise<Outcome>;
  /** The number of a ticket of another day; null: none of it, or not looked at since the start. */
  numberOf(day: string, ticket: string): string | null;
}

export interface OtherDaysOptions {
  store: QueueStore;
  /** The same marks as the running day's. */
  marks: NumberMarks;
  rules: () => Queue;
  clock: Clock;
  hall: { id: string; timeZone: string; businessDayStartsAt: string };
  /** The running business day. */
  today: () => string;
}

/** How long ago a day may be over for its numbers still to join. */
const DAYS_BACK = 7;
const DAY_MS = 86_400_000;

const dateOf = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00Z`);
const plus = (day: string, days: number): string => new Date(dateOf(day) + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
const weekdayOf = (day: string): number => new Date(dateOf(day)).getUTCDay() || 7;

/** The next day after `day` on which a class gives numbers. */
export const nextOpenDay = (rules: Queue, day: string): string | null => {
  for (let ahead = 1; ahead <= 7; ahead += 1) {
    const next = plus(day, ahead);
    if (rules.classes.some(({ hours }) => hours.some(({ days }) => days.includes(weekdayOf(next))))) return next;
  }
  return null;
};

/** Reads what was set aside of the next day already. */
export const openOtherDays = async ({ store, marks, rules, clock, hall, today }: OtherDaysOptions): Promise<OtherDays> => {
  const days = new Map<string, Day>();
  let turn: Promise<unknown> = Promise.resolve();
  const next = (): string | null => nextOpenDay(rules(), today());

  const takeIn = (day: Day, events: readonly StoredEvent[]): void => {
    for (const { version, event } of events) if (version > day.version) apply(day, event);
  };
  /** Above every number that a later life of the database may have set aside. */
  const burned = (day: Day): QueueEvent[] =>
    marks.restored
      ? [...rules().classes.map(({ id }) => id), APPOINTMENTS].flatMap((name) => {
          const last = marks.atLeast(`${day.day}:${name}`);
          return last > (day.ordinals.get(name) ?? 0) ? [{ type: 'numbers-burned' as const, at: Math.max(clock.wall(), day.lastAt), name, last }] : [];
        })
      : [];

  const allowed = (name: string, command: OtherDayCommand): boolean => {
    if (name === next()) return true;
    return command.type !== 'lease' && name < today() && dateOf(today()) - dateOf(name) <= DAYS_BACK * DAY_MS;
  };

  const perform = async (name: string, command: OtherDayCommand): Promise<Outcome> => {
    if (!allowed(name, command)) return { ok: false, refusal: 'other-day' };
    const known = days.get(name);
    const day = known ?? emptyDay(name);
    let outcome: Outcome = { ok: false, refusal: 'other-day' };
    try {
      await store.append(name, day.version, (newer) => {
        takeIn(day, newer);
        const happened: QueueEvent[] = [];
        const happen = (events: readonly QueueEvent[]): void => {
          for (const event of events) {
            apply(day, event);
            happened.push(event);
          }
        };
        if (known === undefined) happen(burned(day));
        const around = { now: Math.max(clock.wall(), day.lastAt), local: { weekday: weekdayOf(name), minutes: 0 }, hall: hall.id };
        outcome = decide(day, rules(), command, around);
        if (outcome.ok) {
          for (const event of outcome.events) if (event.type === 'leased') marks.raise(`${name}:${event.class}`, event.last);
          happen(outcome.events);
          // Who came on a day that is over waited in vain, and his number is void.
          const end = name < today() ? decide(day, rules(), { type: 'end-day' }, around) : null;
          if (end?.ok === true) happen(end.events);
        }
        return happened;
      });
    } catch (error) {
      days.delete(name);
      throw error;
    }
    days.set(name, day);
    for (const kept of days.keys()) if (kept !== name && kept !== next()) days.delete(kept);
    return outcome;
  };

  const first = next();
  if (first !== null) {
    const day = emptyDay(first);
    await store.append(first, 0, (newer) => {
      takeIn(day, newer);
      const events = burned(day);
      for (const event of events) apply(day, event);
      return events;
    });
    days.set(first, day);
  }

  return {
    next,
    ahead: () => days.get(next() ?? '') ?? null,
    run: (name, command) => {
      const done = turn.then(() => perform(name, command));
      turn = done.catch(() => undefined);
      return done;
    },
    numberOf: (name, ticket) => days.get(name)?.byTicket.get(ticket) ?? null,
  };
};
