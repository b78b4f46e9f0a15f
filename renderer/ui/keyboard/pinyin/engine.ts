import { compose } from './compose.ts';
import type { Dictionary } from './dictionary.ts';
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

export type Mask = Uint8Array;
export type Match = { text: string; level: number };

const LONGEST_WORD = 8;
const CHOICES = 300;
/** In levels (4 per doubling of frequency): what a worse cut costs, what each further syllable of a word is worth. */
const CUT_PENALTY = 12;
const SYLLABLE_BONUS = 20;
const CONTEXT_BONUS = 24;
const CONTEXT_LENGTH = 3;
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

function charactersOf(dictionary: Dictionary, masks: readonly Mask[]): Match[] {
  const [mask] = masks;
  return dictionary.characters.flatMap((list, number) => (mask?.[number] === 1 ? list : []));
}

/** Words of `length` syllables whose first syllables fit. */
export function wordsOf(dictionary: Dictionary, masks: readonly Mask[], length: number): Match[] {
  const result: Match[] = [];
  const [mask] = masks;
  for (let number = 0; number < dictionary.syllables.length; number++) {
    if (mask?.[number] !== 1) continue;
    const end = dictionary.first[number + 1] ?? 0;
    for (let at = dictionary.first[number] ?? 0; at < end; at++) {
      if (syllablesIn(dictionary, at) === length && fits(dictionary, at, 0, masks)) result.push({ text: dictionary.words[at] ?? '', level: dictionary.levels[at] ?? 0 });
    }
  }
  return result;
}

/** Ends of words whose beginning stands before the caret already. */
function tailsOf(dictionary: Dictionary, masks: readonly Mask[], before: string): Match[] {
  const characters = [...before].slice(-CONTEXT_LENGTH);
  return characters.flatMap((character, at) => {
    const head = characters.slice(at).join('');
    const skipped = characters.length - at;
    return (dictionary.byCharacter.get(character) ?? []).flatMap((word) => {
      const text = dictionary.words[word] ?? '';
      if (syllablesIn(dictionary, word) !== skipped + masks.length || !text.startsWith(head) || !fits(dictionary, word, skipped, masks)) return [];
      return [{ text: text.slice(head.length), level: dictionary.levels[word] ?? 0 }];
    });
  });
}

const syllablesIn = (dictionary: Dictionary, word: number): number => (dictionary.start[word + 1] ?? 0) - (dictionary.start[word] ?? 0);

function fits(dictionary: Dictionary, word: number, skipped: number, masks: readonly Mask[]): boolean {
  const from = (dictionary.start[word] ?? 0) + skipped;
  return masks.every((mask, at) => mask[dictionary.reading[from + at] ?? 0] === 1);
}
