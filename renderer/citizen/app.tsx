import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { CitizenEvent, Screen, SessionView } from '../api/types.ts';
import { hasWords, LanguageProvider, sayIn, useWords } from '../i18n/words.ts';
import { ModeBar } from '../ui/buttons.tsx';
import { HelpPanel, IdleDialog } from '../ui/dialog.tsx';
import { StatusStrip } from '../ui/frame.tsx';
import { PageProvider, type Page } from './context.ts';
import { Card } from './screens/card.tsx';
import { Home } from './screens/home.tsx';
import { Items } from './screens/items.tsx';
import { Rest } from './screens/rest.tsx';
import type * as LaterScreens from './screens/later.tsx';
import type * as Reader from './spoken/reader.ts';
import { Maintenance, Starting, TakeCard, Working } from './screens/waiting.tsx';
import { post, speak, type LineStore } from './stream.ts';
import { clock, dayAndWeekday } from './time.ts';

/** Panels narrower than this fold their columns. */
const NARROW_MM = 330;
/** The idle clock needs to know that somebody is there, not every finger. */
const TOUCH_EVERY_MS = 2_000;

/** Screens after the first touches, and English, come in scripts of their own, fetched while the citizen looks at the first one. */
type Later = typeof LaterScreens;
const FIRST: ReadonlySet<Screen['kind']> = new Set(['home', 'items', 'card', 'working', 'take-card', 'rest', 'maintenance']);
/** When the first screen stands so long, nothing of it waits for the processor any more. */
const LATER_AFTER_MS = 400;
/** An agent that is started again has its scripts again. */
const FETCH_AGAIN_MS = 1_000;

/** Fetches a script, now or when there is nothing else to do; what cannot be fetched is asked for again. Null: it is not there yet. */
const useScript = <T,>(fetchIt: () => Promise<T>, when: 'not-yet' | 'when-idle' | 'now'): T | null => {
  const [script, setScript] = useState<T | null>(null);
  const have = script !== null;
  useEffect(() => {
    if (have || when === 'not-yet') return undefined;
    let wanted = true;
    let timer: number | undefined;
    let idle = 0;
    const get = (): void =>
      void fetchIt().then(
        (found) => (wanted ? setScript(() => found) : undefined),
        () => {
          if (wanted) timer = window.setTimeout(get, FETCH_AGAIN_MS);
        },
      );
    const whenIdle = (): void => {
      idle = window.requestIdleCallback(get, { timeout: LATER_AFTER_MS });
    };
    if (when === 'now') get();
    else timer = window.setTimeout(whenIdle, LATER_AFTER_MS);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
      window.cancelIdleCallback(idle);
    };
  }, [fetchIt, have, when]);
  return script;
};
const fetchLater = (): Promise<Later> => import('./screens/later.tsx');
const fetchEnglish = (): Promise<unknown> => import('../i18n/english.ts');
const fetchReader = (): Promise<typeof Reader> => import('./spoken/reader.ts');

/** What makes a page another page: its content slides in, and what was typed on the last one is gone. */
const pageKey = (screen: Screen): string => {
  const part = screen.kind === 'question' ? screen.question.field : screen.kind === 'materials' ? screen.material.id : screen.kind === 'items' ? screen.entry : '';
  const item = 'item' in screen ? (screen.item?.id ?? '') : '';
  return `${screen.kind} ${item} ${part}`;
};

const body = (screen: Screen, later: Later | null): ReactNode => {
  switch (screen.kind) {
    case 'home':
      return <Home screen={screen} />;
    case 'items':
      return <Items screen={screen} />;
    case 'card':
      return <Card screen={screen} />;
    case 'working':
      return <Working screen={screen} />;
    case 'take-card':
      return <TakeCard />;
    case 'rest':
      return <Rest />;
    case 'maintenance':
      return <Maintenance screen={screen} />;
    default:
      return later === null ? null : later.body(screen);
  }
};

/** The page: what the agent's view says, and nothing of its own but unsent keystrokes. */
export function App({ store }: { store: LineStore }): ReactNode {
  const line = useSyncExternalStore(store.subscribe, store.current);
  const { view: newest, away } = line;
  const later = useScript(fetchLater, newest === null ? 'not-yet' : FIRST.has(newest.screen.kind) ? 'when-idle' : 'now');
  useScript(fetchEnglish, newest === null ? 'not-yet' : newest.language === 'en' ? 'now' : 'when-idle');
  // Without its words a view is not shown yet; they are some milliseconds away.
  const view = newest !== null && hasWords(newest.language) ? newest : null;
  usePanel(view);
  usePageDevices(view);
  useFreshPage(view);
  useReader(view, store);
  if (view === null) return <Starting shown={away} />;
  return (
    <LanguageProvider value={view.language}>
      {away ? <Starting shown /> : null}
      <Citizen view={view} receivedAt={line.receivedAt} later={later} hidden={away} />
    </LanguageProvider>
  );
}

