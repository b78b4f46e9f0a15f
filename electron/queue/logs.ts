import type { DayLog } from './figures.ts';
import type { QueueStore } from './store.ts';

/**
 * The logs of business days, oldest first; days without events are left out.
 * @param from `YYYYMMDD`, included, as `to` is
 */
export const logsOf = async (store: Pick<QueueStore, 'days' | 'read'>, from: string, to: string): Promise<DayLog[]> => {
  const logs: DayLog[] = [];
  for (const day of (await store.days()).filter((one) => one >= from && one <= to).sort()) {
    logs.push({ day, events: (await store.read(day, 0)).map(({ event }) => event) });
    // A month is long: whoever calls meanwhile is not behind all of it.
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  return logs;
};
