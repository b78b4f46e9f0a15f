import { useMemo, useState, type ReactNode } from 'react';
import { Button, GridList, GridListItem, Tab, TabList, Tabs } from 'react-aria-components';
import type { CounterView, Person } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { Tag } from '../staff/parts.tsx';
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

type Shown = { view: CounterView; acts: Acts; chosen: string | null; onChoose: (number: string | null) => void; onCall: () => void };

/** Middle column: who waits, in turn; set aside; called and not come. */
export const Waiting = ({ view, acts, chosen, onChoose, onCall }: Shown): ReactNode => {
  const { say } = useWords();
  const business = useBusiness();
  const [filter, setFilter] = useState<Filter>('mine');
  const rows = view[filter];
  // The list is drawn by its own collection: what a row shows beside its person must be said to it.
  const seen = useMemo(() => [view.version, filter, acts.busy], [view.version, filter, acts.busy]);
  const titles: Record<Filter, string> = { mine: 'waiting.title', all: 'waiting.titleAll', parked: 'waiting.titleParked', missed: 'waiting.titleMissed' };
  return (
    <section className="waiting" aria-label={say('waiting.title')}>
      <Tabs selectedKey={filter} onSelectionChange={(key) => setFilter(key as Filter)} keyboardActivation="automatic">
        <div className="waiting-head">
          <h2>
            {say(titles[filter])}
            <b>{rows.length}</b>
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
          selectionBehavior="replace"
          selectedKeys={chosen === null ? [] : [chosen]}
          onSelectionChange={(keys) => onChoose(keys === 'all' ? null : ((([...keys][0] as string | undefined) ?? null)))}
          onAction={(key) => {
            onChoose(String(key));
            onCall();
          }}
          renderEmptyState={() => <p className="table-empty">{say(`waiting.none.${filter}`)}</p>}
        >
          {(person) => (
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
    </section>
  );
};
