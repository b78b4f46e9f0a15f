/** Every driver against its emulated device over every transport it has. The full form is `npm run -s conformance -- all`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBench, type Bench } from './bench.ts';
import { CHECKS, runCheck } from './checks.ts';
import { SUBJECTS } from './subjects/index.ts';

/** Short enough for every `npm test`; the command does ten thousand commands, and every message. */
const SHORT = { points: 2, commands: 100 };
/** Each of these commands starts programs. */
const FEW = 30;

describe.each(SUBJECTS.flatMap((subject) => subject.inShort.map((transport) => ({ title: `${subject.name} over ${transport}`, subject, transport }))))('$title', ({ subject, transport }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(subject, transport, transport === 'program' ? { ...SHORT, commands: FEW } : SHORT);
  });
  afterAll(() => bench.close());

  test.each(CHECKS)('$name', async (check) => {
    if ((check.without?.(bench) ?? null) !== null) return;
    expect(await runCheck(bench, check)).not.toBe('');
  });
});
