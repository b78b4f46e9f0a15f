/** Slips as ESC/POS bytes, and the printer's status bytes. */
import QRCode from 'qrcode';
import { condition, fail, ok, type Condition, type Result, type SlipDocument, type SlipPart } from '../contract.ts';
import { encodeCharacters, measure, needsRaster, wrap } from './characters.ts';
import { DOTS_PER_MM, type PrinterProfile } from './profiles.ts';
import { encodeRaster, ruleBitmap } from './raster.ts';

const ESC = 0x1b;
const GS = 0x1d;
const FS = 0x1c;
const DLE = 0x10;
const LF = 0x0a;

/** Height of a line of the built-in font, and the space below it. */
const LINE_DOTS = 24;
const LEADING_DOTS = 8;
/** More than any slip needs; a longer one is a mistake that would empty the roll. */
const MAX_LENGTH_MM = 1500;
const MAX_QR_BYTES = 1024;

type Align = 'left' | 'center' | 'right';
type TextPart = Extract<SlipPart, { type: 'text' }>;
type RowPart = Extract<SlipPart, { type: 'row' }>;

/** Reset, Chinese mode on, no unasked status: its bytes would look like answers. */
export const INITIALISE = Uint8Array.of(ESC, 0x40, FS, 0x26, GS, 0x61, 0);
/** Answered in its turn: when the answer comes, all that was sent before has been printed. */
export const ORDERED_STATUS = Uint8Array.of(GS, 0x72, 0x01);
/** Asks for one status byte, answered at once even while the printer is offline. */
export const statusRequest = (which: StatusNumber): Uint8Array => Uint8Array.of(DLE, 0x04, which);
/** What is left of a slip that broke off is cut away before the next one begins. */
export const EJECT_TORN = Uint8Array.of(...INITIALISE, GS, 0x56, 0x42, 0);

const align = (to: Align): number[] => [ESC, 0x61, { left: 0, center: 1, right: 2 }[to]];

/** Size, weight and line height. FS ! comes before GS ! because on some makes the later one decides for Chinese characters. */
const style = (width: number, height: number, bold: boolean, reverse: boolean): number[] => {
  const chinese = width <= 2 && height <= 2 ? (width === 2 ? 4 : 0) | (height === 2 ? 8 : 0) : 0;
  return [FS, 0x21, chinese, GS, 0x21, ((width - 1) << 4) | (height - 1), ESC, 0x45, bold ? 1 : 0, GS, 0x42, reverse ? 1 : 0, ESC, 0x33, LINE_DOTS * height + LEADING_DOTS];
};

interface Segment {
  bytes: Uint8Array;
  /** Paper that it uses. */
  dots: number;
}

const textSegment = (part: TextPart, profile: PrinterProfile): Segment => {
  const { width = 1, height = 1 } = part;
  const lines = wrap(part.text, Math.floor(profile.columns / width));
  return {
    bytes: Uint8Array.from([
      ...align(part.align ?? 'left'),
      ...style(width, height, part.bold ?? false, part.reverse ?? false),
      ...lines.flatMap((line) => [...encodeCharacters(line, profile), LF]),
    ]),
    dots: lines.length * (LINE_DOTS * height + LEADING_DOTS),
  };
};

/** Lines of a row: the left text, and the right one flush with the right edge, each wrapped where both do not fit one line. */
export const rowLines = (left: string, right: string, columns: number): string[] => {
  const flush = (text: string): string => ' '.repeat(Math.max(0, columns - measure(text))) + text;
  if (measure(left) + 1 + measure(right) <= columns) return [left + ' '.repeat(columns - measure(left) - measure(right)) + right];
  if (measure(left) > columns / 2) return [...wrap(left, columns), ...wrap(right, columns).map(flush)];
  const [first = '', ...rest] = wrap(right, columns - measure(left) - 2);
  return [left + flush(first).slice(measure(left)), ...rest.map(flush)];
};

const rowSegment = (part: RowPart, profile: PrinterProfile): Segment => {
  const { width = 1, height = 1 } = part;
  const lines = rowLines(part.left, part.right, Math.floor(profile.columns / width));
  return {
    bytes: Uint8Array.from([...align('left'), ...style(width, height, part.bold ?? false, false), ...lines.flatMap((line) => [...encodeCharacters(line, profile), LF])]),
    dots: lines.length * (LINE_DOTS * height + LEADING_DOTS),
  };
};

