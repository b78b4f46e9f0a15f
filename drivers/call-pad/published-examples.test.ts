/**
 * No frame of a pad is published. Its shape is that of M-Bus behind FF, and so was its check sum taken to be: these are M-Bus frames as the
 * M-Bus documentation (m-bus.com, application layer), Landis+Gyr's TKB3462 and a public log of an installation have them.
 */
import { expect, test } from 'vitest';
import { encodePadFrame, PadDecoder } from './codec.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

test.each([
  ['68 03 03 68 53 FE 50 A1 16', [0x50]],
  ['68 04 04 68 53 FE 50 10 B1 16', [0x50, 0x10]],
  ['68 03 03 68 53 FE BD 0E 16', [0xbd]],
  ['68 06 06 68 53 FE 51 01 7A 40 5D 16', [0x51, 0x01, 0x7a, 0x40]],
])('%s behind FF is a frame with the right length and sum', (text, data) => {
  const frame = bytes(`FF ${text}`);
  expect(new PadDecoder().push(frame)).toEqual([{ address: 0x53, command: 0xfe, data: Uint8Array.from(data) }]);
  expect(encodePadFrame({ address: 0x53, command: 0xfe, data: Uint8Array.from(data) })).toEqual(frame);
  expect(new PadDecoder().push(frame.map((byte, at) => (at === frame.length - 2 ? byte ^ 1 : byte)))).toEqual([]);
});
