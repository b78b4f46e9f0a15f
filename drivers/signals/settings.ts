/** The names of lamps and sensors on a board, from the terminal file (`outputs: {card: 0}`) or the address's query (`?outputs=card:0,slip:1`). */
import { z } from 'zod';
import type { Debounce } from './debounce.ts';
import type { Framing } from './codec.ts';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const address = z.number().int().min(0).max(65_535);
/** Names lie so close together that one question reads them all. */
const MOST_APART = 2000;
const near = (numbers: readonly number[]): boolean => numbers.length === 0 || Math.max(...numbers) - Math.min(...numbers) < MOST_APART;

/** Two lamps on one coil would switch each other off. One sentence that names them, or null. */
const onOneNumber = (pairs: readonly (readonly [string, number])[]): string | null => {
  const names = new Map<number, string>();
  for (const [each, at] of pairs) {
    const other = names.get(at);
    if (other !== undefined) return `"${other}" and "${each}" both have the number ${at}; each has one of its own`;
    names.set(at, each);
  }
  return null;
};

/** `card:0,slip:1` → `{ card: 0, slip: 1 }`; anything else is left to the schema. */
const named = <T extends z.ZodType>(schema: T) =>
  z.preprocess((given) => (typeof given === 'string' && given !== '' ? Object.fromEntries(given.split(',').map((entry) => [entry.split(':')[0], Number(entry.split(':')[1])])) : given), schema);

const input = z.union([
  address.transform((at) => ({ at, closedIs: 'on' as const })),
  z.strictObject({ at: address, /** What a closed contact means: a normally closed sensor says `off`. */ closedIs: z.enum(['on', 'off']).default('on') }),
]);

const options = z.strictObject({
  outputs: named(z.record(name, address)).default({ card: 0, slip: 1, a4: 2, scanner: 3 }),
  inputs: named(z.record(name, input)).default({}),
  unit: z.number().int().min(1).max(247).default(1),
  /** Over TCP: `tcp` is Modbus/TCP; `rtu` are serial frames through a device server that knows nothing of them. */
  framing: z.enum(['rtu', 'tcp']).optional(),
  enterMs: z.number().int().min(0).max(60_000).default(300),
  leaveMs: z.number().int().min(0).max(600_000).default(8000),
  pollMs: z.number().int().min(20).max(5000).default(100),
});

export interface SignalsSettings {
  /** Address of the wire, without `modbus:`. */
  uri: string;
  framing: Framing;
  unit: number;
  outputs: ReadonlyMap<string, number>;
  inputs: ReadonlyMap<string, { at: number; closedIs: 'on' | 'off' }>;
  debounce: Debounce;
  pollMs: number;
}

/** @returns one sentence that says what was expected when address or options cannot be used */
export const signalsSettings = (uri: string, given: Record<string, unknown>): { ok: true; settings: SignalsSettings } | { ok: false; expected: string } => {
  const wire = /^modbus:((serial|tcp):.*)$/i.exec(uri);
  if (wire === null) return { ok: false, expected: 'lamps and sensors are addressed as modbus:serial:/dev/ttyUSB0?baud=9600 or modbus:tcp:host:port' };
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ');
    return { ok: false, expected: `cannot use ${names}; known: outputs and inputs (names with coil or input numbers, such as card:0,slip:1), unit (1–247), framing (rtu, tcp), enterMs, leaveMs, pollMs` };
  }
  const { data } = parsed;
  if (!near(Object.values(data.outputs)) || !near(Object.values(data.inputs).map(({ at }) => at))) return { ok: false, expected: `numbers of one kind lie within ${MOST_APART} of each other` };
  const twice = onOneNumber(Object.entries(data.outputs)) ?? onOneNumber(Object.entries(data.inputs).map(([each, { at }]) => [each, at]));
  if (twice !== null) return { ok: false, expected: twice };
  const serial = (wire[2] ?? '').toLowerCase() === 'serial';
  const path = wire[1] ?? '';
  return {
    ok: true,
    settings: {
      // Relay boards come with 9600 baud.
      uri: serial && !/[?&]baud=/.test(path) ? `${path}${path.includes('?') ? '&' : '?'}baud=9600` : path,
      framing: data.framing ?? (serial ? 'rtu' : 'tcp'),
      unit: data.unit,
      outputs: new Map(Object.entries(data.outputs)),
      inputs: new Map(Object.entries(data.inputs)),
      debounce: { enterMs: data.enterMs, leaveMs: data.leaveMs },
      pollMs: data.pollMs,
    },
  };
};
