/** What a recording of a loudspeaker keeps: which program said how long a sentence, never the sentence. */
import { maskAll, maskText, type ClassMask } from '../recording/mask.ts';

/** A RIFF header, as far as its samples: rate, channels and length. */
const WAV_HEAD = 44;
const nothing = () => ({ push: (chunk: Uint8Array) => [{ length: chunk.length }], flush: () => [] });
const kept = new Set(['language', 'clip', 'by', 'outcome', 'step', 'mixer', 'code', 'severity', 'remedy', 'component', 'media', 'model', 'original']);

/** Times are those of a machine that speaks: they are other ones each time. */
const timeless = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(timeless);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (name === 'ms' ? [[name, 0]] : name === 'at' ? [] : [[name, timeless(one)]])));
};

export const soundMask: ClassMask = {
  // It has no wire of bytes, reports or HTTP.
  fromDevice: nothing,
  toDevice: nothing,
  body: (bytes) => ({ length: bytes.length }),
  program: {
    // speech-dispatcher takes its sentence as an argument, behind "--".
    args: (_command, args) => args.map((arg, at) => (args.indexOf('--') !== -1 && at > args.indexOf('--') ? maskText(arg) : arg)),
    input: (_command, bytes) => ({ length: bytes.length }),
    output: (command, args, stream) => {
      const speech = command === 'espeak-ng' && args.includes('--stdout') && stream === 'out';
      let before = 0;
      return (chunk) => {
        const head = speech && before === 0 ? chunk.slice(0, WAV_HEAD) : new Uint8Array(0);
        before += chunk.length;
        // What a voice has to complain of may hold what it was to say.
        if (speech || stream === 'err') return { length: chunk.length, ...(head.length === 0 ? {} : { head }) };
        return chunk.slice();
      };
    },
  },
  input: (value) => maskAll(value, kept),
  value: (value) => timeless(maskAll(value, kept)),
};
