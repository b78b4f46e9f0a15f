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

/**
 * Compiles the schema of the answers; the judge takes an object of values as {@link asJudged} gives them.
 * @returns null when it cannot be compiled: {@link answersFindings} says why
 */
export const compileAnswers = (schema: Schema): ValidateFunction | null => {
  try {
    return ajv().compile(schema);
  } catch {
    return null;
  } finally {
    ajv().removeSchema(schema);
  }
};

const notSchema = (complaint: string, path: readonly PropertyKey[]): Finding => ({ path, message: `not JSON Schema: ${complaint}` });
const saidOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A property as a schema of its own, with what it may refer to. */
const standingAlone = (schema: Schema, property: object): object => ({ ...(schema['$defs'] === undefined ? {} : { $defs: schema['$defs'] }), ...property });

const complaintOf = (schema: object): string | null => {
  try {
    ajv().compile(schema);
    return null;
  } catch (error) {
    return saidOf(error);
  } finally {
    ajv().removeSchema(schema);
  }
};

/** Where the keyword stands that the complaint names, if it stands right here. */
const keywordIn = (complaint: string, schema: object, path: readonly PropertyKey[]): readonly PropertyKey[] => {
  const keyword = /unknown keyword: "([^"]+)"/.exec(complaint)?.[1];
  return keyword !== undefined && Object.hasOwn(schema, keyword) ? [...path, keyword] : path;
};

const patternFault = (pattern: string): string | null => {
  try {
    ''.search(new RegExp(pattern, 'u'));
    return null;
  } catch (error) {
    return saidOf(error);
  }
};

/** The compiler says of a pattern that it is wrong, and not which one it is. */
const badPatterns = (value: unknown, path: readonly PropertyKey[] = []): Finding[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): Finding[] => {
    if (key !== 'pattern' || typeof inner !== 'string') return badPatterns(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    const wrong = patternFault(inner);
    return wrong === null ? [] : [notSchema(wrong, [...path, key])];
  });
};

/** What keeps it from being a JSON Schema (2020-12), relative to the schema. */
export const answersFindings = (schema: Schema): Finding[] => {
  try {
    if (ajv().validateSchema(schema) !== true) return (ajv().errors ?? []).map((error) => ({ path: pointer(error.instancePath), message: `not JSON Schema: ${error.message ?? 'not allowed here'}` }));
    ajv().compile(schema);
    return [];
  } catch (error) {
    const complaint = saidOf(error);
    const patterns = badPatterns(schema);
    if (patterns.length > 0) return patterns;
    const properties = Object.entries(schema.properties).flatMap(([name, property]): Finding[] => {
      const wrong = complaintOf(standingAlone(schema, property));
      return wrong === null ? [] : [notSchema(wrong, keywordIn(wrong, property, ['properties', name]))];
    });
    return properties.length > 0 ? properties : [notSchema(complaint, keywordIn(complaint, schema, []))];
  } finally {
    ajv().removeSchema(schema);
  }
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
    const alone = standingAlone(schema, property);
    let made: ValidateFunction | null = null;
    try {
      made = ajv().compile(alone);
    } catch {
      // Told by answersFindings, with its place.
    } finally {
      ajv().removeSchema(alone);
    }
    judges.set(field, made);
    return made;
  };
  return (field, value) => {
    const property = Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined;
    return property !== undefined && judgeOf(field, property)?.(asJudged(property, value)) === true;
  };
};
