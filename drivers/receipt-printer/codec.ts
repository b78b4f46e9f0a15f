/** Slips as ESC/POS bytes. What the printer answers is in status.ts. */
import QRCode from 'qrcode';
import { fail, ok, type Bitmap, type Result, type SlipDocument, type SlipPart } from '../contract.ts';
import { ByteWriter, realTimeAt } from './bytes.ts';
import { measure, needsRaster, wrap, writeCharacters } from './characters.ts';
import { encodeCode128 } from './code128.ts';
import { retractCommand } from './presenter.ts';
import type { PrinterProfile } from './profiles.ts';
import { qrModules, type QrLevel } from './qr-size.ts';
import { dither, ruleBitmap, writeRaster } from './raster.ts';

const ESC = 0x1b;
const GS = 0x1d;
const FS = 0x1c;
const LF = 0x0a;

/** Height of a line of the built-in font, and the space below it. */
const LINE_DOTS = 24;
const LEADING_DOTS = 8;
/** From the print head to the knife, about, on most makes. */
const KNIFE_MM = 15;
/** More than any slip needs; a longer one is a mistake that would empty the roll. */
const MAX_LENGTH_MM = 1500;
const MAX_QR_BYTES = 1024;
const BARCODE_MM = 12;
/** White on both sides of Code 128, in modules. */
const BARCODE_QUIET = 10;

type Align = 'left' | 'center' | 'right';
type Part<T extends SlipPart['type']> = Extract<SlipPart, { type: T }>;

/** What the printer is to tell by itself: going on- and offline, errors, paper. */
const AUTO_STATUS = 0x0e;

/** Reset, Chinese mode on, unasked status on or off (else its bytes would look like answers), no drawing back by the printer's own timer. */
export const initialise = ({ charset, autoStatus, presenter }: PrinterProfile): number[] => [
  ESC,
  0x40,
  ...(charset === 'none' ? [] : [FS, 0x26]),
  GS,
  0x61,
  autoStatus ? AUTO_STATUS : 0,
  ...(presenter?.command === 'gs-r' ? [GS, 0x52, 0x31, 0] : []),
];

const cutCommand = (mode: 'full' | 'partial', { cuts, dotsPerMm }: PrinterProfile): number[] => {
  // Without a knife the paper is moved to the edge at which it is torn.
  if (cuts === 'none') return [ESC, 0x4a, Math.round(KNIFE_MM * dotsPerMm)];
  // Function B: the paper is moved to the knife first.
  return [GS, 0x56, (cuts === 'both' ? mode : cuts) === 'full' ? 0x41 : 0x42, 0];
};

/** What is left of a slip that broke off is cut away before the next one begins, and drawn back where that can be. */
export const ejectTorn = (profile: PrinterProfile): Uint8Array => Uint8Array.from([...initialise(profile), ...cutCommand('full', profile), ...(profile.presenter === null ? [] : (retractCommand(profile.presenter) ?? []))]);

const ALIGN: Readonly<Record<Align, number>> = { left: 0, center: 1, right: 2 };
const align = (to: Align): [number, number, number] => [ESC, 0x61, ALIGN[to]];

/** Lines of a row: the left text, and the right one flush with the right edge, each wrapped where both do not fit one line. */
export const rowLines = (left: string, right: string, columns: number): string[] => {
  const flush = (text: string): string => ' '.repeat(Math.max(0, columns - measure(text))) + text;
  const [leftColumns, rightColumns] = [measure(left), measure(right)];
  if (leftColumns + 1 + rightColumns <= columns) return [left + ' '.repeat(columns - leftColumns - rightColumns) + right];
  if (leftColumns > columns / 2) return [...wrap(left, columns), ...wrap(right, columns).map(flush)];
  const [first = '', ...rest] = wrap(right, columns - leftColumns - 2);
  return [left + flush(first).slice(leftColumns), ...rest.map(flush)];
};

/** Puts the parts of one slip together; each method answers why it cannot, or null. */
class SlipWriter {
  readonly writer = new ByteWriter();
  /** Paper used. */
  dots = 0;
  private readonly profile: PrinterProfile;

  constructor(profile: PrinterProfile) {
    this.profile = profile;
    this.writer.put(...initialise(profile));
    this.writer.endSegment();
  }

  /** Size, weight and line height. FS ! comes before GS ! because on some makes the later one decides for Chinese characters. */
  private style(width: number, height: number, bold: boolean, reverse: boolean): void {
    const chinese = width <= 2 && height <= 2 ? (width === 2 ? 4 : 0) | (height === 2 ? 8 : 0) : 0;
    if (this.profile.charset !== 'none') this.writer.put(FS, 0x21, chinese);
    this.writer.put(GS, 0x21, ((width - 1) << 4) | (height - 1), ESC, 0x45, bold ? 1 : 0, GS, 0x42, reverse ? 1 : 0, ESC, 0x33, LINE_DOTS * height + LEADING_DOTS);
  }

