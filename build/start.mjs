/**
 * `npm start`: from a fresh clone to a running terminal, with nothing but Node, the npm registry and a C++ tool chain.
 * Installs the packages where they are missing or old, builds what changed, and starts the launcher in this process.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`hall24 needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

/** @param {string} path @returns {number} time of the last change; 0: not there */
const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** @param {string} folder @returns {number} the latest change of a file below it */
const newest = (folder) =>
  Math.max(0, ...readdirSync(folder, { withFileTypes: true, recursive: true }).map((found) => (found.isFile() ? changed(join(found.parentPath, found.name)) : 0)));

/** @param {string} what @param {string} program @param {string[]} args */
const run = (what, program, args) => {
  process.stderr.write(`${what} …\n`);
  // Standard output belongs to the launcher's one line.
  const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) {
    process.stderr.write(`${what}: failed\n`);
    process.exit(1);
  }
};

// npm writes this file last: it is there, and newer than the lock file, only after an installation that came to its end.
if (changed(join(root, 'node_modules', '.package-lock.json')) < changed(join(root, 'package-lock.json'))) {
  run('正在安装依赖，第一次要几分钟 Installing packages (a few minutes the first time)', 'npm', ['ci', '--no-audit', '--no-fund']);
}

const { bundle, DEMO, dist } = await import('./bundle.mjs');
await bundle([...DEMO, 'electron-main']);
if (changed(join(dist, 'renderer', 'index.html')) < newest(join(root, 'renderer'))) {
  run('正在生成页面 Building the pages', process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', join(root, 'renderer', 'vite.config.ts'), '--logLevel', 'warn']);
}
await import(pathToFileURL(join(dist, 'launch.js')).href);
