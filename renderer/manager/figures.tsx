import { useState, type ReactNode } from 'react';
import { Button, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { BoardView, Figures, FiguresView } from '../api/hall-types.ts';
import { useAsked } from '../staff/asked.ts';
import { LineField } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { Estimates } from './estimates.tsx';
import { BarPlot } from './plots.tsx';

const DATE = /^\d{4}-\d\d-\d\d$/;
const dateOf = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
const LOOK_MS = 30_000;

/** 12.5, or — for what nobody can say. */
export const orDash = (value: number | null): string => (value === null ? '—' : String(value));
const percentOf = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 1_000) / 10);
const shareOf = (part: number, whole: number): string => {
  const percent = percentOf(part, whole);
  return percent === null ? '—' : `${String(percent)}%`;
};

/** What the plots and the table are cut by. */
const CUTS = ['hour', 'class', 'counter', 'day'] as const;
type Cut = (typeof CUTS)[number];
/** One bar of each plot, one row of the table. */
type Slice = { key: string; label: string; name: string; one: Figures };

const useSlices = (figures: FiguresView, board: BoardView): Record<Cut, Slice[]> => {
  const { say, text } = useWords();
  const { classes, counters, hours, days } = figures;
  const known = new Map(board.classes.map((one) => [one.id, one]));
  return {
    hour: hours.map((one) => ({ key: String(one.hour), label: String(one.hour), name: `${String(one.hour).padStart(2, '0')}:00–${String(one.hour + 1).padStart(2, '0')}:00`, one })),
    class: classes.map((one) => {
      const found = known.get(one.class);
      return { key: one.class, label: found?.prefix ?? one.class.slice(0, 6), name: found === undefined ? one.class : `${found.prefix} ${text(found.name)}`, one };
    }),
    counter: counters.map((one) => ({ key: one.counter, label: one.counter, name: say('counter.name', { counter: one.counter }), one })),
    day: days.map((one) => ({ key: one.day, label: `${String(Number(one.day.slice(4, 6)))}/${String(Number(one.day.slice(6)))}`, name: dateOf(one.day), one })),
  };
};

/** A number is taken in an hour and for a class, and called at a counter. */
const COLUMNS = ['tickets', 'served', 'waitMedian', 'waitP90', 'waitLongest', 'service', 'serviceP90', 'noShows', 'rating'] as const;
const cellOf = (column: (typeof COLUMNS)[number], cut: Cut, one: Figures): string => {
  switch (column) {
    case 'tickets':
      return String(cut === 'counter' ? one.calls : one.tickets);
    case 'served':
      return String(one.served);
    case 'waitMedian':
      return orDash(one.wait.median);
    case 'waitP90':
      return orDash(one.wait.p90);
    case 'waitLongest':
      return orDash(one.wait.longest);
    case 'service':
      return orDash(one.service.mean);
    case 'serviceP90':
      return orDash(one.service.p90);
    case 'noShows':
      return `${String(one.noShows)} · ${shareOf(one.noShows, one.calls)}`;
    case 'rating':
      return orDash(one.ratings.mean);
  }
};

const Table = ({ cut, slices }: { cut: Cut; slices: readonly Slice[] }): ReactNode => {
  const { say } = useWords();
  return (
    <table className="figures" data-name={`table-${cut}`}>
      <thead>
        <tr>
          <th>{say(`figures.cut.${cut}`)}</th>
          {COLUMNS.map((column) => (
            <th key={column}>{say(column === 'tickets' && cut === 'counter' ? 'figures.calls' : `figures.${column}`)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slices.map(({ key, name, one }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            {COLUMNS.map((column) => (
              <td key={column}>{cellOf(column, cut, one)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Plots = ({ cut, slices }: { cut: Cut; slices: readonly Slice[] }): ReactNode => {
  const { say } = useWords();
  const bars = (value: (one: Figures) => number | null): { label: string; value: number | null }[] => slices.map(({ label, one }) => ({ label, value: value(one) }));
  const plot = (name: string, value: (one: Figures) => number | null, mark?: (one: Figures) => number | null): ReactNode => (
    <figure data-name={`plot-${name}`}>
      <figcaption>{say(`figures.plot.${name}`)}</figcaption>
      <BarPlot name={say(`figures.plot.${name}`)} bars={bars(value)} {...(mark === undefined ? {} : { marks: slices.map(({ one }) => mark(one)) })} />
    </figure>
  );
  return (
    <div className="plots">
      {cut === 'counter' ? plot('served', (one) => one.served) : plot('tickets', (one) => one.tickets)}
      {plot('wait', (one) => one.wait.median, (one) => one.wait.p90)}
      {plot('service', (one) => one.service.mean, (one) => one.service.p90)}
      {plot('noShows', (one) => percentOf(one.noShows, one.calls))}
    </div>
  );
};

const Tiles = ({ all }: { all: Figures }): ReactNode => {
  const { say } = useWords();
  const tiles: [key: string, value: string][] = [
    ['tickets', String(all.tickets)],
    ['served', String(all.served)],
    ['waitMedian', orDash(all.wait.median)],
    ['waitP90', orDash(all.wait.p90)],
    ['service', orDash(all.service.mean)],
    ['noShows', shareOf(all.noShows, all.calls)],
    ['rating', orDash(all.ratings.mean)],
  ];
  return (
    <dl className="tiles" data-name="tiles">
      {tiles.map(([key, value]) => (
        <div key={key}>
          <dt>{say(`figures.${key}`)}</dt>
          <dd>
            {value}
            {key === 'rating' && all.ratings.of > 0 ? <small>{say('figures.raters', { n: all.ratings.of })}</small> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
};

const Shown = ({ figures, board }: { figures: FiguresView; board: BoardView }): ReactNode => {
  const { say } = useWords();
  const slices = useSlices(figures, board);
  const [chosen, setCut] = useState<Cut>('hour');
  // One day is no row of days.
  const cuts = CUTS.filter((one) => one !== 'day' || slices.day.length > 1);
  const cut = cuts.includes(chosen) ? chosen : 'hour';
  return (
    <>
      <Tiles all={figures.all} />
      <ToggleButtonGroup className="segments" aria-label={say('figures.cuts')} selectionMode="single" disallowEmptySelection selectedKeys={[cut]} onSelectionChange={(keys) => setCut(cuts.find((one) => keys.has(one)) ?? 'hour')}>
        {cuts.map((one) => (
          <ToggleButton key={one} id={one} data-name={`cut-${one}`}>
            {say(`figures.by.${one}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Plots cut={cut} slices={slices[cut]} />
      <Table cut={cut} slices={slices[cut]} />
      <Estimates told={figures.estimates} board={board} />
    </>
  );
};

/** The figures of a day, a month, or any days between. */
export const FiguresPage = ({ board }: { board: BoardView }): ReactNode => {
  const { say, language } = useWords();
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
        <a className="plain-button" href={`/hall/figures.csv?${asked ?? ''}&lang=${language}`} download data-name="csv">
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
