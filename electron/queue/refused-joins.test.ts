import { expect, test } from 'vitest';
import { createRefusedJoins } from './refused-joins.ts';

const JOIN = { day: '20261123', class: 'insurance', ordinal: 7, number: 'A007', ticket: 'a'.repeat(24), by: 'terminal-6', refusal: 'unknown-lease', takenAt: 1_000 };

test('numbers that the hall did not take in are kept once, over a restart too, until somebody saw to them', () => {
  let disk: unknown = null;
  const file = { read: () => disk, write: (value: unknown) => void (disk = JSON.parse(JSON.stringify(value)) as unknown) };
  expect(createRefusedJoins(file).note(JOIN)).toBe(true);
  expect(createRefusedJoins(file).note(JOIN)).toBe(false);
  const again = createRefusedJoins(file);
  expect(again.list()).toEqual([JOIN]);
  expect(again.settle('b'.repeat(24))).toBeNull();
  expect(again.settle(JOIN.ticket)).toEqual(JOIN);
  expect(createRefusedJoins(file).list()).toEqual([]);
  disk = { nonsense: true };
  expect(createRefusedJoins(file).list()).toEqual([]);
});
