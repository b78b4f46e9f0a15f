/** What a port says that cannot be opened, in the words of the fault. The library stands aside: no port here refuses a speed. */
import { expect, it, vi } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { createSerialTransport } from './serial.ts';

const refusal = vi.hoisted(() => ({ words: '' }));
vi.mock('serialport', async () => {
  const { EventEmitter } = await import('node:events');
  return {
    SerialPort: class extends EventEmitter {
      readonly isOpen = false;
      open(done: (error: Error | null) => void): void {
        done(new Error(refusal.words));
      }
    },
  };
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
