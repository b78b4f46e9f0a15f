/**
 * Who holds a number, where a class gives one number a person: a digest under a key of the business day. The key is among the hall's records, the same
 * for all its agents, and is overwritten by the next day's: what the log says of holders means nothing from then on, to whoever reads it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { HallRecords } from './records.ts';

const kept = z.strictObject({ day: z.string().regex(/^\d{8}$/), key: z.string().regex(/^[0-9a-f]{64}$/) });
const ONLY = 'hall';

/** @returns the holder as the log of that day knows him; null where nobody knows who it is. Rejects where the key cannot be kept */
export const createHolders = (records: HallRecords, day: () => string): ((holder: string | null | undefined) => Promise<string | null>) => {
  let known: z.infer<typeof kept> | null = null;
  return async (holder) => {
    if (holder === null || holder === undefined) return null;
    const today = day();
    // An agent that is still on the day before takes what the others have begun with: keys never go back.
    if (known === null || known.day < today)
      known = await records.change('holders', ONLY, (before) => {
        const found = kept.safeParse(before);
        if (found.success && found.data.day >= today) return { answer: found.data };
        const made = { day: today, key: randomBytes(32).toString('hex') };
        return { answer: made, keep: made };
      });
    return createHmac('sha256', Buffer.from(known.key, 'hex')).update(holder).digest('hex').slice(0, 32);
  };
};
