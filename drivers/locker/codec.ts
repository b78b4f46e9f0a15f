/**
 * Bytes of locker boards, whatever their family: the frame of a question, and its answer found in a stream of bytes.
 *
 * On these half-duplex lines anything may stand before an answer: noise of the line's turning, the question's own echo, a late
 * answer to an earlier question, a report that a door moved. So nothing is cut into frames; the one answer that fits the question
 * (family, board, cell, length, checksum) is looked for wherever it begins. What does not fit is never an answer.
 */

/** Cells are counted from 1. `cell` is 0 only where all doors of a board are asked, which opens nothing. */
export type Question =
  | { kind: 'open'; board: number; cell: number }
  | { kind: 'one'; board: number; cell: number }
  | { kind: 'all'; board: number; /** Cells that the board is said to have. */ cells: number };

/** Contacts of one board, cell 1 first: `true` as the family's papers say it for a closed door (or a thing before the sensor). */
export interface Reading {
  closed: boolean[];
  /** Of the board's own sensors; null where the family has none. */
  sensed: boolean[] | null;
}

export type Answer =
  /** What the board itself says of the opening; null when it says nothing of the door. */
  | { kind: 'open'; closed: boolean | null }
  | { kind: 'one'; closed: boolean }
  /** Both ways to read the status bytes: cells 1–8 in the first byte, or in the last one. Equal where the family leaves no doubt. */
  | { kind: 'all'; lowFirst: Reading; highFirst: Reading };

/** One way in which boards speak. Pure; all its facts are in its own file. */
export interface Family {
  /** Can one door be asked for? If not, all are asked. */
  readonly asksOne: boolean;
  /** Can all doors of a board be asked for at once? If not, they are asked one after the other. */
  readonly asksAll: boolean;
  /** Are doors bits of status bytes, whose order makers disagree about? */
  readonly packed: boolean;
  /** The frame of a question whose numbers are in the family's range. */
  request(question: Question): Uint8Array;
  /** The answer that begins exactly at `at`, or null: something else, or not all there yet. */
  answerAt(bytes: Uint8Array, at: number, question: Question): Answer | null;
}

/** Bytes of a board's answer never exceed this; what is older is forgotten. */
export const MOST_HELD = 256;

export const xor = (bytes: ArrayLike<number>, from: number, to: number): number => {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum ^= bytes[at] ?? 0;
  return sum;
};

export const sum = (bytes: ArrayLike<number>, from: number, to: number): number => {
  let total = 0;
  for (let at = from; at < to; at += 1) total += bytes[at] ?? 0;
  return total & 0xff;
};

/** Do these bytes stand at `at`? */
export const standsAt = (bytes: Uint8Array, at: number, ...expected: number[]): boolean => {
  // Asked at every place where an answer might begin.
  for (let index = 0; index < expected.length; index += 1) if (bytes[at + index] !== expected[index]) return false;
  return true;
};

/** Bits of status bytes, the lowest bit of the first byte first. */
export const bitsOf = (bytes: Uint8Array): boolean[] => [...bytes].flatMap((byte) => [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => ((byte >> bit) & 1) === 1));

/** Both readings of status bytes. `sensed`: the bytes of the board's own sensors, in the same order. */
export const packedAnswer = (closed: Uint8Array, sensed: Uint8Array | null): Answer => {
  const reading = (order: (bytes: Uint8Array) => Uint8Array): Reading => ({ closed: bitsOf(order(closed)), sensed: sensed === null ? null : bitsOf(order(sensed)) });
  return { kind: 'all', lowFirst: reading((bytes) => bytes), highFirst: reading((bytes) => bytes.toReversed()) };
};

/** Adds what arrived to what is held, and keeps no more than {@link MOST_HELD}. */
export const hold = (held: Uint8Array, chunk: Uint8Array): Uint8Array => {
  const all = new Uint8Array(held.length + chunk.length);
  all.set(held);
  all.set(chunk, held.length);
  return all.length <= MOST_HELD ? all : all.slice(all.length - MOST_HELD);
};

const indexOf = (bytes: Uint8Array, part: Uint8Array): number => {
  for (let at = 0; at + part.length <= bytes.length; at += 1) if (standsAt(bytes, at, ...part)) return at;
  return -1;
};

/**
 * Takes away the first place where the question's own bytes stand, exactly once: a board's answer may have the same bytes.
 * @returns null when they do not stand there
 */
export const withoutEcho = (bytes: Uint8Array, sent: Uint8Array): Uint8Array | null => {
  const at = indexOf(bytes, sent);
  return at === -1 ? null : Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + sent.length)]);
};

/** The first answer to the question in what was heard. */
export const findAnswer = (family: Family, heard: Uint8Array, question: Question): Answer | null => {
  for (let at = 0; at < heard.length; at += 1) {
    const answer = family.answerAt(heard, at, question);
    if (answer !== null) return answer;
  }
  return null;
};

/** Raw chunks for machines that look for one answer: framing depends on the question, so it is the machine's. */
export class ChunkDecoder {
  push(chunk: Uint8Array): Uint8Array[] {
    return [chunk];
  }

  reset(): void {
    // Nothing is held here: the machine holds what it heard since its question.
  }
}
