/** A HID keypad on an emulated bus, with somebody who presses its keys: a call pad's or a navigation pad's. Never travels in a package. */
import type { Emulator } from '../emulator.ts';
import { keyboardReport } from '../transports/hid-keyboard.ts';
import type { HidBus } from './device.ts';

export interface KeypadSettings {
  bus: HidBus;
  /** Usages of HID page 7, pressed in turn. */
  usages: readonly number[];
  pressEveryMs: number;
}

/** The keys go into any program that has it open; it plays no faults of its own. */
export const startKeypadEmulator = async ({ bus, usages, pressEveryMs }: KeypadSettings): Promise<Emulator> => {
  const device = await bus.plug({ vendorId: 0x05ac, productId: 0x0220, product: 'Keypad', reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
  let pressed = 0;
  const timer = setInterval(() => {
    const usage = usages[pressed++ % usages.length];
    if (usage !== undefined) device.send(keyboardReport([usage]));
    device.send(keyboardReport());
  }, pressEveryMs);
  return {
    uri: device.uri,
    faults: [],
    inject: (fault) => {
      if (fault !== null) throw new RangeError(`a keypad plays no faults, and no "${fault}"`);
    },
    close: async () => {
      clearInterval(timer);
      await device.close();
    },
  };
};