  private lines(lines: readonly string[], height: number): void {
    for (const line of lines) {
      writeCharacters(line, this.profile, this.writer.byte);
      this.writer.byte(LF);
    }
    this.writer.endSegment();
    this.dots += lines.length * (LINE_DOTS * height + LEADING_DOTS);
  }

  private feed(dots: number): void {
    for (let left = dots; left > 0; left -= 255) this.writer.put(ESC, 0x4a, Math.min(255, left));
    this.dots += dots;
  }

  private text({ text, width = 1, height = 1, bold = false, reverse = false, align: to = 'left' }: Part<'text'>): string | null {
    if (needsRaster(text, this.profile)) return "a text holds characters that are not in the printer's font; send it as a picture";
    this.writer.put(...align(to));
    this.style(width, height, bold, reverse);
    this.lines(wrap(text, Math.floor(this.profile.columns / width)), height);
    return null;
  }

  private row({ left, right, width = 1, height = 1, bold = false }: Part<'row'>): string | null {
    if (needsRaster(left, this.profile) || needsRaster(right, this.profile) || left.includes('\n') || right.includes('\n')) {
      return "a row holds characters that are not in the printer's font, or a line break; send it as a picture";
    }
    this.writer.put(...align('left'));
    this.style(width, height, bold, false);
    this.lines(rowLines(left, right, Math.floor(this.profile.columns / width)), height);
    return null;
  }

  private rule(style: 'solid' | 'dashed'): null {
    writeRaster(this.writer, ruleBitmap(style, this.profile.widthDots), { align: align('left') });
    this.dots += 4;
    this.feed(LEADING_DOTS);
    this.writer.endSegment();
    return null;
  }

  private picture(bitmap: Bitmap, to: Align, scale: 1 | 2): string | null {
    const { width, height, data } = bitmap;
    if (width < 1 || height < 1 || width * scale > this.profile.widthDots) return `a picture of ${width * scale} × ${height * scale} dots does not fit paper of ${this.profile.widthDots} dots`;
    if (data.length !== Math.ceil(width / 8) * height) return `a picture of ${width} × ${height} dots comes with ${data.length} bytes`;
    writeRaster(this.writer, bitmap, { maxRows: this.profile.maxRows, scale, align: align(to) });
    this.dots += height * scale;
    return null;
  }

  private grey({ picture, align: to = 'left' }: Part<'grey'>): string | null {
    const { width, height, data } = picture;
    if (width < 1 || height < 1 || width > this.profile.widthDots) return `a grey picture of ${width} × ${height} dots does not fit paper of ${this.profile.widthDots} dots`;
    if (data.length !== width * height) return `a grey picture of ${width} × ${height} dots comes with ${data.length} bytes`;
    return this.picture(dither(picture), to, 1);
  }

  private qr({ text, level = 'M', module: wanted, align: to = 'center' }: Part<'qr'>): string | null {
    const data = Buffer.from(text);
    const modules = qrModules(data.length, level);
    if (data.length === 0 || data.length > MAX_QR_BYTES || modules === null) return `a QR code must hold 1 to ${MAX_QR_BYTES} bytes, not ${data.length}`;
    if (data.some((byte) => byte < 0x20)) return 'a QR code must not hold control characters';
    const module = Math.min(wanted ?? 6, 16, Math.floor(this.profile.widthDots / (modules + 8)));
    // Below three dots (0.375 mm) a phone's camera no longer resolves a module on thermal paper.
    if (module < Math.min(3, wanted ?? 3)) return `a QR code of ${data.length} bytes is too wide for this paper`;
    // Printers leave no quiet zone: four modules of white above and below.
    this.feed(4 * module);
    if (this.profile.qr === 'raster') {
      const refused = this.picture(qrBitmap(data, level, module), to, 1);
      if (refused !== null) return refused;
    } else {
      this.writer.put(...align(to));
      this.qrFunction(0x41, 0x32, 0x00);
      this.qrFunction(0x43, module);
      this.qrFunction(0x45, QR_LEVEL[level]);
      this.qrFunction(0x50, 0x30, ...data);
      this.qrFunction(0x51, 0x30);
      this.dots += modules * module;
    }
    this.feed(4 * module);
    this.writer.endSegment();
    return null;
  }

  private qrFunction(fn: number, ...rest: number[]): void {
    const length = rest.length + 2;
    this.writer.put(GS, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, fn, ...rest);
  }

