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
        packages: 'external',
        sourcemap: 'linked',
        logLevel: 'silent',
        // Electron's main process has "electron" from its own runtime.
        external: ['electron'],
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
