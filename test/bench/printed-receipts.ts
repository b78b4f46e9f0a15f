/**
 * The product's own ticket and receipt slip as they are printed, through all encoders: the layouts of `electron/printing`, every part
 * given to each encoder in the form that it takes. Nothing is timed before the interpreter has painted the same ink from all.
 */
import { createHash } from 'node:crypto';
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import { CharacterSet, PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import receiptline from 'receiptline';
import sharp from 'sharp';
import type { Bitmap, SlipDocument, SlipPart } from '../../drivers/contract.ts';
import { encodeSlip, rowLines } from '../../drivers/receipt-printer/codec.ts';
import { interpret } from '../../drivers/receipt-printer/interpreter.ts';
import { DEFAULT_PROFILE, PROFILES, type PrinterProfile } from '../../drivers/receipt-printer/profiles.ts';
import { ruleBitmap } from '../../drivers/receipt-printer/raster.ts';
import { createPrinting, type Made } from '../../electron/printing/index.ts';
import { loadHall } from '../../kiosk-config/index.ts';
import { load, round, type Figure } from './figures.ts';
import { DEMO_HALL } from './hall.ts';
import { turnAbout } from './turn-about.ts';

const ROUNDS = 40;
const REPEATS = 2;
const COLUMNS = 48;
const ESC = 0x1b;
const FEED = 0x4a;

type Align = 'left' | 'center' | 'right';
/** A picture in each form that somebody takes. */
interface Picture {
  width: number;
  height: number;
  /** Black on white, four bytes a pixel. */
  pixels: Uint8ClampedArray;
  png: Buffer;
}
/** What all encoders are given: lines in the printer's own font, pictures, feeds, the cut. */
type Part = { type: 'line'; text: string; align: Align; bold: boolean } | { type: 'picture'; picture: Picture; align: Align } | { type: 'feed'; dots: number } | { type: 'cut' };

interface Paper {
  document: SlipDocument;
  profile: PrinterProfile;
  parts: Part[];
}

/** A printer doubles a picture on its own by a command of which the others know nothing: they are given all of its dots. */
const pictureOf = async ({ width, height, data }: Bitmap, scale: number): Promise<Picture> => {
  const stride = Math.ceil(width / 8);
  const [wide, high] = [width * scale, height * scale];
  const pixels = new Uint8ClampedArray(wide * high * 4).fill(255);
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      const column = Math.floor(x / scale);
      if (((data[Math.floor(y / scale) * stride + (column >> 3)] ?? 0) & (0x80 >> (column & 7))) !== 0) pixels.fill(0, (y * wide + x) * 4, (y * wide + x) * 4 + 3);
    }
  }
  return { width: wide, height: high, pixels, png: await sharp(pixels, { raw: { width: wide, height: high, channels: 4 } }).png().toBuffer() };
};

const partsOf = async (part: SlipPart, profile: PrinterProfile): Promise<Part[]> => {
  switch (part.type) {
    case 'text':
      return [{ type: 'line', text: part.text, align: part.align ?? 'left', bold: part.bold === true }];
    case 'row':
      return rowLines(part.left, part.right, profile.columns).map((text) => ({ type: 'line', text, align: 'left', bold: part.bold === true }));
    case 'image':
      return [{ type: 'picture', picture: await pictureOf(part.bitmap, part.scale ?? 1), align: part.align ?? 'left' }];
    case 'rule':
      // A rule of theirs is a line of dashes; the product's is drawn.
      return [{ type: 'picture', picture: await pictureOf(ruleBitmap(part.style, profile.widthDots), 1), align: 'left' }];
    case 'feed':
      return [{ type: 'feed', dots: Math.round(part.mm * profile.dotsPerMm) }];
    case 'cut':
      return [{ type: 'cut' }];
    default:
      throw new Error(`no layout of the product holds a ${part.type}`);
  }
};

const paperOf = async (made: Made<SlipDocument>, profile: PrinterProfile): Promise<Paper> => {
  if (!made.ok) throw new Error(made.message);
  return { document: made.value, profile, parts: (await Promise.all(made.value.parts.map((part) => partsOf(part, profile)))).flat() };
};

