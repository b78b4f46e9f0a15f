/** Encoding of tickets and slips beside three other encoders. */
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import jsQR from 'jsqr';
import { CharacterSet, PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import receiptline from 'receiptline';
import type { Bitmap } from '../../drivers/contract.ts';
import { encodeSlip } from '../../drivers/receipt-printer/codec.ts';
import { interpret } from '../../drivers/receipt-printer/interpreter.ts';
import { DEFAULT_PROFILE } from '../../drivers/receipt-printer/profiles.ts';
import { load, round, type Effort, type Figure } from './figures.ts';
import { measurePrintedReceipts } from './printed-receipts.ts';
import { documentOf, LAYOUTS, type Layout } from './receipt-layouts.ts';
import { turnAbout } from './turn-about.ts';

const ROUNDS = 60;
/** Encodings in one sample: one alone is shorter than the clock is sharp. */
const REPEATS = 20;
const COLUMNS = 48;

type Language = keyof typeof LAYOUTS;
type Encode = (layout: Layout) => Uint8Array | Promise<Uint8Array>;

const ours: Encode = (layout) => {
  const encoded = encodeSlip(documentOf(layout), DEFAULT_PROFILE);
  if (!encoded.ok) throw new Error(encoded.fault.message);
  return Buffer.concat(encoded.value.segments);
};

const withPointOfSale: Encode = ({ lines }) => {
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', columns: COLUMNS });
  encoder.initialize().codepage('cp437');
  for (const line of lines) {
    switch (line.kind) {
      case 'text':
        encoder.align(line.center ? 'center' : 'left').size(line.size, line.size).line(line.text).size(1, 1);
        break;
      case 'row':
        encoder.align('left').line(line.left + ' '.repeat(Math.max(1, COLUMNS - line.left.length - line.right.length)) + line.right);
        break;
      case 'rule':
        encoder.rule();
        break;
      case 'qr':
        encoder.align('center').qrcode(line.text, { model: 2, size: 6, errorlevel: 'm' });
        break;
    }
  }
  return encoder.cut('full').encode();
};

const withThermalPrinter =
  (language: Language): Encode =>
  ({ lines }) => {
    const printer = new ThermalPrinter({ type: PrinterTypes.EPSON, interface: 'tcp://127.0.0.1:1', width: COLUMNS, characterSet: language === 'chinese' ? CharacterSet.CHINA : CharacterSet.PC437_USA });
    for (const line of lines) {
      switch (line.kind) {
        case 'text':
          if (line.center) printer.alignCenter();
          else printer.alignLeft();
          printer.setTextSize(line.size - 1, line.size - 1);
          printer.println(line.text);
          break;
        case 'row':
          printer.alignLeft();
          printer.setTextSize(0, 0);
          printer.leftRight(line.left, line.right);
          break;
        case 'rule':
          printer.setTextSize(0, 0);
          printer.drawLine();
          break;
        case 'qr':
          printer.alignCenter();
          printer.printQR(line.text, { cellSize: 6, correction: 'M', model: 2 });
          break;
      }
    }
    printer.cut();
    return printer.getBuffer();
  };

/** ReceiptLine's own notation: | parts columns, ^ enlarges, {…} are properties. It draws QR codes as dots. */
const notation = ({ lines }: Layout): string =>
  lines
    .map((line) => {
      switch (line.kind) {
        case 'text': {
          const words = `${line.size === 2 ? '^^^' : ''}${line.text}`;
          return line.center ? words : `|${words}`;
        }
        case 'row':
          return `${line.left} | ${line.right}`;
        case 'rule':
          return '-';
        case 'qr':
          return `{code:${line.text};option:qrcode,6,m}`;
      }
    })
    .join('\n');
const withReceiptLine =
  (language: Language): Encode =>
  (layout) =>
    Buffer.from(receiptline.transform(notation(layout), { cpl: COLUMNS, encoding: language === 'chinese' ? 'gb18030' : 'cp437', command: 'generic', cutting: true }), 'latin1');

const ENCODERS: Readonly<Record<Language, Readonly<Record<string, Encode>>>> = {
  // The first knows no Chinese.
  english: { ours, '@point-of-sale/receipt-printer-encoder': withPointOfSale, 'node-thermal-printer': withThermalPrinter('english'), receiptline: withReceiptLine('english') },
  chinese: { ours, 'node-thermal-printer': withThermalPrinter('chinese'), receiptline: withReceiptLine('chinese') },
};

/** The QR code among the dots of a paper, as a camera finds it. */
const drawnCodes = ({ width, height, data }: Bitmap): string[] => {
  const stride = Math.ceil(width / 8);
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (((data[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0) pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  const found = jsQR(pixels, width, height);
  return found === null ? [] : [found.data];
};

/** What stands on the paper: words without the spaces and the lines between them, codes, cuts. */
const read = (bytes: Uint8Array): string => {
  const { lines, qrCodes, cuts, paper } = interpret(bytes);
  const codes = qrCodes.length > 0 ? qrCodes : drawnCodes(paper);
  const words = lines.map((line) => line.replaceAll(/[^\p{L}\p{N}.,:()（），。-]/gu, '')).filter((line) => /[\p{L}\p{N}]/u.test(line) && !/^(.)\1{9,}$/u.test(line));
  return JSON.stringify({ words: words.join(''), codes, cuts: cuts.length });
};

const measureLanguage = async (language: Language): Promise<Figure> => {
  const layouts = LAYOUTS[language];
  const encoders = ENCODERS[language];
  const differing: string[] = [];
  for (const layout of layouts) {
    const expected = read(await ours(layout));
    for (const [name, encode] of Object.entries(encoders)) {
      const found = read(await encode(layout));
      if (found !== expected) differing.push(`${name} (${layout.name}): ${found} instead of ${expected}`);
    }
  }
  if (differing.length > 0) throw new Error(`the papers are not the same: ${differing.join('; ')}`);
  const both = (encode: Encode) => async (): Promise<void> => {
    for (const layout of layouts) await encode(layout);
  };
  const all = await turnAbout(Object.fromEntries(Object.entries(encoders).map(([name, encode]) => [name, both(encode)])), ROUNDS, REPEATS);
  const { ours: own = Number.NaN, ...others } = all;
  return {
    name: `receipt-encoding-${language}`,
    value: round(own / Math.min(...Object.values(others)), 2),
    unit: 'times',
    against: `a ticket and a slip encoded, ours ÷ the fastest other, goal at most 1; the interpreter reads the same words and codes from all; ${Object.entries(all).map(([name, ms]) => `${name} ${round(ms * 1000, 0)} µs`).join(', ')} (medians of ${ROUNDS}, turn about; ${load()})`,
    goal: { atMost: 1 },
  };
};

export const measureReceipts = async (_effort: Effort): Promise<Figure[]> => [await measureLanguage('english'), await measureLanguage('chinese'), ...(await measurePrintedReceipts())];
