import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { BoardView } from '../api/hall-types.ts';
import { clock, dayAndWeekday } from '../citizen/time.ts';
import { opensSaid } from '../ui/opening.ts';
import { HallMark, Icon } from '../ui/pictures/index.ts';
import { callQueue, type CallQueue, type Said } from './call-queue.ts';
import type { BoardCall } from './heard.ts';
import { openBoardLine, type BoardLine } from './line.ts';
import { atTime, changesIn, hearCalls, type ShownCalls } from './shown-calls.ts';
import { browserVoice } from './voice.ts';
import { languageOf, WORDS, type Language, type Words } from './words.ts';

/** What a called number must have so that it is read over ten metres, in millimetres; cap height of the face. */
const CALLED_CAP_MM = 90;
const CAP = 0.733;
/** The drawing's own width, and the largest that a number of four characters may be on it. */
const DESIGN_PX = 1920;
const CALLED_PX = 205;
const LARGEST_PX = 290;
const LEAST_SCALE = 60;
/** Several notices take turns. */
const NOTICE_MS = 20_000;

type Sound = 'on' | 'silent' | 'touch';

/** Speaks each call once; tells whether anybody can hear it. */
const useSpeech = (view: BoardView | null, wanted: boolean): Sound => {
  const [sound, setSound] = useState<Sound>('on');
  const queue = useRef<CallQueue | null>(null);
  useEffect(() => {
    if (view === null || !wanted) return;
    queue.current ??= callQueue(browserVoice(), ['zh', 'en'], (said: Said, language) => {
      if (said === 'not-allowed') setSound('touch');
      // The second language may lack a voice; without the first the board is silent.
      else if (said === 'no-voice' && language === 'zh') setSound('silent');
      else if (said === 'said') setSound((before) => (before === 'touch' || language === 'zh' ? 'on' : before));
    });
    queue.current.hear(view);
  }, [view, wanted]);
  return sound;
};