/**
 * After a person has gone, the page loads itself anew: nothing of them stays in its memory (law 5). It waits until the
 * home page is on the glass, which the browser keeps there until the new page has drawn the same.
 */
const useFreshPage = (view: SessionView | null): void => {
  const used = useRef(false);
  const atRest = view !== null && !view.inSession;
  useEffect(() => {
    // Who only changed the letters or the language on the home page has left nothing.
    used.current ||= view !== null && view.inSession && view.screen.kind !== 'home';
    if (!atRest || !used.current) return undefined;
    let frame = window.requestAnimationFrame(() => {
      frame = window.requestAnimationFrame(() => window.location.replace('/'));
    });
    return () => window.cancelAnimationFrame(frame);
  }, [atRest, view]);
};

/** 朗读: as long as it is on, its script follows the pad and says what the page shows. */
const useReader = (view: SessionView | null, store: LineStore): void => {
  const on = view?.modes.spoken?.on === true;
  const pad = view?.modes.spoken?.pad === true;
  const language = view?.language ?? 'zh';
  const reader = useScript(fetchReader, on ? 'now' : 'not-yet');
  const greeted = useRef(false);
  useEffect(() => {
    if (!on) greeted.current = false;
    const root = document.getElementById('page');
    if (!on || reader === null || root === null) return undefined;
    const greet = !greeted.current;
    greeted.current = true;
    return reader.startReader({ root, language, say: sayIn(language), greet, pad, onKey: store.onKey, paper: () => paperOf(store.current().view), tell: (text) => void speak(text) });
  }, [on, pad, language, reader, store]);
};

/** What is printed on the slip of this page. */
const paperOf = (view: SessionView | null): readonly string[] => {
  const screen = view?.screen;
  return screen !== undefined && 'slip' in screen ? (screen.slip?.lines ?? []) : [];
};

/** Devices that the page itself opens: the agent hears of them from here. Their script comes only where there are any. */
const usePageDevices = (view: SessionView | null): void => {
  const devices = JSON.stringify(view?.terminal.pageDevices ?? []);
  useEffect(() => {
    if (devices === '[]') return undefined;
    let wanted = true;
    let stop = (): void => undefined;
    const start = async (): Promise<void> => {
      const { watchDevices } = await import('./camera/presence.ts');
      if (wanted) stop = watchDevices(JSON.parse(devices) as SessionView['terminal']['pageDevices']);
    };
    void start();
    return () => {
      wanted = false;
      stop();
    };
  }, [devices]);
};

/** Makes the document follow the view: language, letters, millimetres. */
const usePanel = (view: SessionView | null): void => {
  const widthMm = view?.terminal.widthMm ?? null;
  const language = view?.language ?? 'zh';
  const elder = view?.modes.elder === true;
  const demo = view?.terminal.demo === true;
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = language === 'zh' ? 'zh-CN' : 'en';
    root.toggleAttribute('data-elder', elder);
    // A demonstration is driven with a mouse as often as with a finger.
    if (demo) delete root.dataset['cursor'];
    else root.dataset['cursor'] = 'none';
  }, [language, elder, demo]);
  useLayoutEffect(() => {
    if (widthMm === null) return undefined;
    const root = document.documentElement;
    root.dataset['panel'] = widthMm < NARROW_MM ? 'narrow' : 'wide';
    const measure = (): void => root.style.setProperty('--mm', `${String(window.innerWidth / widthMm)}px`);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [widthMm]);
};

type CitizenProps = { view: SessionView; receivedAt: number; later: Later | null; hidden: boolean };

