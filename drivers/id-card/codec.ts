/**
 * Frames of the SAM module in ID-card readers. Request: preamble, length, command, parameter, data, checksum; response:
 * preamble, length, three status bytes, data, checksum. Length is big-endian and counts all that follows it; the checksum
 * is the exclusive or of all bytes between preamble and itself.
 */

const FIRST = 0xaa;
export const PREAMBLE = Uint8Array.of(FIRST, 0xaa, 0xaa, 0x96, 0x69);
/** Photo and fingerprints are arbitrary bytes: inside an accepted frame nothing is taken for a new preamble. */
const LENGTH_BYTES = 2;
const HEAD = PREAMBLE.length + LENGTH_BYTES;

export const TEXT_BYTES = 256;
export const PHOTO_BYTES = 1024;
const FINGERPRINT_BYTES = [0, 512, 1024];

/** Least and greatest value of the length field: status alone, and text + photo + two fingerprints. */
export const RESPONSE_LENGTH = { least: 4, most: 0x090a } as const;
export const REQUEST_LENGTH = { least: 3, most: 64 } as const;

const xor = (bytes: Uint8Array): number => {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
};

/** Wraps what stands between length field and checksum. */
export const encodeFrame = (body: Uint8Array): Uint8Array => {
  const length = body.length + 1;
  const frame = new Uint8Array(HEAD + length);
  frame.set(PREAMBLE);
  frame.set([length >> 8, length & 0xff], PREAMBLE.length);
  frame.set(body, HEAD);
  frame[frame.length - 1] = xor(frame.subarray(PREAMBLE.length, -1));
  return frame;
};

export type FrameEvent =
  /** What stands between length field and checksum; the checksum was right. */
  | { type: 'frame'; body: Uint8Array }
  | { type: 'bad-checksum' }
  /** A preamble with a length that no frame has. */
  | { type: 'bad-length'; length: number };

/** Finds frames in a stream of bytes. Holds at most one frame, whatever arrives. */
export class FrameDecoder {
  private held = new Uint8Array(0);
  private readonly limits: { least: number; most: number };

  constructor(limits: { least: number; most: number } = RESPONSE_LENGTH) {
    this.limits = limits;
  }

  push(chunk: Uint8Array): FrameEvent[] {
    const bytes = new Uint8Array(this.held.length + chunk.length);
    bytes.set(this.held);
    bytes.set(chunk, this.held.length);
    const events: FrameEvent[] = [];
    let from = 0;
    for (;;) {
      from = preambleFrom(bytes, from);
      if (bytes.length - from < HEAD) break;
      const length = ((bytes[from + 5] ?? 0) << 8) | (bytes[from + 6] ?? 0);
      if (length < this.limits.least || length > this.limits.most) {
        events.push({ type: 'bad-length', length });
        from += 1;
        continue;
      }
      const end = from + HEAD + length;
      if (bytes.length < end) break;
      const checked = bytes.subarray(from + PREAMBLE.length, end - 1);
      events.push(xor(checked) === bytes[end - 1] ? { type: 'frame', body: checked.slice(LENGTH_BYTES) } : { type: 'bad-checksum' });
      from = end;
    }
    this.held = bytes.slice(from);
    return events;
  }

  reset(): void {
    this.held = new Uint8Array(0);
  }

  /** Has a frame begun that has not ended? */
  get begun(): boolean {
    return this.held.length > 0;
  }
}

/** Index of the next whole preamble, or of the last bytes that may be the beginning of one. */
const preambleFrom = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(FIRST, from); at !== -1; at = bytes.indexOf(FIRST, at + 1)) {
    if (PREAMBLE.every((byte, index) => at + index >= bytes.length || bytes[at + index] === byte)) return at;
  }
  return bytes.length;
};

const request = (...body: number[]): Uint8Array => encodeFrame(Uint8Array.from(body));

export const COMMANDS = {
  reset: request(0x10, 0xff),
  samStatus: request(0x11, 0xff),
  samId: request(0x12, 0xff),
  find: request(0x20, 0x01),
  select: request(0x20, 0x02),
  read: request(0x30, 0x01),
  readNewAddress: request(0x30, 0x03),
  readWithFingerprint: request(0x30, 0x10),
} as const;

