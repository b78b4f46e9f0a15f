import { compose } from './compose.ts';
import type { Dictionary } from './dictionary.ts';
import { charactersOf, tailsOf, wordsOf, type Mask } from './match.ts';
import { segment, spelling, type Segmentation, type Slot } from './segment.ts';

/** A choice: the characters, and how many letters of the buffer they use up. */
export type Candidate = { text: string; used: number };

export type PinyinEngine = {
  /**
   * @param buffer letters a–z and the separator ', at most MAX_BUFFER long
   * @param before text that stands before the caret; its last characters may begin a word that the buffer ends (纺 + zhichang → 织厂)
   * @returns choices, those that use most letters first, then by frequency; empty if the buffer begins with no Pinyin
   */
  candidates: (buffer: string, before: string) => Candidate[];
  /** The buffer as it is read, with ' between syllables; letters that are no Pinyin stay at the end as they are. */
  display: (buffer: string) => string;
};

const LONGEST_WORD = 8;
const CHOICES = 300;
/** In levels (4 per doubling of frequency): what a worse cut costs, what each further syllable of a word is worth. */
const CUT_PENALTY = 12;
const SYLLABLE_BONUS = 20;
const CONTEXT_BONUS = 24;
const COMPLETION_PENALTY = 14;
const COMPLETIONS = 2;

type Scored = Candidate & { score: number };

/** @param dictionary decoded table; the engine keeps nothing of what is typed */
export function createPinyinEngine(dictionary: Dictionary): PinyinEngine {
  const begun = new Set(dictionary.syllables.flatMap((syllable) => Array.from(syllable, (_, at) => syllable.slice(0, at + 1))));
  const isSyllable = (text: string) => dictionary.syllableNumber.has(text);
  const masks = new Map<string, Mask>();

  const maskOf = (slot: Slot): Mask => {
    const key = `${slot.kind}${slot.text}`;
    const known = masks.get(key);
    if (known !== undefined) return known;
    const text = spelling(slot.text);
    const mask = Uint8Array.from(dictionary.syllables, (syllable) => (slot.kind === 'whole' ? Number(syllable === text) : Number(syllable.startsWith(text))));
    masks.set(key, mask);
    return mask;
  };
  const cut = (buffer: string) => segment(buffer, isSyllable, (text) => begun.has(text));

  return {
    candidates: (buffer, before) => {
      const ways = cut(buffer);
      const found = new Collection();
      const seen = new Set<string>();
      for (const way of ways) collect(dictionary, way, ways[0]?.cost ?? 0, maskOf, before, found, seen);
      const best = ways[0];
      if (best !== undefined && best.slots.length > 1 && !found.covers(best)) {
        for (const { text, level } of compose(dictionary, best.slots.map(maskOf))) found.add(text, lastOf(best).to, level);
      }
      return found.ranked();
    },
    display: (buffer) => {
      const best = cut(buffer)[0];
      if (best === undefined || best.slots.length === 0) return buffer;
      const read = best.slots.map((slot) => slot.text).join("'");
      const end = lastOf(best).to;
      return `${read}${buffer[end - 1] === "'" ? "'" : ''}${buffer.slice(end)}`;
    },
  };
}

const lastOf = (way: Segmentation): Slot => way.slots.at(-1) ?? { text: '', from: 0, to: 0, kind: 'whole' };

/** The same characters by two cuts are one choice, with the better score. */
class Collection {
  readonly #byText = new Map<string, Scored>();

  add(text: string, used: number, score: number): void {
    const known = this.#byText.get(text);
    if (known === undefined || known.used < used || (known.used === used && known.score < score)) this.#byText.set(text, { text, used, score });
  }

  covers(way: Segmentation): boolean {
    const { to } = lastOf(way);
    return [...this.#byText.values()].some(({ used, text }) => used === to && [...text].length === way.slots.length);
  }

  ranked(): Candidate[] {
    return [...this.#byText.values()]
      .sort((a, b) => b.used - a.used || b.score - a.score || (a.text < b.text ? -1 : 1))
      .slice(0, CHOICES)
      .map(({ text, used }) => ({ text, used }));
  }
}

function collect(dictionary: Dictionary, way: Segmentation, bestCost: number, maskOf: (slot: Slot) => Mask, before: string, found: Collection, seen: Set<string>): void {
  const all = way.slots.map(maskOf);
  const penalty = CUT_PENALTY * (way.cost - bestCost);
  for (let length = Math.min(all.length, LONGEST_WORD); length >= 1; length--) {
    const slots = way.slots.slice(0, length);
    const key = slots.map((slot) => `${slot.kind}${slot.text}`).join(' ');
    if (seen.has(key)) continue;
    seen.add(key);
    const used = slots.at(-1)?.to ?? 0;
    const masks = all.slice(0, length);
    const bonus = SYLLABLE_BONUS * (slots.filter((slot) => slot.kind === 'whole').length - 1) - penalty;
    for (const { text, level } of length === 1 ? charactersOf(dictionary, masks) : wordsOf(dictionary, masks, length)) found.add(text, used, level + bonus);
    for (const { text, level } of tailsOf(dictionary, masks, before)) found.add(text, used, level + bonus + CONTEXT_BONUS);
  }
  if (all.length < 2 || way.slots.filter((slot) => slot.kind === 'whole').length < 2) return;
  const longer = [1, 2].flatMap((more) => wordsOf(dictionary, all, all.length + more)).sort((a, b) => b.level - a.level);
  for (const { text, level } of longer.slice(0, COMPLETIONS)) found.add(text, lastOf(way).to, level - COMPLETION_PENALTY - penalty);
}
