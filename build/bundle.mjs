/**
 * Bundles the programs of this repository into dist/, one file each, with esbuild. Native and npm packages stay outside.
 * Files are replaced in one step, so that programs started side by side never see half a file.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const dist = join(root, 'dist');

/** Program name → entry file. @type {Readonly<Record<string, string>>} */
export const ENTRIES = {
  agent: 'electron/agent/main.ts',
  'device-host': 'electron/devices/host/main.ts',
  'print-worker': 'electron/printing/worker.ts',
  'simulate-worker': 'electron/queue/simulate-worker.ts',
  launch: 'electron/shell/launch.ts',
  'electron-main': 'electron/shell/electron-main.ts',
  device: 'drivers/bin/device.ts',
  emulate: 'drivers/bin/emulate.ts',
  config: 'electron/agent/bin/config.ts',
  staff: 'electron/agent/bin/staff.ts',
  verify: 'electron/platform/bin/verify.ts',
  platform: 'test/platform/main.ts',
  world: 'test/world/main.ts',
  bench: 'test/bench/main.ts',
  screens: 'test/screens/main.ts',
  conformance: 'test/conformance/main.ts',
  fuzz: 'test/fuzz/main.ts',
  'queue-check': 'test/queue/check.ts',
  chaos: 'test/chaos/main.ts',
  'chaos-watch': 'test/chaos/watch.ts',
  'queue-hall': 'test/queue/hall-main.ts',
};

/** Which programs a terminal in demonstration consists of. */
export const DEMO = ['launch', 'agent', 'device-host', 'print-worker', 'simulate-worker', 'platform', 'world'];

/**
 * Programs that people wait for: their packages are bundled in, which saves a good third of the time of loading them. Native packages and the
 * optional ones of others, and those that start threads of their own or are loaded only now and then, stay outside.
 */
const WHOLE = new Set(['agent', 'device-host', 'queue-hall']);
const OUTSIDE = ['@hyzyla/pdfium', '@serialport/*', 'better-sqlite3', 'modbus-serial', 'node-hid', 'pg-native', 'pino', 'serialport', 'sharp'];
/** What CommonJS packages take for granted, in an ES module. */
const BANNER = "import { createRequire as hall24Require } from 'node:module'; const require = hall24Require(import.meta.url); const { filename: __filename = '', dirname: __dirname = '' } = import.meta;";
const EMPTY_MAP = '\n//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInBhY2thZ2UiXSwibWFwcGluZ3MiOiJBQUFBIiwic291cmNlc0NvbnRlbnQiOltudWxsXX0=';
/** A map of all packages would be read whole at the first error with a stack. @type {import('esbuild').Plugin} */
const ownMapsOnly = {
  name: 'own-maps-only',
  setup: (build) => build.onLoad({ filter: /node_modules\/.*\.[cm]?js$/ }, async ({ path }) => ({ contents: (await readFile(path, 'utf8')) + EMPTY_MAP, loader: 'default' })),
};

/** Mistakes are told in the product's own words: of zod's forty languages one is enough, the rest would be read at each start. @type {import('esbuild').Plugin} */
const oneLanguage = {
  name: 'one-language',
  setup: (build) => build.onLoad({ filter: /node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export { default as en } from "./en.js";', loader: 'js' })),
};

/**
 * @param {readonly string[]} names programs to bundle
 * @throws the first bundling error, with file and line
 */
export async function bundle(names) {
  // Loaded here and not above: `npm test` starts on a fresh clone, before there are packages.
  const { build } = await import('esbuild');
  await mkdir(dist, { recursive: true });
  await Promise.all(
    names.map(async (name) => {
      const result = await build({
        absWorkingDir: root,
        entryPoints: { [name]: ENTRIES[name] ?? '' },
        outdir: dist,
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        ...(WHOLE.has(name) ? { banner: { js: BANNER }, plugins: [oneLanguage, ownMapsOnly], minifyWhitespace: true, sourcesContent: false } : { packages: 'external' }),
        sourcemap: 'linked',
        logLevel: 'silent',
        // Electron's main process has "electron" from its own runtime.
        external: ['electron', ...OUTSIDE],
      });
      for (const file of result.outputFiles) {
        const old = await readFile(file.path).catch(() => null);
        if (old !== null && old.equals(Buffer.from(file.contents))) continue;
        await mkdir(dirname(file.path), { recursive: true });
        const temporary = `${file.path}.${process.pid}.tmp`;
        await writeFile(temporary, file.contents);
        await rename(temporary, file.path);
      }
    }),
  );
}
