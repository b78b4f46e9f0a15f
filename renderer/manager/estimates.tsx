import type { ReactNode } from 'react';
import type { BoardView } from '../api/hall-types.ts';
import { useWords } from '../staff/words.ts';
import { eachOnce, toldOf, type EstimateDay, type Told } from './told-waits.ts';

/** 82% · 3.4, or — where no range was told. */
const Cell = ({ told }: { told: Told | null }): ReactNode => {
  const { say } = useWords();
  return <td>{told === null ? '—' : say('figures.told.cell', { percent: told.percent, minutes: told.error })}</td>;
};

/** How good the waits were that people were told: by class, and by class and day where there are several. */
export const Estimates = ({ told, board }: { told: readonly EstimateDay[]; board: BoardView }): ReactNode => {
  const { say, text } = useWords();
  if (told.length === 0) return <p className="quiet told-none">{say('figures.told.none')}</p>;
  const nameOf = (id: string): string => text(board.classes.find((one) => one.id === id)?.name ?? { zh: id, en: id });
  // In the order of the rules; one that is in them no more comes last.
  const order = board.classes.map((one) => one.id);
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  const classes = eachOnce(told.map((one) => one.class)).sort((a, b) => place(a) - place(b));
  const days = eachOnce(told.map((one) => one.day)).reverse();
  const rows = [...classes.map((id) => ({ id, name: nameOf(id), all: toldOf(told.filter((one) => one.class === id)) })), { id: 'all', name: say('figures.told.all'), all: toldOf(told) }];
  return (
    <section className="told" data-name="told">
      <h2>{say('figures.told.title')}</h2>
      <p className="quiet small">{say('figures.told.hint')}</p>
      <table className="figures">
        <thead>
          <tr>
            <th>{say('figures.cut.class')}</th>
            {(['of', 'percent', 'error'] as const).map((column) => (
              <th key={column}>{say(`figures.told.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, all }) => (
            <tr key={id} data-name={`told-${id}`}>
              <th scope="row">{name}</th>
              <td>{all?.of ?? 0}</td>
              <td>{all === null ? '—' : `${String(all.percent)}%`}</td>
              <td>{all === null ? '—' : all.error}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {days.length < 2 ? null : (
        <>
          <h2>{say('figures.told.byDay')}</h2>
          <div className="wide-table">
            <table className="figures" data-name="told-days">
              <thead>
                <tr>
                  <th>{say('figures.cut.day')}</th>
                  {classes.map((id) => (
                    <th key={id}>{nameOf(id)}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {days.map((day) => (
                  <tr key={day}>
                    <th scope="row">{`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`}</th>
                    {classes.map((id) => (
                      <Cell key={id} told={toldOf(told.filter((one) => one.day === day && one.class === id))} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
};
