/** device-host-back and device-polling: a terminal with every emulated class, its device host killed, and what looking after all of them costs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCallPadEmulator } from '../../drivers/call-pad/emulator.ts';
import { startCodeScannerEmulator } from '../../drivers/code-scanner/emulator.ts';
import type { DeviceClass } from '../../drivers/contract.ts';
import { startDocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import type { Emulator, Listen } from '../../drivers/emulator.ts';
import { startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { startLockerEmulator } from '../../drivers/locker/emulator.ts';
import { profileNamed, startReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { startScannerEmulator } from '../../drivers/scanner/emulator.ts';
import { startSignalsEmulator } from '../../drivers/signals/emulator.ts';
import { startTicketDispenserEmulator } from '../../drivers/ticket-dispenser/emulator.ts';
import { startWindowDisplayEmulator } from '../../drivers/window-display/emulator.ts';
import { systemClock } from '../../electron/clock/index.ts';
import { createDevices, type Devices } from '../../electron/devices/index.ts';
import { load, median, round, say, type Effort, type Figure } from './figures.ts';

const LISTEN: Listen = { kind: 'tcp', host: '127.0.0.1', port: 0 };
const EMULATED: readonly { deviceClass: DeviceClass; start: () => Promise<Emulator>; options?: Record<string, unknown> }[] = [
  { deviceClass: 'id-card', start: () => startIdCardEmulator({ listen: LISTEN }) },
  { deviceClass: 'code-scanner', start: () => startCodeScannerEmulator({ listen: LISTEN, engine: 'line' }) },
  { deviceClass: 'receipt-printer', start: () => startReceiptPrinterEmulator({ listen: LISTEN }) },
  { deviceClass: 'ticket-dispenser', start: () => startTicketDispenserEmulator({ listen: LISTEN, profile: profileNamed('custom-kpm216') }), options: { profile: 'custom-kpm216' } },
  { deviceClass: 'document-printer', start: () => startDocumentPrinterEmulator({ listen: LISTEN }) },
  { deviceClass: 'scanner', start: () => startScannerEmulator({ listen: LISTEN }) },
  { deviceClass: 'locker', start: () => startLockerEmulator({ listen: LISTEN }) },
  { deviceClass: 'window-display', start: () => startWindowDisplayEmulator({ listen: LISTEN, profile: 'am03127' }) },
  { deviceClass: 'call-pad', start: () => startCallPadEmulator({ listen: LISTEN }) },
  { deviceClass: 'signals', start: () => startSignalsEmulator({ listen: LISTEN }) },
];
const KILLS = 3;
const GOAL_MS = 2_000;
const GOAL_PERCENT = 2;
/** At first everything is still being compiled and cached. */
const WARM_MS = 10_000;
const READY_MS = 30_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const served = (devices: Devices): boolean => devices.health().every(({ status, lastSeen }) => lastSeen !== null && status.online);
const untilServed = async (devices: Devices): Promise<void> => {
  const begin = performance.now();
  while (!served(devices)) {
    if (performance.now() - begin > READY_MS) throw new Error(`not served: ${devices.health().filter(({ status }) => !status.online).map(({ id }) => id).join(', ')}`);
    await wait(5);
  }
};

/** Processor time of a process so far in ms, and its memory in MB. Linux counts in ticks of 10 ms. */
const costOf = (pid: number): { cpuMs: number; memoryMb: number } => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, memoryMb: (Number(fields[21]) * 4_096) / 1e6 };
};

const hostKilled = async (devices: Devices): Promise<number[]> => {
  const took: number[] = [];
  for (let time = 0; time < KILLS; time += 1) {
    const pid = devices.hostPid();
    if (pid === null) throw new Error('no device host');
    const begin = performance.now();
    process.kill(pid, 'SIGKILL');
    while (devices.hostPid() === pid) await wait(2);
    await untilServed(devices);
    took.push(performance.now() - begin);
    // A host that died a moment ago is started again with a wait: each kill is a first one.
    if (time < KILLS - 1) await wait(31_000);
  }
  return took;
};

export const measureDeviceHost = async ({ forSeconds }: Effort): Promise<Figure[]> => {
  const runDir = mkdtempSync(join(tmpdir(), 'hall24-bench-devices-'));
  const emulators: Emulator[] = [];
  const entries = [];
  for (const { deviceClass, start, options } of EMULATED) {
    const emulator = await start();
    emulators.push(emulator);
    entries.push({ id: deviceClass, class: deviceClass, transport: emulator.uri, where: { zh: '下', en: 'below' }, options: options ?? {} });
  }
  const devices = createDevices({
    terminal: { id: 't1', number: 1, panel: { widthMm: 398, lowerEdgeMm: 760 }, devices: entries },
    clock: systemClock,
    log: { info: () => undefined, warn: (fields) => say(JSON.stringify(fields)) },
    audit: () => undefined,
    runDir,
  });
  try {
    await devices.start();
    await untilServed(devices);
    await wait(WARM_MS);
    const pid = devices.hostPid() ?? 0;
    const [before, begin] = [costOf(pid), performance.now()];
    await wait(forSeconds * 1_000);
    const [after, seconds] = [costOf(pid), (performance.now() - begin) / 1_000];
    const percent = (after.cpuMs - before.cpuMs) / (seconds * 10);
    const took = await hostKilled(devices);
    return [
      { name: 'device-polling', value: round(percent, 2), unit: '%', against: `of one core, device host polling ${EMULATED.length} emulated classes, measured for ${round(seconds, 0)} s (of the hour that is asked for; --for 3600 measures it whole), goal at most ${GOAL_PERCENT}; ${load()}`, goal: { atMost: GOAL_PERCENT } },
      { name: 'device-polling-growth', value: round(after.memoryMb - before.memoryMb, 1), unit: 'MB', against: `resident memory of the device host over the same ${round(seconds, 0)} s, ${round(before.memoryMb, 1)} → ${round(after.memoryMb, 1)} MB; a garbage collector's own breathing is in it`, goal: null },
      { name: 'device-host-back', value: round(median(took), 0), unit: 'ms', against: `kill -9 of the device host → all ${EMULATED.length} classes answered again, goal at most ${GOAL_MS}; longest ${round(Math.max(...took), 0)} ms of ${took.length}; ${load()}`, goal: { atMost: GOAL_MS } },
    ];
  } finally {
    await devices.stop();
    for (const emulator of emulators) await emulator.close();
    rmSync(runDir, { recursive: true, force: true });
  }
};
