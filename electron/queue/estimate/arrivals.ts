/**
 * How many people come, learned by class and hour of the day; one profile for working days and one for weekends, newer days counting more. The wait's
 * range does not use it (README: tried, and no better for it); the day on which a manager tries rules does.
 */
import { z } from 'zod';
import type { LocalTime } from '../local-time.ts';

const HOURS = 24;
/** What a new day counts against all before it. */
const NEW_DAY = 0.3;

/** People in each hour; -1: that hour was never seen. */
const hours = z.array(z.number()).length(HOURS);
/** By class. */
export const arrivalsState = z.record(z.string(), z.strictObject({ work: hours, rest: hours }));
export type ArrivalsState = z.infer<typeof arrivalsState>;

export interface Arrivals {
  /** Somebody came; when it is another hour or day than of the one before, the hours between are over. Somebody of an earlier hour (a terminal gave the number alone) counts there. @param classes all of the hall */
  came(classId: string, local: LocalTime, classes: readonly { id: string }[]): void;
  /** People in each hour of such a day, from midnight; null: that hour was never seen. @param weekday 1 Monday to 7 Sunday */
  usual(classId: string, weekday: number): (number | null)[];
  state(): ArrivalsState;
}

const unseen = (): number[] => Array.from({ length: HOURS }, () => -1);
const kindOf = (weekday: number): 'work' | 'rest' => (weekday >= 6 ? 'rest' : 'work');
const hourOf = ({ minutes }: LocalTime): number => Math.min(HOURS - 1, Math.floor(minutes / 60));

/** The hour that is being counted. */
interface Counted {
  date: string;
  kind: 'work' | 'rest';
  hour: number;
  people: Map<string, number>;
  /** False: the agent was started in the middle of it, and knows a part of it alone. */
  whole: boolean;
}

export const arrivalsOf = (state: ArrivalsState): Arrivals => {
  const profiles = new Map(Object.entries(state).map(([id, one]) => [id, structuredClone(one)]));
  let counted: Counted | null = null;

  const of = (classId: string): ArrivalsState[string] => {
    const found = profiles.get(classId) ?? { work: unseen(), rest: unseen() };
    profiles.set(classId, found);
    return found;
  };
  const fold = (classId: string, kind: 'work' | 'rest', hour: number, people: number): void => {
    const profile = of(classId)[kind];
    const before = profile[hour] ?? -1;
    profile[hour] = before < 0 ? people : before + (people - before) * NEW_DAY;
  };

  /** An hour is over, and those in which nobody came, between two of one day. */
  const end = ({ date, kind, hour, people, whole }: Counted, next: LocalTime, nextHour: number): void => {
    for (const [classId, many] of people) {
      if (whole) fold(classId, kind, hour, many);
      if (date === next.date) for (let between = hour + 1; between < nextHour; between += 1) fold(classId, kind, between, 0);
    }
  };

  return {
    came: (classId, local, classes) => {
      const hour = hourOf(local);
      if (counted !== null && (local.date < counted.date || (local.date === counted.date && hour < counted.hour))) {
        // That hour has been folded in already: one more of it.
        const profile = of(classId)[kindOf(local.weekday)];
        if ((profile[hour] ?? -1) >= 0) profile[hour] = (profile[hour] ?? 0) + NEW_DAY;
        return;
      }
      if (counted === null || counted.date !== local.date || counted.hour !== hour) {
        if (counted !== null) end(counted, local, hour);
        counted = { date: local.date, kind: kindOf(local.weekday), hour, people: new Map(classes.map(({ id }) => [id, 0])), whole: counted !== null || profiles.size === 0 };
      }
      counted.people.set(classId, (counted.people.get(classId) ?? 0) + 1);
    },
    usual: (classId, weekday) => (profiles.get(classId)?.[kindOf(weekday)] ?? unseen()).map((people) => (people < 0 ? null : people)),
    state: () => Object.fromEntries([...profiles].map(([id, { work, rest }]) => [id, { work: work.map(rounded), rest: rest.map(rounded) }])),
  };
};

const rounded = (people: number): number => Math.round(people * 100) / 100;
