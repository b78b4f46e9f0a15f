/** A signature pad on the emulated HID bus: a pen digitizer as Windows' own descriptions ask for one, with two keys below. Never travels in a package. */
import { startHidDevice, type EmulatedHidDevice, type HidBus } from '../hid-emulator/device.ts';

export interface SignaturePadSettings {
  /** Keys to confirm and to clear; without them the pen's rest ends a signature. Default: yes. */
  keys?: boolean;
  /** Does it feel how hard the pen is pressed? Default: yes. */
  pressure?: boolean;
  /** Does it tell its size? Default: yes. */
  size?: boolean;
  /** A bus that it shares with others; left out, one of its own. */
  bus?: HidBus;
}

export interface SignaturePadEmulator {
  readonly device: EmulatedHidDevice;
  /** A pen at these places, in hundredths of a millimetre, 5 ms apart; then it is lifted. */
  draw(points: readonly { x: number; y: number; p: number }[]): void;
  /** A key goes down and up: 1 confirm, 2 clear. */
  press(button: number): void;
  close(): Promise<void>;
}

/** 12000 × 6000 steps of a hundredth of a millimetre. */
export const PAD_STEPS = { width: 12_000, height: 6_000, pressure: 1023 } as const;
const PEN = 1;
const KEYS = 2;
const STEP_MS = 5;

const two = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];

/** Its report descriptor. */
export const padDescriptor = ({ keys = true, pressure = true, size = true }: SignaturePadSettings = {}): Uint8Array => {
  const sized = (steps: number): number[] => (size ? [0x36, 0, 0, 0x46, ...two(steps)] : []);
  return Uint8Array.from(
    [
      [0x05, 0x0d, 0x09, 0x02, 0xa1, 0x01, 0x85, PEN, 0x09, 0x20, 0xa1, 0x00],
      // Tip switch and in range, six bits of nothing.
      [0x09, 0x42, 0x09, 0x32, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x02, 0x81, 0x02, 0x95, 0x06, 0x81, 0x03],
      // X and Y in thousandths of a centimetre, where it tells.
      [0x05, 0x01, 0x75, 0x10, 0x95, 0x01, ...(size ? [0x55, 0x0d, 0x65, 0x11] : [])],
      [...sized(PAD_STEPS.width), 0x26, ...two(PAD_STEPS.width), 0x09, 0x30, 0x81, 0x02],
      [...sized(PAD_STEPS.height), 0x26, ...two(PAD_STEPS.height), 0x09, 0x31, 0x81, 0x02],
      // Neither is pressure a length, nor time.
      [0x36, 0, 0, 0x46, 0, 0, 0x65, 0x00, 0x05, 0x0d],
      pressure ? [0x26, ...two(PAD_STEPS.pressure), 0x09, 0x30, 0x81, 0x02] : [],
      [0x27, 0xff, 0xff, 0, 0, 0x09, 0x56, 0x81, 0x02],
      [0xc0],
      keys ? [0x85, KEYS, 0x05, 0x09, 0x19, 0x01, 0x29, 0x02, 0x25, 0x01, 0x75, 0x01, 0x95, 0x02, 0x81, 0x02, 0x95, 0x06, 0x81, 0x03] : [],
      [0xc0],
    ].flat(),
  );
};

/** One report of the pen. @param at tenths of milliseconds */
export const penReport = (down: boolean, { x, y, p }: { x: number; y: number; p: number }, at: number, pressure = true): Uint8Array =>
  Uint8Array.from([PEN, down ? 3 : 2, ...two(x), ...two(y), ...(pressure ? two(Math.round(p * PAD_STEPS.pressure)) : []), ...two(at % 0x1_0000)]);

export const startSignaturePadEmulator = async (settings: SignaturePadSettings = {}): Promise<SignaturePadEmulator> => {
  const spec = { vendorId: 0x2e66, productId: 0x5349, serial: 'PAD1', product: 'Signature pad', reports: padDescriptor(settings) };
  const device = await (settings.bus?.plug(spec) ?? startHidDevice(spec));
  // Near the end of its range, so that it begins again while somebody writes.
  let scan = 0xff00;
  const send = (down: boolean, at: { x: number; y: number; p: number }): void => {
    device.send(penReport(down, at, scan, settings.pressure));
    scan = (scan + STEP_MS * 10) % 0x1_0000;
  };
  return {
    device,
    draw: (points) => {
      for (const point of points) send(true, point);
      send(false, points.at(-1) ?? { x: 0, y: 0, p: 0 });
    },
    press: (button) => {
      device.send(Uint8Array.of(KEYS, 1 << (button - 1)));
      device.send(Uint8Array.of(KEYS, 0));
    },
    close: () => device.close(),
  };
};
