/**
 * Builds a slip from lines: the printer's own font where it can show them, dots where it cannot and for the sizes that whole
 * multiples of 24 dots do not give. 80 mm paper, 576 dots printed, eight dots to the millimetre.
 */
import QRCode from 'qrcode';
import type { SlipDocument, SlipPart } from '../../drivers/contract.ts';
import type { Hall } from '../../kiosk-config/index.ts';
import { isoWithOffset } from '../clock/index.ts';
import { describe, type Fonts, type Weight } from './fonts.ts';
import { COLUMNS, columnsOf, printerShows, type Shows } from './printer-font.ts';
import { createCanvas, drawText, fillRect, invert, MissingGlyphs, pack, type Canvas } from './raster.ts';
import type { Made } from './types.ts';
import { breakBy, breakLines, setLine } from './typeset.ts';

export const DOTS_PER_MM = 8;
const WIDTH = 576;
/** Body lines that the printer cannot show: 3.5 mm, a little above the smallest print of 3.3 mm. */
const BODY_EM = 28;
/** Code of about 30 mm, without its quiet zone. */
const CODE_DOTS = 240;

type Align = 'left' | 'center' | 'right';

export interface Slip {
  /** A line, or as many as it needs, drawn as dots at any size. `em` in dots. */
  large(text: string, em: number, align?: Align, weight?: Weight): void;
  /** Body text, 3 mm, broken where it must be. */
  text(text: string, options?: { align?: Align; bold?: boolean; hanging?: number }): void;
  /** Label left, value right; beneath each other where they do not fit on one line. */
  row(label: string, value: string): void;
  /** The same, larger than body text: for what must be found again. `em` of the value, in dots. */
  largeRow(label: string, value: string, em?: number): void;
  /** One short word as large as the paper takes, up to `em` dots; drawn at half the size and doubled by the printer. */
  huge(text: string, em: number): void;
  rule(style: 'solid' | 'dashed'): void;
  space(mm: number): void;
  /** Code at the left, lines at its right; the first is bold. `side` of the code in dots. */
  codeBeside(code: string, lines: string[], side?: number): void;
  /** White on black over the whole width. */
  bar(text: string): void;
  /** Room to the tear, and the cut. */
  finish(): SlipDocument & { lines: string[] };
}

/** Parts that were drawn before, by all that they show. */
export type DrawnParts = Map<string, Extract<SlipPart, { type: 'image' }>>;
/** Forgotten all at once when they are so many: about a megabyte. */
const MOST_DRAWN = 200;

export interface SlipOptions {
  /** What the printer's own font shows. */
  shows?: Shows;
  /** Keeps what is drawn, for paper that names nobody. */
  drawn?: DrawnParts;
}

