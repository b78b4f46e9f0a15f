/** Which calls of the day a screen has not been told yet, and which of them still matter. */
import type { Day } from './rules/day.ts';

export type Call = Day['callOrder'][number];

/**
 * Where a screen stands in the day's calls: day, time and id of the newest call that it was told; zeros before the first. The time is in it because a
 * database put back from before counts its calls from lower ids, at later times.
 */
export const CURSOR = /^(\d{8})-(\d{1,15})-(\d{1,9})$/;

/** The place behind the newest call of the day. */
export const cursorOf = ({ day, callOrder }: Pick<Day, 'day' | 'callOrder'>): string => {
  const newest = callOrder.at(-1);
  return `${day}-${String(newest?.at ?? 0)}-${String(newest?.id ?? 0)}`;
};

/**
 * The day's calls behind a place, oldest first. A place of another day, or none that was ever given: all of the day.
 * Takes as long as there are calls behind the place, not as long as the day.
 */
export const callsAfter = ({ day, callOrder }: Pick<Day, 'day' | 'callOrder'>, cursor: string): Call[] => {
  const [, ofDay, time, count] = CURSOR.exec(cursor) ?? [];
  if (ofDay !== day) return [...callOrder];
  const [at, id] = [Number(time), Number(count)];
  // Both only grow, so the place is found from the end.
  const last = callOrder.findLastIndex((call) => call.at < at || (call.at === at && call.id <= id));
  return callOrder.slice(last + 1);
};

/** Does the hall still wait for whoever was called, at the counter that the call names? Called again, only the newest call counts. */
export const isAwaited = (day: Pick<Day, 'tickets'>, { id, number, counter }: Call): boolean => {
  const ticket = day.tickets.get(number);
  return ticket?.state === 'called' && ticket.counter === counter && ticket.lastCallId === id;
};
