/** What every driver and its emulated device must pass, on every transport. Each check says what it saw, or throws {@link NotConforming}. */
import { systemDriverClock } from '../../drivers/index.ts';
import { deviceStatus } from '../../drivers/schemas.ts';
import { codeOf, endOf, fail, inTime, judge, pointsOf, recover, tally, within, work, workWell, type Bench } from './bench.ts';
import type { Break } from './breaker.ts';
import { slope } from './growth.ts';

export interface Check {
  name: string;
  /** Why it does not apply; null when it does. */
  without?: (bench: Bench) => string | null;
  run: (bench: Bench) => Promise<string>;
}

/** A command that is given a quarter of a second must still be heard of soon after. */
const SHORT_MS = 250;
const NOISE_BYTES = 90;
/** A pulled plug is known after this time; a serial port is looked at four times a second. */
const HEARD_MS = 2_000;
/** Time of each look at the status in the long run: what is counted there is what stays behind, however busy the machine is. */
const LONG_RUN_MS = 30_000;
/** Of the long run, how many times memory is measured after the warm-up: a full collection takes its time. */
const samplesOf = (commands: number): number => (commands >= 5_000 ? 20 : 4);
/** Bytes that the heap may grow over a whole long run after its warm-up: what the engine compiles and caches meanwhile. */
const HEAP_SLACK = 600_000;

/** A command to a device that answers nothing is over before its bytes get to the break: that is waited for. */
const arrived = async (bench: Bench, broken: Promise<void>): Promise<void> => {
  if (!bench.subject.neverAnswers) return;
  const late = new AbortController();
  await Promise.race([broken, systemDriverClock.sleep(HEARD_MS, late.signal)]);
  late.abort();
};

const open: Check = {
  name: 'opens, and opens again',
  run: async (bench) => {
    const first = await recover(bench, 'at first');
    const again = await inTime(bench, 'open', 3_000, bench.session.open(within(3_000)));
    if (!again.ok) fail(`the second opening: ${endOf(again)}`);
    const status = await inTime(bench, 'status', 3_000, bench.session.status(within(3_000)));
    if (!status.ok || !deviceStatus.safeParse(status.value).success || !status.value.online) fail(`status after opening: ${endOf(status)}`);
    await bench.session.close();
    await bench.session.close();
    await recover(bench, 'after closing');
    return `${Math.round(first)} ms`;
  },
};

const doesItsWork: Check = {
  name: 'does its work, twice',
  run: async (bench) => {
    await recover(bench, 'before its work');
    await workWell(bench, 'the first time');
    void bench.wire.arm(null);
    const began = performance.now();
    await workWell(bench, 'the second time');
    bench.took = performance.now() - began;
    bench.messages = bench.wire.passed();
    return `${bench.messages} messages, ${Math.round(bench.took)} ms`;
  },
};

const timesOut: Check = {
  name: 'times out when the device is silent, and when nobody comes',
  run: async (bench) => {
    const seen: string[] = [];
    await recover(bench, 'before the time-out');
    const silent = bench.wire.arm({ at: 1, act: 'stall' });
    for (const command of ['status', 'work'] as const) {
      await bench.peer.prepare();
      const result = command === 'work' ? await work(bench, within(SHORT_MS)) : await inTime(bench, command, SHORT_MS, bench.session.status(within(SHORT_MS)));
      const saysNothing = bench.subject.neverAnswers || (bench.subject.oneWay && command === 'status');
      if (result.ok && !saysNothing) fail(`${command} succeeds though the device is silent`);
      seen.push(`${command} ${endOf(result)}${result.ok ? ' (the device says nothing at any time: its silence is no news)' : ''}`);
    }
    await arrived(bench, silent);
    // Not `release`: a device that speaks by itself may not have spoken yet, and the silence would begin later.
    void bench.wire.arm(null);
    await recover(bench, 'after silence');
    if (bench.peer.nobody !== undefined) {
      await bench.peer.prepare();
      bench.peer.nobody();
      const result = await inTime(bench, bench.subject.workName, SHORT_MS, bench.session.work(within(SHORT_MS)));
      if (result.ok || !['no-media', 'timed-out', 'feeder-empty', 'media-empty'].includes(result.fault.code)) fail(`nobody comes: ${endOf(result)}`);
      seen.push(`nobody ${endOf(result)}`);
      await recover(bench, 'after nobody came');
    }
    await workWell(bench, 'after the time-outs');
    return seen.join(', ');
  },
};

const twoAtOnce: Check = {
  name: 'answers the second of two commands with busy, and ends the first',
  without: ({ subject }) => subject.queues,
  run: async (bench) => {
    await recover(bench, 'before two at once');
    await bench.peer.prepare();
    const held = bench.wire.arm({ at: 1, act: 'hold' });
    const first = work(bench);
    // Nothing holds a command that waits for no answer: the second one is given in the same moment.
    if (!bench.subject.neverAnswers) await Promise.race([held, first]);
    const second = await inTime(bench, 'the second command', 3_000, bench.session.status(within(3_000)));
    if (second.ok || second.fault.code !== 'busy') fail(`the second command: ${endOf(second)}`);
    void bench.wire.arm(null);
    const ended = await first;
    if (!ended.ok) fail(`the first command: ${endOf(ended)}`);
    await judge(bench, ended, 'with a second command beside it');
    return 'busy';
  },
};

