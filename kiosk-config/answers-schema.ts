/** The JSON Schema of an item's answers: compiles it, and says where it is wrong. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Finding } from './mistake.ts';
import type { Item } from './schema/item.ts';

type Form = NonNullable<Item['form']>;

const makeAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, strictTypes: false });
  addFormats.default(ajv);
  return ajv;
};

const pointer = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * Compiles the schema of the answers.
 * @returns the judge, and findings relative to the schema when it is not a JSON Schema (2020-12)
 */
export const compileAnswers = (schema: Form['schema']): { validate: ValidateFunction | null; findings: Finding[] } => {
  const ajv = makeAjv();
  try {
    if (ajv.validateSchema(schema) !== true) {
      return { validate: null, findings: (ajv.errors ?? []).map((error) => ({ path: pointer(error.instancePath), message: `not JSON Schema: ${error.message ?? 'not allowed here'}` })) };
    }
    return { validate: ajv.compile(schema), findings: [] };
  } catch (error) {
    return { validate: null, findings: [{ path: [], message: `not JSON Schema: ${error instanceof Error ? error.message : String(error)}` }] };
  }
};

const isNumeric = (property: unknown): boolean => typeof property === 'object' && property !== null && 'type' in property && (property.type === 'integer' || property.type === 'number');

/** The value that a property's schema judges: the number for numeric properties, else the text itself. */
export const asJudged = (property: unknown, value: string): unknown => (isNumeric(property) && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value);

/** May this text be an answer to the property? Looks at the property alone, without the conditions around it. */
export const allows = (schema: Form['schema'], field: string, value: string): boolean => {
  const property = schema.properties[field];
  if (property === undefined) return false;
  try {
    return makeAjv().validate({ ...(schema['$defs'] === undefined ? {} : { $defs: schema['$defs'] }), ...property }, asJudged(property, value));
  } catch {
    return false;
  }
};

export { isNumeric };
