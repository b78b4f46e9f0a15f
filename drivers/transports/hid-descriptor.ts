/**
 * Report descriptors of HID devices (USB HID 1.11, section 6.2.2): where each value stands in the reports that a device sends.
 * Pure; whatever bytes come, nothing is thrown and memory stays bounded.
 */

/** One value of an input report. */
export interface HidField {
  /** 0: the device numbers no reports. */
  reportId: number;
  /** Bits from the report's first byte, the id not counted. */
  bit: number;
  bits: number;
  usagePage: number;
  usage: number;
  /** The outermost collection that it lies in: what the device is there. */
  application: { usagePage: number; usage: number } | null;
  logicalMinimum: number;
  logicalMaximum: number;
  /** Length of the logical range in millimetres; null where the device tells none. */
  millimetres: number | null;
}

export interface HidLayout {
  /** Reports begin with a byte that is their id. */
  numbered: boolean;
  fields: HidField[];
}

const MOST_BYTES = 4096;
const MOST_FIELDS = 2048;
const MOST_BITS = 8 * 4096;
const MOST_NESTING = 32;

interface Globals {
  usagePage: number;
  logicalMinimum: number;
  logicalMaximum: number;
  physicalMinimum: number;
  physicalMaximum: number;
  exponent: number;
  unit: number;
  reportSize: number;
  reportId: number;
  reportCount: number;
}

interface Locals {
  usages: number[];
  minimum: number | null;
}

const MAIN = { input: 0x8, collection: 0xa, endCollection: 0xc } as const;
const CONSTANT = 0x01;
const VARIABLE = 0x02;

/** Value of one item, little-endian, as it is and with its sign. */
const valueOf = (bytes: Uint8Array): { unsigned: number; signed: number } => {
  let unsigned = 0;
  for (const [index, byte] of bytes.entries()) unsigned += byte * 256 ** index;
  const range = 256 ** bytes.length;
  return { unsigned, signed: bytes.length > 0 && unsigned >= range / 2 ? unsigned - range : unsigned };
};

/** Millimetres of one unit: centimetres and inches to the first power, nothing else is a length. */
const unitOf = (unit: number): number | null => {
  if ((unit & 0xffff_fff0) !== 0x10) return null;
  return (unit & 0xf) === 1 ? 10 : (unit & 0xf) === 3 ? 25.4 : null;
};

const lengthOf = ({ physicalMinimum, physicalMaximum, exponent, unit }: Globals): number | null => {
  const size = unitOf(unit);
  const range = physicalMaximum - physicalMinimum;
  return size === null || range <= 0 ? null : range * size * 10 ** exponent;
};

const applyGlobal = (globals: Globals, tag: number, unsigned: number, signed: number): Globals => {
  switch (tag) {
    case 0x0:
      return { ...globals, usagePage: unsigned };
    case 0x1:
      return { ...globals, logicalMinimum: signed };
    case 0x2:
      // Devices write 65535 in two bytes: it is -1 only where the minimum is negative too.
      return { ...globals, logicalMaximum: globals.logicalMinimum < 0 ? signed : unsigned };
    case 0x3:
      return { ...globals, physicalMinimum: signed };
    case 0x4:
      return { ...globals, physicalMaximum: globals.physicalMinimum < 0 ? signed : unsigned };
    case 0x5:
      // Four bits with a sign.
      return { ...globals, exponent: (unsigned & 0xf) > 7 ? (unsigned & 0xf) - 16 : unsigned & 0xf };
    case 0x6:
      return { ...globals, unit: unsigned };
    case 0x7:
      return { ...globals, reportSize: unsigned };
    case 0x8:
      return { ...globals, reportId: unsigned };
    case 0x9:
      return { ...globals, reportCount: unsigned };
    default:
      return globals;
  }
};

