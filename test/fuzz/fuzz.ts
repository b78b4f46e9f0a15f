/** Feeds one decoder, and judges: no throw, nothing that takes a second, and after noise the next good frame is understood. */
import type { FuzzSession, FuzzTarget } from './target.ts';
import { mutated, randomFrom, type Random } from './random.ts';

export interface Finding {
  target: string;
  what: 'threw' | 'slow' | 'not understood' | 'hung' | 'memory';
  /** What was thrown, or how long it took. */
  told: string;
  input: Uint8Array;
}

export interface Fuzzed {
  frames: number;
  findings: Finding[];
}

const SLOW_MS = 1_000;
/** After so many frames a good one must be understood. */
const NOISE_FRAMES = 16;
const MOST_RANDOM_BYTES = 600;
/** So many findings of one target are enough. */
const MOST_FINDINGS = 5;
/** A session is left after so many rounds, so that each way to begin is seen. */
const ROUNDS = 64;
/** Good frames at hand: making one takes longer than decoding some. Each round one of them gives way to a new one. */
const AT_HAND = 64;

/** Good frames of one decoder. */
interface Goods {
  pick(): Uint8Array;
  /** One is made anew. */
  renew(): void;
}

const goodsOf = (target: FuzzTarget, random: Random): Goods => {
  const frames: Uint8Array[] = [];
  return {
    pick: () => {
      const at = random.int(AT_HAND);
      return (frames[at] ??= target.good(random));
    },
    renew: () => {
      frames[random.int(AT_HAND)] = target.good(random);
    },
  };
};

const noiseFrom = (goods: Goods, words: readonly string[], random: Random): Uint8Array => {
  const kind = random.int(8);
  if (kind < 2) return random.bytes(random.int(kind === 0 ? 40 : MOST_RANDOM_BYTES));
  if (kind === 2) return Buffer.concat([goods.pick(), goods.pick()]);
  return mutated(goods.pick(), goods.pick(), words, random);
};

/** In pieces, as a line delivers. */
const feedInPieces = (session: FuzzSession, bytes: Uint8Array, random: Random): void => {
  const cuts = random.int(4);
  let from = 0;
  for (let cut = 0; cut < cuts; cut += 1) {
    const to = from + random.int(bytes.length - from + 1);
    session.feed(bytes.subarray(from, to));
    from = to;
  }
  session.feed(bytes.subarray(from));
};

/** Is it slow by itself, or was the machine busy? */
const slowAgain = (target: FuzzTarget, input: Uint8Array): boolean => {
  for (let times = 0; times < 3; times += 1) {
    const began = performance.now();
    try {
      target.begin().feed(input);
    } catch {
      return false;
    }
    if (performance.now() - began < SLOW_MS) return false;
  }
  return true;
};

/** Hears of each input before it is fed, so that one that never ends is known. */
export type Watch = (input: Uint8Array) => void;

/**
 * Fuzzes until `goOn` says no; it is asked before each round of frames.
 */
export const fuzz = (target: FuzzTarget, seed: number, goOn: (frames: number) => boolean, watch: Watch = () => undefined): Fuzzed => {
  const random = randomFrom(seed);
  const findings: Finding[] = [];
  const goods = goodsOf(target, random);
  let frames = 0;
  let session = target.begin();
  let rounds = 0;

  const found = (what: Finding['what'], told: string, input: Uint8Array): void => {
    findings.push({ target: target.name, what, told, input: Uint8Array.from(input) });
    session = target.begin();
  };

  const feed = (input: Uint8Array): void => {
    watch(input);
    const began = performance.now();
    try {
      if (target.span === undefined) session.feed(input);
      else feedInPieces(session, input, random);
    } catch (error) {
      found('threw', error instanceof Error ? `${error.name}: ${error.message}` : String(error), input);
    }
    const took = performance.now() - began;
    if (took > SLOW_MS && slowAgain(target, input)) found('slow', `${Math.round(took)} ms`, input);
    frames += 1;
  };

  const mustUnderstand = (noise: Uint8Array, fresh: boolean): void => {
    try {
      let fed = 0;
      for (;;) {
        const frame = goods.pick();
        watch(frame);
        frames += 1;
        fed += frame.length;
        if (session.understands(frame, fresh)) return;
        if (!fresh && target.span !== undefined && fed <= target.span) continue;
        found('not understood', fresh ? 'a good frame after noise, asked anew' : `good frames of ${fed} bytes after noise`, Buffer.concat([noise, frame]));
        return;
      }
    } catch (error) {
      found('threw', error instanceof Error ? `${error.name}: ${error.message}` : String(error), noise);
    }
  };

  while (findings.length < MOST_FINDINGS && goOn(frames)) {
    const noises: Uint8Array[] = [];
    for (let at = 0; at < NOISE_FRAMES; at += 1) {
      const noise = noiseFrom(goods, target.words ?? [], random);
      noises.push(noise);
      feed(noise);
    }
    mustUnderstand(Buffer.concat(noises), target.span === undefined || random.int(2) === 0);
    goods.renew();
    rounds += 1;
    if (rounds % ROUNDS === 0) session = target.begin();
  }
  return { frames, findings };
};
