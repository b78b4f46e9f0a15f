import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { CounterView } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { useHallTime, type Live } from '../staff/live.ts';
import { Key, Tag, TopLine } from '../staff/parts.tsx';
import type { Session } from '../staff/session.tsx';
import { useWords } from '../staff/words.ts';
import { useActs } from './acts.ts';
import { CallOther, Park, Transfer } from './asks.tsx';
import { NowServing } from './now-serving.tsx';
import { Waiting } from './waiting.tsx';
import { WhyNext } from './why-next.tsx';

export type Shown = Live<CounterView> & { view: CounterView };
export type Asked = 'park' | 'transfer' | 'call' | null;

/** Nobody walks to a counter and is served in this time: whoever presses for the next one again meant the one just called. The pads know the same. */
const TWICE_MS = 3_000;
/** The second half of a double click lands on what the first one put there. */
const DOUBLE_CLICK_MS = 600;

/** How things stand: the hall's own network, then the platform with what its outage means here. */
const States = ({ live, now }: { live: Shown; now: number }): ReactNode => {
  const { say } = useWords();
  const { platform, hall } = live.view;
  const since = platform.since === null ? null : Math.max(0, Math.floor((now - Date.parse(platform.since)) / 60_000));
  return (
    <>
      {live.away ? (
        <Tag tone="stop" icon="warning">
          {say('states.hallAway', { time: clock(new Date(live.view.now), hall.timeZone) })}
        </Tag>
      ) : (
        <Tag tone="good" icon="network">
          {say('states.hallHere')}
        </Tag>
      )}
      {platform.reachable === false ? (
        <Tag tone="attention" icon="clock">
          {since === null ? say('states.platformAway') : say('states.platformAwaySince', { minutes: since })}
        </Tag>
      ) : null}
    </>
  );
};

/** The counter's console: left what is served and the acts, middle who waits, right why the next is next. Every act has a key. */
export const Console = ({ session, live, onLeave }: { session: Session; live: Shown; onLeave: () => void }): ReactNode => {
  const { say, text } = useWords();
  const { view } = live;
  const { counter, hall, current, next } = view;
  const acts = useActs(counter.id, view.version, current?.number ?? null);
  const { act, forget, refuse } = acts;
  const [asked, setAsked] = useState<Asked>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const now = useHallTime(live);
  const { receivedAt } = live;
  /** Was somebody called here within the last milliseconds, as the hall counts them? */
  const calledWithin = useCallback(
    (ms: number): boolean => current?.state === 'called' && current.calledAt !== null && Date.parse(view.now) - Date.parse(current.calledAt) + performance.now() - receivedAt < ms,
    [current, view.now, receivedAt],
  );
  const open = useCallback(
    (what: Asked) => {
      forget();
      setAsked(what);
    },
    [forget],
  );

  const press = useCallback(
    (key: string): boolean => {
      switch (key) {
        case 'F2':
          if (calledWithin(TWICE_MS)) refuse('pressed-twice');
          else if (current !== null || next !== null) void act(current === null ? 'next' : 'finish-and-next');
          return true;
        case 'F3':
          if (current?.state === 'called') void act('recall');
          return true;
        case 'F4':
          if (current?.state === 'called') void act('miss');
          return true;
        case 'F5':
          if (current !== null) open('park');
          return true;
        case 'F6':
          if (current !== null) open('transfer');
          return true;
        case 'F7':
          if (current?.state === 'called') void act('start');
          return true;
        case 'F8':
          if (current !== null) void act('finish');
          return true;
        case 'F9':
          open('call');
          return true;
        case 'F10':
          void act(counter.paused ? 'resume' : 'pause');
          return true;
        default:
          return false;
      }
    },
    [act, refuse, calledWithin, open, current, next, counter.paused],
  );

  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !/^F([2-9]|10)$/.test(event.key)) return;
      // The browser would search, load anew or go to its address line.
      event.preventDefault();
      // A key held down is pressed once; a question over the page is answered first.
      if (event.repeat || asked !== null) return;
      press(event.key);
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  }, [press, asked]);

  const leave = async (): Promise<void> => {
    if (await act('close')) onLeave();
  };
  const close = (): void => setAsked(null);

  return (
    <div className="staff-page" data-version={view.version} data-current={current?.number ?? ''} data-state={current?.state ?? ''}>
      <TopLine
        title={say('counter.name', { counter: counter.id })}
        about={text(counter.name)}
        demo={hall.demo}
        right={
          <>
            <Button className="plain-button" onPress={() => press('F10')} data-name="pause" aria-keyshortcuts="F10">
              {say(counter.paused ? 'acts.resume' : 'acts.pause')}
              <Key name="F10" />
            </Button>
            <Button className="plain-button" onPress={() => void leave()} data-name="leave">
              {say('acts.leave')}
            </Button>
            <span className="who">{session.member.name}</span>
            <time>{clock(new Date(now), hall.timeZone)}</time>
          </>
        }
      >
        <States live={live} now={now} />
      </TopLine>
      <main className="console">
        <NowServing view={view} now={now} press={press} onStart={() => void (calledWithin(DOUBLE_CLICK_MS) || press('F7'))} refused={acts.refused} busy={acts.busy || live.away} away={live.away} />
        <Waiting view={view} acts={acts} chosen={chosen} onChoose={setChosen} onCall={() => press('F9')} />
        <WhyNext view={view} acts={acts} press={press} />
      </main>
      {asked === 'park' ? <Park view={view} acts={acts} onClose={close} /> : null}
      {asked === 'transfer' ? <Transfer view={view} acts={acts} onClose={close} /> : null}
      {asked === 'call' ? <CallOther view={view} acts={acts} chosen={chosen} onClose={close} /> : null}
    </div>
  );
};
