/**
 * `npm start`: from a fresh clone to a running terminal, with nothing but Node, the npm registry and a C++ tool chain.
 * Installs the packages where they are missing or old, builds what changed, and starts the launcher in this process.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`hall24 needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

// npm passes a signal on to the shell between it and this process, and that shell dies without a word.
const parent = process.ppid;
const PARENT_LOOK_MS = 250;
if (process.env['npm_lifecycle_event'] === 'start' && process.platform !== 'win32') {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, PARENT_LOOK_MS).unref();
}

/** @param {string} path @returns {number} time of the last change; 0: not there */
const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** @param {string} folder @returns {number} the latest change of a file below it */
const newest = (folder) =>
  Math.max(0, ...readdirSync(folder, { withFileTypes: true, recursive: true }).map((found) => (found.isFile() ? changed(join(found.parentPath, found.name)) : 0)));

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs one step; a signal to this process ends the step and then this process.
 * @param {string} what @param {string} program @param {string[]} args @returns {Promise<void>}
 */
const run = (what, program, args) =>
  new Promise((resolve) => {
    process.stderr.write(`${what} …\n`);
    // Standard output belongs to the launcher's one line.
    // A group of its own: npm ends without ending the compiler that works for it.
    const grouped = process.platform !== 'win32';
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2], shell: !grouped, detached: grouped });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      if (!grouped || child.pid === undefined) return void child.kill(signal);
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It ended at the same moment.
      }
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    /** @param {string} why */
    const fail = (why) => {
      process.stderr.write(`${what}: ${why}\n`);
      process.exit(1);
    };
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code) => {
      if (code !== 0) fail('failed');
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve();
    });
  });

// npm writes this file last: it is there, and newer than the lock file, only after an installation that came to its end.
if (changed(join(root, 'node_modules', '.package-lock.json')) < changed(join(root, 'package-lock.json'))) {
  await run('正在安装依赖，第一次要几分钟 Installing packages (a few minutes the first time)', 'npm', ['install', '--no-save', '--no-audit', '--no-fund']);
}

const { bundle, DEMO, dist } = await import('./bundle.mjs');
try {
  await bundle([...DEMO, 'electron-main']);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
// esbuild keeps a helper process; the terminal does not need it.
const { stop } = await import('esbuild');
await stop();
if (changed(join(dist, 'renderer', 'index.html')) < newest(join(root, 'renderer'))) {
  await run('正在生成页面 Building the pages', process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', join(root, 'renderer', 'vite.config.ts'), '--logLevel', 'warn']);
}
await import(pathToFileURL(join(dist, 'launch.js')).href);
