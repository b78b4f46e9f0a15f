/** Rules of the queue as a manager writes them: what is wrong with them, and what of them cannot change while today's numbers are out. Pure. */
import type { z } from 'zod';
import { queue, type Queue } from '../../../kiosk-config/index.ts';
import type { Day } from '../../queue/index.ts';
import { RULE_CLASHES, type RuleMistake } from './manager-contract.ts';

type Issue = z.core.$ZodIssue;
type Path = RuleMistake['path'];

const at = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined), data);

const kindOf = (issue: Issue, value: unknown): RuleMistake['kind'] => {
  if (value === undefined) return 'missing';
  switch (issue.code) {
    case 'too_small':
      return 'too-small';
    case 'too_big':
      return 'too-big';
    case 'invalid_format':
    case 'not_multiple_of':
      return 'wrong-form';
    case 'custom':
      return 'clash';
    default:
      return 'wrong-kind';
  }
};

type Why = NonNullable<RuleMistake['why']>;

/** What the rules themselves say of a clash (kiosk-config/schema/queue.ts). */
const whyOf = (issue: Issue): Why | null => {
  if (issue.code !== 'custom' || issue.params === undefined) return null;
  const { why, ...named } = issue.params;
  const code = RULE_CLASHES.find((one) => one === why);
  return code === undefined ? null : { code, values: Object.fromEntries(Object.entries(named).map(([key, value]) => [key, String(value)])) };
};

const plain = (path: readonly PropertyKey[]): Path => path.map((key) => (typeof key === 'number' ? key : String(key)));

const told = (issue: Issue, data: unknown): RuleMistake[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...plain(issue.path), key], kind: 'unknown-name' as const, message: `"${key}" is not known here`, why: null }))
    : [{ path: plain(issue.path), kind: kindOf(issue, at(data, issue.path)), message: issue.message, why: whyOf(issue) }];

/**
 * The rules, or every mistake in them.
 * @param items ids of the hall's items; null: nobody knows them here
 */
export const readRules = (data: unknown, items: readonly string[] | null = null): { ok: true; rules: Queue } | { ok: false; mistakes: RuleMistake[] } => {
  const parsed = queue.safeParse(data);
  if (!parsed.success) return { ok: false, mistakes: parsed.error.issues.flatMap((issue) => told(issue, data)) };
  const strangers = parsed.data.classes.flatMap((one, place) =>
    one.items.flatMap((item, index): RuleMistake[] => (items === null || items.includes(item) ? [] : [{ path: ['classes', place, 'items', index], kind: 'clash', message: `no item ${item} in this hall`, why: { code: 'no-such-item', values: { item } } }])),
  );
  return strangers.length === 0 ? { ok: true, rules: parsed.data } : { ok: false, mistakes: strangers };
};

const prefixesOf = ({ prefix, after999, morePrefixes }: Queue['classes'][number]): string => JSON.stringify([prefix, after999, morePrefixes]);
const letters = (number: string): string => /^[A-Z]+/.exec(number)?.[0] ?? '';

/**
 * What cannot change before the business day is over: under which letters a class counts once numbers of it are out, in hands or in a
 * terminal's reserve (a terminal that cannot be reached prints the old ones); a class somebody waits in; a counter somebody sits at.
 */
export const clashesWithToday = (day: Day, now: Queue, next: Queue): RuleMistake[] => {
  const mistakes: RuleMistake[] = [];
  const clash = (path: Path, message: string, code: Why['code'], values: Why['values'] = {}): void => void mistakes.push({ path, kind: 'in-use-today', message, why: { code, values } });
  const out = (id: string): boolean => (day.ordinals.get(id) ?? 0) > 0;
  const leased = new Set([...day.leases.values()].filter(({ burned }) => !burned).map((lease) => lease.class));
  const waitedFor = new Set([...day.open].flatMap((number) => day.tickets.get(number)?.class ?? []));
  for (const before of now.classes) {
    const index = next.classes.findIndex(({ id }) => id === before.id);
    const after = next.classes[index];
    if (after === undefined) {
      if (waitedFor.has(before.id) || leased.has(before.id)) clash(['classes'], `numbers of ${before.id} are out today; it can go when the business day is over`, 'class-in-use', { class: before.id });
    } else if (out(before.id) && prefixesOf(after) !== prefixesOf(before)) clash(['classes', index, 'prefix'], `numbers of ${before.id} are out today; its letters can change when the business day is over`, 'letters-out', { class: before.id });
  }
  const booked = now.appointments?.prefix;
  if (out('appointments') && next.appointments?.prefix !== booked) clash(['appointments'], 'numbers of appointments are out today; their letters can change when the business day is over', 'booked-letters-out');
  const ownerNow = new Map<string, string>(now.classes.flatMap(({ id, prefix, morePrefixes }) => [prefix, ...morePrefixes].map((one): [string, string] => [one, id])));
  if (booked !== undefined) ownerNow.set(booked, 'appointments');
  const used = new Set([...day.tickets.keys()].map(letters));
  next.classes.forEach(({ id, prefix, morePrefixes }, index) => {
    [prefix, ...morePrefixes].forEach((one, place) => {
      if (used.has(one) && ownerNow.get(one) !== id) clash(place === 0 ? ['classes', index, 'prefix'] : ['classes', index, 'morePrefixes', place - 1], `numbers with ${one} were given today by another class; two people would hold the same number`, 'letters-given', { prefix: one });
    });
  });
  if (next.appointments !== undefined && used.has(next.appointments.prefix) && ownerNow.get(next.appointments.prefix) !== 'appointments') clash(['appointments', 'prefix'], `numbers with ${next.appointments.prefix} were given today by a class`, 'booked-letters-given', { prefix: next.appointments.prefix });
  for (const { id, clerk } of day.counters.values()) if (clerk !== null && !next.counters.some((counter) => counter.id === id)) clash(['counters'], `a clerk sits at counter ${id}; it can go when the counter is closed`, 'counter-in-use', { counter: id });
  return mistakes;
};
