/**
 * Kerong's CU boards: 02, an address, a command, 03 and the low byte of the sum of all before. Three generations that share only
 * this beginning; locks are counted from 0 on the wire.
 *
 * - CU16: `02 ADDR CMD 03 SUM`, ADDR is board × 16 + lock; 30 asks, 31 opens, the answer is 35 with two bytes of hooks and two of
 *   infrared sensors. Address F0 speaks to every board: board 15 is not used.
 * - CU48: `02 ADDR LOCK CMD 03 SUM`, 60 asks, 61 opens; the answer is `02 ADDR LOCK 75 LEN data… SUM`.
 * - CU12: `02 ADDR LOCK CMD ASK LEN 03 SUM`, 80 asks, 81 opens; in an answer ASK is 10 for done, and the data stand BEHIND the sum,
 *   which counts them. Lock 0C is every lock: a board has twelve cells.
 */
import { packedAnswer, standsAt, sum, type Answer, type Family, type Question } from '../codec.ts';

const STX = 0x02;
const ETX = 0x03;

const summed = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes, sum(bytes, 0, bytes.length));
const lockOf = (question: Question): number => (question.kind === 'all' ? 0 : question.cell - 1);
/** An open that was answered with hooks says something of its door, else the door is asked anyway. */
const answered = (question: Question, all: Answer): Answer => (question.kind === 'all' || all.kind !== 'all' ? all : { kind: 'open', closed: all.lowFirst.closed[question.cell - 1] ?? null });

const CU16_BYTES = 9;

export const familyCu16: Family = {
  asksOne: false,
  asksAll: true,
  packed: true,
  request: (question) => summed(STX, question.board * 16 + lockOf(question), question.kind === 'open' ? 0x31 : 0x30, ETX),
  answerAt: (bytes, at, question) => {
    if (bytes[at] !== STX || (bytes[at + 1] ?? 0) >> 4 !== question.board || bytes[at + 2] !== 0x35 || bytes[at + 7] !== ETX) return null;
    if (bytes.length < at + CU16_BYTES || sum(bytes, at, at + CU16_BYTES - 1) !== bytes[at + CU16_BYTES - 1]) return null;
    return answered(question, packedAnswer(bytes.slice(at + 3, at + 5), bytes.slice(at + 5, at + 7)));
  },
};

export const familyCu48: Family = {
  asksOne: false,
  asksAll: true,
  packed: true,
  request: (question) => summed(STX, question.board, lockOf(question), question.kind === 'open' ? 0x61 : 0x60, ETX),
  answerAt: (bytes, at, question) => {
    if (!standsAt(bytes, at, STX, question.board) || bytes[at + 3] !== 0x75) return null;
    const length = bytes[at + 4] ?? 0;
    const end = at + 5 + length;
    if (end >= bytes.length || sum(bytes, at, end) !== bytes[end]) return null;
    if (question.kind === 'open') return length === 0 && bytes[at + 2] === question.cell - 1 ? { kind: 'open', closed: null } : null;
    return question.kind === 'all' && length * 8 >= question.cells ? packedAnswer(bytes.slice(at + 5, end), null) : null;
  },
};

const CU12_HEAD = 8;
const CU12_DONE = 0x10;

export const familyCu12: Family = {
  asksOne: false,
  asksAll: true,
  packed: true,
  request: (question) => summed(STX, question.board, lockOf(question), question.kind === 'open' ? 0x81 : 0x80, 0x00, 0x00, ETX),
  answerAt: (bytes, at, question) => {
    if (!standsAt(bytes, at, STX, question.board) || bytes[at + 6] !== ETX || bytes[at + 4] !== CU12_DONE) return null;
    const length = bytes[at + 5] ?? 0;
    const end = at + CU12_HEAD + length;
    if (end > bytes.length || ((sum(bytes, at, at + CU12_HEAD - 1) + sum(bytes, at + CU12_HEAD, end)) & 0xff) !== bytes[at + CU12_HEAD - 1]) return null;
    if (question.kind === 'open') return bytes[at + 3] === 0x81 && bytes[at + 2] === question.cell - 1 ? { kind: 'open', closed: null } : null;
    if (bytes[at + 3] !== 0x80 || question.kind !== 'all' || length * 8 < question.cells) return null;
    return packedAnswer(bytes.slice(at + CU12_HEAD, end), null);
  },
};
