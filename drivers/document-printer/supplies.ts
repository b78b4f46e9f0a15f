/** Toner, waste and what they are good for: `marker-*` of CUPS and AirPrint printers, `printer-supply` of PWG 5100.13. Pure. */
import { condition } from '../contract.ts';
import type { Condition, Supply } from '../contract.ts';
import type { PrinterAttributes } from './printer-attributes.ts';

/** PWG 5100.13: one tray or supply as `key=value;key=value;`. Keys are lower case, values as written. */
export const fieldsOf = (bytes: Uint8Array): ReadonlyMap<string, string> =>
  new Map(
    Buffer.from(bytes)
      .toString('utf8')
      .split(';')
      .map((part) => [part.split('=', 1)[0]?.trim().toLowerCase() ?? '', part.slice(part.indexOf('=') + 1).trim()] as const),
  );

/** What is left and in percent; −1 other, −2 unknown, −3 some (RFC 3805) are null. */
export function levelOf(fields: ReadonlyMap<string, string>): Pick<Supply, 'left' | 'percent'> {
  const level = Number(fields.get('level') ?? Number.NaN);
  const most = Number(fields.get('maxcapacity') ?? Number.NaN);
  const left = Number.isInteger(level) && level >= 0 ? level : null;
  return { left, percent: left !== null && most > 0 ? Math.min(100, Math.round((left / most) * 100)) : null };
}

const markerName = (type: string): string => (/^waste/i.test(type) ? 'waste' : /^(toner|ink)/i.test(type) ? 'toner' : type);

/** Units of `printer-supply` in which a level is a number of pages (RFC 3805, PrtMarkerSuppliesSupplyUnitTC). */
const PAGE_UNITS = new Set(['impressions', 'sheets']);

interface Marker extends Supply {
  /** Level at which the printer itself calls it low (what is used up) or nearly full (what is filled); null: not said. */
  low: number | null;
  high: number | null;
}

const fromSupply = (fields: ReadonlyMap<string, string>): Marker => {
  const { left, percent } = levelOf(fields);
  const filled = /filled/i.test(fields.get('class') ?? '');
  const name = markerName(fields.get('type') ?? 'unknown');
  return { name: filled ? 'waste' : name, percent, left: PAGE_UNITS.has(fields.get('unit')?.toLowerCase() ?? '') ? left : null, low: null, high: null };
};

const positive = (level: number | undefined): number | null => (level === undefined || level <= 0 ? null : level);

function markersOf(printer: PrinterAttributes): Marker[] {
  const supplies = printer['printer-supply'].map((bytes) => fromSupply(fieldsOf(bytes)));
  if (printer['marker-types'].length === 0) return supplies;
  return printer['marker-types'].map((type, index) => {
    const level = printer['marker-levels'][index] ?? -2;
    const name = markerName(type);
    return {
      name,
      percent: level >= 0 && level <= 100 ? level : null,
      // Both lists are in the same order where a printer has both; a list of another length tells nothing.
      left: supplies.length === printer['marker-types'].length && supplies[index]?.name === name ? (supplies[index]?.left ?? null) : null,
      low: positive(printer['marker-low-levels'][index]),
      high: positive(printer['marker-high-levels'][index]),
    };
  });
}

function conditionOf({ name, percent, low, high }: Marker): Condition | null {
  if (percent === null) return null;
  if (name === 'toner' && percent === 0) return condition('toner-out', 'warning', 'marker-levels=0');
  if (name === 'toner' && low !== null && percent <= low) return condition('toner-low', 'warning', `marker-levels=${percent}`);
  // A waste box is the other way round: it fills up.
  if (name === 'waste' && percent >= Math.min(high ?? 100, 100)) return condition('waste-full', 'warning', `marker-levels=${percent}`);
  return null;
}

/**
 * @param tonerPages pages from a full cartridge, as its box says (ISO/IEC 19752 yield); null where nobody entered it.
 *   Where the printer itself counts pages, that is believed instead.
 */
export function suppliesOf(printer: PrinterAttributes, tonerPages: number | null): { supplies: Supply[]; conditions: Condition[] } {
  const markers = markersOf(printer);
  return {
    supplies: markers.map(({ name, percent, left }) => ({
      name,
      percent,
      left: left ?? (name === 'toner' && percent !== null && tonerPages !== null ? Math.floor((percent / 100) * tonerPages) : null),
    })),
    conditions: markers.map(conditionOf).filter((found) => found !== null),
  };
}