  private barcode({ text, heightMm = BARCODE_MM, module: wanted, caption = true, align: to = 'center' }: Part<'barcode'>): string | null {
    const code = encodeCode128(text);
    if (code === null) return 'a barcode must hold 1 to 200 printable ASCII characters';
    if (!(heightMm >= 3 && heightMm <= 30)) return 'a barcode must be 3 to 30 mm high';
    // A printer prints nothing, and says nothing, where a barcode is wider than its paper.
    const module = Math.min(wanted ?? 3, Math.floor(this.profile.widthDots / (code.modules + 2 * BARCODE_QUIET)));
    if (module < 2 || module < (wanted ?? 2)) return `a barcode of ${text.length} characters is too wide for this paper`;
    const height = Math.min(255, Math.round(heightMm * this.profile.dotsPerMm));
    this.writer.put(...align(to), GS, 0x68, height, GS, 0x77, module, GS, 0x48, caption ? 2 : 0, GS, 0x6b, 73, code.data.length, ...code.data);
    this.dots += height + (caption ? LINE_DOTS + LEADING_DOTS : 0);
    this.feed(LEADING_DOTS);
    this.writer.endSegment();
    return null;
  }

  private cut(mode: 'full' | 'partial'): null {
    this.writer.put(...cutCommand(mode, this.profile));
    this.writer.endSegment();
    this.dots += KNIFE_MM * this.profile.dotsPerMm;
    return null;
  }

  add(part: SlipPart): string | null {
    switch (part.type) {
      case 'text':
        return this.text(part);
      case 'row':
        return this.row(part);
      case 'rule':
        return this.rule(part.style);
      case 'image':
        return this.picture(part.bitmap, part.align ?? 'left', part.scale ?? 1);
      case 'grey':
        return this.grey(part);
      case 'qr':
        return this.qr(part);
      case 'barcode':
        return this.barcode(part);
      case 'feed':
        if (!(part.mm >= 0 && part.mm <= 200)) return 'a feed must be 0 to 200 mm';
        this.feed(Math.round(part.mm * this.profile.dotsPerMm));
        this.writer.endSegment();
        return null;
      case 'cut':
        return this.cut(part.mode);
    }
  }
}

const QR_LEVEL: Readonly<Record<QrLevel, number>> = { L: 0x30, M: 0x31, Q: 0x32, H: 0x33 };

const qrBitmap = (data: Uint8Array, level: QrLevel, module: number): Bitmap => {
  const { modules } = QRCode.create([{ data: Buffer.from(data), mode: 'byte' }], { errorCorrectionLevel: level });
  const side = modules.size * module;
  const stride = Math.ceil(side / 8);
  const dots = new Uint8Array(stride * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (modules.get(Math.floor(y / module), Math.floor(x / module)) !== 0) dots[y * stride + (x >> 3)] = (dots[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { width: side, height: side, data: dots };
};

/** No more than what small printers have as their buffer. */
const PARCEL_BYTES = 4096;

export interface EncodedSlip {
  /** Whole commands each: between two of them a status request may be sent. */
  segments: Uint8Array[];
  /** Paper that the slip uses, about. */
  lengthMm: number;
  /** Its last command is its only cut: a knife that stuck there may be tried again without anything printed twice. */
  cutLast: boolean;
}

/**
 * A slip as bytes. `bad-input` for a text outside the printer's font, a picture or code that does not fit, a slip that is
 * empty or longer than 1.5 m. No slip holds a real-time command.
 */
export const encodeSlip = (slip: SlipDocument, profile: PrinterProfile): Result<EncodedSlip> => {
  const made = new SlipWriter(profile);
  for (const part of slip.parts) {
    const refused = made.add(part);
    if (refused !== null) return fail('bad-input', refused);
  }
  const lengthMm = made.dots / profile.dotsPerMm;
  if (slip.parts.length === 0) return fail('bad-input', 'a slip without parts');
  if (lengthMm > MAX_LENGTH_MM) return fail('bad-input', `a slip of ${Math.round(lengthMm)} mm; at most ${MAX_LENGTH_MM} mm are printed`);
  // Nothing above can make one; a printer that got one would take what follows for text, page after page.
  if (realTimeAt(made.writer.all) !== -1) return fail('bad-input', 'the bytes of this slip hold a real-time command');
  const cuts = slip.parts.filter(({ type }) => type === 'cut').length;
  return ok({ segments: made.writer.parcels(PARCEL_BYTES), lengthMm, cutLast: cuts === 1 && slip.parts.at(-1)?.type === 'cut' && profile.cuts !== 'none' });
};
