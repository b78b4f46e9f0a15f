/**
 * Frames that others wrote down, beside those in codec.test.ts: WKLY from a public ESP32 gateway's notes of what its board answers and a public
 * locker's table; Winnsen from the tests of a second public kiosk program (locqar), written apart from the one that the README names.
 */
import { expect, test } from 'vitest';
import { findAnswer, type Answer, type Question } from './codec.ts';
import { PROFILES, requestOf, type ProfileName } from './profiles.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const hex = (some: Uint8Array | null): string => Buffer.from(some ?? []).toString('hex').toUpperCase().replace(/..(?=.)/g, '$& ');
const read = (profile: ProfileName, question: Question, text: string): Answer | null => findAnswer(PROFILES[profile].family, bytes(text), question);

test('WKLY: board 1 says that lock 4 was opened', () => {
  const answer = '57 4B 4C 59 0B 01 82 00 04 00 85';
  expect(read('wkly', { kind: 'open', board: 1, cell: 4 }, answer)).toEqual({ kind: 'open', closed: false });
  // Another cell's, another board's, and a damaged one are no answers.
  expect(read('wkly', { kind: 'open', board: 1, cell: 3 }, answer)).toBeNull();
  expect(read('wkly', { kind: 'open', board: 0, cell: 4 }, answer)).toBeNull();
  expect(read('wkly', { kind: 'open', board: 1, cell: 4 }, answer.replace('85', '84'))).toBeNull();
});

test('WKLY: an acknowledgement of another command (81, a lamp) is none of an opening', () => {
  expect(read('wkly', { kind: 'open', board: 0, cell: 1 }, '57 4B 4C 59 0A 00 81 00 01 83')).toBeNull();
});

test('Winnsen: opening as a second author has it, with 1 for opened and 0 for failed', () => {
  expect(hex(requestOf(PROFILES.winnsen, { kind: 'open', board: 1, cell: 1 }))).toBe('90 06 05 01 01 03');
  expect(read('winnsen', { kind: 'open', board: 1, cell: 5 }, '90 07 85 01 05 01 03')).toEqual({ kind: 'open', closed: false });
  expect(read('winnsen', { kind: 'open', board: 1, cell: 3 }, '90 07 85 01 03 00 03')).toEqual({ kind: 'open', closed: true });
  expect(read('winnsen', { kind: 'open', board: 3, cell: 7 }, '90 07 85 03 07 01 03')).toEqual({ kind: 'open', closed: false });
});

test.each(['90 07 85 01', '00 07 85 01 05 01 03', '90 07 82 01 05 01 03', '90 07 85 01 05 01 FF'])('Winnsen: %s is no answer to an opening', (text) => {
  expect(read('winnsen', { kind: 'open', board: 1, cell: 5 }, text)).toBeNull();
});
