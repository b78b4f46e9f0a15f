import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkHall, loadHall } from './index.ts';

let dir = '';
const queueFile = (): string => join(dir, 'queue.yaml');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hall24-queue-yaml-'));
  cpSync(join(import.meta.dirname, 'demo-hall'), dir, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a prefix that two classes share is told with its line, and no numbers are given, while the terminal serves', () => {
  const text = readFileSync(queueFile(), 'utf8');
  writeFileSync(queueFile(), text.replace('prefix: C', 'prefix: A'));
  const line = text.split('\n').findIndex((one) => one.includes('prefix: C')) + 1;
  const loaded = loadHall(dir);
  expect(loaded).toMatchObject({ ok: true, config: { queue: null } });
  expect(loaded.mistakes).toEqual([expect.objectContaining({ file: 'queue.yaml', line, message: 'the prefix A belongs to insurance already; two people would hold the same number' })]);
  expect(checkHall(dir)).toEqual(loaded.mistakes);
});

test('a counter that serves a class nobody knows, and an item that is none, are told with their places', () => {
  const text = readFileSync(queueFile(), 'utf8');
  writeFileSync(queueFile(), text.replace('skills: [{ class: insurance }]', 'skills: [{ class: marriage }]'));
  expect(checkHall(dir)[0]).toMatchObject({ file: 'queue.yaml', message: expect.stringContaining('no class marriage here') });
  writeFileSync(queueFile(), text.replace('items: [public-rental-housing]', 'items: [moon-landing]'));
  expect(checkHall(dir)[0]).toMatchObject({ file: 'queue.yaml', message: expect.stringContaining('no item "moon-landing"') });
});

test('a hall without a queue file has no queue', () => {
  rmSync(queueFile());
  expect(loadHall(dir)).toMatchObject({ ok: true, config: { queue: null, badQueue: [] }, mistakes: [] });
});

test('the address of a shared database stands elsewhere when it holds a password, and one that does is refused without being repeated', () => {
  const file = join(dir, 'terminals', 'terminal-5.yaml');
  const before = readFileSync(file, 'utf8');
  const withDatabase = (database: string): void => writeFileSync(file, before.replace('port: 0 }', `port: 0, database: '${database}', key: 'file:/etc/hall24/key' }`));
  for (const good of ['env:HALL24_DATABASE', 'file:/etc/hall24/database', 'postgres://hall24@10.0.0.5/hall24?sslmode=verify-full', 'postgresql://hall24@[fd00::5]:5433/hall24', 'postgres://hall24@/hall24?host=%2Frun%2Fpostgresql']) {
    withDatabase(good);
    expect(loadHall(dir)).toMatchObject({ ok: true, config: { terminal: { queue: { serve: { database: good } } } } });
  }
  const bad = {
    'postgres://hall24:secret@10.0.0.5/hall24': 'with a password',
    'postgres://hall24@10.0.0.5/hall24?password=secret': 'with a password',
    'mysql://hall24:secret@10.0.0.5/hall24': 'with a password',
    'mysql://hall24@10.0.0.5/hall24': 'no address of a PostgreSQL database',
    '10.0.0.5': 'no address of a PostgreSQL database',
    'file:etc/hall24/database': 'whole path',
    'postgres://10.0.0.5/hall24': 'without an account',
    'postgres://hall24@/hall24': 'without a machine',
    'postgres://hall24@10.0.0.5': 'without a database',
    'postgres://hall24@10.0.0.5:many/hall24': 'cannot be read',
  };
  for (const [address, why] of Object.entries(bad)) {
    withDatabase(address);
    const mistakes = checkHall(dir).filter(({ file: where }) => where === 'terminals/terminal-5.yaml');
    expect([address, mistakes.map(({ message }) => message)]).toEqual([address, [expect.stringContaining(why)]]);
    expect(mistakes[0]?.message).not.toContain('secret');
  }
});

test("a shared database needs the place of the hall's key, and the key itself stands in no file", () => {
  const file = join(dir, 'terminals', 'terminal-5.yaml');
  const before = readFileSync(file, 'utf8');
  const mistakesWith = (lines: string): string[] => {
    writeFileSync(file, before.replace('port: 0 }', `port: 0, ${lines} }`));
    return checkHall(dir).flatMap(({ file: where, message }) => (where === 'terminals/terminal-5.yaml' ? [message] : []));
  };
  expect(mistakesWith('database: env:HALL24_DATABASE')).toEqual([expect.stringContaining("need the hall's key")]);
  expect(mistakesWith('key: env:HALL24_KEY')).toEqual([expect.stringContaining('a key without a database')]);
  const mistakes = mistakesWith("database: env:HALL24_DATABASE, key: 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I='");
  expect(mistakes).toEqual([expect.stringContaining('stands in no file of the configuration')]);
  expect(mistakes[0]).not.toContain('c2VjcmV0');
});

test('a terminal may know several addresses of its hall, each an https address and each once', () => {
  const file = join(dir, 'terminals', 'terminal-5.yaml');
  const before = readFileSync(file, 'utf8');
  const mistakesWith = (at: string): [string, string][] => {
    const text = before.replace(/^queue:\n .*$/m, `queue:\n  at: ${at}\n  authority: ${'a'.repeat(64)}`);
    writeFileSync(file, text);
    return checkHall(dir).flatMap(({ file: where, line, message }) => (where === 'terminals/terminal-5.yaml' ? [[text.split('\n')[line - 1]?.trim().slice(0, 3) ?? '', message] as [string, string]] : []));
  };
  for (const good of ['https://hall.example:8443', '[https://10.0.0.5:8443, https://10.0.0.6:8443]']) expect([good, mistakesWith(good)]).toEqual([good, []]);
  expect(mistakesWith('[https://10.0.0.5:8443, https://10.0.0.5:8443/]')).toEqual([['at:', expect.stringContaining('stands here twice')]]);
  expect(mistakesWith('[https://10.0.0.5:8443, http://10.0.0.6:8443]')).toEqual([['at:', expect.stringContaining('address')]]);
  expect(mistakesWith('[]')).toEqual([['at:', expect.stringMatching(/at least/)]]);
  expect(mistakesWith('hall')).toEqual([['at:', expect.stringContaining('address')]]);
});

test('one number a person needs a class that asks who comes', () => {
  const text = readFileSync(queueFile(), 'utf8');
  writeFileSync(queueFile(), text.replace('    identify: card-or-code\n', '    onePerPerson: true\n'));
  expect(checkHall(dir)[0]).toMatchObject({ file: 'queue.yaml', message: expect.stringContaining('nobody can tell who has a number already') });
});

test('hours may last to the end of the day, and those that end before they begin are told at their line', () => {
  const text = readFileSync(queueFile(), 'utf8');
  expect(text).toContain("from: '00:00', to: '24:00'");
  expect(checkHall(dir)).toEqual([]);
  writeFileSync(queueFile(), text.replace("from: '00:00', to: '24:00'", "from: '22:00', to: '02:00'"));
  const [mistake] = checkHall(dir);
  expect(mistake).toMatchObject({ file: 'queue.yaml', line: text.split('\n').findIndex((line) => line.includes("from: '00:00'")) + 1, message: expect.stringContaining("to: '24:00'") });
});
