/** What the encoder sends, judged by the interpreter's painted dots and by an independent QR decoder. */
import * as fc from 'fast-check';
import jsQR from 'jsqr';
import { describe, expect, test } from 'vitest';
import type { Bitmap, SlipDocument, SlipPart } from '../contract.ts';
import { encodeCharacters, measure, needsRaster, wrap } from './characters.ts';
import { conditionsOf, encodeSlip, isLiveStatus, isOrderedStatus, rowLines, type StatusBytes } from './codec.ts';
import { interpret, paperPng, type Interpretation } from './interpreter.ts';
import { glyph } from './interpreter-glyphs.ts';
import { TokenStream } from './interpreter-tokens.ts';
import { DEFAULT_PROFILE, PROFILES } from './profiles.ts';
import { encodeRaster } from './raster.ts';
import { parseSlipFile } from './slip-file.ts';

const bytesOf = (parts: SlipPart[], profile = DEFAULT_PROFILE): Uint8Array => {
  const encoded = encodeSlip({ parts }, profile);
  if (!encoded.ok) throw new Error(encoded.fault.message);
  return Buffer.concat(encoded.value.segments);
};
const printed = (...parts: SlipPart[]): Interpretation => interpret(bytesOf(parts));
const black = ({ width, data }: Bitmap, x: number, y: number): boolean => ((data[y * Math.ceil(width / 8) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
/** The columns between which there is ink. */
const inkSpan = (bitmap: Bitmap): [number, number] => {
  const columns = Array.from({ length: bitmap.width }, (_, x) => x).filter((x) => Array.from({ length: bitmap.height }, (__, y) => y).some((y) => black(bitmap, x, y)));
  return [columns[0] ?? -1, columns.at(-1) ?? -1];
};

describe('characters', () => {
  test.each([
    ['政务服务中心,欧阳吉祥 No. 12', false],
    ['阿不都·买买提', false],
    ['¥12.50', false],
    ['①②③《》“”…—×℃', false],
    ['李𠮷', true],
    ['㐂', true],
    ['😀', true],
    ['é́', true],
    ['€', true],
    ['\u{e000}', true],
    ['tab\t', true],
    ['\ud842', true],
  ])('"%s" needs a picture: %s', (text, expected) => {
    expect(needsRaster(text)).toBe(expected);
  });

  test('a GB 2312 printer lacks 堃 and 喆, and has the separator of names', () => {
    expect(needsRaster('堃喆')).toBe(false);
    expect(needsRaster('堃', PROFILES['gb2312-80'])).toBe(true);
    expect(needsRaster('喆', PROFILES['gb2312-80'])).toBe(true);
    expect(needsRaster('张·三', PROFILES['gb2312-80'])).toBe(false);
  });

  test('every character that the printer is trusted with has the two bytes that another codec reads as the same character', () => {
    const decoder = new TextDecoder('gb18030');
    const trusted = Array.from({ length: 0xffff - 0x80 }, (_, at) => String.fromCharCode(at + 0x80)).filter((character) => !needsRaster(character));
    expect(trusted.length).toBeGreaterThan(21_000);
    const odd = trusted.filter((character) => character !== '\u00a5' && decoder.decode(encodeCharacters(character, DEFAULT_PROFILE)) !== character);
    expect(odd).toEqual([]);
  });

  test('what is printed is what was asked, with ink', () => {
    const text = '政务服务中心欧阳吉祥·①《办件》ABC';
    expect(printed({ type: 'text', text }).lines).toEqual([text]);
    const missing = glyph('\u{10ffff}').data;
    for (const character of text) expect(Buffer.from(glyph(character).data).equals(Buffer.from(missing))).toBe(false);
  });

  test('a text outside the font is refused, not replaced', () => {
    for (const part of [{ type: 'text', text: '𠮷' }, { type: 'row', left: '姓名', right: '𠮷' }] as const) expect(encodeSlip({ parts: [part] }, DEFAULT_PROFILE)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });
});

describe('lines', () => {
  const words = fc.array(fc.constantFrom('政', '务', '。', ',', ' ', 'A', 'b', '1', '-', '中心', 'self-service'), { maxLength: 60 }).map((list) => list.join(''));

  test('are never wider than the paper, and lose nothing but spaces', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 48 }), (text, columns) => {
        const lines = wrap(text, columns);
        expect(Math.max(...lines.map(measure))).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  test('do not begin with a full stop', () => {
    expect(wrap('一二三四五。', 10)).toEqual(['一二三四', '五。']);
  });

  test('of a row put the right text flush with the edge', () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        const lines = rowLines(left, right, 48);
        expect(Math.max(...lines.map(measure))).toBeLessThanOrEqual(48);
        expect(lines.join('').replaceAll(' ', '')).toBe((left + right).replaceAll(' ', ''));
      }),
    );
    const { paper } = printed({ type: 'row', left: '回', right: '回' });
    const [first, last] = inkSpan(paper);
    expect(first).toBeLessThan(6);
    expect(last).toBeGreaterThan(576 - 6);
  });
});

