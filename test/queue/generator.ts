/**
 * Days of an invented hall, played through the product's own rules in virtual time: people come in waves and in busloads, clerks go for lunch,
 * rest, fall ill; some people do not come when called, come back, are sent elsewhere, give their number back. The same seed gives the same day.
 */
import { agendaFrom, type Agenda } from '../../electron/queue/agenda.ts';
import { chanceOf, type Chance } from '../../electron/queue/chance.ts';
import { apply, emptyDay, type Day } from '../../electron/queue/rules/day.ts';
import { decide, type Command } from '../../electron/queue/rules/decide.ts';
import type { QueueEvent } from '../../electron/queue/rules/events.ts';
import type { StoredEvent } from '../../electron/queue/store.ts';
import type { ClassModel, CounterModel, HallModel } from './hall-model.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
export const TIME_ZONE = 'Asia/Shanghai';
const HALL = 'qingxi';

/** People per half hour from 8:30, as shares of a day. */
const SHAPE = [0.05, 0.09, 0.11, 0.105, 0.095, 0.075, 0.05, 0.03, 0.025, 0.035, 0.06, 0.085, 0.075, 0.055, 0.04, 0.02];
const DOORS_OPEN = 8 * 60 + 30;
const LAST_TICKET = DOORS_OPEN + SHAPE.length * 30;
const CLOSING = 17 * 60;
const DAY_END = 18 * 60 + 30;

export interface PlayedDay {
  /** YYYYMMDD */
  name: string;
  day: Day;
  events: StoredEvent[];
}

/** The n-th day of a generated history, which begins on Monday 2026-03-02. */
export const dayName = (n: number): string => new Date(Date.UTC(2026, 2, 2) + n * 24 * 60 * MINUTE).toISOString().slice(0, 10).replaceAll('-', '');

interface Stage {
  model: HallModel;
  chance: Chance;
  agenda: Agenda;
  midnight: number;
  day: Day;
  run(command: Command): QueueEvent[] | null;
  /** An hour in which the line-of-business system is slow. */
  slow: { from: number; to: number; factor: number };
  /** Sets the idle counters to work. */
  wake(): void;
}

const minutesNow = ({ agenda, midnight }: Stage): number => (agenda.now() - midnight) / MINUTE;

