/** Which cells there are, and what stands on their doors. */
import type { Terminal } from '../../kiosk-config/index.ts';

export interface Place {
  /** Name of the cell in the database: device, board and lock, whatever its number on the door. */
  id: string;
  /** As it is numbered on the door. */
  cell: string;
  device: string;
  board: number;
  lock: number;
  where: { zh: string; en: string };
}

const NOWHERE = { zh: '取件柜', en: 'The locker' };

/** Every cell of a terminal in the order of its numbers. */
export const placesOf = ({ pickUp, devices }: Pick<Terminal, 'pickUp' | 'devices'>): Place[] =>
  (pickUp?.cells ?? [])
    .flatMap(({ device, board, from, to }) => Array.from({ length: to - from + 1 }, (_unused, index) => ({ device, board, lock: from + index })))
    .map(({ device, board, lock }, index) => ({ id: `${device}.${board}.${lock}`, cell: String(index + 1), device, board, lock, where: devices.find(({ id }) => id === device)?.where ?? NOWHERE }));

/** A cell that is in the database and not in the terminal file any more. */
export const placeOutside = (id: string): Place => {
  const [device = '', board = '0', lock = '0'] = id.split('.');
  return { id, cell: `${board}${lock.padStart(2, '0')}`, device, board: Number(board), lock: Number(lock), where: NOWHERE };
};
