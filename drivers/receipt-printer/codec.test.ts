/** What the encoder sends, judged by the interpreter's painted dots and by an independent QR decoder. */
import * as fc from 'fast-check';
import jsQR from 'jsqr';
import QRCode from 'qrcode';
import { describe, expect, test } from 'vitest';
import type { Bitmap, SlipDocument, SlipPart } from '../contract.ts';
import { encodeCharacters, measure, needsRaster, wrap } from './characters.ts';
import { ByteWriter, realTimeAt } from './bytes.ts';
import { encodeCode128 } from './code128.ts';
import { encodeSlip, rowLines } from './codec.ts';
import { interpret, paperPng, type Interpretation } from './interpreter.ts';
import { code128Bars, code128Symbols, code128Text } from './interpreter-code128.ts';
import { glyph } from './interpreter-glyphs.ts';
import { TokenStream } from './interpreter-tokens.ts';
import { DEFAULT_PROFILE, PROFILES, type PrinterProfile } from './profiles.ts';
import { qrModules } from './qr-size.ts';
import { dither, encodeRaster } from './raster.ts';
import { parseSlipFile } from './slip-file.ts';

const bytesOf = (parts: SlipPart[], profile: PrinterProfile = DEFAULT_PROFILE): Uint8Array => {
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

describe('characters of four bytes', () => {
  const proved: PrinterProfile = { ...DEFAULT_PROFILE, fourByte: true };

  test('go to a font that is proved to hold them, and to no other', () => {
    expect(needsRaster('李𠮷㐂', proved)).toBe(false);
    expect(interpret(bytesOf([{ type: 'text', text: '李𠮷㐂A' }], proved)).lines).toEqual(['李𠮷㐂A']);
    for (const profile of Object.values(PROFILES)) expect(needsRaster('𠮷', profile)).toBe(true);
  });

  test.each(['😀\u200d', '\ud842', '\u{e0001}', 'e\u0301\u0327', '\u{10fffe}'])('%j stays a picture', (text) => {
    expect(needsRaster(text, proved)).toBe(true);
  });
});

test('a printer without a Chinese font is sent no Chinese, and no command of that font', () => {
  const profile = PROFILES['rongta-rp326'];
  expect(needsRaster('回', profile)).toBe(true);
  expect(needsRaster('A001 12:30', profile)).toBe(false);
  expect(Buffer.from(bytesOf([{ type: 'text', text: 'A001', width: 2, height: 2 }], profile)).includes(0x1c)).toBe(false);
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
    expect(interpret(bytesOf([{ type: 'cut', mode: 'full' }], PROFILES['tear-off-80']))).toMatchObject({ cuts: [], paper: { height: 120 } });
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

describe('barcodes', () => {
  const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 24 });
  const mixed = fc.array(fc.oneof(printable, fc.stringMatching(/^[0-9]{1,12}$/), fc.constantFrom('1604', '1605', '1620', '161616040520')), { minLength: 1, maxLength: 4 }).map((list) => list.join('').slice(0, 60));

  test('say what was asked in the bars that a printer draws of them, and hold no real-time command', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const code = encodeCode128(text)!;
        expect(realTimeAt(Uint8Array.from(code.data))).toBe(-1);
        const symbols = code128Symbols(Uint8Array.from(code.data))!;
        expect(code128Text(symbols)).toBe(text);
        expect(code128Bars(symbols).reduce((sum, bar) => sum + bar, 0)).toBe(code.modules);
      }),
    );
  });

  test('put digits in the subset that halves them, and nothing else', () => {
    expect(encodeCode128('2026112200050068')?.modules).toBe((1 + 8 + 2) * 11 + 2);
    expect(encodeCode128('A1234')?.data).toEqual([0x7b, 0x42, 0x41, 0x7b, 0x43, 12, 34]);
    expect(encodeCode128('A12')?.data).toEqual([0x7b, 0x42, 0x41, 0x31, 0x32]);
    expect(encodeCode128('{')?.data).toEqual([0x7b, 0x42, 0x7b, 0x7b]);
    expect(encodeCode128('1604')?.data).toEqual([0x7b, 0x43, 16, 0x7b, 0x42, 0x30, 0x34]);
  });

  test.each(['', '姓名', 'tab\t', 'x'.repeat(201)])('%j is none', (text) => {
    expect(encodeCode128(text)).toBeNull();
    expect(encodeSlip({ parts: [{ type: 'barcode', text }] }, DEFAULT_PROFILE)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });

  test('wider than the paper are refused: a printer would leave them out without a word', () => {
    const widest = '1'.repeat(38);
    expect(printed({ type: 'barcode', text: widest }).barcodes).toEqual([widest]);
    expect(encodeSlip({ parts: [{ type: 'barcode', text: 'A-'.repeat(12) }] }, PROFILES['generic-58'])).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });
});

