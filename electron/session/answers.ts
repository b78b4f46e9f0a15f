/**
 * Judging one answer: the item's JSON Schema decides, this file says what is wrong in a code that the page has words for.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Item, Question } from '../../kiosk-config/index.ts';
import type { AnswerError } from '../agent/api/view.ts';
import type { Answers, Person } from '../cases/types.ts';

// The package is CommonJS: its function hides behind `default` under Node's ES modules.
const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => void;

const validators = new WeakMap<object, ValidateFunction>();

const validatorOf = (schema: object): ValidateFunction => {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ allErrors: false, strict: false });
  addFormats(ajv);
  const made = ajv.compile(schema);
  validators.set(schema, made);
  return made;
};

const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\uFE0F|\u20E3/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u;

const error = (code: AnswerError['code'], amount: number | null = null): AnswerError => ({ code, amount });

/** A value that no field may hold, whatever its schema. */
const brokenCharacters = (value: string): AnswerError | null => {
  if (!value.isWellFormed()) return error('broken-character');
  if (CONTROL.test(value)) return error('not-allowed');
  // Digits and # * count as pictographic bases in some tables; only what is shown as a picture is refused.
  if (EMOJI.test(value.replaceAll(/[0-9#*©®™]/gu, ''))) return error('emoji');
  return null;
};

const typedValue = (schema: Record<string, unknown>, value: string): string | number | null => {
  if (schema['type'] !== 'integer' && schema['type'] !== 'number') return value;
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(value) ? Number(value) : null;
};

const fromAjv = (problem: ErrorObject, question: Question, value: string): AnswerError => {
  const limit = typeof problem.params['limit'] === 'number' ? problem.params['limit'] : null;
  const length = [...value].length;
  switch (problem.keyword) {
    case 'minLength':
      return error('too-short', limit === null ? null : limit - length);
    case 'maxLength':
      return error('too-long', limit);
    case 'minimum':
    case 'exclusiveMinimum':
      return error('too-small', limit);
    case 'maximum':
    case 'exclusiveMaximum':
      return error('too-large', limit);
    case 'enum':
    case 'const':
      return error('not-a-choice');
    case 'type':
    case 'multipleOf':
      return error('not-a-number');
    default:
      break;
  }
  if (question.input === 'phone') return length < 11 ? error('too-short', 11 - length) : error('not-a-phone');
  if (question.input === 'date') return error('not-a-date');
  if (question.input === 'number' || question.input === 'amount') return error('not-a-number');
  return error('not-allowed');
};

/** The item's JSON Schema of one field. */
export const fieldSchema = (item: Item, field: string): Record<string, unknown> => item.form?.schema.properties[field] ?? {};

/** Longest answer the schema allows, in characters; null: no limit said. */
export const maxLengthOf = (item: Item, field: string): number | null => {
  const limit = fieldSchema(item, field)['maxLength'];
  return typeof limit === 'number' ? limit : null;
};

/** @returns what is wrong with `value` as an answer to `question`, or null when it may stand */
export const judge = (item: Item, question: Question, value: string): AnswerError | null => {
  const broken = brokenCharacters(value);
  if (broken !== null) return broken;
  const required = item.form?.schema.required.includes(question.field) ?? false;
  if (value.trim() === '') return required ? error('required') : null;
  if (question.quick?.some((quick) => quick.value === value) === true) return null;
  const schema = fieldSchema(item, question.field);
  const typed = typedValue(schema, value);
  if (typed === null) return error('not-a-number');
  const validate = validatorOf(schema);
  if (validate(typed)) {
    return question.input === 'choice' && question.choices?.every((choice) => choice.value !== value) === true ? error('not-a-choice') : null;
  }
  const problem = validate.errors?.[0];
  return problem === undefined ? error('not-allowed') : fromAjv(problem, question, value);
};

/** Does the question apply, given the answers so far? */
export const applies = (question: Question, answers: Answers): boolean => {
  if (question.when === undefined) return true;
  const other = answers[question.when.field]?.value;
  return other !== undefined && question.when.in.includes(other);
};

const isAnswered = (item: Item, question: Question, answers: Answers): boolean => {
  const answer = answers[question.field];
  return answer !== undefined && judge(item, question, answer.value) === null;
};

/** Questions a citizen is asked: those that apply and that card and platform do not answer. */
export const asked = (item: Item, answers: Answers): Question[] =>
  (item.form?.questions ?? []).filter(
    (question) => question.input !== 'none' && applies(question, answers) && !(['card', 'platform'].includes(answers[question.field]?.source ?? '') && isAnswered(item, question, answers)),
  );

/** The first question that still needs an answer. */
export const firstOpen = (item: Item, answers: Answers): Question | null => asked(item, answers).find((question) => !isAnswered(item, question, answers)) ?? null;

/** Answers that count: of questions that apply. What no longer applies is not sent. */
export const standing = (item: Item, answers: Answers): Answers =>
  Object.fromEntries((item.form?.questions ?? []).flatMap((question) => {
    const answer = answers[question.field];
    return answer !== undefined && applies(question, answers) && answer.value !== '' ? [[question.field, answer]] : [];
  }));

/** Fills from card and platform what has no answer of the citizen's own; the card always wins. */
export const prefill = (item: Item, answers: Answers, person: Person, platform: Record<string, string>): Answers => {
  const filled: Answers = { ...answers };
  for (const question of item.form?.questions ?? []) {
    const [from, name] = (question.source ?? '').split('.');
    if (name === undefined) continue;
    const value = from === 'card' ? (person as unknown as Record<string, unknown>)[name] : platform[name];
    if (typeof value !== 'string' || value === '') continue;
    const mine = filled[question.field]?.source;
    if (from === 'platform' && (mine === 'typed' || mine === 'chosen')) continue;
    // What the platform says must pass the same judge as what a citizen types; else it is asked.
    if (judge(item, question, value) !== null) continue;
    filled[question.field] = { value, source: from === 'card' ? 'card' : 'platform' };
  }
  return filled;
};
