/**
 * The spoken mode on the page: follows the keys of the navigation pad, marks what has the focus, and has it said. What a page shows it
 * reads from the page itself, so that no screen can be forgotten. It comes as a script of its own when the mode is turned on.
 */
import type { SpokenKey } from '../../api/types.ts';
import type { Say } from '../../i18n/words.ts';
import { arrived, brought, NO_FOCUS, pressed, type Focus, type Moved } from './focus.ts';
import { pageParts } from './page-parts.ts';
import { linesSaid } from './paper-lines.ts';
import { stopsOf, type Stop, type StopWords } from './stops.ts';

/** What a press did is heard of by itself within this time, when it led to another page. */
const PRESSED_MS = 400;
/** Bound of what the agent takes. */
const MOST = 2_000;
const MARK = 'data-has-focus';
/** Whatever changes here is told without being asked for. */
const LIVE = '[role="status"], [role="alert"]';
/** Buttons that show another part of the same page. */
const TURNS: ReadonlySet<string> = new Set(['next-page', 'previous-page', 'see-next']);

export interface ReaderOptions {
  root: HTMLElement;
  language: 'zh' | 'en';
  say: Say;
  /** It was turned on just now: how it is used comes first. */
  greet: boolean;
  /** The terminal has a navigation pad. */
  pad: boolean;
  onKey: (listener: (key: SpokenKey) => void) => () => void;
  /** Lines of the slip that was printed last. */
  paper: () => readonly string[];
  tell: (text: string) => void;
}

const wordsFor = (say: Say): StopWords & { fromTop: string; fromEnd: string; noBack: string } => ({
  hidden: say('spoken.hidden'),
  to: say('spoken.to'),
  pause: say('spoken.pause'),
  button: say('spoken.button'),
  notYet: say('spoken.notYet'),
  chosen: say('spoken.chosen'),
  filled: say('spoken.filled'),
  filledWith: (count) => say('spoken.filledWith', { n: count }),
  empty: say('spoken.empty'),
  printed: say('spoken.printed'),
  fromTop: say('spoken.fromTop'),
  fromEnd: say('spoken.fromEnd'),
  noBack: say('spoken.noBack'),
});

/** What makes a page another one to whoever cannot see it: its kind, its title, and the question that lies over it. */
const pageOf = (root: HTMLElement, title: HTMLElement | null): string => `${root.querySelector('[data-screen]')?.getAttribute('data-screen') ?? ''} ${root.querySelector('.veil') === null ? '' : 'veil'} ${title?.textContent ?? ''}`;

/**
 * Begins to follow the keys.
 * @returns the way to stop
 */
