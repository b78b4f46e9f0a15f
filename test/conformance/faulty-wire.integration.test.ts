/** The wire between driver and emulated device: what it breaks, it must mend whole. */
import { pbkdf2 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startCallPadEmulator } from '../../drivers/call-pad/emulator.ts';
import { systemDriverClock } from '../../drivers/index.ts';
import { transportFor } from '../../drivers/transports/index.ts';
import { startFaultyWire } from './faulty-wire.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of closing.splice(0).reverse()) await step();
});

/** The system opens ports on the same few threads: for some tenths of a second none is free. */
const keepThreadsBusy = (): Promise<unknown> => Promise.all(Array.from({ length: 4 }, () => new Promise((resolve) => pbkdf2('a', 'b', 100_000, 64, 'sha512', resolve))));

it('a serial wire that is pulled while its far side is still being opened leaves no second reader on the device: every byte arrives', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faulty-wire-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const emulator = await startCallPadEmulator({ listen: { kind: 'pty', link: join(folder, 'device') } });
  closing.push(() => emulator.close());
  const wire = await startFaultyWire(emulator.uri, join(folder, 'driver'));
  closing.push(() => wire.close());
  await wire.unplug();
  const free = keepThreadsBusy();
  await wire.replug();
  await wire.unplug();
  await free;
  await wire.replug();
  const found = transportFor(wire.uri, systemDriverClock);
  if (!found.ok) throw new Error(found.fault.message);
  const near = found.value;
  closing.push(() => near.close());
  let heard: number[] = [];
  near.onData((chunk) => heard.push(...chunk));
  expect((await near.open({ signal: new AbortController().signal, deadlineMs: 5_000 })).ok).toBe(true);
  // Of keys that are pressed before the far side is open nothing comes; the byte before each frame is FF, of these alone.
  emulator.press('next', 1);
  while (heard.length === 0) {
    await systemDriverClock.sleep(50);
    emulator.press('next', 1);
  }
  await systemDriverClock.sleep(100);
  heard = [];
  const presses = 100;
  for (let at = 1; at <= presses; at += 1) {
    emulator.press('next', at);
    await systemDriverClock.sleep(1);
  }
  await expect.poll(() => heard.filter((byte) => byte === 0xff).length, { timeout: 5_000 }).toBe(presses);
});
