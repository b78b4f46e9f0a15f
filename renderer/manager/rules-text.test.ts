import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadHall } from '../../kiosk-config/index.ts';
import type { Rules } from '../api/hall-types.ts';
import { placed, readText, toText } from './rules-text.ts';

const loaded = loadHall(join(process.cwd(), 'kiosk-config', 'demo-hall'), { terminal: 'terminal-5' });
const rules = (loaded.ok ? loaded.config.queue : null) as Rules;

describe('rules as text', () => {
  it('says the same when it is read again, one line for a name', () => {
    const text = toText(rules);
    expect(readText(text)).toEqual({ ok: true, data: rules });
    expect(text).toContain('name: { zh: 社保医保, en: Social and medical insurance }');
    expect(text.split('\n').length).toBeLessThan(120);
  });

  it('tells a mistake at its line, and a missing thing at what should hold it', () => {
    const text = 'classes:\n  - id: a\n    prefix: A\n  - id: b\ncounters: []\n';
    const found = placed(text, [
      { path: ['counters'], kind: 'too-small', message: '', why: null },
      { path: ['classes', 1, 'prefix'], kind: 'missing', message: '', why: null },
      { path: ['classes', 0, 'prefix'], kind: 'clash', message: '', why: { code: 'prefix-taken', values: { prefix: 'A' } } },
      { path: ['priorities'], kind: 'missing', message: '', why: null },
    ]);
    expect(found.map(({ line, path }) => [line, path])).toEqual([
      [1, 'priorities'],
      [3, 'classes.0.prefix'],
      [4, 'classes.1.prefix'],
      [5, 'counters'],
    ]);
  });

  it('tells where text cannot be read at all, and never throws', () => {
    for (const text of ['classes:\n  - [', 'a: 1\na: 2', 'x: *nobody', '\t- a', '"']) {
      const read = readText(text);
      expect(read.ok, text).toBe(false);
      expect(read.ok ? [] : read.mistakes.map(({ kind }) => kind), text).toContain('unreadable');
    }
    const why = (text: string): unknown => {
      const read = readText(text);
      return read.ok ? null : read.mistakes[0]?.why?.code;
    };
    expect([why('a: 1\na: 2'), why('a:\n\t- b'), why('a: "b'), why('a: *b')]).toEqual(['duplicate-key', 'tab-as-indent', 'missing-char', 'bad-alias']);
  });
});