/** @returns null for what is no descriptor, or one larger than any device needs */
export const parseReportDescriptor = (bytes: Uint8Array): HidLayout | null => {
  if (bytes.length === 0 || bytes.length > MOST_BYTES) return null;
  const fields: HidField[] = [];
  const offsets = new Map<number, number>();
  const stack: Globals[] = [];
  const collections: { usagePage: number; usage: number }[] = [];
  let globals: Globals = { usagePage: 0, logicalMinimum: 0, logicalMaximum: 0, physicalMinimum: 0, physicalMaximum: 0, exponent: 0, unit: 0, reportSize: 0, reportId: 0, reportCount: 0 };
  let locals: Locals = { usages: [], minimum: null };
  let numbered = false;

  const pageAndUsage = (usage: number): { usagePage: number; usage: number } => ({ usagePage: usage > 0xffff ? usage >>> 16 : globals.usagePage, usage: usage & 0xffff });

  const input = (flags: number): boolean => {
    const { reportId, reportSize, reportCount } = globals;
    const start = offsets.get(reportId) ?? 0;
    if (start + reportSize * reportCount > MOST_BITS || reportCount > MOST_BITS) return false;
    offsets.set(reportId, start + reportSize * reportCount);
    if ((flags & CONSTANT) !== 0 || (flags & VARIABLE) === 0 || reportSize === 0 || reportSize > 32) return true;
    for (let index = 0; index < reportCount; index += 1) {
      // The last usage stands for all fields that have none of their own.
      const usage = locals.usages[index] ?? locals.usages.at(-1);
      if (usage === undefined) break;
      if (fields.length >= MOST_FIELDS) return false;
      fields.push({
        reportId,
        bit: start + index * reportSize,
        bits: reportSize,
        ...pageAndUsage(usage),
        application: collections[0] ?? null,
        logicalMinimum: globals.logicalMinimum,
        logicalMaximum: globals.logicalMaximum,
        millimetres: lengthOf(globals),
      });
    }
    return true;
  };

  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0;
    if (prefix === 0xfe) {
      // A long item: none is defined.
      at += 3 + (bytes[at + 1] ?? 0);
      continue;
    }
    const size = (prefix & 0x3) === 3 ? 4 : prefix & 0x3;
    if (at + 1 + size > bytes.length) return null;
    const { unsigned, signed } = valueOf(bytes.subarray(at + 1, at + 1 + size));
    const tag = prefix >> 4;
    at += 1 + size;
    switch ((prefix >> 2) & 0x3) {
      case 0:
        if (tag === MAIN.input && !input(unsigned)) return null;
        if (tag === MAIN.collection) {
          if (collections.length >= MOST_NESTING) return null;
          collections.push(pageAndUsage(locals.usages.at(-1) ?? 0));
        }
        if (tag === MAIN.endCollection) collections.pop();
        locals = { usages: [], minimum: null };
        break;
      case 1:
        if (tag === 0x8) numbered = true;
        if (tag === 0xa) {
          if (stack.length >= MOST_NESTING) return null;
          stack.push(globals);
        } else if (tag === 0xb) globals = stack.pop() ?? globals;
        else globals = applyGlobal(globals, tag, unsigned, signed);
        break;
      case 2: {
        // Three or four bytes carry the page with the usage.
        const usage = size > 2 ? unsigned : unsigned & 0xffff;
        if (tag === 0x0) locals.usages.push(usage);
        if (tag === 0x1) locals.minimum = usage;
        if (tag === 0x2 && locals.minimum !== null) {
          if (usage - locals.minimum >= MOST_FIELDS) return null;
          for (let one = locals.minimum; one <= usage; one += 1) locals.usages.push(one);
          locals.minimum = null;
        }
        if (locals.usages.length > MOST_FIELDS) return null;
        break;
      }
      default:
        break;
    }
  }
  return { numbered, fields };
};

/** Value of a field in a report as it came (the id first, where reports are numbered); null for another report, or a shorter one. */
export const fieldValue = (layout: HidLayout, field: HidField, report: Uint8Array): number | null => {
  if (layout.numbered && report[0] !== field.reportId) return null;
  const start = field.bit + (layout.numbered ? 8 : 0);
  if (start + field.bits > report.length * 8) return null;
  let value = 0;
  for (let bit = 0; bit < field.bits; bit += 1) {
    const place = start + bit;
    if ((((report[place >> 3] ?? 0) >> (place & 7)) & 1) === 1) value += 2 ** bit;
  }
  return field.logicalMinimum < 0 && value >= 2 ** (field.bits - 1) ? value - 2 ** field.bits : value;
};
