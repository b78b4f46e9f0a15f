import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDemo, HOUSING, INSURANCE, TERMINAL, type DemoCopy } from './demo-copy.fixture.ts';
import { checkHall } from './load.ts';
import { loadOrLastGood } from './last-good.ts';

const FILES = ['hall.yaml', TERMINAL, HOUSING, INSURANCE, 'adapters/public-rental-housing.yaml'];
let demo: DemoCopy;
const originals = new Map<string, string>();
beforeAll(() => {
  demo = copyDemo();
  for (const file of FILES) originals.set(file, demo.read(file));
});
afterAll(() => demo.remove());

/** What happens to files in halls: lines lost, doubled, indented, cut off, filled with somebody's keyboard. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const), at: fc.nat(400) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat(400) }),
  fc.record({ kind: fc.constant('indent' as const), at: fc.nat(400) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(12_000) }),
  fc.record({ kind: fc.constant('value' as const), at: fc.nat(400), value: fc.oneof(fc.constantFrom('null', '-1', '[]', '{}', '1e999', '!!binary x', '*nothing', '&a *a', '__proto__: 1', '"\\ud800"', '% x', '\t'), fc.string({ maxLength: 30 })) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(12_000), value: fc.string({ unit: 'grapheme', maxLength: 12 }) }),
);

const apply = (text: string, how: typeof damage extends fc.Arbitrary<infer T> ? T : never): string => {
  const lines = text.split('\n');
  const at = how.at % lines.length;
  switch (how.kind) {
    case 'drop':
      return lines.toSpliced(at, 1).join('\n');
    case 'double':
      return lines.toSpliced(at, 0, lines[at] ?? '').join('\n');
    case 'indent':
      return lines.toSpliced(at, 1, `  ${lines[at]}`).join('\n');
    case 'cut':
      return text.slice(0, how.at % text.length);
    case 'value':
      return lines.toSpliced(at, 1, (lines[at] ?? '').replace(/:.*$/, `: ${how.value}`)).join('\n');
    case 'insert':
      return text.slice(0, how.at % text.length) + how.value + text.slice(how.at % text.length);
  }
};

describe('a configuration damaged anyhow', () => {
  it('never crashes the loader, and every mistake names a file, a line and a column that exist', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), fc.array(damage, { minLength: 1, maxLength: 3 }), fc.boolean(), (file, damages, whole) => {
        const text = damages.reduce(apply, originals.get(file) ?? '');
        demo.write(file, text);
        try {
          const loaded = whole ? { ok: false as const, mistakes: checkHall(demo.dir) } : loadOrLastGood(demo.dir, demo.home);
          const lines = text.split(/\r\n|\n|\r/).length;
          const misplaced = loaded.mistakes.filter((mistake) => mistake.message === '' || mistake.line < 1 || mistake.column < 1 || (mistake.file === file && mistake.line > lines));
          expect(misplaced).toEqual([]);
          // Whatever does not load says why.
          const unsaid = loaded.ok ? [...loaded.config.badItems, ...loaded.config.badDevices].some((bad) => bad.mistakes.length === 0) : !whole && loaded.mistakes.length === 0;
          expect(unsaid).toBe(false);
        } finally {
          demo.write(file, originals.get(file) ?? '');
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
