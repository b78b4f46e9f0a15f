/** Reports of a HID scanner as a wire whose chunks are whole reports, made ready for codes at each opening. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ok, type DriverClock, type Result } from '../contract.ts';
import { reportTransportFor } from '../transports/index.ts';
import type { ByteTransport } from '../transports/port.ts';
import { parseTransportUri } from '../transports/uri.ts';
import { layoutOfDescriptor } from './descriptor.ts';
import { HONEYWELL_LAYOUT, type ReportLayout, type ReportProfile } from './profiles.ts';

/** The report descriptor of the scanner, where the system shows it (Linux); else null. */
const descriptorOf = async (vendorId: number, productId: number, serial: string | null, usagePage: number): Promise<Uint8Array | null> => {
  try {
    const { devicesAsync } = await import('node-hid');
    const found = (await devicesAsync(vendorId, productId)).find((one) => one.usagePage === usagePage && (serial === null || one.serialNumber === serial));
    return found?.path === undefined ? null : await readFile(`/sys/class/hidraw/${basename(found.path)}/device/report_descriptor`);
  } catch {
    return null;
  }
};

/** @param use gets the layout of reports at each opening: another scanner may be plugged in then */
export const scannerReports = (uri: string, clock: DriverClock, profile: ReportProfile, use: (layout: ReportLayout) => void): Result<ByteTransport> => {
  const address = parseTransportUri(uri);
  const found = reportTransportFor(uri, clock, { usagePage: profile.usagePage });
  if (!found.ok) return found;
  const reports = found.value;
  const hid = address.ok && address.value.kind === 'hid' ? address.value : null;

  const layoutNow = async (): Promise<ReportLayout> => {
    if (profile.layout !== null || hid === null) return profile.layout ?? HONEYWELL_LAYOUT;
    const descriptor = await descriptorOf(hid.vendorId, hid.productId, hid.serial, profile.usagePage);
    return (descriptor === null ? null : layoutOfDescriptor(descriptor)) ?? HONEYWELL_LAYOUT;
  };

  return ok({
    description: reports.description,
    get isOpen() {
      return reports.isOpen;
    },
    open: async (options) => {
      const opened = await reports.open(options);
      if (!opened.ok) return opened;
      use(await layoutNow());
      // An engine without this switch refuses it, and sends its codes all the same.
      if (profile.enable !== null) await reports.setFeature(profile.enable);
      return opened;
    },
    write: (report) => reports.write(report),
    onData: (listener) => reports.onReport(listener),
    onClose: (listener) => reports.onClose(listener),
    // Reports are handed on at once; nothing waits on this side.
    flush: () => Promise.resolve(),
    close: () => reports.close(),
  });
};
