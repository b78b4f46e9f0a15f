/**
 * Judging one answer: the item's JSON Schema decides, this file says what is wrong in a code that the page has words for.
 */
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { asJudged, compileAnswers, type Item, type Question } from '../../kiosk-config/index.ts';
import type { AnswerError } from './page-contract.ts';
import type { Answers, Person } from '../cases/types.ts';

type AnswersSchema = NonNullable<Item['form']>['schema'];

const compiled = new WeakMap<AnswersSchema, ValidateFunction>();

/** Everything that the item's schema says against a set of answers. */
const problemsOf = (item: Item, values: Readonly<Record<string, string>>): ErrorObject[] => {
  const schema = item.form?.schema;
  if (schema === undefined) return [];
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const made = compileAnswers(schema);
    if (made === null) throw new Error(`the answers' schema of ${item.id} does not compile`); // the loader refuses such an item
    validate = made;
    compiled.set(schema, validate);
  }
  const judged = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, asJudged(schema.properties[field], value)]));
  return validate(judged) ? [] : [...(validate.errors ?? [])];
};

const valuesOf = (answers: Answers, without: string): Record<string, string> =>
  Object.fromEntries(Object.entries(answers).flatMap(([field, answer]) => (field === without || answer.value === '' ? [] : [[field, answer.value]])));

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

const fromAjv = (problem: ErrorObject, question: Question, value: string): AnswerError => {
  const said = typeof problem.params['limit'] === 'number' ? problem.params['limit'] : null;
  // Limits of money stand in fen in the schema; people read yuan.
  const limit = said !== null && question.input === 'amount' ? said / 100 : said;
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

/**
 * May the citizen write something else here? What the card says of the person stays as it is; where that person lives now the card
 * cannot know, so its address may be replaced unless the item says otherwise.
 */
export const changeable = (question: Question, answer: Answers[string] | undefined): boolean =>
  question.editable && question.input !== 'none' && (answer?.source !== 'card' || question.source === 'card.address');

/** The item's JSON Schema of one field. */
export const fieldSchema = (item: Item, field: string): Record<string, unknown> => item.form?.schema.properties[field] ?? {};

/** Longest answer the schema allows, in characters; null: no limit said. */
export const maxLengthOf = (item: Item, field: string): number | null => {
  const limit = fieldSchema(item, field)['maxLength'];
  return typeof limit === 'number' ? limit : null;
};

/**
 * @param answers the others, since one answer may make another necessary
 * @returns what is wrong with `value` as an answer to `question`, or null when it may stand
 */
export const judge = (item: Item, question: Question, value: string, answers: Answers): AnswerError | null => {
  const broken = brokenCharacters(value);
  if (broken !== null) return broken;
  const others = valuesOf(answers, question.field);
  if (value.trim() === '') {
    const missing = problemsOf(item, others).some((problem) => problem.keyword === 'required' && problem.params['missingProperty'] === question.field);
    return missing ? error('required') : null;
  }
  const problem = problemsOf(item, { ...others, [question.field]: value }).find((candidate) => candidate.instancePath === `/${question.field}`);
  if (problem !== undefined) return fromAjv(problem, question, value);
  return question.input === 'choice' && question.choices?.every((choice) => choice.value !== value) === true ? error('not-a-choice') : null;
};

/** Does the question, or the material, apply, given the answers so far? */
export const applies = (question: Pick<Question, 'when'>, answers: Answers): boolean => {
  if (question.when === undefined) return true;
  const other = answers[question.when.field]?.value;
  return other !== undefined && question.when.in.includes(other);
};

const isAnswered = (item: Item, question: Question, answers: Answers): boolean => {
  return judge(item, question, answers[question.field]?.value ?? '', answers) === null;
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

/** Fills from card and platform what has no answer of the citizen's own; the card wins over an answer wherever that may not be changed. */
export const prefill = (item: Item, answers: Answers, person: Person, platform: Record<string, string>): Answers => {
  const filled: Answers = { ...answers };
  for (const question of item.form?.questions ?? []) {
    const [from, name] = (question.source ?? '').split('.');
    if (name === undefined) continue;
    const value = from === 'card' ? (person as unknown as Record<string, unknown>)[name] : platform[name];
    if (typeof value !== 'string' || value === '') continue;
    const mine = filled[question.field]?.source;
    if ((mine === 'typed' || mine === 'chosen') && (from === 'platform' || changeable(question, { value, source: 'card' }))) continue;
    // What the platform says must pass the same judge as what a citizen types; else it is asked.
    if (judge(item, question, value, filled) !== null) continue;
    filled[question.field] = { value, source: from === 'card' ? 'card' : 'platform' };
  }
  return filled;
};
