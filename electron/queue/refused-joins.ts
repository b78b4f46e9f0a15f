/** Numbers that terminals gave while the hall was out of reach and that the hall does not take in: kept until a manager has looked. */
import { z } from 'zod';
import type { HallRecords } from './records.ts';

const row = z.strictObject({
  day: z.string(),
  class: z.string(),
  ordinal: z.number().int(),
  /** As it stands on the paper; null: nobody knows its letters any more. */
  number: z.string().nullable(),
  ticket: z.string(),
  /** The terminal. */
  by: z.string(),
  refusal: z.string(),
  takenAt: z.number(),
});
export type RefusedJoin = z.infer<typeof row>;

/** Far more than terminals can hold in reserve; the oldest go first. */
const MOST = 500;

export interface RefusedJoins {
  /** @returns false: it is known already, as a terminal tells it again when the answer is lost */
  note(join: RefusedJoin): Promise<boolean>;
  /** Oldest first. */
  list(): readonly RefusedJoin[];
  /** A manager has seen to it. @returns what it was; null: no such one */
  settle(ticket: string): Promise<RefusedJoin | null>;
}

/** @param records shared by all agents of the hall: whichever was told, a manager sees it at each of them */
export const createRefusedJoins = (records: HallRecords): RefusedJoins => {
  const read = (value: unknown): RefusedJoin | null => {
    const parsed = row.safeParse(value);
    return parsed.success ? parsed.data : null;
  };
  const list = (): RefusedJoin[] =>
    records
      .all('refused-join')
      .flatMap(([, value]) => read(value) ?? [])
      .sort((a, b) => a.takenAt - b.takenAt);
  const take = (ticket: string): Promise<RefusedJoin | null> =>
    records.change('refused-join', ticket, (value) => {
      const found = read(value);
      return found === null ? { answer: null } : { answer: found, keep: null };
    });
  return {
    note: async (join) => {
      const fresh = await records.change('refused-join', join.ticket, (before) => (before === undefined ? { answer: true, keep: join } : { answer: false }));
      for (const { ticket } of list().slice(0, -MOST)) await take(ticket);
      return fresh;
    },
    list,
    settle: take,
  };
};
