import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { CounterBand, PageTitle } from '../../ui/frame.tsx';
import { Hero, Icon, type IconName } from '../../ui/pictures/index.ts';
import { EntryTile, itemIcon, RowTile, SearchField, StateTag, TerminalLine } from '../../ui/tiles.tsx';
import { usePage } from '../context.ts';
import { hourOf } from '../time.ts';
import { reasonWords } from './closed.tsx';

type Home = ScreenOf<'home'>;
type Entry = { id: 'number' | 'pick-up' | 'apply' | 'print' | 'mine' | 'guides' | 'all'; icon: IconName };

/** Entries exist for what this terminal has: no tile leads to an empty list. */
const entriesOf = (screen: Home): { main: Entry[]; plain: Entry[] } => {
  const has = (entry: 'apply' | 'print'): boolean => screen.items.some((item) => item.entry === entry);
  const main: Entry[] = [];
  if (has('apply')) main.push({ id: 'apply', icon: 'apply' });
  if (has('print')) main.push({ id: 'print', icon: 'print' });
  if (screen.numbers) main.push({ id: 'number', icon: 'ticket' });
  const plain: Entry[] = [
    { id: 'mine', icon: 'progress' },
    ...(screen.pickUp === null ? [] : [{ id: 'pick-up', icon: 'locker' } as const]),
    { id: 'guides', icon: 'guide' },
    { id: 'all', icon: 'all' },
  ];
  return { main, plain };
};

const useEntry = (): ((id: Entry['id']) => void) => {
  const { send } = usePage();
  return (id) => send(id === 'mine' ? { type: 'open-mine' } : id === 'number' ? { type: 'open-numbers' } : id === 'pick-up' ? { type: 'open-pick-up' } : { type: 'open-items', entry: id });
};

/** Where an entry's words are. */
const wordsOf = (id: Entry['id']): string => (id === 'number' ? 'numbers.entry' : id === 'pick-up' ? 'pickUp.entry' : `home.entries.${id}`);

/** The second line of an entry: what it is, or that it cannot be done now. */
const hintOf = (id: Entry['id'], screen: Home): string => `${wordsOf(id)}.${id === 'pick-up' && screen.pickUp === 'closed' ? 'hintClosed' : 'hint'}`;

/** Reader's line: the short cut of laying the card first, and what became of it. */
const Reader = ({ screen }: { screen: Home }): ReactNode => {
  const { say, text } = useWords();
  const { view } = usePage();
  return (
    <p className="reader" data-state={screen.reader} role="status">
      <Icon name={screen.reader === 'failed' || screen.reader === 'closed' ? 'warning' : 'card'} size={17} lit={screen.reader === 'waiting'} />
      <span>
        {say(`home.reader.${screen.reader}`)}
        {screen.reader === 'closed' ? null : (
          <span className="where">
            <br />
            {say('home.readerWhere', { where: text(screen.readerWhere) })}
          </span>
        )}
        {/* With large letters every line belongs to the six entries; codes are read all the same. */}
        {screen.codeWhere === null || view.modes.elder ? null : (
          <span className="where">
            <br />
            {say('home.codeWhere', { where: text(screen.codeWhere) })}
          </span>
        )}
      </span>
    </p>
  );
};

/** The first page: what can be done here, now. */
export const Home = ({ screen }: { screen: Home }): ReactNode => {
  const { view } = usePage();
  return view.modes.elder ? <ElderHome screen={screen} /> : <StandardHome screen={screen} />;
};

