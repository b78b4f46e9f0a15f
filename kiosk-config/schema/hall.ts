/** The hall: who it is, how it is reached, which platform it belongs to. `hall.yaml`. */
import { z } from 'zod';
import { text } from './text.ts';

export const place = z.strictObject({
  name: text,
  how: text,
  /** Items that work there; omitted: all. */
  items: z.array(z.string()).optional(),
  hours: text,
});

export const hall = z.strictObject({
  id: z.string().min(1),
  name: text,
  area: text,
  /** Demonstration: every screen and paper says 演示. A real hall has `false` and never starts emulators. */
  demo: z.boolean(),
  timeZone: z.string().default('Asia/Shanghai'),
  phone: z.string(),
  hotline: z.string(),
  /** Business day ends at this hour (local). */
  businessDayStartsAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day from 00:00 to 23:59').default('00:00'),
  duty: z.strictObject({
    /** What is dialled: every language reads it. */
    phone: z.string().regex(/^[\d+() -]*$/, 'a telephone number: digits, spaces, ( ) + and -; a number behind the switchboard is `extension`'),
    extension: z.string().regex(/^\d{1,8}$/, 'digits').optional(),
    note: text,
  }),
  counters: z.strictObject({ hours: text, note: text }),
  otherPlaces: z.array(place).default([]),
  platform: z.strictObject({
    url: z.url(),
    /** SPKI of the platform's Ed25519 key, base64; demo: learned at enrolment. */
    publicKey: z.string().optional(),
    enrolmentCode: z.string().optional(),
    /** Names that the platform's look-up can answer; given, a question's `platform.NAME` must be one of them. */
    values: z.array(z.string().regex(/^[a-z][A-Za-z0-9]*$/)).optional(),
  }),
  /** A draft that nobody came back for is dropped with its key after this many days. */
  draftsKeptDays: z.number().int().min(1).max(90).default(7),
  /** So many days after a case is decided and collected, and the platform has everything of it, its key is dropped. */
  decidedKeptDays: z.number().int().min(1).max(366).default(30),
  /** The same while a certificate still waits for its owner: from then on the terminal cannot print it any more. */
  uncollectedKeptDays: z.number().int().min(1).max(3_660).default(180),
  /** The agent's log: how long a line is kept at most, and how much room all of it takes. */
  log: z.strictObject({ keptDays: z.number().int().min(1).max(366).default(30), megabytes: z.number().int().min(1).max(10_000).default(50) }).default({ keptDays: 30, megabytes: 50 }),
  idle: z
    .strictObject({
      askAfterSeconds: z.number().int().min(15).default(45),
      answerSeconds: z.number().int().min(20).default(40),
    })
    .default({ askAfterSeconds: 45, answerSeconds: 40 }),
});
export type Hall = z.infer<typeof hall>;
