/**
 * Everything on a page that can have the focus in spoken mode, in the order of the page, which is the order in which it is read: what can be
 * pressed, and what is only read. Pure: `T` is whatever the caller knows an element by.
 */
import { spelled, type SpellWords } from './spell.ts';

/** One element of the page as the reader needs it, or a text between elements. */
export type Part<T> =
  | string
  | {
      ref: T;
      tag: string;
      /** Starts a line of its own, or stands apart beside the next. */
      apart: boolean;
      /** Is it a button, and how does it stand? */
      press: { disabled: boolean; chosen: boolean | null; /** One of a keyboard: its name is enough. */ key: boolean } | null;
      /** Its name where its content is no words. */
      label: string | null;
      /** In place of its content. */
      said: string | null;
      /** It holds an answer of the citizen's; with how many characters, where that is told. */
      personal: { characters: number | null } | null;
      /** It is one thing, whatever it is made of. */
      together: boolean;
      /** What is printed on the paper that it tells of. */
      paper: readonly string[];
      children: readonly Part<T>[];
    };
type Box<T> = Exclude<Part<T>, string>;

export interface Stop<T> {
  ref: T;
  kind: 'press' | 'read';
  text: string;
}

export interface StopWords extends SpellWords {
  button: string;
  notYet: string;
  chosen: string;
  filled: string;
  /** @param count how many characters stand there */
  filledWith: (count: number) => string;
  empty: string;
  /** Before the lines of a paper. */
  printed: string;
}

const INLINE: ReadonlySet<string> = new Set(['span', 'b', 'i', 'u', 'em', 'strong', 'small', 'br', 'svg', 'img', 'time']);
/** One of these is read as a whole. */
const WHOLE: ReadonlySet<string> = new Set(['h1', 'h2', 'h3', 'p', 'li', 'figcaption', 'figure', 'img', 'canvas', 'video']);

const hasPress = <T>(part: Part<T>): boolean => typeof part !== 'string' && (part.press !== null || part.children.some(hasPress));
const isInline = <T>(part: Part<T>): boolean => typeof part === 'string' || (INLINE.has(part.tag) && !hasPress(part) && part.children.every(isInline));

/** @returns how this part is said; '' for what says nothing */
const wordsOf = <T>(part: Part<T>, words: StopWords): string => {
  if (typeof part === 'string') return part;
  if (part.said !== null) return part.said;
  const inner = (): string => {
    if (part.personal !== null) {
      const { characters } = part.personal;
      const holds = characters === null ? part.children.some((child) => wordsOf(child, { ...words, pause: ' ' }).trim() !== '') : characters > 0;
      return holds ? (characters === null ? words.filled : words.filledWith(characters)) : words.empty;
    }
    if (part.label !== null && part.tag !== 'div') return '';
    return joined(part.children, words);
  };
  const content = inner();
  return part.label === null ? content : content === '' ? part.label : `${part.label}${words.pause}${content}`;
};

/** Parts that stand apart are said apart. */
const joined = <T>(parts: readonly Part<T>[], words: StopWords): string => {
  let text = '';
  let apart = false;
  for (const part of parts) {
    const said = wordsOf(part, words);
    const own = typeof part !== 'string' && part.apart;
    if (typeof part !== 'string' && part.tag === 'br') apart = true;
    if (said.trim() === '') {
      if (said !== '') text += ' ';
      continue;
    }
    const pause = text.trim() !== '' && (apart || own) && !/[，。；：、！？,.;:!?]\s*$/u.test(text);
    text += pause ? `${words.pause}${said}` : said;
    apart = own;
  }
  return text;
};

const stateOf = ({ disabled, chosen, key }: NonNullable<Box<unknown>['press']>, personal: boolean, words: StopWords): string[] => [
  ...(chosen === true && !personal ? [words.chosen] : []),
  ...(disabled ? [words.notYet] : key ? [] : [words.button]),
];

/** @param root the page, or the question that lies over it */
export const stopsOf = <T>(root: Part<T>, words: StopWords): Stop<T>[] => {
  const stops: Stop<T>[] = [];
  const add = (ref: T, kind: Stop<T>['kind'], text: string): void => {
    const said = spelled(text, words);
    if (said !== '') stops.push({ ref, kind, text: said });
  };
  const walk = (part: Box<T>): void => {
    if (part.press !== null) {
      // The answer itself is named by its button; whether it is the one that was chosen is the citizen's.
      const name = part.label ?? joined(part.children, words);
      add(part.ref, part.press.disabled ? 'read' : 'press', [name, ...stateOf(part.press, part.personal !== null, words)].filter((one) => one.trim() !== '').join(words.pause));
      return;
    }
    const inside = hasPress(part);
    if (!inside && (part.said !== null || part.personal !== null || part.together || WHOLE.has(part.tag) || part.children.every(isInline))) {
      add(part.ref, 'read', wordsOf(part, words));
    } else {
      walkAll(part);
    }
    if (part.paper.length > 0) add(part.ref, 'read', `${words.printed}${part.paper.join(words.pause)}`);
  };
  const walkAll = (parent: Box<T>): void => {
    let run: Part<T>[] = [];
    const flush = (): void => {
      add(parent.ref, 'read', joined(run, words));
      run = [];
    };
    for (const [index, child] of parent.children.entries()) {
      if (typeof child === 'string' || (isInline(child) && child.press === null)) {
        run.push(child);
        continue;
      }
      // A name and what it stands for are one thing.
      if (child.tag === 'dt' || child.tag === 'dd') {
        if (child.tag === 'dt' && run.length > 0) flush();
        run.push({ ...child, apart: true });
        const after = parent.children.slice(index + 1).find((one) => typeof one !== 'string' || one.trim() !== '');
        if (after === undefined || typeof after === 'string' || after.tag !== 'dd') {
          const single = parent.children.filter((one) => typeof one !== 'string' && one.tag === 'dt').length <= 1;
          const text = joined(run, words);
          run = [];
          add(single ? parent.ref : child.ref, 'read', text);
        }
        continue;
      }
      flush();
      walk(child);
    }
    flush();
  };
  if (typeof root !== 'string') walk(root);
  return stops;
};
