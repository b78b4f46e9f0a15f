/** What emulated engines hear and say, whatever carries it. */

export const SCANNER_ENGINES = ['line', 'gm65', 'honeywell', 'newland', 'microscan'] as const;
export type ScannerEngine = (typeof SCANNER_ENGINES)[number];

/** A scanner's output; `more`: the code goes on, where the wire has a sign for that. */
export type Mouth = (bytes: Uint8Array, more: boolean) => void;

const SYN = 0x16;
const CR = 0x0d;
const WORD_BYTES = 3;
const LETTERS: Readonly<Record<string, boolean>> = { T: true, U: false };

/** Honeywell's words in a stream: `SYN T CR` puts the light on, `SYN U CR` out; whatever else is there is gone over. */
export const wordsIn = (light: (on: boolean) => void): ((chunk: Uint8Array) => void) => {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (let start = held.indexOf(SYN); start !== -1; start = held.indexOf(SYN)) {
      held = held.subarray(start);
      if (held.length < WORD_BYTES) return;
      const on = LETTERS[String.fromCharCode(held[1] ?? 0)];
      const isWord = held[2] === CR && on !== undefined;
      held = held.subarray(isWord ? WORD_BYTES : 1);
      if (isWord) light(on);
    }
    held = Buffer.alloc(0);
  };
};
