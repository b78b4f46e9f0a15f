/** Random bytes that are the same for the same seed, and ways in which good bytes go wrong. */

export interface Random {
  /** A whole number from 0 to below `below`. */
  int(below: number): number;
  bytes(length: number): Uint8Array;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32 (public domain): small, fast, and good enough to reach every byte. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (below: number): number => (below <= 1 ? 0 : next() % below);
  return {
    int,
    bytes: (length) => {
      const made = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        for (let four = next(), end = Math.min(length, at + 4); at < end; at += 1, four >>>= 8) made[at] = four & 0xff;
      }
      return made;
    },
    pick: (from) => {
      const chosen = from[int(from.length)];
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
  };
};

/** Bytes at which lengths, signs and texts turn. */
const TURNING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x1b, 0x20, 0x22, 0x26, 0x3c, 0x3e, 0x7b];

const joined = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);

/** One thing goes wrong. */
const once = (frame: Uint8Array, other: Uint8Array, words: readonly string[], random: Random): Uint8Array => {
  const at = random.int(frame.length + 1);
  const length = 1 + random.int(Math.min(32, frame.length));
  switch (random.int(words.length === 0 ? 8 : 9)) {
    case 0: {
      const flipped = Uint8Array.from(frame);
      if (flipped.length > 0) flipped[at % flipped.length] = (flipped[at % flipped.length] ?? 0) ^ (1 << random.int(8));
      return flipped;
    }
    case 1: {
      const changed = Uint8Array.from(frame);
      if (changed.length > 0) changed[at % changed.length] = random.pick(TURNING);
      return changed;
    }
    case 2:
      return frame.subarray(0, at);
    case 3:
      return frame.subarray(at);
    case 4:
      return joined(frame.subarray(0, at), frame.subarray(at + length));
    case 5:
      return joined(frame.subarray(0, at), random.bytes(length), frame.subarray(at));
    case 6:
      return joined(frame.subarray(0, at), frame.subarray(at, at + length), frame.subarray(at));
    case 7:
      return joined(frame.subarray(0, at), other.subarray(random.int(other.length + 1)));
    default:
      return joined(frame.subarray(0, at), Buffer.from(random.pick(words)), frame.subarray(at));
  }
};

/** A good frame with one to four things gone wrong. `words`: what those who mean harm write into texts of this kind. */
export const mutated = (frame: Uint8Array, other: Uint8Array, words: readonly string[], random: Random): Uint8Array => {
  let result = frame;
  for (let times = 1 + random.int(4); times > 0; times -= 1) result = once(result, other, words, random);
  return result;
};
