/** device-host-back and device-polling: a terminal with every emulated class, its device host killed, and what looking after all of them costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../electron/clock/index.ts';
import { createDevices, type Devices } from '../../electron/devices/index.ts';
import { forkHostWith } from '../../electron/devices/host-process.ts';
import { load, median, round, say, type Effort, type Figure } from './figures.ts';
import { startPolledDevices } from './polled-devices.ts';
import { cpuMsOf, startMemoryProbe } from './process-cost.ts';

const KILLS = 3;
const GOAL_MS = 2_000;
const GOAL_PERCENT = 2;
/** Growth is what lasts: the same for a minute as for the hour that is asked for. */
const GOAL_HEAP_MB = 2;
const GOAL_RESIDENT_MB = 8;
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
  const probe = startMemoryProbe(runDir);
  const polled = await startPolledDevices(runDir);
  const devices = createDevices({
    terminal: { id: 't1', number: 1, panel: { widthMm: 398, lowerEdgeMm: 760 }, devices: polled.entries },
    clock: systemClock,
    log: { info: () => undefined, warn: (fields) => void (probe.heard(fields['line']) || say(JSON.stringify(fields))) },
    audit: () => undefined,
    runDir,
    spawn: forkHostWith({ ...polled.env, ...probe.env }),
  });
  try {
    await devices.start();
    await untilServed(devices);
    await wait(WARM_MS);
    const pid = devices.hostPid() ?? 0;
    const before = await probe.memory(pid);
    const [cpuBefore, begin] = [cpuMsOf(pid), performance.now()];
    await wait(forSeconds * 1_000);
    const [cpuAfter, seconds] = [cpuMsOf(pid), (performance.now() - begin) / 1_000];
    if (!served(devices) || devices.hostPid() !== pid) throw new Error('a device was not served to the end');
    const after = await probe.memory(pid);
    const percent = (what: 'own' | 'children'): number => (cpuAfter[what] - cpuBefore[what]) / (seconds * 10);
    const took = await hostKilled(devices);
    const many = `${polled.entries.length} devices of ${new Set(polled.entries.map((entry) => entry.class)).size} classes`;
    const whole = `over ${round(seconds, 0)} s (of the hour that is asked for; --for 3600 measures it whole)`;
    return [
      { name: 'device-polling', value: round(percent('own') + percent('children'), 2), unit: '%', against: `of one core ${whole}, device host polling ${many}, goal at most ${GOAL_PERCENT}; ${round(percent('own'), 2)} the host itself, ${round(percent('children'), 2)} the programs that it starts for the loudspeaker; ${load()}`, goal: { atMost: GOAL_PERCENT } },
      { name: 'device-polling-growth', value: round(after.heapMb - before.heapMb, 2), unit: 'MB', against: `heap and buffers of the device host after collection, end less beginning ${whole}, ${round(before.heapMb, 1)} → ${round(after.heapMb, 1)} MB, goal at most ${GOAL_HEAP_MB}`, goal: { atMost: GOAL_HEAP_MB } },
      { name: 'device-polling-resident', value: round(after.residentMb - before.residentMb, 1), unit: 'MB', against: `resident memory of the device host after collection, end less beginning of the same time, ${round(before.residentMb, 1)} → ${round(after.residentMb, 1)} MB, goal at most ${GOAL_RESIDENT_MB}`, goal: { atMost: GOAL_RESIDENT_MB } },
      { name: 'device-host-back', value: round(median(took), 0), unit: 'ms', against: `kill -9 of the device host → all ${many} answered again, goal at most ${GOAL_MS}; longest ${round(Math.max(...took), 0)} ms of ${took.length}; ${load()}`, goal: { atMost: GOAL_MS } },
    ];
  } finally {
    await devices.stop();
    await polled.close();
    rmSync(runDir, { recursive: true, force: true, maxRetries: 5 });
  }
};
