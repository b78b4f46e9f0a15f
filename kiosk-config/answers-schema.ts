/** The JSON Schema of an item's answers: compiles it, and says where it is wrong. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Finding } from './mistake.ts';
import type { Item } from './schema/item.ts';

type Schema = NonNullable<Item['form']>['schema'];

/** One for all: to make it costs more than to load a hall. Schemas are taken out again after use. */
let shared: Ajv2020 | null = null;
const ajv = (): Ajv2020 => {
  if (shared === null) {
    shared = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true, addUsedSchema: false, validateSchema: false });
    addFormats.default(shared);
  }
  return shared;
};

const pointer = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const saidOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A schema compiled, or what is said against it. */
const compiled = (schema: object): { judge: ValidateFunction; complaint: null } | { judge: null; complaint: string } => {
  try {
    return { judge: ajv().compile(schema), complaint: null };
  } catch (error) {
    return { judge: null, complaint: saidOf(error) };
  } finally {
    ajv().removeSchema(schema);
  }
};

/**
 * Compiles the schema of the answers; the judge takes an object of values as {@link asJudged} gives them.
 * @returns null when it cannot be compiled: {@link answersFindings} says why
 */
export const compileAnswers = (schema: Schema): ValidateFunction | null => compiled(schema).judge;

/** A property as a schema of its own, with what it may refer to. */
const standingAlone = (schema: Schema, property: object): object => ({ ...(schema['$defs'] === undefined ? {} : { $defs: schema['$defs'] }), ...property });

/** A complaint at the keyword that it is about, where that stands right here. */
const against = (complaint: string, schema: object, path: readonly PropertyKey[]): Finding => {
  const keyword = complaint.startsWith('Invalid regular expression') ? 'pattern' : /unknown keyword: "([^"]+)"/.exec(complaint)?.[1];
  return { path: keyword !== undefined && Object.hasOwn(schema, keyword) ? [...path, keyword] : path, message: `not JSON Schema: ${complaint}` };
};

/** Each complaint alone at its keyword: the compiler's own stops at the first and does not say where. */
const complaintsIn = (schema: Schema): Finding[] => {
  const { complaint } = compiled(schema);
  if (complaint === null) return [];
  const properties = Object.entries(schema.properties).flatMap(([name, property]): Finding[] => {
    const alone = compiled(standingAlone(schema, property)).complaint;
    return alone === null ? [] : [against(alone, property, ['properties', name])];
  });
  return properties.length > 0 ? properties : [against(complaint, schema, [])];
};

/** What keeps it from being a JSON Schema (2020-12), relative to the schema. */
export const answersFindings = (schema: Schema): Finding[] => {
  try {
    if (ajv().validateSchema(schema) !== true) return (ajv().errors ?? []).map((error) => ({ path: pointer(error.instancePath), message: `not JSON Schema: ${error.message ?? 'not allowed here'}` }));
  } catch (error) {
    // It names a dialect that is not known here.
    return [against(saidOf(error), schema, [])];
  }
  return complaintsIn(schema);
};

/** Does the property judge a number? */
export const isNumeric = (property: unknown): boolean => typeof property === 'object' && property !== null && 'type' in property && (property.type === 'integer' || property.type === 'number');

/** The value that a property's schema judges: the number for numeric properties, else the text itself. */
export const asJudged = (property: unknown, value: string): unknown => (isNumeric(property) && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value);

/** Says of a text whether a property may have it, looking at the property alone, without the conditions around it. */
export const answerJudge = (schema: Schema): ((field: string, value: string) => boolean) => {
  const judges = new Map<string, ValidateFunction | null>();
  const judgeOf = (field: string, property: object): ValidateFunction | null => {
    const known = judges.get(field);
    if (known !== undefined) return known;
    // A complaint is told by answersFindings, with its place.
    const made = compiled(standingAlone(schema, property)).judge;
    judges.set(field, made);
    return made;
  };
  return (field, value) => {
    const property = Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined;
    return property !== undefined && judgeOf(field, property)?.(asJudged(property, value)) === true;
  };
};
