import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileMarks } from './marks.ts';

let home = '';
let file = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-marks-'));
  file = join(home, 'marks');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a mark is above what was raised, on the disk before raise returns, and survives', () => {
  const marks = fileMarks(file, false);
  marks.raise('20261123:a', 1);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ '20261123:a': 51 });
  expect(fileMarks(file, true).atLeast('20261123:a')).toBe(51);
});

test('classes that grow together are written together', () => {
  const marks = fileMarks(file, false);
  const names = ['20261123:a', '20261123:b', '20261123:c'];
  let writes = 0;
  let before = '';
  for (let to = 1; to <= 300; to += 1) {
    for (const name of names) {
      marks.raise(name, to);
      const now = `${statSync(file).ino}`;
      if (now !== before) writes += 1;
      before = now;
      expect(marks.atLeast(name)).toBeGreaterThanOrEqual(to);
    }
  }
  expect(writes).toBeLessThanOrEqual(15);
});

test('marks of days long over go, those of now stay', () => {
  const marks = fileMarks(file, false);
  for (const day of ['20261120', '20261121', '20261122', '20261123', '20261124']) marks.raise(`${day}:a`, 3);
  expect([marks.atLeast('20261120:a'), marks.atLeast('20261121:a'), marks.atLeast('20261124:a')]).toEqual([0, 53, 53]);
});

test('a mark that could not be written does not count as raised', () => {
  const marks = fileMarks(join(home, 'is-a-file', 'marks'), false);
  expect(() => marks.raise('20261123:a', 1)).toThrow(/ENOENT|ENOTDIR/);
  expect(marks.atLeast('20261123:a')).toBe(0);
  expect(() => marks.raise('20261123:a', 1)).toThrow(/ENOENT|ENOTDIR/);
});

test('a file that is no file of marks is as none', () => {
  writeFileSync(file, '{"20261123:a": "many"}');
  expect(fileMarks(file, false).atLeast('20261123:a')).toBe(0);
});
