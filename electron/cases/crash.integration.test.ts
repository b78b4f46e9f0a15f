import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { systemClock } from '../clock/index.ts';
import { startStandIn } from '../outbox/stand-in.ts';
import { newHome, openFixture, removeHome } from './fixture.ts';

it('a terminal killed again and again in the middle of its work loses no told case, repeats no number, and delivers each once', async () => {
  const home = newHome();
  const platform = await startStandIn();
  const told = new Map<string, string>();
  for (let life = 0; life < 4; life++) {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'crash-child.ts'), home, platform.url, String(life * 1_000)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    let seen = 0;
    lines.on('line', (line) => {
      const [number = '', caseId = ''] = line.split(' ');
      expect(told.has(number)).toBe(false);
      told.set(number, caseId);
      // Somewhere inside whatever it does then: a page, a transaction, an upload, a receipt.
      if (++seen === 3 + life) child.kill('SIGKILL');
    });
    await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  }
  const fixture = openFixture(home, { clock: systemClock, platformUrl: platform.url, outbox: { backOff: { baseMs: 5, capMs: 50 }, pollMs: 200 } });
  expect(fixture.storage.boot.newIncarnation).toBeNull();
  expect(fixture.audit.verify().ok).toBe(true);
  fixture.outbox.start();
  await fixture.outbox.idle();
  const arrived = platform.stored.map((message) => message.body.caseNumber);
  expect(new Set(arrived).size).toBe(arrived.length);
  expect([...told.keys()].filter((number) => !arrived.includes(number))).toEqual([]);
  expect([...told].filter(([number, caseId]) => fixture.cases.byNumber(number)?.caseId !== caseId)).toEqual([]);
  expect(told.size).toBeGreaterThanOrEqual(18);
  await fixture.close();
  await platform.close();
  removeHome(home);
});

it('a second process on the same home is refused, and the first puts it on record', async () => {
  const home = newHome();
  const fixture = openFixture(home);
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'crash-child.ts'), home, 'http://127.0.0.1:1'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const errors: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => errors.push(piece));
  const [exit] = (await once(child, 'exit')) as [number];
  expect(exit).not.toBe(0);
  expect(Buffer.concat(errors).toString()).toContain("code: 'home-in-use'");
  const refused = (): boolean => fixture.audit.latest(5).some((row) => row.event === 'agent.second-refused');
  while (!refused()) await new Promise((resolve) => setImmediate(resolve));
  await fixture.close();
  removeHome(home);
});
