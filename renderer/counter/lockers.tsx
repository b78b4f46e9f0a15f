import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Button, GridList, GridListItem, Label, Radio, RadioGroup } from 'react-aria-components';
import type { CounterView, Finding, Locker, LockerCell, Original } from '../api/hall-types.ts';
import { clock, shortDay } from '../citizen/time.ts';
import { useAsked } from '../staff/asked.ts';
import { ActButton, Ask, Key, Tag, TopLine, type Tone } from '../staff/parts.tsx';
import type { Session } from '../staff/session.tsx';
import { useWords } from '../staff/words.ts';
import { useLockerAsks, type LockerAsks } from './locker-asks.ts';
import { cellsBy, LOCKER_KEY } from './locker-task.tsx';

/** Somebody stands at the locker with a document in hand. */
const LOOK_MS = 700;

type Hall = CounterView['hall'];

const useMoment = (hall: Hall): ((iso: string) => string) => {
  const { language } = useWords();
  return (iso) => `${shortDay(new Date(iso), hall.timeZone, language)} ${clock(new Date(iso), hall.timeZone)}`;
};
const useWhose = (): ((original: Original) => string) => {
  const { say, text } = useWords();
  return (original) => say('locker.whose', { item: text(original.itemName), name: original.name });
};

const TONES: Record<LockerCell['state'], Tone> = { free: 'good', busy: 'attention', loaded: 'quiet', doubtful: 'stop', 'out-of-use': 'quiet' };
/** How a cell stands, in a word that no colour has to carry. */
const StateTag = ({ cell }: { cell: LockerCell }): ReactNode => {
  const { say } = useWords();
  if (cell.overdue) return <Tag tone="attention">{say('locker.state.overdue')}</Tag>;
  if (cell.state === 'free' && cell.door === 'open') return <Tag tone="stop">{say('locker.state.doorOpen')}</Tag>;
  return <Tag tone={TONES[cell.state]}>{say(`locker.state.${cell.state}`)}</Tag>;
};

/** What may have been found in a cell. */
const findingsOf = ({ original, loading }: LockerCell): Finding[] => (original === null ? ['empty'] : loading ? ['inside', 'waiting'] : ['inside', 'collected', 'returned']);

const Settle = ({ cell, asks, onClose }: { cell: LockerCell; asks: LockerAsks; onClose: () => void }): ReactNode => {
  const { say } = useWords();
  const whose = useWhose();
  const [found, setFound] = useState<Finding | null>(null);
  const settle = async (): Promise<void> => {
    if (found !== null && (await asks.act(cell.cell, 'settle', found))) onClose();
  };
  return (
    <Ask open title={say('locker.settleTitle', { cell: cell.cell })} onClose={onClose} onAnswer={() => void settle()} answer={say('locker.settleAnswer')} disabled={found === null}>
      {cell.original === null ? null : <p>{whose(cell.original)}</p>}
      <p className="quiet">{say('locker.settleHint')}</p>
      <RadioGroup className="choices" value={found} onChange={(value) => setFound(findingsOf(cell).find((one) => one === value) ?? null)}>
        <Label>{say('locker.settleAsk')}</Label>
        <div>
          {findingsOf(cell).map((one, index) => (
            <Radio key={one} value={one} autoFocus={index === 0} data-name={`found-${one}`}>
              {say(`locker.findings.${one}`)}
            </Radio>
          ))}
        </div>
      </RadioGroup>
      <p className="mistake-line" role="alert">
        {asks.refused === null ? null : say(`locker.refusals.${asks.refused}`)}
      </p>
    </Ask>
  );
};