function Citizen({ view, receivedAt, later, hidden }: CitizenProps): ReactNode {
  const [searching, setSearching] = useState(false);
  const newest = useRef(view);
  const touchedAt = useRef(-Infinity);
  useLayoutEffect(() => {
    newest.current = view;
  }, [view]);

  const send = useCallback((event: CitizenEvent) => {
    if (event.type === 'open-items') setSearching(false);
    document.documentElement.style.setProperty('--direction', event.type === 'back' || event.type === 'home' ? '-1' : '1');
    void post(newest.current.revision, event);
  }, []);

  useEffect(() => {
    const touched = (): void => {
      const now = performance.now();
      if (now - touchedAt.current < TOUCH_EVERY_MS) return;
      touchedAt.current = now;
      void post(newest.current.revision, { type: 'touch' });
    };
    window.addEventListener('pointerdown', touched, { capture: true });
    return () => window.removeEventListener('pointerdown', touched, { capture: true });
  }, []);

  const { screen } = view;

  const page = useMemo<Page>(
    () => ({
      view,
      now: () => Date.parse(view.now) + (performance.now() - receivedAt),
      send,
      search: () => {
        send({ type: 'open-items', entry: 'all' });
        setSearching(true);
      },
      narrow: view.terminal.widthMm < NARROW_MM,
      searching,
    }),
    [view, receivedAt, send, searching],
  );

  if (screen.kind === 'rest') {
    return (
      <PageProvider value={page}>
        <div className="stage" data-screen="rest" data-revision={view.revision} hidden={hidden} lang={view.language}>
          {body(screen, later)}
        </div>
      </PageProvider>
    );
  }
  const night = screen.kind === 'home' && !view.modes.elder;
  // Pages whose green button is the way out do not offer it twice.
  const ownWayOut = screen.kind === 'done' || screen.kind === 'ticket' || screen.kind === 'appointment' || screen.kind === 'number-back' || (screen.kind === 'fetch' && screen.step === 'collected') || screen.kind === 'fault' || screen.kind === 'take-card' || screen.kind === 'maintenance';
  const overlay = view.idle !== null || view.help !== null;
  const other = view.language === 'zh' ? 'en' : 'zh';
  return (
    <PageProvider value={page}>
      <div className="stage" data-night={night ? '' : undefined} data-screen={screen.kind} data-revision={view.revision} hidden={hidden} lang={view.language}>
        <div className={overlay ? 'frame veiled' : 'frame'}>
          <div className="top" inert={overlay}>
            <Strip view={view} now={page.now} night={night} />
          </div>
          <div className="page" inert={overlay} key={pageKey(screen)}>
            {body(screen, later)}
          </div>
          {view.idle !== null ? (
            <IdleDialog secondsLeft={view.idle.secondsLeft} totalSeconds={view.idle.totalSeconds} draftKept={view.idle.draftKept} receivedAt={receivedAt} onStay={() => send({ type: 'stay' })} onLeave={() => send({ type: 'leave' })} />
          ) : view.help === null ? null : (
            <Help view={view} help={view.help} send={send} />
          )}
          <ModeBar
            elder={view.modes.elder}
            onElder={() => send({ type: 'set-elder', on: !view.modes.elder })}
            spoken={view.modes.spoken?.on ?? null}
            onSpoken={() => send({ type: 'set-spoken', on: view.modes.spoken?.on !== true })}
            onLanguage={view.modes.spoken?.on === true && !view.modes.spoken.languages.includes(other) ? null : () => send({ type: 'set-language', language: other })}
            onCall={() => send({ type: 'help', open: true })}
            onLeave={view.inSession && !ownWayOut ? () => send({ type: 'leave' }) : null}
            showCall={!(screen.kind === 'home' && view.modes.elder)}
          />
        </div>
      </div>
    </PageProvider>
  );
}

const Help = ({ view, help, send }: { view: SessionView; help: NonNullable<SessionView['help']>; send: (event: CitizenEvent) => void }): ReactNode => {
  const { text } = useWords();
  return <HelpPanel dutyPhone={help.dutyPhone} dutyExtension={help.dutyExtension} note={text(help.note)} counterHours={text(help.counterHours)} hotline={view.hall.hotline} onClose={() => send({ type: 'help', open: false })} />;
};

/** The strip's own clock ticks; nothing else of the page does. */
const Strip = ({ view, now, night }: { view: SessionView; now: () => number; night: boolean }): ReactNode => {
  const { language } = useWords();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => tick((count) => count + 1), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  const at = new Date(now());
  const zone = view.hall.timeZone;
  return (
    <StatusStrip
      hall={view.hall.name}
      area={view.hall.area}
      terminal={view.terminal.number}
      day={dayAndWeekday(at, zone, language)}
      time={view.clockKnown ? clock(at, zone) : null}
      demo={view.terminal.demo}
      night={night}
    />
  );
};
