/** The pad's own side of the bytes: keys to press, and faults to inject. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import { encodePadFrame } from './codec.ts';
import { SERIAL_KEYS, type PadKey } from './profiles.ts';

export const CALL_PAD_FAULTS = [
  /** Every frame has a wrong checksum. */
  'bad-checksum',
  /** Bytes that are no frame around each. */
  'noise-around',
  /** Each frame three times, as pads do that nobody answers. */
  'repeats',
  /** Frames come byte by byte. */
  'dribbles',
  /** Frames break off after half. */
  'truncated',
  'silent',
  /** The key is none that is set up. */
  'unknown-key',
] as const;
type FaultName = (typeof CALL_PAD_FAULTS)[number];

export interface CallPadEmulator extends Emulator {
  /** Somebody presses a key on the pad with this address. `digits`: what was typed before it. */
  press(key: PadKey, address?: number, digits?: string): void;
  /** Programs that listen now: what is pressed while there is none goes nowhere. */
  listeners(): number;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface CallPadEmulatorSettings {
  listen: Listen;
  /** Presses `next` on pad 1 by itself, every so many milliseconds. */
  pressEveryMs?: number;
}

const NOISE = Uint8Array.of(0x00, 0xff, 0x68, 0x03, 0x16, 0x68);

/** Starts an emulated line of pads. @throws Error in one line when its wire cannot be opened */
export const startCallPadEmulator = async (settings: CallPadEmulatorSettings): Promise<CallPadEmulator> => {
  let fault: FaultName | null = null;
  const links = new Set<EmulatedLink>();

  const frameOf = (key: PadKey, address: number, digits: string): Uint8Array => {
    const code = Object.entries(SERIAL_KEYS).find(([, one]) => one === key)?.[0] ?? '';
    const [command = 0, ...data] = fault === 'unknown-key' ? [0x7e, 0x7e] : Buffer.from(code, 'hex');
    return encodePadFrame({ address, command, data: Uint8Array.of(...data, ...Buffer.from(digits)) });
  };
  const transmit = (link: EmulatedLink, frame: Uint8Array): void => {
    switch (fault) {
      case 'silent':
        return;
      case 'bad-checksum':
        link.send(Uint8Array.from(frame, (byte, at) => (at === frame.length - 2 ? byte ^ 0x55 : byte)));
        return;
      case 'truncated':
        link.send(frame.subarray(0, frame.length / 2));
        return;
      case 'noise-around':
        link.send(Buffer.concat([NOISE, frame, NOISE]));
        return;
      case 'repeats':
        link.send(Buffer.concat([frame, frame, frame]));
        return;
      case 'dribbles':
        for (const byte of frame) link.send(Uint8Array.of(byte));
        return;
      case 'unknown-key':
      case null:
        link.send(frame);
    }
  };
  const press = (key: PadKey, address = 1, digits = ''): void => {
    const frame = frameOf(key, address, digits);
    for (const link of links) transmit(link, frame);
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: 9600,
    paced: false,
    onLink: (link) => {
      links.add(link);
      return { onData: () => {}, onEnd: () => links.delete(link) };
    },
  });
  const timer = settings.pressEveryMs === undefined ? null : setInterval(() => press('next'), settings.pressEveryMs);

  return {
    uri: wire.uri,
    faults: CALL_PAD_FAULTS,
    inject: (name) => {
      const known = CALL_PAD_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the call pad cannot play "${name}"; it can play ${CALL_PAD_FAULTS.join(', ')}`);
      fault = known ?? null;
    },
    press,
    listeners: () => links.size,
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: async () => {
      if (timer !== null) clearInterval(timer);
      await wire.close();
    },
  };
};
