/**
 * Calls to be spoken: each once, in the order in which they were made, none lost when two counters call at once or the line was
 * away for a while. Knows no browser: a voice is given to it.
 */
import { callSentence, type CallLanguage } from './sentences.ts';

export type BoardCall = { id: number; number: string; counter: string; again: boolean };
/** `no-voice`: none for this language; `not-allowed`: the browser wants a touch first. */
export type Said = 'said' | 'no-voice' | 'not-allowed' | 'failed';
export type Voice = { say(text: string, language: CallLanguage): Promise<Said> };

/** What is older than the others that wait is not said any more: a hall that hears calls of minutes ago hears nothing. */
const MOST_WAITING = 8;

export type CallQueue = {
  /** A view of the board: its calls, newest first, and its business day. */
  hear(day: string, calls: readonly BoardCall[]): void;
  /** What is being said or waits. */
  waiting(): number;
};

/**
 * @param languages in the order in which a call is said
 * @param onSaid how each sentence ended
 */
export const callQueue = (voice: Voice, languages: readonly CallLanguage[], onSaid: (said: Said, language: CallLanguage) => void = () => undefined): CallQueue => {
  let day: string | null = null;
  let heard = 0;
  let speaking = false;
  const line: BoardCall[] = [];

  const speak = async (): Promise<void> => {
    if (speaking) return;
    speaking = true;
    for (let call = line.shift(); call !== undefined; call = line.shift()) for (const language of languages) onSaid(await voice.say(callSentence(call, language), language), language);
    speaking = false;
  };

  return {
    hear: (today, calls) => {
      const newest = Math.max(0, ...calls.map(({ id }) => id));
      // A board that was just switched on does not repeat what was called before; a new day counts from the beginning.
      if (day === null) heard = newest;
      else if (day !== today) heard = 0;
      day = today;
      const fresh = calls.filter(({ id }) => id > heard).sort((one, other) => one.id - other.id);
      heard = Math.max(heard, newest);
      line.push(...fresh);
      if (line.length > MOST_WAITING) line.splice(0, line.length - MOST_WAITING);
      void speak();
    },
    waiting: () => line.length + (speaking ? 1 : 0),
  };
};
