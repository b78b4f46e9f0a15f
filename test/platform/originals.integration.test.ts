/** An original from the back office into the locker and to its owner: the platform, the product's outbox and locker, and boards of locks on their own wire. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDriver } from '../../drivers/index.ts';
import { systemDriverClock } from '../../drivers/clock.ts';
import { startLockerEmulator, type LockerEmulator } from '../../drivers/locker/emulator.ts';
import { openFixture, people, type Fixture } from '../../electron/cases/fixture.ts';
import { systemClock } from '../../electron/clock/index.ts';
import type { Devices } from '../../electron/devices/index.ts';
import { createLockers, type Lockers } from '../../electron/lockers/index.ts';
import { createPlatform } from './server.ts';
import { TestTerminal } from './terminal.fixture.ts';

const dir = mkdtempSync(join(tmpdir(), 'hall24-originals-'));
let platform: Awaited<ReturnType<typeof createPlatform>>;
let emulator: LockerEmulator;
let driver: ReturnType<typeof createDriver<'locker'>>;
let fixture: Fixture;
let lockers: Lockers;
let url = '';

beforeAll(async () => {
  platform = await createPlatform({ dir: join(dir, 'platform'), enrolmentCodes: ['code'] });
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  emulator = await startLockerEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, cells: 12 });
  driver = createDriver('locker', emulator.uri, {}, systemDriverClock);
  await driver.open({ signal: AbortSignal.timeout(10_000), deadlineMs: 10_000 });
  fixture = openFixture(join(dir, 'home'), { clock: systemClock, platformUrl: url, outbox: { pollMs: 20 } });
  const devices = {
    health: () => [{ id: 'locker', deviceClass: 'locker' as const, lastSeen: '2026-11-23T10:00:00+08:00', status: { online: true, component: 'ready' as const, media: 'no-sensor' as const, conditions: [], supplies: [], model: null } }],
    command: (_class: 'locker', command: 'open' | 'cells', input: { board: number; cell: number }, { signal, deadlineMs, onProgress }: { signal: AbortSignal; deadlineMs: number; onProgress?: () => void }) => driver.run(command, input, { signal, deadlineMs }, onProgress),
  } as unknown as Pick<Devices, 'command' | 'health'>;
  lockers = createLockers({
    storage: fixture.storage,
    audit: fixture.audit,
    clock: systemClock,
    outbox: fixture.outbox,
    devices,
    terminal: { pickUp: { cells: [{ device: 'locker', board: 1, from: 1, to: 12 }], doors: 'watched', leftOpenSeconds: 3_000, overdueDays: 15, codeAlone: true }, devices: [] },
    timeZone: 'Asia/Shanghai',
    log: { info: () => undefined, warn: () => undefined },
  });
  fixture.outbox.start();
  lockers.start();
});
afterAll(async () => {
  await lockers.stop();
  await fixture.close();
  await driver.close();
  await emulator.close();
  await platform.close();
  rmSync(dir, { recursive: true, force: true });
});

const eventually = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const office = (path: string, form: Record<string, string> = {}): Promise<Response> => fetch(`${url}/office/cases/${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
const kept = (): { state: string; code: string; cell: string | null } => platform.platform.db.prepare('SELECT state, code, cell FROM originals').get() as never;

test('an original is told of once, put into a cell, found by its code, handed to its owner, and the platform hears of each', async () => {
  // A case that this platform has approved; where it was applied for does not matter to the locker.
  const elsewhere = new TestTerminal(url, 'zzt-06');
  await fetch(new URL('/', url));
  expect((await elsewhere.request('POST', '/v1/terminals', { json: { terminal: 'zzt-06', hall: 'hall', enrolmentCode: 'code', publicKey: elsewhere.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), incarnation: elsewhere.incarnation } })).status).toBeLessThan(300);
  const caseNumber = '2026112200060001';
  const body = elsewhere.submitted(caseNumber, { materials: [] });
  if (body.kind !== 'submitted') throw new Error('no case');
  expect((await elsewhere.tell('c-other', 1, { ...body, applicant: { ...body.applicant, name: people.zhang.name, idNumber: people.zhang.idNumber } })).status).toBe(201);
  expect((await office(`${caseNumber}/original`)).status).toBe(303);
  expect(platform.platform.db.prepare('SELECT COUNT(*) AS n FROM originals').get()).toEqual({ n: 0 });
  expect((await office(`${caseNumber}/approve`, { round: '1' })).status).toBe(303);
  // The hall's locker is at another terminal than the one where the case began.
  platform.platform.db.prepare("UPDATE cases SET terminal = 'zzt-05' WHERE case_number = ?").run(caseNumber);
  await office(`${caseNumber}/original`);
  await office(`${caseNumber}/original`);
  expect(platform.platform.db.prepare('SELECT COUNT(*) AS n FROM originals').get()).toEqual({ n: 1 });
  const { code } = kept();
  expect(code).toMatch(/^QJ\d{8}$/);
  await eventually(() => lockers.view()?.waiting.length === 1);

  const [waiting] = lockers.view()?.waiting ?? [];
  expect(waiting).toMatchObject({ caseNumber, name: '张**' });
  expect(lockers.load({ document: waiting?.document ?? '', cell: '7', by: 'lin' })).toEqual({ ok: true, cell: '7' });
  await eventually(() => emulator.isOpen(1, 7));
  await eventually(() => lockers.view()?.cells[6]?.step === 'open');
  expect(lockers.put('7', 'lin')).toEqual({ ok: false, refusal: 'door-open' });
  emulator.closeDoor(1, 7);
  await eventually(() => lockers.view()?.cells[6]?.step === 'closed');
  expect(lockers.put('7', 'lin').ok).toBe(true);
  await eventually(() => kept().state === 'loaded');
  expect(kept().cell).toBe('7');

  expect(lockers.ofPerson(people.zhang.idNumber)).toMatchObject([{ document: waiting?.document, cell: '7' }]);
  expect(lockers.ofCode(code)).toMatchObject({ document: waiting?.document });
  expect(lockers.handOver(waiting?.document ?? '').ok).toBe(true);
  await eventually(() => lockers.fate(waiting?.document ?? '').at === 'open');
  emulator.closeDoor(1, 7);
  await eventually(() => lockers.fate(waiting?.document ?? '').at === 'collected');
  await eventually(() => kept().state === 'collected');
  expect(emulator.pulses).toEqual([{ board: 1, cell: 7 }, { board: 1, cell: 7 }]);
  expect(await (await fetch(`${url}/office/cases/${caseNumber}`)).text()).toContain('本人取走了');
}, 60_000);
