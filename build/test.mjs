/**
 * `npm test`: set-up, check, integration, end-to-end; from a fresh clone nothing else is needed.
 * Prints each suite's time, runs every suite whatever failed before, and closes with what failed and one line of counts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = process.execPath;
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** @type {[name: string, program: string, args: string[]][]} */
const SUITES = [
  ['set-up: system packages', 'bash', [join(root, 'build', 'setup.sh')]],
  // Not `npm ci`: it fails where a registry lacks the optional binaries of platforms that are not this one. Versions are the lock file's all the same.
  ['set-up: npm packages', 'npm', ['install', '--no-save', '--no-audit', '--no-fund']],
  ['check', node, [join(root, 'build', 'check.mjs')]],
  ['integration', node, [vitest, 'run', '--config', 'build/vitest.config.ts', '--project', 'integration']],
  ['end to end', node, [join(root, 'build', 'e2e.mjs')]],
];

const installed = () => {
  const mark = join(root, 'node_modules', '.package-lock.json');
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
};

const scratch = mkdtempSync(join(tmpdir(), 'hall24-test-'));
const failures = join(scratch, 'failures.txt');
const env = {
  ...process.env,
  HALL24_FAILURES: failures,
  // Native modules are compiled with all cores.
  JOBS: String(availableParallelism()),
};

let passed = 0;
let failed = 0;
/** @type {string[]} */
const lines = [];
for (const [name, program, args] of SUITES) {
  if (name === 'set-up: npm packages' && installed()) continue;
  const start = Date.now();
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env });
  lines.push(`${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  if (status === 0) passed += 1;
  else failed += 1;
  // Without its packages nothing else can run.
  if (status !== 0 && name.startsWith('set-up')) break;
}
if (existsSync(failures)) process.stdout.write(`\nFailed:\n${readFileSync(failures, 'utf8')}`);
rmSync(scratch, { recursive: true });
process.stdout.write(`\n${lines.join('\n')}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
