import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS, decodeCardBlocks, decodeResponse, encodeCardBlocks, encodeFrame, encodeResponse, FrameDecoder, PREAMBLE, RESPONSE_LENGTH, ResponseDecoder } from './codec.ts';
import { specimenPhoto } from './specimens.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesUpTo = (max: number) => fc.uint8Array({ maxLength: max });
/** Cuts bytes into pieces at the given places. */
const pieces = (bytes: Uint8Array, cuts: number[]): Uint8Array[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
};
/** Noise in which no preamble begins. */
const noise = bytesUpTo(40).map((bytes) => bytes.map((byte) => (byte === 0xaa ? 0xab : byte)));

describe('frames', () => {
  test('commands are the published bytes', () => {
    expect(hex(COMMANDS.find)).toBe('aaaaaa96690003200122');
    expect(hex(COMMANDS.select)).toBe('aaaaaa96690003200221');
    expect(hex(COMMANDS.read)).toBe('aaaaaa96690003300132');
    expect(hex(COMMANDS.readWithFingerprint)).toBe('aaaaaa96690003301023');
    expect(hex(COMMANDS.readNewAddress)).toBe('aaaaaa96690003300330');
    expect(hex(COMMANDS.samStatus)).toBe('aaaaaa9669000311ffed');
    expect(hex(COMMANDS.samId)).toBe('aaaaaa9669000312ffee');
    expect(hex(COMMANDS.reset)).toBe('aaaaaa9669000310ffec');
  });

  test('a read is answered with 1295 bytes, with fingerprints 2321, 1809 or 1297', () => {
    const blocks = { text: new Uint8Array(256), photo: new Uint8Array(1024) };
    expect(encodeResponse(0x90, encodeCardBlocks(blocks))).toHaveLength(1295);
    for (const [fingerprint, total] of [[1024, 2321], [512, 1809], [0, 1297]] as const) expect(encodeResponse(0x90, encodeCardBlocks(blocks, new Uint8Array(fingerprint)))).toHaveLength(total);
  });

  test('every frame comes out whole, however it is cut and whatever noise stands between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, fc.uint8Array({ minLength: 3, maxLength: 1300 })), { minLength: 1, maxLength: 4 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.flatMap(([before, body]) => [before, encodeFrame(body)]));
        const decoder = new FrameDecoder(RESPONSE_LENGTH);
        const found = pieces(stream, cuts).flatMap((piece) => decoder.push(piece));
        expect(found.map((event) => (event.type === 'frame' ? hex(event.body) : event.type))).toEqual(frames.map(([, body]) => hex(body)));
      }),
    );
  });

  test('a preamble inside a frame is data', () => {
    const body = Buffer.concat([Uint8Array.of(0, 0, 0x90), PREAMBLE, Uint8Array.of(0, 4, 0, 0, 0x80)]);
    expect(new FrameDecoder().push(encodeFrame(body))).toEqual([{ type: 'frame', body: new Uint8Array(body) }]);
  });

  test('one changed byte behind the length is a wrong checksum, and the next frame is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (body, place, change) => {
        const frame = encodeFrame(body);
        const at = 7 + (place % (frame.length - 7));
        frame[at] = frame[at]! ^ change;
        const good = encodeFrame(Uint8Array.of(0, 0, 0x80));
        expect(new FrameDecoder().push(Buffer.concat([frame, good])).map(({ type }) => type)).toEqual(['bad-checksum', 'frame']);
      }),
    );
  });

  test('an absurd length is refused at once, and a frame behind it is found', () => {
    const absurd = Buffer.concat([PREAMBLE, Uint8Array.of(0xff, 0xff, 1, 2, 3)]);
    expect(new FrameDecoder().push(Buffer.concat([absurd, encodeFrame(Uint8Array.of(0, 0, 0x9f))]))).toEqual([
      { type: 'bad-length', length: 0xffff },
      { type: 'frame', body: Uint8Array.of(0, 0, 0x9f) },
    ]);
  });

  test('any bytes at all are taken without an exception, and hold no more than one frame', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(bytesUpTo(3000), fc.constant(PREAMBLE)), { maxLength: 6 }), (chunks) => {
        const decoder = new ResponseDecoder();
        for (const chunk of chunks) decoder.push(chunk);
        decoder.reset();
        expect(decoder.push(encodeResponse(0x80))).toEqual([{ type: 'response', response: decodeResponse(Uint8Array.of(0, 0, 0x80)) }]);
      }),
    );
  });
});

describe('text and photo', () => {
  test('come out of both shapes of an answer, and the fingerprint is wiped', () => {
    const blocks = { text: specimenPhoto(3).slice(0, 256), photo: specimenPhoto(4) };
    for (const fingerprint of [null, new Uint8Array(0), specimenPhoto(5).slice(0, 512), specimenPhoto(5)]) {
      const data = encodeCardBlocks(blocks, fingerprint);
      expect(decodeCardBlocks(data)).toEqual(blocks);
      expect(data.subarray((fingerprint === null ? 4 : 6) + 1280).every((byte) => byte === 0)).toBe(true);
    }
  });

  test('do not come out of an answer whose inner lengths lie', () => {
    fc.assert(
      fc.property(bytesUpTo(2400), (data) => {
        const blocks = decodeCardBlocks(data);
        expect(blocks === null || (blocks.text.length === 256 && blocks.photo.length === 1024)).toBe(true);
      }),
    );
    const data = encodeCardBlocks({ text: new Uint8Array(256), photo: new Uint8Array(1024) });
    expect(decodeCardBlocks(data.subarray(0, -1))).toBeNull();
    data[0] = 2;
    expect(decodeCardBlocks(data)).toBeNull();
  });
});