const spread = (bench: Bench): number[] => {
  if (bench.messages === 0) fail('the work did not pass, so its messages are not known');
  return pointsOf(bench.messages, bench.effort.points);
};

/** Runs the work once for each point with a break there. `ended` is told how; a work that ends before the break does not count. */
const atEachPoint = async (bench: Bench, name: string, breakAt: (at: number) => Break, ended: (end: string, at: number) => Promise<void>, deadlineMs?: number): Promise<string> => {
  const points = spread(bench);
  const ends: string[] = [];
  let slowest = 0;
  for (const at of points) {
    const when = `${name} at message ${at} of ${bench.messages}`;
    await recover(bench, `before ${when}`);
    await bench.peer.prepare();
    const broken = bench.wire.arm(breakAt(at));
    const result = await work(bench, within(deadlineMs ?? bench.subject.workMs));
    await arrived(bench, broken);
    const end = await judge(bench, result, when);
    // A work may take a message less than the one before it: what did not break now must not break later.
    if (bench.wire.happened()) ends.push(end);
    else void bench.wire.arm(null);
    await ended(end, at);
    slowest = Math.max(slowest, await recover(bench, `after ${when}`));
    await judge(bench, result, `${when} and coming back`);
    await workWell(bench, `after ${when}`);
  }
  if (ends.length === 0) fail(`${name}: no break happened while the work ran`);
  return `${ends.length} of ${bench.messages} messages: ${tally(ends)}; known again after ${Math.round(slowest)} ms at most`;
};

/** Pulls the plug and waits until the driver has heard of it: the news takes its way through the system. */
const pullPlug = async (bench: Bench): Promise<void> => {
  await bench.wire.unplug();
  const began = performance.now();
  for (;;) {
    const gone = await inTime(bench, 'status while unplugged', 2_000, bench.session.status(within(2_000)));
    if (!gone.ok && gone.fault.code === 'disconnected') return;
    // A status that needs no wire answers at once: the system must get its turn in between.
    await systemDriverClock.sleep(20);
    if (performance.now() - began > HEARD_MS) fail(`status ${HEARD_MS} ms after the plug was pulled: ${endOf(gone)}`);
  }
};

const unplugged: Check = {
  name: 'is unplugged in every state, and comes back',
  run: (bench) =>
    atEachPoint(
      bench,
      'unplugged',
      (at) => ({ at, act: 'cut' }),
      async (end, at) => {
        const allowed = ['ok', 'disconnected', ...bench.subject.whenCut];
        if (!allowed.includes(end)) fail(`unplugged at message ${at}: ${end}`);
        await pullPlug(bench);
        await bench.wire.replug();
      },
    ),
};

const hangs: Check = {
  name: 'hangs in every state, and comes back with its power',
  run: (bench) =>
    atEachPoint(
      bench,
      'silent',
      (at) => ({ at, act: 'stall' }),
      async () => {
        await pullPlug(bench);
        await bench.wire.replug();
      },
      Math.round(bench.took * 2) + 500,
    ),
};

const noiseToDriver: Check = {
  name: 'hears noise in every state, and never takes it for an answer that was asked',
  run: (bench) => atEachPoint(bench, 'noise', (at) => ({ at, act: at % 2 === 0 ? 'noise-before' : 'noise-instead', noise: bench.noise(NOISE_BYTES) }), async () => undefined),
};

const noiseToDevice: Check = {
  name: 'sends through noise in every state, and the device understands the next command',
  without: (bench) => bench.subject.noNoiseToDevice,
  run: (bench) => atEachPoint(bench, 'noise to the device', (at) => ({ at, act: 'noise-to-device', noise: bench.noise(NOISE_BYTES) }), async () => undefined),
};

const cancelled: Check = {
  name: 'is cancelled in every state, at once',
  run: async (bench) => {
    const points = spread(bench);
    const ends: string[] = [];
    for (const at of points) {
      const when = `cancelled at message ${at} of ${bench.messages}`;
      await recover(bench, `before ${when}`);
      await bench.peer.prepare();
      const stop = new AbortController();
      let asked = 0;
      // The rest of the wire is held, so that the command cannot end by itself before it hears of it.
      const abort = async (held: Promise<void>): Promise<void> => {
        await held;
        asked = performance.now();
        stop.abort();
      };
      void abort(bench.wire.arm({ at, act: 'hold' }));
      const result = await work(bench, within(bench.subject.workMs, stop.signal));
      const end = await judge(bench, result, when);
      if (asked > 0) {
        ends.push(end);
        const took = performance.now() - asked;
        if (end !== 'cancelled' && end !== 'ok') fail(`${when}: ${end}`);
        if (took > bench.subject.graceMs) fail(`${when}: it took ${Math.round(took)} ms`);
      }
      void bench.wire.arm(null);
      await recover(bench, `after ${when}`);
      await judge(bench, result, `${when} and going on`);
      await workWell(bench, `after ${when}`);
    }
    const early = new AbortController();
    early.abort();
    const never = await work(bench, within(1_000, early.signal));
    if (never.ok || never.fault.code !== 'cancelled') fail(`cancelled before it began: ${endOf(never)}`);
    return `${ends.length === 0 ? 'every command was over before it could be cancelled' : tally(ends)}; cancelled before it began`;
  },
};

