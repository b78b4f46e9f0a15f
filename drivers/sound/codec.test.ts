import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeWav, durationMs, encodeWav, joined, loudness, quieter, type Sound } from './codec.ts';

const sound: fc.Arbitrary<Sound> = fc.record({ rate: fc.integer({ min: 8000, max: 96_000 }), channels: fc.integer({ min: 1, max: 2 }), frames: fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 100 }) }).map(({ rate, channels, frames }) => ({
  rate,
  channels,
  samples: Int16Array.from(frames.flatMap((sample) => Array.from({ length: channels }, () => sample))),
}));

describe('WAV', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(sound, (one) => {
        expect(decodeWav(encodeWav(one))).toEqual(one);
      }),
    );
  });

  test('of unknown length, as voices write it to a pipe, is read to its end', () => {
    const bytes = encodeWav({ rate: 22_050, channels: 1, samples: Int16Array.of(1, 2, 3) });
    new DataView(bytes.buffer).setUint32(40, 0x7fff_f000, true);
    expect(decodeWav(bytes)?.samples).toEqual(Int16Array.of(1, 2, 3));
  });

  test('with other chunks before the samples is read, cut short as far as it goes', () => {
    const bytes = encodeWav({ rate: 8000, channels: 1, samples: Int16Array.of(5, 6, 7) });
    const list = Buffer.concat([bytes.subarray(0, 36), Buffer.from('LIST\u0003\u0000\u0000\u0000abc\u0000', 'latin1'), bytes.subarray(36)]);
    expect(decodeWav(list)?.samples).toEqual(Int16Array.of(5, 6, 7));
    expect(decodeWav(list.subarray(0, -3))?.samples).toEqual(Int16Array.of(5));
  });

  test('any bytes at all, and any damage, are taken without an exception', () => {
    fc.assert(
      fc.property(sound, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 10 }), fc.nat(), (one, changes, cut) => {
        const bytes = encodeWav(one);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const read = decodeWav(bytes.subarray(0, cut % (bytes.length + 1)));
        expect(read === null || read.samples.length <= bytes.length / 2).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeWav(bytes)).toBeNull();
      }),
    );
  });
});

test('half as strong is half as loud and as long; silence is zero', () => {
  const one = { rate: 8000, channels: 1, samples: Int16Array.from({ length: 8000 }, (_one, at) => 10_000 * Math.sin(at / 5)) };
  expect(loudness(quieter(one, 0.5)) / loudness(one)).toBeCloseTo(0.5, 3);
  expect(durationMs(quieter(one, 0.5))).toBe(1000);
  expect([loudness(quieter(one, 0)), loudness({ ...one, samples: new Int16Array(0) })]).toEqual([0, 0]);
});

test('recordings are joined when they fit together', () => {
  const one = { rate: 8000, channels: 1, samples: Int16Array.of(1, 2) };
  expect(joined([one, one])?.samples).toEqual(Int16Array.of(1, 2, 1, 2));
  expect([joined([one, { ...one, rate: 16_000 }]), joined([])]).toEqual([null, null]);
});
