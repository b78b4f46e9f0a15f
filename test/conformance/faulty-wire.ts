/**
 * A wire between a driver and an emulated device that breaks where it is told: cut in the middle of the n-th message, gone
 * silent from it on, noise before or instead of it. The driver's side is a TCP port or a real PTY; so is the device's.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import { openEmulatedWire, type EmulatedLink } from '../../drivers/emulator-wire.ts';
import { createBreaker, type Ends, type FaultyWire, type Plug } from './breaker.ts';

/** One side of the wire while it is up. */
interface End {
  send(bytes: Uint8Array): void;
  close(): void;
}

type Join = (driver: End) => { toDevice: (chunk: Uint8Array) => void; ended: () => void };

interface NearSide extends Plug {
  readonly place: string;
}

const HOST = '127.0.0.1';

const listen = async (server: Server, port: number): Promise<void> => {
  const listening = once(server, 'listening');
  server.listen(port, HOST);
  await listening;
};

const nearTcp = async (join: Join): Promise<NearSide> => {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const { toDevice, ended } = join({ send: (bytes) => socket.destroyed || socket.write(bytes), close: () => socket.end() });
    socket.on('data', toDevice).on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      ended();
    });
  });
  await listen(server, 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const unplug = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { place: `${HOST}:${port}`, unplug, replug: async () => (server.listening ? undefined : listen(server, port)), close: unplug };
};

const nearPty = async (link: string, join: Join): Promise<NearSide> => {
  const wire = await openEmulatedWire(
    { kind: 'pty', link },
    {
      baud: 115_200,
      paced: false,
      onLink: (far: EmulatedLink) => {
        const { toDevice, ended } = join({ send: (bytes) => far.send(bytes), close: () => undefined });
        return { onData: toDevice, onEnd: ended };
      },
    },
  );
  return { place: link, unplug: () => wire.unplug(), replug: () => wire.replug(), close: () => wire.close() };
};

const PLACES = { tcp: /(?:127\.0\.0\.1|localhost):\d+/, pty: /(?<=(?:serial|file):)[^?]+/ } as const;

/** Opens the device's side: the port, or the PTY, in the emulator's address. */
const openDevice = (uri: string): Duplex => {
  const path = PLACES.pty.exec(uri)?.[0];
  if (path !== undefined) {
    const settings = new URLSearchParams(uri.split('?')[1] ?? '');
    const parity = settings.get('parity');
    return new SerialPort({ path, baudRate: Number(settings.get('baud') ?? 115_200), parity: parity === 'even' || parity === 'odd' ? parity : 'none', lock: false });
  }
  const [host = HOST, port = '0'] = (PLACES.tcp.exec(uri)?.[0] ?? '').split(':');
  return connect({ host, port: Number(port), noDelay: true });
};

export interface Through {
  /** Resolves when the device's end is open too: what a device says by itself is lost before that. */
  through(): Promise<void>;
}

/** An opening cannot be called back: left alone, the port would read half of what is meant for the next one. */
const closePort = (port: SerialPort): void => {
  if (port.isOpen) port.close(() => undefined);
  else if (port.opening) port.once('open', () => port.close(() => undefined));
};

/**
 * Puts a wire before an emulated device. The driver's side is of the kind of the device's own address.
 * @param uri the emulator's address
 * @param link where the driver's PTY appears; used for serial devices alone
 */
export const startFaultyWire = async (uri: string, link: string): Promise<FaultyWire & Through> => {
  const isPty = PLACES.pty.test(uri);
  let through: Promise<void> = Promise.resolve();
  const breaker = createBreaker({ unplug: () => near.unplug(), replug: () => near.replug(), close: () => near.close() });
  const join: Join = (driver) => {
    const device = openDevice(uri);
    through = new Promise((resolve) => {
      device.once(device instanceof SerialPort ? 'open' : 'connect', () => resolve());
    });
    const ends: Ends = {
      toDriver: (bytes) => driver.send(bytes),
      toDevice: (bytes) => {
        if (!device.destroyed) device.write(bytes);
      },
      half: (message) => message.subarray(0, message.length >> 1),
    };
    device.on('data', (chunk: Uint8Array) => breaker.pass(chunk, true, ends)).on('error', () => undefined);
    device.on('close', () => driver.close());
    // A device that closes its end has said all: so does the wire.
    device.on('end', () => driver.close());
    return {
      toDevice: (chunk) => breaker.pass(chunk, false, ends),
      ended: () => {
        if (device instanceof SerialPort) closePort(device);
        else device.destroy();
      },
    };
  };
  const near = isPty ? await nearPty(link, join) : await nearTcp(join);
  return { ...breaker, uri: uri.replace(isPty ? PLACES.pty : PLACES.tcp, near.place), through: () => through };
};
