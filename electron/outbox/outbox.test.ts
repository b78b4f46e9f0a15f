import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/index.ts';
import { answers, newHome, openFixture, people, removeHome, type Fixture } from '../cases/fixture.ts';
import type { OutboxOptions } from './index.ts';
import { startStandIn, type StandIn, type Trick } from './stand-in.ts';

let home: string;
let platform: StandIn;
let fixture: Fixture;
const FAST = { baseMs: 2, capMs: 10, random: Math.random };
const open = (adapter = false, outbox: Partial<OutboxOptions> = {}): Fixture => openFixture(home, { clock: systemClock, platformUrl: platform.url, adapter, outbox: { backOff: FAST, pollMs: 5, ...outbox } });
beforeEach(async () => {
  home = newHome();
  platform = await startStandIn();
  fixture = open();
});
afterEach(async () => {
  await fixture.close();
  await platform.close();
  removeHome(home);
});

const apply = (item: string, pages: Uint8Array[] = []): string => {
  const { caseId } = fixture.cases.openDraft(item, people.zhang);
  fixture.cases.saveAnswers(caseId, answers);
  for (const data of pages) fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data, findings: [] });
  fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: null });
  return caseId;
};
const eventually = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
const auditCount = (event: string): number => (fixture.storage.prepare('SELECT COUNT(*) AS n FROM audit WHERE event = ?').get(event) as { n: number }).n;
const restart = async (adapter = false, outbox: Partial<OutboxOptions> = {}): Promise<void> => {
  await fixture.close();
  fixture = open(adapter, outbox);
  fixture.outbox.start();
};

describe('a case', () => {
  it('reaches the platform with its pages, and its receipt is kept', async () => {
    const page = Buffer.alloc(700_000, 3);
    fixture.outbox.start();
    const caseId = apply('a', [page, Buffer.from('small')]);
    await fixture.outbox.idle();
    expect(platform.stored.map((message) => [message.caseId, message.sequence, message.body.kind])).toEqual([[caseId, 1, 'submitted']]);
    expect([...platform.pages.values()].map((bytes) => bytes.length).sort((a, b) => a - b)).toEqual([5, 700_000]);
    expect(fixture.cases.get(caseId)?.state).toBe('received');
    const [row] = fixture.outbox.rows(caseId);
    expect(row).toMatchObject({ state: 'delivered', receipt: { key: row?.key } });
    expect(fixture.link.reachable()).toBe(true);
    expect([auditCount('platform.enrolled'), auditCount('case.delivered')]).toEqual([1, 1]);
  });
  it('arrives once, whatever the platform and the network answer', async () => {
    const tricks: Trick[] = ['reset-before', 'reset-after', '500', '503-after', '429', 'html', 'half-body', 'bad-json', 'wrong-digest', 'wrong-signature', 'wrong-key', '409', '401'];
    platform.tricks.push(...tricks);
    fixture.outbox.start();
    const caseId = apply('a');
    await fixture.outbox.idle();
    expect(platform.tricks).toEqual([]);
    expect(platform.stored).toHaveLength(1);
    expect(fixture.cases.get(caseId)).toMatchObject({ state: 'received', quarantined: false });
    expect(auditCount('receipt.refused')).toBe(3);
    expect(auditCount('platform.enrolled')).toBe(2);
  });
  it('that is refused waits for staff, and the others pass', async () => {
    const bad = apply('bad');
    platform.rejects.add(bad);
    const good = apply('good');
    fixture.cases.rate(bad, 4);
    fixture.outbox.start();
    await fixture.outbox.idle();
    expect(platform.stored.map((message) => message.caseId)).toEqual([good]);
    expect(fixture.cases.get(bad)).toMatchObject({ state: 'stored', quarantined: true });
    expect(fixture.outbox.rows(bad)).toMatchObject([{ state: 'quarantined', reason: 'not-acceptable' }, { state: 'waiting' }]);
    expect(fixture.outbox.waiting()).toEqual({ waiting: 1, quarantined: 1 });
    expect(auditCount('case.quarantined')).toBe(1);
    platform.rejects.delete(bad);
    fixture.outbox.release(bad, 'clerk-1');
    await fixture.outbox.idle();
    expect(platform.stored.filter((message) => message.caseId === bad).map((message) => message.body.kind)).toEqual(['submitted', 'rated']);
    expect(fixture.cases.get(bad)).toMatchObject({ state: 'received', quarantined: false });
  });
  it('goes on with its upload where a cut left off, after a restart too', async () => {
    const page = Buffer.from(Array.from({ length: 900_000 }, (_, index) => index & 255));
    platform.cutUploadsAfter = 300_000;
    fixture.outbox.start();
    apply('a', [page]);
    await eventually(() => platform.patches > 3);
    await restart();
    platform.cutUploadsAfter = null;
    await fixture.outbox.idle();
    expect([...platform.pages.values()][0]?.equals(page)).toBe(true);
    expect(platform.requests.some((request) => request.startsWith('HEAD /v1/materials/'))).toBe(true);
    expect(platform.stored).toHaveLength(1);
  });
  it('waits for a network that comes back', async () => {
    const url = platform.url;
    await fixture.close();
    fixture = openFixture(home, { clock: systemClock, platformUrl: 'http://127.0.0.1:1', outbox: { backOff: FAST } });
    fixture.outbox.start();
    apply('a');
    apply('b');
    await eventually(() => fixture.link.reachable() === false);
    await fixture.close();
    fixture = openFixture(home, { clock: systemClock, platformUrl: url, outbox: { backOff: FAST } });
    fixture.outbox.start();
    await fixture.outbox.idle();
    expect(platform.stored).toHaveLength(2);
  });
  it('fills the form of the line-of-business system once, with no field typed again', async () => {
    await restart(true);
    const caseId = apply('a');
    await fixture.outbox.idle();
    expect(platform.forms.size).toBe(1);
    const form = new URLSearchParams([...platform.forms.values()][0]);
    expect(Object.fromEntries(form)).toMatchObject({ SQRXM: '张示例', ZJHM: people.zhang.idNumber, HYZK: '20', POXM: '李示例', SQHX: '2', CSRQ: '19900307', DHTZ: '1' });
    expect(fixture.outbox.rows(caseId).map((row) => [row.recipient, row.state])).toEqual([['platform', 'delivered'], ['adapter:public-rental-housing', 'delivered']]);
  });
  it('whose form cannot be filled goes to the platform all the same, and staff see it', async () => {
    await restart(true);
    const { caseId } = fixture.cases.openDraft('a', people.zhang);
    fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: null });
    await fixture.outbox.idle();
    expect(platform.stored).toHaveLength(1);
    expect(fixture.outbox.rows(caseId)).toMatchObject([{ state: 'delivered' }, { state: 'quarantined', reason: 'mapping' }]);
  });
});

