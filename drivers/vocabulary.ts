/**
 * What every device of a terminal promises, whatever its maker.
 *
 * The vocabulary is that of the two trusted kiosk standards (CEN/XFS4IoT, IATA CUSS 2): the state of the
 * component and the state of the media are separate; *unknown* (cannot tell now) is not *absent* (no such
 * sensor); a fault carries the remedy that ends it; delivery is proved by *taken*, never by *sent*.
 */

/** What ends a fault: `wait` (it passes), `clear` and `replenish` (staff), `reset` (automatic), `maintain` (technician). */
export const REMEDIES = ['wait', 'clear', 'replenish', 'reset', 'maintain'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** `error`: the device cannot do its work. `warning`: it can, but not for long. `info`: worth a line in the health page. */
export type Severity = 'info' | 'warning' | 'error';

/** Every condition that any device class can be in: closed, so that each one has a screen text and a test. */
export const CONDITION_CODES = [
  'not-responding',
  'disconnected',
  'wrong-device',
  'misconfigured',
  'offline',
  'paper-low',
  'paper-out',
  'paper-jam',
  'cover-open',
  'cutter-fault',
  'head-hot',
  'media-left',
  'output-full',
  'tray-missing',
  'toner-low',
  'toner-out',
  'waste-full',
  'paused',
  'feeder-empty',
  'feeder-jam',
  'busy-elsewhere',
  'unauthorised-module',
  'retract-full',
  'cell-stuck',
  'cell-left-open',
  'voice-missing',
  'device-fault',
  'unknown-reason',
] as const;
export type ConditionCode = (typeof CONDITION_CODES)[number];

/** One thing that is the matter with a device now. */
export interface Condition {
  code: ConditionCode;
  severity: Severity;
  remedy: Remedy;
  /** ISO 8601 with offset; when this was first seen. */
  since?: string;
  /** What the device itself said: status byte in hex, IPP keyword, XML state. Never personal data. */
  original?: string;
}

/** Why one command failed: a condition of the device, or something about this command alone. */
export const FAULT_CODES = [
  ...CONDITION_CODES,
  'timed-out',
  'cancelled',
  'busy',
  'no-media',
  'media-removed',
  'bad-frame',
  'bad-checksum',
  'media-unreadable',
  'unmapped-character',
  'media-too-large',
  'media-empty',
  'refused',
  'bad-input',
  'job-lost',
  'host-crashed',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

export interface Fault {
  code: FaultCode;
  remedy: Remedy;
  /** One English sentence for technicians and logs; never shown to a citizen, never personal data. */
  message: string;
  original?: string;
}

/** Outcome of a command. Exceptions are for programmer errors only. */
export type Result<T> = { ok: true; value: T } | { ok: false; fault: Fault };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Builds a failed result; the remedy defaults to the one that belongs to the code ({@link REMEDY_OF}). */
export const fail = (code: FaultCode, message: string, more: { remedy?: Remedy; original?: string } = {}): { ok: false; fault: Fault } => ({
  ok: false,
  fault: {
    code,
    remedy: more.remedy ?? REMEDY_OF[code],
    message,
    ...(more.original === undefined ? {} : { original: more.original }),
  },
});

/** The remedy that ends each fault unless a driver knows better. */
export const REMEDY_OF: Readonly<Record<FaultCode, Remedy>> = {
  'not-responding': 'reset',
  disconnected: 'maintain',
  'wrong-device': 'maintain',
  misconfigured: 'maintain',
  offline: 'reset',
  'paper-low': 'replenish',
  'paper-out': 'replenish',
  'paper-jam': 'clear',
  'cover-open': 'clear',
  'cutter-fault': 'maintain',
  'head-hot': 'wait',
  'media-left': 'clear',
  'output-full': 'clear',
  'tray-missing': 'clear',
  'toner-low': 'replenish',
  'toner-out': 'replenish',
  'waste-full': 'replenish',
  paused: 'clear',
  'feeder-empty': 'clear',
  'feeder-jam': 'clear',
  'busy-elsewhere': 'wait',
  'unauthorised-module': 'maintain',
  'retract-full': 'clear',
  'cell-stuck': 'clear',
  'cell-left-open': 'clear',
  'voice-missing': 'maintain',
  'device-fault': 'maintain',
  'unknown-reason': 'maintain',
  'timed-out': 'reset',
  cancelled: 'wait',
  busy: 'wait',
  'no-media': 'wait',
  'media-removed': 'wait',
  'bad-frame': 'reset',
  'bad-checksum': 'reset',
  'media-unreadable': 'wait',
  'unmapped-character': 'clear',
  'media-too-large': 'wait',
  'media-empty': 'wait',
  refused: 'maintain',
  'bad-input': 'maintain',
  'job-lost': 'clear',
  'host-crashed': 'reset',
};

/** Builds a condition with the remedy that belongs to its code. */
export const condition = (code: ConditionCode, severity: Severity, original?: string): Condition => ({
  code,
  severity,
  remedy: REMEDY_OF[code],
  ...(original === undefined ? {} : { original }),
});

/** State of the machine itself. */
export type ComponentState = 'ready' | 'busy' | 'unavailable' | 'unknown';
/** State of what lies in the mouth, on the glass or on the antenna; `no-sensor` where nothing can tell. */
export type MediaState = 'absent' | 'present' | 'unknown' | 'no-sensor';

/** One supply of a device. `left` is null where the device cannot count. */
export interface Supply {
  name: 'paper' | 'toner' | 'waste' | (string & {});
  /** Percent 0–100, or null when the device cannot tell. */
  percent: number | null;
  /** Sheets, pages or millimetres left, null when the device cannot tell. */
  left: number | null;
}

/** One tray of a printer. `numbered`: sheets that each bear a number of their own, which must be accounted for one by one. */
export interface Tray {
  /** PWG media source as the printer names it: main, tray-2, by-pass-tray. */
  source: string;
  stock: 'plain' | 'numbered';
  /** PWG media name of what lies in it, null when neither the printer nor the terminal file says. */
  media: string | null;
  state: 'ready' | 'low' | 'empty' | 'missing' | 'unknown';
  /** Sheets, null when the printer cannot count. */
  left: number | null;
}

/** One of several boards on a line. `silent`: it does not answer; `failing`: it answers that it cannot; `unknown`: not heard yet, or it never answers. */
export interface BoardStatus {
  board: number;
  /** The counter above which it hangs; null: none is named. */
  counter: string | null;
  state: 'ready' | 'silent' | 'failing' | 'unknown';
}

export interface DeviceStatus {
  online: boolean;
  component: ComponentState;
  media: MediaState;
  conditions: Condition[];
  supplies: Supply[];
  /** Printers with trays only. */
  trays?: Tray[] | undefined;
  /** Window displays only. */
  boards?: BoardStatus[] | undefined;
  /** What the device says it is; null when it does not say. */
  model: string | null;
}

/** What every command gets beside its input. */
export interface CommandContext {
  signal: AbortSignal;
  /** Milliseconds from the call to the moment at which the command must have ended. */
  deadlineMs: number;
}

/** Time as drivers see it: injected, so that tests own it. */
export interface DriverClock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// ---------------------------------------------------------------------------------------------- id-card

export type IdCardKind = 'resident' | 'foreign-2017' | 'foreign-2023' | 'hmt';

/** One identity document as read; what this kind of card lacks is null. Dates are ISO (YYYY-MM-DD). */
export interface IdCard {
  kind: IdCardKind;
  name: string;
  /** Latin name on a foreigner's permanent-residence card. */
  nameLatin: string | null;
  sex: 'male' | 'female' | 'unknown' | 'unspecified';
  /** GB/T 3304 name without 族, e.g. 汉; residents only. */
  ethnicity: string | null;
  birthDate: string;
  address: string | null;
  idNumber: string;
  issuer: string | null;
  validFrom: string;
  /** null: 长期 (no end). */
  validTo: string | null;
  /** ISO 3166 alpha-3, foreigners only. */
  nationality: string | null;
  /** Travel-permit number, `hmt` only. */
  passNumber: string | null;
  issueCount: string | null;
  /** The 1024-byte photo block as stored on the card: opaque, personal, sealed by whoever keeps it. */
  photo: Uint8Array | null;
  /**
   * Private-use characters on the card that no table knows, where there are any: they stand in the value as on the card, and
   * nothing here can show or print them.
   */
  unmapped?: { field: 'name' | 'address' | 'issuer'; /** U+E123 */ codePoint: string }[] | undefined;
}

/** The security module in an ID-card reader. */
export interface SecurityModule {
  state: 'ready' | 'self-test-failed' | 'not-authorised' | 'failing';
  /** The three status bytes, in hex. */
  status: string;
  /** `05.03-20260101-1-2`, unpadded: the form in which two ids may be compared; null when it did not say. */
  id: string | null;
  /** As labels and other programs write it, which differ in padding. */
  printed: string[];
}

// ------------------------------------------------------------------------------------- receipt-printer

/** A 1-bit bitmap, rows top to bottom, each row padded to whole bytes, most significant bit left, 1 = black. */
export interface Bitmap {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A grey picture, one byte a dot, rows top to bottom, 0 = black. */
export interface GreyPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * One part of a slip, top to bottom. `width` and `height` multiply the printer's own font (24 dots = 3 mm at 203 dpi).
 * A text that the printer's font cannot show must come as `image`: the driver refuses it with `bad-input`
 * rather than print a substitute (law 7); `needsRaster` of the receipt printer tells beforehand.
 */
export type SlipPart =
  | { type: 'text'; text: string; align?: 'left' | 'center' | 'right'; width?: 1 | 2 | 3 | 4; height?: 1 | 2 | 3 | 4; bold?: boolean; reverse?: boolean }
  | { type: 'row'; left: string; right: string; bold?: boolean; width?: 1 | 2; height?: 1 | 2 }
  | { type: 'rule'; style: 'solid' | 'dashed' }
  | { type: 'image'; bitmap: Bitmap; align?: 'left' | 'center' | 'right'; /** 2: every dot twice as wide and high. */ scale?: 1 | 2 }
  /** Printed in black and white by error diffusion. */
  | { type: 'grey'; picture: GreyPicture; align?: 'left' | 'center' | 'right' }
  /** Code 128; printable ASCII. */
  | { type: 'barcode'; text: string; /** Millimetres, default 12. */ heightMm?: number; /** Dots of the narrowest bar, 2–6. */ module?: number; /** The text printed beneath. Default true. */ caption?: boolean; align?: 'left' | 'center' | 'right' }
  | { type: 'qr'; text: string; /** Dots per module, 1–16. */ module?: number; level?: 'L' | 'M' | 'Q' | 'H'; align?: 'left' | 'center' | 'right' }
  | { type: 'feed'; /** Millimetres. */ mm: number }
  | { type: 'cut'; mode: 'full' | 'partial' };

/** A slip, independent of the printer's make. */
export interface SlipDocument {
  parts: SlipPart[];
  /** Of an earlier slip paper may hang uncut, though the driver itself saw none: it is cut off first. */
  cutFirst?: boolean;
}

/**
 * How far the proof of one slip goes. `taken`: the sensor of the mouth saw it come and go. `presented`: it lies in the mouth.
 * `retracted`: nobody took it, the printer drew it back. `confirmed-no-sensor`: printed without fault, and nothing can prove more.
 */
export interface SlipOutcome {
  delivery: 'taken' | 'presented' | 'retracted' | 'confirmed-no-sensor';
}

// ------------------------------------------------------------------------------------ document-printer

export interface PrintJobSpec {
  /** No personal data: it appears on the printer's panel and in its log. */
  jobName: string;
  copies: number;
  /** PWG media name, e.g. iso_a4_210x297mm. */
  media: string;
  sides: 'one-sided' | 'two-sided-long-edge' | 'two-sided-short-edge';
  /** The tray to draw from, by its PWG media source. Left out: the driver (or the printer) chooses by stock and medium. */
  tray?: string | undefined;
  /** `numbered` draws only from a tray that the terminal file says holds numbered stock; `plain` (default) never from one. */
  stock?: Tray['stock'] | undefined;
  /** Sheets that the job needs: a tray that counts fewer is refused before anything is printed. */
  sheets?: number | undefined;
  /** The job waits in the printer until it is released. */
  hold?: boolean | undefined;
}

export type JobState = 'pending' | 'held' | 'processing' | 'stopped' | 'canceled' | 'aborted' | 'completed';

export interface PrintJob {
  jobId: number;
  state: JobState;
  stateReasons: string[];
  /** null where the printer does not count. */
  impressionsCompleted: number | null;
  sheetsCompleted: number | null;
}

// -------------------------------------------------------------------------------------------- scanner

export interface ScanRequest {
  source: 'platen' | 'feeder' | 'auto';
  color: 'color' | 'gray';
  /** dots per inch, 200–300 */
  resolution: 200 | 300;
  /** Stop after this many pages. */
  maxPages: number;
}

/** One page as the scanner gave it. Arrives through `onPage` so that a batch never lies in memory whole. */
export interface ScannedPage {
  index: number;
  contentType: 'image/jpeg' | 'image/png';
  data: Uint8Array;
}
