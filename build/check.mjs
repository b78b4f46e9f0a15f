/**
 * `npm run check`: types, lint, import rules, unit tests; each with its time. Stops at nothing, fails if anything failed.
 * `sources`: without the unit tests; `units`: these alone.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';

const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
/** What the last check of the types found: the next one looks at what changed since, a quarter of the work. */
const TYPES_KNOWN = join(root, 'node_modules', '.cache', 'hall24-types.tsbuildinfo');
/** @type {[name: string, program: string, args: string[]][]} */
const STEPS = [
  ['types', bin('tsc'), ['--noEmit', '-p', '.', '--incremental', '--tsBuildInfoFile', TYPES_KNOWN]],
  ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings', 'electron', 'renderer', 'drivers', 'kiosk-config', 'test', 'build']],
  ['import rules', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'electron', 'renderer', 'drivers', 'kiosk-config', 'test']],
  ['unit tests', bin('vitest'), ['run', '--config', 'build/vitest.config.ts', '--project', 'unit']],
];

const [part] = process.argv.slice(2);
const chosen = STEPS.filter(([name]) => part === undefined || (name === 'unit tests') === (part === 'units'));

let failed = 0;
for (const [name, program, args] of chosen) {
  const start = Date.now();
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    failed += 1;
    if (process.env['HALL24_FAILURES'] !== undefined) appendFileSync(process.env['HALL24_FAILURES'], `check: ${name}\n`);
  }
  process.stdout.write(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}
process.exit(failed === 0 ? 0 : 1);
