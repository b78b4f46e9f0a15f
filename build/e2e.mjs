/** `npm run test:e2e -- --shell electron|chromium`: the whole terminal through one of its shells, with a real browser engine. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './bundle.mjs';

const { values, positionals } = parseArgs({ options: { shell: { type: 'string', default: 'chromium' } }, allowPositionals: true });
if (values.shell !== 'electron' && values.shell !== 'chromium') {
  process.stderr.write(`--shell ${values.shell}: electron or chromium\n`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'build/vitest.config.ts', '--project', 'e2e', ...positionals], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, HALL24_SHELL: values.shell },
});
process.exit(status ?? 1);