const qrFunction = (fn: number, ...rest: number[]): number[] => {
  const length = rest.length + 2;
  return [GS, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, fn, ...rest];
};

/** Modules along one side, quiet zone apart. Null when no symbol holds the text at that level. */
const qrModules = (text: string, level: 'L' | 'M' | 'Q' | 'H'): number | null => {
  try {
    // Printers encode bytes; a symbol with cleverer modes would be smaller than what comes out.
    return QRCode.create([{ data: Buffer.from(text), mode: 'byte' }], { errorCorrectionLevel: level }).modules.size;
  } catch {
    return null;
  }
};

const qrSegment = (part: Extract<SlipPart, { type: 'qr' }>, profile: PrinterProfile): Result<Segment> => {
  const level = part.level ?? 'M';
  const data = Buffer.from(part.text);
  const modules = qrModules(part.text, level);
  if (data.length === 0 || data.length > MAX_QR_BYTES || modules === null) return fail('bad-input', `a QR code must hold 1 to ${MAX_QR_BYTES} bytes, not ${data.length}`);
  if (data.some((byte) => byte < 0x20)) return fail('bad-input', 'a QR code must not hold control characters');
  const module = Math.min(part.module ?? 6, 16, Math.floor(profile.widthDots / (modules + 8)));
  // Below three dots (0.375 mm) a phone's camera no longer resolves a module on thermal paper.
  if (module < Math.min(3, part.module ?? 3)) return fail('bad-input', `a QR code of ${data.length} bytes is too wide for this paper`);
  // Printers leave no quiet zone: four modules of white above and below.
  const quiet = [ESC, 0x4a, 4 * module];
  return ok({
    bytes: Uint8Array.from([
      ...quiet,
      ...align(part.align ?? 'center'),
      ...qrFunction(0x41, 0x32, 0x00),
      ...qrFunction(0x43, module),
      ...qrFunction(0x45, { L: 0x30, M: 0x31, Q: 0x32, H: 0x33 }[level]),
      ...qrFunction(0x50, 0x30, ...data),
      ...qrFunction(0x51, 0x30),
      ...quiet,
    ]),
    dots: (modules + 8) * module,
  });
};

const feedSegment = (mm: number): Segment => {
  const dots = Math.round(mm * DOTS_PER_MM);
  const steps = Array.from({ length: Math.ceil(dots / 255) }, (_, at) => Math.min(255, dots - at * 255));
  return { bytes: Uint8Array.from(steps.flatMap((step) => [ESC, 0x4a, step])), dots };
};

const cutSegment = (mode: 'full' | 'partial', profile: PrinterProfile): Segment => {
  const cut = profile.cuts === 'both' ? mode : profile.cuts;
  // Function B: the paper is moved to the knife first. About 15 mm on most makes.
  return { bytes: Uint8Array.of(GS, 0x56, cut === 'full' ? 0x41 : 0x42, 0), dots: 15 * DOTS_PER_MM };
};

const segmentsOf = (part: SlipPart, profile: PrinterProfile): Result<Segment[]> => {
  switch (part.type) {
    case 'text':
      if (needsRaster(part.text, profile)) return fail('bad-input', "a text holds characters that are not in the printer's font; send it as a picture");
      return ok([textSegment(part, profile)]);
    case 'row':
      if (needsRaster(part.left + part.right, profile) || `${part.left}${part.right}`.includes('\n')) {
        return fail('bad-input', "a row holds characters that are not in the printer's font, or a line break; send it as a picture");
      }
      return ok([rowSegment(part, profile)]);
    case 'rule':
      return ok([{ bytes: Buffer.concat([Uint8Array.from(align('left')), ...encodeRaster(ruleBitmap(part.style, profile.widthDots)), Uint8Array.of(ESC, 0x4a, LEADING_DOTS)]), dots: 4 + LEADING_DOTS }]);
    case 'image': {
      const { width, height, data } = part.bitmap;
      if (width < 1 || height < 1 || width > profile.widthDots) return fail('bad-input', `a picture of ${width} × ${height} dots does not fit paper of ${profile.widthDots} dots`);
      if (data.length !== Math.ceil(width / 8) * height) return fail('bad-input', `a picture of ${width} × ${height} dots comes with ${data.length} bytes`);
      const slices = encodeRaster(part.bitmap);
      const aligned = Uint8Array.from(align(part.align ?? 'left'));
      return ok(slices.map((slice) => ({ bytes: Buffer.concat([aligned, slice]), dots: Math.ceil(height / slices.length) })));
    }
    case 'qr': {
      const segment = qrSegment(part, profile);
      return segment.ok ? ok([segment.value]) : segment;
    }
    case 'feed':
      if (!(part.mm >= 0 && part.mm <= 200)) return fail('bad-input', 'a feed must be 0 to 200 mm');
      return ok([feedSegment(part.mm)]);
    case 'cut':
      return ok([cutSegment(part.mode, profile)]);
  }
};

