import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { CounterRow, CounterView } from '../api/hall-types.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { useLive } from '../staff/live.ts';
import { usePadSaid } from '../staff/pad-said.ts';
import { Speaking, Tag, TopLine } from '../staff/parts.tsx';
import { Signed, type Session } from '../staff/session.tsx';
import { keepInAddress, useWords } from '../staff/words.ts';
import { Console } from './console.tsx';
import { LOCKER_KEY, LockerWay } from './locker-task.tsx';
import { LockerPage } from './lockers.tsx';

const counterOfAddress = (): string | null => {
  const asked = new URLSearchParams(window.location.search).get('counter');
  return asked !== null && /^[0-9A-Z]{1,4}$/.test(asked) ? asked : null;
};

/** The counter itself, or the hall's locker; a reload comes back to it. */
const placeOfAddress = (): 'counter' | 'locker' => (new URLSearchParams(window.location.search).get('at') === 'locker' ? 'locker' : 'counter');

const LOOK_MS = 3_000;

/** Which counter one sits at. */
const Choose = ({ session, onChoose }: { session: Session; onChoose: (counter: string) => void }): ReactNode => {
  const { say, text } = useWords();
  const padSaid = usePadSaid();
  const { value: rows, refused: unanswered } = useAsked<CounterRow[]>('/hall/counters', 0, LOOK_MS);
  const [refused, setRefused] = useState<Why | null>(null);
  const { onSignedOut, member } = session;
  useEffect(() => {
    if (unanswered === 401) onSignedOut();
  }, [unanswered, onSignedOut]);
  const sit = async (id: string): Promise<void> => {
    const answer = await ask('POST', `/hall/counters/${id}/open`, {});
    if (answer.ok) onChoose(id);
    else setRefused(whyOf(answer));
  };
  return (
    <div className="staff-page">
      <TopLine title={say('choose.title')} demo={false} right={<Button className="plain-button" onPress={() => void session.signOut()}>{say('common.signOut')}</Button>}>
        <span className="about">{member.name}</span>
      </TopLine>
      <main className="choose">
        <p className="quiet">{say('choose.hint')}</p>
        <ul>
          {(rows ?? []).map((row, index) => {
            const mine = row.clerk === member.name;
            return (
              <li key={row.id}>
                <Button className="choose-counter" isDisabled={row.open && !mine} onPress={() => void (mine ? onChoose(row.id) : sit(row.id))} autoFocus={index === 0} data-name={`counter-${row.id}`}>
                  <b>{say('counter.name', { counter: row.id })}</b>
                  <span>{text(row.name)}</span>
                  {padSaid(row.pad) === null ? null : <span className="pad-said">{padSaid(row.pad)}</span>}
                  {row.open ? <Tag tone={mine ? 'good' : 'quiet'}>{mine ? say('choose.mine') : say('choose.taken', { clerk: row.clerk ?? '' })}</Tag> : <Tag tone="good">{say('choose.free')}</Tag>}
                </Button>
              </li>
            );
          })}
        </ul>
        <p className="mistake-line" role="alert">
          {refused === null ? null : say(`refusals.${refused}`)}
        </p>
      </main>
    </div>
  );
};

const AtCounter = ({ session, counter, onLeave }: { session: Session; counter: string; onLeave: () => void }): ReactNode => {
  const { say } = useWords();
  const live = useLive<CounterView>(`/hall/counters/${counter}/stream`, `/hall/counters/${counter}`, session.onSignedOut);
  const { view } = live;
  const gone = view !== null && view.counter.clerk !== session.member.name;
  useEffect(() => {
    // Closed by the end of the day, or taken by somebody else: one chooses again.
    if (gone) onLeave();
  }, [gone, onLeave]);
  const [place, setPlace] = useState(placeOfAddress);
  const go = useCallback((where: 'counter' | 'locker') => {
    keepInAddress('at', where === 'locker' ? 'locker' : null);
    setPlace(where);
  }, []);
  const toLocker = useCallback(() => go('locker'), [go]);
  const toCounter = useCallback(() => go('counter'), [go]);
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.key !== LOCKER_KEY || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      // The browser would fill the screen.
      event.preventDefault();
      if (!event.repeat && document.querySelector('.veil') === null) go(place === 'locker' ? 'counter' : 'locker');
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  }, [go, place]);
  if (view === null || gone) return <p className="asking">{say('common.asking')}</p>;
  if (place === 'locker') return <LockerPage session={session} hall={view.hall} counter={counter} onBack={toCounter} />;
  return (
    <LockerWay value={toLocker}>
      <Console session={session} live={{ ...live, view }} onLeave={onLeave} />
    </LockerWay>
  );
};

const Counter = ({ session }: { session: Session }): ReactNode => {
  const [counter, setCounter] = useState(counterOfAddress);
  const choose = useCallback((id: string | null) => {
    keepInAddress('counter', id);
    setCounter(id);
  }, []);
  const leave = useCallback(() => choose(null), [choose]);
  return counter === null ? <Choose session={session} onChoose={choose} /> : <AtCounter key={counter} session={session} counter={counter} onLeave={leave} />;
};

const Page = (): ReactNode => {
  const { say } = useWords();
  return <Signed title={say('counter.signIn')}>{(session) => <Counter session={session} />}</Signed>;
};

export const CounterPage = (): ReactNode => (
  <Speaking>
    <Page />
  </Speaking>
);
