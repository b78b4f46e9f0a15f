/** From bytes to paper: what a printer of 80 mm would have printed, as dots, lines of text and QR codes. */
import iconv from 'iconv-lite';
import QRCode from 'qrcode';
import sharp from 'sharp';
import type { Bitmap } from '../contract.ts';
import { code128Bars, code128Symbols, code128Text } from './interpreter-code128.ts';
import { glyph } from './interpreter-glyphs.ts';
import { TokenStream, type Token } from './interpreter-tokens.ts';

const DEFAULT_LINE_DOTS = 30;
/** From the print head to the knife. */
const KNIFE_DOTS = 96;

export interface Interpretation {
  /** The paper, from the first dot to the last. */
  paper: Bitmap;
  /** Text as printed, one entry for each printed line that has any. */
  lines: string[];
  /** Contents of the QR codes, in order. */
  qrCodes: string[];
  /** Texts of the Code 128 barcodes, in order. */
  barcodes: string[];
  /** Where the paper was cut, in dots from its beginning. */
  cuts: { at: number; mode: 'full' | 'partial' }[];
  /** Commands that are not in the table, in hex. */
  unknown: string[];
}

interface Placed {
  character: string;
  dots: Bitmap;
  width: number;
  height: number;
  bold: boolean;
  reverse: boolean;
}