/** One clerk through the day. @returns what wakes it up when somebody came */
const clerkOf = (stage: Stage, counter: CounterModel): (() => void) => {
  const { chance, agenda, model, day } = stage;
  const at = { counter: counter.id, clerk: counter.clerk };
  const byClass = new Map(model.classes.map((one) => [one.id, one]));
  let idle = false;
  let away: 'no' | 'soon' | 'yes' = 'yes';
  let back = 0;
  const after = (ms: number, happen: () => void): void => agenda.put(agenda.now() + ms, happen);

  const serviceMs = (one: ClassModel): number => {
    const minutes = one.law === 'gamma' ? chance.gamma(one.serviceMinutes, one.spread) : chance.lognormal(one.serviceMinutes, one.spread);
    const now = minutesNow(stage);
    return Math.max(10 * SECOND * model.pace, minutes * MINUTE * model.pace * counter.speed * (now >= stage.slow.from && now < stage.slow.to ? stage.slow.factor : 1));
  };
  const leave = (): void => {
    away = 'yes';
    idle = false;
    if (back === Infinity) {
      stage.run({ type: 'close', ...at });
      return;
    }
    stage.run({ type: 'pause', ...at });
    agenda.put(Math.max(back, agenda.now() + MINUTE), () => {
      away = 'no';
      stage.run({ type: 'resume', ...at });
      next();
    });
  };
  const next = (): void => {
    if (away === 'soon') {
      leave();
      return;
    }
    if (away === 'yes') return;
    let called: QueueEvent[] | null = null;
    if (chance.happens(0.004)) {
      const anybody = [...day.open].filter((number) => day.tickets.get(number)?.state === 'waiting');
      const chosen = anybody[Math.floor(chance.next() * anybody.length)];
      if (chosen !== undefined) called = stage.run({ type: 'call', number: chosen, reason: 'hurry', ...at });
    }
    called ??= stage.run({ type: 'next', ...at });
    const event = called?.find((one) => one.type === 'called');
    idle = event === undefined;
    if (event?.type === 'called') onCalled(event.number);
  };
  const free = (): void => after(chance.exponential(counter.reaction * SECOND * model.pace), next);
  const onCalled = (number: string): void => {
    const ticket = day.tickets.get(number);
    if (ticket === undefined) return;
    const waited = (agenda.now() - ticket.since) / MINUTE;
    if (chance.happens(model.noShow + waited * 0.001)) {
      after(chance.between(25, 50) * SECOND * model.pace, () => {
        stage.run({ type: 'recall', ...at });
        after(chance.between(25, 50) * SECOND * model.pace, () => {
          stage.run({ type: 'miss', ...at });
          if (chance.happens(0.45))
            after(chance.exponential(8 * MINUTE), () => {
              if (stage.run({ type: 'come-back', number, by: 'terminal-1' }) !== null) stage.wake();
            });
          free();
        });
      });
      return;
    }
    after(chance.between(8, 45) * SECOND * model.pace, () => {
      stage.run({ type: 'start', ...at });
      const one = byClass.get(ticket.class);
      after(one === undefined ? MINUTE : serviceMs(one), () => onServed(number, ticket.class));
    });
  };
  const onServed = (number: string, classId: string): void => {
    if (chance.happens(0.02)) {
      const others = model.classes.filter(({ id }) => id !== classId);
      const to = others[Math.floor(chance.next() * others.length)];
      if (to !== undefined) {
        stage.run({ type: 'transfer', class: to.id, toCounter: null, note: '', ...at });
        stage.wake();
        free();
        return;
      }
    }
    if (chance.happens(0.01)) {
      stage.run({ type: 'park', note: 'copies', ...at });
      after(chance.between(3, 20) * MINUTE, () => {
        if (stage.run({ type: 'unpark', number, clerk: counter.clerk }) !== null) stage.wake();
      });
      free();
      return;
    }
    stage.run({ type: 'finish', ...at });
    if (chance.happens(0.3)) stage.run({ type: 'rate', number, score: chance.happens(0.8) ? 5 : 3 });
    free();
  };
  /** Leaves when nobody sits there. */
  const rest = (from: number, until: number): void =>
    agenda.put(stage.midnight + from * MINUTE, () => {
      if (away !== 'no') return;
      away = 'soon';
      back = stage.midnight + until * MINUTE;
      if (idle) leave();
    });

  if (!chance.happens(0.04)) {
    const come = counter.peaksOnly ? chance.between(540, 560) : DOORS_OPEN + chance.between(-3, 8);
    agenda.put(stage.midnight + come * MINUTE, () => {
      away = 'no';
      stage.run({ type: 'open', ...at });
      next();
    });
    const lunch = (counter.lunch === 'early' ? 695 : 755) + chance.between(-5, 10);
    rest(lunch, counter.peaksOnly ? 840 : lunch + chance.between(45, 65));
    for (const [from, to] of [[570, 680], [850, 980]] as const) {
      const start = chance.between(from, to);
      if (chance.happens(0.7)) rest(start, start + chance.between(4, 16));
    }
    const end = counter.peaksOnly ? chance.between(940, 970) : CLOSING + chance.between(0, 30);
    agenda.put(stage.midnight + end * MINUTE, () => {
      back = Infinity;
      if (away === 'yes') stage.run({ type: 'close', ...at });
      else if (idle) leave();
      else away = 'soon';
    });
  }
  return () => {
    if (!idle) return;
    idle = false;
    free();
  };
};

