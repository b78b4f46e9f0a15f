/** The settings of one line of boards, from the terminal file or an address's query: `?profile=am03127&boards=1:3,2:4`. */
import { z } from 'zod';
import { fail, ok, type Result } from '../contract.ts';
import { splitOptions } from '../transports/uri.ts';
import type { SunpnColour } from './codec.ts';
import { counterName } from './commands.ts';
import { BOARD_FAMILIES, BOARD_PROFILES, type BoardProfile } from './profiles.ts';

/** More than a line of RS-485 carries without amplifiers. */
const MOST_ON_A_LINE = 64;
const IN_AN_ADDRESS = /^\d{1,3}(:[0-9A-Z]{1,4})?(,\d{1,3}(:[0-9A-Z]{1,4})?)*$/;

/** `1:3,2:4` (address:counter) as a list, and `9` as the only board; anything else as it is. */
const listed = (given: unknown): unknown => {
  if (typeof given === 'number') return [{ board: given }];
  if (typeof given !== 'string' || !IN_AN_ADDRESS.test(given)) return given;
  return given.split(',').map((pair) => {
    const [board, counter] = pair.split(':');
    return { board: Number(board), ...(counter === undefined ? {} : { counter }) };
  });
};

const boards = z.preprocess(
  listed,
  z
    .array(
      z.strictObject({
        /** Address on the line; the line number of an fds-mled. */
        board: z.number().int().min(0).max(255).default(1),
        /** The counter above which it hangs; a lone board without one shows the calls of any. A file may have it as a bare number. */
        counter: z.preprocess((given) => (typeof given === 'number' ? String(given) : given), counterName).optional(),
      }),
    )
    .min(1)
    .max(MOST_ON_A_LINE),
).default([{ board: 1 }]);

const options = z.strictObject({
  profile: z.enum(BOARD_FAMILIES).default('am03127'),
  boards,
  /** Digits or characters that each has, where the model's own number is wrong. */
  width: z.number().int().min(1).max(200).optional(),
  colour: z.enum(['green', 'yellow', 'red']).default('red' satisfies SunpnColour),
  /** Text boards. `<`, `>` and `^` begin commands on some. */
  template: z
    .string()
    .max(100)
    .regex(/^[ -;=?-\]_-~]*$/)
    .default('{number} {counter}'),
  /** Milliseconds after which the same is shown again. */
  refreshMs: z.number().int().min(1000).max(86_400_000).optional(),
});

export interface WindowDisplaySettings {
  profile: BoardProfile;
  /** In the order of the file; `counter` null: the lone board of a line, for any counter. */
  boards: { board: number; counter: string | null }[];
  width: number;
  colour: SunpnColour;
  template: string;
  refreshMs: number;
}

/** What cannot hang on one line like this; null: nothing. */
const wrongOnALine = (list: z.infer<typeof boards>, { family, addresses }: BoardProfile): string | null => {
  for (const [index, { board, counter }] of list.entries()) {
    const before = list.slice(0, index);
    if (addresses === null && list.length > 1) return `boards of the profile ${family} have no address, so one hangs on its line alone; here are ${list.length}`;
    if (addresses === null && board !== 1) return `boards of the profile ${family} have no address: leave "board" out`;
    if (addresses !== null && (board < addresses.least || board > addresses.most)) return `boards of the profile ${family} have addresses from ${addresses.least} to ${addresses.most}; there is no board ${board}`;
    if (before.some((other) => other.board === board)) return `two boards with the address ${board}`;
    if (counter === undefined && list.length > 1) return `board ${board} has no counter; where several are on a line, each needs its own`;
    if (counter !== undefined && before.some((other) => other.counter === counter)) return `two boards for the counter ${counter}`;
  }
  return null;
};

/** @returns `bad-input` that says in one sentence what was expected when the settings cannot be used */
export const windowDisplaySettings = (given: Record<string, unknown>): Result<WindowDisplaySettings> => {
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')).join(', ') : issue.path.join('.'))).join(', ');
    return fail(
      'bad-input',
      `options of the window display: cannot use ${names}; known: profile (${BOARD_FAMILIES.join(', ')}), boards ([{ board: 1, counter: '3' }, { board: 2, counter: '4' }], in an address 1:3,2:4), width, colour (green, yellow, red), template, refreshMs`,
    );
  }
  const { data } = parsed;
  const profile = BOARD_PROFILES[data.profile];
  const wrong = wrongOnALine(data.boards, profile);
  if (wrong !== null) return fail('bad-input', `options of the window display: ${wrong}`);
  return ok({
    profile,
    boards: data.boards.map(({ board, counter }) => ({ board, counter: counter ?? null })),
    width: data.width ?? profile.width,
    colour: data.colour,
    template: data.template,
    refreshMs: data.refreshMs ?? profile.refreshMs,
  });
};

const onlyBoards = z.looseObject({ boards });

/** Counters that have a board on this line, by its device as the terminal file has it; none where the settings cannot be used. */
export const countersOf = (transport: string, given: Readonly<Record<string, unknown>>): string[] => {
  const parsed = onlyBoards.safeParse({ ...given, ...splitOptions(transport).options });
  return parsed.success ? parsed.data.boards.flatMap(({ counter }) => counter ?? []) : [];
};
