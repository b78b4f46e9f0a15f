/** What receipt printers differ in, as data; README.md tells where each line comes from. */

/** How a ticket gets into a hand, and back. Null in a profile: the paper hangs free and nothing can tell whether it was taken. */
export interface Presenter {
  /**
   * `gs-e`: GS e 3 n pushes the ticket out by n steps, GS e 2 draws it back. `fs-p`: FS P pushes it out and draws it back by the
   * printer's own timer alone. `gs-r`: the printer pushes it out by itself after the cut, GS R 0 draws it back.
   */
  command: 'gs-e' | 'fs-p' | 'gs-r';
  /** Length of one step, millimetres; 0 where the printer takes no steps. */
  stepMm: number;
  /** Where the sensor of the mouth is told. `full`: DLE EOT 20. `status-4-set`, `status-4-clear`: bit 6 of DLE EOT 4 is 1, or 0, while a ticket lies there. */
  sensor: 'full' | 'status-4-set' | 'status-4-clear';
}

export interface PrinterProfile {
  /** Printable width. */
  widthDots: number;
  dotsPerMm: number;
  /** Columns of the built-in font A: 12 dots each, a Chinese character takes two. */
  columns: number;
  /** Chinese characters in the built-in font: all of GBK, the older GB 2312 alone, or none. */
  charset: 'gbk' | 'gb2312' | 'none';
  /** Does the font hold the characters that GB 18030 writes with four bytes? Proved of no printer yet. */
  fourByte: boolean;
  /** Cuts that the printer has; a slip that asks for the other gets this one. `none`: the paper is torn off by hand. */
  cuts: 'both' | 'full' | 'partial' | 'none';
  /** Does status 4 tell a roll that is nearly used up? */
  nearEndSensor: boolean;
  /** Some makers report a paper jam or lost black mark as the mechanical error of status 3. */
  mechanicalErrorIsJam: boolean;
  /** `live`: DLE EOT 1 to 4, a byte each. `full`: DLE EOT 20, six bytes; those makers leave out the fixed bits of the others. */
  status: 'live' | 'full';
  /** Is the printer to tell changes by itself (GS a)? */
  autoStatus: boolean;
  /**
   * GS r is answered in its turn, after everything sent before it was printed: the proof that a slip is complete. `required`: no
   * slip is confirmed without that answer. `if-answered`: where none comes, it is confirmed when the printer stayed online and
   * free of faults for the time that the slip takes and 2 s more. `never`: the printer does not know GS r; as before, unasked.
   */
  orderedStatus: 'required' | 'if-answered' | 'never';
  /** QR codes by the printer's own command, or as dots. */
  qr: 'native' | 'raster';
  /** Most rows that one GS v 0 may hold. */
  maxRows: number;
  /** Speed of the paper in millimetres a second, for the longest time that a slip may take. */
  speed: number;
  presenter: Presenter | null;
}

/** 80 mm paper, Chinese firmware with a full GBK font: the common case, and what the others are told apart from. */
const COMMON: PrinterProfile = {
  widthDots: 576,
  dotsPerMm: 8,
  columns: 48,
  charset: 'gbk',
  fourByte: false,
  cuts: 'both',
  nearEndSensor: true,
  mechanicalErrorIsJam: true,
  status: 'live',
  autoStatus: false,
  orderedStatus: 'if-answered',
  qr: 'native',
  maxRows: 2047,
  speed: 150,
  presenter: null,
};

/** Custom and Pyramid: no Chinese font is known of them, full status, no answer to GS r in its turn that could be told from it. */
const CUSTOM = { ...COMMON, charset: 'none', cuts: 'full', status: 'full', orderedStatus: 'never' } as const satisfies PrinterProfile;

export const PROFILES = {
  'generic-80': COMMON,
  'generic-58': { ...COMMON, widthDots: 384, columns: 32, cuts: 'partial', nearEndSensor: false, speed: 80 },
  /** Older boards: GB 2312 font, and no answer to GS r. */
  'gb2312-80': { ...COMMON, charset: 'gb2312', cuts: 'partial', orderedStatus: 'never', speed: 100 },
  /** Boards that know pictures and no QR codes. */
  'gb2312-80-raster-qr': { ...COMMON, charset: 'gb2312', cuts: 'partial', orderedStatus: 'never', speed: 100, qr: 'raster', maxRows: 255 },
  /** Hand-held and bar printers without a knife. */
  'tear-off-80': { ...COMMON, cuts: 'none', nearEndSensor: false, speed: 80 },
  /** Calls itself CHINA GB18030 and has no Chinese font. */
  'rongta-rp326': { ...COMMON, charset: 'none', cuts: 'partial', autoStatus: true, speed: 250 },
  /** 180 dots per inch: pictures made for 203 are refused where they are wider. */
  'epson-t88iii': { ...COMMON, widthDots: 512, dotsPerMm: 7.09, columns: 42, charset: 'gb2312', mechanicalErrorIsJam: false, autoStatus: true, orderedStatus: 'required' },
  'citizen-ct-s310ii': { ...COMMON, charset: 'gb2312', mechanicalErrorIsJam: false, autoStatus: true },
  'citizen-ppu700': { ...COMMON, charset: 'none', presenter: { command: 'gs-r', stepMm: 0, sensor: 'status-4-set' } },
  'citizen-pmu2300iii': { ...COMMON, charset: 'none', presenter: { command: 'gs-r', stepMm: 0, sensor: 'status-4-clear' } },
  'sprt-80': { ...COMMON, speed: 200 },
  'sure-80': COMMON,
  'custom-kpm216': { ...CUSTOM, presenter: { command: 'gs-e', stepMm: 0.625, sensor: 'full' } },
  'custom-tptcm112': { ...CUSTOM, presenter: { command: 'gs-e', stepMm: 22, sensor: 'full' } },
  'custom-vkp80iii': { ...CUSTOM, presenter: { command: 'fs-p', stepMm: 5, sensor: 'full' } },
  'pyramid-reliance': { ...CUSTOM, presenter: { command: 'gs-e', stepMm: 7, sensor: 'full' } },
} as const satisfies Record<string, PrinterProfile>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];
export const DEFAULT_PROFILE: PrinterProfile = PROFILES['generic-80'];