/** Throws {@link MissingGlyphs} from any part whose text cannot be shown. */
export const createSlip = (fonts: Fonts, { shows = printerShows, drawn }: SlipOptions = {}): Slip => {
  const parts: SlipPart[] = [];
  const printed: string[] = [];
  // Only the width that is used goes over the wire: at 115,200 baud every kilobyte costs a tenth of a second.
  const image = (width: number, height: number, align: Align, draw: (canvas: ReturnType<typeof createCanvas>) => void): void => {
    const canvas = createCanvas(Math.min(WIDTH, Math.ceil(width / 8) * 8), height);
    draw(canvas);
    parts.push({ type: 'image', bitmap: pack(canvas), align });
  };
  /** Draws what `key` says whole, or takes it from what was drawn. */
  const once = (key: readonly unknown[], draw: () => void): void => {
    if (drawn === undefined) return draw();
    const name = JSON.stringify(key);
    const known = drawn.get(name);
    // A bitmap is handed over to another thread, and with it its memory.
    if (known !== undefined) {
      parts.push({ ...known, bitmap: { ...known.bitmap, data: known.bitmap.data.slice() } });
      return;
    }
    const before = parts.length;
    draw();
    const [made, more] = parts.slice(before);
    if (made?.type !== 'image' || more !== undefined) return;
    if (drawn.size >= MOST_DRAWN) drawn.clear();
    drawn.set(name, { ...made, bitmap: { ...made.bitmap, data: made.bitmap.data.slice() } });
  };
  const checked = (text: string): void => {
    const missing = fonts.missing(text);
    if (missing.length > 0) throw new MissingGlyphs(missing);
  };
  const large: Slip['large'] = (text, em, align = 'left', weight = 'bold') => {
    checked(text);
    const lines = breakLines(fonts, text, weight, em, WIDTH);
    const leading = Math.round(em * 1.25);
    const widths = lines.map((line) => setLine(fonts, line, weight, em).width);
    image(Math.max(8, ...widths), lines.length * leading, align, (canvas) => {
      for (const [index, line] of lines.entries()) {
        const spare = canvas.width - (widths[index] ?? 0);
        const x = align === 'left' ? 0 : align === 'center' ? spare / 2 : spare;
        drawText(canvas, fonts, line, { x: Math.max(0, Math.floor(x)), y: index * leading + Math.round(em * 1.02), em, weight });
      }
    });
  };
  const text: Slip['text'] = (whole, { align = 'left', bold = false, hanging = 0 } = {}) => {
    checked(whole);
    // A paragraph is set in one way throughout: a single rare name must not stand out among its neighbours' letters.
    if (!shows(whole)) {
      large(whole, BODY_EM, align, bold ? 'bold' : 'regular');
      return;
    }
    for (const [index, line] of breakBy(whole, columnsOf, COLUMNS - hanging).entries()) {
      parts.push({ type: 'text', text: index === 0 ? line : ' '.repeat(hanging) + line, align, bold });
    }
  };
  const largeRow: Slip['largeRow'] = (label, value, em = 32) => {
    checked(label + value);
    const labelEm = 28;
    const width = setLine(fonts, value, 'bold', em).width;
    if (setLine(fonts, label, 'regular', labelEm).width + 24 + width > WIDTH) {
      large(label, labelEm, 'left', 'regular');
      large(value, em, 'right');
      return;
    }
    const base = Math.round(em * 1.1);
    image(WIDTH, Math.round(em * 1.44), 'left', (canvas) => {
      drawText(canvas, fonts, label, { x: 0, y: base, em: labelEm, weight: 'regular' });
      drawText(canvas, fonts, value, { x: WIDTH - Math.ceil(width), y: base, em, weight: 'bold' });
    });
  };
  return {
    large: (words, ...how) => {
      printed.push(words);
      once(['large', words, ...how], () => large(words, ...how));
    },
    text: (words, how) => {
      printed.push(words);
      text(words, how);
    },
    largeRow: (label, value, em) => {
      printed.push(`${label} ${value}`);
      once(['row', label, value, em], () => largeRow(label, value, em));
    },
    row: (label, value) => {
      printed.push(`${label} ${value}`);
      checked(label + value);
      if (!shows(label + value)) largeRow(label, value);
      else if (columnsOf(label) + 2 + columnsOf(value) <= COLUMNS) parts.push({ type: 'row', left: label, right: value, bold: true });
      else {
        text(label);
        text(value, { bold: true, align: columnsOf(value) <= COLUMNS ? 'right' : 'left' });
      }
    },
    rule: (style) => parts.push({ type: 'rule', style }),
    space: (mm) => parts.push({ type: 'feed', mm }),
    huge: (words, em) => {
      printed.push(words);
      checked(words);
      const full = setLine(fonts, words, 'bold', em / 2).width;
      const half = Math.min(1, WIDTH / 2 / full) * (em / 2);
      const width = Math.min(WIDTH / 2, Math.ceil(full * (half / (em / 2)) / 8) * 8);
      const canvas = createCanvas(width, Math.ceil(half * 1.4));
      drawText(canvas, fonts, words, { x: 0, y: Math.round(half * 1.05), em: half, weight: 'bold' });
      parts.push({ type: 'image', bitmap: pack(trimmed(canvas)), align: 'center', scale: 2 });
    },
    codeBeside: (code, beside, side = CODE_DOTS) => {
      printed.push(...beside);
      const { dots, size } = codeDots(code, side);
      const left = size + 4 * DOTS_PER_MM;
      const em = 30;
      const set = beside.flatMap((line, index) => {
        checked(line);
        const weight: Weight = index === 0 ? 'bold' : 'regular';
        return breakLines(fonts, line, weight, em, WIDTH - left).map((one) => ({ one, weight }));
      });
      const leading = Math.round(em * 1.45);
      const height = Math.max(size, set.length * leading) + 2 * DOTS_PER_MM;
      image(WIDTH, height, 'left', (canvas) => {
        for (const { x, y, length, module } of dots) fillRect(canvas, x, y + Math.floor((height - size) / 2), length, module);
        const top = Math.floor((height - set.length * leading) / 2);
        for (const [index, { one, weight }] of set.entries()) drawText(canvas, fonts, one, { x: left, y: top + index * leading + em, em, weight });
      });
    },
    bar: (words) => {
      printed.push(words);
      checked(words);
      const em = 37;
      once(['bar', words], () =>
        image(WIDTH, 66, 'left', (canvas) => {
          drawText(canvas, fonts, words, { x: Math.floor((WIDTH - setLine(fonts, words, 'bold', em).width) / 2), y: 47, em, weight: 'bold' });
          invert(canvas);
        }),
      );
    },
    finish: () => ({ parts: [...parts, { type: 'feed', mm: 8 }, { type: 'cut', mode: 'full' }], lines: printed }),
  };
};