/** What the door of a cell under way waits for, and the act that ends it; null: the door first. */
const stepOf = (cell: LockerCell, watched: boolean): { words: string; main: 'put' | 'took-back' | 'found' | null; aside: boolean } => {
  const { task, step } = cell;
  if (step === 'opening') return { words: 'opening', main: null, aside: false };
  switch (task) {
    case 'load':
      return step === 'closed' ? { words: 'loadClosed', main: 'put', aside: true } : watched ? { words: 'loadOpen', main: null, aside: false } : { words: 'loadUnwatched', main: 'put', aside: true };
    case 'take-back':
      return watched ? { words: 'takeOpen', main: null, aside: false } : { words: 'takeUnwatched', main: 'took-back', aside: false };
    case 'look':
      return step === 'closed' ? { words: 'lookClosed', main: 'found', aside: false } : watched ? { words: 'lookOpen', main: null, aside: false } : { words: 'lookUnwatched', main: 'found', aside: false };
    default:
      return { words: 'handOver', main: null, aside: false };
  }
};

/** The cell that somebody of the hall stands before. */
const UnderWay = ({ cell, locker, press }: { cell: LockerCell; locker: Locker; press: (key: string) => void }): ReactNode => {
  const { say } = useWords();
  const whose = useWhose();
  const { words, main, aside } = stepOf(cell, locker.watched);
  return (
    <>
      <h2>{say('locker.now')}</h2>
      <div className="current-card" data-name="cell-now" data-cell={cell.cell} data-step={cell.step}>
        <div className="current-number">{cell.cell}</div>
        {cell.original === null ? null : <div className="current-business">{whose(cell.original)}</div>}
        {cell.original === null ? null : <div className="current-state">{say('locker.caseNumber', { number: cell.original.caseNumber })}</div>}
      </div>
      <p className="locker-step" role="status">
        {say(`locker.step.${words}`)}
      </p>
      {aside ? (
        <ActButton onPress={() => press('F8')} name="not-put" keyName="F8" kind="outlined">
          {say('locker.notPut')}
        </ActButton>
      ) : null}
      <ActButton onPress={() => press('F2')} name="main" keyName="F2" kind="green" icon="tick" disabled={main === null}>
        {say(main === 'took-back' ? 'locker.tookBack' : main === 'found' ? 'locker.found' : cell.task === 'take-back' ? 'locker.tookBack' : cell.task === 'look' ? 'locker.found' : 'locker.put')}
      </ActButton>
      {locker.watched ? null : <p className="quiet small">{say('locker.unwatched')}</p>}
    </>
  );
};

/** What waits to be put in, oldest first, and the one act: the next free cell opens for the chosen one. */
const ToPutIn = ({ locker, chosen, into, hall, onChoose, press }: { locker: Locker; chosen: Original | null; into: LockerCell | null; hall: Hall; onChoose: (document: string | null) => void; press: (key: string) => void }): ReactNode => {
  const { say, text } = useWords();
  const moment = useMoment(hall);
  const ready = chosen !== null && into !== null && locker.works;
  return (
    <>
      <h2>
        {say('locker.waitingTitle')}
        <b>{locker.waiting.length}</b>
      </h2>
      <GridList
        className="originals"
        aria-label={say('locker.waitingTitle')}
        items={locker.waiting.map((original) => ({ ...original, id: original.document }))}
        selectionMode="single"
        selectionBehavior="replace"
        selectedKeys={chosen === null ? [] : [chosen.document]}
        onSelectionChange={(keys) => onChoose(keys === 'all' ? null : ((([...keys][0] as string | undefined) ?? null)))}
        onAction={() => press('F2')}
        renderEmptyState={() => <p className="table-empty">{say('locker.waitingNone')}</p>}
      >
        {(original) => (
          <GridListItem id={original.document} textValue={original.caseNumber} className="original" data-name={`original-${original.caseNumber}`}>
            <b>{original.name}</b>
            <span>{text(original.itemName)}</span>
            <span className="quiet small">{say('locker.caseNumber', { number: original.caseNumber })}</span>
            <span className="quiet small">{say('locker.knownSince', { time: moment(original.since) })}</span>
          </GridListItem>
        )}
      </GridList>
      <p className="quiet small">{say('locker.hint')}</p>
      <ActButton onPress={() => press('F2')} name="main" keyName="F2" kind="green" icon="locker" disabled={!ready} {...(chosen === null || into === null ? {} : { hint: say('locker.loadHint', { item: text(chosen.itemName), name: chosen.name }) })}>
        {chosen === null ? say('locker.loadNothing') : into === null ? say('locker.loadNoRoom') : say('locker.load', { cell: into.cell })}
      </ActButton>
    </>
  );
};

