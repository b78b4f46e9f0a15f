import { MAX_BUFFER } from './pinyin/segment.ts';
import { fits, withoutLast } from './text.ts';

/** 拼音, 难字 (rare characters by reading, strokes or code), 数字, 英文. */
export type Way = 'pinyin' | 'rare' | 'digits' | 'latin';

export type KeyboardState = {
  way: Way;
  /** Typed Pinyin (or, in 难字 by code, hexadecimal digits) that is not characters yet. */
  buffer: string;
  /** Punctuation instead of choices in the bar. */
  marks: boolean;
  page: number;
  shift: boolean;
  /** 难字: only characters with so many strokes. */
  strokes: number | null;
  /** 难字: by code instead of by reading. */
  byCode: boolean;
  /** The last key did not fit into the field. */
  full: boolean;
};

export type KeyboardEvent =
  | { type: 'letter'; letter: string }
  | { type: 'insert'; text: string }
  | { type: 'choose'; text: string; used: number }
  | { type: 'space'; first: { text: string; used: number } | null }
  | { type: 'delete' }
  | { type: 'clear' }
  | { type: 'marks' }
  | { type: 'page'; page: number }
  | { type: 'shift' }
  | { type: 'strokes'; strokes: number | null }
  | { type: 'by-code'; on: boolean }
  | { type: 'way'; way: Way };

export type Written = { state: KeyboardState; value: string };

export const initialState = (way: Way): KeyboardState => ({ way, buffer: '', marks: false, page: 0, shift: false, strokes: null, byCode: false, full: false });

/**
 * What a key does: pure, so that any order of keys can be tested.
 * A text that does not fit is not cut: nothing is written and `full` is set.
 */
export function press(state: KeyboardState, event: KeyboardEvent, value: string, maxLength: number | null): Written {
  const calm: KeyboardState = { ...state, full: false };
  const write = (text: string, after: KeyboardState): Written => (fits(value + text, maxLength) ? { state: { ...after, page: 0 }, value: value + text } : { state: { ...state, full: true }, value });
  switch (event.type) {
    case 'letter':
      return letter(calm, event.letter, value, write);
    case 'insert':
      return write(event.text, calm);
    case 'choose':
      return write(event.text, { ...calm, buffer: calm.buffer.slice(event.used), strokes: null });
    case 'space':
      if (event.first !== null) return write(event.first.text, { ...calm, buffer: calm.buffer.slice(event.first.used), strokes: null });
      return calm.buffer === '' && value !== '' ? write(' ', calm) : { state: calm, value };
    case 'delete':
      if (calm.buffer !== '') return { state: { ...calm, buffer: calm.buffer.slice(0, -1), page: 0, strokes: null }, value };
      return { state: { ...calm, marks: false, page: 0 }, value: withoutLast(value) };
    case 'clear':
      if (calm.buffer !== '') return { state: { ...calm, buffer: '', page: 0, strokes: null }, value };
      return { state: { ...calm, marks: false, page: 0 }, value: '' };
    case 'marks':
      return { state: { ...calm, marks: !calm.marks, page: 0 }, value };
    case 'page':
      return { state: { ...calm, page: event.page }, value };
    case 'shift':
      return { state: { ...calm, shift: !calm.shift }, value };
    case 'strokes':
      return { state: { ...calm, strokes: event.strokes, page: 0 }, value };
    case 'by-code':
      return { state: { ...calm, byCode: event.on, buffer: '', page: 0, strokes: null }, value };
    case 'way':
      return change(calm, event.way, value, maxLength);
  }
}

function letter(state: KeyboardState, typed: string, value: string, write: (text: string, after: KeyboardState) => Written): Written {
  if (state.way === 'latin') return write(state.shift ? typed.toUpperCase() : typed, { ...state, shift: false });
  if (state.way === 'digits') return write(typed, state);
  // A separator means nothing before the first letter or after another one.
  if (typed === "'" && (state.buffer === '' || state.buffer.endsWith("'"))) return { state, value };
  const limit = state.way === 'rare' ? 8 : MAX_BUFFER;
  return { state: { ...state, marks: false, page: 0, strokes: null, buffer: state.buffer.length < limit ? state.buffer + typed : state.buffer }, value };
}

/** Typed letters are not lost: 拼音 and 难字 share them, other ways write them as they are. */
function change(state: KeyboardState, way: Way, value: string, maxLength: number | null): Written {
  const next: KeyboardState = { ...state, way, marks: false, page: 0, shift: false, strokes: null, byCode: false };
  const reads = (one: Way) => one === 'pinyin' || one === 'rare';
  if (state.buffer === '' || (reads(state.way) && reads(way) && !state.byCode)) return { state: next, value };
  if (state.byCode) return { state: { ...next, buffer: '' }, value };
  const written = value + state.buffer.replaceAll("'", '');
  return fits(written, maxLength) ? { state: { ...next, buffer: '' }, value: written } : { state: { ...state, full: true }, value };
}
