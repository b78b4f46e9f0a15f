/** Words of the pages of staff: Chinese and English in memory; the choice stands in the address (`lang=en`), nothing is stored in the browser. */
import { createInstance } from 'i18next';
import { createContext, useContext, useMemo } from 'react';
import type { Text } from '../api/hall-types.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'zh' | 'en';
export type Say = (key: string, values?: Record<string, string | number>) => string;

export const i18n = createInstance();
void i18n.init({
  lng: 'zh',
  fallbackLng: false,
  resources: { zh: { translation: zh }, en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
  returnNull: false,
} as Parameters<typeof i18n.init>[0]);

export type Speech = { language: Language; setLanguage: (language: Language) => void };
const speech = createContext<Speech>({ language: 'zh', setLanguage: () => undefined });
export const SpeechProvider = speech.Provider;

/** Words of the language now shown. */
export const useWords = (): Speech & { say: Say; text: (text: Text) => string } => {
  const { language, setLanguage } = useContext(speech);
  return useMemo(() => {
    const t = i18n.getFixedT(language);
    return { language, setLanguage, say: (key, values) => t(key, { ...values, returnObjects: false }), text: (value) => value[language] };
  }, [language, setLanguage]);
};

/** The language that the address asks for. */
export const languageOfAddress = (): Language => (new URLSearchParams(window.location.search).get('lang') === 'en' ? 'en' : 'zh');

/** Writes a value into the address without leaving the page, so that a reload comes back to the same place. */
export const keepInAddress = (name: string, value: string | null): void => {
  const address = new URL(window.location.href);
  if (value === null) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  window.history.replaceState(null, '', address);
};
