import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { CounterView, Locker } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { useAsked } from '../staff/asked.ts';
import { Key, Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { Phrases } from '../ui/phrases.tsx';
import type { Acts } from './acts.ts';
import { hasLockerWork, LockerTask } from './locker-task.tsx';
import { PaperTasks, type Paper } from './paper-tasks.tsx';
import { whyNext, type Reason } from './why.ts';

/** Paper is no part of the queue's day: it is looked at by itself, and seldom in doubt. */
const PAPERS_MS = 10_000;

/** A sentence that breaks where one breathes. */
const Sentence = ({ reason, timeZone }: { reason: Reason; timeZone: string }): ReactNode => {
  const { say, text } = useWords();
  const values = Object.fromEntries(Object.entries(reason.values).map(([name, value]) => [name, typeof value === 'object' ? text(value) : name === 'at' ? clock(new Date(String(value)), timeZone) : value]));
  return <Phrases>{say(`why.${reason.key}`, values)}</Phrases>;
};

/** Right column: why the next is next, in numbered rules; then what somebody must look at. */
export const WhyNext = ({ view, acts, press }: { view: CounterView; acts: Acts; press: (key: string) => boolean }): ReactNode => {
  const { say, text } = useWords();
  const { next, doubtful, hall } = view;
  const { value: papers, again } = useAsked<Paper[]>('/hall/papers', 0, PAPERS_MS);
  const { value: lockers } = useAsked<{ locker: Locker | null }>('/hall/lockers', 0, PAPERS_MS);
  const locker = lockers?.locker ?? null;
  const lockerWork = locker !== null && hasLockerWork(locker) ? 1 : 0;
  const open = doubtful.length + (papers ?? []).filter(({ decided }) => decided === null).length + lockerWork;
  return (
    <section className="why" aria-label={say('why.region')}>
      <h2>{next === null ? say('why.titleNobody') : say('why.title', { number: next.number })}</h2>
      <ol className="reasons" data-name="why">
        {next === null ? (
          <li>{say('why.nobody')}</li>
        ) : (
          whyNext(view).map((reason, index) => (
            <li key={reason.key}>
              <i aria-hidden="true">{index + 1}</i>
              <span>
                <Sentence reason={reason} timeZone={hall.timeZone} />
              </span>
            </li>
          ))
        )}
      </ol>
      <Button className="wide-button" onPress={() => press('F9')} isDisabled={view.all.length + view.parked.length + view.missed.length === 0} data-name="call-other" aria-keyshortcuts="F9">
        {say('acts.callOther')}
        <Key name="F9" />
      </Button>
      <div className="tasks">
        <h2>
          {say('tasks.title')}
          <b>{open}</b>
        </h2>
        {doubtful.length + (papers ?? []).length + lockerWork === 0 ? <p className="quiet small">{say('tasks.none')}</p> : null}
        {doubtful.map((person) => (
          <div className="task" key={person.number}>
            <Tag tone="stop" icon="warning">
              {say('tasks.doubt', { number: person.number })}
            </Tag>
            <p>{say('tasks.doubtHint', { time: clock(new Date(person.since), hall.timeZone), name: text(person.className) })}</p>
            <div className="task-acts">
              <Button className="wide-button" onPress={() => void acts.settle(person.number, 'confirm')} data-name={`confirm-${person.number}`}>
                {say('acts.confirmPaper')}
              </Button>
              <Button className="wide-button" onPress={() => void acts.settle(person.number, 'void')} data-name={`void-${person.number}`}>
                {say('acts.voidNumber')}
              </Button>
            </div>
          </div>
        ))}
        <PaperTasks papers={papers ?? []} timeZone={hall.timeZone} onSettled={again} />
        {locker === null ? null : <LockerTask locker={locker} />}
      </div>
    </section>
  );
};