/** @returns the ticket for the demonstration's dispenser, which has no Chinese font, and the slip for a printer that has one */
const printedPapers = async (): Promise<{ ticket: Paper; slip: Paper }> => {
  const loaded = loadHall(DEMO_HALL);
  if (!loaded.ok) throw new Error('the demonstration hall does not load');
  const { hall, terminal, items } = loaded.config;
  const item = items.find(({ id }) => id === 'public-rental-housing');
  if (item === undefined) throw new Error('the demonstration hall has no such item');
  const printing = createPrinting({ log: { info: () => undefined, warn: () => undefined } });
  try {
    const ticket = await printing.ticketSlip({
      hall,
      terminal,
      queueClass: { zh: '不动产登记', en: 'Real estate' },
      number: 'B047',
      wait: { from: 25, to: 40 },
      ahead: 12,
      where: { zh: '二楼 B 区等候', en: 'Wait in Area B, 2F' },
      code: 'HALL24:ticket:qingxi:20261123:B047',
      missedWithin: 3,
      at: '2026-11-23T10:24:09+08:00',
      rightOfTen: 8,
    });
    const slip = await printing.receiptSlip({
      hall,
      terminal,
      item,
      submission: {
        caseNumber: '2026112200050068',
        storedAt: '2026-11-22T03:24:07+08:00',
        clockKnown: true,
        digest: '7c2f9a104e8bd366a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778',
        statement: `HALL24:1:qingxi:5:412:2026112200050068:2026-11-22T03:24:07+08:00:${'Kq7_'.repeat(11)}:${'xY3-'.repeat(21)}Qg`,
        chainNumber: 412,
      },
      promisedBy: '2026-12-11',
      materials: [
        { name: { zh: '户口簿', en: 'Household register' }, how: 'platform', pages: 4 },
        { name: { zh: '身份证', en: 'ID card' }, how: 'card', pages: 2 },
        { name: { zh: '劳动合同', en: 'Labour contract' }, how: 'scan', pages: 3 },
        { name: { zh: '收入证明', en: 'Proof of income' }, how: 'scan', pages: 2 },
      ],
      offline: true,
      copy: 1,
      language: 'zh',
    });
    return { ticket: await paperOf(ticket, PROFILES['custom-kpm216']), slip: await paperOf(slip, DEFAULT_PROFILE) };
  } finally {
    await printing.close();
  }
};

type Encode = (paper: Paper) => Uint8Array | Promise<Uint8Array>;

const ours: Encode = ({ document, profile }) => {
  const encoded = encodeSlip(document, profile);
  if (!encoded.ok) throw new Error(encoded.fault.message);
  return Buffer.concat(encoded.value.segments);
};

const feedCommands = (dots: number): number[] => Array.from({ length: Math.ceil(dots / 255) }, (_, at) => [ESC, FEED, Math.min(255, dots - at * 255)]).flat();

const withPointOfSale: Encode = ({ parts }) => {
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', columns: COLUMNS, imageMode: 'raster' });
  encoder.initialize().codepage('cp437');
  for (const part of parts) {
    switch (part.type) {
      case 'line':
        encoder.align(part.align).bold(part.bold).line(part.text);
        break;
      case 'picture':
        encoder.align(part.align).image({ data: part.picture.pixels, width: part.picture.width, height: part.picture.height }, part.picture.width, part.picture.height, 'threshold', 128);
        break;
      case 'feed':
        encoder.raw(feedCommands(part.dots));
        break;
      case 'cut':
        encoder.cut('full');
        break;
    }
  }
  return encoder.encode();
};

const withThermalPrinter: Encode = async ({ parts }) => {
  const printer = new ThermalPrinter({ type: PrinterTypes.EPSON, interface: 'tcp://127.0.0.1:1', width: COLUMNS, characterSet: CharacterSet.CHINA });
  for (const part of parts) {
    switch (part.type) {
      case 'line':
      case 'picture':
        if (part.align === 'center') printer.alignCenter();
        else if (part.align === 'right') printer.alignRight();
        else printer.alignLeft();
        if (part.type === 'picture') await printer.printImageBuffer(part.picture.png);
        else {
          printer.bold(part.bold);
          printer.println(part.text);
        }
        break;
      case 'feed':
        printer.add(Buffer.from(feedCommands(part.dots)));
        break;
      case 'cut':
        printer.cut();
        break;
    }
  }
  return printer.getBuffer();
};

