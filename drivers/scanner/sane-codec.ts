/** What `scanimage` says and takes: options of a device, arguments of a scan, exit codes. Pure. */
import { fail, ok } from '../contract.ts';
import type { Fault, FaultCode, Result, ScanRequest } from '../contract.ts';

/** The list of a device's options is a few kilobytes; nothing honest is longer. */
export const MAX_OPTIONS_CHARS = 256 * 1024;

export interface SaneRange {
  min: number;
  max: number;
}

/** What a device offers, as far as a scan of paper needs it. */
export interface SaneCapabilities {
  /** Values of `--source`; empty: the device has one way in and does not name it. */
  sources: string[];
  modes: string[];
  resolutions: number[];
  resolutionRange: SaneRange | null;
  /** Millimetres of the largest picture, null where the device has no such option. */
  maxX: number | null;
  maxY: number | null;
  /** Sensors that some back ends show as options; null: no such sensor. */
  pageLoaded: boolean | null;
  coverOpen: boolean | null;
  /** Every option that can be set now. */
  names: ReadonlySet<string>;
}

/** `    --mode Gray|Color [Gray]`, `    -x 0..200mm (in steps of 1) [80]`, `    --page-loaded[=(yes|no)] [no] [hardware]` */
const OPTION = /^ {4}(--?[A-Za-z][A-Za-z0-9-]*)(?:\[=\(([^()]{0,200})\)\]|(?: (.{0,2000}?))?) \[([^[\]]{0,200})\](?: \[[a-z ]{1,40}\]){0,3}$/;

const SENSOR = { pageLoaded: /^--(page-loaded|adf-loaded|document-loaded|paper-loaded)$/, coverOpen: /^--(cover-open|door-open)$/ } as const;

const wordsOf = (constraint: string): string[] => constraint.split('|').filter((word) => word !== '' && word !== 'auto');
const numbersOf = (constraint: string): number[] => wordsOf(constraint).map((word) => Number.parseFloat(word)).filter((value) => Number.isFinite(value));
const rangeOf = (constraint: string): SaneRange | null => {
  const match = /^(?:auto\|)?(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)/.exec(constraint);
  return match === null ? null : { min: Number(match[1]), max: Number(match[2]) };
};

/** The answer of `scanimage -d NAME -A`. Options that are inactive now are left out. */
export function parseOptions(text: string): Result<SaneCapabilities> {
  if (text.length > MAX_OPTIONS_CHARS) return fail('bad-frame', `scanimage listed options of ${text.length} characters`);
  const found = new Map<string, { constraint: string; now: string }>();
  for (const line of text.split('\n')) {
    const match = line.length > 4096 ? null : OPTION.exec(line);
    const [, name, flags, constraint, now] = match ?? [];
    if (name !== undefined && now !== undefined && now !== 'inactive') found.set(name, { constraint: flags ?? constraint ?? '', now });
  }
  if (!text.includes('Options specific to device') && found.size === 0) return fail('bad-frame', 'scanimage listed no options of a device');
  const constraintOf = (name: string): string => found.get(name)?.constraint ?? '';
  const sensor = (names: RegExp): boolean | null => {
    const told = [...found].find(([name]) => names.test(name))?.[1].now;
    return told === 'yes' ? true : told === 'no' ? false : null;
  };
  const resolution = constraintOf('--resolution');
  const range = rangeOf(resolution);
  return ok({
    sources: wordsOf(constraintOf('--source')),
    modes: wordsOf(constraintOf('--mode')),
    resolutions: range === null ? numbersOf(resolution) : [],
    resolutionRange: range,
    maxX: rangeOf(constraintOf('-x'))?.max ?? null,
    maxY: rangeOf(constraintOf('-y'))?.max ?? null,
    pageLoaded: sensor(SENSOR.pageLoaded),
    coverOpen: sensor(SENSOR.coverOpen),
    names: new Set(found.keys()),
  });
}

export type SaneSource = 'platen' | 'feeder';

/** The back end's own name for glass or feeder; null for the one way in of a device that names none; undefined: it has none such. */
export function sourceName(can: SaneCapabilities, source: SaneSource, given: Partial<Record<SaneSource, string>>, sheetFed: boolean): string | null | undefined {
  const own = given[source];
  if (own !== undefined) return own;
  if (can.sources.length === 0) return (source === 'feeder') === sheetFed ? null : undefined;
  if (source === 'platen') return can.sources.find((word) => /flat\s?bed|platen|^fb$|normal/i.test(word));
  const feeders = can.sources.filter((word) => /adf|feeder/i.test(word));
  // One side only: the back of a sheet is asked for by turning it over.
  return feeders.find((word) => /front|simplex/i.test(word)) ?? feeders.find((word) => !/duplex|back|both/i.test(word));
}

/** A4 in millimetres. */
const A4 = { x: 210, y: 297 } as const;

