import { createContext, useContext, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Locker, LockerCell } from '../api/hall-types.ts';
import { Key, Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';

/** The way to the locker's page, and its key. */
export const LOCKER_KEY = 'F11';
const way = createContext<() => void>(() => undefined);
export const LockerWay = way.Provider;

/** Of the free ones three are enough to go there with; of what must be looked at, all that a card holds. */
const MOST_FREE = 3;
const MOST_NAMED = 8;

export const cellsBy = (locker: Locker) => ({
  free: locker.cells.filter(({ state, door }) => state === 'free' && door !== 'open'),
  doubtful: locker.cells.filter(({ state }) => state === 'doubtful'),
  overdue: locker.cells.filter(({ overdue }) => overdue),
  busy: locker.cells.filter(({ state, task }) => state === 'busy' && task !== 'hand-over'),
});

/** Is there something for somebody of the hall to do? */
export const hasLockerWork = (locker: Locker): boolean => {
  const { doubtful, overdue, busy } = cellsBy(locker);
  return locker.waiting.length + doubtful.length + overdue.length + busy.length > 0;
};

/** Among what must be settled: what waits to be put in, which cells are free, and what is wrong with others. */
export const LockerTask = ({ locker }: { locker: Locker }): ReactNode => {
  const { say, language } = useWords();
  const open = useContext(way);
  const { free, doubtful, overdue, busy } = cellsBy(locker);
  const list = (cells: readonly LockerCell[], most = MOST_NAMED): string =>
    cells
      .slice(0, most)
      .map(({ cell }) => cell)
      .join(language === 'zh' ? '、' : ', ');
  const n = locker.waiting.length;
  return (
    <div className="task" data-name="locker-task">
      <Tag tone={doubtful.length > 0 ? 'stop' : 'attention'} icon="locker">
        {say('locker.name')}
      </Tag>
      {n === 0 ? null : <p>{free.length === 0 ? say('locker.task.waitingNoRoom', { n }) : say('locker.task.waiting', { n, cells: list(free, MOST_FREE) })}</p>}
      {busy.length === 0 ? null : <p>{say('locker.task.busy', { cells: list(busy) })}</p>}
      {doubtful.length === 0 ? null : <p>{say('locker.task.doubts', { cells: list(doubtful) })}</p>}
      {overdue.length === 0 ? null : <p>{say('locker.task.overdue', { cells: list(overdue), days: locker.overdueDays })}</p>}
      {locker.works ? null : <p>{say('locker.task.away')}</p>}
      {hasLockerWork(locker) || !locker.works ? null : <p className="quiet">{say('locker.task.nothing')}</p>}
      <Button className="wide-button" onPress={open} data-name="to-locker" aria-keyshortcuts={LOCKER_KEY}>
        {say(n > 0 ? 'locker.task.go' : doubtful.length + overdue.length + busy.length > 0 ? 'locker.task.goSettle' : 'locker.task.goAnyway')}
        <Key name={LOCKER_KEY} />
      </Button>
    </div>
  );
};
