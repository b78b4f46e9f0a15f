/** `npm run X`: bundles what X needs and runs it. Everything said about building goes to standard error. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundle, DEMO, dist, root } from './bundle.mjs';

const [command = '', ...args] = process.argv.slice(2);

/** @param {string} program @param {string[]} rest @returns {Promise<number>} exit code */
const run = (program, rest) =>
  new Promise((resolve) => {
    const child = spawn(program, rest, { cwd: root, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    // npm's shell dies of SIGTERM without a word to us: whoever called us is gone when our parent is another one.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 300).unref();
    child.on('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });

const node = (/** @type {string} */ name) => run(process.execPath, ['--enable-source-maps', join(dist, `${name}.js`), ...args]);
const script = (/** @type {string} */ file) => run(process.execPath, [join(root, 'build', file), ...args]);

/** What a run of the whole demonstration needs beside it. */
const CHAOS = [...DEMO, 'staff', 'queue-check', 'chaos', 'chaos-watch'];

const COMMANDS = {
  check: () => script('check.mjs'),
  test: () => script('test.mjs'),
  e2e: () => script('e2e.mjs'),
  device: async () => (await bundle(['device']), node('device')),
  emulate: async () => (await bundle(['emulate']), node('emulate')),
  config: async () => (await bundle(['config']), node('config')),
  staff: async () => (await bundle(['staff']), node('staff')),
  verify: async () => (await bundle(['verify']), node('verify')),
  bench: async () => (await bundle([...DEMO, 'bench', 'queue-hall', 'queue-check']), node('bench')),
  screens: async () => (await bundle(['screens']), node('screens')),
  conformance: async () => (await bundle(['conformance']), node('conformance')),
  fuzz: async () => (await bundle(['fuzz']), node('fuzz')),
  chaos: async () => (await bundle(CHAOS), node('chaos')),
  soak: async () => (await bundle(CHAOS), args.unshift('--soak'), node('chaos')),
  'queue-check': async () => (await bundle(['queue-check']), node('queue-check')),
};

const chosen = Object.hasOwn(COMMANDS, command) ? COMMANDS[/** @type {keyof typeof COMMANDS} */ (command)] : null;
if (chosen === null) {
  process.stderr.write(`unknown command "${command}"; known: ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exit(2);
}
try {
  process.exit(await chosen());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
