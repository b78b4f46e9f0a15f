/** Keys on an emulated HID bus through unmodified node-hid in the real device host, and sentences by real espeak-ng into files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHidDevice, type EmulatedHidDevice } from '../../drivers/hid-emulator/device.ts';
import { decodeWav, loudness } from '../../drivers/sound/codec.ts';
import { keyboardReport } from '../../drivers/transports/hid-keyboard.ts';
import { systemClock } from '../clock/index.ts';
import { forkHostWith } from '../devices/host-process.ts';
import { createDevices, type Devices } from '../devices/index.ts';
import type { Deps } from './deps.ts';
import { NavPad } from './nav-pad.ts';
import { Voice } from './voice.ts';

const WAIT = { timeout: 30_000 };
const KEYS = { up: 0x52, down: 0x51, left: 0x50, right: 0x4f, confirm: 0x28 } as const;

let dir: string;
let hid: EmulatedHidDevice;
let devices: Devices;
let voice: Voice;
let pad: NavPad;
const heard: string[] = [];

const press = (key: keyof typeof KEYS): void => {
  hid.send(keyboardReport([KEYS[key]]));
  hid.send(keyboardReport());
};
const said = (): string[] => readdirSync(join(dir, 'said')).filter((name) => name.endsWith('.wav')).sort();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'spoken-'));
  hid = await startHidDevice({ vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
  const where = { zh: '下', en: 'below' };
  const terminal = {
    id: 't1',
    number: 1,
    panel: { widthMm: 398, lowerEdgeMm: 760 },
    devices: [
      { id: 'pad', class: 'nav-pad' as const, transport: hid.uri, where, options: {} },
      { id: 'speaker', class: 'sound' as const, transport: `sound:file:${join(dir, 'said')}`, where, options: {} },
    ],
  };
  devices = createDevices({ terminal, clock: systemClock, log: { info: () => undefined, warn: () => undefined }, audit: () => undefined, runDir: dir, spawn: forkHostWith(hid.env) });
  await devices.start();
  const deps = { clock: systemClock, config: { terminal }, devices } as unknown as Deps;
  voice = new Voice(deps);
  pad = new NavPad(deps, (key) => heard.push(key));
  pad.start();
}, 60_000);
afterAll(async () => {
  await Promise.all([pad.stop(), voice.stop()]);
  await devices.stop();
  await hid.close();
  rmSync(dir, { recursive: true, force: true });
});

it('keys reach the agent in their order, also after the plug was pulled', async () => {
  await hid.untilOpened();
  press('down');
  press('right');
  press('left');
  await expect.poll(() => heard, WAIT).toEqual(['next', 'repeat', 'back']);
  await hid.unplug();
  await expect.poll(() => devices.health().find(({ id }) => id === 'pad')?.status.online, WAIT).toBe(false);
  await hid.replug();
  await hid.untilOpened();
  press('up');
  press('confirm');
  await expect.poll(() => heard.slice(3), WAIT).toEqual(['previous', 'confirm']);
}, 120_000);

it('a sentence is heard in either language, and the loudspeaker’s own log holds no word of it', async () => {
  await expect.poll(() => voice.languages(), WAIT).toEqual(['zh', 'en']);
  voice.say('请把身份证平放在读卡处', 'zh');
  await expect.poll(() => said().length, WAIT).toBe(1);
  voice.say('Lay your ID card flat on the reader', 'en');
  await expect.poll(() => said().length, WAIT).toBe(2);
  for (const name of said()) {
    const sound = decodeWav(readFileSync(join(dir, 'said', name)));
    expect(sound === null ? 0 : loudness(sound)).toBeGreaterThan(0.01);
  }
  await expect
    .poll(async () => {
      const log = await devices.command('sound', 'log', undefined, { deadlineMs: 5_000 });
      return log.ok ? log.value.entries.map(({ text, outcome }) => [text, outcome]) : [];
    }, WAIT)
    .toEqual([[null, 'said'], [null, 'said']]);
}, 120_000);