/**
 * Arguments of one scan into `folder`, without the device itself.
 * @param settings further options of the back end, by name
 */
export function scanArguments(request: ScanRequest, name: string | null, single: boolean, can: SaneCapabilities, settings: Readonly<Record<string, string | number | boolean>>, folder: string): Result<string[]> {
  const { resolutions, resolutionRange: range } = can;
  const free = resolutions.length === 0 && range === null;
  const reachable = free || resolutions.includes(request.resolution) || (range !== null && range.min <= request.resolution && request.resolution <= range.max);
  // A finer grid is fine, a coarser one is not.
  const resolution = reachable ? request.resolution : resolutions.filter((dpi) => dpi > request.resolution && dpi <= 600).toSorted((a, b) => a - b)[0];
  if (resolution === undefined) return fail('refused', `the scanner cannot scan at ${request.resolution} dpi`, { original: resolutions.join(' ').slice(0, 200) });
  const gray = can.modes.find((word) => /gr[ae]y/i.test(word));
  const color = can.modes.find((word) => /colou?r/i.test(word));
  const mode = request.color === 'gray' ? (gray ?? color) : color;
  if (mode === undefined && can.modes.length > 0) return fail('refused', 'the scanner cannot scan in colour', { original: can.modes.join(' ').slice(0, 200) });
  const area = ([option, most, wanted]: readonly [string, number | null, number]): string[] => (most === null ? [] : [option, String(Math.min(most, wanted))]);
  return ok([
    // The source first: it changes what the others may be.
    ...(name === null ? [] : [`--source=${name}`]),
    ...(mode === undefined ? [] : [`--mode=${mode}`]),
    ...(free ? [] : [`--resolution=${resolution}`]),
    // Feeders that centre their paper want to know its width beforehand.
    ...(can.names.has('--page-width') ? [`--page-width=${A4.x}`] : []),
    ...(can.names.has('--page-height') ? [`--page-height=${A4.y}`] : []),
    ...(can.names.has('-l') ? ['-l', '0'] : []),
    ...(can.names.has('-t') ? ['-t', '0'] : []),
    ...area(['-x', can.maxX, A4.x]),
    ...area(['-y', can.maxY, A4.y]),
    ...Object.entries(settings).map(([option, value]) => `--${option}=${value === true ? 'yes' : value === false ? 'no' : value}`),
    '--format=png',
    `--batch=${folder}/page%d.png`,
    `--batch-count=${single ? 1 : request.maxPages}`,
    '--batch-print',
  ]);
}

/** SANE_Status, which `scanimage` ends with (sane.h). */
export const SANE_STATUS = { good: 0, unsupported: 1, cancelled: 2, busy: 3, invalid: 4, eof: 5, jammed: 6, noDocuments: 7, coverOpen: 8, ioError: 9, noMemory: 10, accessDenied: 11 } as const;

const MEANING: ReadonlyMap<number, readonly [FaultCode, string]> = new Map<number, readonly [FaultCode, string]>([
  [SANE_STATUS.unsupported, ['refused', 'the scanner cannot do what was asked']],
  [SANE_STATUS.cancelled, ['cancelled', 'the scan was cancelled at the scanner']],
  [SANE_STATUS.busy, ['busy-elsewhere', 'somebody else uses the scanner']],
  [SANE_STATUS.invalid, ['refused', 'the scanner refused a setting']],
  [SANE_STATUS.eof, ['media-empty', 'the scanner gave no picture']],
  [SANE_STATUS.jammed, ['feeder-jam', 'the feeder is jammed']],
  [SANE_STATUS.noDocuments, ['feeder-empty', 'no paper in the feeder']],
  [SANE_STATUS.coverOpen, ['cover-open', 'the cover is open']],
  [SANE_STATUS.ioError, ['not-responding', 'the scanner stopped answering']],
  [SANE_STATUS.noMemory, ['media-too-large', 'the picture did not fit into memory']],
  [SANE_STATUS.accessDenied, ['refused', 'this program may not use the scanner']],
]);

/**
 * Why `scanimage` ended, as a fault.
 * @param said its standard error: used to tell a device that is not there, and not kept (it may name files)
 */
export function faultOfExit(code: number | null, said: string): Fault {
  if (code === null) return fail('host-crashed', 'scanimage was killed', { original: 'signal' }).fault;
  const original = `sane=${code}`;
  // What does not open is not there; the exit code alone would call it "invalid".
  if (/open of device .* failed/i.test(said)) {
    const there = /busy/i.test(said) ? 'busy-elsewhere' : /denied/i.test(said) ? 'refused' : 'disconnected';
    return fail(there, 'the scanner could not be opened', { original }).fault;
  }
  const [fault, text] = MEANING.get(code) ?? ['device-fault', 'scanimage ended in an unknown way'];
  return fail(fault, text, { original }).fault;
}
