/** What the counter's own pad did not do, and why; in the words of whoever pressed it. */
import type { CounterView } from '../api/hall-types.ts';
import { useWords } from './words.ts';

type Pad = NonNullable<CounterView['pad']>;

/** @returns null when the press did what it says: that is seen by what it did */
export const usePadSaid = (): ((pad: Pad | null) => string | null) => {
  const { say } = useWords();
  return (pad) => {
    if (pad === null || pad.refusal === null) return null;
    // Called again, or missed, is whoever has not come; a number before "next" is somebody else's.
    const why = pad.refusal === 'not-waiting' && pad.key !== 'next' ? say('pad.here') : say(`refusals.${pad.refusal}`);
    return say('pad.refused', { key: say(`pad.keys.${pad.key}`), why });
  };
};
