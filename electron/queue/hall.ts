/**
 * The hall's queue as a service: commands in, events out, each answered when its events are on the disk. Commands that come together share one
 * transaction. Any number of these may run on one database: each reads what the others appended before it decides.
 */
import type { Queue } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { hallTime, lastBegunDay } from './business-day.ts';
import { APPOINTMENTS, apply, emptyDay, type Day, type Ticket } from './rules/day.ts';
import { decide, type Command, type Decision } from './rules/decide.ts';
import type { QueueEvent } from './rules/events.ts';
import type { NumberMarks, QueueStore, StoredEvent } from './store.ts';

export type Outcome = { ok: true; events: QueueEvent[] } | Extract<Decision, { ok: false }>;

export interface HallQueue {
  /** Resolves when what it made happen is kept. @throws when it could not be kept: nothing happened then */
  run(command: Command): Promise<Outcome>;
  /** The business day as it stands: read, never change. */
  day(): Day;
  /** The ticket of a random id, wherever it stands today. */
  ticket(id: string): Ticket | null;
  /** Called after every change of the day, with the events that made it; a new business day comes with none. */
  onChange(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Looks whether a new business day began, and ends the old one. Called by a timer of the agent. */
  turnDay(): Promise<void>;
  close(): Promise<void>;
}

export interface HallQueueOptions {
  store: QueueStore;
  marks: NumberMarks;
  rules: () => Queue;
  clock: Clock;
  hall: { id: string; timeZone: string; businessDayStartsAt: string };
  /**
   * Told what had happened on a day whenever it was read from its log: at the start, at the turn of the day, and after the log could not be written. In order,
   * all of it, before anybody hears of a change. Whoever learns from the day's events learns here, so that a long day's log is read once.
   */
  onRead?: (day: Day, soFar: readonly StoredEvent[]) => void;
}

interface Asked {
  command: Command;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** Commands answered by one transaction at most: more would make the first of them wait. */
const BATCH = 64;

/** The number names that an event raises, for the marks outside the database. */
const raised = (event: QueueEvent): { name: string; to: number } | null => {
  if (event.type === 'leased') return { name: event.class, to: event.last };
  if (event.type === 'taken') return event.ordinal === null ? null : { name: event.class, to: event.ordinal };
  return event.type === 'checked-in' ? { name: APPOINTMENTS, to: event.ordinal } : null;
};

/** Opens the queue on what the store holds of the business day. */
export const openHallQueue = async ({ store, marks, rules, clock, hall, onRead = () => undefined }: HallQueueOptions): Promise<HallQueue> => {
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  // Numbers of a day that did not begin yet may be in terminals' reserves: that is not the last known day.
  const lastDay = clock.known() ? null : await lastBegunDay(store, await store.days(), hall);
  let day: Day = emptyDay(hallTime(clock, hall.timeZone, hall.businessDayStartsAt, lastDay?.day ?? null).day);
  /** The day in memory is what the log says; false: the log is read anew before anything else. */
  let entered = false;
  /** By day: how many restores of the database its marks were burned for. */
  const settled = new Map<string, number>();
  let waiting: Asked[] = [];
  let writing: Promise<void> | null = null;
  let missedNews = false;
  let closed = false;

  const tell = (events: readonly StoredEvent[]): void => {
    for (const listener of listeners) listener(events);
  };
  /** The marks of this agent cover what the others gave, too: theirs may be lost with their machine. */
  const raiseMarks = (name: string, events: readonly QueueEvent[]): void => {
    const highest = new Map<string, number>();
    for (const event of events) {
      const mark = raised(event);
      if (mark !== null && mark.to > (highest.get(mark.name) ?? 0)) highest.set(mark.name, mark.to);
    }
    marks.raiseAll([...highest].map(([mark, to]) => [`${name}:${mark}`, to] as const));
  };
  const takeIn = (into: Day, events: readonly StoredEvent[]): StoredEvent[] => {
    const fresh = events.filter(({ version }) => version > into.version);
    raiseMarks(into.day, fresh.map(({ event }) => event));
    for (const { event } of fresh) apply(into, event);
    return fresh;
  };

  const around = () => {
    const { weekday, minutes } = hallTime(clock, hall.timeZone, hall.businessDayStartsAt, day.day);
    return { now: Math.max(clock.wall(), day.lastAt), local: { weekday, minutes }, hall: hall.id };
  };

  /** Ordinals that a later life of this database may have given, and that its older copy does not know. */
  const burned = (of: Day): QueueEvent[] =>
    [...rules().classes.map(({ id }) => id), APPOINTMENTS].flatMap((name) => {
      const last = marks.atLeast(`${of.day}:${name}`);
      return last > (of.ordinals.get(name) ?? 0) ? [{ type: 'numbers-burned' as const, at: Math.max(clock.wall(), of.lastAt), name, last }] : [];
    });
  const restores = (name: string): boolean => marks.restored > (settled.get(name) ?? 0);

  /**
   * Reads a day from its log; what was shown before is shown until all of it is there.
   * @param read what was read of it already
   */
  const enter = async (name: string, read: readonly StoredEvent[] = []): Promise<void> => {
    const { restored } = marks;
    const fresh = emptyDay(name);
    const soFar: StoredEvent[] = [];
    const note = (events: readonly StoredEvent[]): void => {
      for (const stored of takeIn(fresh, events)) soFar.push(stored);
    };
    note(read);
    note(await store.read(name, fresh.version));
    if (restores(name) && burned(fresh).length > 0) {
      await store.append(name, fresh.version, (newer) => {
        note(newer);
        const events = burned(fresh);
        for (const event of events) {
          apply(fresh, event);
          soFar.push({ version: fresh.version, event });
        }
        return events;
      });
    }
    onRead(fresh, soFar);
    settled.set(name, restored);
    const same = fresh.day === day.day && fresh.version === day.version;
    day = fresh;
    entered = true;
    if (!same) tell([]);
  };

  const catchUp = async (): Promise<void> => {
    const fresh = takeIn(day, await store.read(day.day, day.version));
    if (fresh.length > 0) tell(fresh);
  };

  /** @returns null, or why nothing of it is kept */
  const write = async (asked: readonly Asked[]): Promise<unknown> => {
    const answers: Outcome[] = [];
    let fresh: StoredEvent[] = [];
    try {
      await store.append(day.day, day.version, (newer) => {
        fresh = takeIn(day, newer);
        const happened: QueueEvent[] = [];
        for (const { command } of asked) {
          const decision: Decision = decide(day, rules(), command, around());
          answers.push(decision);
          if (!decision.ok) continue;
          for (const event of decision.events) {
            apply(day, event);
            happened.push(event);
            fresh.push({ version: day.version, event });
          }
        }
        // Before anything of it is kept, and once for all of it.
        raiseMarks(day.day, happened);
        return happened;
      });
    } catch (error) {
      // The day in memory may be ahead of the log. Out of reach of the log it stays as it is; nobody was told, and it is read anew at the next occasion.
      entered = false;
      await enter(day.day).catch(() => undefined);
      for (const one of asked) one.reject(error);
      return error;
    }
    asked.forEach((one, index) => one.resolve(answers[index] as Outcome));
    if (fresh.length > 0) tell(fresh);
    return null;
  };

  /** A new business day begins between two commands, never under one. */
  const turn = async (today: string): Promise<void> => {
    const failed = await write([{ command: { type: 'end-day' }, resolve: () => undefined, reject: () => undefined }]);
    if (failed !== null) throw failed;
    await enter(today);
  };

  const drain = async (): Promise<void> => {
    try {
      for (;;) {
        if (!entered || restores(day.day)) await enter(day.day);
        const today = hallTime(clock, hall.timeZone, hall.businessDayStartsAt, day.day).day;
        if (today !== day.day) {
          await turn(today);
          continue;
        }
        if (waiting.length === 0 && !missedNews) break;
        const asked = waiting.slice(0, BATCH);
        waiting = waiting.slice(BATCH);
        missedNews = false;
        if (asked.length > 0) await write(asked);
        else await catchUp();
      }
    } catch (error) {
      entered = false;
      for (const one of waiting.splice(0)) one.reject(error);
    }
    // No await since the last look: whoever comes now begins anew.
    writing = null;
  };
  /** What came over many wires in one turn of the event loop is read first, and shares one transaction. */
  const begin = (): Promise<void> => (writing ??= new Promise((resolve) => setImmediate(resolve)).then(drain));
  const run = (command: Command): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new Error('the queue is closed'));
        return;
      }
      waiting.push({ command, resolve, reject });
      void begin();
    });

  const stopListening = store.onAppend((changed) => {
    if (changed !== day.day || closed) return;
    // While this one writes it reads what is new anyway, but perhaps just before the news.
    missedNews = true;
    void begin();
  });
  await enter(day.day, lastDay?.soFar);

  return {
    run,
    day: () => day,
    ticket: (id) => {
      const number = day.byTicket.get(id);
      return number === undefined ? null : (day.tickets.get(number) ?? null);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    turnDay: () => begin(),
    close: async () => {
      closed = true;
      await writing;
      stopListening();
      listeners.clear();
      await store.close();
    },
  };
};
