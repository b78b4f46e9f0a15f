/** An adapter's file, and whether it can say every case of the item that uses it. */
import { adapter as adapterSchema, type AdapterConfig } from './schema/adapter.ts';
import type { Finding, Mistake } from './mistake.ts';
import type { Item } from './schema/item.ts';
import { checkShape, readYaml } from './yaml-file.ts';

const answerOf = (field: AdapterConfig['fields'][number]): string | null => ('from' in field && field.from.startsWith('answers.') ? field.from.slice('answers.'.length) : null);

/** Values that an answer may have, where they are listed. */
const listed = (item: Item, field: string): string[] | null => {
  const allowed = item.form?.schema.properties[field]?.['enum'];
  return Array.isArray(allowed) ? allowed.map(String) : null;
};

const check = (config: AdapterConfig, item: Item | null): Finding[] => {
  const names = [config.idempotencyField, ...config.fields.map((field) => field.to)];
  const findings: Finding[] = config.fields.flatMap((field, index) => (names.indexOf(field.to) <= index ? [{ path: ['fields', index, 'to'], message: `the field "${field.to}" is filled a second time` }] : []));
  if (item === null) return findings;
  for (const [index, field] of config.fields.entries()) {
    const answer = answerOf(field);
    if (answer === null || !('from' in field)) continue;
    if (item.form?.schema.properties[answer] === undefined) {
      findings.push({ path: ['fields', index, 'from'], message: `the item "${item.id}" has no answer "${answer}"` });
      continue;
    }
    const { codes } = field;
    const uncoded = codes === undefined ? [] : (listed(item, answer) ?? []).filter((value) => !Object.hasOwn(codes, value));
    if (uncoded.length > 0) findings.push({ path: ['fields', index, 'codes'], message: `no code for ${uncoded.join(', ')}` });
  }
  return findings;
};

/**
 * Mistakes of `adapters/NAME.yaml`.
 * @param item the item that uses it; null: looked at alone
 */
export const checkAdapter = (dir: string, name: string, item: Item | null): Mistake[] => {
  const yaml = readYaml(dir, `adapters/${name}.yaml`);
  const { value, mistakes } = checkShape(yaml, adapterSchema);
  return value === null ? mistakes : yaml.place(check(value, item));
};
