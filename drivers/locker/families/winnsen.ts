/**
 * Winnsen: `90 06 FN station lock 03`, answered with `90 07 FN|80 station lock status 03`; 05 unlocks, 12 asks. No checksum: the
 * head, the length, the numbers asked for and the end byte are all that tells an answer from noise. Status 01 is open, 00 closed,
 * and 02, after an unlock, "refused, the coil must cool". Some boards put the status before the lock in the answer to a question.
 */
import { standsAt, type Family } from '../codec.ts';

const HEAD = 0x90;
const END = 0x03;
const UNLOCK = 0x05;
const ASK = 0x12;
const ANSWER = 0x80;

const winnsen = (statusFirst: boolean): Family => ({
  asksOne: true,
  asksAll: false,
  packed: false,
  request: (question) => Uint8Array.of(HEAD, 0x06, question.kind === 'open' ? UNLOCK : ASK, question.board, question.kind === 'all' ? 0 : question.cell, END),
  answerAt: (bytes, at, question) => {
    if (question.kind === 'all') return null;
    const { kind, board, cell } = question;
    const swapped = statusFirst && kind === 'one';
    const lock = bytes[at + (swapped ? 5 : 4)];
    const status = bytes[at + (swapped ? 4 : 5)] ?? -1;
    if (!standsAt(bytes, at, HEAD, 0x07, (kind === 'open' ? UNLOCK : ASK) | ANSWER, board) || lock !== cell || bytes[at + 6] !== END) return null;
    if (kind === 'open') return { kind, closed: status === 1 ? false : status === 0 || status === 2 ? true : null };
    return status === 0 || status === 1 ? { kind, closed: status === 0 } : null;
  },
});

export const familyWinnsen = winnsen(false);
/** The status stands before the lock in the answer to a question. */
export const familyWinnsenSwapped = winnsen(true);