const StandardHome = ({ screen }: { screen: Home }): ReactNode => {
  const words = useWords();
  const { say, text } = words;
  const page = usePage();
  /** Why an item is closed, in one line; where else it is done is behind it. */
  const whyOf = ({ open: isOpen, reasons: [why] }: Home['items'][number]): string | undefined => (isOpen || why === undefined ? undefined : say('home.closedWhy', { why: reasonWords(words, why, page.view).what }));
  const open = useEntry();
  const { main, plain } = entriesOf(screen);
  const direct = screen.items.slice(0, 2);
  return (
    <>
      <div className="upper">
        <div className="home-hero">
          <Hero hour={hourOf(new Date(page.now()), page.view.hall.timeZone)} />
          <div className="greeting">
            <h1>{say('home.title')}</h1>
            <p className="lead">{say(screen.reader === 'closed' ? 'home.leadNoCard' : 'home.lead')}</p>
            <Reader screen={screen} />
          </div>
        </div>
        <main className="home-wall">
          <SearchField prompt={say('home.search')} onPress={page.search} />
          <div className="home-row" data-weight="main">
            {main.map(({ id, icon }) => (
              <EntryTile key={id} id={id} kind="main" icon={icon} name={say(`${wordsOf(id)}.name`)} hint={say(`${wordsOf(id)}.hint`)} onPress={() => open(id)} />
            ))}
          </div>
          <div className="home-row" data-weight="plain">
            {plain.map(({ id, icon }) => (
              <EntryTile key={id} id={id} kind="plain" icon={icon} name={say(`${wordsOf(id)}.name`)} hint={say(hintOf(id, screen))} onPress={() => open(id)} />
            ))}
          </div>
          {direct.length === 0 ? null : (
            <>
              <p className="home-direct">
                <b>{say('home.direct')}</b>
                {say('home.directHint')}
              </p>
              <div className="home-row">
                {direct.map((item) => (
                  <RowTile
                    key={item.id}
                    id={`item-${item.id}`}
                    icon={itemIcon(item.icon)}
                    name={text(item.name)}
                    hint={
                      whyOf(item) === undefined ? undefined : (
                        <>
                          <Icon name="warning" size={8} /> {whyOf(item)}
                        </>
                      )
                    }
                    tag={item.open || whyOf(item) !== undefined ? undefined : <StateTag tone="attention">{say('common.closed')}</StateTag>}
                    onPress={() => page.send({ type: 'open-item', item: item.id })}
                  />
                ))}
              </div>
            </>
          )}
        </main>
      </div>
      <CounterBand>
        <TerminalLine open={screen.openCount} closed={screen.closedCount} onClosed={() => page.send({ type: 'open-items', entry: 'closed' })} />
      </CounterBand>
    </>
  );
};

const ElderHome = ({ screen }: { screen: Home }): ReactNode => {
  const { say } = useWords();
  const { send } = usePage();
  const open = useEntry();
  const { main, plain } = entriesOf(screen);
  // Six entries fill the wall; with fewer the last one has a line of its own.
  const six = main.length > 2;
  return (
    <>
      <div className="upper elder-home">
        <main className="home-wall">
          <PageTitle lead={screen.closedCount === 0 ? say('home.leadElder') : say('home.someClosedElder', { n: screen.closedCount })}>{say('home.titleElder')}</PageTitle>
          <div className="elder-grid">
            {main.map(({ id, icon }) => (
              <EntryTile key={id} id={id} kind="main" icon={icon} name={say(`${wordsOf(id)}.name`)} hint={say(`${wordsOf(id)}.hint`)} onPress={() => open(id)} />
            ))}
            {(six ? plain.filter(({ id }) => id !== 'pick-up') : plain.filter(({ id }) => id !== 'pick-up').slice(0, 2)).map(({ id, icon }) => (
              <EntryTile key={id} id={id} kind="elder" icon={icon} name={say(`${wordsOf(id)}.name`)} hint={say(`${wordsOf(id)}.hint`)} onPress={() => open(id)} />
            ))}
          </div>
          {screen.pickUp === null ? null : <RowTile id="pick-up" icon="locker" name={say('pickUp.entry.name')} hint={say(hintOf('pick-up', screen))} onPress={() => open('pick-up')} />}
          {six ? null : <RowTile id="all" icon="all" name={say('home.entries.all.name')} onPress={() => open('all')} />}
          <Reader screen={screen} />
        </main>
      </div>
      <CounterBand>
        <Button className="call-big" onPress={() => send({ type: 'help', open: true })} data-name="call">
          <Icon name="bell" size={38} />
          <span className="words">
            <span className="name">{say('home.helpBig')}</span>
            <span className="hint">{say('home.helpBigHint')}</span>
          </span>
        </Button>
      </CounterBand>
    </>
  );
};
