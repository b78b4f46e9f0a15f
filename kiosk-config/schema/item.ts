/**
 * One item (事项) as data: guide, form, materials, steps, outputs, required devices.
 * A new item is a new YAML file; no code knows an item by name.
 */
import { z } from 'zod';
import { certificateLayout } from './certificate.ts';
import { DEVICE_CLASSES } from './device-classes.ts';
import { opening } from './queue.ts';
import { text } from './text.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case words joined by hyphens');
/** Name of a form field; also the key in outbound field lists and adapters. */
const fieldName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'camelCase');

/** Where an answer can come from without typing. Paths into the card (`card.name`) or what the platform holds (`platform.income`). */
const source = z.string().regex(/^(card|platform)\.[a-z][A-Za-z0-9]*$/);

export const STEP_KINDS = ['card', 'notice', 'form', 'materials', 'check', 'sign', 'submit', 'issue'] as const;

export const question = z.strictObject({
  field: fieldName,
  group: id,
  /** As a whole question on its own page: 您现在在哪个单位上班？ */
  title: text,
  hint: text.optional(),
  /** As a row on the check page: 上班的单位 */
  label: text,
  input: z.enum(['text', 'choice', 'number', 'phone', 'date', 'amount', 'address', 'none']).describe('none: never asked, only filled from its source'),
  choices: z.array(z.strictObject({ value: z.string(), label: text, hint: text.optional() })).min(2).optional(),
  /** Answers that save typing, beneath the field: 我退休了. */
  quick: z.array(z.strictObject({ value: z.string(), label: text })).max(4).optional(),
  /** Where the answer is found, drawn on the wall beneath the field; `caption` stands on the ring of a seal. */
  example: z.strictObject({ title: text, body: text, picture: z.enum(['seal', 'paper', 'phone', 'none']).default('none'), caption: text.optional() }).optional(),
  source: source.optional(),
  /** May the citizen change what came from the source? What the card says of the person never, but its address: people move. */
  editable: z.boolean().default(true),
  /** Shown masked until held. */
  mask: z.enum(['none', 'id-number', 'phone', 'address']).default('none'),
  unit: text.optional(),
  /** Ask only when an earlier field has one of these values. */
  when: z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }).optional(),
});
export type Question = z.infer<typeof question>;

export const material = z.strictObject({
  id,
  name: text,
  required: z.boolean().default(true),
  /** `card`: the card read just now; `platform`: an electronic licence it holds; `scan`: paper on the glass. Tried in this order. */
  from: z.array(z.enum(['card', 'platform', 'scan'])).min(1),
  hint: text,
  /**
   * What becomes of the paper. `pictures`: each page is sent as a picture of its own. `several-pages`: one PDF of all pages, made when the
   * citizen has said yes to them. `id-copy`: one A4 page as PDF with both sides of a card.
   */
  kind: z.enum(['pictures', 'several-pages', 'id-copy']).default('pictures'),
  /** How it is scanned: red seals need colour, small print 300 dots per inch. */
  scan: z.strictObject({ color: z.enum(['color', 'gray']).default('color'), dpi: z.union([z.literal(200), z.literal(300)]).default(200) }).default({ color: 'color', dpi: 200 }),
  /** Wanted only when a field has one of these values. */
  when: z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }).optional(),
  /** Of an `id-copy`: the two sides. */
  pages: z.strictObject({ min: z.number().int().min(1), max: z.number().int().max(50) }),
});
export type Material = z.infer<typeof material>;

/** 办事指南: the elements the policy names. Shown whole on request; the product promises only what stands here. */
export const guide = z.strictObject({
  type: text,
  basis: z.array(text).min(1),
  agency: text,
  legalWorkingDays: z.number().int().positive().nullable().describe('null: done on the spot'),
  promisedWorkingDays: z.number().int().positive().nullable(),
  resultName: text,
  fee: z.strictObject({ fen: z.number().int().nonnegative(), basis: text.optional() }),
  audience: text,
  channels: text,
  reviewStandard: text.optional(),
  availableAcross: text.optional(),
  hours: text,
  consultPhone: z.string(),
  complaintPhone: z.string(),
});

export const item = z.strictObject({
  id,
  /** 实施编码: opaque, its shape differs by province. */
  code: z.string().min(1),
  name: text,
  /** One line beneath the name on its tile. */
  summary: text,
  /** Lower-case Pinyin initials and words people search by. */
  keywords: z.array(z.string()),
  icon: z.enum(['house', 'shield', 'document', 'printer', 'ticket', 'shop']),
  /** Which of the home page's entries holds it. */
  entry: z.enum(['apply', 'print']),
  theme: z.string().optional(),
  guide,
  acceptedCards: z.array(z.enum(['resident', 'foreign-2017', 'foreign-2023', 'hmt'])).min(1),
  steps: z.array(z.enum(STEP_KINDS)).min(2),
  notice: z.strictObject({ title: text, paragraphs: z.array(text).min(1), agree: text }).optional(),
  form: z
    .strictObject({
      groups: z.array(z.strictObject({ id, title: text })).min(1),
      /**
       * JSON Schema (2020-12) of the answers: the one judge of what may be submitted. Answers travel as text;
       * a property of type `integer` or `number` judges the number that the text says. An `amount` is an integer in fen.
       */
      schema: z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.looseObject({})), required: z.array(z.string()).default([]) }),
      questions: z.array(question).min(1),
    })
    .optional(),
  materials: z.array(material).default([]),
  /** What happens after submission, in words: rows beneath 接下来. `{promised}` stands for the promised day. */
  next: z.array(z.strictObject({ title: text, body: text })).default([]),
  /** What must work before step one: law 6, nothing is started that cannot be finished here. */
  requires: z.strictObject({
    devices: z.array(z.enum(DEVICE_CLASSES)),
    a4Sheets: z.number().int().nonnegative().default(0),
    /** Slips that one run may print; left out: one where the receipt printer is needed. */
    slips: z.number().int().nonnegative().max(20).optional(),
    platform: z.enum(['now', 'can-wait']),
  }),
  /** When it can be done at a terminal, if not day and night; several rows for a break at noon. */
  hours: z.array(opening).min(1).optional(),
  certificate: certificateLayout.optional(),
  /** Line-of-business form that the case is also mapped to; a file in `adapters/`. */
  adapter: id.optional(),
});
export type Item = z.infer<typeof item>;
