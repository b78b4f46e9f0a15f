import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../electron/clock/index.ts';
import { RULES } from '../../electron/queue/rules/fixtures.ts';
import { openLanHall, type LanHall } from './lan-hall.ts';

let home = '';
let hall: LanHall;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'hall24-example-'));
  hall = await openLanHall({ home, clock: systemClock, rules: RULES });
});
afterEach(async () => {
  await hall.close();
  rmSync(home, { recursive: true, force: true });
});

test('the client in the README signs in, takes, calls, transfers and finishes a number, and follows the board', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../../electron/queue/README.md'), 'utf8');
  const source = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const document = (await hall.api.app.inject({ method: 'GET', url: '/openapi.json' })).json() as { paths: Record<string, unknown> };
  const described = Object.keys(document.paths).map((path) => path.replaceAll(/\{[a-z]+\}/g, '*'));
  const used = [...source.matchAll(/ask\([`'](\/[^`',]+)/g)].map(([, path = '']) => path.replaceAll(/\$\{[^}]+\}/g, '*').replace('/*/open', '/*/*'));
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((path) => !described.includes(path))).toEqual([]);
  writeFileSync(join(home, 'client.mjs'), source);
  writeFileSync(join(home, 'authority.pem'), (await hall.api.app.inject({ method: 'GET', url: '/hall/authority.pem' })).body);
  const code = await hall.staff.invite('lin', 'clerk');
  const { stdout } = await promisify(execFile)(process.execPath, [join(home, 'client.mjs'), hall.url, 'lin', code, '2'], { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(home, 'authority.pem') }, timeout: 30_000 });
  expect(stdout.trim().split('\n').sort()).toEqual(['A001: finished', 'board: A001 to counter 2']);
});
