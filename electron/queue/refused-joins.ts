/** Numbers that terminals gave while the hall was out of reach and that the hall does not take in: kept until a manager has looked. */
import { z } from 'zod';

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
  note(join: RefusedJoin): boolean;
  list(): readonly RefusedJoin[];
  /** A manager has seen to it. @returns what it was; null: no such one */
  settle(ticket: string): RefusedJoin | null;
}

export const createRefusedJoins = (file: { read(): unknown; write(value: unknown): void }): RefusedJoins => {
  const kept = z.array(row).safeParse(file.read());
  let joins = kept.success ? kept.data : [];
  const keep = (next: RefusedJoin[]): void => {
    file.write(next);
    joins = next;
  };
  return {
    note: (join) => {
      if (joins.some(({ ticket }) => ticket === join.ticket)) return false;
      keep([...joins, join].slice(-MOST));
      return true;
    },
    list: () => joins,
    settle: (ticket) => {
      const found = joins.find((one) => one.ticket === ticket);
      if (found === undefined) return null;
      keep(joins.filter((one) => one !== found));
      return found;
    },
  };
};