/** What is known of one cell, and what can be done with it. */
const CellPanel = ({ cell, locker, hall, asks, onSettle }: { cell: LockerCell | null; locker: Locker; hall: Hall; asks: LockerAsks; onSettle: () => void }): ReactNode => {
  const { say, text } = useWords();
  const moment = useMoment(hall);
  if (cell === null) return <p className="quiet">{say('locker.pick')}</p>;
  const { original, state, since } = cell;
  const time = since === null ? '' : moment(since);
  const act = (label: string, what: Parameters<LockerAsks['act']>[1], name: string): ReactNode => (
    <Button className="wide-button" onPress={() => void asks.act(cell.cell, what)} isDisabled={!locker.works && (what === 'take-back' || what === 'look')} data-name={name}>
      {say(label)}
    </Button>
  );
  return (
    <>
      <h2>
        {say('locker.cell', { cell: cell.cell })} <StateTag cell={cell} />
      </h2>
      {original === null ? null : (
        <dl className="cell-facts">
          <dt>{original.name}</dt>
          <dd>{text(original.itemName)}</dd>
          <dd className="quiet">{say('locker.caseNumber', { number: original.caseNumber })}</dd>
        </dl>
      )}
      {state === 'free' ? <p>{say(cell.door === 'open' ? 'locker.freeOpen' : 'locker.freeHint')}</p> : null}
      {state === 'out-of-use' ? <p>{say('locker.outHint')}</p> : null}
      {state === 'loaded' ? <p>{say(cell.overdue ? 'locker.overdueHint' : 'locker.loadedHint', { time, days: locker.overdueDays })}</p> : null}
      {state === 'busy' && cell.task === 'hand-over' ? <p>{say('locker.step.handOver')}</p> : null}
      {cell.why === null ? null : <p>{say(`locker.why.${cell.why}`)}</p>}
      {state === 'doubtful' ? (
        <p className="quiet">
          {say('locker.whyHint')} {say('locker.since', { time })}
        </p>
      ) : null}
      <div className="cell-acts">
        {state === 'loaded' ? act('locker.takeBack', 'take-back', 'take-back') : null}
        {state === 'doubtful' ? act('locker.look', 'look', 'look') : null}
        {state === 'doubtful' ? (
          <Button className="wide-button" onPress={onSettle} data-name="settle">
            {say('locker.settle')}
          </Button>
        ) : null}
        {state === 'free' || (state === 'doubtful' && original === null) ? act('locker.closeCell', 'close', 'close-cell') : null}
        {state === 'out-of-use' ? act('locker.useCell', 'use', 'use-cell') : null}
      </div>
    </>
  );
};

