/**
 * Who is next, and why. Everybody has one moment in the day at which his turn begins to count: when he took the number, moved forward by
 * his head start. The earliest moment is next. So nobody starves: see {@link overtakingBound}.
 */
import type { Queue, QueueCounter } from '../../../kiosk-config/index.ts';
import type { Day, Ticket } from './day.ts';

const MINUTE = 60_000;
/** What one step of a counter's weight for a class is worth in waiting. */
export const WEIGHT_MINUTES = 5;

/** So long at most a number waits for the one counter that it was transferred to or set aside at. Then every counter of its class may call it. */
export const ONE_COUNTER_MINUTES = 20;

/** Why somebody stands where he stands; the counter shows it in words. */
export type Why =
  | { rule: 'waited-longest' }
  | { rule: 'priority'; priority: string; headStartMinutes: number }
  | { rule: 'appointment'; slot: number }
  | { rule: 'appointment-late'; slot: number }
  | { rule: 'came-back' }
  | { rule: 'weight'; weight: number }
  | { rule: 'for-this-counter' }
  | { rule: 'behind'; callsLeft: number };

export interface Ranked {
  ticket: Ticket;
  /** Milliseconds since 1970: the moment that counts. */
  key: number;
  why: Why[];
  /** May be called now; false: others go first whatever the moment. */
  due: boolean;
}

/** The moment that counts at a counter that prefers the class so much. */
export const keyFor = (moment: number, weight: number): number => moment - (weight - 1) * WEIGHT_MINUTES * MINUTE;

/**
 * The one counter that may call this number now; null: every counter of its class may. No counter keeps anybody longer than {@link ONE_COUNTER_MINUTES};
 * one that closes (day.ts), or that the rules do not have any more, lets go at once.
 * @param now milliseconds since 1970
 */
export const keptFor = ({ onlyCounter, onlySince }: Ticket, rules: Queue, now: number): string | null =>
  onlyCounter !== null && now - (onlySince ?? 0) < ONE_COUNTER_MINUTES * MINUTE && rules.counters.some(({ id }) => id === onlyCounter) ? onlyCounter : null;

/** @param counter whose line it is; null: the class's */
const rank = (ticket: Ticket, day: Day, rules: Queue, weight: number, counter: string | null): Ranked => {
  const why: Why[] = [];
  let key = ticket.since;
  const priority = rules.priorities.find(({ id }) => id === ticket.priority);
  if (priority !== undefined && priority.headStartMinutes > 0) {
    key = ticket.since - priority.headStartMinutes * MINUTE;
    why.push({ rule: 'priority', priority: priority.id, headStartMinutes: priority.headStartMinutes });
  }
  const { appointments } = rules;
  if (ticket.slot !== null && appointments !== undefined) {
    if (ticket.since <= ticket.slot + appointments.lateMinutes * MINUTE) {
      key = Math.min(key, ticket.slot - appointments.headStartMinutes * MINUTE);
      why.push({ rule: 'appointment', slot: ticket.slot });
    } else why.push({ rule: 'appointment-late', slot: ticket.slot });
  }
  if (weight > 1) {
    key = keyFor(key, weight);
    why.push({ rule: 'weight', weight });
  }
  if (ticket.misses > 0) why.push({ rule: 'came-back' });
  if (ticket.onlyCounter !== null && ticket.onlyCounter === counter) why.push({ rule: 'for-this-counter' });
  const callsLeft = ticket.behindUntilCall === null ? 0 : ticket.behindUntilCall - day.calls;
  if (callsLeft > 0) why.push({ rule: 'behind', callsLeft });
  if (why.length === 0) why.push({ rule: 'waited-longest' });
  return { ticket, key, why, due: callsLeft <= 0 };
};

const before = (a: Ranked, b: Ranked): number => Number(b.due) - Number(a.due) || a.key - b.key || a.ticket.since - b.ticket.since || (a.ticket.number < b.ticket.number ? -1 : 1);