/** One person at a terminal. */
const personOf = (stage: Stage, classId: string, id: number): void => {
  const { chance, agenda, model } = stage;
  const ticket = id.toString(16).padStart(24, '0');
  const by = `terminal-${(id % 6) + 1}`;
  const priority = chance.among(model.priorities);
  const slot = stage.midnight + (Math.round(minutesNow(stage) / 15) + Math.floor(chance.between(-1, 3))) * 15 * MINUTE;
  const appointment = { id: `${stage.day.day}-${id}`, class: classId, item: null, slot, day: stage.day.day, hall: HALL };
  const booked = chance.happens(model.booked) && stage.run({ type: 'check-in', appointment, by, priority, ticket }) !== null;
  if (!booked) stage.run({ type: 'take', class: classId, by, priority, item: null, identified: true, ticket });
  const number = stage.day.byTicket.get(ticket);
  if (number !== undefined && chance.happens(0.005)) {
    stage.run({ type: 'paper-doubtful', number });
    agenda.put(agenda.now() + chance.between(1, 6) * MINUTE, () => stage.run({ type: 'paper-confirmed', number, clerk: null }));
  }
  if (chance.happens(0.03)) agenda.put(agenda.now() + chance.exponential(20 * MINUTE), () => stage.run({ type: 'give-back', ticket }));
  stage.wake();
};

/**
 * @param n of {@link dayName}
 * @param onEvent sees each event with the day that it was applied to
 */
export const playDay = (model: HallModel, n: number, seed: number, onEvent: (stored: StoredEvent, day: Day) => void = () => undefined): PlayedDay => {
  const name = dayName(n);
  const midnight = Date.parse(`${name.slice(0, 4)}-${name.slice(4, 6)}-${name.slice(6)}T00:00:00+08:00`);
  const chance = chanceOf(seed * 104_729 + n * 31 + 5);
  const agenda = agendaFrom(midnight);
  const day = emptyDay(name);
  const events: StoredEvent[] = [];
  const weekday = (n % 7) + 1;
  const run = (command: Command): QueueEvent[] | null => {
    const now = Math.round(agenda.now());
    const decision = decide(day, model.rules, command, { now, local: { weekday, minutes: Math.floor((now - midnight) / MINUTE) }, hall: HALL });
    if (!decision.ok) return null;
    for (const event of decision.events) {
      apply(day, event);
      const stored = { version: day.version, event };
      events.push(stored);
      onEvent(stored, day);
    }
    return decision.events;
  };
  const slowFrom = chance.happens(0.25) ? chance.between(540, 930) : Infinity;
  let wakers: (() => void)[] = [];
  const stage: Stage = { model, chance, agenda, midnight, day, run, slow: { from: slowFrom, to: slowFrom + chance.between(25, 60), factor: chance.between(1.3, 2) }, wake: () => wakers.forEach((wake) => wake()) };
  wakers = model.counters.map((counter) => clerkOf(stage, counter));

  let people = 0;
  const comes = (minutes: number, classId: string): void =>
    agenda.put(midnight + minutes * MINUTE, () => {
      people += 1;
      personOf(stage, classId, people);
    });
  const busy = (model.weekdays[weekday - 1] ?? 1) * chance.lognormal(1, 0.1);
  for (const one of model.classes) {
    const own = busy * chance.lognormal(1, 0.08);
    SHAPE.forEach((share, index) => {
      const from = DOORS_OPEN + index * 30;
      const mean = 30 / (share * one.perDay * own);
      for (let at = from + chance.exponential(mean); at < from + 30; at += chance.exponential(mean)) comes(at, one.id);
    });
    if (chance.happens(0.25)) {
      const bus = chance.between(DOORS_OPEN + 15, LAST_TICKET - 60);
      const size = Math.round(one.perDay * chance.between(0.03, 0.09));
      for (let person = 0; person < size; person += 1) comes(bus + chance.exponential(3), one.id);
    }
  }
  agenda.run(midnight + DAY_END * MINUTE);
  run({ type: 'end-day' });
  return { name, day, events };
};
