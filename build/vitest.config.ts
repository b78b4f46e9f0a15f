/**
 * unit: beside the code, no process and no port but the test's own, seconds in all. Files of a worker share what they load (loading
 *   is most of their time): a test leaves nothing behind in a module.
 * integration: real wires and real peers (PTY, ippeveprinter, sane-airscan, child processes).
 * e2e: the whole terminal with a real browser.
 */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');
/** Continuous integration asks for one more try of a test with real processes: its machines are shared. Who develops sees every failure. */
const retry = Number(process.env['HALL24_RETRY'] ?? 0);
const sources = '{electron,renderer,drivers,kiosk-config,test,build}';

export default defineConfig({
  root,
  test: {
    reporters: ['default', join(root, 'build', 'failures.mjs')],
    // Two processor cores are the smallest machine that tests are run on; tests wait for states, so that a busy one only makes them slower. With real
    // peers much of the time is waiting for them: three files at a time.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: [`${sources}/**/*.test.{ts,tsx}`], exclude: ['**/*.integration.test.ts', '**/*.e2e.test.ts', '**/node_modules/**'], isolate: false, testTimeout: 20_000 } },
      { extends: true, test: { name: 'integration', retry, maxWorkers: 3, include: [`${sources}/**/*.integration.test.ts`], testTimeout: 60_000, hookTimeout: 60_000, globalSetup: ['build/vitest-setup.ts'] } },
      { extends: true, test: { name: 'e2e', retry, include: ['test/e2e/**/*.e2e.test.ts'], testTimeout: 240_000, hookTimeout: 120_000, globalSetup: ['build/vitest-setup.ts'] } },
    ],
  },
});