describe('QR codes', () => {
  test('are as large as another library draws them, in every version and level', () => {
    for (const level of ['L', 'M', 'Q', 'H'] as const) {
      for (let bytes = 1; bytes <= 1024; bytes += 29) {
        expect(qrModules(bytes, level)).toBe(QRCode.create([{ data: Buffer.alloc(bytes, 0xe5), mode: 'byte' }], { errorCorrectionLevel: level }).modules.size);
      }
    }
    expect(qrModules(2954, 'L')).toBeNull();
  });

  test('go as dots to a printer that draws none, and a reader reads them', () => {
    const { paper, qrCodes } = interpret(bytesOf([{ type: 'qr', text: 'HALL24 排队 A001' }], PROFILES['gb2312-80-raster-qr']));
    expect(qrCodes).toEqual([]);
    const pixels = new Uint8ClampedArray(paper.width * paper.height * 4).fill(255);
    for (let y = 0; y < paper.height; y += 1) for (let x = 0; x < paper.width; x += 1) if (black(paper, x, y)) pixels.fill(0, (y * paper.width + x) * 4, (y * paper.width + x) * 4 + 3);
    expect(jsQR(pixels, paper.width, paper.height)?.data).toBe('HALL24 排队 A001');
  });
});

describe('grey pictures', () => {
  const share = ({ width, height, data }: Bitmap) => [...data].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0) / (width * height);

  test('keep their greys as shares of black dots', () => {
    for (const grey of [0, 32, 64, 128, 200, 255]) {
      const dots = dither({ width: 96, height: 96, data: new Uint8Array(96 * 96).fill(grey) });
      expect(Math.abs(share(dots) - (1 - grey / 255))).toBeLessThan(0.01);
    }
  });

  test('are printed where they fit, and refused where they do not', () => {
    const picture = { width: 40, height: 20, data: Uint8Array.from({ length: 800 }, (_, at) => (at % 40) * 6) };
    expect(printed({ type: 'grey', picture }).paper.height).toBe(20);
    for (const wrong of [{ ...picture, width: 577 }, { ...picture, height: 21 }]) expect(encodeSlip({ parts: [{ type: 'grey', picture: wrong }] }, DEFAULT_PROFILE)).toMatchObject({ ok: false });
  });
});

