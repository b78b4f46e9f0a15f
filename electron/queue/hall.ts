/**
 * The hall's queue as a service: commands in, events out, each answered when its events are on the disk. Commands that come together share one
 * transaction. Any number of these may run on one database: each reads what the others appended before it decides.
 */
import type { Queue } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { hallTime } from './business-day.ts';
import { APPOINTMENTS, apply, emptyDay, type Day, type Ticket } from './rules/day.ts';
import { decide, type Command, type Decision, type Refusal } from './rules/decide.ts';
import type { QueueEvent } from './rules/events.ts';
import type { NumberMarks, QueueStore, StoredEvent } from './store.ts';

export type Outcome = { ok: true; events: QueueEvent[] } | { ok: false; refusal: Refusal };

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
export const openHallQueue = async ({ store, marks, rules, clock, hall }: HallQueueOptions): Promise<HallQueue> => {
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  const known = await store.days();
  let day: Day = emptyDay(hallTime(clock, hall.timeZone, hall.businessDayStartsAt, known.at(-1) ?? null).day);
  let waiting: Asked[] = [];
  let writing: Promise<void> | null = null;
  let missedNews = false;
  let closed = false;

  const tell = (events: readonly StoredEvent[]): void => {
    for (const listener of listeners) listener(events);
  };
  const takeIn = (events: readonly StoredEvent[]): StoredEvent[] => {
    const fresh = events.filter(({ version }) => version > day.version);
    for (const { event } of fresh) apply(day, event);
    return fresh;
  };
  /** What is in memory is only as good as the log: after a failure it is read anew. */
  const reload = async (): Promise<void> => {
    day = emptyDay(day.day);
    takeIn(await store.read(day.day, 0));
  };

  /** Ordinals that a later life of this database may have given, and that its older copy does not know. */
  const burned = (now: number): QueueEvent[] =>
    [...rules().classes.map(({ id }) => id), APPOINTMENTS].flatMap((name) => {
      const last = marks.atLeast(`${day.day}:${name}`);
      return marks.restored && last > (day.ordinals.get(name) ?? 0) ? [{ type: 'numbers-burned' as const, at: now, name, last }] : [];
    });

  const around = () => {
    const { weekday, minutes } = hallTime(clock, hall.timeZone, hall.businessDayStartsAt, day.day);
    return { now: Math.max(clock.wall(), day.lastAt), local: { weekday, minutes }, hall: hall.id };
  };

  const catchUp = async (): Promise<void> => {
    const fresh = takeIn(await store.read(day.day, day.version));
    if (fresh.length > 0) tell(fresh);
  };

  const write = async (asked: readonly Asked[]): Promise<void> => {
    const answers: Outcome[] = [];
    let fresh: StoredEvent[] = [];
    try {
      await store.append(day.day, day.version, (newer) => {
        fresh = takeIn(newer);
        const happened: QueueEvent[] = [];
        for (const { command } of asked) {
          const decision: Decision = decide(day, rules(), command, around());
          answers.push(decision);
          if (!decision.ok) continue;
          for (const event of decision.events) {
            const mark = raised(event);
            if (mark !== null) marks.raise(`${day.day}:${mark.name}`, mark.to);
            apply(day, event);
            happened.push(event);
            fresh.push({ version: day.version, event });
          }
        }
        return happened;
      });
    } catch (error) {
      await reload();
      for (const one of asked) one.reject(error);
      return;
    }
    asked.forEach((one, index) => one.resolve(answers[index] as Outcome));
    if (fresh.length > 0) tell(fresh);
  };

  const enter = async (next: string): Promise<void> => {
    day = emptyDay(next);
    takeIn(await store.read(next, 0));
    await store.append(next, day.version, (newer) => {
      takeIn(newer);
      const events = burned(Math.max(clock.wall(), day.lastAt));
      for (const event of events) apply(day, event);
      return events;
    });
  };

  /** A new business day begins between two commands, never under one. */
  const turn = async (today: string): Promise<void> => {
    await write([{ command: { type: 'end-day' }, resolve: () => undefined, reject: () => undefined }]);
    await enter(today);
    tell([]);
  };

  const drain = async (): Promise<void> => {
    try {
      for (;;) {
        const today = hallTime(clock, hall.timeZone, hall.businessDayStartsAt, day.day).day;
        if (today !== day.day) {
          await turn(today);
          continue;
        }
        if (waiting.length === 0 && !missedNews) break;
        const asked = waiting.slice(0, BATCH);
        waiting = waiting.slice(BATCH);
        missedNews = false;
        await (asked.length > 0 ? write(asked) : catchUp());
      }
    } catch (error) {
      for (const one of waiting.splice(0)) one.reject(error);
    }
    // No await since the last look: whoever comes now begins anew.
    writing = null;
  };
  const begin = (): Promise<void> => (writing ??= Promise.resolve().then(drain));
  const run = (command: Command): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new Error('the queue is closed'));
        return;
      }
      waiting.push({ command, resolve, reject });
      // What comes in the same turn of the event loop shares the transaction.
      void begin();
    });

  const stopListening = store.onAppend((changed) => {
    if (changed !== day.day || closed) return;
    // While this one writes it reads what is new anyway, but perhaps just before the news.
    missedNews = true;
    if (writing === null) void begin();
  });
  await enter(day.day);

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
