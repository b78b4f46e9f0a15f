/** Turns a schema's complaint into a plain sentence: what was expected, and what stands there instead. */
import type { z } from 'zod';
import type { Finding } from './mistake.ts';

type Issue = z.core.$ZodIssue;

const KINDS: Record<string, string> = { object: 'a group of named values', record: 'a group of named values', array: 'a list', string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', null: 'nothing' };

const found = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of named values';
  // A mistake is told in logs and on screens: a password in an address is not, nor what looks like a key.
  const said = (JSON.stringify(value) ?? 'nothing').replace(/(\/\/[^/@:\s]*):[^/@\s]*@/g, '$1:…@').replace(/\b(ssl)?password=[^&\s"]*/gi, 'password=…').replace(/^"[\w+/=-]{40,}"$/, '"…"');
  return said.length > 60 ? `${said.slice(0, 57)}…` : said;
};

const at = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined), data);

const list = (values: readonly unknown[]): string => values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ');

const limit = (issue: { origin?: string }, amount: number | bigint, most: boolean): string => {
  const bound = most ? `at most ${amount}` : `at least ${amount}`;
  if (issue.origin === 'string') return `${bound} character${Number(amount) === 1 ? '' : 's'}`;
  if (issue.origin === 'array' || issue.origin === 'set') return `${bound} entr${Number(amount) === 1 ? 'y' : 'ies'}`;
  return `a number of ${bound}`;
};

const expectation = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? list(issue.values) : `one of ${list(issue.values)}`;
    case 'too_small':
      return limit(issue, issue.minimum, false);
    case 'too_big':
      return limit(issue, issue.maximum, true);
    case 'invalid_format':
      if (issue.format === 'url') return 'a full address such as https://platform.example.gov.cn';
      return issue.message.startsWith('Invalid') ? `text shaped like ${issue.pattern ?? issue.format}` : issue.message;
    default:
      return issue.message;
  }
};

/**
 * One finding for each thing wrong. Unknown keys are told one by one, at the key.
 * @param data what was parsed, to say what stands there now
 */
export const explain = (issues: readonly Issue[], data: unknown): Finding[] =>
  issues.flatMap((issue): Finding[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key], message: `"${key}" is not known here; check its spelling or take it out`, atName: true }));
    if (issue.code === 'invalid_key') return [{ path: issue.path, message: 'this name is not allowed here' }];
    // A rule of our own says by itself what is wrong, in a whole sentence.
    if (issue.code === 'custom') return [{ path: issue.path, message: issue.message }];
    const value = at(data, issue.path);
    if (issue.code === 'invalid_union') {
      const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
      if (closest === undefined || closest.length === 0) {
        const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
        return [{ path: issue.path, message: options.length > 0 ? `expected one of ${list(options)}, found ${value === undefined ? 'none of them' : found(value)}` : `not one of the kinds allowed here, found ${found(value)}` }];
      }
      return explain(closest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })), data);
    }
    return [{ path: issue.path, message: value === undefined ? `missing; expected ${expectation(issue)}` : `expected ${expectation(issue)}, found ${found(value)}` }];
  });
