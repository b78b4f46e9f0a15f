/** Status bytes as a printer makes them, written from the tables of its answers and not from what reads them. */
import type { PrinterProfile } from './profiles.ts';

export interface PrinterCondition {
  stands: boolean;
  coverOpen: boolean;
  paper: 'plenty' | 'low' | 'out';
  jam: boolean;
  knife: boolean;
  hot: boolean;
  /** The sensor of the mouth sees paper. */
  ticket: boolean;
}

const bits = (...set: [bit: number, on: boolean][]): number => set.reduce((byte, [bit, on]) => byte | (on ? 1 << bit : 0), 0);

/** Bits 1 and 4 of every live answer are 1; Pyramid and Custom leave them out. */
const IDLE = 0x12;

/** Answer to DLE EOT 1 to 4. */
export const liveStatus = (which: number, is: PrinterCondition, { status, presenter }: PrinterProfile): number => {
  const fixed = status === 'full' ? 0 : IDLE;
  switch (which) {
    case 1:
      return fixed | bits([3, is.stands]);
    case 2:
      return fixed | bits([2, is.coverOpen], [5, is.paper === 'out'], [6, is.jam || is.hot || is.knife]);
    case 3:
      return fixed | bits([2, is.jam], [3, is.knife], [6, is.hot]);
    default: {
      const out = is.paper === 'out';
      const low = is.paper !== 'plenty';
      const sensor = presenter?.sensor;
      const sixth = sensor === 'status-4-set' ? is.ticket : sensor === 'status-4-clear' ? !is.ticket : out;
      return fixed | bits([2, low], [3, low], [5, out], [6, sixth]);
    }
  }
};

/** The four bytes of an unasked status. */
export const autoStatus = (is: PrinterCondition): number[] => [
  0x10 | bits([3, is.stands], [5, is.coverOpen]),
  bits([2, is.jam], [3, is.knife], [6, is.hot]),
  bits([0, is.paper !== 'plenty'], [1, is.paper !== 'plenty'], [2, is.paper === 'out'], [3, is.paper === 'out']),
  // Reserved; real printers send this.
  0x0f,
];

/** Answer to DLE EOT 20: head, paper, user, recoverable, unrecoverable. */
export const fullStatus = (is: PrinterCondition): number[] => [
  0x10,
  0x0f,
  bits([0, is.paper === 'out'], [2, is.paper !== 'plenty'], [5, is.ticket]),
  bits([0, is.coverOpen], [1, is.coverOpen]),
  bits([0, is.hot], [6, is.jam]),
  bits([0, is.knife]),
];
