/**
 * How large the screen is, asked of the X server itself: where no window manager runs, nobody else makes a window fill it. Only the
 * greeting of the protocol is spoken (X11, "Connection Setup"): it ends with the sizes of all screens.
 */
import { readFileSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';

/** In dots. */
export interface ScreenSize {
  width: number;
  height: number;
}

interface Display {
  host: string;
  number: number;
  screen: number;
}

const PATIENCE_MS = 2_000;
const FIRST_PORT = 6_000;
/** Far more than any server answers; one that never ends is let go. */
const MOST_BYTES = 1024 * 1024;
const COOKIE = 'MIT-MAGIC-COOKIE-1';

/** `:0`, `:1.0`, `host:10.0`; null for anything else. */
export const displayOf = (text: string | undefined): Display | null => {
  const found = /^(?:unix)?([^:/]*):(\d{1,5})(?:\.(\d{1,3}))?$/.exec(text ?? '');
  return found === null ? null : { host: found[1] ?? '', number: Number(found[2]), screen: Number(found[3] ?? 0) };
};

/**
 * The secret for this display in an Xauthority file: entries of family, address, display number, name and data, each but the first
 * with its length before it, big-endian.
 */
export const cookieIn = (file: Buffer, display: Display, host: string = hostname()): Buffer | null => {
  let at = 0;
  const part = (): Buffer => {
    const length = file.readUInt16BE(at);
    at += 2 + length;
    return file.subarray(at - length, at);
  };
  let any: Buffer | null = null;
  try {
    while (at < file.length) {
      at += 2;
      const [address, number, name, data] = [part().toString('latin1'), part().toString('latin1'), part().toString('latin1'), part()];
      if (name !== COOKIE || (number !== '' && number !== String(display.number))) continue;
      if (address === (display.host === '' ? host : display.host)) return data;
      any ??= data;
    }
  } catch {
    // A broken file: what was found before counts.
  }
  return any;
};

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/** The client's part of the greeting, little-endian. */
const greeting = (cookie: Buffer | null): Buffer => {
  const name = Buffer.from(cookie === null ? '' : COOKIE);
  const data = cookie ?? Buffer.alloc(0);
  const head = Buffer.alloc(12);
  head.write('l', 0);
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(name.length, 6);
  head.writeUInt16LE(data.length, 8);
  return Buffer.concat([head, padded(name), padded(data)]);
};

/** @returns 'more' while the answer is not whole, null where it is a refusal or none */
export const sizeIn = (answer: Buffer, screen: number): ScreenSize | 'more' | null => {
  if (answer.length < 8) return 'more';
  if (answer[0] !== 1) return null;
  const length = 8 + 4 * answer.readUInt16LE(6);
  if (length > MOST_BYTES) return null;
  if (answer.length < length) return 'more';
  try {
    const vendor = answer.readUInt16LE(24);
    const [screens, formats] = [answer.readUInt8(28), answer.readUInt8(29)];
    if (screen >= screens) return null;
    let at = 40 + vendor + ((4 - (vendor % 4)) % 4) + 8 * formats;
    for (let skipped = 0; skipped < screen; skipped += 1) {
      const depths = answer.readUInt8(at + 39);
      at += 40;
      for (let depth = 0; depth < depths; depth += 1) at += 8 + 24 * answer.readUInt16LE(at + 2);
    }
    const [width, height] = [answer.readUInt16LE(at + 20), answer.readUInt16LE(at + 22)];
    return width > 0 && height > 0 ? { width, height } : null;
  } catch {
    return null;
  }
};

const readCookie = (env: NodeJS.ProcessEnv, display: Display): Buffer | null => {
  try {
    return cookieIn(readFileSync(env['XAUTHORITY'] ?? join(env['HOME'] ?? homedir(), '.Xauthority')), display);
  } catch {
    return null;
  }
};

/**
 * @param env whose DISPLAY and XAUTHORITY count
 * @param sockets folder of the servers' Unix sockets
 * @returns null where there is no X server, or it does not answer within 2 s: the window is then as large as the browser likes
 */
export const screenSize = (env: NodeJS.ProcessEnv = process.env, sockets = '/tmp/.X11-unix'): Promise<ScreenSize | null> => {
  const display = displayOf(env['DISPLAY']);
  // Under Wayland the compositor fills the screen.
  if (display === null || env['WAYLAND_DISPLAY'] !== undefined || process.platform !== 'linux') return Promise.resolve(null);
  const address: NetConnectOpts = display.host === '' ? { path: join(sockets, `X${display.number}`) } : { host: display.host, port: FIRST_PORT + display.number };
  return new Promise((resolve) => {
    const socket = connect(address);
    let answer = Buffer.alloc(0);
    const end = (size: ScreenSize | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(size);
    };
    const timer = setTimeout(() => end(null), PATIENCE_MS);
    socket.on('connect', () => socket.write(greeting(readCookie(env, display))));
    socket.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes]);
      const size = sizeIn(answer, display.screen);
      if (size !== 'more') end(size);
    });
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
  });
};
