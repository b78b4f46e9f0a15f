/**
 * A stream of bytes inside HID reports: serial protocols that a maker moved to USB. How the bytes lie in a report is
 * vendor-private; the common way is a fixed size, perhaps a few bytes in front, and padding behind. Padding is passed on:
 * a decoder that looks for its own preamble skips it, and only it knows where a frame ends.
 */
import { ok, type Result } from '../contract.ts';
import type { ByteTransport, ReportTransport } from './port.ts';
import type { HidFraming } from './uri.ts';

/** The reports that carry these bytes, each with its id first (0: unnumbered), the last one padded with zeros. */
export const toReports = (bytes: Uint8Array, { reportSize, reportId, header, prefix }: HidFraming): Uint8Array[] => {
  const room = reportSize - header;
  const reports: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += room) {
    const report = new Uint8Array(1 + reportSize);
    report[0] = reportId;
    report.set(prefix, 1);
    report.set(bytes.subarray(from, from + room), 1 + header);
    reports.push(report);
  }
  return reports;
};

/** The bytes of one input report, padding and all; none of a report with another id. */
export const fromReport = (report: Uint8Array, { reportId, header }: HidFraming): Uint8Array => {
  if (reportId === 0) return report.subarray(header);
  return report[0] === reportId ? report.subarray(1 + header) : report.subarray(0, 0);
};

/** A wire of bytes over the reports of a device, for drivers that know of bytes alone. */
export const hidBytes = (reports: ReportTransport, framing: HidFraming): ByteTransport => ({
  description: reports.description,
  get isOpen() {
    return reports.isOpen;
  },
  open: (options) => reports.open(options),
  async write(bytes) {
    let written: Result<void> = ok(undefined);
    for (const report of toReports(bytes, framing)) {
      written = await reports.write(report);
      if (!written.ok) break;
    }
    return written;
  },
  onData: (listener) =>
    reports.onReport((report) => {
      const bytes = fromReport(report, framing);
      if (bytes.length > 0) listener(bytes);
    }),
  onClose: (listener) => reports.onClose(listener),
  // Reports are handed on at once; nothing waits on this side.
  flush: () => Promise.resolve(),
  close: () => reports.close(),
});
