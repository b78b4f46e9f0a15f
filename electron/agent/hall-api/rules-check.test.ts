import { describe, expect, test } from 'vitest';
import type { Queue } from '../../../kiosk-config/index.ts';
import { apply, emptyDay } from '../../queue/rules/day.ts';
import { DAY, NINE, RULES } from '../../queue/rules/fixtures.ts';
import { clashesWithToday, readRules } from './rules-check.ts';

const copy = (change: (rules: Queue) => void): Queue => {
  const rules = structuredClone(RULES);
  change(rules);
  return rules;
};
/** One number of A waits, three of B are in a terminal's reserve, somebody sits at counter 2. */
const busyDay = () => {
  const day = emptyDay(DAY);
  apply(day, { type: 'taken', at: NINE, number: 'A001', class: 'insurance', ordinal: 1, ticket: '0'.repeat(24), by: 't', priority: null, item: null, takenAt: NINE, lease: null });
  apply(day, { type: 'leased', at: NINE, class: 'estate', first: 1, last: 3, to: 't', lease: '0'.repeat(16) });
  apply(day, { type: 'counter-opened', at: NINE, counter: '2', clerk: 'lin' });
  return day;
};
const codes = (next: Queue): unknown[] => clashesWithToday(busyDay(), RULES, next).map(({ why }) => why?.code);
const paths = (next: Queue): string[] => clashesWithToday(busyDay(), RULES, next).map(({ path }) => path.join('.'));

describe('rules as a manager writes them', () => {
  test('are told with every mistake at its place', () => {
    expect(readRules(structuredClone(RULES))).toMatchObject({ ok: true });
    const told = readRules({ ...structuredClone(RULES), leaseNumbers: 1, colour: 'red', noShow: { recalls: 'many', toleranceCalls: 3, behind: 2, misses: 3 } });
    expect(told.ok ? [] : told.mistakes.map(({ path, kind }) => `${path.join('.')} ${kind}`).sort()).toEqual(['colour unknown-name', 'leaseNumbers too-small', 'noShow.recalls wrong-kind']);
    const clash = readRules(copy((rules) => ((rules.classes[1] as Queue['classes'][number]).prefix = 'A')));
    expect(clash.ok ? [] : clash.mistakes).toMatchObject([{ path: ['classes', 1, 'prefix'], kind: 'clash', why: { code: 'prefix-taken', values: { prefix: 'A', class: 'insurance' } } }]);
    // Every clash that the rules know has a word of its own, and every word a clash.
    const whys = (change: (rules: Queue) => void): unknown[] => {
      const read = readRules(copy(change), ['certificate']);
      return read.ok ? [] : read.mistakes.map(({ why }) => why?.code);
    };
    const first = (rules: Queue): Queue['classes'][number] => rules.classes[0] as Queue['classes'][number];
    expect(whys((rules) => Object.assign(first(rules), { after999: 'next-prefix', morePrefixes: [] }))).toEqual(['no-next-prefix']);
    expect(whys((rules) => Object.assign(first(rules), { onePerPerson: true, identify: 'none' }))).toEqual(['nobody-asked']);
    expect(whys((rules) => Object.assign(first(rules), { hours: [{ days: [1], from: '22:00', to: '02:00' }] }))).toEqual(['ends-before-it-begins']);
    expect(whys((rules) => Object.assign(rules.counters[0] as object, { id: '2' }))).toEqual(['stands-twice']);
    expect(whys((rules) => Object.assign(rules.counters[0] as object, { skills: [{ class: 'nobody', weight: 1 }] }))).toEqual(['no-such-class']);
    expect(whys((rules) => Object.assign(first(rules), { items: ['certificate', 'moon-landing'] }))).toEqual(['no-such-item']);
    for (const nonsense of [null, 3, [], 'x', { classes: null }]) expect(readRules(nonsense).ok).toBe(false);
  });

  test('may change while numbers are out, as long as no two people come to hold one number', () => {
    expect(paths(structuredClone(RULES))).toEqual([]);
    expect(paths(copy((rules) => (rules.notices = [{ zh: '今天', en: 'Today' }])))).toEqual([]);
    // A terminal that cannot be reached prints B, whatever the hall calls it meanwhile.
    expect(paths(copy((rules) => ((rules.classes[1] as Queue['classes'][number]).prefix = 'Q')))).toEqual(['classes.1.prefix']);
    expect(paths(copy((rules) => ((rules.classes[0] as Queue['classes'][number]).prefix = 'Q')))).toEqual(['classes.0.prefix']);
    const other = { ...(RULES.classes[0] as Queue['classes'][number]), id: 'other', prefix: 'A' };
    expect(paths({ ...RULES, classes: [{ ...(RULES.classes[0] as Queue['classes'][number]), prefix: 'Q' }, RULES.classes[1] as Queue['classes'][number], other] })).toEqual(['classes.0.prefix', 'classes.2.prefix']);
  });

  test('take away no class in which somebody waits and no counter at which somebody sits', () => {
    expect(paths({ ...RULES, classes: [RULES.classes[1] as Queue['classes'][number]] })).toEqual(['classes']);
    expect(paths({ ...RULES, classes: [RULES.classes[0] as Queue['classes'][number]] })).toEqual(['classes']);
    expect(paths({ ...RULES, counters: RULES.counters.filter(({ id }) => id !== '2') })).toEqual(['counters']);
    expect([codes({ ...RULES, counters: RULES.counters.filter(({ id }) => id !== '2') }), codes({ ...RULES, classes: [RULES.classes[1] as Queue['classes'][number]] })]).toEqual([['counter-in-use'], ['class-in-use']]);
    expect(paths({ ...RULES, counters: RULES.counters.filter(({ id }) => id !== '3') })).toEqual([]);
  });
});
