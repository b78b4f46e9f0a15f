/** What the forms do to the rules beside writing a field: counters, priorities and appointments come and go. Pure; what it leaves wrong the hall's check says. */
import type { Rules } from '../api/hall-types.ts';
import { freePrefix } from './new-class.ts';

type Class = Rules['classes'][number];
type Counter = Rules['counters'][number];

export const changedAt = <T,>(list: readonly T[], index: number, change: Partial<T>): T[] => list.map((one, at) => (at === index ? { ...one, ...change } : one));
export const without = <T,>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

/** The first of 1, 2, 3 … that is painted above no counter yet. */
const freeNumber = ({ counters }: Rules): string => {
  let number = counters.length + 1;
  while (counters.some(({ id }) => id === String(number))) number += 1;
  return String(number);
};

/** One more counter, which serves the first class until somebody says otherwise. */
export const withCounter = (rules: Rules): Rules => {
  const [first] = rules.classes;
  return first === undefined ? rules : { ...rules, counters: [...rules.counters, { id: freeNumber(rules), name: { ...first.name }, skills: [{ class: first.id, weight: 1 }] }] };
};

/** @param weight 0: the counter does not serve the class */
export const withWeight = (rules: Rules, index: number, classId: string, weight: number): Rules => {
  const counter = rules.counters[index];
  if (counter === undefined) return rules;
  const skills = rules.classes.flatMap(({ id }) => {
    const now = id === classId ? weight : (counter.skills.find((skill) => skill.class === id)?.weight ?? 0);
    return now === 0 ? [] : [{ class: id, weight: now }];
  });
  return { ...rules, counters: changedAt<Counter>(rules.counters, index, { skills }) };
};

/** The class goes, and no counter serves it any more. */
export const withoutClass = (rules: Rules, index: number): Rules => {
  const gone = rules.classes[index]?.id;
  return { ...rules, classes: without(rules.classes, index), counters: rules.counters.map((counter) => ({ ...counter, skills: counter.skills.filter((skill) => skill.class !== gone) })) };
};

/** What is written of a class in more than its row. */
export type ClassMore = Pick<Class, 'where' | 'way' | 'after999' | 'morePrefixes' | 'items'>;

/** Letters as they are typed: `K, L` or `K L`. */
export const prefixesIn = (typed: string): string[] => typed.toUpperCase().split(/[^A-Z0-9]+/).filter((one) => one !== '');

/** One more priority, by the word of whoever comes; its name is written next. */
export const withPriority = (rules: Rules, name: Rules['priorities'][number]['name']): Rules => {
  let number = rules.priorities.length + 1;
  while (rules.priorities.some(({ id }) => id === `priority-${String(number)}`)) number += 1;
  return { ...rules, priorities: [...rules.priorities, { id: `priority-${String(number)}`, name, headStartMinutes: 10 }] };
};

/** @param fromAge null: not by age; staff or the citizen says so */
export const withAge = (rules: Rules, index: number, fromAge: number | null): Rules => ({
  ...rules,
  priorities: rules.priorities.map(({ fromAge: before, ...one }, at) => (at !== index ? { ...one, ...(before === undefined ? {} : { fromAge: before }) } : { ...one, ...(fromAge === null ? {} : { fromAge }) })),
});

/** Appointments with what is usual, under letters that nobody's numbers begin with; or none. */
export const withAppointments = (rules: Rules, on: boolean): Rules => {
  const { appointments, ...rest } = rules;
  if (!on) return rest;
  const free = freePrefix(rules);
  const wanted = rules.classes.every(({ prefix, morePrefixes }) => prefix !== 'Y' && !morePrefixes.includes('Y')) ? 'Y' : free;
  return { ...rest, appointments: appointments ?? { prefix: wanted, earlyMinutes: 30, lateMinutes: 15, headStartMinutes: 20 } };
};
