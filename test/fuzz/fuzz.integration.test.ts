/** The short form of `npm run fuzz`: the same seed each time, and whatever was once found. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { TARGETS } from './targets.ts';

const FRAMES = 1_000;
const HEAVY_FRAMES = 40;
const FINDINGS = join(import.meta.dirname, 'findings');

describe('random and mutated frames', () => {
  test.each(TARGETS)('$name: nothing is thrown, nothing hangs, and the next good frame is understood', (target) => {
    const { findings } = fuzz(target, 24, (frames) => frames < (target.heavy === true ? HEAVY_FRAMES : FRAMES));
    expect(findings.map(({ what, told, input }) => `${what}: ${told} (${Buffer.from(input).toString('hex').slice(0, 200)})`)).toEqual([]);
  });
});

const kept = readdirSync(FINDINGS).filter((name) => name.endsWith('.bin'));
test.runIf(kept.length > 0).each(kept)('what was once found stays mended: %s', (name) => {
  const target = TARGETS.find((candidate) => name.startsWith(`${candidate.name.replaceAll(/[^\w-]+/g, '_')}.`));
  expect(target).toBeDefined();
  const began = performance.now();
  target?.begin().feed(readFileSync(join(FINDINGS, name)));
  expect(performance.now() - began).toBeLessThan(1_000);
});
