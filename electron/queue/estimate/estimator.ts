/**
 * How long people will wait, learned from the hall's own events. The hall is played forward ({@link forecast}), the result stretched by how many
 * counters past days had later in the day, and told as a range that past errors make wide enough. Without randomness and without a clock of its own.
 */
import { z } from 'zod';
import type { Queue } from '../../../kiosk-config/index.ts';
import { localTimeIn } from '../local-time.ts';
import type { Day } from '../rules/day.ts';
import type { QueueEvent } from '../rules/events.ts';
import { waitingIn } from '../rules/order.ts';
import type { StoredEvent } from '../store.ts';
import type { Hits, Range } from '../wire.ts';
import { arrivalsOf, arrivalsState } from './arrivals.ts';
import { calibrationOf, calibrationState } from './calibration.ts';
import { capacityOf, capacityState } from './capacity.ts';
import { forecast, type ClassForecast } from './forecast.ts';
import { hitBookOf, hitsState, type EstimateDay } from './hits.ts';
import { emptyServices, serviceState, servicesOf } from './service.ts';

const MINUTE = 60_000;
/** A forecast is good for this long while nothing happens in the hall. */
const FRESH_MS = 5_000;
/** With so many waiting, a few more or fewer change little: the forecast is made anew only every {@link FRESH_MS}. */
const MANY = 150;
/** Longer waits are not told in minutes that anybody could trust. */
const LONGEST_MS = 10 * 3_600_000;

const pendingState = z.record(z.string(), z.strictObject({ class: z.string(), forecast: z.number(), from: z.number(), to: z.number() }));

/** What the estimator knows, as JSON. */
export const estimatorState = z.strictObject({
  format: z.literal(1),
  /** Business day and version of the last event that was learned from. */
  day: z.string(),
  version: z.number().int(),
  services: serviceState,
  capacity: capacityState,
  arrivals: arrivalsState.default({}),
  calibration: calibrationState,
  hits: hitsState,
  /** Ranges told with tickets of `day` that were not called yet. */
  pending: pendingState,
});
export type EstimatorState = z.infer<typeof estimatorState>;

export interface Estimator {
  /**
   * Learns from an event. `day` is the business day that it is part of, with the event applied (later ones of the same batch may be too). Told twice,
   * or told again after a restart, an event is learned from once.
   */
  note(stored: StoredEvent, day: Day): void;
  /**
   * Learns what was missed, after a start: `day` is the day as it stands after all of them. What a service took is learned; how the hall stood when a
   * number was taken is not known any more, and what was told with it then is not made up now.
   */
  catchUp(missed: readonly StoredEvent[], day: Day): void;
  /**
   * @param ahead how many stand before in the class's line; as many as wait, or more: somebody who comes now
   * @param openCounters that serve the class now
   * @param now milliseconds since 1970
   * @returns whole minutes until the call; null: nobody serves the class
   */
  estimate(classId: string, ahead: number, openCounters: number, now: number): Range | null;
  /** Of the ranges told with tickets in the last seven business days, how many held. @param classId null: the whole hall */
  record(classId: string | null): Hits | null;
  /** The same by day and class, with the mean error: the last hundred business days, oldest first. */
  days(): EstimateDay[];
  /** People of a class in each hour of a day of the week, as past days had them; null: that hour was never seen. @param weekday 1 Monday to 7 Sunday */
  usual(classId: string, weekday: number): (number | null)[];
  save(): EstimatorState;
  /** Goes on from a saved state. @returns false for a state that cannot be read: nothing changes then */
  load(kept: unknown): boolean;
}

export interface EstimatorOptions {
  rules: () => Queue;
  timeZone: string;
}

const fresh = (): EstimatorState => ({ format: 1, day: '', version: 0, services: emptyServices(), capacity: {}, arrivals: {}, calibration: {}, hits: [], pending: {} });

