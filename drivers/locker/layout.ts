/** How the contacts of one cabinet are wired, and what that makes of a board's answer. Pure. */
import type { Answer, Reading } from './codec.ts';

export const POLARITIES = ['closed-shorts', 'open-shorts'] as const;
export const ORDERS = ['low-first', 'high-first'] as const;
export type Polarity = (typeof POLARITIES)[number];
export type Order = (typeof ORDERS)[number];

export type Door = 'open' | 'closed' | 'unknown';
export interface Cell {
  cell: number;
  door: Door;
  /** null where no sensor is wired. */
  occupied: boolean | null;
}

/**
 * Where things in cells are noticed: nowhere, by sensors that the board has for it, or by contacts on spare lock inputs of the same
 * board, of which the number is that of cell 1.
 */
export type Sensors = 'none' | 'own' | number;

export interface Layout {
  polarity: Polarity;
  order: Order;
  sensors: Sensors;
  /** Is a thing in the cell what shorts the contact, or its absence? */
  sensorPolarity: 'occupied-shorts' | 'empty-shorts';
}

export const doorOf = (closed: boolean | null | undefined, polarity: Polarity): Door => {
  if (closed === null || closed === undefined) return 'unknown';
  return closed === (polarity === 'closed-shorts') ? 'closed' : 'open';
};

/** Does the answer about all doors have to be asked for even where one cell is meant? Sensors are only in it. */
export const needsAll = (layout: Layout): boolean => layout.sensors !== 'none';

const occupiedOf = (reading: Reading, cell: number, { sensors, sensorPolarity }: Layout): boolean | null => {
  if (sensors === 'none') return null;
  const shorted = sensors === 'own' ? reading.sensed?.[cell - 1] : reading.closed[sensors + cell - 2];
  return shorted === undefined ? null : shorted === (sensorPolarity === 'occupied-shorts');
};

/** Cells 1 to `count` from an answer about a whole board. */
export const cellsOf = (answer: Extract<Answer, { kind: 'all' }>, count: number, layout: Layout): Cell[] => {
  const reading = layout.order === 'low-first' ? answer.lowFirst : answer.highFirst;
  return Array.from({ length: count }, (_unused, index) => ({
    cell: index + 1,
    door: doorOf(reading.closed[index], layout.polarity),
    occupied: occupiedOf(reading, index + 1, layout),
  }));
};

export type Learned = { ok: true; polarity: Polarity; order: Order } | { ok: false; why: 'ambiguous' | 'no-match' };

/**
 * Which wiring makes of this answer "exactly `openCell` is open"? `packed`: are doors bits of status bytes, whose order is in doubt?
 * `ambiguous`: both byte orders do (a cell of a middle byte); another door must be opened for the test.
 */
export const learnLayout = (answer: Extract<Answer, { kind: 'all' }>, openCell: number, count: number, packed: boolean): Learned => {
  const orders = packed && answer.lowFirst.closed.length > 8 ? ORDERS : (['low-first'] as const);
  const fits = orders.flatMap((order) =>
    POLARITIES.flatMap((polarity) => {
      const cells = cellsOf(answer, count, { polarity, order, sensors: 'none', sensorPolarity: 'occupied-shorts' });
      return cells.every(({ cell, door }) => door === (cell === openCell ? 'open' : 'closed')) ? [{ order, polarity }] : [];
    }),
  );
  const [first, second] = fits;
  if (first === undefined) return { ok: false, why: 'no-match' };
  return second === undefined ? { ok: true, ...first } : { ok: false, why: 'ambiguous' };
};
