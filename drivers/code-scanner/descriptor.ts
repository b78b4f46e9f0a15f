/**
 * HID report descriptors, as far as a code scanner needs them: where in which input report its data stand.
 * From the USB HID device class definition (items) and the HID point-of-sale usage tables (page 8Ch).
 */
import type { ReportLayout } from './profiles.ts';

/** Longer than any scanner's; a descriptor is read once, at opening. */
const MAX_DESCRIPTOR = 4_096;
const MAX_REPORT_BITS = 8 * 1_024;

const usage = (page: number, id: number): number => page * 0x1_0000 + id;
const USAGE = {
  byteCount: usage(0x01, 0x3b),
  aim: usage(0x8c, 0xfb),
  data: usage(0x8c, 0xfe),
  continued: usage(0x8c, 0xff),
} as const;
/** Honeywell's own page: which symbology, in its own letters. */
const VENDOR_CODE_ID = usage(0xff66, 0x04);

/** One value of an input report, or a run of equal ones. */
interface Field {
  usage: number;
  /** From the first bit after the report id. */
  bit: number;
  size: number;
  count: number;
}

const littleEndian = (bytes: Uint8Array): number => bytes.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0);

/** Input fields by report id; null when the bytes are no descriptor. */
const inputFields = (descriptor: Uint8Array): Map<number, Field[]> | null => {
  if (descriptor.length > MAX_DESCRIPTOR) return null;
  const reports = new Map<number, { bits: number; fields: Field[] }>();
  let global = { page: 0, size: 0, count: 0, id: 0 };
  const stack: (typeof global)[] = [];
  let usages: number[] = [];
  for (let at = 0; at < descriptor.length; ) {
    const prefix = descriptor[at] ?? 0;
    // A long item: vendors only, length in its second byte.
    if (prefix === 0xfe) {
      at += 3 + (descriptor[at + 1] ?? 0);
      continue;
    }
    const length = [0, 1, 2, 4][prefix & 0x03] ?? 0;
    const data = descriptor.subarray(at + 1, at + 1 + length);
    if (data.length < length) return null;
    const value = littleEndian(data);
    at += 1 + length;
    switch (prefix & 0xfc) {
      case 0x04:
        global = { ...global, page: value };
        break;
      case 0x74:
        global = { ...global, size: value };
        break;
      case 0x94:
        global = { ...global, count: value };
        break;
      case 0x84:
        global = { ...global, id: value };
        break;
      case 0xa4:
        if (stack.length < 16) stack.push(global);
        break;
      case 0xb4:
        global = stack.pop() ?? global;
        break;
      case 0x08:
        if (usages.length < 256) usages.push(length === 4 ? value : usage(global.page, value));
        break;
      case 0x80: {
        const report = reports.get(global.id) ?? { bits: 0, fields: [] };
        const bits = global.size * global.count;
        if (report.bits + bits > MAX_REPORT_BITS) return null;
        report.fields.push(...fieldsOf(usages, global, report.bits));
        reports.set(global.id, { ...report, bits: report.bits + bits });
        usages = [];
        break;
      }
      case 0x90:
      case 0xb0:
      case 0xa0:
      case 0xc0:
        usages = [];
        break;
      default:
        break;
    }
  }
  return new Map([...reports].map(([id, { fields }]) => [id, fields]));
};

/** Usages are given out one to a value; the last one goes to all that remain. */
const fieldsOf = (usages: readonly number[], { size, count }: { size: number; count: number }, bit: number): Field[] =>
  usages.slice(0, count).map((name, index, list) => ({ usage: name, bit: bit + index * size, size, count: index === list.length - 1 ? count - index : 1 }));

/**
 * Where a scanner with this descriptor puts its codes; null when none of its input reports has decoded data (usage 8Ch:FEh).
 * Offsets count the report id, which is byte 0 of what the operating system gives.
 */
export const layoutOfDescriptor = (descriptor: Uint8Array): ReportLayout | null => {
  for (const [reportId, fields] of inputFields(descriptor) ?? []) {
    const data = fields.find((field) => field.usage === USAGE.data && field.size === 8 && field.bit % 8 === 0);
    if (data === undefined) continue;
    // An unnumbered report comes without an id byte.
    const head = reportId === 0 ? 0 : 1;
    const byteOf = (name: number): number | null => {
      const field = fields.find((candidate) => candidate.usage === name && candidate.size === 8 && candidate.bit % 8 === 0);
      return field === undefined ? null : head + field.bit / 8;
    };
    const continued = fields.find((field) => field.usage === USAGE.continued);
    return {
      reportId: reportId === 0 ? null : reportId,
      length: byteOf(USAGE.byteCount),
      aim: byteOf(USAGE.aim),
      data: [head + data.bit / 8, data.count],
      vendorCode: byteOf(VENDOR_CODE_ID),
      continued: continued === undefined ? null : [head + Math.floor(continued.bit / 8), continued.bit % 8],
    };
  }
  return null;
};
