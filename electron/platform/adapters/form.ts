import iconv from 'iconv-lite';
import type { AdapterConfig } from '../../../kiosk-config/schema/adapter.ts';
import type { CaseMessage } from '../wire.ts';

/** The case cannot be said in the other system's form: a code is missing, a required value is not there. */
export class AdapterMappingError extends Error {
  override readonly name = 'AdapterMappingError';
  /** The other system's field, for staff. */
  readonly field: string;
  constructor(field: string, why: string) {
    super(`${field}: ${why}`);
    this.field = field;
  }
}

type Submitted = Extract<CaseMessage, { kind: 'submitted' }>;

const valueAt = (message: Submitted, path: string): string | null => {
  const [head = '', tail] = path.split('.');
  if (head === 'answers') return message.answers[tail ?? '']?.value ?? null;
  const holder = head === 'applicant' ? (message.applicant as Record<string, unknown>) : (message as Record<string, unknown>);
  const value = holder[head === 'applicant' ? (tail ?? '') : head];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};

const digits = (value: string, length: number): string => value.replaceAll(/\D/g, '').slice(0, length);

/** application/x-www-form-urlencoded in the other system's character set. */
const encode = (text: string, charset: AdapterConfig['charset']): string =>
  [...iconv.encode(text, charset)].map((byte) => (/[A-Za-z0-9*._-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');

/**
 * The body of the form.
 * @throws {AdapterMappingError}
 */
export const formOf = (config: AdapterConfig, message: Submitted, key: string): string => {
  const pairs: [string, string][] = [[config.idempotencyField, key]];
  for (const field of config.fields) {
    if ('value' in field) {
      pairs.push([field.to, field.value]);
      continue;
    }
    const value = valueAt(message, field.from);
    if (value === null || value === '') {
      if (field.required) throw new AdapterMappingError(field.to, 'no value');
      pairs.push([field.to, '']);
      continue;
    }
    const coded = field.codes === undefined ? value : field.codes[value];
    if (coded === undefined) throw new AdapterMappingError(field.to, 'no code for this value');
    pairs.push([field.to, field.format === 'date' ? digits(coded, 8) : field.format === 'date-time' ? digits(coded, 14) : coded]);
  }
  return pairs.map(([name, value]) => `${encode(name, config.charset)}=${encode(value, config.charset)}`).join('&');
};