/** Can this counter call this ticket at all? Whoever was sent to it by name it serves whatever the class. */
const serves = (counter: QueueCounter, ticket: Ticket, rules: Queue, now: number): boolean => {
  if (ticket.onlyCounter === counter.id) return true;
  return counter.skills.some((skill) => skill.class === ticket.class) && keptFor(ticket, rules, now) === null;
};

/** Who waits for this counter now, next one first. Those who must let others go first (came back late) stand last with `due` false. */
export const waitingFor = (day: Day, rules: Queue, counter: QueueCounter, now: number): Ranked[] => {
  const ranked: Ranked[] = [];
  for (const number of day.open) {
    const ticket = day.tickets.get(number);
    if (ticket?.state !== 'waiting' || !serves(counter, ticket, rules, now)) continue;
    ranked.push(rank(ticket, day, rules, counter.skills.find((skill) => skill.class === ticket.class)?.weight ?? 1, counter.id));
  }
  return ranked.sort(before);
};

/**
 * The next one for this counter; null: nobody waits. When everybody who waits must let others go first and nobody else is there, the first of
 * them is called rather than nobody.
 */
export const nextFor = (day: Day, rules: Queue, counter: QueueCounter, now: number): Ranked | null => waitingFor(day, rules, counter, now)[0] ?? null;

/** Who waits, by class, as the day stood at a version; a class is ranked when it is asked for. */
interface Lines {
  version: number;
  rules: Queue;
  waiting: Map<string, Ticket[]>;
  ranked: Map<string, Ranked[]>;
}
/** One change of the day is asked about by every screen and terminal: who waits is gone through once for each version. */
const lines = new WeakMap<Day, Lines>();

const linesOf = (day: Day, rules: Queue): Lines => {
  const known = lines.get(day);
  if (known !== undefined && known.version === day.version && known.rules === rules) return known;
  const waiting = new Map<string, Ticket[]>();
  for (const number of day.open) {
    const ticket = day.tickets.get(number);
    if (ticket?.state !== 'waiting') continue;
    const line = waiting.get(ticket.class);
    if (line === undefined) waiting.set(ticket.class, [ticket]);
    else line.push(ticket);
  }
  const fresh: Lines = { version: day.version, rules, waiting, ranked: new Map() };
  lines.set(day, fresh);
  return fresh;
};

/** Who waits in a class, in the order in which a counter that serves it alone would call. */
export const waitingIn = (day: Day, rules: Queue, classId: string): readonly Ranked[] => {
  const { waiting, ranked } = linesOf(day, rules);
  const known = ranked.get(classId);
  if (known !== undefined) return known;
  const line = (waiting.get(classId) ?? []).map((ticket) => rank(ticket, day, rules, 1, null)).sort(before);
  ranked.set(classId, line);
  return line;
};

/** How many wait in a class. */
export const howManyWait = (day: Day, rules: Queue, classId: string): number => linesOf(day, rules).waiting.get(classId)?.length ?? 0;

/**
 * The promise against starving, in minutes: whoever took a number more than this after somebody is never called before him by rule at a
 * counter that serves both, unless that person missed a call. It is the largest head start anybody can have. A number that waits for one counter is served by
 * that one alone, for {@link ONE_COUNTER_MINUTES} at most and until it closes; from then on the promise holds at every counter of its class.
 */
export const overtakingBound = (rules: Queue): number => {
  const starts = rules.priorities.map(({ headStartMinutes }) => headStartMinutes);
  const booked = rules.appointments === undefined ? 0 : rules.appointments.headStartMinutes + rules.appointments.lateMinutes;
  const weights = rules.counters.flatMap(({ skills }) => skills.map(({ weight }) => weight));
  return Math.max(0, booked, ...starts) + (Math.max(1, ...weights) - 1) * WEIGHT_MINUTES;
};
