/** Small plots in SVG: bars from zero, values written where they stand, nothing that needs a colour to be read. */
import type { ReactNode } from 'react';

export type Bar = { label: string; value: number | null };

const WIDTH = 560;
const HEIGHT = 180;
const LEFT = 38;
const TOP = 16;
const BOTTOM = 24;
const WIDEST_BAR = 64;

/** A round number at or above the largest value. */
export const topOf = (values: readonly (number | null)[]): number => {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((times) => times * step).find((one) => one >= most) ?? most;
};

const said = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));

/**
 * @param second drawn as a line over the bars, on the same scale: for what goes on from bar to bar
 * @param marks a stroke of its own over each bar, on the same scale: for bars that have nothing to do with each other
 */
export const BarPlot = ({ bars, second, marks, name }: { bars: readonly Bar[]; second?: readonly (number | null)[]; marks?: readonly (number | null)[]; name: string }): ReactNode => {
  const top = topOf([...bars.map(({ value }) => value), ...(second ?? []), ...(marks ?? [])]);
  const high = HEIGHT - TOP - BOTTOM;
  const wide = (WIDTH - LEFT) / Math.max(1, bars.length);
  const bar = Math.min(WIDEST_BAR, wide * 0.68);
  const y = (value: number): number => TOP + high * (1 - value / top);
  const x = (index: number): number => LEFT + wide * (index + 0.5);
  const every = Math.ceil(bars.length / 16);
  const points = (second ?? []).flatMap((value, index) => (value === null ? [] : [`${x(index).toFixed(1)},${y(value).toFixed(1)}`]));
  return (
    <svg className="plot" viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} role="img" aria-label={`${name}: ${bars.map(({ label, value }) => `${label} ${value === null ? '—' : said(value)}`).join(', ')}`}>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line x1={LEFT} x2={WIDTH} y1={y(top * share)} y2={y(top * share)} />
          <text x={LEFT - 6} y={y(top * share) + 4} textAnchor="end">
            {said(top * share)}
          </text>
        </g>
      ))}
      {bars.map(({ label, value }, index) => (
        <g key={label}>
          {value === null ? null : <rect x={x(index) - bar / 2} width={bar} y={y(value)} height={Math.max(0, TOP + high - y(value))} />}
          {value !== null && value > 0 && second === undefined && marks === undefined && bars.length <= 24 ? (
            <text className="value" x={x(index)} y={y(value) - 4} textAnchor="middle">
              {said(value)}
            </text>
          ) : null}
          {index % every === 0 ? (
            <text x={x(index)} y={HEIGHT - 6} textAnchor="middle">
              {label}
            </text>
          ) : null}
        </g>
      ))}
      {(marks ?? []).map((value, index) => (value === null ? null : <line key={bars[index]?.label} className="mark" x1={x(index) - Math.max(bar, 10) * 0.7} x2={x(index) + Math.max(bar, 10) * 0.7} y1={y(value)} y2={y(value)} />))}
      {points.length > 1 ? <polyline points={points.join(' ')} /> : null}
    </svg>
  );
};
