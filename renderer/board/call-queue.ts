/**
 * Calls to be spoken: each once, in the order in which they were made, none lost when two counters call at once. After a line that was broken whoever is
 * still awaited is called, and nobody else. Knows no browser: a voice is given to it.
 */
import { hear, isDue, type BoardCall, type Calls, type Heard } from './heard.ts';
import { callSentence, type CallLanguage } from './sentences.ts';

/** `no-voice`: none for this language; `not-allowed`: the browser wants a touch first. */
export type Said = 'said' | 'no-voice' | 'not-allowed' | 'failed';
export type Voice = { say(text: string, language: CallLanguage): Promise<Said> };

/** More than this wait only when every one of them still counts: what its own counter has called over since is left out, and nothing else. */
const MOST_WAITING = 80;

/** What a counter has called over goes, the oldest first. A counter has one call that still counts, so the line is never longer than there are counters. */
const keepNewest = (line: BoardCall[]): void => {
  while (line.length > MOST_WAITING) {
    const over = line.findIndex((call, at) => line.slice(at + 1).some(({ counter }) => counter === call.counter));
    if (over === -1) return;
    line.splice(over, 1);
  }
};
/** With more calls waiting than this, only the first language is spoken until the line is short again: everybody is called before anybody's call is old. */
const CROWD = 6;

export type CallQueue = {
  hear(view: Calls): void;
  /** What is being said or waits. */
  waiting(): number;
};

/**
 * @param languages in the order in which a call is said
 * @param onSaid how each sentence ended
 */
export const callQueue = (voice: Voice, languages: readonly CallLanguage[], onSaid: (said: Said, language: CallLanguage) => void = () => undefined): CallQueue => {
  let heard: Heard | null = null;
  let speaking = false;
  const line: BoardCall[] = [];

  const speak = async (): Promise<void> => {
    if (speaking) return;
    speaking = true;
    for (let call = line.shift(); call !== undefined; call = line.shift()) for (const language of line.length > CROWD ? languages.slice(0, 1) : languages) onSaid(await voice.say(callSentence(call, language), language), language);
    speaking = false;
  };

  return {
    hear: (view) => {
      const news = hear(heard, view);
      ({ heard } = news);
      line.push(...news.fresh.filter((call) => isDue(call, view.now)));
      keepNewest(line);
      void speak();
    },
    waiting: () => line.length + (speaking ? 1 : 0),
  };
};
