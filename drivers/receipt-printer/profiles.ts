/** What receipt printers differ in, as data. All lengths in dots of 1/203 inch (8 to the millimetre). */

export interface PrinterProfile {
  /** Printable width. */
  widthDots: number;
  /** Columns of the built-in font A: 12 dots each, a Chinese character takes two. */
  columns: number;
  /** Chinese characters in the built-in font: all of GBK, or the older GB 2312 alone. */
  charset: 'gbk' | 'gb2312';
  /** Cuts that the printer has; a slip that asks for the other gets this one. */
  cuts: 'both' | 'full' | 'partial';
  /** Does status 4 tell a roll that is nearly used up? */
  nearEndSensor: boolean;
  /** Some makers report a paper jam or lost black mark as the mechanical error of status 3. */
  mechanicalErrorIsJam: boolean;
  /**
   * GS r is answered in its turn, after everything sent before it was printed: the proof that a slip is complete. `required`: no
   * slip is confirmed without that answer. `if-answered`: where none comes, it is confirmed when the printer stayed online and
   * free of faults for the time that the slip takes and 2 s more. `never`: the printer does not know GS r; as before, unasked.
   */
  orderedStatus: 'required' | 'if-answered' | 'never';
  /** Speed of the paper in millimetres a second, for the longest time that a slip may take. */
  speed: number;
}

/** Dots in a millimetre at 203 dpi. */
export const DOTS_PER_MM = 8;

export const PROFILES = {
  /** 80 mm paper, Chinese firmware with a full GBK font: the common case, and the default. */
  'generic-80': {
    widthDots: 576,
    columns: 48,
    charset: 'gbk',
    cuts: 'both',
    nearEndSensor: true,
    mechanicalErrorIsJam: true,
    orderedStatus: 'if-answered',
    speed: 150,
  },
  'generic-58': {
    widthDots: 384,
    columns: 32,
    charset: 'gbk',
    cuts: 'partial',
    nearEndSensor: false,
    mechanicalErrorIsJam: true,
    orderedStatus: 'if-answered',
    speed: 80,
  },
  /** Older boards: GB 2312 font, and no answer to GS r. */
  'gb2312-80': {
    widthDots: 576,
    columns: 48,
    charset: 'gb2312',
    cuts: 'partial',
    nearEndSensor: true,
    mechanicalErrorIsJam: true,
    orderedStatus: 'never',
    speed: 100,
  },
} as const satisfies Record<string, PrinterProfile>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];
export const DEFAULT_PROFILE: PrinterProfile = PROFILES['generic-80'];
