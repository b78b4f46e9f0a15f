/** A stream of bytes inside the reports of an emulated HID device: the device's side of what `hid-bytes.ts` does. */
import type { EmulatedLink, EmulatedWire, HidListen, WireSettings } from '../emulator.ts';
import { fromReport, toReports } from '../transports/hid-bytes.ts';
import type { HidFraming } from '../transports/uri.ts';

const query = ({ reportSize, reportId, header, prefix }: HidFraming): string => {
  const settings = { reportSize: [reportSize, 64], reportId: [reportId, 0], reportHeader: [header, 0], reportPrefix: [Buffer.from(prefix).toString('hex'), ''] };
  const said = Object.entries(settings).filter(([, [value, usual]]) => value !== usual);
  return said.length === 0 ? '' : `?${new URLSearchParams(said.map(([name, [value]]) => [name, String(value)])).toString()}`;
};

/** Not paced: USB has no baud. */
export const overHid = async ({ bus, vendorId = 0x0483, productId = 0x5750, serial, framing: given }: HidListen, { onLink }: WireSettings): Promise<EmulatedWire> => {
  const framing: HidFraming = { reportSize: 64, reportId: 0, header: 0, prefix: new Uint8Array(0), ...given };
  const { reportSize, reportId } = framing;
  const device = await bus.plug({
    vendorId,
    productId,
    ...(serial === undefined ? {} : { serial }),
    reports: { usagePage: 0xff00, usage: 1, inputBytes: reportSize, outputBytes: reportSize, ...(reportId === 0 ? {} : { reportId }) },
  });
  const link: EmulatedLink = {
    send: (bytes) => {
      // Input reports carry their id only where reports are numbered; output reports always do.
      for (const report of toReports(bytes, framing)) device.send(reportId === 0 ? report.subarray(1) : report);
    },
    drop: () => {},
  };
  let current: ReturnType<WireSettings['onLink']> | null = null;
  device.onOpen(() => {
    current?.onEnd();
    current = onLink(link);
  });
  device.onReport((report) => {
    const bytes = fromReport(reportId === 0 ? report.subarray(1) : report, framing);
    if (bytes.length > 0) current?.onData(bytes);
  });
  const unplug = async (): Promise<void> => {
    await device.unplug();
    current?.onEnd();
    current = null;
  };
  return {
    uri: `${device.uri}${query(framing)}`,
    unplug,
    replug: () => device.replug(),
    close: async () => {
      await unplug();
      await device.close();
    },
  };
};
