/** Trays of a printer and the choice among them. Pure. Attributes of PWG 5100.7 (media-col) and 5100.13 (printer-input-tray). */
import { fail, ok } from '../contract.ts';
import type { PrintJobSpec, Result, Tray } from '../contract.ts';
import { attribute, TAG } from './codec.ts';
import type { IppAttribute } from './codec.ts';
import type { PrinterAttributes } from './printer-attributes.ts';
import { fieldsOf, levelOf } from './supplies.ts';

/** What the terminal file says of a tray: which kind of sheets staff put in, and their size where the printer cannot tell. */
export interface TraySetting {
  source: string;
  stock: Tray['stock'];
  media?: string | undefined;
}

/** Hundredths of a millimetre, the unit of `media-size`. */
export interface Size {
  x: number;
  y: number;
}

/** Size from a PWG 5101.1 media name (`iso_a4_210x297mm`, `na_letter_8.5x11in`); null when it names none. */
export function sizeOfMedia(name: string): Size | null {
  const match = /_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)$/.exec(name);
  if (match === null) return null;
  const unit = match[3] === 'mm' ? 100 : 2540;
  return { x: Math.round(Number(match[1]) * unit), y: Math.round(Number(match[2]) * unit) };
}

const NAMED = ['iso_a4_210x297mm', 'iso_a5_148x210mm', 'iso_a3_297x420mm', 'iso_b5_176x250mm', 'jis_b5_182x257mm', 'na_letter_8.5x11in', 'na_legal_8.5x14in'];
/** Printers round sizes to their own units: half a millimetre is the same sheet. */
const SAME = 50;
const sameSize = (a: Size, b: Size): boolean => Math.abs(a.x - b.x) <= SAME && Math.abs(a.y - b.y) <= SAME;

/** Do two media names mean the same sheet? */
export const sameMedia = (a: string, b: string): boolean => {
  const [one, other] = [sizeOfMedia(a), sizeOfMedia(b)];
  return a === b || (one !== null && other !== null && sameSize(one, other));
};

const nameOfSize = (size: Size): string => {
  const known = NAMED.find((name) => {
    const named = sizeOfMedia(name);
    return named !== null && sameSize(named, size);
  });
  const mm = `${size.x / 100}x${size.y / 100}mm`;
  return known ?? `custom_${mm}_${mm}`;
};

type Members = ReadonlyMap<string, unknown>;
const membersOf = (data: unknown): Members | null =>
  typeof data === 'object' && data !== null && 'members' in data && Array.isArray(data.members)
    ? new Map((data.members as IppAttribute[]).map(({ name, values }) => [name, values[0]?.data]))
    : null;
const word = (members: Members, name: string): string | null => {
  const value = members.get(name);
  return typeof value === 'string' ? value : null;
};

/** One entry of media-col-ready: what lies where. */
function readyOf(data: unknown): { source: string | null; media: string | null } | null {
  const members = membersOf(data);
  if (members === null) return null;
  const size = membersOf(members.get('media-size'));
  const [x, y] = [size?.get('x-dimension'), size?.get('y-dimension')];
  return { source: word(members, 'media-source'), media: word(members, 'media-size-name') ?? (typeof x === 'number' && typeof y === 'number' ? nameOfSize({ x, y }) : null) };
}

/** Feeding by hand is no tray, and `auto` is not one either but the choice among them. */
const isTray = (source: string): boolean => source !== '' && source !== 'auto' && !/manual/i.test(source);

/** prtInputStatus (RFC 3805): unavailable because broken, or off-line. */
const isGone = (status: number): boolean => Number.isInteger(status) && status > 0 && ((status & 7) === 3 || (status & 32) !== 0);
/** A tenth of a tray is called low where the printer does not say itself. */
const LOW_PERCENT = 10;