const restarted: Check = {
  name: 'is restarted with media inside',
  without: ({ peer }) => (restartOf(peer) === null ? 'the emulated device keeps no media over a restart' : null),
  run: async (bench) => {
    const { peer, wire } = bench;
    await recover(bench, 'before the restart');
    await peer.prepare();
    await pullPlug(bench);
    await restartOf(peer)?.();
    await wire.replug();
    const took = await recover(bench, 'after the restart');
    const result = await work(bench);
    if (!result.ok) fail(`${bench.subject.workName} after the restart: ${codeOf(result.fault)} (${result.fault.message})`);
    await judge(bench, result, 'after the restart');
    return `known again after ${Math.round(took)} ms, what lay inside served the next ${bench.subject.workName}`;
  },
};

const restartOf = (peer: Bench['peer']): (() => Promise<void>) | null => {
  if (peer.restart !== undefined) return peer.restart;
  const pluggable = peer.emulator as { unplug?: () => Promise<void>; replug?: () => Promise<void> };
  if (pluggable.unplug === undefined || pluggable.replug === undefined) return null;
  return async () => {
    await pluggable.unplug?.();
    await pluggable.replug?.();
  };
};

const manyCommands: Check = {
  name: 'runs many commands without growing',
  run: async (bench) => {
    const { commands } = bench.effort;
    // Ten works at least, also in a short run.
    const workEvery = bench.subject.workEvery === null ? null : Math.min(bench.subject.workEvery, Math.ceil(commands / 10));
    const stop = new AbortController();
    await recover(bench, 'before many commands');
    // A device file is asked for news all the time: that is no pause.
    bench.hurry(bench.transport !== 'file');
    let works = 0;
    const some = async (from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at += 1) {
        // All commands get the same signal, as those of a long-lived caller do.
        if (workEvery !== null && at % workEvery === workEvery - 1) {
          works += 1;
          await bench.peer.prepare();
          const result = await work(bench, within(bench.subject.workMs, stop.signal));
          if (!result.ok) fail(`command ${at + 1} of ${commands}, ${bench.subject.workName}: ${codeOf(result.fault)} (${result.fault.message})`);
          continue;
        }
        const result = await inTime(bench, 'status', LONG_RUN_MS, bench.session.status(within(LONG_RUN_MS, stop.signal)));
        if (!result.ok) fail(`command ${at + 1} of ${commands}: ${codeOf(result.fault)} (${result.fault.message})`);
      }
    };
    const warmUp = Math.max(20, Math.round(commands / 10));
    const began = performance.now();
    await some(0, warmUp);
    const samples = [await bench.session.held(stop.signal)];
    const times = samplesOf(commands);
    const step = (commands - warmUp) / times;
    for (let sample = 0; sample < times; sample += 1) {
      await some(Math.round(warmUp + sample * step), Math.round(warmUp + (sample + 1) * step));
      samples.push(await bench.session.held(stop.signal));
    }
    const seconds = (performance.now() - began) / 1000;
    const [first] = samples;
    const last = samples.at(-1);
    if (first === undefined || last === undefined) return fail('nothing was measured');
    const heap = slope(samples.map((one) => one.heap)) * times;
    const external = slope(samples.map((one) => one.external)) * times;
    const seen = `${commands} commands (${works} of them ${bench.subject.workName}) in ${seconds.toFixed(1)} s; over the last ${commands - warmUp}: heap ${Math.round(heap / 1024)} KiB, buffers ${Math.round(external / 1024)} KiB, handles ${first.handles} → ${last.handles}, listeners ${first.listeners} → ${last.listeners}`;
    if (heap > HEAP_SLACK || external > HEAP_SLACK) fail(`it grows: ${seen}`);
    if (last.handles > first.handles + 2) fail(`handles are left behind: ${seen}`);
    if (last.listeners > first.listeners) fail(`listeners are left behind: ${seen}`);
    return seen;
  },
};

/** Runs one check on a wire that is whole, whatever the check before it left. */
export const runCheck = async (bench: Bench, check: Check): Promise<string> => {
  await bench.wire.replug();
  bench.hurry(false);
  return check.run(bench);
};

/** In the order in which they run. */
export const CHECKS: readonly Check[] = [open, doesItsWork, timesOut, twoAtOnce, cancelled, unplugged, hangs, noiseToDriver, noiseToDevice, restarted, manyCommands];
