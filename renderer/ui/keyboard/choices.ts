import type { PinyinEngine } from './pinyin/engine.ts';
import { charactersOfCode, rareCharacters, strokeCounts, type RareTable } from './pinyin/rare.ts';
import { spelling } from './pinyin/segment.ts';
import type { KeyboardState } from './state.ts';

export type Choice = { text: string; used: number };

const MARKS = ['，', '。', '、', '：', '；', '？', '（', '）', '“', '”', '《', '》', '—', '…', '-', '/', '#', '&', '.', '@'];

/**
 * What the bar offers for a state.
 * @param engine null while it loads
 * @param rare null while it loads
 */
export function choicesOf(state: KeyboardState, value: string, engine: PinyinEngine | null, rare: RareTable | null): Choice[] {
  if (state.marks) return MARKS.map((text) => ({ text, used: 0 }));
  if (state.buffer === '') return [];
  if (state.way === 'pinyin') return engine?.candidates(state.buffer, value) ?? [];
  if (state.way !== 'rare') return [];
  const found = state.byCode ? charactersOfCode(state.buffer) : rare === null ? [] : rareCharacters(rare, syllableOf(state.buffer), state.strokes);
  return found.map((text) => ({ text, used: state.buffer.length }));
}

/** Numbers of strokes to step through for the reading now typed. */
export const strokesOffered = (state: KeyboardState, rare: RareTable | null): number[] => (state.way === 'rare' && !state.byCode && rare !== null ? strokeCounts(rare, syllableOf(state.buffer)) : []);

const syllableOf = (buffer: string): string => spelling(buffer.replaceAll("'", ''));
