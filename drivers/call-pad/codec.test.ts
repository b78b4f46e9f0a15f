import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePadFrame, PadDecoder, type PadFrame } from './codec.ts';

const frame: fc.Arbitrary<PadFrame> = fc.record({ address: fc.nat(255), command: fc.nat(255), data: fc.uint8Array({ maxLength: 62 }).map((data) => new Uint8Array(data)) });
/** Noise in which no frame begins. */
const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte === 0xff ? 0xfe : byte)));
const pieces = (bytes: Uint8Array, cuts: number[]): Uint8Array[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
};

test('a frame is FF 68, its length twice, 68, address, command, data, sum, 16', () => {
  expect(Buffer.from(encodePadFrame({ address: 3, command: 1, data: Uint8Array.of(2) })).toString('hex')).toBe('ff680303680301020616');
});

test('every frame comes out whole, however it is cut and whatever noise stands between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, frame), { minLength: 1, maxLength: 5 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
      const stream = Buffer.concat(frames.flatMap(([before, one]) => [before, encodePadFrame(one)]));
      const decoder = new PadDecoder();
      expect(pieces(stream, cuts).flatMap((piece) => decoder.push(piece))).toEqual(frames.map(([, one]) => one));
    }),
  );
});

test('a changed byte makes no other press, and the frame behind it is understood', () => {
  fc.assert(
    fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), frame, (one, place, change, next) => {
      const bytes = encodePadFrame(one);
      const at = 5 + (place % (bytes.length - 5));
      bytes[at] = bytes[at]! ^ change;
      const found = new PadDecoder().push(Buffer.concat([bytes, encodePadFrame(next)]));
      expect(found.at(-1)).toEqual(next);
    }),
  );
});

test('any bytes at all are taken without an exception, and after a pause the next frame is understood', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.constant(Uint8Array.of(0xff, 0x68, 0x40, 0x40, 0x68))), { maxLength: 6 }), (chunks) => {
      const decoder = new PadDecoder();
      for (const chunk of chunks) decoder.push(chunk);
      decoder.reset();
      expect(decoder.push(encodePadFrame({ address: 1, command: 1, data: Uint8Array.of(1) }))).toHaveLength(1);
    }),
  );
});
