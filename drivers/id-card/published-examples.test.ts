/**
 * Bytes that others wrote down from real readers: the answers in the public write-up blog.csdn.net/qiwenmingshiwo/article/details/50698927,
 * and those that public drivers compare with byte for byte (A905Reader; a Qt reader of the same module; the tests of
 * HslCommunication's SAM client). Nobody's data is among them.
 */
import { describe, expect, test } from 'vitest';
import { COMMANDS, decodeCardBlocks, encodeCardBlocks, encodeResponse, ResponseDecoder, SW3, type ResponseEvent } from './codec.ts';
import { readMachine, statusMachine } from './machine.ts';
import { specimenPhoto } from './specimens.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const hex = (some: Uint8Array): string => Buffer.from(some).toString('hex').toUpperCase().replace(/..(?=.)/g, '$& ');
const heard = (text: string): ResponseEvent[] => new ResponseDecoder().push(bytes(text));

const FOUND = 'AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97';
const SELECTED = 'AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C';
const NO_CARD = 'AA AA AA 96 69 00 04 00 00 80 84';
const NOT_SELECTED = 'AA AA AA 96 69 00 04 00 00 81 85';
const READY = 'AA AA AA 96 69 00 04 00 00 90 94';
const SELF_TEST_FAILED = 'AA AA AA 96 69 00 04 00 00 60 64';
const READ_FAILED = 'AA AA AA 96 69 00 04 00 00 41 45';
/** The first fourteen bytes of every answer to a read; 256 bytes of text, 1024 of photo and the check follow. */
const READ_HEAD = 'AA AA AA 96 69 05 08 00 00 90 01 00 04 00';

describe('published answers of readers', () => {
  test.each([
    [FOUND, SW3.found, 4],
    [SELECTED, SW3.ok, 8],
    [NO_CARD, SW3.noCard, 0],
    [NOT_SELECTED, SW3.selectFailed, 0],
    [READY, SW3.ok, 0],
    [SELF_TEST_FAILED, SW3.selfTestFailed, 0],
    [READ_FAILED, SW3.readFailed, 0],
    ['AA AA AA 96 69 00 04 00 00 10 14', SW3.checksumWrong, 0],
    ['AA AA AA 96 69 00 04 00 00 31 35', SW3.cardRejectsSam, 0],
    // A module that finds a card and tells no more of it.
    ['AA AA AA 96 69 00 04 00 00 9F 9B', SW3.found, 0],
  ])('%s is understood, and is what the emulated reader would say', (text, sw3, length) => {
    expect(heard(text)).toEqual([{ type: 'response', response: { sw3, status: `0000${sw3.toString(16)}`, data: new Uint8Array(length) } }]);
    expect(hex(encodeResponse(sw3, new Uint8Array(length)))).toBe(text);
  });

  test('an answer to a read begins with the published head, is 1295 bytes long, and carries its two blocks behind it', () => {
    const blocks = { text: specimenPhoto(1).slice(0, 256), photo: specimenPhoto(2) };
    const answer = encodeResponse(SW3.ok, encodeCardBlocks(blocks));
    expect(hex(answer.subarray(0, 14))).toBe(READ_HEAD);
    expect(answer).toHaveLength(1295);
    // The other way: head from the write-up, blocks and check put behind it by hand.
    const body = Buffer.concat([bytes(READ_HEAD), blocks.text, blocks.photo]);
    const check = body.subarray(5).reduce((sum, byte) => sum ^ byte, 0);
    const [event] = new ResponseDecoder().push(Buffer.concat([body, Uint8Array.of(check)]));
    expect(event?.type === 'response' ? decodeCardBlocks(event.response.data) : event).toEqual(blocks);
  });
});

describe('a published conversation', () => {
  test('find, select, read: each published answer brings the published next command', () => {
    const machine = readMachine(100);
    let { state, effects } = machine.next(machine.initial, { type: 'start', at: 0 });
    const sent = (): string[] => effects.flatMap((effect) => (effect.type === 'send' ? [hex(effect.bytes)] : []));
    expect(sent()).toEqual(['AA AA AA 96 69 00 03 20 01 22']);
    for (const [answer, next] of [[FOUND, 'AA AA AA 96 69 00 03 20 02 21'], [SELECTED, 'AA AA AA 96 69 00 03 30 01 32']] as const) {
      ({ state, effects } = machine.next(state, { type: 'message', message: heard(answer)[0]!, at: 1 }));
      expect(sent()).toEqual([next]);
    }
    // A card that was lifted under the read: found again or not, the same three commands begin anew.
    ({ state, effects } = machine.next(state, { type: 'message', message: heard(READ_FAILED)[0]!, at: 2 }));
    expect(sent()).toEqual([hex(COMMANDS.find)]);
  });

  test('a module that failed its self-test is told as such', () => {
    const machine = statusMachine();
    const { state, effects } = machine.next(machine.initial, { type: 'start', at: 0 });
    expect(effects).toContainEqual({ type: 'send', bytes: bytes('AA AA AA 96 69 00 03 11 FF ED'), fresh: true });
    expect(machine.next(state, { type: 'message', message: heard(SELF_TEST_FAILED)[0]!, at: 1 }).effects).toContainEqual(
      expect.objectContaining({ type: 'done', result: expect.objectContaining({ value: expect.objectContaining({ online: false }) as object }) as object }),
    );
    expect(machine.next(state, { type: 'message', message: heard(READY)[0]!, at: 1 }).effects).toContainEqual({ type: 'send', bytes: bytes('AA AA AA 96 69 00 03 12 FF EE'), fresh: true });
  });
});