describe('decisions', () => {
  it('come down the feed, in order, each once, over restarts', async () => {
    fixture.outbox.start();
    const caseId = apply('a');
    await fixture.outbox.idle();
    const number = fixture.cases.get(caseId)?.caseNumber ?? '';
    const certificate = { number: 'C-1', issuedAt: '2026-11-22T09:00:00+08:00', values: { a: 1 }, verificationCode: 'v' };
    platform.changes.push({ kind: 'case-returned', caseNumber: number, points: [{ target: { kind: 'field', id: 'phone' }, note: '号码少一位' }, { target: null, note: '请补一页' }] });
    await eventually(() => fixture.cases.get(caseId)?.state === 'to-correct');
    expect(fixture.cases.get(caseId)?.corrections).toHaveLength(2);
    fixture.cases.reopenForCorrection(caseId);
    fixture.cases.saveAnswers(caseId, { ...answers, phone: { value: '13900139000', source: 'typed' } });
    const again = fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: null });
    expect([again.caseNumber, again.chainNumber]).toEqual([number, 2]);
    await fixture.outbox.idle();
    expect(platform.stored.map((message) => (message.body.kind === 'submitted' ? message.body.round : 0))).toEqual([1, 2]);
    platform.changes.push({ kind: 'case-approved', caseNumber: number, note: null, certificate }, { kind: 'case-refused', caseNumber: '2026112299900011', note: 'of another life' });
    await restart();
    await eventually(() => auditCount('case.decided') === 3);
    expect(fixture.cases.get(caseId)).toMatchObject({ state: 'approved', certificate, corrections: [] });
    await restart();
    await eventually(() => platform.requests.at(-1) === 'GET /v1/changes?after=3&limit=100');
    expect(auditCount('case.decided')).toBe(3);
  });
});

