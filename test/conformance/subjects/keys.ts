/** Keypads on the emulated HID bus: what a person does is a key that goes down and up. */
import type { Emulator, Listen } from '../../../drivers/emulator.ts';
import type { EmulatedHidDevice, HidDeviceSpec } from '../../../drivers/hid-emulator/device.ts';
import { keyboardReport } from '../../../drivers/transports/hid-keyboard.ts';
import { subject } from '../subject.ts';

/** A device of the bus as an emulator without faults of its own: the wire breaks, not the pad. */
export const asEmulator = (device: EmulatedHidDevice): Emulator => ({
  uri: device.uri,
  faults: [],
  inject: (fault) => {
    if (fault !== null) throw new RangeError('a plain HID device plays no faults');
  },
  close: () => device.close(),
});

export const plugged = (listen: Listen, spec: HidDeviceSpec): Promise<EmulatedHidDevice> => {
  if (listen.kind !== 'hid') throw new RangeError('this device is on the HID bus alone');
  return listen.bus.plug(spec);
};

const KEYPAD: HidDeviceSpec = { vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } };
/** Enter: the call pad's next, the navigation pad's confirm. */
const ENTER = 0x28;

const startKeypad = (expected: (value: object) => boolean) => async (listen: Listen) => {
  const device = await plugged(listen, KEYPAD);
  return {
    emulator: asEmulator(device),
    prepare: () => undefined,
    person: () => {
      device.send(keyboardReport([ENTER]));
      device.send(keyboardReport());
    },
    accepts: (value: unknown) => typeof value === 'object' && value !== null && expected(value),
  };
};

export const navPad = subject({
  deviceClass: 'nav-pad',
  transports: ['hid'],
  workName: 'read',
  oneWay: true,
  noiseIsForeign: true,
  noNoiseToDevice: 'nothing is ever sent to a keypad',
  work: (driver, context) => driver.run('read', undefined, context),
  start: startKeypad((value) => 'key' in value && value.key === 'confirm'),
});

export const callKeypad = subject({
  name: 'call-pad keypad',
  deviceClass: 'call-pad',
  transports: ['hid'],
  // The navigation pad's own run stands for it.
  inShort: [],
  workName: 'read',
  oneWay: true,
  noiseIsForeign: true,
  noNoiseToDevice: 'nothing is ever sent to a keypad',
  // The person's hand is faster than a contact's chatter is thought to last.
  options: { counter: '3', debounceMs: 0 },
  work: (driver, context) => driver.run('read', undefined, context),
  start: startKeypad((value) => 'key' in value && value.key === 'next' && 'counter' in value && value.counter === '3'),
});
