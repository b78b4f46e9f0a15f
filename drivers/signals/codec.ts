/**
 * Modbus as relay boards speak it: coils (relays) and discrete inputs (contacts), in RTU frames (unit, function, data, CRC-16 low byte
 * first) or behind the seven bytes that Modbus/TCP puts before them instead of a checksum.
 */

export type Request =
  | { kind: 'read-coils' | 'read-inputs'; address: number; count: number }
  | { kind: 'write-coil'; address: number; on: boolean };

export type Reply = { kind: 'bits'; bits: boolean[] } | { kind: 'written' } | { kind: 'exception'; code: number };

export type Framing = 'rtu' | 'tcp';

/** One question on the wire. `transaction` counts questions over TCP, and is not sent in RTU frames. */
export interface Exchange {
  framing: Framing;
  unit: number;
  transaction: number;
  request: Request;
}

const FUNCTION = { 'read-coils': 0x01, 'read-inputs': 0x02, 'write-coil': 0x05 } as const;
const EXCEPTION = 0x80;
const ON = 0xff;
/** Transaction, protocol 0, length of what follows. */
const TCP_HEAD = 6;
/** The longest frame of the protocol; what is older is forgotten. */
export const MOST_HELD = 300;

/** CRC-16 of Modbus: polynomial A001 reflected, beginning with FFFF. */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
};

const uint16 = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

export const framed = (framing: Framing, transaction: number, body: readonly number[]): Uint8Array => {
  if (framing === 'tcp') return Uint8Array.of(...uint16(transaction), 0, 0, ...uint16(body.length), ...body);
  const crc = crc16(Uint8Array.from(body));
  return Uint8Array.of(...body, crc & 0xff, crc >> 8);
};

export const encodeRequest = ({ framing, unit, transaction, request }: Exchange): Uint8Array => {
  const data = request.kind === 'write-coil' ? [request.on ? ON : 0x00, 0x00] : uint16(request.count);
  return framed(framing, transaction, [unit, FUNCTION[request.kind], ...uint16(request.address), ...data]);
};

/** Unit, function and data of the frame that begins at `at`, if it is whole and right and `length` bytes long. */
const bodyAt = (bytes: Uint8Array, at: number, { framing, transaction }: Exchange, length: number): Uint8Array | null => {
  if (framing === 'tcp') {
    const body = bytes.subarray(at + TCP_HEAD, at + TCP_HEAD + length);
    const head = framed('tcp', transaction, [...body]).subarray(0, TCP_HEAD);
    return body.length === length && head.every((byte, index) => bytes[at + index] === byte) ? body : null;
  }
  const body = bytes.subarray(at, at + length);
  const crc = crc16(body);
  return body.length === length && bytes[at + length] === (crc & 0xff) && bytes[at + length + 1] === crc >> 8 ? body : null;
};

const replyAt = (bytes: Uint8Array, at: number, exchange: Exchange): Reply | null => {
  const { unit, request } = exchange;
  const code = FUNCTION[request.kind];
  const refused = bodyAt(bytes, at, exchange, 3);
  if (refused !== null && refused[0] === unit && refused[1] === (code | EXCEPTION)) return { kind: 'exception', code: refused[2] ?? 0 };
  if (request.kind === 'write-coil') {
    const body = bodyAt(bytes, at, exchange, 6);
    const echoed = encodeRequest({ ...exchange, framing: 'tcp' }).subarray(TCP_HEAD);
    return body !== null && echoed.every((byte, index) => body[index] === byte) ? { kind: 'written' } : null;
  }
  const count = Math.ceil(request.count / 8);
  const body = bodyAt(bytes, at, exchange, 3 + count);
  if (body === null || body[0] !== unit || body[1] !== code || body[2] !== count) return null;
  return { kind: 'bits', bits: Array.from({ length: request.count }, (_unused, index) => (((body[3 + (index >> 3)] ?? 0) >> (index & 7)) & 1) === 1) };
};

/** The answer to this very question, wherever it begins in what was heard: noise and late answers before it are passed over. */
export const findReply = (heard: Uint8Array, exchange: Exchange): Reply | null => {
  for (let at = 0; at < heard.length; at += 1) {
    const reply = replyAt(heard, at, exchange);
    if (reply !== null) return reply;
  }
  return null;
};

/** Adds what arrived to what is held, and keeps no more than {@link MOST_HELD}. */
export const hold = (held: Uint8Array, chunk: Uint8Array): Uint8Array => {
  const all = new Uint8Array(held.length + chunk.length);
  all.set(held);
  all.set(chunk, held.length);
  return all.length <= MOST_HELD ? all : all.slice(all.length - MOST_HELD);
};

/** Raw chunks: which bytes are an answer depends on the question, so the machine looks for it. */
export class ChunkDecoder {
  push(chunk: Uint8Array): Uint8Array[] {
    return [chunk];
  }

  reset(): void {
    // The machine holds what it heard since its question.
  }
}