export const startReader = ({ root, language, say, greet, pad, onKey, paper, tell }: ReaderOptions): (() => void) => {
  const words = wordsFor(say);
  let focus: Focus<HTMLElement> = NO_FOCUS;
  let page: string | null = null;
  let part = '';
  let turned = false;
  let greeting = greet;
  let live = new Map<Element, string>();
  let frame = 0;
  let timer = 0;

  const stopsNow = (): Stop<HTMLElement>[] => stopsOf(pageParts(root, linesSaid(paper(), language), language), words);
  const titleOf = (stops: readonly Stop<HTMLElement>[]): HTMLElement | null => stops.find(({ ref }) => ref.localName === 'h1')?.ref ?? null;
  const backOf = (stops: readonly Stop<HTMLElement>[]): Stop<HTMLElement> | null => stops.find(({ ref, kind }) => kind === 'press' && (ref.dataset['name'] === 'back' || ref.dataset['name'] === 'close-help')) ?? null;
  const speak = (texts: readonly string[]): void => {
    const text = texts
      .filter((one) => one !== '')
      .map((one) => (/[。！？.!?]$/u.test(one) ? one : `${one}${say('spoken.stop')}`))
      .join(language === 'zh' ? '' : ' ')
      .slice(0, MOST);
    if (text !== '') tell(text);
  };
  const mark = (ref: HTMLElement | null): void => {
    for (const marked of root.querySelectorAll(`[${MARK}]`)) if (marked !== ref) marked.removeAttribute(MARK);
    ref?.setAttribute(MARK, '');
  };
  const liveNow = (): Map<Element, string> => {
    const now = new Map<Element, string>();
    for (const element of root.querySelectorAll(LIVE)) {
      if (element.closest('[inert]') !== null || !element.checkVisibility({ checkVisibilityCSS: true })) continue;
      now.set(element, stopsOf(pageParts(element as HTMLElement, [], language), words).map(({ text }) => text).join(words.pause));
    }
    return now;
  };

  const take = ({ focus: next, acts }: Moved<HTMLElement>, before: readonly string[] = []): void => {
    window.clearTimeout(timer);
    focus = next;
    mark(focus.ref);
    speak([...before, ...acts.flatMap((act) => (act.do === 'say' ? [act.text] : []))]);
    for (const act of acts) if (act.do === 'press') press(act.ref, act.text);
  };
  const press = (ref: HTMLElement, text: string): void => {
    turned = TURNS.has(ref.dataset['name'] ?? '');
    ref.click();
    const was = page;
    timer = window.setTimeout(() => {
      if (page !== was) return;
      const now = stopsNow().find((stop) => stop.ref === ref)?.text ?? text;
      speak([now === text ? say('spoken.pressed') : now]);
    }, PRESSED_MS);
  };

  /** Looks at what has become of the page: another page, another part of it, or something that is told by itself. */
  const look = (): void => {
    frame = 0;
    const title = [...root.querySelectorAll<HTMLElement>('h1')].find((one) => one.closest('[inert]') === null && one.checkVisibility({ checkVisibilityCSS: true })) ?? null;
    const shown = root.querySelector('.wall')?.getAttribute('data-page') ?? '';
    const now = pageOf(root, title);
    if (now !== page) {
      const stops = stopsNow();
      // Its script may still be on the way.
      if (stops.length === 0 || (title === null && root.querySelector('.page')?.childElementCount === 0)) return;
      page = now;
      part = shown;
      turned = false;
      live = liveNow();
      const before = greeting ? [say('spoken.on'), say(pad ? 'spoken.keys' : 'spoken.touch')] : [];
      greeting = false;
      take(arrived(stops, titleOf(stops)), before);
      return;
    }
    const before = live;
    live = liveNow();
    const changed = [...live].filter(([element, text]) => text !== '' && before.get(element) !== text).map(([, text]) => text);
    if (shown !== part) {
      part = shown;
      const stops = stopsNow();
      const first = stops.findIndex(({ ref }) => ref.closest('.wall-body') !== null);
      if (turned && first !== -1) take(brought(stops, first));
      turned = false;
      return;
    }
    if (changed.length > 0) {
      window.clearTimeout(timer);
      speak(changed);
    }
    // React draws an element anew without what was set by hand.
    if (focus.ref !== null && root.contains(focus.ref) && !focus.ref.hasAttribute(MARK)) mark(focus.ref);
  };
  const lookSoon = (): void => {
    if (frame === 0) frame = window.requestAnimationFrame(look);
  };

  /** A finger on what is only read has it read. */
  const touched = (event: PointerEvent): void => {
    if (!(event.target instanceof Element)) return;
    const stops = stopsNow();
    const found = stops.map(({ ref, kind }, index) => ({ ref, kind, index })).filter(({ ref }) => ref.contains(event.target as Element)).at(-1);
    if (found?.kind === 'read' && event.target.closest('button') === null) take(brought(stops, found.index));
  };

  const watch = new MutationObserver(lookSoon);
  watch.observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-screen', 'data-page', 'inert', 'hidden', 'aria-pressed', 'disabled'] });
  const stopKeys = onKey((key) => {
    // What the key is meant for must have been told before: a page that came just now is looked at first.
    look();
    const stops = stopsNow();
    take(pressed(focus, key, stops, backOf(stops), words));
  });
  root.addEventListener('pointerup', touched);
  document.documentElement.dataset['spoken'] = '';
  look();
  return () => {
    watch.disconnect();
    stopKeys();
    root.removeEventListener('pointerup', touched);
    window.cancelAnimationFrame(frame);
    window.clearTimeout(timer);
    delete document.documentElement.dataset['spoken'];
    mark(null);
  };
};