/** Without the empty rows above and below. */
const trimmed = ({ width, height, dots }: Canvas): Canvas => {
  const inked = Array.from({ length: height }, (_, row) => dots.subarray(row * width, (row + 1) * width).includes(1));
  const [first, last] = [inked.indexOf(true), inked.lastIndexOf(true)];
  return { width, height: last - first + 1, dots: dots.subarray(first * width, (last + 1) * width) };
};

/** Runs of black modules as rectangles of dots, and the side of the code. A phone needs modules of three dots (0.38 mm). */
const codeDots = (text: string, side: number): { dots: { x: number; y: number; length: number; module: number }[]; size: number } => {
  const medium = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules;
  // A long statement gives up some redundancy before its modules grow too small for a phone or the code too large for the slip.
  const modules = medium.size * 3 > side * 1.15 ? QRCode.create(text, { errorCorrectionLevel: 'L' }).modules : medium;
  const module = Math.max(3, Math.floor(side / modules.size));
  const dots = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      let end = column;
      while (end < modules.size && modules.get(row, end) !== 0) end += 1;
      if (end > column) dots.push({ x: (column + 2) * module, y: row * module, length: (end - column) * module, module });
      column = end;
    }
  }
  return { dots, size: (modules.size + 2) * module };
};

/** Hall, kind of paper, use line: the same head on every slip. */
export const head = (slip: Slip, hall: Hall, title: { zh: string; en: string }, use: string, english: boolean): void => {
  slip.large(hall.name.zh, 36, 'center');
  if (english) slip.text(hall.name.en, { align: 'center' });
  slip.large(title.zh, 60, 'center');
  if (english) slip.large(title.en, 34, 'center');
  slip.text(use, { align: 'center' });
  slip.space(1);
  slip.rule('solid');
  slip.space(1);
};

/** Turns a slip's builder into the answer of the printing face. */
export const made = (build: () => SlipDocument & { lines: string[] }): Made<SlipDocument> => {
  try {
    const { lines, ...value } = build();
    return { ok: true, value, lines };
  } catch (error) {
    if (error instanceof MissingGlyphs) return { ok: false, missing: error.missing, message: `no font draws ${error.missing.map(describe).join(', ')}` };
    throw error;
  }
};

/** 2026-11-22 03:24:07 on the hall's clock. */
export const localTime = (iso: string, timeZone: string): string => isoWithOffset(Date.parse(iso), timeZone).slice(0, 19).replace('T', ' ');

/** 12月11日, from an ISO day. */
export const chineseDay = (iso: string): string => `${Number(iso.slice(5, 7))}月${Number(iso.slice(8, 10))}日`;

/** 11 December, from an ISO day. */
export const englishDay = (iso: string): string =>
  new Date(`${iso.slice(0, 10)}T12:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** 7C2F 9A10 4E8B D366: groups of four. */
export const inFours = (text: string): string => (text.match(/.{1,4}/g) ?? []).join(' ');
