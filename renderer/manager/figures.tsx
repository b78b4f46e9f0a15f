import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { BoardView, Figures, FiguresView } from '../api/hall-types.ts';
import { useAsked } from '../staff/asked.ts';
import { LineField } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { BarPlot } from './plots.tsx';

const DATE = /^\d{4}-\d\d-\d\d$/;
const dateOf = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
const LOOK_MS = 30_000;

/** 12.5, or — for what nobody can say. */
export const orDash = (value: number | null): string => (value === null ? '—' : String(value));
const shareOf = (part: number, whole: number): string => (whole === 0 ? '—' : `${String(Math.round((part / whole) * 1_000) / 10)}%`);

const Row = ({ name, one }: { name: string; one: Figures }): ReactNode => (
  <tr>
    <th scope="row">{name}</th>
    <td>{one.tickets}</td>
    <td>{one.served}</td>
    <td>{orDash(one.wait.median)}</td>
    <td>{orDash(one.wait.p90)}</td>
    <td>{orDash(one.wait.longest)}</td>
    <td>{orDash(one.service.mean)}</td>
    <td>{shareOf(one.noShows, one.called + one.noShows)}</td>
    <td>{orDash(one.ratings.mean)}</td>
  </tr>
);

const Table = ({ title, rows }: { title: string; rows: readonly { key: string; name: string; one: Figures }[] }): ReactNode => {
  const { say } = useWords();
  return (
    <section>
      <h2>{title}</h2>
      <table className="figures">
        <thead>
          <tr>
            <th aria-label={title} />
            {['tickets', 'served', 'waitMedian', 'waitP90', 'waitLongest', 'service', 'noShows', 'rating'].map((column) => (
              <th key={column}>{say(`figures.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, one }) => (
            <Row key={key} name={name} one={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Shown = ({ figures, board }: { figures: FiguresView; board: BoardView }): ReactNode => {
  const { say, text } = useWords();
  const { all, classes, counters, hours, days } = figures;
  const nameOf = (id: string): string => text(board.classes.find((one) => one.id === id)?.name ?? { zh: id, en: id });
  const tiles: [key: string, value: string][] = [
    ['tickets', String(all.tickets)],
    ['served', String(all.served)],
    ['waitMedian', orDash(all.wait.median)],
    ['waitP90', orDash(all.wait.p90)],
    ['service', orDash(all.service.mean)],
    ['noShows', shareOf(all.noShows, all.called + all.noShows)],
    ['rating', all.ratings.mean === null ? '—' : say('figures.ratingOf', { mean: all.ratings.mean, of: all.ratings.of })],
  ];
  const hourOf = (hour: number): string => String(hour);
  return (
    <>
      <dl className="tiles" data-name="tiles">
        {tiles.map(([key, value]) => (
          <div key={key}>
            <dt>{say(`figures.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="plots">
        <figure>
          <figcaption>{say('figures.byHour')}</figcaption>
          <BarPlot name={say('figures.byHour')} bars={hours.map((one) => ({ label: hourOf(one.hour), value: one.tickets }))} />
        </figure>
        <figure>
          <figcaption>{say('figures.waitByHour')}</figcaption>
          <BarPlot name={say('figures.waitByHour')} bars={hours.map((one) => ({ label: hourOf(one.hour), value: one.wait.median }))} second={hours.map((one) => one.wait.p90)} />
        </figure>
        {days.length > 1 ? (
          <figure>
            <figcaption>{say('figures.byDay')}</figcaption>
            <BarPlot name={say('figures.byDay')} bars={days.map((one) => ({ label: `${String(Number(one.day.slice(4, 6)))}/${String(Number(one.day.slice(6)))}`, value: one.tickets }))} />
          </figure>
        ) : null}
        {days.length > 1 ? (
          <figure>
            <figcaption>{say('figures.waitByDay')}</figcaption>
            <BarPlot name={say('figures.waitByDay')} bars={days.map((one) => ({ label: `${String(Number(one.day.slice(4, 6)))}/${String(Number(one.day.slice(6)))}`, value: one.wait.median }))} second={days.map((one) => one.wait.p90)} />
          </figure>
        ) : null}
      </div>
      <Table title={say('figures.byClass')} rows={classes.map((one) => ({ key: one.class, name: nameOf(one.class), one }))} />
      <Table title={say('figures.byCounter')} rows={counters.map((one) => ({ key: one.counter, name: say('counter.name', { counter: one.counter }), one }))} />
    </>
  );
};

/** The figures of a day, a month, or any days between. */
export const FiguresPage = ({ board }: { board: BoardView }): ReactNode => {
  const { say } = useWords();
  const today = dateOf(board.day);
  const [from, setFrom] = useState(today);
  const [to, setTo] = useState(today);
  const asked = DATE.test(from) && DATE.test(to) ? `from=${from}&to=${to}` : null;
  const { value: figures, refused } = useAsked<FiguresView>(asked === null ? null : `/hall/figures?${asked}`, 0, LOOK_MS);
  const choose = (first: string, last: string): void => {
    setFrom(first);
    setTo(last);
  };
  return (
    <div className="place">
      <div className="period">
        <LineField label={say('figures.from')} value={from} onChange={setFrom} name="from" type="date" />
        <LineField label={say('figures.to')} value={to} onChange={setTo} name="to" type="date" />
        <Button className="plain-button" onPress={() => choose(today, today)} data-name="today">
          {say('figures.today')}
        </Button>
        <Button className="plain-button" onPress={() => choose(`${today.slice(0, 8)}01`, today)} data-name="month">
          {say('figures.month')}
        </Button>
        <a className="plain-button" href={`/hall/figures.csv?${asked ?? ''}`} download data-name="csv">
          {say('figures.csv')}
        </a>
      </div>
      <p className="mistake-line" role="alert">
        {refused === 400 || asked === null ? say('figures.badPeriod') : null}
      </p>
      {figures === null ? null : figures.all.tickets === 0 ? <p className="quiet">{say('figures.none')}</p> : <Shown figures={figures} board={board} />}
    </div>
  );
};
