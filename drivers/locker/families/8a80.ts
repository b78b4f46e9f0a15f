/**
 * The most common family: a head byte (8A open, 80 status, 82 a door moved), board, cell, a byte of state or a fixed one, and the
 * exclusive or of all bytes before. Cell 0 in the command that opens means every lock: it is never built.
 */
import { packedAnswer, standsAt, xor, type Answer, type Family } from '../codec.ts';

const OPEN = 0x8a;
const STATUS = 0x80;
const MOVED = 0x82;
const OPEN_MARK = 0x11;
const STATUS_MARK = 0x33;
/** State byte of a contact that is closed, and of one that is not. Anything else is no state, such as the mark of an echoed question. */
const SHORTED = 0x11;
const APART = 0x00;
const SHORT_FRAME = 5;
/** Status bytes in an answer about all doors: three on boards of 8 and 24 locks, seven on those of 50. */
const STATUS_BYTES = [3, 7];

const framed = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes, xor(bytes, 0, bytes.length));
const checked = (bytes: Uint8Array, at: number, length: number): boolean => at + length <= bytes.length && xor(bytes, at, at + length - 1) === bytes[at + length - 1];

const stateAt = (bytes: Uint8Array, at: number, head: number, board: number, cell: number): boolean | null => {
  if (!standsAt(bytes, at, head, board, cell) || !checked(bytes, at, SHORT_FRAME)) return null;
  const state = bytes[at + 3];
  return state === SHORTED ? true : state === APART ? false : null;
};

const allAt = (bytes: Uint8Array, at: number, board: number, cells: number): Answer | null => {
  if (!standsAt(bytes, at, STATUS, board)) return null;
  const count = STATUS_BYTES.find((many) => many * 8 >= cells && bytes[at + 2 + many] === STATUS_MARK && checked(bytes, at, many + 4));
  return count === undefined ? null : packedAnswer(bytes.slice(at + 2, at + 2 + count), null);
};

export const family8a80: Family = {
  asksOne: true,
  asksAll: true,
  packed: true,
  request: (question) => {
    switch (question.kind) {
      case 'open':
        return framed(OPEN, question.board, question.cell, OPEN_MARK);
      case 'one':
        return framed(STATUS, question.board, question.cell, STATUS_MARK);
      case 'all':
        return framed(STATUS, question.board, 0x00, STATUS_MARK);
    }
  },
  answerAt: (bytes, at, question) => {
    if (question.kind === 'all') return allAt(bytes, at, question.board, question.cells);
    const { kind, board, cell } = question;
    // A board that reports by itself that this very door moved has answered, too.
    const closed = stateAt(bytes, at, kind === 'open' ? OPEN : STATUS, board, cell) ?? stateAt(bytes, at, MOVED, board, cell);
    return closed === null ? null : { kind, closed };
  },
};
