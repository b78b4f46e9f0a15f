/** The settings of one cabinet, from the terminal file or the address's query: `?profile=8a80&polarity=open-shorts&order=high-first&echo=true`. */
import { z } from 'zod';
import { ORDERS, POLARITIES, type Layout } from './layout.ts';
import { PROFILE_NAMES, PROFILES, type Profile } from './profiles.ts';

/** `[1, 2]`, or `1,2` in an address. */
const boards = z.union([
  z.array(z.number().int().min(0).max(255)).min(1).max(32),
  z.number().int().min(0).max(255).transform((one) => [one]),
  z
    .string()
    .regex(/^\d{1,3}(,\d{1,3}){0,31}$/)
    .transform((list) => list.split(',').map(Number)),
]);

const options = z.strictObject({
  profile: z.enum(PROFILE_NAMES).default('8a80'),
  polarity: z.enum(POLARITIES).default('closed-shorts'),
  /** `low-first`: the first status byte has cells 1–8. */
  order: z.enum(ORDERS).default('low-first'),
  /** Does the port give back what is sent through it? */
  echo: z.boolean().default(false),
  boards: boards.optional(),
  /** Cells of each board; without it as many as the board tells of. */
  cells: z.number().int().min(1).max(127).optional(),
  /** `own`: the board's infrared sensors; a number: the lock input to which the sensor of cell 1 is wired, the others following. */
  sensors: z.union([z.literal('none'), z.literal('own'), z.number().int().min(2).max(127)]).default('none'),
  sensorPolarity: z.enum(['occupied-shorts', 'empty-shorts']).default('occupied-shorts'),
  turnRoundMs: z.number().int().min(20).max(50).default(30),
  openWaitMs: z.number().int().min(1000).max(30_000).default(4000),
  /** A door that stays open longer is a condition. */
  leftOpenSeconds: z.number().int().min(1).max(86_400).default(120),
});

export interface LockerSettings {
  profileName: string;
  profile: Profile;
  layout: Layout;
  echo: boolean;
  boards: number[];
  /** null: as many as the board tells of. */
  cells: number | null;
  turnRoundMs: number;
  openWaitMs: number;
  leftOpenMs: number;
}

/** @returns one sentence that says what was expected when the settings cannot be used */
export const lockerSettings = (given: Record<string, unknown>): { ok: true; settings: LockerSettings } | { ok: false; expected: string } => {
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ');
    return {
      ok: false,
      expected: `cannot use ${names}; known: profile (${PROFILE_NAMES.join(', ')}), polarity (${POLARITIES.join(', ')}), order (${ORDERS.join(', ')}), echo (true, false), boards (1,2), cells, sensors (none, own or the input of cell 1), sensorPolarity, turnRoundMs (20–50), openWaitMs, leftOpenSeconds`,
    };
  }
  const { data } = parsed;
  const profile = PROFILES[data.profile];
  const cells = data.cells ?? (typeof data.sensors === 'number' ? data.sensors - 1 : null);
  const list = data.boards ?? [profile.boards.least];
  if ((cells ?? 0) > profile.mostCells || (typeof data.sensors === 'number' && (data.sensors <= (cells ?? 0) || data.sensors + (cells ?? 0) - 1 > profile.mostCells))) {
    return { ok: false, expected: `a ${data.profile} board has at most ${profile.mostCells} inputs for cells and sensors together` };
  }
  if (list.some((board) => board < profile.boards.least || board > profile.boards.most)) {
    return { ok: false, expected: `boards of the profile ${data.profile} are numbered from ${profile.boards.least} to ${profile.boards.most}` };
  }
  if (data.sensors !== 'none' && !profile.family.asksAll) return { ok: false, expected: `boards of the profile ${data.profile} tell nothing of sensors` };
  return {
    ok: true,
    settings: {
      profileName: data.profile,
      profile,
      layout: { polarity: data.polarity, order: data.order, sensors: data.sensors, sensorPolarity: data.sensorPolarity },
      echo: data.echo,
      boards: [...new Set(list)],
      cells,
      turnRoundMs: data.turnRoundMs,
      openWaitMs: data.openWaitMs,
      leftOpenMs: data.leftOpenSeconds * 1000,
    },
  };
};
