/** A wire to an emulated HID device that breaks where it is told: the bus's own gate, so that node-hid and the device files stay what they are. */
import type { HidBus } from '../../drivers/hid-emulator/device.ts';
import { createBreaker, type Ends, type FaultyWire } from './breaker.ts';

/** An id that no device here has, and a length that none has either. */
const FOREIGN = { id: 0x55, length: 3 } as const;

/**
 * @param bus with the device plugged in
 * @param uri the device's address
 * @param foreign noise is a report that is none of this device's; else of the length of the device's own
 */
export const startHidWire = (bus: HidBus, uri: string, foreign: boolean): FaultyWire => {
  const all = async (step: 'unplug' | 'replug'): Promise<void> => {
    for (const device of bus.devices) await device[step]();
  };
  const breaker = createBreaker({
    unplug: () => all('unplug'),
    replug: () => all('replug'),
    close: () => {
      bus.gate = null;
      return Promise.resolve();
    },
  });
  const reports = (noise: Uint8Array, length: number): Uint8Array[] => {
    if (foreign) return [Uint8Array.of(FOREIGN.id, ...noise.subarray(0, FOREIGN.length - 1))];
    return Array.from({ length: Math.ceil(noise.length / length) }, (_, at) => {
      const report = new Uint8Array(length);
      report.set(noise.subarray(at * length, (at + 1) * length));
      return report;
    });
  };
  let length = 64;
  bus.gate = (report, toProgram, wires) => {
    if (toProgram) ({ length } = report);
    const ends: Ends = {
      toDriver: (bytes) => {
        for (const one of bytes === report ? [report] : reports(bytes, length)) wires.toProgram(one);
      },
      toDevice: (bytes) => {
        for (const one of bytes === report ? [report] : reports(bytes, report.length)) wires.toDevice(one);
      },
      // A report comes whole or not at all.
      half: () => null,
    };
    breaker.pass(report, toProgram, ends);
  };
  return { ...breaker, uri };
};