describe('decisions of a kind that only a newer program knows', () => {
  const older = { changeKinds: ['case-approved', 'case-returned'] };
  const numberOf = (caseId: string): string => fixture.cases.get(caseId)?.caseNumber ?? '';
  const approved = (caseId: string) => ({ kind: 'case-approved' as const, caseNumber: numberOf(caseId), note: null, certificate: null });
  const rereads = (): number => platform.requests.filter((request) => request === 'GET /v1/changes?after=1&limit=100').length;

  it('hold up no other, are on record, and come once as soon as a program runs that knows them', async () => {
    await restart(false, older);
    const [one, two, three] = [apply('a'), apply('b'), apply('c')];
    await fixture.outbox.idle();
    platform.changes.push(approved(one), { kind: 'case-refused', caseNumber: numberOf(two), note: '名下有住房' }, approved(three));
    await eventually(() => fixture.cases.get(three)?.state === 'approved');
    expect([one, two, three].map((caseId) => fixture.cases.get(caseId)?.state)).toEqual(['approved', 'received', 'approved']);
    expect(auditCount('platform.change-unknown')).toBe(1);
    await restart(false, older);
    await eventually(() => platform.requests.at(-1) === 'GET /v1/changes?after=3&limit=100');
    expect([auditCount('case.decided'), auditCount('platform.change-unknown')]).toEqual([2, 1]);

    await restart();
    await eventually(() => fixture.cases.get(two)?.state === 'refused');
    expect(auditCount('case.decided')).toBe(3);
    const times = rereads();
    await restart();
    await eventually(() => platform.requests.at(-1) === 'GET /v1/changes?after=3&limit=100');
    expect([auditCount('case.decided'), rereads()]).toEqual([3, times]);
  });

  it('that are on more pages than one are all found, in order, and those that nobody knows yet stay for later', async () => {
    await restart(false, { changeKinds: ['case-approved'] });
    const caseIds = Array.from({ length: 3 }, (_, index) => apply(`item-${index}`));
    await fixture.outbox.idle();
    const [first, second, last] = caseIds as [string, string, string];
    const strange = { kind: 'weather', says: 'rain' } as never;
    platform.changes.push(strange, { kind: 'case-refused', caseNumber: numberOf(first), note: 'one' });
    for (let n = 0; n < 210; n += 1) platform.changes.push({ kind: 'case-approved', caseNumber: '2026112299900011', note: null, certificate: null });
    platform.changes.push(strange, { kind: 'case-refused', caseNumber: numberOf(second), note: 'two' }, approved(last));
    await eventually(() => fixture.cases.get(last)?.state === 'approved');
    const before = auditCount('case.decided');
    await restart();
    await eventually(() => fixture.cases.get(second)?.state === 'refused');
    expect(fixture.cases.get(first)?.state).toBe('refused');
    expect(auditCount('case.decided')).toBe(before + 2);
    const passed = fixture.storage.prepare("SELECT value FROM meta WHERE name = 'feed-passed-over'");
    await eventually(() => (JSON.parse((passed.get() as { value: string }).value) as { kinds: string[] }).kinds.join(',') === 'weather');
    expect(JSON.parse((passed.get() as { value: string }).value)).toEqual({ after: 0, kinds: ['weather'], at: 0 });
  });

  it('of a known kind that cannot be read are refused as before', async () => {
    fixture.outbox.start();
    platform.changes.push({ kind: 'case-refused' } as never);
    await eventually(() => auditCount('platform.feed-refused') > 0);
    expect([auditCount('case.decided'), auditCount('platform.change-unknown')]).toEqual([0, 0]);
  });
});

describe('under restarts, duplicates and faults in any order', () => {
  it('every message arrives exactly once, in order within its case', async () => {
    const trick = fc.constantFrom<Trick>('reset-before', 'reset-after', '500', '503-after', 'html', 'half-body', 'wrong-digest', '409');
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: 'submit' as const }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('rate' as const), of: fc.nat(9) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('trick' as const), trick }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'breathe' as const }) },
    );
    let item = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        platform.stored.length = 0;
        platform.tricks.length = 0;
        const expected = new Map<string, string[]>();
        await restart();
        for (const next of steps) {
          const known = [...expected.keys()];
          if (next.kind === 'submit') expected.set(apply(`item-${item++}`), ['submitted']);
          if (next.kind === 'rate' && known.length > 0) {
            const caseId = known[next.of % known.length] ?? '';
            fixture.cases.rate(caseId, 5);
            if (expected.get(caseId)?.length === 1) expected.get(caseId)?.push('rated');
          }
          if (next.kind === 'trick') platform.tricks.push(next.trick);
          if (next.kind === 'restart') await restart();
          if (next.kind === 'breathe') await new Promise((resolve) => setImmediate(resolve));
        }
        await fixture.outbox.idle();
        const arrived = new Map<string, string[]>();
        for (const message of platform.stored) arrived.set(message.caseId, [...(arrived.get(message.caseId) ?? []), message.body.kind]);
        expect(arrived).toEqual(expected);
        expect(fixture.outbox.waiting()).toEqual({ waiting: 0, quarantined: 0 });
      }),
      { numRuns: 8 },
    );
  });
});
