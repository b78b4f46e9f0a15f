import type { ReactNode } from 'react';
import type { CounterView, Person } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import type { Why } from '../staff/api.ts';
import { ActButton } from '../staff/parts.tsx';
import { usePadSaid } from '../staff/pad-said.ts';
import { useWords } from '../staff/words.ts';

const MINUTE = 60_000;
const PAD_SHOWN_MS = 15_000;

/** 06:18, or 1:06:18 */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  return `${hours > 0 ? `${String(hours)}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

/** What somebody came for: the class, and the item where it is known. */
export const useBusiness = (): ((person: Pick<Person, 'className' | 'itemName'>) => string) => {
  const { text } = useWords();
  return ({ className, itemName }) => [text(className), ...(itemName === null ? [] : [text(itemName)])].join(' · ');
};

type Shown = { view: CounterView; now: number; press: (key: string) => boolean; onStart: () => void; refused: Why | null; busy: boolean; away: boolean };

const Current = ({ view, person, now }: { view: CounterView; person: Person; now: number }): ReactNode => {
  const { say } = useWords();
  const business = useBusiness();
  const { timeZone } = view.hall;
  return (
    <div className="current-card">
      <p className="current-number" data-name="current">
        {person.number}
      </p>
      <p className="current-business">{business(person)}</p>
      {person.state === 'serving' && person.startedAt !== null ? (
        <p className="current-state">
          <span>{say('now.here')}</span>
          <span>
            {say('now.servedFor')} <b>{duration(now - Date.parse(person.startedAt))}</b>
          </span>
          {view.averageServiceMinutes === null ? null : <span>{say('now.average', { minutes: view.averageServiceMinutes })}</span>}
        </p>
      ) : (
        <p className="current-state">
          <span>{say('now.called', { times: person.calls })}</span>
          {person.calledAt === null ? null : <span>{say('now.calledAt', { time: clock(new Date(person.calledAt), timeZone), minutes: Math.max(0, Math.floor((now - Date.parse(person.calledAt)) / MINUTE)) })}</span>}
        </p>
      )}
      {person.note === null || person.note === '' ? null : <p className="current-note">{say('now.note', { note: person.note })}</p>}
    </div>
  );
};

/** The one green act: whoever is called is welcomed first; whoever is served is finished, and the next called. */
const GreenAct = ({ view, press, onStart, busy }: Pick<Shown, 'view' | 'press' | 'onStart' | 'busy'>): ReactNode => {
  const { say } = useWords();
  const business = useBusiness();
  const { current, next, counter } = view;
  if (current?.state === 'called') {
    return (
      <ActButton kind="green" icon="person" keyName="F7" name="start" disabled={busy} onPress={onStart} hint={say('acts.startHint')}>
        {say('acts.start')}
      </ActButton>
    );
  }
  const nobody = next === null || counter.paused;
  const label = current === null ? (nobody ? say(counter.paused ? 'acts.isPaused' : 'acts.nobody') : say('acts.next', { number: next.number })) : nobody ? say('acts.finishLast') : say('acts.finishNext', { number: next.number });
  const hint = nobody ? say(counter.paused ? 'acts.pausedHint' : 'acts.nobodyHint') : say('acts.nextHint', { business: business(next) });
  return (
    <ActButton kind="green" icon="bell" keyName="F2" name="finish-and-next" disabled={busy || (current === null && nobody)} onPress={() => press('F2')} hint={hint}>
      {label}
    </ActButton>
  );
};

/** 叫 B044，10:35 到 · B043 办完，8 分钟 · B041 叫 2 次没到，过号 */
const useActSaid = (timeZone: string): ((act: CounterView['recent'][number]) => string) => {
  const { say } = useWords();
  return ({ what, number, arrivedAt, minutes, calls }) => {
    if (what === 'called' && arrivedAt !== null) return say('recent.calledCame', { number, time: clock(new Date(arrivedAt), timeZone) });
    if (what === 'finished' && minutes !== null) return minutes === 0 ? say('recent.finishedSoon', { number }) : say('recent.finishedIn', { number, minutes });
    return say(`recent.${what}`, { number, ...(what === 'missed' ? { calls } : {}) });
  };
};

/** Left column: who is served now, the acts, and what happened here last. */
export const NowServing = ({ view, now, press, onStart, refused, busy, away }: Shown): ReactNode => {
  const { say } = useWords();
  const padSaid = usePadSaid();
  const { current, next, counter, recent, hall } = view;
  const actSaid = useActSaid(hall.timeZone);
  // Done is seen by what it did; not done must be said, and is not true for ever.
  const pad = view.pad !== null && now - Date.parse(view.pad.at) < PAD_SHOWN_MS && !away ? view.pad : null;
  const none = current === null || busy;
  const called = current?.state === 'called';
  return (
    <section className="now" aria-label={say('now.title')}>
      <h2>{say(current === null ? 'now.titleNobody' : called ? 'now.titleCalled' : 'now.title')}</h2>
      {current === null ? (
        <div className="current-card" data-empty="">
          <p className="current-number" data-name="current">
            —
          </p>
          <p className="current-business">{say(counter.paused ? 'now.paused' : 'now.nobody')}</p>
          <p className="current-state">{say(counter.paused ? 'now.pausedHint' : 'now.nobodyHint')}</p>
        </div>
      ) : (
        <Current view={view} person={current} now={now} />
      )}
      <div className="act-grid">
        <ActButton name="recall" icon="rotate" keyName="F3" disabled={none || !called} onPress={() => press('F3')}>
          {say('acts.recall')}
        </ActButton>
        <ActButton name="miss" icon="skip" keyName="F4" disabled={none || !called} onPress={() => press('F4')}>
          {say('acts.miss')}
        </ActButton>
        <ActButton name="park" icon="pause" keyName="F5" disabled={none} onPress={() => press('F5')}>
          {say('acts.park')}
        </ActButton>
        <ActButton name="transfer" icon="swap" keyName="F6" disabled={none} onPress={() => press('F6')}>
          {say('acts.transfer')}
        </ActButton>
      </div>
      {called ? (
        <ActButton kind="outlined" name="finish-and-next" icon="bell" keyName="F2" disabled={none} onPress={() => press('F2')}>
          {next === null || counter.paused ? say('acts.finishLast') : say('acts.finishNext', { number: next.number })}
        </ActButton>
      ) : (
        <ActButton kind="outlined" name="finish" icon="tick" keyName="F8" disabled={none} onPress={() => press('F8')}>
          {say('acts.finish')}
        </ActButton>
      )}
      <GreenAct view={view} press={press} onStart={onStart} busy={busy} />
      <p className="refused" role="alert" data-name="refused">
        {refused !== null ? say(`refusals.${refused}`) : padSaid(pad)}
      </p>
      <div className="recent">
        <h3>{say('now.recent')}</h3>
        <ul>
          {recent.slice(0, 4).map((one) => (
            <li key={`${one.at}${one.number}${one.what}`}>
              <time>{clock(new Date(one.at), hall.timeZone)}</time>
              <span>{actSaid(one)}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
};
