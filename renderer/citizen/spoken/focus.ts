/** Where the focus of the spoken mode is, and what a key does there. Pure. */
import type { SpokenKey } from '../../api/types.ts';
import type { Stop } from './stops.ts';

export interface Focus<T> {
  /** What has it; null: nothing has. */
  ref: T | null;
  /** Its place among the stops when it was seen last: what stands there when it is gone comes next. */
  index: number;
  /** So many stops after it were said with it, when the page came. */
  ahead: number;
}

export const NO_FOCUS: Focus<never> = { ref: null, index: 0, ahead: 0 };

export type Act<T> = { do: 'say'; text: string } | { do: 'press'; ref: T; text: string };
export interface Moved<T> {
  focus: Focus<T>;
  acts: Act<T>[];
}

export interface FocusWords {
  /** Before the first stop, when the last one lay before it. */
  fromTop: string;
  /** Before the last stop, when the first one lay before it. */
  fromEnd: string;
  /** This page has no way back. */
  noBack: string;
}

const at = <T>(stops: readonly Stop<T>[], index: number): Focus<T> => ({ ref: stops[index]?.ref ?? null, index, ahead: 0 });
const say = (text: string): Act<never> => ({ do: 'say', text });

/** The stop that has the focus, among those that are there now; null: it is gone. One element may be several stops: then the one at its place. */
const placeOf = <T>({ ref, index }: Focus<T>, stops: readonly Stop<T>[]): number | null => {
  if (ref === null) return null;
  if (stops[index]?.ref === ref) return index;
  const found = stops.findIndex((stop) => stop.ref === ref);
  return found === -1 ? null : found;
};

/** A page came: its title, then the sentence that follows it. @param title what bears the title; null: the page has none */
export const arrived = <T>(stops: readonly Stop<T>[], title: T | null): Moved<T> => {
  const found = stops.findIndex(({ ref }) => ref === title);
  const first = Math.max(0, found);
  const [heading, sentence] = [stops[first], stops[first + 1]];
  if (heading === undefined) return { focus: NO_FOCUS, acts: [] };
  const follows = found !== -1 && sentence?.kind === 'read';
  return { focus: { ...at(stops, first), ahead: follows ? 1 : 0 }, acts: [say(heading.text), ...(follows ? [say(sentence.text)] : [])] };
};

/** The focus is brought to this stop: by a finger, or by a new part of the same page. */
export const brought = <T>(stops: readonly Stop<T>[], index: number): Moved<T> => {
  const stop = stops[index];
  return stop === undefined ? { focus: NO_FOCUS, acts: [] } : { focus: at(stops, index), acts: [say(stop.text)] };
};

/**
 * What a key does.
 * @param stops those that are there now, in reading order
 * @param back what leads back on this page; null: nothing does
 */
export const pressed = <T>(focus: Focus<T>, key: SpokenKey, stops: readonly Stop<T>[], back: Stop<T> | null, words: FocusWords): Moved<T> => {
  if (key === 'back') return { focus, acts: back === null ? [say(words.noBack)] : [{ do: 'press', ref: back.ref, text: back.text }] };
  const last = stops.length - 1;
  if (last < 0) return { focus: NO_FOCUS, acts: [] };
  const place = placeOf(focus, stops);
  const near = Math.min(focus.index, last);
  if (key === 'next') {
    const to = place === null ? (focus.ref === null ? 0 : focus.index) : place + focus.ahead + 1;
    const around = to > last;
    const moved = brought(stops, around ? 0 : to);
    return around ? { ...moved, acts: [say(words.fromTop), ...moved.acts] } : moved;
  }
  if (key === 'previous') {
    const to = place === null ? (focus.ref === null ? last : focus.index - 1) : place - 1;
    const around = to < 0;
    const moved = brought(stops, around ? last : Math.min(to, last));
    return around ? { ...moved, acts: [say(words.fromEnd), ...moved.acts] } : moved;
  }
  // What was going to be pressed is gone: nothing else is pressed in its place, it is only read.
  const here = stops[place ?? near];
  if (place !== null && focus.ahead > 0 && (key === 'repeat' || here?.kind !== 'press')) return { focus, acts: stops.slice(place, place + focus.ahead + 1).map(({ text }) => say(text)) };
  if (key === 'repeat' || place === null || here?.kind !== 'press') return brought(stops, place ?? near);
  return { focus: at(stops, place), acts: [{ do: 'press', ref: here.ref, text: here.text }] };
};