describe('paper', () => {
  test('a centred line has the same white on both sides, a right one none on the right', () => {
    const [first, last] = inkSpan(printed({ type: 'text', text: '田田田', align: 'center' }).paper);
    expect(Math.abs(first - (575 - last))).toBeLessThanOrEqual(3);
    expect(inkSpan(printed({ type: 'text', text: '田', align: 'right' }).paper)[0]).toBeGreaterThan(575 - 26);
  });

  test('a character of double size has four times the ink', () => {
    const ink = (parts: SlipPart) => [...printed(parts).paper.data].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    for (const text of ['国', 'R']) expect(ink({ type: 'text', text, width: 2, height: 2 })).toBe(4 * ink({ type: 'text', text }));
    expect(ink({ type: 'text', text: '国', bold: true })).toBeGreaterThan(ink({ type: 'text', text: '国' }));
    expect(ink({ type: 'text', text: '国' }) + ink({ type: 'text', text: '国', reverse: true })).toBe(24 * 24);
  });

  test('a QR code is read by an independent decoder', async () => {
    const text = `https://example.invalid/${'0123456789abcdef'.repeat(12)}`;
    const { paper, qrCodes } = printed({ type: 'qr', text });
    expect(qrCodes).toEqual([text]);
    const pixels = new Uint8ClampedArray(paper.width * paper.height * 4).fill(255);
    for (let y = 0; y < paper.height; y += 1) for (let x = 0; x < paper.width; x += 1) if (black(paper, x, y)) pixels.fill(0, (y * paper.width + x) * 4, (y * paper.width + x) * 4 + 3);
    expect(jsQR(pixels, paper.width, paper.height)?.data).toBe(text);
    expect((await paperPng(bytesOf([{ type: 'qr', text }]))).subarray(1, 4).toString()).toBe('PNG');
  });

  test('a slip ends with the cut that the printer has', () => {
    for (const mode of ['full', 'partial'] as const) expect(printed({ type: 'text', text: 'x' }, { type: 'cut', mode }).cuts).toMatchObject([{ mode }]);
    expect(interpret(bytesOf([{ type: 'cut', mode: 'full' }], PROFILES['generic-58'])).cuts).toMatchObject([{ mode: 'partial' }]);
  });

  test.each<[string, SlipDocument]>([
    ['an empty slip', { parts: [] }],
    ['a picture wider than the paper', { parts: [{ type: 'image', bitmap: { width: 584, height: 1, data: new Uint8Array(73) } }] }],
    ['a picture with too few bytes', { parts: [{ type: 'image', bitmap: { width: 16, height: 2, data: new Uint8Array(3) } }] }],
    ['a QR code that no phone could read', { parts: [{ type: 'qr', text: 'x'.repeat(1025) }] }],
    ['a feed without end', { parts: [{ type: 'feed', mm: Number.NaN }] }],
    ['a slip as long as the roll', { parts: Array.from({ length: 400 }, (): SlipPart => ({ type: 'text', text: 'x' })) }],
  ])('%s is refused', (_what, slip) => {
    expect(encodeSlip(slip, DEFAULT_PROFILE)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });
});

describe('pictures', () => {
  const bitmaps = fc.integer({ min: 1, max: 64 }).chain((width) =>
    fc.integer({ min: 1, max: 500 }).chain((height) => {
      const length = Math.ceil(width / 8) * height;
      return fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0x10, 0x04, 0x05, 0x14) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 255 }) }), { minLength: length, maxLength: length }).map((data): Bitmap => ({ width: Math.ceil(width / 8) * 8, height, data: Uint8Array.from(data) }));
    }),
  );

  test('never hold a real-time command, and differ from what was asked by nothing but a dot beside a black one', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        const slices = encodeRaster(bitmap);
        expect(Buffer.concat(slices).toString('hex').match(/^(?:..)*?10(?:04|05|14)/)).toBeNull();
        const { paper } = interpret(Buffer.concat(slices));
        const at = (picture: Bitmap, x: number, y: number) => x >= 0 && black(picture, x, y);
        const odd = Array.from({ length: bitmap.width * bitmap.height }, (_, dot) => [dot % bitmap.width, Math.floor(dot / bitmap.width)] as const)
          .filter(([x, y]) => at(bitmap, x, y) !== at(paper, x, y))
          .filter(([x, y]) => !at(paper, x, y) || !at(bitmap, x - 1, y));
        expect(odd).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('are cut into slices that any printer takes', () => {
    const slices = encodeRaster({ width: 576, height: 5000, data: new Uint8Array(72 * 5000) });
    for (const slice of slices) expect((slice[6]! | (slice[7]! << 8)) <= 2047).toBe(true);
    expect(interpret(Buffer.concat(slices)).paper.height).toBe(5000);
  });
});

describe('status', () => {
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

  test('00, FF, XON, XOFF and unasked status are no live status, and a live status is no ordered one', () => {
    for (const byte of [0x00, 0xff, 0x11, 0x13, 0x14, 0x0f]) expect(isLiveStatus(byte)).toBe(false);
    for (let byte = 0; byte < 256; byte += 1) expect(isLiveStatus(byte) && isOrderedStatus(byte)).toBe(false);
  });
});

test('any bytes are interpreted without an exception, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
      const stream = new TokenStream();
      const inPieces = chunks.flatMap((chunk) => stream.push(chunk)).map(({ token }) => token.type);
      expect(inPieces).toEqual(new TokenStream().push(Buffer.concat(chunks)).map(({ token }) => token.type));
    }),
  );
});

test('a slip file is a slip, or says where it is none', () => {
  const parts: SlipPart[] = [{ type: 'text', text: '回执', align: 'center', width: 2 }, { type: 'cut', mode: 'full' }];
  expect(parseSlipFile(JSON.stringify({ parts }))).toEqual({ ok: true, value: { parts } });
  expect(parseSlipFile('{"parts":[{"type":"text","text":"x","width":9}]}')).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('parts.0.width') as string } });
  expect(parseSlipFile('%PDF')).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
});
