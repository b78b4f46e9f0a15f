/** Code scanners by model: what differs between them is data. Sources are in README.md. */
import { COMMANDS } from './frames.ts';
import type { Encoding } from './text.ts';

/** Where in a report things stand: byte offsets from the report id, which is byte 0. */
export interface ReportLayout {
  /** null: reports are not numbered. */
  reportId: number | null;
  /** The number of data bytes in this report; null: data end with the last byte that is not zero. */
  length: number | null;
  /** First of the three bytes of the AIM identifier. */
  aim: number | null;
  data: readonly [from: number, room: number];
  /** The maker's own letter for the symbology: kept for its place, its meaning differs by maker. */
  vendorCode: number | null;
  /** Byte and bit that say "goes on in the next report". */
  continued: readonly [byte: number, bit: number] | null;
}

/** How an engine is told to look for a code. */
export interface Trigger {
  on: Uint8Array;
  off: Uint8Array;
  /** Milliseconds in which the engine answers; null: it does not answer. */
  replyMs: number | null;
  /** Engines stop looking after a time of their own; told again this often, they never do. */
  againMs: number;
}

/** What every code scanner has, whatever its wire. */
interface Engine {
  encoding: Encoding;
  trigger: Trigger | null;
}

export interface LineProfile extends Engine {
  wire: 'line';
  /** `terminator`: CR, LF or both; `gap`: silence. */
  end: 'terminator' | 'gap';
  /** Silence that ends a code, or a line that is noisy when a read begins. Milliseconds. */
  gapMs: number;
  /** Does an AIM identifier stand before each code? */
  aim: boolean;
  /** A question that the engine answers when it is well; null: nothing can be asked. */
  ask: Uint8Array | null;
}

export interface ReportProfile extends Engine {
  wire: 'hid';
  /** Which part of a device that is a keyboard too. */
  usagePage: number;
  /** null: by the device's own report descriptor, else {@link HONEYWELL_LAYOUT}. */
  layout: ReportLayout | null;
  /** A feature report that turns the engine from keyboard to point-of-sale; an engine that does not know it needs none. */
  enable: Uint8Array | null;
}

export type Profile = LineProfile | ReportProfile;

const LINE: LineProfile = { wire: 'line', end: 'terminator', gapMs: 80, encoding: 'auto', aim: false, trigger: null, ask: null };
const HID: ReportProfile = { wire: 'hid', usagePage: 0x8c, encoding: 'auto', trigger: null, layout: null, enable: null };

export const HONEYWELL_LAYOUT: ReportLayout = { reportId: 2, length: 1, aim: 2, data: [5, 56], vendorCode: 61, continued: [63, 0] };

const SYN = 0x16;
const CR = 0x0d;
const serialWord = (letter: string): Uint8Array => Uint8Array.of(SYN, letter.charCodeAt(0), CR);
/** The same word in an output report: id 253, a byte of length, room for 62. */
const reportWord = (letter: string): Uint8Array => {
  const report = new Uint8Array(64);
  report.set([0xfd, 3, ...serialWord(letter)]);
  return report;
};

export const PROFILES = {
  /** Any engine that sends codes by itself, ended by CR or CR LF: the factory setting of most. */
  line: LINE,
  /** The same without an ending. */
  gap: { ...LINE, end: 'gap' },
  /** GM65, GM861 and their likes, set to "command trigger". */
  gm65: { ...LINE, trigger: { on: COMMANDS.trigger, off: COMMANDS.stop, replyMs: 300, againMs: 3_000 }, ask: COMMANDS.settings },
  /** Honeywell on a serial line: SYN T CR begins, SYN U CR ends; neither is answered. */
  honeywell: { ...LINE, trigger: { on: serialWord('T'), off: serialWord('U'), replyMs: null, againMs: 3_000 } },
  /** Any HID point-of-sale scanner that describes its reports. */
  'hid-pos': HID,
  'honeywell-hid': { ...HID, layout: HONEYWELL_LAYOUT, enable: Uint8Array.of(254, 1), trigger: { on: reportWord('T'), off: reportWord('U'), replyMs: null, againMs: 3_000 } },
  'newland-fm430': { ...HID, layout: { reportId: 2, length: 1, aim: null, data: [2, 56], vendorCode: 62, continued: null } },
  microscan: { ...HID, layout: { reportId: 1, length: 1, aim: null, data: [2, 62], vendorCode: null, continued: null } },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];
