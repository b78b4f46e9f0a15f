/** Frames of the four families against the published examples, and against noise. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAnswer, hold, MOST_HELD, withoutEcho, type Answer, type Question } from './codec.ts';
import { BOARD_SIDES } from './emulator-boards.ts';
import { PROFILE_NAMES, PROFILES, requestOf, type ProfileName } from './profiles.ts';

const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex').toUpperCase().replace(/..(?=.)/g, '$& ');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const open = (board: number, cell: number): Question => ({ kind: 'open', board, cell });
const one = (board: number, cell: number): Question => ({ kind: 'one', board, cell });
const all = (board: number, cells: number): Question => ({ kind: 'all', board, cells });
const ask = (profile: ProfileName, question: Question): string => hex(requestOf(PROFILES[profile], question));
const read = (profile: ProfileName, question: Question, text: string): Answer | null => findAnswer(PROFILES[profile].family, bytes(text), question);
/** Numbers of the cells whose contact is as the papers say for a closed door. */
const closed = (answer: Answer | null, order: 'lowFirst' | 'highFirst'): number[] => (answer?.kind === 'all' ? answer[order].closed.flatMap((is, index) => (is ? [index + 1] : [])) : [-1]);

describe('published bytes', () => {
  test('8A/80: questions, and a wrong constant of one app is not copied', () => {
    expect(ask('8a80', open(1, 1))).toBe('8A 01 01 11 9B');
    expect(ask('8a80', one(1, 1))).toBe('80 01 01 33 B3');
    expect(ask('8a80', all(1, 24))).toBe('80 01 00 33 B2');
  });

  test('8A/80: an opening is told by 00 (default locks), its failure by the request given back', () => {
    expect(read('8a80', open(1, 1), '8A 01 01 00 8A')).toEqual({ kind: 'open', closed: false });
    expect(read('8a80', open(1, 1), '8A 01 01 11 9B')).toEqual({ kind: 'open', closed: true });
    expect(read('8a80', one(1, 1), '80 01 01 11 91')).toEqual({ kind: 'one', closed: true });
    expect(read('8a80', one(1, 1), '82 01 01 00 82')).toEqual({ kind: 'one', closed: false });
  });

  test('8A/80: 80 01 00 00 02 33 B0 is cell 2 where the last byte has cells 1–8, and cell 18 where the first has', () => {
    const answer = read('8a80', all(1, 24), '80 01 00 00 02 33 B0');
    expect([closed(answer, 'highFirst'), closed(answer, 'lowFirst')]).toEqual([[2], [18]]);
  });

  test('8A/80: garbage before the answer (FA FD 99 99), the echo of the question and a late answer are passed over', () => {
    expect(read('8a80', one(1, 2), 'FA FD 99 99 80 01 02 33 B0 80 01 01 11 91 80 01 02 00 83')).toEqual({ kind: 'one', closed: false });
  });

  test('WKLY: questions and answers', () => {
    expect(ask('wkly', open(0, 1))).toBe('57 4B 4C 59 09 00 82 01 83');
    expect(ask('wkly', open(1, 1))).toBe('57 4B 4C 59 09 01 82 01 82');
    expect(ask('wkly', open(10, 1))).toBe('57 4B 4C 59 09 0A 82 01 89');
    expect(ask('wkly', one(0, 1))).toBe('57 4B 4C 59 09 00 83 01 82');
    expect(ask('wkly', all(0, 24))).toBe('57 4B 4C 59 08 00 84 85');
    expect(read('wkly', open(0, 1), '57 4B 4C 59 0B 00 82 00 01 00 81')).toEqual({ kind: 'open', closed: false });
    expect(read('wkly', one(0, 1), '57 4B 4C 59 0B 00 83 00 01 00 80')).toEqual({ kind: 'one', closed: false });
    expect(closed(read('wkly', all(0, 4), '57 4B 4C 59 0E 00 84 00 04 00 01 01 00 87'), 'lowFirst')).toEqual([2, 3]);
    expect(closed(read('wkly', all(0, 24), `57 4B 4C 59 22 00 84 00 18 ${'00 '.repeat(24)}B7`), 'lowFirst')).toEqual([]);
    expect(read('wkly', one(0, 1), '57 4B 4C 59 0A 00 85 01 01 86')).toEqual({ kind: 'one', closed: true });
  });

  test('Kerong CU16, CU48 and CU12', () => {
    expect(ask('kerong-cu', all(0, 16))).toBe('02 00 30 03 35');
    expect(ask('kerong-cu', open(0, 1))).toBe('02 00 31 03 36');
    expect(ask('kerong-cu48', all(0, 48))).toBe('02 00 00 60 03 65');
    expect(ask('kerong-cu48', open(0, 1))).toBe('02 00 00 61 03 66');
    expect(ask('kerong-cu12', all(0, 12))).toBe('02 00 00 80 00 00 03 85');
    expect(ask('kerong-cu12', open(0, 3))).toBe('02 00 02 81 00 00 03 88');
  });

  test('Winnsen: in both places of the status', () => {
    expect(ask('winnsen', open(1, 5))).toBe('90 06 05 01 05 03');
    expect(ask('winnsen', one(1, 5))).toBe('90 06 12 01 05 03');
    expect(read('winnsen', open(1, 5), '90 07 85 01 05 01 03')).toEqual({ kind: 'open', closed: false });
    expect(read('winnsen', one(1, 5), '90 07 92 01 05 00 03')).toEqual({ kind: 'one', closed: true });
    expect(read('winnsen-swapped', one(1, 5), '90 07 92 01 01 05 03')).toEqual({ kind: 'one', closed: false });
    // The coil is too warm: refused, so the door is where it was.
    expect(read('winnsen', open(1, 5), '90 07 85 01 05 02 03')).toEqual({ kind: 'open', closed: true });
  });
});

