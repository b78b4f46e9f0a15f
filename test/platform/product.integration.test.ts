/** The product's own client, uploads and adapter against this platform: both sides read the wire alike. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../electron/audit/index.ts';
import { systemClock } from '../../electron/clock/index.ts';
import { caseMessage, createPlatformClient, createPlatformLink, loadAdapters, receipt, sha256Hex, uploadMaterial, WIRE, type PlatformLink } from '../../electron/platform/index.ts';
import { openStorage, type Storage } from '../../electron/storage/index.ts';
import { DEMO_CODE, createPlatform } from './server.ts';
import { HOUSING_CODE, INSURANCE_CODE, PERSON, TestTerminal } from './terminal.fixture.ts';

const dir = mkdtempSync(join(tmpdir(), 'hall24-platform-'));
const person = { ...PERSON, nameLatin: null, issuer: null, validFrom: '2020-01-01', validTo: null, passNumber: null, issueCount: null };
const signal = new AbortController().signal;
const HALL = { id: 'qingxi' };
let platform: Awaited<ReturnType<typeof createPlatform>>;
let storage: Storage;
let link: PlatformLink;
let url = '';

beforeAll(async () => {
  platform = await createPlatform({ dir: join(dir, 'platform'), control: true });
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  storage = openStorage({ home: join(dir, 'home'), clock: systemClock });
  link = createPlatformLink({ storage, audit: createAudit({ storage, clock: systemClock }), clock: systemClock, hall: { id: 'qingxi', demo: true, platform: { url, enrolmentCode: DEMO_CODE } }, terminalId: 'terminal-5' });
});
afterAll(async () => {
  storage.close();
  await platform.close();
  rmSync(dir, { recursive: true });
});

describe('the product and the platform', () => {
  it('enrol by themselves, look a person up and issue a certificate, proved by signature', async () => {
    const client = createPlatformClient({ link, storage, hall: HALL });
    expect(await client.lookUp(HOUSING_CODE, person, signal)).toMatchObject({ ok: true, value: { licences: ['household-register'] } });
    const [first, again] = [await client.issue('c-1', INSURANCE_CODE, person, signal), await client.issue('c-1', INSURANCE_CODE, person, signal)];
    expect(first).toMatchObject({ ok: true });
    expect(again).toEqual(first);
    expect(client.reachable()).toBe(true);
    expect(await client.issue('c-2', 'no such item', person, signal)).toMatchObject({ ok: false, kind: 'refused' });
  });

  it('say whose code a telephone shows: once, for a short time, proved by signature, and nothing of it is kept but its digest', async () => {
    const client = createPlatformClient({ link, storage, hall: HALL });
    const give = async (lifeSeconds: number): Promise<string> => {
      const answer = await fetch(`${url}/control/identity-codes`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ idNumber: '990101195103140034', birthDate: '1951-03-14', lifeSeconds }) });
      return ((await answer.json()) as { code: string }).code;
    };
    const code = await give(120);
    expect(await client.identify(code, signal)).toEqual({ ok: true, value: { outcome: 'verified', idNumber: '990101195103140034', birthDate: '1951-03-14' } });
    expect(await client.identify(code, signal)).toEqual({ ok: true, value: { outcome: 'used' } });
    expect(await client.identify(await give(0), signal)).toEqual({ ok: true, value: { outcome: 'expired' } });
    expect(await client.identify('CITYID-0000000000', signal)).toEqual({ ok: true, value: { outcome: 'unknown' } });
    expect(await client.identify('x'.repeat(501), signal)).toEqual({ ok: true, value: { outcome: 'unknown' } });
    // The same question told again, because its answer was lost, is answered the same.
    const fresh = await give(120);
    const asked = { method: 'POST' as const, path: WIRE.identityCode, body: JSON.stringify({ code: fresh, purpose: 'queue-number' }), idempotencyKey: `${storage.incarnation}.terminal-5.abc.code` };
    expect(await link.request(asked)).toMatchObject({ kind: 'answer', json: { outcome: 'verified', codeDigest: sha256Hex(fresh) } });
    expect(await link.request(asked)).toMatchObject({ kind: 'answer', json: { outcome: 'verified' } });
    expect(await link.request({ ...asked, idempotencyKey: `${storage.incarnation}.terminal-6.abc.code` })).toMatchObject({ kind: 'refused', reason: 'key-mismatch' });
    const away = createPlatformClient({ link: { ...link, request: async () => ({ kind: 'unreachable', reason: 'cut' }) }, storage, hall: HALL });
    expect(await away.identify(fresh, signal)).toMatchObject({ ok: false, kind: 'unreachable' });
    const forged = createPlatformClient({ link: { ...link, request: async () => ({ kind: 'answer', status: 200, json: { codeDigest: sha256Hex(fresh), outcome: 'verified', person: { idNumber: '1', birthDate: '1951-03-14' }, signature: 'AAAA' } }) }, storage, hall: HALL });
    expect(await forged.identify(fresh, signal)).toMatchObject({ ok: false, kind: 'unreachable' });
    const files = readdirSync(join(dir, 'platform')).filter((name) => name.startsWith('platform.sqlite'));
    expect(files.some((name) => readFileSync(join(dir, 'platform', name)).includes(fresh))).toBe(false);
  });

  it('bring a page over, in pieces; one that is not the page announced is begun anew', async () => {
    const page = randomBytes(700_000);
    let discarded = 0;
    const source = { materialId: 'income-statement', caseId: 'c-1', digest: sha256Hex(page), bytes: page.byteLength, contentType: 'image/jpeg', url: null, read: (start: number, end: number) => page.subarray(start, end), begun: () => undefined, discarded: () => void (discarded += 1) };
    expect(await uploadMaterial(link, source, signal)).toEqual({ kind: 'confirmed' });
    expect(await uploadMaterial(link, source, signal)).toEqual({ kind: 'confirmed' });
    expect(await uploadMaterial(link, { ...source, digest: 'ef'.repeat(32) }, signal)).toEqual({ kind: 'unreachable', reason: 'status-422' });
    expect(discarded).toBe(1);
  });

  it('agree on a message and its receipt', async () => {
    const body = caseMessage.parse(new TestTerminal(url, 'terminal-5').submitted('2026112200050099'));
    const json = JSON.stringify({ incarnation: storage.incarnation, terminal: 'terminal-5', caseId: 'c-9', sequence: 1, body });
    const answer = await link.request({ method: 'POST', path: WIRE.messages, body: json, idempotencyKey: `${storage.incarnation}.terminal-5.c-9.1` });
    expect(answer).toMatchObject({ kind: 'answer', status: 201 });
    expect(receipt.parse(answer.kind === 'answer' ? answer.json : null).digest).toBe(sha256Hex(json));
    expect(await link.request({ method: 'GET', path: `${WIRE.changes}?after=0&limit=100` })).toMatchObject({ kind: 'answer', json: { next: 0, changes: [] } });
  });

  it('fill the housing bureau\'s form from the case, typing nothing again', async () => {
    const adapter = loadAdapters(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'), url).get('public-rental-housing');
    const body = caseMessage.parse(new TestTerminal(url, 'terminal-5').submitted('2026112200050099'));
    if (adapter === undefined || body.kind !== 'submitted') throw new Error('the demo hall has no adapter');
    const form = adapter.form(body, 'key-1');
    expect(await adapter.send(form, signal)).toEqual({ kind: 'kept', status: 201 });
    expect(await adapter.send(form, signal)).toEqual({ kind: 'kept', status: 200 });
    const { cases } = (await (await fetch(`${url}/control/cases`)).json()) as { cases: Record<string, unknown> };
    expect(cases['2026112200050099']).toMatchObject({ bureauForms: 1, messages: 1 });
  });
});
