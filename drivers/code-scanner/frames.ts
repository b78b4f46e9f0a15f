/**
 * Command frames of the GM65 / GM861 family of engines.
 * To the engine: 7E 00 | type | count | address (2) | data | CRC; from it: 02 00 | type | count | data | CRC. The CRC (polynomial
 * 1021h, start 0, high byte first) covers everything between the head and itself.
 */

export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
};

const TYPE = { read: 0x07, write: 0x08 } as const;
/** In place of a CRC: "do not check". */
const ANY_CRC = 0xabcd;
const REQUEST_HEAD = [0x7e, 0x00];
const REPLY_HEAD = [0x02, 0x00];

const framed = (head: readonly number[], body: readonly number[]): Uint8Array => {
  const crc = crc16(Uint8Array.from(body));
  return Uint8Array.from([...head, ...body, crc >> 8, crc & 0xff]);
};

const write = (address: number, ...data: number[]): Uint8Array => framed(REQUEST_HEAD, [TYPE.write, data.length, address >> 8, address & 0xff, ...data]);
const read = (address: number, count: number): Uint8Array => framed(REQUEST_HEAD, [TYPE.read, 0x01, address >> 8, address & 0xff, count]);

const AT = { settings: 0x0000, trigger: 0x0002 } as const;

/** Nothing here is saved: the engine's own settings stay as its technician left them. */
export const COMMANDS = {
  /** One reading: the light goes on until a code is seen or the engine's own time is over. */
  trigger: write(AT.trigger, 0x01),
  stop: write(AT.trigger, 0x00),
  settings: read(AT.settings, 1),
} as const;

export const encodeReply = (data: readonly number[]): Uint8Array => framed(REPLY_HEAD, [0x00, data.length, ...data]);

/** Longest reply: head, type, count, 255 bytes, CRC. */
export const MAX_REPLY = 2 + 2 + 255 + 2;

export type Reply = { at: 'incomplete' } | { at: 'none' } | { at: 'reply'; ok: boolean; data: Uint8Array; length: number };

/** Looks for a reply at the beginning of `bytes`. `none`: these bytes begin no reply. `ok` is false where the CRC or the type is wrong. */
export const replyAt = (bytes: Uint8Array): Reply => {
  if (bytes[0] !== REPLY_HEAD[0]) return { at: 'none' };
  if (bytes.length > 1 && bytes[1] !== REPLY_HEAD[1]) return { at: 'none' };
  const count = bytes[3];
  if (count === undefined) return { at: 'incomplete' };
  const length = 4 + count + 2;
  if (bytes.length < length) return { at: 'incomplete' };
  const body = bytes.subarray(2, length - 2);
  const crc = ((bytes[length - 2] ?? 0) << 8) | (bytes[length - 1] ?? 0);
  return { at: 'reply', ok: body[0] === 0x00 && crc === crc16(body), data: body.slice(2), length };
};

export interface Request {
  type: 'read' | 'write';
  address: number;
  data: Uint8Array;
}

/** A request at the beginning of `bytes`, with its length: the engine's own ear. `null` in `request`: a frame that is none. */
export const requestAt = (bytes: Uint8Array): { length: number; request: Request | null } | null => {
  if (bytes.length < 4) return null;
  const length = 6 + (bytes[3] ?? 0) + 2;
  if (bytes.length < length) return null;
  const body = bytes.subarray(2, length - 2);
  const crc = ((bytes[length - 2] ?? 0) << 8) | (bytes[length - 1] ?? 0);
  const type = body[0] === TYPE.read ? 'read' : body[0] === TYPE.write ? 'write' : null;
  const good = type !== null && (crc === ANY_CRC || crc === crc16(body));
  return { length, request: good ? { type, address: ((body[2] ?? 0) << 8) | (body[3] ?? 0), data: body.slice(4) } : null };
};
