/**
 * The wire of an emulated device: a TCP port, the near end of a PTY pair that `socat` makes, so that the driver under test
 * opens a real terminal line through the real serial library, or an emulated HID device. Never travels in a package.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { lstat, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EmulatedLink, EmulatedWire, Listen, WireSettings } from './emulator.ts';
import { overHid } from './hid-emulator/wire.ts';

const PACE_TICK_MS = 2;

/** Sends bytes at the speed of the line, in small steps. */
const pacedLink = (socket: Socket, baud: number): EmulatedLink => {
  let queue: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | null = null;
  let began = 0;
  let sent = 0;
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const tick = (): void => {
    const due = Math.min(queue.length, Math.floor(((performance.now() - began) * baud) / 10_000) - sent);
    if (due > 0 && !socket.destroyed) {
      socket.write(queue.subarray(0, due));
      queue = queue.subarray(due);
      sent += due;
    }
    if (queue.length === 0 || socket.destroyed) stop();
  };
  return {
    send: (bytes) => {
      queue = Buffer.concat([queue, bytes]);
      if (timer !== null) return;
      began = performance.now();
      sent = 0;
      timer = setInterval(tick, PACE_TICK_MS);
    },
    drop: () => {
      queue = Buffer.alloc(0);
      stop();
    },
  };
};

const plainLink = (socket: Socket): EmulatedLink => ({
  send: (bytes) => {
    if (!socket.destroyed) socket.write(bytes);
  },
  drop: () => {},
});

const serve = (settings: WireSettings, sockets: Set<Socket>): Server =>
  createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const link = settings.paced ? pacedLink(socket, settings.baud) : plainLink(socket);
    const { onData, onEnd } = settings.onLink(link);
    socket.on('data', onData);
    socket.on('error', () => {});
    socket.on('close', () => {
      link.drop();
      sockets.delete(socket);
      onEnd();
    });
  });

const listening = (server: Server, where: { host: string; port: number } | { path: string }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });

const stopServer = (server: Server, sockets: Set<Socket>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });

const overTcp = async (host: string, port: number, settings: WireSettings): Promise<EmulatedWire> => {
  const sockets = new Set<Socket>();
  const server = serve(settings, sockets);
  await listening(server, { host, port });
  const address = server.address();
  const chosen = typeof address === 'object' && address !== null ? address.port : port;
  return {
    uri: `tcp:${host}:${chosen}`,
    unplug: () => (server.listening ? stopServer(server, sockets) : Promise.resolve()),
    replug: () => (server.listening ? Promise.resolve() : listening(server, { host, port: chosen })),
    close: () => (server.listening ? stopServer(server, sockets) : Promise.resolve()),
  };
};

/** A PTY held up by socat. The near end is kept open here, else the first driver that closes its port would end socat. */
interface Pty {
  process: ChildProcess;
  ended: Promise<void>;
}

const startPty = (link: string, socketPath: string): Promise<Pty> =>
  new Promise((resolve, reject) => {
    const process = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${link}`, `unix-connect:${socketPath}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    let held: number | null = null;
    const ended = new Promise<void>((end) => {
      process.once('close', () => {
        if (held !== null) closeSync(held);
        end();
      });
    });
    process.once('error', (error) => reject(new Error('code' in error && error.code === 'ENOENT' ? 'socat is missing: a PTY needs it (Debian: apt install socat)' : error.message)));
    process.once('exit', () => reject(new Error(`socat ended: ${said.trim().split('\n').at(-1) ?? ''}`)));
    process.stderr.on('data', (chunk: Buffer) => {
      if (held !== null) return;
      said += chunk.toString();
      if (!said.includes('starting data transfer loop')) return;
      held = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
      resolve({ process, ended });
    });
  });

/**
 * socat puts its link in the place of whatever has the name: only a link that an emulator left behind may go.
 * @throws RangeError in one line
 */
const placeForLink = async (link: string): Promise<void> => {
  const folder = await stat(dirname(link)).catch(() => null);
  if (folder?.isDirectory() !== true) throw new RangeError(`there is no folder ${dirname(link)} for the link ${link}`);
  const before = await lstat(link).catch(() => null);
  if (before !== null && !before.isSymbolicLink()) throw new RangeError(`${link} is there already and is kept: name a link that is free`);
};

const overPty = async (link: string, settings: WireSettings): Promise<EmulatedWire> => {
  await placeForLink(link);
  const folder = await mkdtemp(join(tmpdir(), 'emulated-'));
  const socketPath = join(folder, 'wire');
  const sockets = new Set<Socket>();
  const server = serve(settings, sockets);
  let pty: Pty | null = null;
  /** Ends when the plug that was pulled last is wholly out. */
  let out: Promise<void> = Promise.resolve();
  const pull = async ({ process, ended }: Pty): Promise<void> => {
    process.kill('SIGKILL');
    await ended;
    // Killed, socat cannot take its link away itself.
    await rm(link, { force: true });
  };
  const unplug = (): Promise<void> => {
    if (pty !== null) out = pull(pty);
    pty = null;
    return out;
  };
  const close = async (): Promise<void> => {
    await unplug();
    if (server.listening) await stopServer(server, sockets);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await listening(server, { path: socketPath });
    pty = await startPty(link, socketPath);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    uri: `serial:${link}?baud=${settings.baud}`,
    unplug,
    replug: async () => {
      await out;
      pty ??= await startPty(link, socketPath);
    },
    close,
  };
};

export type { EmulatedLink, EmulatedWire, WireSettings } from './emulator.ts';

/**
 * Opens the emulator's side of a wire.
 * @throws Error in one line when socat is missing, the port is taken or the link cannot be made
 */
export const openEmulatedWire = (listen: Listen, settings: WireSettings): Promise<EmulatedWire> =>
  listen.kind === 'tcp' ? overTcp(listen.host, listen.port, settings) : listen.kind === 'pty' ? overPty(listen.link, settings) : overHid(listen, settings);