/** The locker's page: left what waits or is under way, middle the doors as they stand, right the one that was pointed at. */
export const LockerPage = ({ session, hall, counter, onBack }: { session: Session; hall: Hall; counter: string; onBack: () => void }): ReactNode => {
  const { say, text } = useWords();
  const { value, refused: unanswered, again } = useAsked<{ locker: Locker | null }>('/hall/lockers', 0, LOOK_MS);
  const { onSignedOut, member } = session;
  useEffect(() => {
    if (unanswered === 401) onSignedOut();
  }, [unanswered, onSignedOut]);
  const asks = useLockerAsks(again);
  const [wanted, setWanted] = useState<string | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const [settling, setSettling] = useState<string | null>(null);
  const locker = value?.locker ?? null;
  const chosen = locker?.waiting.find(({ document }) => document === wanted) ?? locker?.waiting[0] ?? null;
  // What must be looked at stands there without being asked for.
  const at = locker?.cells.find(({ cell }) => cell === pointed) ?? locker?.cells.find(({ state, overdue }) => state === 'doubtful' || overdue) ?? null;
  const free = locker === null ? [] : cellsBy(locker).free;
  const into = free.find(({ cell }) => cell === pointed) ?? free[0] ?? null;
  const underWay = locker === null ? null : (cellsBy(locker).busy[0] ?? null);
  const settled = locker?.cells.find(({ cell }) => cell === settling) ?? null;
  const { load, act } = asks;

  const press = useCallback(
    (key: string): void => {
      if (locker === null) return;
      if (underWay !== null) {
        const { main, aside } = stepOf(underWay, locker.watched);
        if (key === 'F8' && aside) void act(underWay.cell, 'not-put');
        else if (key === 'F2' && main === 'found') setSettling(underWay.cell);
        else if (key === 'F2' && main !== null && main !== 'found') void act(underWay.cell, main);
      } else if (key === 'F2' && chosen !== null && into !== null) void load(chosen.document, into.cell);
    },
    [locker, underWay, chosen, into, act, load],
  );
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat || settling !== null) return;
      if (event.key === 'Escape') onBack();
      else if (event.key === 'F2' || event.key === 'F8') {
        event.preventDefault();
        press(event.key);
      }
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  }, [press, onBack, settling]);

  return (
    <div className="staff-page" data-page="locker">
      <TopLine
        title={say('locker.name')}
        about={locker === null ? '' : text(locker.where)}
        demo={hall.demo}
        right={
          <>
            <Button className="plain-button" onPress={onBack} data-name="back" aria-keyshortcuts={LOCKER_KEY}>
              {say('locker.back')}
              <Key name={LOCKER_KEY} />
            </Button>
            <span className="who">
              {member.name} · {say('counter.name', { counter })}
            </span>
          </>
        }
      >
        {locker === null || locker.works ? null : (
          <Tag tone="stop" icon="warning">
            {say('locker.task.away')}
          </Tag>
        )}
      </TopLine>
      {locker === null ? (
        <p className="asking">{say(value === null ? 'common.asking' : 'locker.refusals.no-locker')}</p>
      ) : (
        <main className="console lockers">
          <section className="now" aria-label={say(underWay === null ? 'locker.waitingTitle' : 'locker.now')}>
            {underWay === null ? <ToPutIn locker={locker} chosen={chosen} into={into} hall={hall} onChoose={setWanted} press={press} /> : <UnderWay cell={underWay} locker={locker} press={press} />}
            <p className="refused" role="alert" data-name="refused">
              {asks.refused === null || settling !== null ? null : say(`locker.refusals.${asks.refused}`)}
            </p>
          </section>
          <section className="cabinet" aria-label={say('locker.cellsTitle')}>
            <h2>{say('locker.cellsTitle')}</h2>
            <div className="doors">
              {locker.cells.map((cell) => (
                <Button
                  key={cell.cell}
                  className="door"
                  onPress={() => {
                    asks.forget();
                    setPointed(cell.cell);
                  }}
                  data-state={cell.state}
                  data-door={cell.door}
                  data-pointed={cell.cell === at?.cell ? '' : undefined}
                  data-into={underWay === null && chosen !== null && cell.cell === into?.cell ? '' : undefined}
                  data-name={`cell-${cell.cell}`}
                >
                  <b>{cell.cell}</b>
                  <StateTag cell={cell} />
                </Button>
              ))}
            </div>
          </section>
          <section className="why" aria-label={say('locker.cellsTitle')}>
            <CellPanel cell={at} locker={locker} hall={hall} asks={asks} onSettle={() => setSettling(at?.cell ?? null)} />
          </section>
        </main>
      )}
      {settled === null ? null : <Settle cell={settled} asks={asks} onClose={() => setSettling(null)} />}
    </div>
  );
};
