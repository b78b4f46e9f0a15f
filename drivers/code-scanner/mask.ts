/** What a recording of a scanner keeps: a code of nobody's wherever one was read, as long, in the same writing, with the same ending. */
import iconv from 'iconv-lite';
import { maskText, type ClassMask, type Hollow, type Piece, type StreamMask } from '../recording/mask.ts';
import { replyAt } from './frames.ts';
import { MAX_CODE_BYTES } from './text.ts';

const AIM = /^\][A-Za-z][0-9A-Za-z]/;
const CR = 0x0d;
const LF = 0x0a;

const decoded = (bytes: Uint8Array, encoding: 'utf-8' | 'gb18030'): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

const maskedCode = (text: string): string => {
  const aim = AIM.exec(text)?.[0] ?? '';
  return aim + maskText(text.slice(aim.length));
};

/** The bytes of one code or of a part of one. */
const maskCode = (bytes: Uint8Array): Piece => {
  const hollow: Hollow = { length: bytes.length };
  const utf8 = decoded(bytes, 'utf-8');
  const text = utf8 ?? decoded(bytes, 'gb18030');
  if (text === null) return hollow;
  const masked = utf8 === null ? iconv.encode(maskedCode(text), 'gb18030') : Buffer.from(maskedCode(text));
  return masked.length === bytes.length ? Uint8Array.from(masked) : hollow;
};

/** Codes with CR or LF behind them, and an engine's replies between them, which hold settings alone. */
const lines = (): StreamMask => {
  let held: number[] = [];
  const taken = (): Uint8Array => {
    const bytes = Uint8Array.from(held);
    held = [];
    return bytes;
  };
  const flush = (): Piece[] => (held.length === 0 ? [] : [maskCode(taken())]);
  return {
    push: (chunk) => {
      const pieces: Piece[] = [];
      for (const byte of chunk) {
        const reply = held[0] === 0x02 ? replyAt(Uint8Array.from(held)) : null;
        if ((byte === CR || byte === LF) && reply?.at !== 'incomplete') {
          pieces.push(...flush(), Uint8Array.of(byte));
          continue;
        }
        held.push(byte);
        if (held[0] === 0x02 && replyAt(Uint8Array.from(held)).at === 'reply') pieces.push(taken());
        // More than a code can be: nobody will understand it either.
        else if (held.length > MAX_CODE_BYTES) pieces.push({ length: taken().length });
      }
      return pieces;
    },
    flush,
  };
};

/** Report id and length, then AIM identifier and code as HID point-of-sale scanners lay them out; of another kind only the length stays. */
const reports = (): StreamMask => ({
  push: (report) => {
    const [from, to] = [2, 61];
    if (report.length !== 64 || report[0] !== 2) return [{ length: report.length }];
    const field = Buffer.from(report.subarray(from, to));
    const used = field.subarray(0, field.findLastIndex((byte) => byte !== 0) + 1);
    const masked = maskCode(used);
    if (!(masked instanceof Uint8Array)) return [{ length: report.length }];
    const copy = report.slice();
    copy.set(masked, from);
    return [copy];
  },
  flush: () => [],
});

export const codeScannerMask: ClassMask = {
  fromDevice: (carried) => (carried === 'reports' ? reports() : lines()),
  // Triggers and settings.
  toDevice: () => ({ push: (chunk) => [chunk.slice()], flush: () => [] }),
  body: (bytes) => ({ length: bytes.length }),
  input: (value) => value,
  value: (value) => {
    if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') return value;
    // What kind of code it is was told by its digits, which are gone.
    return { text: maskText(value.text), ...('symbology' in value ? { symbology: value.symbology } : {}) };
  },
};