/** Outcome of a command (SW3). SW1 and SW2 pass the card's own status through and prove nothing. */
export const SW3 = {
  ok: 0x90,
  found: 0x9f,
  checksumWrong: 0x10,
  lengthWrong: 0x11,
  unknownCommand: 0x21,
  noPrivilege: 0x23,
  unknownError: 0x24,
  cardRejectsSam: 0x31,
  samRejectsCard: 0x32,
  verifyFailed: 0x33,
  unknownCardType: 0x40,
  readFailed: 0x41,
  randomFailed: 0x47,
  selfTestFailed: 0x60,
  notAuthorised: 0x66,
  noCard: 0x80,
  selectFailed: 0x81,
  notOnCard: 0x91,
} as const;

export interface Response {
  sw3: number;
  /** All three status bytes in hex, for logs. */
  status: string;
  data: Uint8Array;
}

export const encodeResponse = (sw3: number, data: Uint8Array = new Uint8Array(0)): Uint8Array => encodeFrame(Uint8Array.from([0x00, 0x00, sw3, ...data]));

/** Splits the body of a response frame (at least three bytes, see {@link RESPONSE_LENGTH}). */
export const decodeResponse = (body: Uint8Array): Response => ({
  sw3: body[2] ?? 0,
  status: Buffer.from(body.subarray(0, 3)).toString('hex'),
  data: body.slice(3),
});

export type ResponseEvent =
  | { type: 'response'; response: Response }
  | Exclude<FrameEvent, { type: 'frame' }>
  /** Bytes arrived that end no frame: `begun` when they may be the first part of one, else they are noise. */
  | { type: 'fragment'; begun: boolean };

/** Responses in a stream of bytes: the driver's ear. */
export class ResponseDecoder {
  private readonly frames = new FrameDecoder(RESPONSE_LENGTH);

  push(chunk: Uint8Array): ResponseEvent[] {
    const events = this.frames.push(chunk);
    if (events.length === 0 && chunk.length > 0) return [{ type: 'fragment', begun: this.frames.begun }];
    return events.map((event) => (event.type === 'frame' ? { type: 'response', response: decodeResponse(event.body) } : event));
  }

  reset(): void {
    this.frames.reset();
  }
}

export interface CardBlocks {
  text: Uint8Array;
  photo: Uint8Array;
}

const uint16 = (data: Uint8Array, at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);

/**
 * Takes text and photo out of the reply to a read, with or without a fingerprint block, which is overwritten where it lies.
 * @returns null when the inner lengths do not fit the reply
 */
export const decodeCardBlocks = (data: Uint8Array): CardBlocks | null => {
  if (uint16(data, 0) !== TEXT_BYTES || uint16(data, 2) !== PHOTO_BYTES) return null;
  const plain = data.length === 4 + TEXT_BYTES + PHOTO_BYTES;
  const fingerprint = plain ? 0 : uint16(data, 4);
  const start = plain ? 4 : 6;
  const end = start + TEXT_BYTES + PHOTO_BYTES;
  if (!plain && (!FINGERPRINT_BYTES.includes(fingerprint) || data.length !== end + fingerprint)) return null;
  data.fill(0, end);
  return { text: data.slice(start, start + TEXT_BYTES), photo: data.slice(start + TEXT_BYTES, end) };
};

/** Reply data of a read. `fingerprint`: null for the reply to 30 01, else 0, 512 or 1024 bytes for the shape of 30 10. */
export const encodeCardBlocks = ({ text, photo }: CardBlocks, fingerprint: Uint8Array | null = null): Uint8Array => {
  const lengths = [text, photo, ...(fingerprint === null ? [] : [fingerprint])].flatMap((block) => [block.length >> 8, block.length & 0xff]);
  return Uint8Array.from([...lengths, ...text, ...photo, ...(fingerprint ?? [])]);
};

/** What a module is called. */
export interface SamId {
  /** `05.03-20260101-1-2`: nothing is padded, so that two terminals write one module the same way. */
  id: string;
  /**
   * As programs and labels show it. They disagree about the digits of the last two numbers (9 or 10), so a label is
   * compared with both, and ids are never compared as printed.
   */
  printed: string[];
}

/** Reads the 16 bytes of a module's id: two bytes, then three little-endian numbers; null when they are not 16. */
export const decodeSamId = (data: Uint8Array): SamId | null => {
  if (data.length !== 16) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const digits = (value: number, count: number): string => String(value).padStart(count, '0');
  const kind = `${digits(view.getUint8(0), 2)}.${digits(view.getUint8(2), 2)}`;
  const [date, one, two] = [view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)];
  return { id: `${kind}-${date}-${one}-${two}`, printed: [9, 10].map((count) => `${kind}-${digits(date, 8)}-${digits(one, count)}-${digits(two, count)}`) };
};