const dotAt = (bitmap: Bitmap, x: number, y: number): boolean => {
  const stride = Math.ceil(bitmap.width / 8);
  return x < bitmap.width && y < bitmap.height && ((bitmap.data[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
};

/** A strip of paper that grows as it is printed on. */
class Paper {
  readonly width: number;
  private readonly stride: number;
  private data = new Uint8Array(0);
  height = 0;

  constructor(width: number) {
    this.width = width;
    this.stride = Math.ceil(width / 8);
  }

  advance(dots: number): void {
    this.height += dots;
    if (this.height * this.stride <= this.data.length) return;
    const larger = new Uint8Array(Math.max(this.height * this.stride, this.data.length * 2));
    larger.set(this.data);
    this.data = larger;
  }

  ink(x: number, y: number): void {
    if (x < 0 || x >= this.width || y < 0 || y >= this.height) return;
    const at = y * this.stride + (x >> 3);
    this.data[at] = (this.data[at] ?? 0) | (0x80 >> (x & 7));
  }

  picture(): Bitmap {
    return { width: this.width, height: this.height, data: this.data.slice(0, this.height * this.stride) };
  }
}

/** Prints tokens on paper. */
class Printer {
  readonly paper: Paper;
  readonly lines: string[] = [];
  readonly qrCodes: string[] = [];
  readonly cuts: Interpretation['cuts'] = [];
  readonly barcodes: string[] = [];
  readonly unknown: string[] = [];
  private line: Placed[] = [];
  private align: 0 | 1 | 2 = 0;
  private latin = { width: 1, height: 1 };
  private chinese = { width: 1, height: 1 };
  private bold = false;
  private reverse = false;
  private spacing = DEFAULT_LINE_DOTS;
  private bar = { height: 162, module: 3, caption: 0 };
  private qr: { module: number; level: 'L' | 'M' | 'Q' | 'H'; data: Uint8Array } = { module: 3, level: 'L', data: new Uint8Array(0) };

  constructor(width: number) {
    this.paper = new Paper(width);
  }

  private reset(): void {
    this.line = [];
    this.align = 0;
    this.latin = { width: 1, height: 1 };
    this.chinese = { width: 1, height: 1 };
    this.bold = false;
    this.reverse = false;
    this.spacing = DEFAULT_LINE_DOTS;
  }

  print(token: Token): void {
    switch (token.type) {
      case 'character':
        this.character(token.bytes);
        break;
      case 'line-feed':
        this.endLine();
        break;
      case 'initialise':
        this.reset();
        break;
      case 'align':
        this.align = token.to;
        break;
      case 'size': {
        const size = { width: token.width, height: token.height };
        this.chinese = size;
        if (!token.chineseOnly) this.latin = size;
        break;
      }
      case 'bold':
        this.bold = token.on;
        break;
      case 'reverse':
        this.reverse = token.on;
        break;
      case 'line-spacing':
        this.spacing = token.dots ?? DEFAULT_LINE_DOTS;
        break;
      case 'move':
        this.move(token);
        break;
      case 'feed-dots':
        this.flushLine();
        this.paper.advance(token.dots);
        break;
      case 'feed-lines':
        this.flushLine();
        this.paper.advance(token.lines * this.spacing);
        break;
      case 'cut':
        this.flushLine();
        if (token.feed !== null) this.paper.advance(KNIFE_DOTS + token.feed);
        this.cuts.push({ at: this.paper.height, mode: token.mode });
        break;
      case 'raster':
        this.flushLine();
        this.raster(token);
        break;
      case 'barcode-height':
        this.bar.height = token.dots;
        break;
      case 'barcode-module':
        this.bar.module = token.dots;
        break;
      case 'barcode-caption':
        this.bar.caption = token.where;
        break;
      case 'barcode':
        this.flushLine();
        this.barcode(token);
        break;
      case 'qr-size':
        this.qr.module = token.module;
        break;
      case 'qr-level':
        this.qr.level = token.level;
        break;
      case 'qr-store':
        this.qr.data = token.data;
        break;
      case 'qr-print':
        this.flushLine();
        this.qrCode();
        break;
      case 'unknown':
        this.unknown.push(Buffer.from(token.bytes).toString('hex'));
        break;
      case 'chinese':
      case 'ordered-status':
      case 'auto-status':
      case 'ejector':
      case 'present':
      case 'draw-back':
      case 'real-time':
      case 'ignored':
        break;
    }
  }

  private character(bytes: Uint8Array): void {
    const character = iconv.decode(Buffer.from(bytes), 'gb18030');
    const dots = glyph(character);
    const size = bytes.length === 1 ? this.latin : this.chinese;
    const used = this.line.reduce((sum, placed) => sum + placed.dots.width * placed.width, 0);
    if (used + dots.width * size.width > this.paper.width) this.endLine();
    this.line.push({ character, dots, ...size, bold: this.bold, reverse: this.reverse });
  }

  /** White up to the place: what is printed over what is not known to this paper. */
  private move({ dots, from }: Extract<Token, { type: 'move' }>): void {
    const used = this.line.reduce((sum, placed) => sum + placed.dots.width * placed.width, 0);
    const gap = from === 'edge' ? dots - used : dots;
    if (gap <= 0 || used + gap > this.paper.width) return;
    this.line.push({ character: ' ', dots: { width: gap, height: 0, data: new Uint8Array(0) }, width: 1, height: 1, bold: false, reverse: false });
  }

  private startOf(width: number): number {
    return Math.floor(((this.paper.width - width) * this.align) / 2);
  }

  private flushLine(): void {
    if (this.line.length > 0) this.endLine();
  }

  private endLine(): void {
    const tallest = Math.max(0, ...this.line.map((placed) => placed.dots.height * placed.height));
    const top = this.paper.height;
    this.paper.advance(Math.max(this.spacing, tallest));
    let x = this.startOf(this.line.reduce((sum, placed) => sum + placed.dots.width * placed.width, 0));
    for (const placed of this.line) {
      this.stamp(placed, x, top + tallest - placed.dots.height * placed.height);
      x += placed.dots.width * placed.width;
    }
    const text = this.line.map((placed) => placed.character).join('');
    if (text.trim() !== '') this.lines.push(text.trimEnd());
    this.line = [];
  }

  private stamp({ dots, width, height, bold, reverse }: Placed, left: number, top: number): void {
    for (let y = 0; y < dots.height * height; y += 1) {
      for (let x = 0; x < dots.width * width; x += 1) {
        const sourceX = Math.floor(x / width);
        const sourceY = Math.floor(y / height);
        const black = dotAt(dots, sourceX, sourceY) || (bold && sourceX > 0 && dotAt(dots, sourceX - 1, sourceY));
        if (black !== reverse) this.paper.ink(left + x, top + y);
      }
    }
  }

  private raster({ bytesPerRow, rows, mode, data }: Extract<Token, { type: 'raster' }>): void {
    const [across, down] = [(mode & 1) + 1, mode >> 1 === 1 ? 2 : 1];
    const source: Bitmap = { width: bytesPerRow * 8, height: rows, data };
    const top = this.paper.height;
    const left = this.startOf(Math.min(this.paper.width, source.width * across));
    this.paper.advance(rows * down);
    for (let y = 0; y < rows * down; y += 1) {
      for (let x = 0; x < source.width * across; x += 1) {
        if (dotAt(source, Math.floor(x / across), Math.floor(y / down))) this.paper.ink(left + x, top + y);
      }
    }
  }

  private barcode({ system, data }: Extract<Token, { type: 'barcode' }>): void {
    const symbols = system === 73 ? code128Symbols(data) : null;
    if (symbols === null) {
      this.unknown.push(`barcode ${system} ${Buffer.from(data).toString('hex')}`);
      return;
    }
    const bars = code128Bars(symbols);
    const { module, height, caption } = this.bar;
    const width = bars.reduce((sum, bar) => sum + bar, 0) * module;
    // As printers do: what is wider than the paper is not printed.
    if (width > this.paper.width) return;
    const text = code128Text(symbols);
    this.barcodes.push(text);
    const top = this.paper.height;
    this.paper.advance(height);
    let x = this.startOf(width);
    for (const [index, bar] of bars.entries()) {
      if (index % 2 === 0) for (let y = 0; y < height; y += 1) for (let dot = 0; dot < bar * module; dot += 1) this.paper.ink(x + dot, top + y);
      x += bar * module;
    }
    if (caption !== 2) return;
    for (const character of text) this.character(Uint8Array.of(character.charCodeAt(0)));
    this.endLine();
    // What is printed beneath a barcode is its reading, not a line of the slip.
    this.lines.pop();
  }

  private qrCode(): void {
    const { module, level, data } = this.qr;
    this.qrCodes.push(Buffer.from(data).toString());
    const { modules } = QRCode.create([{ data: Buffer.from(data), mode: 'byte' }], { errorCorrectionLevel: level });
    const side = modules.size * module;
    const top = this.paper.height;
    const left = this.startOf(side);
    this.paper.advance(side);
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        if (modules.get(Math.floor(y / module), Math.floor(x / module)) !== 0) this.paper.ink(left + x, top + y);
      }
    }
  }
}

/** Interprets what was sent to a printer. `widthDots`: its printable width. */
export const interpret = (bytes: Uint8Array, widthDots = 576): Interpretation => {
  const printer = new Printer(widthDots);
  for (const { token } of new TokenStream().push(bytes)) printer.print(token);
  const { lines, qrCodes, barcodes, cuts, unknown } = printer;
  return { paper: printer.paper.picture(), lines, qrCodes, barcodes, cuts, unknown };
};

const EDGE_DOTS = 24;

/** A picture of the printed paper for people and for comparing, as PNG, black on white with a white edge. */
export const paperPng = async (bytes: Uint8Array, widthDots = 576): Promise<Buffer> => bitmapPng(interpret(bytes, widthDots).paper);

/** A bitmap as PNG. */
export const bitmapPng = async (bitmap: Bitmap): Promise<Buffer> => {
  const height = Math.max(1, bitmap.height);
  const gray = Buffer.alloc(bitmap.width * height, 0xff);
  for (let y = 0; y < bitmap.height; y += 1) {
    for (let x = 0; x < bitmap.width; x += 1) {
      if (dotAt(bitmap, x, y)) gray[y * bitmap.width + x] = 0;
    }
  }
  return sharp(gray, { raw: { width: bitmap.width, height, channels: 1 } })
    .extend({ top: EDGE_DOTS, bottom: EDGE_DOTS, left: EDGE_DOTS, right: EDGE_DOTS, background: 'white' })
    .png()
    .toBuffer();
};
