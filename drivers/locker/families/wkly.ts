/**
 * WKLY: the four letters, the length of the whole frame, board, command, data, and the exclusive or of all bytes before. (One
 * published description takes the exclusive or of the data alone; its own example frames contradict it.) Answers begin their data
 * with a result, 00 for done. A door's state is 01 closed, 00 open; the answer about all doors has one byte for each.
 */
import { standsAt, xor, type Family } from '../codec.ts';

const HEAD = [0x57, 0x4b, 0x4c, 0x59];
/** Head, length, board, command before the data; the check after it. */
const BEFORE_DATA = 7;
const COMMAND = { open: 0x82, one: 0x83, all: 0x84 } as const;
const MOVED = 0x85;
const DONE = 0x00;

const framed = (board: number, command: number, ...data: number[]): Uint8Array => {
  const bytes = [...HEAD, BEFORE_DATA + data.length + 1, board, command, ...data];
  return Uint8Array.of(...bytes, xor(bytes, 0, bytes.length));
};

/** Data of the whole, checked frame that begins at `at`. */
const dataAt = (bytes: Uint8Array, at: number, board: number): { command: number; data: Uint8Array } | null => {
  const length = bytes[at + 4] ?? 0;
  const end = at + length;
  if (!standsAt(bytes, at, ...HEAD) || bytes[at + 5] !== board || length <= BEFORE_DATA || end > bytes.length) return null;
  if (xor(bytes, at, end - 1) !== bytes[end - 1]) return null;
  return { command: bytes[at + 6] ?? 0, data: bytes.slice(at + BEFORE_DATA, end - 1) };
};

const closedIs = (state: number | undefined): boolean | null => (state === 1 ? true : state === 0 ? false : null);

export const familyWkly: Family = {
  asksOne: true,
  asksAll: true,
  packed: false,
  request: (question) => (question.kind === 'all' ? framed(question.board, COMMAND.all) : framed(question.board, COMMAND[question.kind], question.cell)),
  answerAt: (bytes, at, question) => {
    const frame = dataAt(bytes, at, question.board);
    if (frame === null) return null;
    const { command, data } = frame;
    if (question.kind === 'all') {
      const count = data[1] ?? 0;
      if (command !== COMMAND.all || data[0] !== DONE || count < question.cells || data.length !== count + 2) return null;
      const reading = { closed: [...data.subarray(2)].map((state) => state !== 0), sensed: null };
      return { kind: 'all', lowFirst: reading, highFirst: reading };
    }
    const { kind, cell } = question;
    if (command === MOVED && data.length === 2 && data[0] === cell) {
      const closed = closedIs(data[1]);
      return closed === null ? null : { kind, closed };
    }
    if (command !== COMMAND[kind] || data.length !== 3 || data[1] !== cell) return null;
    const closed = data[0] === DONE ? closedIs(data[2]) : null;
    if (kind === 'open') return { kind, closed };
    return closed === null ? null : { kind, closed };
  },
};
