/**
 * Bytes of GM65 and GM861 engines that others wrote down: the table of commands and the serial logs of a real engine in
 * Tasmota's notes on it (github.com/arendst/Tasmota, discussion 18399), and a public write-up of the trigger's acknowledgement.
 */
import { describe, expect, test } from 'vitest';
import { LineDecoder } from './codec.ts';
import { crc16, replyAt, requestAt } from './frames.ts';
import { splitAim } from './symbology.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('check sums that a real engine takes', () => {
  test.each([
    ['7E 00 07 01 00 2A 02 D8 0F', 'tell the baud rate'],
    ['7E 00 08 02 00 2A 39 01 A7 EA', '9600 baud'],
    ['7E 00 08 01 00 D9 50 81 D3', 'the zone as it was made'],
    ['7E 00 08 01 00 D9 55 D1 76', 'the settings of the factory'],
    ['7E 00 08 01 00 D9 56 E1 15', 'keep these as the settings of the factory'],
    ['7E 00 08 01 00 D9 A5 3E 69', 'sleep'],
    ['7E 00 08 01 00 D9 00 DB 26', 'wake'],
    ['7E 00 09 01 00 00 00 DE C8', 'keep the zone'],
  ])('%s: %s', (text) => {
    const frame = bytes(text);
    const check = frame.subarray(-2);
    expect(crc16(frame.subarray(2, -2))).toBe(((check[0] ?? 0) << 8) | (check[1] ?? 0));
    expect(requestAt(frame)).toMatchObject({ length: frame.length });
  });
});

/** 98 settings as the engine told them at three moments: as it came, then with another output mode, then with its serial output on. */
const ZONE = (at3: string, at13: string, check: string): string =>
  `02 00 00 62 D6 00 20 ${at3} 00 0A 32 01 2C 00 87 3C 01 ${at13} 1C 32 03 00 80 00 06 00 00 00 00 00 00 00 00 00 00 00 00 02 80 3C 00 00 00 06 00 00 39 01 05 64 0D 0D 0D 01 0D 01 04 80 09 04 80 05 04 80 01 04 80 01 08 04 80 08 04 80 08 04 80 08 04 80 08 01 80 00 00 00 04 80 01 01 00 00 00 00 04 80 00 00 03 00 01 00 ${check}`;

describe('replies in the log of a real engine', () => {
  test.each([
    ['02 00 00 01 00 33 31', 1],
    ['02 00 00 01 01 23 10', 1],
    ['02 00 00 02 39 01 C1 4C', 2],
    [ZONE('00', 'A1', '30 FE'), 98],
    [ZONE('01', 'A1', '20 91'), 98],
    [ZONE('01', 'A0', '2D 9E'), 98],
  ])('%s', (text, count) => {
    const reply = bytes(text);
    expect(replyAt(reply)).toMatchObject({ at: 'reply', ok: true, length: reply.length });
    const read = replyAt(reply);
    expect(read.at === 'reply' ? read.data : null).toEqual(reply.slice(4, 4 + count));
    for (const at of [4, reply.length - 1]) expect(replyAt(reply.map((byte, place) => (place === at ? byte ^ 1 : byte)))).toMatchObject({ ok: false });
    for (let length = 1; length < reply.length; length += 1) expect(replyAt(reply.subarray(0, length))).toEqual({ at: 'incomplete' });
  });

  test('codes: digits of a European article with and without the AIM identifier, each ended by CR, the second behind an acknowledgement', () => {
    const decoder = new LineDecoder(true);
    const codes = ['38 37 31 31 32 31 38 39 37 32 38 37 35 0D', '02 00 00 01 00 33 31 5D 45 30 38 37 31 31 32 31 38 39 37 32 38 37 35 0D'].flatMap((text) =>
      decoder.push(bytes(text)).flatMap((event) => (event.type === 'code' ? [splitAim(event.bytes)] : [])),
    );
    expect(codes.map(({ aim, rest }) => [aim, Buffer.from(rest).toString()])).toEqual([
      [null, '8711218972875'],
      [']E0', '8711218972875'],
    ]);
  });
});
