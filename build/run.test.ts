import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the runner behind the npm commands starts on a fresh clone, where no package is installed yet', () => {
  const clone = mkdtempSync(join(tmpdir(), 'hall24-clone-'));
  try {
    cpSync(import.meta.dirname, join(clone, 'build'), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [join(clone, 'build', 'run.mjs'), 'no-such-command'], { encoding: 'utf8' });
    expect(stderr).toMatch(/^unknown command "no-such-command"; known: /);
    expect(status).toBe(2);
  } finally {
    rmSync(clone, { recursive: true });
  }
});