export interface EncodedSlip {
  /** Whole commands each: between two of them a status request may be sent. */
  segments: Uint8Array[];
  /** Paper that the slip uses, about. */
  lengthMm: number;
}

/**
 * A slip as bytes. `bad-input` for a text outside the printer's font, a picture or QR code that does not fit, a slip that is
 * empty or longer than 1.5 m.
 */
export const encodeSlip = (slip: SlipDocument, profile: PrinterProfile): Result<EncodedSlip> => {
  const segments: Segment[] = [{ bytes: INITIALISE, dots: 0 }];
  for (const part of slip.parts) {
    const made = segmentsOf(part, profile);
    if (!made.ok) return made;
    segments.push(...made.value);
  }
  const lengthMm = segments.reduce((sum, segment) => sum + segment.dots, 0) / DOTS_PER_MM;
  if (slip.parts.length === 0) return fail('bad-input', 'a slip without parts');
  if (lengthMm > MAX_LENGTH_MM) return fail('bad-input', `a slip of ${Math.round(lengthMm)} mm; at most ${MAX_LENGTH_MM} mm are printed`);
  return ok({ segments: segments.map((segment) => segment.bytes), lengthMm });
};

// --------------------------------------------------------------------------------------------- status

/** 1 printer, 2 why it is offline, 3 which error, 4 paper. */
export type StatusNumber = 1 | 2 | 3 | 4;
export type StatusBytes = Record<StatusNumber, number>;

/** Fixed bits of an answer to DLE EOT. 00 or FF, as from a broken cable, is none. */
export const isLiveStatus = (byte: number): boolean => (byte & 0x93) === 0x12;
/** Fixed bits of an answer to GS r. */
export const isOrderedStatus = (byte: number): boolean => (byte & 0x90) === 0x00;

const has = (byte: number, bits: number): boolean => (byte & bits) !== 0;

/** Conditions that four status bytes tell; `original` is the byte that told. */
export const conditionsOf = (status: StatusBytes, profile: PrinterProfile): Condition[] => {
  const hex = (which: StatusNumber): string => `DLE EOT ${which}: ${status[which].toString(16).padStart(2, '0')}`;
  const found: Condition[] = [];
  if (has(status[2], 0x04)) found.push(condition('cover-open', 'error', hex(2)));
  if (has(status[4], 0x60)) found.push(condition('paper-out', 'error', hex(4)));
  else if (has(status[2], 0x20)) found.push(condition('paper-out', 'error', hex(2)));
  if (has(status[3], 0x08)) found.push(condition('cutter-fault', 'error', hex(3)));
  if (has(status[3], 0x04) && profile.mechanicalErrorIsJam) found.push(condition('paper-jam', 'error', hex(3)));
  if (has(status[3], 0x40)) found.push(condition('head-hot', 'error', hex(3)));
  if (has(status[3], 0x20)) found.push(condition('device-fault', 'error', hex(3)));
  if (found.length === 0 && has(status[2], 0x40)) found.push(condition('device-fault', 'error', hex(2)));
  if (found.length === 0 && has(status[1], 0x08)) found.push(condition('offline', 'error', hex(1)));
  if (profile.nearEndSensor && has(status[4], 0x0c) && !found.some(({ code }) => code === 'paper-out')) found.push(condition('paper-low', 'warning', hex(4)));
  return found;
};

export const isOffline = (printerByte: number): boolean => has(printerByte, 0x08);
