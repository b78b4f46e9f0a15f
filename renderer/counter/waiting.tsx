import { useMemo, useState, type ReactNode } from 'react';
import { Button, GridList, GridListItem, Tab, TabList, Tabs } from 'react-aria-components';
import type { CounterView, Person } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { Tag } from '../staff/parts.tsx';
import { allDaySaid, opensSaid, timeSaid } from '../ui/opening.ts';
import { useWords } from '../staff/words.ts';
import type { Acts } from './acts.ts';
import { useBusiness } from './now-serving.tsx';

type Filter = 'mine' | 'all' | 'parked' | 'missed';
const FILTERS: readonly Filter[] = ['mine', 'all', 'parked', 'missed'];

/** What is special about somebody who waits, in a word or two. */
const Marks = ({ person, view }: { person: Person; view: CounterView }): ReactNode => {
  const { say, text } = useWords();
  const at = (iso: string): string => clock(new Date(iso), view.hall.timeZone);
  const first = person.why.find(({ rule }) => rule === 'behind' || rule === 'priority' || rule === 'appointment' || rule === 'appointment-late' || rule === 'came-back' || rule === 'for-this-counter');
  return (
    <>
      {view.next?.number === person.number ? <Tag tone="next">{say('marks.next')}</Tag> : null}
      {first?.rule === 'priority' ? <Tag tone="attention">{text(first.name)}</Tag> : null}
      {first?.rule === 'appointment' ? <Tag tone="quiet">{say('marks.appointment', { time: at(first.at) })}</Tag> : null}
      {first?.rule === 'appointment-late' ? <Tag tone="quiet">{say('marks.appointmentLate', { time: at(first.at) })}</Tag> : null}
      {first?.rule === 'came-back' ? <Tag tone="quiet">{say('marks.cameBack', { times: person.misses })}</Tag> : null}
      {first?.rule === 'behind' ? <Tag tone="quiet">{say('marks.behind', { calls: first.callsLeft })}</Tag> : null}
      {first?.rule === 'for-this-counter' ? <Tag tone="quiet">{say('marks.forThisCounter')}</Tag> : null}
      {person.state === 'missed' ? <Tag tone="quiet">{say('marks.missed', { times: person.misses })}</Tag> : null}
      {person.note === null || person.note === '' ? null : <span className="row-note">{person.note}</span>}
    </>
  );
};

type Row = { id: string; person: Person; expected: null } | { id: string; person: null; expected: CounterView['expected'][number] };

/** Who waits, and between them who is booked and has not come: where he would stand if he came in time. */
const withExpected = ({ mine, expected }: CounterView): Row[] => {
  const byPlace = expected.toSorted((a, b) => a.place - b.place);
  const rows = mine.map((person): Row => ({ id: person.number, person, expected: null }));
  // From the last on, so that the places before stay true.
  for (const [at, one] of [...byPlace.entries()].reverse()) rows.splice(one.place, 0, { id: `expected-${one.at}-${String(at)}`, person: null, expected: one });
  return rows;
};

type Shown = { view: CounterView; acts: Acts; chosen: string | null; onChoose: (number: string | null) => void; onCall: () => void };

/** Middle column: who waits, in turn; set aside; called and not come. */
export const Waiting = ({ view, acts, chosen, onChoose, onCall }: Shown): ReactNode => {
  const { say, text, language } = useWords();
  const business = useBusiness();
  const [filter, setFilter] = useState<Filter>('mine');
  const rows = filter === 'mine' ? withExpected(view) : view[filter].map((person): Row => ({ id: person.number, person, expected: null }));
  const people = view[filter].length;
  // The list is drawn by its own collection: what a row shows beside its person must be said to it.
  const seen = useMemo(() => [view.version, filter, acts.busy], [view.version, filter, acts.busy]);
  const titles: Record<Filter, string> = { mine: 'waiting.title', all: 'waiting.titleAll', parked: 'waiting.titleParked', missed: 'waiting.titleMissed' };
  return (
    <section className="waiting" aria-label={say('waiting.title')}>
      <Tabs selectedKey={filter} onSelectionChange={(key) => setFilter(key as Filter)} keyboardActivation="automatic">
        <div className="waiting-head">
          <h2>
            {say(titles[filter])}
            <b>{people}</b>
          </h2>
          <TabList aria-label={say('waiting.filters')}>
            {FILTERS.map((one) => (
              <Tab key={one} id={one} data-name={`filter-${one}`}>
                {say(`waiting.filter.${one}`, { n: view[one].length })}
              </Tab>
            ))}
          </TabList>
        </div>
      </Tabs>
      <div className="table">
        <div className="table-head" aria-hidden="true">
          <span>{say('waiting.number')}</span>
          <span>{say('waiting.business')}</span>
          <span>{say('waiting.waited')}</span>
        </div>
        <GridList
          aria-label={say(titles[filter])}
          items={rows}
          dependencies={seen}
          selectionMode="single"
          disabledKeys={rows.flatMap(({ id, expected }) => (expected === null ? [] : [id]))}
          selectionBehavior="replace"
          selectedKeys={chosen === null ? [] : [chosen]}
          onSelectionChange={(keys) => onChoose(keys === 'all' ? null : ((([...keys][0] as string | undefined) ?? null)))}
          onAction={(key) => {
            onChoose(String(key));
            onCall();
          }}
          renderEmptyState={() => <p className="table-empty">{say(`waiting.none.${filter}`)}</p>}
        >
          {({ id, person, expected }) => person === null ? (
            <GridListItem id={id} textValue={say('marks.expected')} className="row" data-expected="">
              <span className="number">—</span>
              <span className="business">{business(expected)}</span>
              <span className="waited">{say('waiting.bookedAt', { time: clock(new Date(expected.at), view.hall.timeZone) })}</span>
              <span className="marks">
                <Tag tone="quiet">{say(expected.late ? 'marks.expectedLate' : 'marks.expected')}</Tag>
              </span>
            </GridListItem>
          ) : (
            <GridListItem id={person.number} textValue={person.number} className="row" data-next={filter !== 'parked' && filter !== 'missed' && view.next?.number === person.number ? '' : undefined}>
              <span className="number">{person.number}</span>
              <span className="business">{business(person)}</span>
              <span className="waited">{say('waiting.minutes', { minutes: person.waitedMinutes })}</span>
              <span className="marks">
                <Marks person={person} view={view} />
                {filter === 'missed' ? (
                  <Button className="small-act" onPress={() => void acts.settle(person.number, 'come-back')} data-name={`come-back-${person.number}`}>
                    {say('acts.comeBack')}
                  </Button>
                ) : null}
                {filter === 'parked' ? (
                  <Button className="small-act" onPress={() => void acts.settle(person.number, 'unpark')} data-name={`unpark-${person.number}`}>
                    {say('acts.unpark')}
                  </Button>
                ) : null}
              </span>
            </GridListItem>
          )}
        </GridList>
      </div>
      <p className="quiet small hours-line" data-name="hours">
        {say('hours.title')}
        {view.classes
          .filter(({ served }) => served)
          .map(({ id, name, opening }) => (
            <span key={id}>
              {text(name)} {opensSaid(opening, language) ?? allDaySaid(opening, language) ?? say('hours.until', { time: timeSaid(opening.until ?? '', language) })}
            </span>
          ))}
      </p>
    </section>
  );
};
