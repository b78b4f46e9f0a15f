/**
 * What a recording may keep. Names, numbers and pictures are replaced by others of the same length; what a class's own mask does
 * not understand is kept as a length.
 */

/** Bytes of which only the length stands in the recording, with the marks by which their kind is known, if any. */
export interface Hollow {
  length: number;
  head?: Uint8Array;
  tail?: Uint8Array;
}

export type Piece = Uint8Array | Hollow;

/** Takes a stream apart where it can be masked: whole frames, or what is none. */
export interface StreamMask {
  push(chunk: Uint8Array): Piece[];
  /** What is still held has no end: the other side speaks, or the wire closes. */
  flush(): Piece[];
}

/** What comes in one piece: any part of a stream, or one whole report. */
export type Carried = 'bytes' | 'reports';

export interface ProgramMask {
  args: (command: string, args: readonly string[]) => string[];
  input: (command: string, bytes: Uint8Array) => Piece;
  /** One run's output; all of a stream in pieces as they come. */
  output: (command: string, args: readonly string[], stream: 'out' | 'err') => (chunk: Uint8Array) => Piece;
}

/** Nothing personal passes these programs but the files that they write, which are hollow always. */
export const OPEN_PROGRAMS: ProgramMask = { args: (_command, args) => [...args], input: (_command, bytes) => bytes.slice(), output: () => (chunk) => chunk.slice() };

export const HOLLOW_PROGRAMS: ProgramMask = { args: (_command, args) => args.map(maskText), input: (_command, bytes) => ({ length: bytes.length }), output: () => (chunk) => ({ length: chunk.length }) };

export interface ClassMask {
  fromDevice: (carried: Carried) => StreamMask;
  toDevice: (carried: Carried) => StreamMask;
  /** Body of an HTTP request or answer. */
  body: (bytes: Uint8Array, contentType: string) => Piece;
  /** Makes a recorded answer one to the question of now, where questions are numbered; in place. */
  answerTo?: (answer: Uint8Array, question: Uint8Array) => void;
  /** What a program of the host is told, fed and prints; left out: lengths alone. */
  program?: ProgramMask;
  /** What a command was given. Masking twice must be masking once: what a replay answers is masked again before it is compared. */
  input: (value: unknown) => unknown;
  /** What a command answered. */
  value: (value: unknown) => unknown;
}

/** The bytes to play in place of a piece. */
export const bytesOf = (piece: Piece): Uint8Array => {
  if (piece instanceof Uint8Array) return piece;
  const bytes = new Uint8Array(piece.length);
  if (piece.head !== undefined) bytes.set(piece.head.subarray(0, piece.length));
  if (piece.tail !== undefined && piece.tail.length <= piece.length) bytes.set(piece.tail, piece.length - piece.tail.length);
  return bytes;
};

const openStream = (): StreamMask => ({ push: (chunk) => [chunk.slice()], flush: () => [] });
const hollowStream = (): StreamMask => ({ push: (chunk) => [{ length: chunk.length }], flush: () => [] });

/** Nothing personal passes this wire. */
export const OPEN: ClassMask = { fromDevice: openStream, toDevice: openStream, body: (bytes) => bytes.slice(), input: (value) => value, value: (value) => value };

/** Letters, digits and characters become others that take the same room in UTF-8, UTF-16 and GB 18030; spaces and marks stay. */
export const maskText = (text: string): string =>
  text.replaceAll(/./gsu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return '𠀀';
    if (code > 0x7ff) return '某';
    if (code > 0x7f) return 'é';
    if (/[0-9]/.test(character)) return '0';
    if (/[A-Z]/.test(character)) return 'X';
    return /[a-z]/.test(character) ? 'x' : character;
  });

/** Every text in a value is masked, every run of bytes hollow; numbers, flags and the names of fields stay. */
export const maskAll = (value: unknown, keep: ReadonlySet<string> = new Set()): unknown => {
  if (typeof value === 'string') return maskText(value);
  if (value instanceof Uint8Array) return hollowOf(value);
  if (Array.isArray(value)) return value.map((one) => maskAll(one, keep));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, keep.has(name) && typeof one === 'string' ? one : maskAll(one, keep)]));
};

const MARKS: readonly { head: string; tail: string | null }[] = [
  { head: '\u00ff\u00d8\u00ff', tail: '\u00ff\u00d9' },
  { head: '\u0089PNG\r\n\u001a\n', tail: 'IEND\u00aeB`\u0082' },
  { head: '%PDF-', tail: '%%EOF' },
];

/** A picture or a document is known by its first bytes, and is whole by its last ones; nothing else of it stays. */
export const hollowOf = (bytes: Uint8Array): Hollow => {
  const ends = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = MARKS.find(({ head }) => ends.subarray(0, head.length).toString('latin1') === head);
  if (mark === undefined) return { length: bytes.length };
  const whole = mark.tail !== null && ends.subarray(-1024).includes(Buffer.from(mark.tail, 'latin1'));
  return { length: bytes.length, head: Buffer.from(mark.head, 'latin1'), ...(whole ? { tail: Buffer.from(mark.tail ?? '', 'latin1') } : {}) };
};

/**
 * Devices on whose wire a citizen's text, picture or strokes pass in a form that is not taken apart here: towards the device
 * everything is hollow; from it (status bytes, counters) only where `answers` says that nothing personal comes back.
 */
export const hollowMask = (answers: 'open' | 'hollow', keep: readonly string[] = []): ClassMask => {
  const kept = new Set(keep);
  return {
    fromDevice: answers === 'open' ? openStream : hollowStream,
    toDevice: hollowStream,
    body: hollowOf,
    input: (value) => maskAll(value, kept),
    value: (value) => (answers === 'open' ? value : null),
  };
};
