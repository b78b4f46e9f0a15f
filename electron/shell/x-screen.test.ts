import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { cookieIn, displayOf, screenSize, sizeIn } from './x-screen.ts';

const folder = mkdtempSync(join(tmpdir(), 'hall24-x-'));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server's greeting with screens of these sizes, each with one depth of two visuals. */
const answerWith = (sizes: readonly (readonly [number, number])[], vendor = 'The X.Org Foundation'): Buffer => {
  const name = Buffer.concat([Buffer.from(vendor), Buffer.alloc((4 - (vendor.length % 4)) % 4)]);
  const fixed = Buffer.alloc(32);
  fixed.writeUInt16LE(vendor.length, 16);
  fixed.writeUInt8(sizes.length, 20);
  fixed.writeUInt8(1, 21);
  const screens = sizes.map(([width, height]) => {
    const one = Buffer.alloc(40 + 8 + 2 * 24);
    one.writeUInt16LE(width, 20);
    one.writeUInt16LE(height, 22);
    one.writeUInt8(1, 39);
    one.writeUInt16LE(2, 42);
    return one;
  });
  const body = Buffer.concat([fixed, name, Buffer.alloc(8), ...screens]);
  const head = Buffer.from([1, 0, 11, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(body.length / 4, 6);
  return Buffer.concat([head, body]);
};

const listen = async (onLine: (socket: Socket) => void): Promise<void> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onLine(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(join(folder, 'X7'), resolve));
};

describe('the size of the screen', () => {
  it('is told by the X server’s greeting, whole or in pieces', () => {
    for (const vendor of ['', 'a', 'The X.Org Foundation']) {
      const answer = answerWith([[1080, 1920], [3840, 2160]], vendor);
      expect(sizeIn(answer, 0)).toEqual({ width: 1080, height: 1920 });
      expect(sizeIn(answer, 1)).toEqual({ width: 3840, height: 2160 });
      expect(sizeIn(answer, 2)).toBe(null);
      for (let length = 0; length < answer.length; length += 1) expect(sizeIn(answer.subarray(0, length), 0)).toBe('more');
    }
  });

  it('is not known from a refusal, from nonsense, or from an answer without an end', () => {
    expect(sizeIn(Buffer.from([0, 4, 11, 0, 0, 0, 1, 0, 1, 2, 3, 4]), 0)).toBe(null);
    expect(sizeIn(Buffer.from([1, 0, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0]), 0)).toBe(null);
    const broken = answerWith([[1080, 1920]]);
    broken.writeUInt16LE(60_000, 24);
    expect(sizeIn(broken, 0)).toBe(null);
  });

  it('is asked with the secret of this display', () => {
    const part = (text: string | Buffer): Buffer => {
      const bytes = Buffer.from(text);
      return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
    };
    const entry = (host: string, number: string, secret: string): Buffer => Buffer.concat([Buffer.from([1, 0]), part(host), part(number), part('MIT-MAGIC-COOKIE-1'), part(secret)]);
    const file = Buffer.concat([entry('other', '7', 'wrong'), entry('kiosk', '8', 'wrong'), entry('kiosk', '7', 'right')]);
    expect(cookieIn(file, { host: '', number: 7, screen: 0 }, 'kiosk')?.toString()).toBe('right');
    expect(cookieIn(file, { host: '', number: 9, screen: 0 }, 'kiosk')).toBe(null);
    expect(cookieIn(file.subarray(0, 20), { host: '', number: 7, screen: 0 }, 'kiosk')).toBe(null);
  });

  it('knows the forms of a display’s name', () => {
    expect(displayOf(':0')).toEqual({ host: '', number: 0, screen: 0 });
    expect(displayOf('unix:1.2')).toEqual({ host: '', number: 1, screen: 2 });
    expect(displayOf('desk:10.0')).toEqual({ host: 'desk', number: 10, screen: 0 });
    for (const text of [undefined, '', 'x', ':', ':1.', '/tmp/launch:0']) expect(displayOf(text)).toBe(null);
  });

  it('is null where nobody answers, and under Wayland', async () => {
    expect(await screenSize({ DISPLAY: ':6', HOME: folder }, folder)).toBe(null);
    expect(await screenSize({ HOME: folder }, folder)).toBe(null);
    await listen((socket) => socket.once('data', () => socket.end(answerWith([[1080, 1920]]))));
    expect(await screenSize({ DISPLAY: ':7', HOME: folder }, folder)).toEqual(process.platform === 'linux' ? { width: 1080, height: 1920 } : null);
    expect(await screenSize({ DISPLAY: ':7', WAYLAND_DISPLAY: 'wayland-0', HOME: folder }, folder)).toBe(null);
  });
});
