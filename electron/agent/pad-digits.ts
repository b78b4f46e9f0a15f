/** What digits before a key of a call pad mean: a pad has no letters, so a number is found among those of the day, and a place by its name or its order. Pure. */
import type { Queue } from '../../kiosk-config/index.ts';
import type { Day, Ticket } from '../queue/index.ts';

const CALLABLE: ReadonlySet<Ticket['state']> = new Set(['waiting', 'parked', 'missed']);
const OVER: ReadonlySet<Ticket['state']> = new Set(['finished', 'given-back', 'void']);
/** A number has at least three digits: whatever stands before them is the class. */
const FEWEST_WITH_CLASS = 4;

/** The class at this place of queue.yaml, counted from 1. */
const classAt = (rules: Pick<Queue, 'classes'>, place: string): string | null => rules.classes[Number(place) - 1]?.id ?? null;

/**
 * Whom `digits` ask for, among those who can be called: `12` or `012` is A012; where several classes have a 012, those of the counter go first, and
 * the class's place stands before the number (`2012`: the second class's 012).
 */
export const numberMeant = (day: Pick<Day, 'tickets'>, rules: Pick<Queue, 'classes' | 'counters'>, counter: string, digits: string): { number: string } | { refusal: 'unknown-number' | 'already-over' | 'not-waiting' | 'several-numbers' } => {
  const ofClass = digits.length < FEWEST_WITH_CLASS ? null : classAt(rules, digits.slice(0, 1));
  const isMeant = ({ number, class: classId }: Ticket): boolean => {
    const plain = number.replace(/^[A-Z]+/, '');
    return Number(plain) === Number(digits) || (classId === ofClass && plain === digits.slice(1));
  };
  const meant = [...day.tickets.values()].filter(isMeant);
  const callable = meant.filter(({ state }) => CALLABLE.has(state));
  const skills = new Set(rules.counters.find(({ id }) => id === counter)?.skills.map((skill) => skill.class));
  const here = callable.filter((one) => (one.onlyCounter === null ? skills.has(one.class) : one.onlyCounter === counter));
  const [found, another] = here.length > 0 ? here : callable;
  if (found !== undefined) return another === undefined ? { number: found.number } : { refusal: 'several-numbers' };
  if (meant.length === 0) return { refusal: 'unknown-number' };
  return { refusal: meant.every(({ state }) => OVER.has(state)) ? 'already-over' : 'not-waiting' };
};

/** Where `digits` send somebody: `3` to the counter that is called 3, else to the third one; `02` to the second class. null: there is no such place. */
export const placeMeant = (rules: Pick<Queue, 'classes' | 'counters'>, digits: string): { class: string } | { counter: string } | null => {
  if (digits.startsWith('0')) {
    const classId = classAt(rules, digits.slice(1));
    return classId === null ? null : { class: classId };
  }
  const counter = rules.counters.find(({ id }) => id === digits) ?? rules.counters[Number(digits) - 1];
  return counter === undefined ? null : { counter: counter.id };
};
