import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, openFixture, people, removeHome } from '../../cases/fixture.ts';

const verify = (...args: string[]): Promise<{ exit: number; out: string; told: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'verify.ts'), ...args], (error, out, told) => resolve({ exit: error === null ? 0 : Number(error.code), out, told }));
  });

it('a slip is checked from the command line, in both languages and as JSON', async () => {
  const home = newHome();
  const fixture = openFixture(home);
  const { caseId } = fixture.cases.openDraft('a', people.zhang);
  const { statement, caseNumber, digest } = fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: null });
  const folder = mkdtempSync(join(tmpdir(), 'hall24-verify-'));
  const key = join(folder, 'key.pem');
  writeFileSync(key, fixture.storage.identity.publicKey.export({ type: 'spki', format: 'pem' }));
  await fixture.close();

  const good = await verify(statement, '--home', home);
  expect(good.exit).toBe(0);
  expect(good.out).toContain('有效  VALID');
  expect(good.out).toContain(caseNumber);
  const json = await verify(statement, '--key', key, '--json');
  expect([json.exit, JSON.parse(json.out)]).toMatchObject([0, { ok: true, caseNumber, digest, terminal: 'zzt-05', clockKnown: true }]);

  const changed = await verify(`${statement.slice(0, -10)}AAAAAAAAAA`, '--home', home, '--json');
  expect([changed.exit, JSON.parse(changed.out)]).toEqual([1, { ok: false, reason: 'wrong-signature' }]);
  expect(await verify('HELLO', '--home', home)).toMatchObject({ exit: 1, out: expect.stringContaining('无效') as string });
  const elsewhere = await verify(statement, '--home', folder, '--json');
  expect([elsewhere.exit, JSON.parse(elsewhere.out)]).toEqual([1, { ok: false, reason: 'no-key' }]);
  expect(elsewhere.told).toMatch(/没有终端的钥匙.*--home.*--key/);
  expect(elsewhere.told).not.toContain('ENOENT');
  rmSync(folder, { recursive: true });
  removeHome(home);
});
