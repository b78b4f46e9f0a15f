/** The programs of a terminal: the agent, and in a demonstration the outside world and the reference platform. */
import { join } from 'node:path';
import { entry, NODE_OPTIONS } from '../entry.ts';
import type { LaunchOptions } from './options.ts';
import { checkFree, freePorts } from './ports.ts';
import { supervise, type Supervised } from './supervise.ts';

/** Exit code of an agent whose home another agent owns; also the launcher's own in that case. */
export const HOME_IN_USE = 3;

type Line = Record<string, unknown>;

/** Devices that the outside world plays: as many ports as it opens. */
const EMULATED = 10;

/** Addresses of the demonstration's outside; null in a real hall. */
export interface Outside {
  bench: string | null;
  platform: string | null;
}

/** What the hall's people open, as the agent tells it; empty: this terminal runs no queue. */
export type HallLine = Record<string, unknown>;

const node = (name: string, ...args: string[]): { file: string; args: string[] } => ({ file: process.execPath, args: [...NODE_OPTIONS, entry(name), ...args, '--end-with-stdin'] });

/** The line of JSON by which a program says that it serves; whatever else it says goes to standard error. */
export const readyLine = (take: (line: Line) => void): ((line: string) => void) => (line) => {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(line);
  } catch {
    // A plain line.
  }
  if (typeof parsed === 'object' && parsed !== null && 'ready' in parsed) take({ ...parsed });
  else process.stderr.write(`${line}\n`);
};

/**
 * Whoever asks the system for a loudspeaker outside a login session has PulseAudio's library make a folder in the user's home and one
 * for temporary files. A demonstration writes nothing outside its own.
 */
const soundFolder = (run: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => (env['XDG_RUNTIME_DIR'] === undefined && env['PULSE_RUNTIME_PATH'] === undefined ? { PULSE_RUNTIME_PATH: join(run, 'pulse') } : {});

/**
 * glibc gives each thread a heap of its own and hands little of it back: an agent whose threads make certificates, straighten scans and answer a hall for
 * hours held 100 MB more at the same 44 MB of objects, and went on growing. Two heaps do for all of them. Who sets another number has it.
 */
const fewHeaps = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => (env['MALLOC_ARENA_MAX'] === undefined ? { MALLOC_ARENA_MAX: '2' } : {});

/** Keeps one of our programs. @returns its first ready line, and what ends it */
const keep = (name: string, run: string, args: string[], { env, inUse }: { env?: NodeJS.ProcessEnv; inUse?: () => void } = {}): { program: Supervised; ready: Promise<Line> } => {
  let tell: (line: Line) => void = () => undefined;
  const ready = new Promise<Line>((resolve) => {
    tell = resolve;
  });
  const program = supervise({
    name,
    command: async () => ({ ...node(name, ...args), ...(env === undefined ? {} : { env: { ...process.env, ...env } }) }),
    pidFile: join(run, `${name}.pid`),
    onLine: readyLine((line) => tell(line)),
    ...(inUse === undefined ? {} : { fatal: [HOME_IN_USE], onFatal: inUse }),
  });
  return { program, ready };
};

/**
 * Starts everything and waits until it serves.
 * @param root folder of the repository or package
 * @param running gets each program as it is started, so that whoever stops in the middle stops them all
 * @param onInUse another agent owns the home, so ours ended for good
 * @throws Error with one plain sentence when the port asked for is taken
 */
export const startPrograms = async (options: LaunchOptions, root: string, running: Supervised[], onInUse: () => void): Promise<Outside & { hall: HallLine }> => {
  const run = join(options.home, 'run');
  const demoHall = join(root, 'kiosk-config', 'demo-hall');
  const demo = options.config === null;
  if (options.port !== 0) await checkFree(options.port);
  const outside: Outside = { bench: null, platform: null };
  let overrides = {};
  if (demo) {
    const [platformPort = 0, benchPort = 0, proxyPort = 0, ...devicePorts] = await freePorts(3 + EMULATED);
    const platform = keep('platform', run, ['--port', String(platformPort), '--db', join(options.home, 'platform'), '--control', '--catalogue', demoHall]);
    const world = keep('world', run, ['--home', options.home, '--port', String(benchPort), '--proxy-port', String(proxyPort), '--platform', `http://127.0.0.1:${platformPort}`, '--device-ports', devicePorts.join(',')]);
    running.push(platform.program, world.program);
    const [platformLine, worldLine] = await Promise.all([platform.ready, world.ready]);
    outside.bench = String(worldLine['bench']);
    outside.platform = String(platformLine['url']);
    overrides = { transports: { ...(worldLine['devices'] as Record<string, string>), ...options.transports }, platformUrl: worldLine['proxy'] };
  }
  // Chosen here, so that an agent that is started again is found where it was.
  const [port = 0, hallPort = 0] = options.port === 0 ? await freePorts(2) : [options.port, ...(await freePorts(1))];
  if (demo) overrides = { ...overrides, hallPort };
  const own = [...(demo ? ['--demo'] : []), ...(options.terminal === null ? [] : ['--terminal', options.terminal])];
  const agent = keep('agent', run, ['--config', options.config ?? demoHall, '--home', options.home, '--port', String(port), '--overrides', JSON.stringify(overrides), ...own], { env: { ...fewHeaps(), ...(demo ? soundFolder(run) : {}) }, inUse: onInUse });
  running.push(agent.program);
  const { hall } = await agent.ready;
  return { ...outside, hall: typeof hall === 'object' && hall !== null ? { ...hall } : {} };
};