/** ReceiptLine's notation; blanks at either side of a column align it. */
const besides = (content: string, align: Align): string => (align === 'center' ? content : align === 'left' ? `|${content}` : `${content}|`);
const escaped = (text: string): string => text.replaceAll(/[\\|{}~_"`^]/g, '\\$&').replaceAll(' ', '~');
const notation = ({ parts }: Paper): string =>
  parts
    .flatMap((part) => {
      switch (part.type) {
        case 'line':
          return [besides(part.bold ? `"${escaped(part.text)}"` : escaped(part.text), part.align)];
        case 'picture':
          return [besides(`{image:${part.picture.png.toString('base64')}}`, part.align)];
        case 'feed':
          return [`{command:${feedCommands(part.dots).map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}}`];
        case 'cut':
          return [];
      }
    })
    .join('\n');
const withReceiptLine: Encode = (paper) => Buffer.from(receiptline.transform(notation(paper), { cpl: COLUMNS, encoding: 'gb18030', command: 'generic', gradient: false, cutting: true }), 'latin1');

const CHINESE = { 'node-thermal-printer': withThermalPrinter, receiptline: withReceiptLine };
/** The first knows no Chinese, and can print what is all pictures. */
const OTHERS = { '@point-of-sale/receipt-printer-encoder': withPointOfSale, ...CHINESE };

/** The ink of a paper: its rows without the white ones between them, which feeds and line heights make; and its cuts. */
const inkOf = (bytes: Uint8Array): string => {
  const { paper, cuts } = interpret(bytes);
  const stride = Math.ceil(paper.width / 8);
  const ink = createHash('sha256');
  let rows = 0;
  for (let y = 0; y < paper.height; y += 1) {
    const row = paper.data.subarray(y * stride, (y + 1) * stride);
    if (row.every((byte) => byte === 0)) continue;
    rows += 1;
    ink.update(row);
  }
  return `${rows} rows of ink ${ink.digest('hex').slice(0, 12)}, ${cuts.length} cuts`;
};

const besideOthers = async (name: string, paper: Paper, encoders: Readonly<Record<string, Encode>>): Promise<Figure> => {
  const expected = inkOf(await ours(paper));
  const differing: string[] = [];
  for (const [other, encode] of Object.entries(encoders)) {
    const found = inkOf(await encode(paper));
    if (found !== expected) differing.push(`${other}: ${found} instead of ${expected}`);
  }
  if (differing.length > 0) throw new Error(`${name}: the papers are not the same: ${differing.join('; ')}`);
  const all = await turnAbout(Object.fromEntries(Object.entries({ ours, ...encoders }).map(([other, encode]) => [other, () => encode(paper)])), ROUNDS, REPEATS);
  const { ours: own = Number.NaN, ...others } = all;
  const kinds = paper.parts.filter(({ type }) => type === 'picture').length;
  return {
    name,
    value: round(own / Math.min(...Object.values(others)), 2),
    unit: 'times',
    against: `the product's own layout encoded, ${kinds} pictures and ${paper.parts.filter(({ type }) => type === 'line').length} lines of text, ours ÷ the fastest other, goal at most 1; the interpreter paints the same ink from all; ${Object.entries(all).map(([other, ms]) => `${other} ${round(ms * 1000, 0)} µs`).join(', ')} (medians of ${ROUNDS}, turn about; ${load()})`,
    goal: { atMost: 1 },
  };
};

/** The product's own ticket and slip, each encoded by all that can. */
export const measurePrintedReceipts = async (): Promise<Figure[]> => {
  const { ticket, slip } = await printedPapers();
  return [await besideOthers('receipt-encoding-printed-ticket', ticket, OTHERS), await besideOthers('receipt-encoding-printed-slip', slip, CHINESE)];
};
