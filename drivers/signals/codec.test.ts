import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16, encodeRequest, findReply, framed, hold, MOST_HELD, type Exchange, type Request } from './codec.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const rtu = (request: Request): Exchange => ({ framing: 'rtu', unit: 1, transaction: 0, request });
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('published bytes', () => {
  test('a coil is switched on with 01 05 00 00 FF 00 8C 3A, and the answer is the same', () => {
    const on = rtu({ kind: 'write-coil', address: 0, on: true });
    expect(hex(encodeRequest(on))).toBe('01050000ff008c3a');
    expect(findReply(bytes('01050000ff008c3a'), on)).toEqual({ kind: 'written' });
    expect(findReply(bytes('01050000ff008c3a'), rtu({ kind: 'write-coil', address: 0, on: false }))).toBeNull();
  });

  test('eight coils are read with 01 01 00 00 00 08 3D CC; 01 01 01 41 91 B8 says coils 0 and 6', () => {
    const read = rtu({ kind: 'read-coils', address: 0, count: 8 });
    expect(hex(encodeRequest(read))).toBe('0101000000083dcc');
    expect(findReply(bytes('0101014191b8'), read)).toEqual({ kind: 'bits', bits: [true, false, false, false, false, false, true, false] });
  });

  test('the CRC of the nine digits is 4B37', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
  });

  test('an exception has the function with its highest bit', () => {
    expect(findReply(framed('rtu', 0, [1, 0x81, 2]), rtu({ kind: 'read-coils', address: 99, count: 1 }))).toEqual({ kind: 'exception', code: 2 });
  });
});

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ kind: fc.constantFrom('read-coils' as const, 'read-inputs' as const), address: fc.nat(0xffff), count: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('write-coil' as const), address: fc.nat(0xffff), on: fc.boolean() }),
);
const exchange = fc.record({ framing: fc.constantFrom('rtu' as const, 'tcp' as const), unit: fc.integer({ min: 1, max: 247 }), transaction: fc.nat(0xffff), request });
/** What a board answers, and what it means. */
const answer = ({ framing, unit, transaction, request: asked }: Exchange, fill: number): Uint8Array => {
  if (asked.kind === 'write-coil') return encodeRequest({ framing, unit, transaction, request: asked });
  const count = Math.ceil(asked.count / 8);
  return framed(framing, transaction, [unit, asked.kind === 'read-coils' ? 1 : 2, count, ...Array.from({ length: count }, () => fill)]);
};

test('an answer is found behind any noise, whole or in pieces, and half of it is none', () => {
  fc.assert(
    fc.property(exchange, fc.uint8Array({ maxLength: 500 }), fc.nat(255), (asked, noise, fill) => {
      const reply = answer(asked, fill);
      const held = hold(hold(new Uint8Array(0), noise), reply);
      expect(held.length).toBeLessThanOrEqual(MOST_HELD);
      expect(findReply(held, asked)).not.toBeNull();
      expect(findReply(reply.subarray(0, -1), asked)).toBeNull();
    }),
  );
});

test('one changed byte of an RTU answer is no answer, nor is that of another question over TCP', () => {
  fc.assert(
    fc.property(exchange, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(255), (asked, place, change, fill) => {
      const reply = answer({ ...asked, framing: 'rtu' }, fill);
      const at = place % reply.length;
      reply[at] = reply[at]! ^ change;
      expect(findReply(reply, { ...asked, framing: 'rtu' })).toBeNull();
      expect(findReply(answer({ ...asked, framing: 'tcp' }, fill), { ...asked, framing: 'tcp', transaction: asked.transaction ^ change })).toBeNull();
    }),
  );
});
