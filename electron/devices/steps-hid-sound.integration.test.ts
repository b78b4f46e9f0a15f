/**
 * As in steps.integration.test.ts, of the devices whose wires are no lines: USB HID through unmodified node-hid, where pulling the plug
 * takes the device file away, and the programs of the host's loudspeaker. The device host runs on the emulated bus, with those programs
 * before its own.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../drivers/contract.ts';
import { startHidBus, type EmulatedHidDevice, type HidBus } from '../../drivers/hid-emulator/device.ts';
import { startSignaturePadEmulator, type SignaturePadEmulator } from '../../drivers/signature-pad/emulator.ts';
import { keyboardReport } from '../../drivers/transports/hid-keyboard.ts';
import { startHidWire } from '../../test/conformance/hid-wire.ts';
import { startStandIns, type StandIns } from '../../test/conformance/stand-in-wire.ts';
import { openStepHall, WALK_MS, type StepCase, type StepHall, type StepWire } from '../../test/conformance/steps.ts';
import { forkHostWith } from './host-process.ts';
import type { Devices } from './index.ts';

const ARROWS = { vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } };
const KEYPAD = { ...ARROWS, productId: 0x0221 };
const ENTER = 0x28;
const UP_ARROW = 0x52;
const COUNTER = '3';
const CONFIRM = 1;
const CLEAR = 2;
const DOT = { x: 500, y: 500, p: 0.5 };
const NAMES = {
  theirs: [{ x: 1000, y: 1000, p: 0.25 }, { x: 6000, y: 3000, p: 0.5 }],
  again: [{ x: 2000, y: 1500, p: 0.25 }, { x: 3000, y: 4000, p: 0.5 }, { x: 5000, y: 2000, p: 0.5 }],
} as const;
const LIMIT = 80;
const QUIETER = 0.5;

let dir: string;
let hall: StepHall;
let devices: Devices;
const buses: HidBus[] = [];
const wires: Record<string, StepWire> = {};
let arrows: EmulatedHidDevice;
let keypad: EmulatedHidDevice;
let pad: SignaturePadEmulator;
let speaker: StandIns;

const press = async (device: EmulatedHidDevice, usage: number): Promise<void> => {
  await device.untilOpened();
  device.send(keyboardReport([usage]));
  device.send(keyboardReport());
};
const readPress = async (deviceClass: 'nav-pad' | 'call-pad', device: EmulatedHidDevice, usage: number, deadlineMs: number): Promise<Result<unknown>> => {
  const read = devices.command(deviceClass, 'read', undefined, { deadlineMs });
  await press(device, usage);
  return read;
};

/** Somebody signs, as soon as a dot of theirs shows that the pad is listened to. @param clears takes the dots away first */
const sign = async (name: (typeof NAMES)[keyof typeof NAMES], deadlineMs: number, clears: boolean, ready: () => void = () => undefined) => {
  const listens = new AbortController();
  const capture = devices.command('signature-pad', 'capture', undefined, { deadlineMs, onProgress: () => listens.abort() });
  void capture.then(() => listens.abort());
  const dots = setInterval(() => pad.draw([DOT]), 50);
  await new Promise((resolve) => listens.signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(dots);
  ready();
  if (clears) pad.press(CLEAR);
  pad.draw(name);
  pad.press(CONFIRM);
  return capture;
};

const say = (deadlineMs: number): Promise<Result<unknown>> => devices.command('sound', 'say', { text: 'one', language: 'en', volume: QUIETER }, { deadlineMs });

const CASES: readonly StepCase[] = [
  {
    id: 'arrows',
    wire: 'HID',
    deadlineMs: 8_000,
    begin: (deadlineMs) => readPress('nav-pad', arrows, ENTER, deadlineMs),
    goOn: async (_broken, when) => {
      expect(await readPress('nav-pad', arrows, UP_ARROW, 10_000), when).toEqual({ ok: true, value: { key: 'up' } });
      // Also the key of which it was not heard that it went up.
      expect(await readPress('nav-pad', arrows, ENTER, 10_000), when).toEqual({ ok: true, value: { key: 'confirm' } });
    },
  },
  {
    id: 'keypad',
    wire: 'HID',
    deadlineMs: 8_000,
    begin: (deadlineMs) => readPress('call-pad', keypad, ENTER, deadlineMs),
    goOn: async (_broken, when) => expect(await readPress('call-pad', keypad, ENTER, 10_000), when).toEqual({ ok: true, value: { key: 'next', counter: COUNTER, digits: null } }),
  },
  {
    id: 'pad',
    wire: 'HID',
    deadlineMs: 10_000,
    getsReady: true,
    begin: (deadlineMs, ready) => sign(NAMES.theirs, deadlineMs, true, ready),
    goOn: async (broken, when) => {
      // What was confirmed is what was written, and whoever signs again has nothing of it on their sheet.
      if (broken.ok) expect(broken.value, when).toMatchObject({ strokes: [NAMES.theirs.map(({ x, y }) => ({ x, y }))] });
      const signed = await sign(NAMES.again, 10_000, false);
      expect(signed, when).toMatchObject({ ok: true });
      const strokes = signed.ok ? signed.value.strokes.map((stroke) => stroke.map(({ x, y }) => ({ x, y }))) : [];
      expect(strokes.at(-1), when).toEqual(NAMES.again.map(({ x, y }) => ({ x, y })));
      for (const stroke of strokes.slice(0, -1)) expect(stroke, when).toEqual([{ x: DOT.x, y: DOT.y }]);
    },
  },
  {
    id: 'speaker',
    wire: 'programs of the host',
    deadlineMs: 15_000,
    // The volume is lowered, the player begins, the volume is at its limit again.
    points: 3,
    begin: (deadlineMs) => {
      speaker.forget();
      return say(deadlineMs);
    },
    goOn: async (broken, when) => {
      expect(speaker.played(), when).toBeLessThanOrEqual(1);
      if (broken.ok) expect(speaker.played(), when).toBe(1);
      // Whatever it was lowered to for the sentence that broke off.
      expect(speaker.level(), when).toBe(LIMIT);
      speaker.forget();
      const said = await say(15_000);
      expect(said.ok ? said.value : said.fault, when).toMatchObject({ by: 'espeak-ng' });
      expect(speaker.played(), when).toBe(1);
      expect(await devices.command('sound', 'volume', undefined, { deadlineMs: 5_000 }), when).toEqual({ ok: true, value: { limit: LIMIT, mixer: 'amixer', level: LIMIT } });
    },
  },
];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'steps-hid-'));
  const at = join(dir, 'bus');
  mkdirSync(at);
  /** A bus of its own in the folder of all: each has its own gate, so that one plug is pulled at a time. */
  const plug = async <T extends { uri: string }>(id: string, start: (bus: HidBus) => Promise<T>): Promise<T> => {
    const bus = await startHidBus(at);
    buses.push(bus);
    const device = await start(bus);
    wires[id] = startHidWire(bus, device.uri, true);
    return device;
  };
  arrows = await plug('arrows', (bus) => bus.plug(ARROWS));
  keypad = await plug('keypad', (bus) => bus.plug(KEYPAD));
  await plug('pad', async (bus) => {
    pad = await startSignaturePadEmulator({ bus });
    return pad.device;
  });
  speaker = startStandIns(join(dir, 'sound'));
  wires['speaker'] = speaker.wire;
  hall = openStepHall({
    dir,
    table: {
      arrows: { class: 'nav-pad', wire: wires['arrows']! },
      keypad: { class: 'call-pad', wire: wires['keypad']!, options: { counter: COUNTER } },
      pad: { class: 'signature-pad', wire: wires['pad']! },
      speaker: { class: 'sound', wire: speaker.wire, options: { languages: ['en'], limit: LIMIT } },
    },
    spawn: forkHostWith({ ...buses[0]!.env, ...speaker.env }),
  });
  devices = hall.devices;
  await hall.start(CASES);
}, 300_000);
afterAll(async () => {
  await hall.stop();
  for (const wire of Object.values(wires)) await wire.close();
  for (const bus of buses) await bus.close();
  rmSync(dir, { recursive: true, force: true });
});

describe.concurrent('a device that goes away in the middle of a command', () => {
  it.each(CASES)(
    '$id over $wire: at each step the command ends with its fault, the error is in the log, the device is known again within 10 s, and the case goes on',
    async (one) => {
      const { steps, broke } = await hall.walk(one);
      expect(broke).toBeGreaterThanOrEqual(steps);
    },
    WALK_MS,
  );
});
