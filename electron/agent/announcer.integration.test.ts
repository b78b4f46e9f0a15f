/** Calls of three counters on one line of boards: the real device host, a serial line (PTY), and one board that is dead. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startWindowDisplayEmulator, type WindowDisplayEmulator } from '../../drivers/window-display/emulator.ts';
import { systemClock } from '../clock/index.ts';
import { createDevices, type Devices } from '../devices/index.ts';
import { Announcer } from './announcer.ts';
import type { Deps } from './deps.ts';

const BOARDS = [{ board: 1, counter: '3' }, { board: 2, counter: '4' }, { board: 3, counter: '5' }];
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let dir: string;
let line: WindowDisplayEmulator;
let devices: Devices;
let announcer: Announcer;
const state = { day: '20261123', callOrder: [] as { id: number; number: string; counter: string; at: number; again: boolean }[], counters: new Map(BOARDS.map(({ counter }) => [counter, { clerk: 'ann' }])) };
let tell: () => void = () => undefined;
const call = (...calls: [number: string, counter: string][]): void => {
  for (const [number, counter] of calls) state.callOrder.push({ id: state.callOrder.length + 1, number, counter, at: 0, again: false });
  tell();
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'line-'));
  line = await startWindowDisplayEmulator({ listen: { kind: 'pty', link: join(dir, 'leds') }, boards: BOARDS });
  const terminal = { id: 't1', number: 1, panel: { widthMm: 398, lowerEdgeMm: 760 }, devices: [{ id: 'leds', class: 'window-display' as const, transport: `serial:${join(dir, 'leds')}`, where: { zh: '上', en: 'above' }, options: { boards: BOARDS } }] };
  devices = createDevices({ terminal, clock: systemClock, log, audit: () => undefined, runDir: dir });
  announcer = new Announcer({ clock: systemClock, config: { terminal }, devices, log } as unknown as Deps);
});
afterEach(async () => {
  await announcer.stop();
  await devices.stop();
  await line.close();
  rmSync(dir, { recursive: true, force: true });
});

const shown = () => BOARDS.map(({ board }) => line.shown(board));
const status = () => devices.health()[0]!.status;
const WAIT = { timeout: 60_000, interval: 20 };

it('calls of one moment are each shown on their own board, the dead one takes none of the others out of service, and shows the newest when it is back', async () => {
  line.powerOff(2);
  await devices.start();
  announcer.follow({ day: () => state, onChange: (listener: () => void) => ((tell = listener), () => undefined) } as never);
  call(['A001', '3'], ['B001', '4'], ['C001', '5']);
  await expect.poll(shown, WAIT).toEqual(['A001 3', null, 'C001 5']);
  call(['C002', '5'], ['B002', '4'], ['A002', '3']);
  await expect.poll(shown, WAIT).toEqual(['A002 3', null, 'C002 5']);
  await expect.poll(() => status().conditions, WAIT).toMatchObject([{ code: 'not-responding', severity: 'warning', remedy: 'maintain', original: 'board 2 (counter 4)' }]);
  expect(status()).toMatchObject({ online: true, component: 'ready', boards: [{ counter: '3', state: 'ready' }, { counter: '4', state: 'silent' }, { counter: '5', state: 'ready' }] });
  line.powerOn(2);
  await expect.poll(shown, WAIT).toEqual(['A002 3', 'B002 4', 'C002 5']);
  await expect.poll(() => status().conditions, WAIT).toEqual([]);
}, 200_000);
