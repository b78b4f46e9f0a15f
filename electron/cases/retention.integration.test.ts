import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { decide } from '../../test/platform/office/decide.ts';
import { createPlatform } from '../../test/platform/server.ts';
import { ManualClock, systemClock } from '../clock/index.ts';
import { answers, newHome, openFixture, people, removeHome, type Fixture } from './fixture.ts';
import { createRetention } from './index.ts';

const DAY_MS = 86_400_000;

it('a case that the reference platform received and decided goes after its time, one whose network was cut stays; the platform keeps both', async () => {
  const home = newHome();
  const dir = mkdtempSync(join(tmpdir(), 'hall24-platform-'));
  const { app, platform, close } = await createPlatform({ dir, control: true, enrolmentCodes: ['code'] });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const open = (platformUrl: string) => openFixture(home, { clock: systemClock, platformUrl, outbox: { backOff: { baseMs: 5, capMs: 50 }, pollMs: 50 } });
  const retentionOf = ({ storage, audit }: Fixture, days: number) => createRetention({ storage, audit, clock: { ...systemClock, wall: () => Date.now() + days * DAY_MS }, kept: { decidedKeptDays: 30, uncollectedKeptDays: 180 } });
  const submitted = ({ cases }: Fixture, item: string) => {
    const { caseId } = cases.openDraft(item, people.zhang);
    cases.saveAnswers(caseId, answers);
    cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.alloc(100_000, 9), findings: [] });
    return { caseId, ...cases.submit(caseId, { signature: null, promisedWorkingDays: 15 }) };
  };
  const first = open(url);
  const { caseId, caseNumber } = submitted(first, 'public-rental-housing');
  // Before the platform has it, no time is long enough.
  expect(retentionOf(first, 400).look().deleted).toBe(0);
  first.outbox.start();
  await first.outbox.idle();
  const refused = new Promise<void>((resolve) => {
    first.cases.onChange(() => first.cases.get(caseId)?.state === 'refused' && resolve());
  });
  expect(decide(platform, caseNumber, 'refuse', { round: '1', reason: 'not this year' })).toEqual({ ok: true });
  await refused;
  await first.close();

  const offline = open('http://127.0.0.1:1');
  const cut = submitted(offline, 'another-item');
  offline.outbox.start();
  expect(retentionOf(offline, 0).look().deleted).toBe(0);
  expect(retentionOf(offline, 31).look()).toEqual({ deleted: 1, more: false });
  expect(offline.cases.get(caseId)).toBeNull();
  expect(offline.cases.get(cut.caseId)?.state).toBe('stored');
  expect(readdirSync(join(home, 'materials'))).toHaveLength(1);
  expect(platform.db.prepare('SELECT case_number, state FROM cases').all()).toEqual([{ case_number: caseNumber, state: 'refused' }]);
  await offline.close();

  const last = open(url);
  last.outbox.start();
  await last.outbox.idle();
  expect(platform.db.prepare('SELECT case_number FROM cases ORDER BY case_number').all()).toEqual([caseNumber, cut.caseNumber].sort().map((number) => ({ case_number: number })));
  await last.close();
  await close();
  rmSync(dir, { recursive: true, force: true });
  removeHome(home);
});

it('killed in the middle of deleting, each case is there whole or gone whole', async () => {
  const home = newHome();
  const clock = new ManualClock();
  const fixture = openFixture(home, { clock });
  const ids: string[] = [];
  fixture.storage.transaction(() => {
    for (let index = 0; index < 60; index++) {
      const { caseId } = fixture.cases.openDraft(`item-${index}`, people.zhang);
      ids.push(caseId);
    }
  });
  for (const caseId of ids) {
    fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.alloc(70_000, 3), findings: [] });
    fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: null });
  }
  // As if each had been received and refused two days ago.
  fixture.storage.transaction(() => {
    fixture.storage.prepare("UPDATE outbox SET state = 'delivered', receipt = ?").run(JSON.stringify({ key: 'k', digest: 'd', receivedAt: 'r', signature: 's' }));
    fixture.storage.prepare("UPDATE cases SET state = 'refused'").run();
    for (const caseId of ids) fixture.storage.prepare('INSERT INTO over_cases (case_id, since, collected) VALUES (?, ?, 1)').run(caseId, clock.wall() - 2 * DAY_MS);
  });
  await fixture.close();
  for (const after of ['begins', 'looked', 'looked']) {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'retention-child.ts'), home, String(clock.wall())], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => line === after && child.kill('SIGKILL'));
    await Promise.all([once(child, 'exit'), once(lines, 'close')]);
    const again = openFixture(home, { clock });
    const count = (sql: string): number => (again.storage.prepare(`SELECT COUNT(*) AS n FROM ${sql}`).get() as { n: number }).n;
    expect(again.audit.verify().ok).toBe(true);
    const living = ids.filter((caseId) => again.cases.get(caseId) !== null);
    for (const caseId of living) {
      const page = again.cases.get(caseId)?.materials[0]?.pages[0];
      expect(page === undefined ? 0 : again.cases.readPage(caseId, page.id).byteLength).toBe(70_000);
    }
    expect([count('case_keys'), count('cases'), count('materials'), count('over_cases'), count('outbox WHERE LENGTH(sealed) > 0'), readdirSync(join(home, 'materials')).length]).toEqual(Array(6).fill(living.length));
    expect(count("audit WHERE event = 'case.deleted'")).toBe(ids.length - living.length);
    await again.close();
  }
  const last = openFixture(home, { clock });
  const retention = createRetention({ storage: last.storage, audit: last.audit, clock, kept: { decidedKeptDays: 1, uncollectedKeptDays: 1 } });
  while (retention.look().more);
  expect(readdirSync(join(home, 'materials'))).toEqual([]);
  expect(last.cases.ofPerson(people.zhang.idNumber)).toEqual([]);
  await last.close();
  removeHome(home);
});
