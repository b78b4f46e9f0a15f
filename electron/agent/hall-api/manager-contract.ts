/** What the pages of staff ask beside the counters' acts: rules, figures, doubts, and the small screen that faces the citizen. */
import { z } from 'zod';
import { queue, text } from '../../../kiosk-config/index.ts';
import { assumptions, doubtBecame, padPress, queueFigures, simulation, terminalId, toldDoubt } from '../../queue/index.ts';

const iso = z.iso.datetime({ offset: true });

/** When browsers, boards and terminals stop believing the hall's address. `days`: whole days until then once staff should know (thirty before), negative when it is over. */
export const certificateEnd = z.strictObject({ given: z.boolean(), at: z.iso.datetime(), days: z.number().int().nullable() });
export type CertificateEnd = z.infer<typeof certificateEnd>;

/** What exactly clashes: words for it stand in every language of the pages. `values`: ids and letters that it names. */
export const RULE_CLASHES = ['prefix-taken', 'no-next-prefix', 'stands-twice', 'nobody-asked', 'ends-before-it-begins', 'no-such-class', 'no-such-item', 'class-in-use', 'letters-out', 'booked-letters-out', 'letters-given', 'booked-letters-given', 'counter-in-use'] as const;
/** Why a rule cannot hold, at its place in the rules. `message` is plain English; pages in other languages say the kind, and `why` where it is known. */
export const ruleMistake = z.strictObject({
  path: z.array(z.union([z.string(), z.number()])),
  kind: z.enum(['missing', 'unknown-name', 'wrong-kind', 'too-small', 'too-big', 'wrong-form', 'clash', 'in-use-today']),
  message: z.string(),
  why: z.strictObject({ code: z.enum(RULE_CLASHES), values: z.record(z.string(), z.string()) }).nullable(),
});
export type RuleMistake = z.infer<typeof ruleMistake>;

/** `version` 0: the rules of queue.yaml, which nobody changed here yet. */
export const rulesView = z.strictObject({ version: z.number().int().nonnegative(), by: z.string().nullable(), at: iso.nullable(), rules: queue, overtakingBoundMinutes: z.number(), /** What the hall's terminals do by themselves: a class may name them. */ items: z.array(z.strictObject({ id: z.string(), name: text })) });
export const rulesDraft = z.strictObject({ rules: z.unknown() });
export const rulesChange = z.strictObject({ rules: z.unknown(), /** The version that was changed: whoever comes second looks again. */ basedOn: z.number().int().nonnegative() });
/** `rules`: as they would hold, with everything that was left out; null: they cannot be read. */
export const rulesChecked = z.strictObject({ mistakes: z.array(ruleMistake), rules: queue.nullable() });
export const rulesRefused = z.strictObject({ mistakes: z.array(ruleMistake).min(1) });
export const rulesMoved = z.strictObject({ refusal: z.literal('changed-meanwhile'), version: z.number().int() });

/** A counter as staff choose it. */
export const counterRow = z.strictObject({ id: z.string(), name: text, classes: z.array(z.string()), open: z.boolean(), paused: z.boolean(), clerk: z.string().nullable(), current: z.string().nullable(), pad: padPress.nullable() });
export type CounterRow = z.infer<typeof counterRow>;

/** What the screen at the counter shows the citizen: a number, nothing of a person. */
export const windowView = z.strictObject({
  version: z.number().int(),
  now: iso,
  hall: z.strictObject({ name: text, demo: z.boolean(), timeZone: z.string() }),
  counter: z.strictObject({ id: z.string(), name: text, open: z.boolean(), paused: z.boolean() }),
  current: z.strictObject({ number: z.string(), state: z.enum(['called', 'serving']) }).nullable(),
  /** Just finished here: may be rated until then. */
  finished: z.strictObject({ number: z.string(), until: iso }).nullable(),
});
export type WindowView = z.infer<typeof windowView>;
export const windowRateBody = z.strictObject({ number: z.string().regex(/^[A-Z]{1,2}\d{3,4}$/), score: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]) });

/** Paper of which nobody knows whether it came out, until somebody looked. `decided`: a manager has, and its terminal has not heard it yet. */
export const paperDoubt = z.strictObject({ ...toldDoubt.shape, terminal: z.string(), decided: z.strictObject({ outcome: z.enum(['printed', 'not-printed']), by: z.string(), at: iso }).nullable() });
export const doubtfulNumber = z.strictObject({ number: z.string(), className: text, since: iso, by: z.string() });
/** A number that a terminal gave while the hall was out of reach, and that the hall does not take in: whoever holds its paper waits for nothing. */
export const refusedJoinRow = z.strictObject({ ticket: z.string(), number: z.string().nullable(), day: z.string(), className: text, by: z.string(), takenAt: iso, refusal: z.string() });
export const doubtsView = z.strictObject({ numbers: z.array(doubtfulNumber), papers: z.array(paperDoubt), joins: z.array(refusedJoinRow) });
export type DoubtsView = z.infer<typeof doubtsView>;
export const doubtParams = z.object({ terminal: terminalId, paper: doubtBecame.shape.paper });
export const settleBody = z.strictObject({ outcome: z.enum(['printed', 'not-printed']) });
export const settled = z.strictObject({ ok: z.literal(true) });

/** A quarter of a year: more is no page of figures, and takes the agent from its work. */
const MOST_DAYS = 100;
const period = { from: z.iso.date(), to: z.iso.date() };
const backward = { path: ['to'], message: 'before its beginning' };
const tooLong = { path: ['to'], message: `more than ${MOST_DAYS} days` };
const forward = ({ from, to }: { from: string; to: string }): boolean => from <= to;
const short = ({ from, to }: { from: string; to: string }): boolean => Date.parse(to) - Date.parse(from) < MOST_DAYS * 86_400_000;
export const periodQuery = z.object(period).refine(forward, backward).refine(short, tooLong);
export const tableQuery = z.object({ ...period, lang: z.enum(['zh', 'en']).default('zh') }).refine(forward, backward).refine(short, tooLong);
/** Of `of` ranges told with tickets of this class on this day so many held the real wait; how far the middle of the range was from it. */
export const estimateDay = z.strictObject({ day: z.string(), class: z.string(), held: z.number().int(), of: z.number().int(), meanErrorMinutes: z.number() });
export const figuresView = queueFigures.extend({ estimates: z.array(estimateDay) });

/** A day to try rules on. `days`: on how many days of this hall it rests; 0: on none, only on what is usual. */
export const assumedView = z.strictObject({ days: z.number().int().nonnegative(), given: assumptions });
export const triedBody = z.strictObject({ rules: z.unknown(), given: assumptions, seed: z.number().int().min(0).max(4_294_967_295).default(1) });
/** The same people under the rules that hold now, and under the draft. */
export const triedView = z.strictObject({ now: simulation, draft: simulation });
export const tooBusy = z.strictObject({ title: z.string() });
