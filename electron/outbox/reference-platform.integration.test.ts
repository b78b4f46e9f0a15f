import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createPlatform } from '../../test/platform/server.ts';
import { answers, newHome, openFixture, people, removeHome } from '../cases/fixture.ts';
import { systemClock } from '../clock/index.ts';
import { createPlatformClient } from '../platform/index.ts';

/** The demonstration's item that is done on the spot. */
const INSURANCE = '11990000MB0DEMO02X3442114002000';

it('the reference platform gets a case with its pages and form once, is asked on the spot, and gives the same certificate to the same question', async () => {
  const home = newHome();
  const dir = mkdtempSync(join(tmpdir(), 'hall24-platform-'));
  const { app, platform, close } = await createPlatform({ dir, control: true, enrolmentCodes: ['code'] });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const fixture = openFixture(home, { clock: systemClock, platformUrl: url, adapter: true, outbox: { backOff: { baseMs: 5, capMs: 50 }, pollMs: 50 } });
  fixture.outbox.start();
  const { caseId } = fixture.cases.openDraft('public-rental-housing', people.zhang);
  fixture.cases.saveAnswers(caseId, answers);
  fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.alloc(600_000, 9), findings: [] });
  const { caseNumber } = fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: 15 });
  fixture.cases.rate(caseId, 5);
  await fixture.outbox.idle();
  expect(fixture.outbox.rows(caseId).map((row) => [row.recipient, row.kind, row.state])).toEqual([
    ['platform', 'submitted', 'delivered'],
    ['adapter:public-rental-housing', 'submitted', 'delivered'],
    ['platform', 'rated', 'delivered'],
  ]);
  expect(platform.db.prepare('SELECT case_number, round, state FROM cases').all()).toEqual([{ case_number: caseNumber, round: 1, state: 'received' }]);
  expect(platform.db.prepare('SELECT ywlsh FROM bureau_forms').all()).toEqual([{ ywlsh: caseNumber }]);

  const client = createPlatformClient({ link: fixture.link, storage: fixture.storage, hall: { id: 'qingxi' } });
  const { signal } = new AbortController();
  const held = await client.lookUp('CODE-public-rental-housing', people.zhang, signal);
  expect(held.ok).toBe(true);
  const second = fixture.cases.openDraft('social-insurance-certificate', people.zhang);
  const issued = await client.issue(second.caseId, INSURANCE, people.zhang, signal);
  expect(issued.ok).toBe(true);
  expect(await client.issue(second.caseId, INSURANCE, people.zhang, signal)).toEqual(issued);
  await fixture.close();
  await close();
  rmSync(dir, { recursive: true, force: true });
  removeHome(home);
});
