/**
 * `npm start`: starts what a terminal consists of, keeps it running, and opens the citizen's window.
 * Without --config it is the demonstration: emulated devices and the reference platform start with it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve as absolute } from 'node:path';
import { parseArgs } from 'node:util';
import { entry } from '../entry.ts';
import { askPage, askTicket, socketOf, tellSecondStart } from './agent-socket.ts';
import { chromiumArguments, findChromium, hasDisplay, makeProfile, removeProfile, rootRefusal } from './chromium.ts';
import { electronBinary } from './electron-binary.ts';
import { supervise, type Supervised } from './supervise.ts';

const HOME_IN_USE = 3; // exit code of an agent whose home another agent owns
const BAD_CONFIGURATION = 4;

/** A promise and its key, for a line that a program will print. */
const ready = <T>(): { promise: Promise<T>; resolve(value: T): void } => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve: (value) => resolve(value) };
};

type Shell = 'electron' | 'chromium' | 'none' | 'auto';

interface Options {
  shell: Shell;
  port: number;
  home: string;
  /** null: the demonstration. */
  config: string | null;
  terminal: string | null;
  /** Demonstration: real devices (or a test's own) in place of emulated ones, by device id. */
  transports: Record<string, string>;
}

const root = join(import.meta.dirname, '..');

const readOptions = (): Options => {
  const { values } = parseArgs({
    options: { shell: { type: 'string', default: 'auto' }, port: { type: 'string', default: '0' }, home: { type: 'string' }, config: { type: 'string' }, terminal: { type: 'string' }, transport: { type: 'string', multiple: true, default: [] } },
  });
  const transports = Object.fromEntries(
    values.transport.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1) throw new Error(`--transport ${pair}: DEVICE=URI, for example id-card=serial:/dev/ttyUSB0`);
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
  if (values.config !== undefined && values.transport.length > 0) throw new Error('--transport is for the demonstration; a real hall names its devices in its terminal file');
  if (!['electron', 'chromium', 'none', 'auto'].includes(values.shell)) throw new Error(`--shell ${values.shell}: electron, chromium or none`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port}: a port is a whole number from 0 to 65535`);
  if (values.config !== undefined && values.home === undefined) throw new Error('a real hall needs --home DIR beside --config DIR: where the terminal keeps what it must not lose');
  return { shell: values.shell as Shell, port, home: absolute(values.home ?? join(root, '.demo-home')), config: values.config === undefined ? null : absolute(values.config), terminal: values.terminal ?? null, transports };
};

/** Ports that are free now: fixed for this run, so that a program that was killed comes back at its address. */
const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      new Promise<ReturnType<typeof createServer>>((done, failed) => {
        const server = createServer();
        server.once('error', failed);
        server.listen(0, '127.0.0.1', () => done(server));
      }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
};

/** A program's first line of JSON with `ready`. */
const onReady = (take: (line: Record<string, unknown>) => void): ((line: string) => void) => (line) => {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null && 'ready' in parsed) take({ ...parsed });
  } catch {
    process.stderr.write(`${line}\n`);
  }
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const main = async (): Promise<void> => {
  const options = readOptions();
  const run = join(options.home, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const socket = socketOf(options.home);
  const node = (name: string, ...args: string[]): { file: string; args: string[] } => ({ file: process.execPath, args: ['--enable-source-maps', entry(name), ...args] });
  const running: Supervised[] = [];
  let stopping: Promise<void> | null = null;
  const stop = (code: number): Promise<void> => {
    stopping ??= (async (): Promise<void> => {
      // The window first, then the agent, then the outside world: nobody is left talking to nobody.
      for (const program of running.toReversed()) await program.stop();
      process.exit(code);
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

  const demo = options.config === null;
  if (await tellSecondStart(socket)) {
    if (demo || options.shell === 'none') {
      say(`这个目录已经有一台终端在运行：${options.home}\nA terminal already runs on this home: ${options.home}`);
      process.exit(HOME_IN_USE);
    }
    say('An agent already runs on this home; only the window is opened.');
  } else {
    writeFileSync(join(run, 'launch.pid'), `${process.pid}\n`);
    await startPrograms();
  }

  async function startPrograms(): Promise<void> {
    let overrides = {};
    const agentReady = ready<undefined>();
    if (demo) {
      const [platformPort = 0, benchPort = 0, proxyPort = 0, ...devicePorts] = await freePorts(7);
      const platformReady = ready<string>();
      const worldReady = ready<Record<string, unknown>>();
      running.push(
        supervise({
          name: 'platform',
          command: async () => node('platform', '--port', String(platformPort), '--db', join(options.home, 'platform'), '--control', '--catalogue', join(root, 'kiosk-config', 'demo-hall'), '--end-with-stdin'),
          pidFile: join(run, 'platform.pid'),
          onLine: onReady((line) => platformReady.resolve(String(line['url']))),
        }),
        supervise({
          name: 'world',
          command: async () =>
            node('world', '--home', options.home, '--port', String(benchPort), '--proxy-port', String(proxyPort), '--platform', `http://127.0.0.1:${platformPort}`, '--device-ports', devicePorts.join(','), '--end-with-stdin'),
          pidFile: join(run, 'world.pid'),
          onLine: onReady((line) => worldReady.resolve(line)),
        }),
      );
      const [platform, world] = await Promise.all([platformReady.promise, worldReady.promise]);
      overrides = { transports: { ...(world['devices'] as Record<string, string>), ...options.transports }, platformUrl: world['proxy'] };
      addresses.bench = String(world['bench']);
      addresses.platform = platform;
    }
    const [agentPort = 0] = options.port === 0 ? await freePorts(1) : [options.port];
    running.push(
      supervise({
        name: 'agent',
        command: async () =>
          node('agent', '--config', options.config ?? join(root, 'kiosk-config', 'demo-hall'), '--home', options.home, '--port', String(agentPort), '--overrides', JSON.stringify(overrides), '--end-with-stdin', ...(demo ? ['--demo'] : []), ...(options.terminal === null ? [] : ['--terminal', options.terminal])),
        pidFile: join(run, 'agent.pid'),
        onLine: onReady(() => agentReady.resolve(undefined)),
        fatal: [HOME_IN_USE, BAD_CONFIGURATION],
        onFatal: (code) => void stop(code),
      }),
    );
    await agentReady.promise;
  }

  await openWindow(options, socket, run, running);
};