describe('numbers that open everything are never built', () => {
  test.each(PROFILE_NAMES)('%s: cell 0 and cells above the last are refused', (name) => {
    const { boards, mostCells } = PROFILES[name];
    for (const cell of [0, -1, mostCells + 1, 256, 1.5, Number.NaN]) expect(requestOf(PROFILES[name], open(boards.least, cell))).toBeNull();
    for (const board of [boards.least - 1, boards.most + 1, 256, 0.5]) expect(requestOf(PROFILES[name], open(board, 1))).toBeNull();
    expect(requestOf(PROFILES[name], open(boards.most, mostCells))).not.toBeNull();
  });

  test('no frame that opens is one that opens all: 8A with lock 00, CU16 at the common address F0, CU12 with lock 0C', () => {
    for (const name of PROFILE_NAMES) {
      const { boards, mostCells } = PROFILES[name];
      for (let board = boards.least; board <= boards.most; board += 1) {
        for (let cell = 1; cell <= mostCells; cell += 1) {
          const frame = requestOf(PROFILES[name], open(board, cell))!;
          const opensAll = (name === '8a80' && frame[2] === 0) || (name === 'kerong-cu' && frame[1]! >> 4 === 15) || (name === 'kerong-cu12' && frame[2]! >= 12);
          expect(opensAll).toBe(false);
        }
      }
    }
  });
});

