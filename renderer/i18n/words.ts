/**
 * The page's words: one i18next instance. Chinese is there from the start; `english.ts` adds English, which every page has in
 * memory before anybody can have read the first screen, so that a change of language is immediate.
 */
import { createInstance } from 'i18next';
import { createContext, useContext, useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { SessionView, Text } from '../api/types.ts';
import { zh } from './zh.ts';

export type Language = SessionView['language'];
/** A key of the words, as a path with dots; values that do not exist are found by the tests of this folder. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

export const i18n = createInstance();
void i18n.use(initReactI18next).init({
  lng: 'zh',
  fallbackLng: false,
  resources: { zh: { translation: zh } },
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
  returnNull: false,
} as Parameters<typeof i18n.init>[0]);

/** Whether the words of a language are in memory. */
export const hasWords = (language: Language): boolean => i18n.hasResourceBundle(language, 'translation');

const languageContext = createContext<Language>('zh');
/** Says which language is shown beneath it. */
export const LanguageProvider = languageContext.Provider;

/** Words of the language now shown. */
export const useWords = (): { say: Say; text: (text: Text) => string; join: (...sentences: readonly string[]) => string; language: Language } => {
  const language = useContext(languageContext);
  const { t } = useTranslation(undefined, { i18n, lng: language });
  return useMemo(
    () => ({
      say: (key, values) => t(key, { ...values, returnObjects: false }),
      text: (value) => value[language],
      // Chinese sentences follow each other without a space.
      join: (...sentences) => sentences.filter((sentence) => sentence !== '').join(language === 'zh' ? '' : ' '),
      language,
    }),
    [t, language],
  );
};

/** Words of one language, outside of what React draws. */
export const sayIn = (language: Language): Say => {
  const t = i18n.getFixedT(language);
  return (key, values) => t(key, { ...values, returnObjects: false });
};

/** Whether a key has words. */
export const has = (key: string): boolean => i18n.exists(key);

export type DeviceName =
  | 'id-card'
  | 'code-scanner'
  | 'receipt-printer'
  | 'ticket-dispenser'
  | 'document-printer'
  | 'scanner'
  | 'document-camera'
  | 'locker'
  | 'window-display'
  | 'call-pad'
  | 'signals'
  | 'nav-pad'
  | 'signature-pad'
  | 'sound';

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What happened, in the citizen's words: of this device class where it has its own, else of the code. */
export const faultWhat = (say: Say, code: string, device: DeviceName | null): string => {
  const own = `faultsOf.${device ?? 'none'}.${code}`;
  return sentence(has(own) ? say(own) : say(`faults.${code}`, { device: say(`devices.${device ?? 'none'}`) }));
};

/** What to do now: the cure of this device class where there is one, or of this code on any device, else what the remedy says. */
export const faultCure = (say: Say, code: string, device: DeviceName | null, remedy: string): string => {
  const own = [`cures.${device ?? 'none'}.${code}`, `cures.any.${code}`].find(has);
  return say(own ?? `remedies.${remedy}`);
};
