/** The browser's own voices. A board without any shows that it is silent. */
import type { CallLanguage } from './sentences.ts';
import type { Said, Voice } from './call-queue.ts';

/** Voices come a moment after the page. */
const VOICES_MS = 2_000;
/** A browser that has lost its speech says nothing, not even that it ended. */
const LONGEST_MS = 20_000;
const TAG: Readonly<Record<CallLanguage, string>> = { zh: 'zh-CN', en: 'en-GB' };

const voiceOf = (language: CallLanguage): SpeechSynthesisVoice | undefined => {
  const fitting = window.speechSynthesis.getVoices().filter(({ lang }) => lang.toLowerCase().replace('_', '-').startsWith(language) || (language === 'zh' && lang.toLowerCase().startsWith('cmn')));
  return fitting.find(({ lang }) => lang.replace('_', '-') === TAG[language]) ?? fitting[0];
};

const voicesKnown = (): Promise<void> =>
  new Promise((resolve) => {
    if (window.speechSynthesis.getVoices().length > 0) {
      resolve();
      return;
    }
    const timer = window.setTimeout(resolve, VOICES_MS);
    window.speechSynthesis.addEventListener('voiceschanged', () => (window.clearTimeout(timer), resolve()), { once: true });
  });

const speak = (text: string, language: CallLanguage, voice: SpeechSynthesisVoice): Promise<Said> =>
  new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = TAG[language];
    utterance.rate = 0.9;
    const timer = window.setTimeout(() => {
      window.speechSynthesis.cancel();
      resolve('failed');
    }, LONGEST_MS);
    const end = (said: Said) => (): void => {
      window.clearTimeout(timer);
      resolve(said);
    };
    utterance.addEventListener('end', end('said'));
    utterance.addEventListener('error', ({ error }) => end(error === 'not-allowed' ? 'not-allowed' : error === 'voice-unavailable' || error === 'language-unavailable' ? 'no-voice' : 'failed')());
    window.speechSynthesis.speak(utterance);
  });

export const browserVoice = (): Voice => ({
  say: async (text, language) => {
    if (!('speechSynthesis' in window)) return 'no-voice';
    await voicesKnown();
    const voice = voiceOf(language);
    return voice === undefined ? 'no-voice' : speak(text, language, voice);
  },
});