describe.each(PROFILE_NAMES)('%s', (name) => {
  const profile = PROFILES[name];
  const side = BOARD_SIDES[name];
  const places = fc.record({ board: fc.integer({ min: profile.boards.least, max: profile.boards.most }), cell: fc.integer({ min: 1, max: profile.cells }), contacts: fc.array(fc.boolean(), { minLength: profile.cells, maxLength: profile.cells }) });

  /** The questions that this family knows, with what the board answers. */
  const talks = ({ board, cell, contacts }: { board: number; cell: number; contacts: boolean[] }): [Question, Uint8Array][] => [
    ...(profile.family.asksOne ? [[one(board, cell), side.one(board, cell, contacts[cell - 1]!)] as [Question, Uint8Array]] : []),
    ...(profile.family.asksAll ? [[all(board, profile.cells), side.all(board, contacts, contacts, false)] as [Question, Uint8Array]] : []),
  ];
  const contactsIn = (answer: Answer | null): boolean[] => (answer === null ? [] : answer.kind === 'all' ? answer.lowFirst.closed.slice(0, profile.cells) : [answer.closed === true]);

  test('the board understands every question as it was meant', () => {
    fc.assert(
      fc.property(places, (place) => {
        for (const [question] of [[open(place.board, place.cell)] as const, ...talks(place)]) {
          const { kind, board } = question;
          expect(side.read(Buffer.from(requestOf(profile, question)!))?.request).toEqual(question.kind === 'all' ? { kind, board } : { kind, board, cell: question.cell });
        }
      }),
    );
  });

  test('what the board says of its doors comes out as it went in, and half of it is no answer', () => {
    fc.assert(
      fc.property(places, (place) => {
        for (const [question, answer] of talks(place)) {
          expect(contactsIn(findAnswer(profile.family, answer, question))).toEqual(question.kind === 'all' ? place.contacts : [place.contacts[place.cell - 1]]);
          expect(findAnswer(profile.family, answer.subarray(0, -1), question)).toBeNull();
        }
      }),
    );
  });

  test('both byte orders are read', () => {
    fc.assert(
      fc.property(places, ({ board, contacts }) => {
        fc.pre(profile.family.packed);
        const found = findAnswer(profile.family, side.all(board, contacts, contacts, true), all(board, profile.cells));
        expect(found?.kind === 'all' ? found.highFirst.closed.slice(0, profile.cells) : null).toEqual(contacts);
      }),
      { numRuns: profile.family.packed ? 100 : 0 },
    );
  });

  test('any bytes at all are looked through without an exception, and an answer behind them is found', () => {
    fc.assert(
      fc.property(places, fc.uint8Array({ maxLength: 600 }), (place, noise) => {
        const [question, answer] = talks(place)[0]!;
        const held = hold(hold(new Uint8Array(0), noise), answer);
        expect(held.length).toBeLessThanOrEqual(MOST_HELD);
        expect(findAnswer(profile.family, held, question)).not.toBeNull();
        expect(findAnswer(profile.family, noise, open(place.board, place.cell))?.kind ?? 'open').toBe('open');
      }),
    );
  });

  test.skipIf(name.startsWith('winnsen'))('one changed byte of an answer never tells another door state: there is a checksum', () => {
    fc.assert(
      fc.property(places, fc.nat(), fc.integer({ min: 1, max: 255 }), (place, which, change) => {
        const [question, answer] = talks(place)[0]!;
        const at = which % answer.length;
        answer[at] = answer[at]! ^ change;
        expect(findAnswer(profile.family, answer, question)).toBeNull();
      }),
    );
  });
});

test.each(PROFILE_NAMES)('the emulated board of %s finds a question behind one that broke off, wherever it did', (name) => {
  const profile = PROFILES[name];
  const board = profile.boards.least;
  const request = requestOf(profile, one(board, 3)) ?? requestOf(profile, all(board, profile.cells))!;
  for (let length = 0; length < request.length; length += 1) {
    const broken = requestOf(profile, open(board, 3))!.subarray(0, length);
    expect(BOARD_SIDES[name].read(Buffer.from([...broken, ...request]))?.used).toBe(broken.length + request.length);
  }
});

describe('echo', () => {
  test('is taken away exactly once: the board that refuses gives the same bytes', () => {
    const sent = requestOf(PROFILES['8a80'], open(1, 1))!;
    const twice = Uint8Array.from([...sent, ...sent]);
    expect(withoutEcho(twice, sent)).toEqual(sent);
    expect(withoutEcho(sent, sent)).toEqual(new Uint8Array(0));
    expect(withoutEcho(sent.subarray(1), sent)).toBeNull();
  });
});
