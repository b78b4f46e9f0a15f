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

const tcpHead = (transaction: number, length: number): number[] => [...uint16(transaction), 0, 0, ...uint16(length)];

export const framed = (framing: Framing, transaction: number, body: readonly number[]): Uint8Array => {
  if (framing === 'tcp') return Uint8Array.of(...tcpHead(transaction, body.length), ...body);
  const crc = crc16(Uint8Array.from(body));
  return Uint8Array.of(...body, crc & 0xff, crc >> 8);
};

const requestBody = ({ unit, request }: Exchange): number[] => {
  const data = request.kind === 'write-coil' ? [request.on ? ON : 0x00, 0x00] : uint16(request.count);
  return [unit, FUNCTION[request.kind], ...uint16(request.address), ...data];
};

export const encodeRequest = (exchange: Exchange): Uint8Array => framed(exchange.framing, exchange.transaction, requestBody(exchange));

/**
 * Unit, function and data of the frame that begins at `at`, if it is of this function, whole and right, and `length` bytes long. Unit and
 * function are looked at first: a checksum at every place where an answer might begin is a hundred times the work.
 */
const bodyAt = (bytes: Uint8Array, at: number, { framing, transaction, unit }: Exchange, code: number, length: number): Uint8Array | null => {
  const from = framing === 'tcp' ? at + TCP_HEAD : at;
  if (bytes[from] !== unit || bytes[from + 1] !== code || bytes.length < from + length) return null;
  const body = bytes.subarray(from, from + length);
  if (framing === 'tcp') return tcpHead(transaction, length).every((byte, index) => bytes[at + index] === byte) ? body : null;
  const crc = crc16(body);
  return bytes[from + length] === (crc & 0xff) && bytes[from + length + 1] === crc >> 8 ? body : null;
};

const replyAt = (bytes: Uint8Array, at: number, exchange: Exchange): Reply | null => {
  const { request } = exchange;
  const code = FUNCTION[request.kind];
  const refused = bodyAt(bytes, at, exchange, code | EXCEPTION, 3);
  if (refused !== null) return { kind: 'exception', code: refused[2] ?? 0 };
  if (request.kind === 'write-coil') {
    const body = bodyAt(bytes, at, exchange, code, 6);
    return body !== null && requestBody(exchange).every((byte, index) => body[index] === byte) ? { kind: 'written' } : null;
  }
  const count = Math.ceil(request.count / 8);
  const body = bodyAt(bytes, at, exchange, code, 3 + count);
  if (body === null || body[2] !== count) return null;
  return { kind: 'bits', bits: Array.from({ length: request.count }, (_unused, index) => (((body[3 + (index >> 3)] ?? 0) >> (index & 7)) & 1) === 1) };
};

/** The answer to this very question, wherever it begins in what was heard: noise and late answers before it are passed over. */
export const findReply = (heard: Uint8Array, exchange: Exchange): Reply | null => {
  const head = exchange.framing === 'tcp' ? TCP_HEAD : 0;
  for (let from = heard.indexOf(exchange.unit, head); from !== -1; from = heard.indexOf(exchange.unit, from + 1)) {
    const reply = replyAt(heard, from - head, exchange);
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
