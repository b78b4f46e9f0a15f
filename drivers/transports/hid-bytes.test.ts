import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameDecoder, encodeFrame, RESPONSE_LENGTH } from '../id-card/codec.ts';
import { fromReport, toReports } from './hid-bytes.ts';
import type { HidFraming } from './uri.ts';

const framings: fc.Arbitrary<HidFraming> = fc
  .record({ reportSize: fc.integer({ min: 2, max: 70 }), reportId: fc.constantFrom(0, 1, 2), header: fc.nat(8), prefix: fc.uint8Array({ maxLength: 8 }) })
  .map(({ reportSize, reportId, header, prefix }) => {
    const fits = Math.min(header, reportSize - 1);
    return { reportSize, reportId, header: fits, prefix: prefix.subarray(0, fits) };
  });
/** What a device that numbers no reports sends has no id in front. */
const asInput = (report: Uint8Array, { reportId }: HidFraming): Uint8Array => (reportId === 0 ? report.subarray(1) : report);

describe('a stream of bytes inside reports', () => {
  test('every report has the size that was agreed, and the stream comes back with padding behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), framings, (bytes, framing) => {
        const reports = toReports(bytes, framing);
        for (const report of reports) {
          expect(report).toHaveLength(1 + framing.reportSize);
          expect(report[0]).toBe(framing.reportId);
          expect(report.subarray(1, 1 + framing.prefix.length)).toEqual(framing.prefix);
        }
        const back = Buffer.concat(reports.map((report) => fromReport(asInput(report, framing), framing)));
        expect(back.subarray(0, bytes.length).equals(bytes)).toBe(true);
        expect(back.subarray(bytes.length).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  test('a reader of frames finds each one again, whatever the framing, with padding and noise between', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 3, maxLength: 200 }), { maxLength: 4 }), framings, fc.uint8Array({ maxLength: 64 }), (bodies, framing, noise) => {
        const decoder = new FrameDecoder(RESPONSE_LENGTH);
        const quiet = noise.map((byte) => byte & 0x7f);
        const heard = [...bodies.map((body) => encodeFrame(body)), quiet, ...bodies.map((body) => encodeFrame(body))]
          .flatMap((bytes) => toReports(bytes, framing))
          .flatMap((report) => decoder.push(fromReport(asInput(report, framing), framing)));
        expect(heard).toEqual([...bodies, ...bodies].map((body) => ({ type: 'frame', body })));
      }),
    );
  });

  test('reports with another id are not part of the stream', () => {
    expect(fromReport(Uint8Array.of(3, 1, 2), { reportSize: 2, reportId: 2, header: 0, prefix: new Uint8Array(0) })).toHaveLength(0);
  });
});
