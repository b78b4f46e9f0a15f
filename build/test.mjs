/**
 * `npm test`: set-up, check, integration, end-to-end; from a fresh clone nothing else is needed.
 * Prints each suite's time, runs every suite whatever failed before, and closes with what failed and one line of counts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = process.execPath;
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

const PACKAGES = 'set-up: npm packages';
const NATIVE = 'set-up: native packages';
const SOURCES = 'check: sources';
/** @type {[name: string, program: string, args: string[]][]} */
const SUITES = [
  ['set-up: system packages', 'bash', [join(root, 'build', 'setup.sh')]],
  // Not `npm ci`: it fails where a registry lacks the optional binaries of platforms that are not this one. Versions are the lock file's all the same.
  [PACKAGES, 'npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']],
  // Compiling takes one core minutes; what only reads the sources goes on beside it.
  [NATIVE, 'npm', ['rebuild', '--no-audit', '--no-fund']],
  [SOURCES, node, [join(root, 'build', 'check.mjs'), 'sources']],
  ['check: unit tests', node, [join(root, 'build', 'check.mjs'), 'units']],
  ['integration', node, [vitest, 'run', '--config', 'build/vitest.config.ts', '--project', 'integration']],
  ['end to end', node, [join(root, 'build', 'e2e.mjs')]],
];

const installed = () => {
  const mark = join(root, 'node_modules', '.package-lock.json');
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs && existsSync(join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node'));
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
/** @param {string} name @param {number} start @param {number | null} status */
const note = (name, start, status) => {
  lines.push(`${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  if (status === 0) passed += 1;
  else failed += 1;
  return status === 0;
};

/** @param {string} program @param {string[]} args @returns {Promise<number | null>} exit code */
const run = async (program, args) => (await once(spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }), 'exit'))[0];

const there = installed();
/** Resolves when the native packages are there, or cannot be. */
let native = Promise.resolve(true);
for (const [name, program, args] of SUITES) {
  if ((name === PACKAGES || name === NATIVE) && there) continue;
  const start = Date.now();
  const done = run(program, args).then((status) => note(name, start, status));
  if (name === NATIVE) native = done;
  // Without its packages nothing else can run.
  else if ((!(await done) && name.startsWith('set-up')) || (name === SOURCES && !(await native))) break;
}
if (existsSync(failures)) process.stdout.write(`\nFailed:\n${readFileSync(failures, 'utf8')}`);
rmSync(scratch, { recursive: true });
process.stdout.write(`\n${lines.join('\n')}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
