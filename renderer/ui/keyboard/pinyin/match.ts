import type { Dictionary } from './dictionary.ts';

/** Per syllable number: 1 if the typed letters may stand for it. */
export type Mask = Uint8Array;
export type Match = { text: string; level: number };

const CONTEXT_LENGTH = 3;

/** Characters whose syllable fits the only mask. */
export function charactersOf(dictionary: Dictionary, masks: readonly Mask[]): Match[] {
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
export function tailsOf(dictionary: Dictionary, masks: readonly Mask[], before: string): Match[] {
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
