/** A reader whose answer carries a card image of the wrong size, in a frame that is right: a server plays it, byte by published byte. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { COMMANDS, encodeFrame } from './codec.ts';
import { createIdCardDriver } from './driver.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of closing.splice(0).reverse()) await step();
});

const context = () => ({ signal: new AbortController().signal, deadlineMs: 8_000 });
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const FOUND = bytes('AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97');
const SELECTED = bytes('AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C');
/** Lengths as told, then so many bytes of text and photo. */
const card = (told: string, text: number, photo: number): Uint8Array => encodeFrame(Uint8Array.from([0, 0, 0x90, ...bytes(told), ...new Uint8Array(text + photo)]));

it.each([
  ['shorter than it says', card('01 00 04 00', 256, 1000)],
  ['longer than it says', card('01 00 04 00', 256, 1040)],
  ['told and sent with 768 bytes', card('01 00 03 00', 256, 768)],
])('an image %s is a bad frame, and the connection is closed', async (_what, answer) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (asked) => void socket.write(asked.equals(COMMANDS.find) ? FOUND : asked.equals(COMMANDS.select) ? SELECTED : answer));
  }).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const driver = createIdCardDriver(`tcp:127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, {}, systemDriverClock);
  closing.push(() => driver.close());
  expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'bad-frame', original: expect.stringMatching(/ bytes$/) as string } });
  await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  // The next one begins with a new connection.
  await driver.run('read', undefined, context());
  expect(sockets).toHaveLength(2);
});
