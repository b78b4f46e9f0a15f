/** One terminal of the hall: its glass and its devices. `terminals/NAME.yaml`. */
import { z } from 'zod';
import { DEVICE_CLASSES } from './device-classes.ts';
import { hallDatabase, hallKeyPlace, hallPlaces, sharesWithKey } from './queue.ts';
import { text } from './text.ts';

export const deviceConfig = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  class: z.enum(DEVICE_CLASSES),
  /** serial:/dev/ttyUSB0?baud=115200 · tcp:host:port · ipp://host:port/path · escl:http://host:port/eSCL */
  transport: z.string().min(1),
  /** Where the citizen finds its slot, said from the screen: 在屏幕右下方 */
  where: text,
  /** Printers of slips and tickets: how many slips the roll surely gives when its near-end sensor tells. Left out: 10. */
  slipsWhenLow: z.number().int().min(0).max(1_000).optional(),
  options: z.record(z.string(), z.unknown()).default({}),
});
export type DeviceConfig = z.infer<typeof deviceConfig>;

/** Cells of one board, in the order in which they are numbered on the doors. */
const cellRow = z.strictObject({
  /** Which device, where a terminal has several cabinets. */
  device: z.string().regex(/^[a-z][a-z0-9-]*$/).default('locker'),
  board: z.number().int().min(0).max(255).default(1),
  /** Number of the first cell on this board. */
  from: z.number().int().min(1).max(127).default(1),
  to: z.number().int().min(1).max(127),
});

/** Originals that staff put into the locker and citizens fetch from it. Cells are numbered on the doors from 1 on, one row after the other. */
export const pickUp = z.strictObject({
  cells: z
    .array(cellRow.refine(({ from, to }) => from <= to, { path: ['to'], message: 'the last cell comes before the first' }))
    .min(1)
    .max(32)
    .superRefine((rows, context) => {
      for (const [index, row] of rows.entries()) {
        if (rows.slice(0, index).some((one) => one.device === row.device && one.board === row.board && one.from <= row.to && row.from <= one.to)) context.addIssue({ code: 'custom', path: [index], message: `cells of board ${row.board} stand in two rows` });
      }
    }),
  /** `unwatched`: the boards do not tell whether a door is open; then the word of whoever stands there has to do. */
  doors: z.enum(['watched', 'unwatched']).default('watched'),
  /** A door that a citizen leaves open for longer is a doubt for staff. */
  leftOpenSeconds: z.number().int().min(20).max(3_600).default(90),
  /** What nobody fetched for so long is to be taken back. */
  overdueDays: z.number().int().min(1).max(365).default(15),
  /** Does the pick-up code alone open a cell, without the card? */
  codeAlone: z.boolean().default(false),
});
export type PickUp = z.infer<typeof pickUp>;

export const terminal = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  /** 1–999, in case numbers and on the status strip: 5 号机. */
  number: z.number().int().min(1).max(999),
  panel: z.strictObject({
    /** Width of the lit glass in millimetres: every size on the screen derives from it. */
    widthMm: z.number().min(150).max(1200),
    lowerEdgeMm: z.number().min(0).max(1500),
  }),
  /** The citizen's page goes quiet (a clock) when nobody was near for so long; only where `signals` has an input `presence`. Left out: never. */
  restAfterSeconds: z.number().int().min(10).max(86_400).optional(),
  devices: z.array(deviceConfig),
  /** Omitted: nothing is fetched from a locker here. */
  pickUp: pickUp.optional(),
  /** The hall's queue: this agent runs it for the whole hall (`serve`), or another one does (`at`). Omitted: this terminal gives no numbers. */
  queue: z
    .union([
      z.strictObject({
        serve: z
          .strictObject({
            /** Address on which counters, boards and other terminals reach it. */
            host: z.string().min(1).default('0.0.0.0'),
            port: z.number().int().min(0).max(65_535).default(8443),
            /** Names and addresses in the certificate beside the host's own. */
            names: z.array(z.string().min(1)).default([]),
            /** A PostgreSQL database in place of the terminal's own, shared by all agents that serve this hall. */
            database: hallDatabase.optional(),
            /** The hall's key, with which what the agents share is sealed. */
            key: hallKeyPlace.optional(),
          })
          .superRefine(sharesWithKey),
      }),
      z.strictObject({
        /** Several where agents share the hall's database: any of them may die. */
        at: hallPlaces,
        /** SHA-256 of the hall's certificate authority, hexadecimal, from the hall's page on trusting it. */
        authority: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    ])
    .optional(),
});
export type Terminal = z.infer<typeof terminal>;