test('no slip, whatever is on it, holds a real-time command', () => {
  const align = fc.constantFrom('left', 'center', 'right' as const);
  const nasty = fc.constantFrom(0x10, 0x04, 0x05, 0x14, 0x00, 0xff);
  const shown = fc.string({ unit: fc.constantFrom('政', '务', '·', 'A', '1', '6', '0', '4', ' '), maxLength: 60 });
  const parts: fc.Arbitrary<SlipPart> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: shown, align, width: fc.constantFrom(1, 2, 3, 4 as const), height: fc.constantFrom(1, 2, 3, 4 as const) }),
    fc.record({ type: fc.constant('row' as const), left: shown, right: shown }),
    fc.record({ type: fc.constant('rule' as const), style: fc.constantFrom('solid', 'dashed' as const) }),
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 2 as const)).chain(([stride, height, scale]) =>
      fc.array(nasty, { minLength: stride * height, maxLength: stride * height }).map((data): SlipPart => ({ type: 'image', bitmap: { width: stride * 8, height, data: Uint8Array.from(data) }, scale })),
    ),
    fc.uint8Array({ minLength: 64, maxLength: 64 }).map((data): SlipPart => ({ type: 'grey', picture: { width: 8, height: 8, data } })),
    fc.record({ type: fc.constant('qr' as const), text: fc.string({ unit: fc.constantFrom('1', '6', '0', '4', 'é', '政'), minLength: 1, maxLength: 80 }) }),
    fc.record({ type: fc.constant('barcode' as const), text: fc.stringMatching(/^(16|04|05|20|A){1,12}$/), heightMm: fc.integer({ min: 3, max: 30 }) }),
    fc.record({ type: fc.constant('feed' as const), mm: fc.double({ min: 0, max: 40, noNaN: true }) }),
    fc.record({ type: fc.constant('cut' as const), mode: fc.constantFrom('full', 'partial' as const) }),
  );
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 12 }), fc.constantFrom(...Object.values<PrinterProfile>(PROFILES)), (slip, profile) => {
      const encoded = encodeSlip({ parts: slip }, { ...profile, charset: 'gbk' });
      // What is too wide or too long is refused; the last check, for real-time commands, never has anything to refuse.
      expect(JSON.stringify(encoded)).not.toContain('real-time');
      const bytes = encoded.ok ? Buffer.concat(encoded.value.segments) : Buffer.alloc(0);
      expect(bytes.toString('hex')).not.toMatch(/^(?:..)*10(?:04|05|14)/);
      // As the printer sees it, too: every command known, none left open.
      const stream = new TokenStream();
      expect(stream.push(bytes).filter(({ token }) => token.type === 'real-time' || token.type === 'unknown')).toEqual([]);
      expect(stream.pending).toBe(0);
    }),
    { numRuns: 150 },
  );
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

test('any bytes are interpreted without an exception, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
      const stream = new TokenStream();
      const inPieces = chunks.flatMap((chunk) => stream.push(chunk)).map(({ token }) => token.type);
      expect(inPieces).toEqual(new TokenStream().push(Buffer.concat(chunks)).map(({ token }) => token.type));
    }),
  );
});

test('a picture at twice the size has every dot four times', () => {
  const bitmap: Bitmap = { width: 16, height: 2, data: Uint8Array.of(0x80, 0x01, 0x00, 0x10) };
  const { paper } = printed({ type: 'image', bitmap, scale: 2 });
  for (let y = 0; y < 4; y += 1) for (let x = 0; x < 32; x += 1) expect(black(paper, x, y)).toBe(black(bitmap, x >> 1, y >> 1));
  expect(encodeSlip({ parts: [{ type: 'image', bitmap: { width: 296, height: 1, data: new Uint8Array(37) }, scale: 2 }] }, DEFAULT_PROFILE)).toMatchObject({ ok: false });
});

test('a slip file is a slip, or says where it is none', () => {
  const parts: SlipPart[] = [{ type: 'text', text: '回执', align: 'center', width: 2 }, { type: 'cut', mode: 'full' }];
  expect(parseSlipFile(JSON.stringify({ parts }))).toEqual({ ok: true, value: { parts } });
  expect(parseSlipFile('{"parts":[{"type":"text","text":"x","width":9}]}')).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('parts.0.width') as string } });
  expect(parseSlipFile('%PDF')).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
});

describe('what is handed over at a time', () => {
  test('are whole commands, together as many as the buffer of a small printer takes, and all of them in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }), fc.integer({ min: 1, max: 100 }), (lengths, most) => {
        const writer = new ByteWriter();
        for (const [index, length] of lengths.entries()) {
          writer.putAll(new Uint8Array(length).fill(index));
          writer.endSegment();
        }
        const parcels = writer.parcels(most);
        expect(Buffer.concat(parcels)).toEqual(Buffer.from(writer.all));
        const lengthOf = (command: number | undefined): number => lengths[command ?? -1] ?? 0;
        expect(parcels.filter((parcel) => parcel.length > most && parcel.length !== lengthOf(parcel[0]))).toEqual([]);
        const pairs = parcels.slice(1).map((after, index) => ({ before: parcels[index] ?? new Uint8Array(0), after }));
        // No command is torn apart, and none that would have fitted was left for the next one.
        expect(pairs.filter(({ before, after }) => before.at(-1) === after[0] || before.length + lengthOf(after[0]) <= most)).toEqual([]);
      }),
    );
  });
});
