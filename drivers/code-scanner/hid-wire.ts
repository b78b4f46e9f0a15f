/** Reports of a HID scanner as a wire whose chunks are whole reports, made ready for codes at each opening. */
import { ok, type DriverClock, type Result } from '../contract.ts';
import { reportTransportFor } from '../transports/index.ts';
import type { ByteTransport } from '../transports/port.ts';
import { layoutOfDescriptor } from './descriptor.ts';
import { HONEYWELL_LAYOUT, type ReportLayout, type ReportProfile } from './profiles.ts';

/** @param use gets the layout of reports at each opening: another scanner may be plugged in then */
export const scannerReports = (uri: string, clock: DriverClock, profile: ReportProfile, use: (layout: ReportLayout) => void): Result<ByteTransport> => {
  const found = reportTransportFor(uri, clock, { usagePage: profile.usagePage });
  if (!found.ok) return found;
  const reports = found.value;

  const layoutNow = async (): Promise<ReportLayout> => {
    if (profile.layout !== null) return profile.layout;
    // Only Linux shows it.
    const descriptor = await reports.descriptor?.();
    return (descriptor?.ok === true ? layoutOfDescriptor(descriptor.value) : null) ?? HONEYWELL_LAYOUT;
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
