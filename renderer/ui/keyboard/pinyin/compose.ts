import type { Dictionary } from './dictionary.ts';
import { wordsOf, type Mask, type Match } from './match.ts';

type Path = { text: string; score: number };

const SPAN = 6;
const KEPT = 3;
/** log2 of all uses counted in the table, about 6 × 10^7, in levels: turns a level into a probability. */
const TOTAL_LEVEL = 104;

/**
 * The likeliest chains of words for a buffer that no single word covers (qingxishidierfangzhichang), best first.
 * Words count as independent; more would need data on pairs of words.
 */
export function compose(dictionary: Dictionary, masks: readonly Mask[]): Match[] {
  const paths: Path[][] = [[{ text: '', score: 0 }]];
  for (let to = 1; to <= masks.length; to++) {
    const arriving: Path[] = [];
    for (let from = Math.max(0, to - SPAN); from < to; from++) {
      const span = masks.slice(from, to);
      const words = span.length === 1 ? charactersBest(dictionary, span[0]) : wordsOf(dictionary, span, span.length);
      for (const word of words.sort((a, b) => b.level - a.level).slice(0, KEPT)) {
        for (const path of paths[from] ?? []) arriving.push({ text: path.text + word.text, score: path.score + word.level - TOTAL_LEVEL });
      }
    }
    paths[to] = arriving.sort((a, b) => b.score - a.score).slice(0, KEPT);
  }
  return (paths[masks.length] ?? []).map(({ text, score }) => ({ text, level: score }));
}

function charactersBest(dictionary: Dictionary, mask: Mask | undefined): Match[] {
  return dictionary.characters.flatMap((list, number) => (mask?.[number] === 1 ? list.slice(0, KEPT) : []));
}