const addresses: { bench: string | null; platform: string | null } = { bench: null, platform: null };

/** Chooses the window: Electron where it can be had, else Chromium, else none and the address is printed. */
const openWindow = async (options: Options, socket: string, run: string, running: Supervised[]): Promise<void> => {
  const demo = options.config === null;
  const tell = async (): Promise<void> => {
    const url = await askTicket(socket);
    process.stdout.write(`${JSON.stringify({ ready: true, url, ...addresses })}\n`);
  };
  if (options.shell === 'none') return tell();
  const electron = options.shell === 'chromium' || !hasDisplay() ? null : await electronBinary(join(root, 'node_modules', 'electron'), say);
  if (electron !== null) {
    await tellPeople(demo);
    const rootFlags = process.getuid?.() === 0 && demo ? ['--no-sandbox'] : [];
    running.push(supervise({ name: 'shell', command: async () => ({ file: electron, args: [...rootFlags, entry('electron-main'), '--socket', socket] }), pidFile: join(run, 'shell.pid') }));
    return;
  }
  if (options.shell === 'electron') throw new Error('Electron cannot be started here: its binary is missing and could not be fetched, or there is no display.');
  const chromium = hasDisplay() ? findChromium() : null;
  if (chromium === null) {
    say(hasDisplay() ? '没有找到 Electron 和 Chromium，请用浏览器打开下面的地址。\nNeither Electron nor Chromium was found; open the address below in a browser.' : '没有显示器，只在后台运行。\nNo display here; serving only.');
    return tell();
  }
  const refusal = rootRefusal(process.getuid?.(), demo);
  if (refusal !== null) throw new Error(refusal);
  await tellPeople(demo);
  chromiumWindow(chromium, socket, run, running, process.getuid?.() !== 0);
};

const tellPeople = async (demo: boolean): Promise<void> => {
  if (!demo) return;
  say(`演示已开始。外部世界（放卡、缺纸、断网）：${addresses.bench ?? ''}\nDemonstration running. Bench panel (cards, paper, network): ${addresses.bench ?? ''}\n平台后台 Platform back office: ${addresses.platform ?? ''}/office`);
};

const PAGE_WATCH_MS = 500;
const PAGE_MISSING_TIMES = 4; // a page that reloads is away for less than two seconds

/** The kiosk window; opened anew, with a new ticket, whenever it or its page dies. */
const chromiumWindow = (chromium: string, socket: string, run: string, running: Supervised[], sandbox: boolean): void => {
  let profile: string | null = null;
  const forget = (): void => {
    if (profile !== null) removeProfile(profile);
    profile = null;
  };
  const window = supervise({
    name: 'shell',
    command: async () => {
      forget();
      const url = await askTicket(socket);
      if (url === null) return null;
      profile = makeProfile();
      return { file: chromium, args: chromiumArguments({ url, profile, sandbox }) };
    },
    pidFile: join(run, 'shell.pid'),
  });
  let missing = 0;
  let seen = false;
  const watch = setInterval(() => {
    void askPage(socket).then((connected) => {
      if (connected === true) seen = true;
      missing = connected === false && seen ? missing + 1 : 0;
      if (missing < PAGE_MISSING_TIMES) return undefined;
      missing = 0;
      seen = false;
      window.restart();
      return undefined;
    });
  }, PAGE_WATCH_MS);
  running.push({
    restart: () => window.restart(),
    stop: async () => {
      clearInterval(watch);
      await window.stop();
      forget();
    },
  });
};

try {
  if (!existsSync(entry('agent'))) throw new Error('The programs are not built; start with "npm start".');
  await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
