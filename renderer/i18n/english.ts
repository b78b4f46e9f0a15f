/** Adds the English words. A module of its own: a page whose first screen is Chinese fetches it when that screen stands. */
import { en } from './en.ts';
import { i18n } from './words.ts';

i18n.addResourceBundle('en', 'translation', en);
