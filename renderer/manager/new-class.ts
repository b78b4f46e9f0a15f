/** A class as a manager begins it: everything that has no field in the form is given so that the rules hold at once. Pure. */
import type { Rules } from '../api/hall-types.ts';

export type Begun = { zh: string; en: string; prefix: string; whereZh: string; whereEn: string; wayZh: string; wayEn: string; counters: readonly string[] };

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const taken = ({ classes, appointments }: Rules): Set<string> => new Set([...classes.flatMap(({ prefix, morePrefixes }) => [prefix, ...morePrefixes]), ...(appointments === undefined ? [] : [appointments.prefix])]);

/** Letters that nobody's numbers begin with; I and O are read as figures. */
export const freePrefix = (rules: Rules): string => {
  const used = taken(rules);
  const good = LETTERS.filter((letter) => letter !== 'I' && letter !== 'O');
  return [...good, ...good.flatMap((one) => good.map((other) => one + other))].find((prefix) => !used.has(prefix)) ?? '';
};

/** A word for machines from the English name: `class-5` where that gives none. */
const idFor = (rules: Rules, english: string): string => {
  const word = english.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '').slice(0, 30).replace(/-+$/, '');
  const base = word === '' ? `class-${String(rules.classes.length + 1)}` : word;
  let id = base;
  for (let more = 2; rules.classes.some((one) => one.id === id); more += 1) id = `${base}-${String(more)}`;
  return id;
};

/** What is still missing: names of its fields. */
export const missingIn = (begun: Begun, rules: Rules): (keyof Begun)[] => [
  ...(['zh', 'en', 'whereZh', 'whereEn'] as const).filter((field) => begun[field].trim() === ''),
  ...(/^[A-Z]{1,2}$/.test(begun.prefix) && !taken(rules).has(begun.prefix) ? [] : (['prefix'] as const)),
  ...(begun.counters.length === 0 ? (['counters'] as const) : []),
];

/** The rules with this class, served by its counters, with the hours of the first class. */
export const withClass = (rules: Rules, begun: Begun): Rules => {
  const id = idFor(rules, begun.en);
  const line = (zh: string, en: string) => ({ zh: zh.trim(), en: en.trim() });
  const where = line(begun.whereZh, begun.whereEn);
  return {
    ...rules,
    classes: [
      ...rules.classes,
      {
        id,
        name: line(begun.zh, begun.en),
        prefix: begun.prefix,
        onePerPerson: false,
        after999: 'four-digits',
        morePrefixes: [],
        identify: 'none',
        items: [],
        where,
        way: begun.wayZh.trim() === '' || begun.wayEn.trim() === '' ? where : line(begun.wayZh, begun.wayEn),
        hours: structuredClone(rules.classes[0]?.hours ?? [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }]),
        usualServiceMinutes: 8,
      },
    ],
    counters: rules.counters.map((counter) => (begun.counters.includes(counter.id) ? { ...counter, skills: [...counter.skills, { class: id, weight: 1 }] } : counter)),
  };
};
