/** What is wrong with a draft of the rules: where, in the words of the forms, and why. */
import { createContext, useContext, type ReactNode } from 'react';
import type { Rules } from '../api/hall-types.ts';
import { useWords } from '../staff/words.ts';
import type { Placed } from './rules-text.ts';

/** Paths with a mistake, `classes.0.prefix`. */
const wrongPaths = createContext<readonly string[]>([]);
export const WrongPaths = wrongPaths.Provider;

/** Whether a field, or something in it, is wrong. @param at left out: a field that is no rule */
export const useWrong = (at: string | undefined): boolean => {
  const paths = useContext(wrongPaths);
  return at !== undefined && paths.some((one) => one === at || one.startsWith(`${at}.`));
};

const LISTS: Readonly<Record<string, string>> = { classes: 'forms.classOf', counters: 'forms.counterOf', priorities: 'forms.priorityOf', notices: 'forms.noticeOf' };
/** What a field is called in the forms. */
const FIELDS: Readonly<Record<string, string>> = {
  'classes.name': 'forms.name',
  'classes.prefix': 'forms.prefix',
  'classes.usualServiceMinutes': 'forms.usual',
  'classes.identify': 'forms.identify',
  'classes.onePerPerson': 'forms.onePerPerson',
  'classes.hours': 'forms.hours',
  'classes.where': 'forms.where',
  'classes.way': 'forms.wayThere',
  'classes.after999': 'forms.after999',
  'classes.morePrefixes': 'forms.morePrefixes',
  'classes.items': 'forms.items',
  'counters.id': 'forms.counterId',
  'counters.name': 'forms.name',
  'counters.skills': 'forms.counters',
  'priorities.name': 'forms.name',
  'priorities.headStartMinutes': 'forms.headStart',
  'priorities.fromAge': 'forms.fromAge',
  'noShow.recalls': 'forms.recalls',
  'noShow.toleranceCalls': 'forms.toleranceCalls',
  'noShow.behind': 'forms.behind',
  'noShow.misses': 'forms.misses',
  'appointments.prefix': 'forms.prefix',
  'appointments.earlyMinutes': 'forms.booked.earlyMinutes',
  'appointments.lateMinutes': 'forms.booked.lateMinutes',
  'appointments.headStartMinutes': 'forms.booked.headStartMinutes',
  leaseNumbers: 'forms.leaseNumbers',
  ticketsPerMinute: 'forms.ticketsPerMinute',
  classes: 'forms.classes',
  counters: 'forms.counters',
  appointments: 'forms.appointments',
};

/** Where a mistake is, as the forms call it: 业务 社保医保 · 号的字头. */
const usePlace = (rules: Rules | null): ((path: string) => string) => {
  const { say, text } = useWords();
  return (path) => {
    const [list = '', at = '', field = ''] = path.split('.');
    const listed = LISTS[list];
    if (listed === undefined || !/^\d+$/.test(at)) {
      const key = FIELDS[path] ?? FIELDS[list];
      return key === undefined ? path : say(key);
    }
    const index = Number(at);
    const { classes = [], counters = [], priorities = [] } = rules ?? {};
    const name = list === 'counters' ? (counters[index]?.id ?? '') : text((list === 'classes' ? classes : priorities)[index]?.name ?? { zh: '', en: '' });
    const entry = say(listed, { name: name === '' ? String(index + 1) : name });
    const key = FIELDS[`${list}.${field}`];
    return key === undefined ? entry : `${entry} · ${say(key)}`;
  };
};

/** Why, in a sentence that names what clashes; null: the kind says all that is known. */
export const useReason = (rules: Rules | null): ((mistake: Placed) => string | null) => {
  const { say, text } = useWords();
  return ({ why }) => {
    if (why === null) return null;
    const nameOf = (id: string): string => (id === 'appointments' ? say('forms.appointments') : text(rules?.classes.find((one) => one.id === id)?.name ?? { zh: id, en: id }));
    const values = Object.fromEntries(Object.entries(why.values).map(([key, value]) => [key, key === 'class' ? nameOf(value) : value]));
    return say(`rules.why.${why.code}`, values);
  };
};

/** Everything that is wrong, above the forms. */
export const MistakeList = ({ mistakes, rules }: { mistakes: readonly Placed[]; rules: Rules }): ReactNode => {
  const { say } = useWords();
  const place = usePlace(rules);
  const reason = useReason(rules);
  return (
    <ul className="form-mistakes" role="alert" data-name="form-mistakes">
      {mistakes.map((one) => (
        <li key={`${one.path} ${one.message}`}>
          <b>{place(one.path)}</b>
          <span>{reason(one) ?? say(`rules.kinds.${one.kind}`)}</span>
        </li>
      ))}
    </ul>
  );
};
