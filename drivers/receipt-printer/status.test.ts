/** What a printer answers, taken apart: byte examples are from the tables of the makers and from real hardware. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autoStatus, fullStatus, liveStatus, type PrinterCondition } from './emulator-status.ts';
import { DEFAULT_PROFILE, PROFILES, type PrinterProfile } from './profiles.ts';
import { conditionsOf, fullState, isAutoStatus, isLiveStatus, isOrderedStatus, liveState, StatusDecoder, type PrinterMessage, type StatusBytes } from './status.ts';

const decoded = (bytes: Iterable<number>, profile: PrinterProfile = DEFAULT_PROFILE): PrinterMessage[] => new StatusDecoder(profile).push(Uint8Array.from(bytes));
const IDLE: PrinterCondition = { stands: false, coverOpen: false, paper: 'plenty', jam: false, knife: false, hot: false, ticket: false };
const RELIANCE = PROFILES['pyramid-reliance'];

describe('live status', () => {
  const idle: StatusBytes = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };
  test.each([
    [{ 1: 0x1a, 2: 0x16 }, ['cover-open']],
    [{ 1: 0x1a, 2: 0x32, 4: 0x72 }, ['paper-out']],
    [{ 4: 0x1e }, ['paper-low']],
    [{ 1: 0x1a, 2: 0x52, 3: 0x1a }, ['cutter-fault']],
    [{ 1: 0x1a, 2: 0x52, 3: 0x16 }, ['paper-jam']],
    [{ 3: 0x52 }, ['head-hot']],
    [{ 3: 0x32 }, ['device-fault']],
    [{ 1: 0x1a }, ['offline']],
    [{ 1: 0x1a, 2: 0x52 }, ['device-fault']],
    [{}, []],
  ])('bytes %j mean %j', (bytes, codes) => {
    expect(conditionsOf({ ...idle, ...bytes }, DEFAULT_PROFILE).map(({ code }) => code)).toEqual(codes);
  });

  test('a printer without a near-end sensor never says that paper is low', () => {
    expect(conditionsOf({ ...idle, 4: 0x1e }, PROFILES['generic-58'])).toEqual([]);
  });

  test('a ticket in the mouth of a presenter is not the end of the roll, whichever way its makers set the bit', () => {
    for (const profile of [PROFILES['citizen-ppu700'], PROFILES['citizen-pmu2300iii']]) {
      for (const ticket of [true, false]) {
        const status = Object.fromEntries([1, 2, 3, 4].map((which) => [which, liveStatus(which, { ...IDLE, ticket }, profile)])) as unknown as StatusBytes;
        expect(liveState(status, profile)).toMatchObject({ ticket, conditions: [] });
      }
    }
    expect(liveState({ 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 }, DEFAULT_PROFILE).ticket).toBeNull();
  });

  test('00, FF, XON, XOFF and unasked status are no live status, and no byte is two things', () => {
    for (const byte of [0x00, 0xff, 0x11, 0x13, 0x14, 0x0f]) expect(isLiveStatus(byte)).toBe(false);
    for (let byte = 0; byte < 256; byte += 1) expect([isLiveStatus(byte), isOrderedStatus(byte), isAutoStatus(byte)].filter(Boolean).length).toBeLessThanOrEqual(1);
  });
});

describe('unasked status', () => {
  test('as real printers send it when idle', () => {
    expect(decoded([0x14, 0x00, 0x00, 0x0f])).toEqual([{ type: 'auto', status: { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 }, original: 'ASB 14 00 00 0f' }]);
  });

  test('comes between a question and its answer, with flow control between its own bytes', () => {
    expect(decoded([0x12, 0x14, 0x00, 0x13, 0x00, 0x0f, 0x11, 0x1e, 0x00]).map(({ type }) => type)).toEqual(['live', 'flow', 'auto', 'flow', 'live', 'ordered']);
  });

  test('that breaks off swallows no answer', () => {
    expect(decoded([0x14, 0x00, 0x12]).map(({ type }) => type)).toEqual(['live']);
    expect(decoded([0x14, 0x00, 0x14, 0x00, 0x00, 0x0f]).map(({ type }) => type)).toEqual(['auto']);
  });
});

const conditions: fc.Arbitrary<PrinterCondition> = fc.record({
  stands: fc.boolean(),
  coverOpen: fc.boolean(),
  paper: fc.constantFrom('plenty', 'low', 'out' as const),
  jam: fc.boolean(),
  knife: fc.boolean(),
  hot: fc.boolean(),
  ticket: fc.boolean(),
});
const expected = (is: PrinterCondition): string[] =>
  [is.coverOpen && 'cover-open', is.paper === 'out' && 'paper-out', is.knife && 'cutter-fault', is.jam && 'paper-jam', is.hot && 'head-hot', is.paper === 'low' && 'paper-low'].filter((code) => code !== false).sort();
const codes = (found: readonly { code: string }[]): string[] => found.map(({ code }) => code).filter((code) => code !== 'offline').sort();

test('asked byte by byte, told unasked and told in full, a printer is in the same state', () => {
  fc.assert(
    fc.property(conditions, (is) => {
      const live = Object.fromEntries([1, 2, 3, 4].map((which) => [which, liveStatus(which, is, DEFAULT_PROFILE)])) as unknown as StatusBytes;
      expect(codes(conditionsOf(live, DEFAULT_PROFILE))).toEqual(expected(is));
      const [auto] = decoded(autoStatus(is));
      expect(auto?.type === 'auto' && codes(conditionsOf(auto.status, DEFAULT_PROFILE))).toEqual(expected(is));
      const [full] = decoded(fullStatus(is), RELIANCE);
      const state = full?.type === 'full' ? fullState(full.status, RELIANCE) : null;
      expect(codes(state?.conditions ?? [])).toEqual(expected(is));
      expect(state?.ticket).toBe(is.ticket);
    }),
  );
});

test.each([['live', DEFAULT_PROFILE], ['full', RELIANCE]] as const)('%s: any bytes are taken apart alike however they are cut, without an exception', (_name, profile) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
      const decoder = new StatusDecoder(profile);
      expect(chunks.flatMap((chunk) => decoder.push(chunk))).toEqual(decoded(Buffer.concat(chunks), profile));
    }),
  );
});

test('after any noise the next live answer, unasked status or asked-for full status is understood', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), conditions, (noise, is) => {
      expect(decoded([...noise, 0x12]).at(-1)).toEqual({ type: 'live', byte: 0x12 });
      expect(decoded([...noise, ...autoStatus(is)]).at(-1)?.type).toBe('auto');
      const decoder = new StatusDecoder(RELIANCE);
      decoder.push(noise);
      // A question for the full status begins anew.
      decoder.reset();
      expect(decoder.push(Uint8Array.from(fullStatus(is)))).toEqual([{ type: 'full', status: fullStatus(is).slice(2) }]);
    }),
  );
});
