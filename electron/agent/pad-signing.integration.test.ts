/** A pen digitizer on the emulated HID bus, unmodified node-hid in the real device host, and what the citizen's page is told of the pen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSignaturePadEmulator, type SignaturePadEmulator } from '../../drivers/signature-pad/emulator.ts';
import { systemClock } from '../clock/index.ts';
import { forkHostWith } from '../devices/host-process.ts';
import { createDevices, type Devices } from '../devices/index.ts';
import type { Deps } from './deps.ts';
import { PadSigning } from './pad-signing.ts';

const CONFIRM = 1;
const WAIT = { timeout: 30_000 };

let dir: string;
let emulator: SignaturePadEmulator;
let devices: Devices;
let pad: PadSigning;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pad-signing-'));
  emulator = await startSignaturePadEmulator();
  const terminal = { id: 't1', number: 1, panel: { widthMm: 398, lowerEdgeMm: 760 }, devices: [{ id: 'pad', class: 'signature-pad' as const, transport: emulator.device.uri, where: { zh: '下', en: 'below' }, options: {} }] };
  devices = createDevices({ terminal, clock: systemClock, log: { info: () => undefined, warn: () => undefined }, audit: () => undefined, runDir: dir, spawn: forkHostWith(emulator.device.env) });
  await devices.start();
  pad = new PadSigning({ clock: systemClock, config: { terminal }, devices } as unknown as Deps, { changed: () => undefined, touched: () => undefined });
}, 60_000);
afterAll(async () => {
  pad.want(false);
  await devices.stop();
  await emulator.close();
  rmSync(dir, { recursive: true, force: true });
});

it('a citizen signs on the pad: shown while the pen goes, taken when it is confirmed, nothing of it left for the next one', async () => {
  // Tried again, it begins anew.
  pad.want(false);
  await expect.poll(() => pad.view(), WAIT).toEqual({ where: { zh: '下', en: 'below' }, written: false, strokes: [] });
  pad.want(true);
  // A report before the driver listens is lost, as the pen's first touch would be: the first stroke may come without its beginning, a later one is whole.
  await expect.poll(() => (emulator.draw([{ x: 1_000, y: 1_000, p: 0.25 }, { x: 6_000, y: 3_000, p: 0.5 }]), pad.view()?.strokes.at(-1)), WAIT).toEqual([[10, 10], [60, 30]]);
  expect(pad.view()).toMatchObject({ written: false });
  emulator.press(CONFIRM);
  await expect.poll(() => pad.view()?.written, WAIT).toBe(true);
  expect(pad.signed()).toMatchObject({ type: 'sign', widthMm: 120, heightMm: 60 });
  const [from, to] = pad.signed()?.strokes.find((stroke) => stroke.length === 2) ?? [];
  expect([from, to]).toEqual([[10, 10, expect.any(Number), 0.2502], [60, 30, (from?.[2] ?? Number.NaN) + 5, 0.5005]]);
  pad.want(false);
  expect([pad.view()?.strokes, pad.signed()]).toEqual([[], null]);
  await pad.idle();
  pad.want(true);
  await expect.poll(() => (emulator.draw([{ x: 2_000, y: 2_000, p: 1 }]), pad.view()?.strokes[0]), WAIT).toEqual([[20, 20]]);
}, 120_000);
