/** Rules of the queue as a manager writes them: what is wrong with them, and what of them cannot change while today's numbers are out. Pure. */
import type { z } from 'zod';
import { queue, type Queue } from '../../../kiosk-config/index.ts';
import type { Day } from '../../queue/index.ts';
import type { RuleMistake } from './manager-contract.ts';

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

const plain = (path: readonly PropertyKey[]): Path => path.map((key) => (typeof key === 'number' ? key : String(key)));

const told = (issue: Issue, data: unknown): RuleMistake[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...plain(issue.path), key], kind: 'unknown-name' as const, message: `"${key}" is not known here` }))
    : [{ path: plain(issue.path), kind: kindOf(issue, at(data, issue.path)), message: issue.message }];

/** The rules, or every mistake in them. */
export const readRules = (data: unknown): { ok: true; rules: Queue } | { ok: false; mistakes: RuleMistake[] } => {
  const parsed = queue.safeParse(data);
  return parsed.success ? { ok: true, rules: parsed.data } : { ok: false, mistakes: parsed.error.issues.flatMap((issue) => told(issue, data)) };
};

const prefixesOf = ({ prefix, after999, morePrefixes }: Queue['classes'][number]): string => JSON.stringify([prefix, after999, morePrefixes]);
const letters = (number: string): string => /^[A-Z]+/.exec(number)?.[0] ?? '';

/**
 * What cannot change before the business day is over: under which letters a class counts once numbers of it are out, in hands or in a
 * terminal's reserve (a terminal that cannot be reached prints the old ones); a class somebody waits in; a counter somebody sits at.
 */
export const clashesWithToday = (day: Day, now: Queue, next: Queue): RuleMistake[] => {
  const mistakes: RuleMistake[] = [];
  const clash = (path: Path, message: string): void => void mistakes.push({ path, kind: 'in-use-today', message });
  const out = (id: string): boolean => (day.ordinals.get(id) ?? 0) > 0;
  const leased = new Set([...day.leases.values()].filter(({ burned }) => !burned).map((lease) => lease.class));
  const waitedFor = new Set([...day.open].flatMap((number) => day.tickets.get(number)?.class ?? []));
  for (const before of now.classes) {
    const index = next.classes.findIndex(({ id }) => id === before.id);
    const after = next.classes[index];
    if (after === undefined) {
      if (waitedFor.has(before.id) || leased.has(before.id)) clash(['classes'], `numbers of ${before.id} are out today; it can go when the business day is over`);
    } else if (out(before.id) && prefixesOf(after) !== prefixesOf(before)) clash(['classes', index, 'prefix'], `numbers of ${before.id} are out today; its letters can change when the business day is over`);
  }
  const booked = now.appointments?.prefix;
  if (out('appointments') && next.appointments?.prefix !== booked) clash(['appointments'], 'numbers of appointments are out today; their letters can change when the business day is over');
  const ownerNow = new Map<string, string>(now.classes.flatMap(({ id, prefix, morePrefixes }) => [prefix, ...morePrefixes].map((one): [string, string] => [one, id])));
  if (booked !== undefined) ownerNow.set(booked, 'appointments');
  const used = new Set([...day.tickets.keys()].map(letters));
  next.classes.forEach(({ id, prefix, morePrefixes }, index) => {
    [prefix, ...morePrefixes].forEach((one, place) => {
      if (used.has(one) && ownerNow.get(one) !== id) clash(place === 0 ? ['classes', index, 'prefix'] : ['classes', index, 'morePrefixes', place - 1], `numbers with ${one} were given today by another class; two people would hold the same number`);
    });
  });
  if (next.appointments !== undefined && used.has(next.appointments.prefix) && ownerNow.get(next.appointments.prefix) !== 'appointments') clash(['appointments', 'prefix'], `numbers with ${next.appointments.prefix} were given today by a class`);
  for (const { id, clerk } of day.counters.values()) if (clerk !== null && !next.counters.some((counter) => counter.id === id)) clash(['counters'], `a clerk sits at counter ${id}; it can go when the counter is closed`);
  return mistakes;
};
