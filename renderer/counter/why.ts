/** Why the next one is next, as sentences in order: who might have been called instead and is not, then what put this one first. Pure. */
import type { CounterView, Person, Text, Why } from '../api/hall-types.ts';

/** A key of `why.*` with its values; texts of the hall come in both languages. */
export type Reason = { key: string; values: Record<string, string | number | Text> };

const rule = <R extends Why['rule']>(person: Person, wanted: R): Extract<Why, { rule: R }> | undefined => person.why.find((one): one is Extract<Why, { rule: R }> => one.rule === wanted);

const ofRule = (person: Person, why: Why): Reason | null => {
  const { number } = person;
  switch (why.rule) {
    case 'priority':
      return { key: 'priority', values: { number, name: why.name, minutes: why.headStartMinutes } };
    case 'appointment':
      return { key: 'appointment', values: { number, at: why.at } };
    case 'appointment-late':
      return { key: 'appointmentLate', values: { number, at: why.at } };
    case 'came-back':
      return { key: 'cameBack', values: { number } };
    case 'weight':
      return { key: 'weight', values: { name: person.className, weight: why.weight } };
    case 'for-this-counter':
      return { key: 'forThisCounter', values: { number } };
    case 'behind':
      return { key: 'behindAll', values: { number } };
    case 'waited-longest':
      return null;
  }
};

/** At most this many sentences of others: a clerk reads them in passing. */
const MOST_OTHERS = 2;

/** Why `view.next` is next; empty when nobody waits. */
export const whyNext = ({ next, mine, expected }: Pick<CounterView, 'next' | 'mine' | 'expected'>): Reason[] => {
  if (next === null) return [];
  const others = mine.filter(({ number }) => number !== next.number);
  const late = others.find((one) => rule(one, 'behind') !== undefined);
  const longer = others.filter((one) => one !== late && Date.parse(one.since) < Date.parse(next.since)).sort((a, b) => Date.parse(a.since) - Date.parse(b.since))[0];
  const helped = others.find((one) => one !== late && one !== longer && rule(one, 'priority') !== undefined);
  // Only who would be next himself, had he come.
  const booked = expected.find((one) => one.place === 0 && !one.late);
  const before: (Reason | null)[] = [
    booked === undefined ? null : { key: 'expected', values: { at: booked.at } },
    late === undefined ? null : { key: 'behind', values: { number: late.number, calls: rule(late, 'behind')?.callsLeft ?? 0 } },
    longer === undefined ? null : { key: 'longer', values: { number: longer.number, minutes: longer.waitedMinutes } },
    helped === undefined ? null : { key: 'helped', values: { number: helped.number, name: rule(helped, 'priority')?.name ?? helped.className, minutes: rule(helped, 'priority')?.headStartMinutes ?? 0, waited: helped.waitedMinutes } },
  ];
  const own = next.why.flatMap((why) => ofRule(next, why) ?? []);
  const values = { number: next.number, minutes: next.waitedMinutes };
  const end = others.length === 0 ? { key: 'alone', values } : own.length > 0 ? { key: 'soFirst', values } : { key: 'waitedLongest', values };
  return [...before.filter((one) => one !== null).slice(0, MOST_OTHERS), ...own, end];
};
