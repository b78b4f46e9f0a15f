/** What a port says that cannot be opened, in the words of the fault. The library stands aside: no port here refuses a speed. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { createSerialTransport as CreateSerialTransport } from './serial.ts';

const refusal = { words: '' };
let createSerialTransport: typeof CreateSerialTransport;
beforeAll(async () => {
  // Files of the unit tests share what was loaded before: the transport is loaded anew over the stand-in, and left behind afterwards.
  vi.resetModules();
  vi.doMock('serialport', () => ({
    SerialPort: class extends EventEmitter {
      readonly isOpen = false;
      open(done: (error: Error | null) => void): void {
        done(new Error(refusal.words));
      }
    },
  }));
  ({ createSerialTransport } = await import('./serial.ts'));
});
afterAll(() => {
  vi.doUnmock('serialport');
  vi.resetModules();
});

it.each([
  // What the library's native part says on Linux where the driver of a port refuses a speed.
  ['Error: Invalid argument || while setting custom baud rate of 3999999', 'bad-input', /3999999 baud/],
  ['Error: Invalid argument setting custom baud rate of 3999999', 'bad-input', /3999999 baud/],
  ['Error Resource temporarily unavailable Cannot lock port', 'busy-elsewhere', /another program/],
  ['Error: No such file or directory, cannot open /dev/ttyUSB0', 'disconnected', /cannot open/],
])('"%s" is %s', async (words, code, message) => {
  refusal.words = words;
  const transport = createSerialTransport({ kind: 'serial', path: '/dev/ttyUSB0', baud: 3_999_999, dataBits: 8, parity: 'none', stopBits: 1, flow: 'none' }, systemDriverClock);
  expect(await transport.open({ signal: new AbortController().signal, deadlineMs: 1_000 })).toMatchObject({ ok: false, fault: { code, message: expect.stringMatching(message) as string, original: words } });
});
