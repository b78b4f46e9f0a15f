import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Am03127Decoder, answerDecoder, encodeAm03127, encodeFdsMled, encodeNumber4, encodeSunpn, SunpnDecoder, sunpnBody } from './codec.ts';
import { emptyPicture, pictureOf, type Board } from './picture.ts';
import { BOARD_FAMILIES, BOARD_PROFILES, type BoardFamily } from './profiles.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const pieces = (bytes: Uint8Array, cuts: number[]): Uint8Array[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
};
const boardOf = (family: BoardFamily, more: Partial<Board> = {}): Board => ({ profile: BOARD_PROFILES[family], address: 1, width: BOARD_PROFILES[family].width, colour: 'green', template: '{number} {counter}', ...more });

describe('published frames', () => {
  test('a four-byte board 5 shows 999', () => {
    expect(hex(encodeNumber4(5, 999))).toBe('0503e7ef');
  });
  test('a sunpn board shows 888 in green, and echoes it', () => {
    const body = sunpnBody('green', 888);
    expect(hex(encodeSunpn(body))).toBe('3a00780301b60a');
    expect(hex(encodeSunpn(body, 'reply'))).toBe('2a00780301a60a');
    expect(new SunpnDecoder().push(Buffer.from('2a00780301a60a', 'hex'))).toEqual([{ type: 'echo', body }]);
  });
  test('an AM03127 frame ends with the exclusive or of its data', () => {
    // '<' ^ 'B' ^ 'A' ^ '>' = 3C ^ 42 ^ 41 ^ 3E = 01
    expect(Buffer.from(encodeAm03127(1, '<BA>')).toString()).toBe('<ID01><BA>01<E>');
  });
  test('an FDS line is STX, line, brightness, text, LF', () => {
    expect(hex(encodeFdsMled(1, 3, 'A001'))).toBe('023133413030310a');
  });
});

describe('what a board shows', () => {
  test('a number board shows the digits alone', () => {
    expect(pictureOf(boardOf('number4'), { number: 'A001', counter: '3', scroll: true })).toMatchObject({ ok: true, value: { text: '001', scrolling: false } });
  });
  test('a number that has more digits than the board is refused, not cut', () => {
    expect(pictureOf(boardOf('sunpn'), { number: 'A1001', counter: '3', scroll: false })).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(pictureOf(boardOf('number4', { width: 6 }), { number: 'A70000', counter: '3', scroll: false })).toMatchObject({ ok: false });
  });
  test('a text board shows number and counter as its template says', () => {
    expect(pictureOf(boardOf('am03127'), { number: 'A001', counter: '3', scroll: true })).toMatchObject({ ok: true, value: { text: 'A001 3', scrolling: true } });
    expect(pictureOf(boardOf('fds-mled', { template: '{number}' }), { number: 'A001', counter: '3', scroll: true })).toMatchObject({ ok: true, value: { text: 'A001', scrolling: false } });
  });
  test('cleared, a text board is dark and a number board shows zeros', () => {
    expect(BOARD_FAMILIES.map((family) => emptyPicture(boardOf(family)).text)).toEqual(['', '000', '000', '']);
  });
});

describe('answers', () => {
  test('come out whole, however they are cut and whatever noise stands between', () => {
    const noise = fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.map((byte) => (byte === 0x2a ? 0 : byte)));
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, fc.uint8Array({ minLength: 4, maxLength: 4 })), { minLength: 1, maxLength: 6 }), fc.array(fc.nat(), { maxLength: 10 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.flatMap(([before, body]) => [before, encodeSunpn(body, 'reply')]));
        const decoder = new SunpnDecoder();
        expect(pieces(stream, cuts).flatMap((piece) => decoder.push(piece))).toEqual(frames.map(([, body]) => ({ type: 'echo', body: new Uint8Array(body) })));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom('ACK', 'NACK'), { minLength: 1, maxLength: 6 }), fc.array(fc.nat(), { maxLength: 10 }), (words, cuts) => {
        const decoder = new Am03127Decoder();
        const stream = Buffer.from(words.map((word) => `..${word}`).join(''));
        expect(pieces(stream, cuts).flatMap((piece) => decoder.push(piece)).map(({ type }) => type.toUpperCase())).toEqual(words);
      }),
    );
  });

  test('an echo of our own frame is no answer, even where the ticket is called ACK1', () => {
    const decoder = new Am03127Decoder();
    expect(decoder.push(encodeAm03127(1, '<L1><PA><FA><MA><WZ><FK>ACK1 3'))).toEqual([]);
    expect(decoder.push(Buffer.from('ACK'))).toEqual([{ type: 'ack' }]);
    expect(new SunpnDecoder().push(encodeSunpn(sunpnBody('red', 7)))).toEqual([]);
  });

  test('any bytes at all are taken without an exception, hold no more than one frame, and hide no later answer', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BOARD_FAMILIES), fc.array(fc.oneof(fc.uint8Array({ maxLength: 600 }), fc.constant(Buffer.from('<IDACK')), fc.constant(Uint8Array.of(0x2a, 0x2a))), { maxLength: 6 }), (family, chunks) => {
        const decoder = answerDecoder(family);
        for (const chunk of chunks) decoder.push(chunk);
        decoder.reset();
        const answers = decoder.push(family === 'sunpn' ? encodeSunpn(sunpnBody('red', 1), 'reply') : Buffer.from('ACK'));
        expect(answers).toHaveLength(BOARD_PROFILES[family].answers ? 1 : 0);
      }),
    );
  });
});