/** The page's own clock, so that the time moves between two views. */
const useNow = (line: BoardLine): number => {
  const [ticked, setTicked] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTicked(performance.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return line.view === null ? 0 : Date.parse(line.view.now) + Math.max(0, ticked - line.receivedAt);
};

/** The calls that stand on the board: one after the other in the light, each for long enough, however many come at once. */
const useShownCalls = ({ view, receivedAt }: BoardLine): readonly BoardCall[] => {
  const [state, setState] = useState<ShownCalls | null>(null);
  const [heard, setHeard] = useState<BoardView | null>(null);
  if (view !== null && view !== heard) {
    setHeard(view);
    setState(hearCalls(state, view, receivedAt));
  }
  useEffect(() => {
    const wait = state === null ? null : changesIn(state, performance.now());
    if (wait === null) return undefined;
    const timer = window.setTimeout(() => setState((before) => (before === null ? null : atTime(before, performance.now()))), Math.ceil(wait));
    return () => window.clearTimeout(timer);
  }, [state]);
  return state?.shown ?? [];
};

/** Makes the called number as high as ten metres ask for, on a screen whose width the address tells (`mm=1210`). */
const useScreenSize = (): void => {
  useLayoutEffect(() => {
    const mm = Number(new URLSearchParams(window.location.search).get('mm'));
    if (!Number.isFinite(mm) || mm <= 0) return;
    const asked = ((CALLED_CAP_MM / mm) * DESIGN_PX) / CAP;
    document.documentElement.style.setProperty('--called', String(Math.min(LARGEST_PX, Math.max(CALLED_PX, Math.ceil(asked)))));
    document.documentElement.toggleAttribute('data-small-screen', asked > CALLED_PX + 10);
  }, []);
};

export function BoardPage(): ReactNode {
  const [line, setLine] = useState<BoardLine>({ view: null, receivedAt: 0, away: false });
  const [language] = useState<Language>(() => languageOf(window.location.search, null));
  const [spoken] = useState(() => new URLSearchParams(window.location.search).get('voice') !== 'off');
  useEffect(() => openBoardLine(setLine), []);
  useScreenSize();
  const sound = useSpeech(line.view, spoken);
  const calls = useShownCalls(line);
  const now = useNow(line);
  const words = WORDS[language];
  const { view, away } = line;
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  if (view === null) return <p className="board-starting">{away ? words.away : words.starting}</p>;
  return (
    <div className="board" data-away={away ? '' : undefined} data-version={view.version}>
      <header>
        <HallMark />
        <b className="hall-name">{view.hall.name[language]}</b>
        <span className="area">{view.hall.area[language]}</span>
        <span className="spring" />
        <span className="day">{dayAndWeekday(new Date(now), view.hall.timeZone, language)}</span>
        <b className="time">{clock(new Date(now), view.hall.timeZone)}</b>
        {view.hall.demo ? <span className="demo-mark">{words.demo}</span> : null}
      </header>
      <Calls calls={calls} words={words} away={away} />
      <Waits classes={view.classes} words={words} language={language} />
      {away ? (
        <footer data-away="" role="alert">
          <Icon name="warning" size={30} />
          <b>{words.away}</b>
        </footer>
      ) : (
        <Foot view={view} words={words} language={language} sound={sound} />
      )}
    </div>
  );
}

const CounterName = ({ counter, words }: { counter: string; words: Words }): ReactNode => (
  <span className="to">
    {words.counterBefore === '' ? null : <small>{words.counterBefore}</small>}
    <b>{counter}</b>
    {words.counterAfter === '' ? null : <small>{words.counterAfter}</small>}
  </span>
);

/** The number now called, in the colour of the lamp, and four before it. */
const Calls = ({ calls, words, away }: { calls: readonly BoardCall[]; words: Words; away: boolean }): ReactNode => {
  const [newest, ...rest] = calls;
  return (
    <section className="calls">
      <p className="heads">
        <span>{words.calling}</span>
        <span>{words.goTo}</span>
      </p>
      {newest === undefined ? (
        <p className="nobody">{words.nobody}</p>
      ) : (
        <div key={newest.id} className="called" data-lit={away ? undefined : ''} data-long={newest.number.length > 4 ? '' : undefined} role="status">
          <b className="number">{newest.number}</b>
          <Icon name="arrow-right" size={64} />
          <CounterName counter={newest.counter} words={words} />
          {newest.again ? <span className="again">{words.again}</span> : null}
        </div>
      )}
      <ol>
        {rest.map((call) => (
          <li key={call.id}>
            <b className="number">{call.number}</b>
            <Icon name="arrow-right" size={40} />
            <CounterName counter={call.counter} words={words} />
          </li>
        ))}
      </ol>
    </section>
  );
};

/** Every class on one scale, so that they compare at a glance. */
const Waits = ({ classes, words, language }: { classes: BoardView['classes']; words: Words; language: Language }): ReactNode => {
  const most = Math.max(0, ...classes.map(({ range }) => range?.to ?? 0));
  let end = LEAST_SCALE;
  while (most > end) end *= 2;
  return (
    <section className="waits" data-many={classes.length > 5 ? '' : undefined}>
      <p className="heads">{words.waitTitle}</p>
      <ol>
        {classes.map((one) => (
          <li key={one.id}>
            <div>
              <p className="class">
                {one.prefix} {one.name[language]}
              </p>
              <p className="waiting">{words.waiting(one.waiting)}</p>
            </div>
            <p className="minutes">
              {!one.open ? <b className="said" data-long={one.opening.opens === null ? undefined : ''}>{opensSaid(one.opening, language) ?? words.closed}</b> : one.range === null ? <b className="said">{words.unknown}</b> : one.range.to === 0 ? <b className="said">{words.noWait}</b> : <><b>{one.range.from === one.range.to ? one.range.from : `${String(one.range.from)}–${String(one.range.to)}`}</b> {words.minutes}</>}
            </p>
            <svg viewBox="0 0 300 6" preserveAspectRatio="none" aria-hidden="true">
              <rect width="300" height="6" rx="3" className="track" />
              {one.range === null || one.range.to === 0 || !one.open ? null : <rect x={(one.range.from / end) * 300} width={Math.max(5, ((one.range.to - one.range.from) / end) * 300)} height="6" rx="3" className="held" />}
            </svg>
          </li>
        ))}
      </ol>
      <p className="scale">
        {[0, 1, 2].map((third) => (
          <span key={third}>{(end / 3) * third}</span>
        ))}
        <span>
          {end} {words.minutes}
        </span>
      </p>
    </section>
  );
};

const Foot = ({ view, words, language, sound }: { view: BoardView; words: Words; language: Language; sound: Sound }): ReactNode => {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTurn((count) => count + 1), NOTICE_MS);
    return () => window.clearInterval(timer);
  }, []);
  const notice = view.notices[turn % Math.max(1, view.notices.length)];
  const [before, strong, after] = view.record === null ? [words.recordNone, '', ''] : words.record(Math.round(view.record.share * 100));
  const [missed, within, then] = view.toleranceCalls === 0 ? [words.missedNone, '', ''] : words.missed(view.toleranceCalls);
  return (
    <footer>
      <p>
        {view.record === null ? null : <Icon name="tick" size={26} />}
        <span>
          {before}
          <b>{strong}</b>
          {after}
        </span>
      </p>
      <p>
        <span>
          {missed}
          <b>{within}</b>
          {then}
        </span>
      </p>
      {sound === 'touch' ? (
        // Whoever sets the board up touches once; the touch itself is what the browser waits for.
        <button type="button" className="touch">
          <b>{words.touch}</b>
        </button>
      ) : sound === 'silent' ? (
        <p>
          <b>{words.silent}</b>
        </p>
      ) : notice === undefined ? null : (
        <p>{notice[language]}</p>
      )}
    </footer>
  );
};