/** Counters that call for each class now. */
const openByClass = (day: Day, rules: Queue): Map<string, number> => {
  const open = new Map(rules.classes.map(({ id }) => [id, 0]));
  for (const { id, skills } of rules.counters) {
    const state = day.counters.get(id);
    if (state === undefined || state.clerk === null || state.paused) continue;
    for (const skill of skills) open.set(skill.class, (open.get(skill.class) ?? 0) + 1);
  }
  return open;
};

const anybodyWaits = (day: Day, classes: readonly string[]): boolean => {
  for (const number of day.open) {
    const ticket = day.tickets.get(number);
    if (ticket?.state === 'waiting' && classes.includes(ticket.class)) return true;
  }
  return false;
};

/** Whole minutes. Whoever is told 5–5 thinks it is a promise. */
const wholeMinutes = ({ from, to }: { from: number; to: number }): Range => {
  const first = Math.round(Math.max(0, from) / MINUTE);
  return { from: first, to: Math.max(first + 1, Math.round(to / MINUTE)) };
};

export const createEstimator = ({ rules, timeZone }: EstimatorOptions): Estimator => {
  const local = localTimeIn(timeZone);
  let { day: lastDay, version: lastVersion, ...start } = fresh();
  let services = servicesOf(start.services);
  let capacity = capacityOf(start.capacity);
  let arrivals = arrivalsOf(start.arrivals);
  let calibration = calibrationOf(start.calibration);
  let hits = hitBookOf(start.hits);
  let pending = new Map(Object.entries(start.pending));
  /** The day as the hall holds it: it changes under us, its version tells. */
  let hall: Day | null = null;
  let made: { day: Day; version: number; at: number; waiting: number; classes: Map<string, ClassForecast> } | null = null;
  /** When each counter became free, if people waited for it then. */
  const freeSince = new Map<string, number>();

  const usualOf = (classId: string): number => (rules().classes.find(({ id }) => id === classId)?.usualServiceMinutes ?? 8) * MINUTE;
  const forecasts = (day: Day, now: number): Map<string, ClassForecast> => {
    const still = made?.day === day && Math.abs(now - made.at) <= FRESH_MS && (made.version === day.version || made.waiting > MANY) ? made : null;
    if (still !== null) return still.classes;
    const classes = forecast(day, rules(), services, usualOf, now);
    let waiting = 0;
    for (const { line } of classes.values()) waiting += line.length;
    made = { day, version: day.version, at: now, waiting, classes };
    return classes;
  };

  /** Milliseconds until the call, before any correction; null: nobody serves the class. */
  const expected = (classId: string, ahead: number, openCounters: number, now: number): number | null => {
    const found = hall === null ? undefined : forecasts(hall, now).get(classId);
    const work = found === undefined ? Infinity : (found.line[ahead] ?? found.newcomer);
    if (found !== undefined && found.open > 0 && Number.isFinite(work)) return Math.min(LONGEST_MS, capacity.wall(classId, work, found.open, now, local(now)));
    if (openCounters === 0) return null;
    // The events say nothing of these counters (yet): M/M/c, all of them busy.
    return Math.min(LONGEST_MS, ((ahead + 1) * services.mean(classId, usualOf(classId))) / openCounters);
  };

  const told = (classId: string, ahead: number, openCounters: number, now: number): { forecast: number; range: Range } | null => {
    if (openCounters <= 0) return null;
    const found = expected(classId, ahead, openCounters, now);
    return found === null ? null : { forecast: found, range: wholeMinutes(calibration.range(classId, found, ahead + 1)) };
  };

  const onTaken = (event: Extract<QueueEvent, { type: 'taken' | 'checked-in' }>, day: Day): void => {
    const ticket = day.tickets.get(event.number);
    // A number given out of the hall's reach was told no range.
    if (ticket?.state !== 'waiting' || (event.type === 'taken' && event.lease !== null)) return;
    const ahead = waitingIn(day, rules(), ticket.class).findIndex((one) => one.ticket === ticket);
    const open = openByClass(day, rules()).get(ticket.class) ?? 0;
    const answer = told(ticket.class, Math.max(0, ahead), open, event.at);
    if (answer !== null) pending.set(event.number, { class: ticket.class, forecast: answer.forecast, ...answer.range });
  };

  const onCalled = (event: Extract<QueueEvent, { type: 'called' }>, day: Day): void => {
    const since = freeSince.get(event.counter);
    if (since !== undefined) services.free(event.at - since);
    freeSince.delete(event.counter);
    const ticket = day.tickets.get(event.number);
    const range = pending.get(event.number);
    if (ticket === undefined || range === undefined) return;
    pending.delete(event.number);
    const wait = Math.max(0, event.at - ticket.since);
    const held = range.from * MINUTE <= wait && wait <= range.to * MINUTE;
    calibration.learn(range.class, range.forecast, wait, held);
    hits.add(day.day, range.class, held, Math.abs((range.from + range.to) / 2 - wait / MINUTE));
  };

  /** A counter is free again: how long did the call keep it? */
  const onFree = (event: Extract<QueueEvent, { type: 'finished' | 'missed' | 'parked' | 'transferred' }>, day: Day): void => {
    const ticket = day.tickets.get(event.number);
    // A number called again within the batch has another call's time; one transferred has another class.
    if (ticket === undefined || ticket.calledAt === null || ticket.calledAt > event.at) return;
    if (event.type !== 'transferred') services.kept(ticket.class, event.at - ticket.calledAt);
    const skills = rules().counters.find(({ id }) => id === event.counter)?.skills ?? [];
    if (anybodyWaits(day, skills.map((skill) => skill.class))) freeSince.set(event.counter, event.at);
  };

  const learn = (event: QueueEvent, day: Day): void => {
    switch (event.type) {
      case 'taken':
      case 'checked-in':
        arrivals.came(event.class, local(event.type === 'taken' ? event.takenAt : event.at), rules().classes);
        break;
      case 'called':
        onCalled(event, day);
        break;
      case 'finished':
      case 'missed':
      case 'parked':
      case 'transferred':
        onFree(event, day);
        break;
      case 'given-back':
      case 'voided':
      case 'paper-doubtful':
        // Nobody learns how long these would have waited.
        pending.delete(event.number);
        break;
      case 'counter-closed':
      case 'counter-paused':
        freeSince.delete(event.counter);
        break;
      default:
        break;
    }
  };

  /** @returns whether it is news */
  const isNews = (stored: StoredEvent, day: Day): boolean => {
    hall = day;
    if (day.day < lastDay || (day.day === lastDay && stored.version <= lastVersion)) return false;
    if (day.day !== lastDay) {
      pending.clear();
      freeSince.clear();
    }
    lastDay = day.day;
    lastVersion = stored.version;
    return true;
  };

  return {
    note: (stored, day) => {
      if (!isNews(stored, day)) return;
      const { event } = stored;
      if (event.type === 'taken' || event.type === 'checked-in') onTaken(event, day);
      learn(event, day);
      capacity.now(openByClass(day, rules()), event.at, local(event.at));
    },
    catchUp: (missed, day) => {
      for (const stored of missed) if (isNews(stored, day)) learn(stored.event, day);
    },
    estimate: (classId, ahead, openCounters, now) => told(classId, ahead, openCounters, now)?.range ?? null,
    record: (classId) => hits.record(classId),
    days: () => hits.days(),
    usual: (classId, weekday) => arrivals.usual(classId, weekday),
    save: () => ({ format: 1, day: lastDay, version: lastVersion, services: services.state(), capacity: capacity.state(), arrivals: arrivals.state(), calibration: calibration.state(), hits: hits.state(), pending: Object.fromEntries(pending) }),
    load: (kept) => {
      const parsed = estimatorState.safeParse(kept);
      if (!parsed.success) return false;
      ({ day: lastDay, version: lastVersion, ...start } = parsed.data);
      services = servicesOf(start.services);
      capacity = capacityOf(start.capacity);
      arrivals = arrivalsOf(start.arrivals);
      calibration = calibrationOf(start.calibration);
      hits = hitBookOf(start.hits);
      pending = new Map(Object.entries(start.pending));
      freeSince.clear();
      made = null;
      return true;
    },
  };
};
