/** Codes in the input reports of a HID point-of-sale scanner. One code may run through several reports. */
import type { ScanEvent } from './codec.ts';
import type { ReportLayout } from './profiles.ts';
import { MAX_CODE_BYTES } from './text.ts';

/** What one report says; null for a report of another kind; `bad` when it does not fit its layout. */
export const decodeReport = (layout: ReportLayout, report: Uint8Array): { bytes: Uint8Array; aim: string | null; more: boolean } | 'bad' | null => {
  if (layout.reportId !== null && report[0] !== layout.reportId) return null;
  const [from, room] = layout.data;
  const said = layout.length === null ? null : report[layout.length];
  const field = report.subarray(from, from + room);
  // A host may hand over a report without the zeros at its end.
  if (said === undefined || (said !== null && (said > room || field.length < said))) return 'bad';
  const more = layout.continued !== null && (((report[layout.continued[0]] ?? 0) >> layout.continued[1]) & 1) === 1;
  const bytes = said === null ? (more ? field : field.subarray(0, field.findLastIndex((byte) => byte !== 0) + 1)) : field.subarray(0, said);
  const aim = layout.aim === null ? null : Buffer.from(report.subarray(layout.aim, layout.aim + 3)).toString('latin1');
  return { bytes: bytes.slice(), aim, more };
};

const CR = 0x0d;
const LF = 0x0a;

/** Engines put the ending of their serial mode here too. */
const withoutEnding = (bytes: Uint8Array): Uint8Array => {
  let end = bytes.length;
  if (bytes[end - 1] === LF) end -= 1;
  if (bytes[end - 1] === CR) end -= 1;
  return bytes.slice(0, end);
};

/** Puts codes together from reports; each push is one report. Holds one code at most. */
export class ReportDecoder {
  private layout: ReportLayout | null;
  private held: Uint8Array[] = [];
  private length = 0;
  private overrun = false;

  /** `layout` null: it comes later, from the device's own descriptor; until then nothing is understood. */
  constructor(layout: ReportLayout | null) {
    this.layout = layout;
  }

  use(layout: ReportLayout): void {
    this.layout = layout;
  }

  push(report: Uint8Array): ScanEvent[] {
    const part = this.layout === null ? 'bad' : decodeReport(this.layout, report);
    if (part === null) return [];
    if (part === 'bad') {
      this.reset();
      return [{ type: 'bad-report' }];
    }
    const before = this.overrun;
    if (!this.overrun) {
      this.held.push(part.bytes);
      this.length += part.bytes.length;
      this.overrun = this.length > MAX_CODE_BYTES;
    }
    if (this.overrun) {
      this.reset();
      // The rest of what is too long is thrown away with it.
      this.overrun = part.more;
      return before ? [] : [{ type: 'too-long' }];
    }
    const bytes = Buffer.concat(this.held);
    if (part.more) return [{ type: 'partial', bytes: Uint8Array.from(bytes), aim: part.aim }];
    this.reset();
    const code = withoutEnding(bytes);
    return code.length === 0 ? [] : [{ type: 'code', bytes: code, aim: part.aim }];
  }

  reset(): void {
    for (const part of this.held) part.fill(0);
    this.held = [];
    this.length = 0;
    this.overrun = false;
  }
}