/** Every tray of the printer now, in its own order; those of the terminal file that it does not have are `missing`. */
export function traysOf(printer: PrinterAttributes, settings: readonly TraySetting[]): Tray[] {
  const inputs = printer['printer-input-tray'].map(fieldsOf).filter((fields) => !/manual/i.test(fields.get('type') ?? ''));
  // A printer that does not name its trays has them in order.
  const inputNames = inputs.map((fields, index) => fields.get('name') ?? `tray-${index + 1}`);
  const sources = (printer['media-source-supported'].length > 0 ? printer['media-source-supported'] : inputNames).filter(isTray);
  const ready = printer['media-col-ready'].map(readyOf).filter((found) => found !== null);
  const tellsSources = ready.some(({ source }) => source !== null);
  const trays = sources.map((source): Tray => {
    const setting = settings.find((one) => one.source === source);
    const lying = ready.find((one) => one.source === source);
    const fields = inputs.find((_, index) => inputNames[index]?.toLowerCase() === source.toLowerCase()) ?? new Map<string, string>();
    const { left, percent } = levelOf(fields);
    const absent = isGone(Number(fields.get('status') ?? Number.NaN)) || (tellsSources && lying === undefined && left === null);
    const state = absent ? 'missing' : left === 0 ? 'empty' : percent !== null && percent <= LOW_PERCENT ? 'low' : left !== null || lying !== undefined ? 'ready' : 'unknown';
    const only = sources.length === 1 ? printer['media-ready'][0] : undefined;
    return { source, stock: setting?.stock ?? 'plain', media: lying?.media ?? setting?.media ?? only ?? null, state, left };
  });
  const pulled = settings.filter(({ source }) => !sources.includes(source)).map(({ source, stock, media }): Tray => ({ source, stock, media: media ?? null, state: 'missing', left: null }));
  return [...trays, ...pulled];
}

/** Why this tray cannot serve the job; null when it can. */
function obstacle(tray: Tray, spec: PrintJobSpec): Result<never> | null {
  if (tray.state === 'missing') return fail('tray-missing', `tray ${tray.source} is not in the printer`, { original: tray.source });
  if (tray.state === 'empty') return fail('paper-out', `tray ${tray.source} is empty`, { original: tray.source });
  if (tray.media !== null && !sameMedia(tray.media, spec.media)) return fail('refused', `tray ${tray.source} holds ${tray.media}, not ${spec.media}`, { original: tray.media });
  if (tray.left !== null && spec.sheets !== undefined && tray.left < spec.sheets) return fail('paper-out', `tray ${tray.source} has ${tray.left} of ${spec.sheets} sheets`, { original: tray.source });
  return null;
}

/**
 * The tray that a job draws from; null leaves it to the printer, which is safe only where no tray holds numbered stock.
 * Faults: `tray-missing`, `paper-out`, `refused` (wrong stock or size).
 */
export function chooseTray(spec: PrintJobSpec, trays: readonly Tray[]): Result<Tray | null> {
  const stock = spec.stock ?? 'plain';
  if (spec.tray !== undefined) {
    const named = trays.find(({ source }) => source === spec.tray);
    if (named === undefined) return fail('tray-missing', `the printer has no tray ${spec.tray}`, { original: spec.tray });
    if (named.stock !== stock) return fail('refused', `tray ${named.source} holds ${named.stock} stock, the job asks for ${stock}`);
    return obstacle(named, spec) ?? ok(named);
  }
  if (stock === 'plain' && !trays.some((tray) => tray.stock === 'numbered')) return ok(null);
  const candidates = trays.filter((tray) => tray.stock === stock);
  const served = candidates.find((tray) => obstacle(tray, spec) === null);
  if (served !== undefined) return ok(served);
  const [first] = candidates;
  return first === undefined ? fail('refused', `no tray of the printer is set up for ${stock} stock`) : (obstacle(first, spec) ?? ok(first));
}

/** `media-col` that asks for a size out of a tray; RFC 8011 forbids `media` beside it. */
export function mediaFrom(tray: Tray, media: string): Result<IppAttribute> {
  const size = sizeOfMedia(media);
  if (size === null) return fail('bad-input', `"${media}" is no PWG media name`);
  return ok(
    attribute('media-col', TAG.beginCollection, {
      members: [
        attribute('media-size', TAG.beginCollection, { members: [attribute('x-dimension', TAG.integer, size.x), attribute('y-dimension', TAG.integer, size.y)] }),
        attribute('media-source', TAG.keyword, tray.source),
      ],
    }),
  );
}
