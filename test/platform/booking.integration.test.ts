/** An agreed time asked for at a terminal: the product's own client over the wire, a platform in trouble, and two who want the same time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../electron/audit/index.ts';
import { ManualClock, systemClock } from '../../electron/clock/index.ts';
import { createPlatformClient, createPlatformLink, WIRE, type Booked, type PlatformClient, type PlatformLink } from '../../electron/platform/index.ts';
import { openStorage, type Storage } from '../../electron/storage/index.ts';
import { DEMO_CODE, createPlatform } from './server.ts';

const HALL = { id: 'qingxi' };
const { signal } = new AbortController();
let dir = '';
let platform: Awaited<ReturnType<typeof createPlatform>>;
let url = '';
let storage: Storage;
let link: PlatformLink;
let client: PlatformClient;
let clock: ManualClock;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hall24-booking-'));
  clock = new ManualClock(Date.parse('2026-11-23T10:24:00+08:00'));
  platform = await createPlatform({ dir: join(dir, 'platform'), control: true, clock });
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  storage = openStorage({ home: join(dir, 'home'), clock: systemClock });
  link = createPlatformLink({ storage, audit: createAudit({ storage, clock: systemClock }), clock: systemClock, hall: { ...HALL, demo: true, platform: { url, enrolmentCode: DEMO_CODE } }, terminalId: 'terminal-5', timeoutMs: 5_000 });
  client = createPlatformClient({ link, storage, hall: HALL });
});
afterEach(async () => {
  storage.close();
  await platform.close();
  rmSync(dir, { recursive: true });
});

const control = (path: string, body: object): Promise<Response> => fetch(`${url}/control/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const capacity = (many: number): Promise<Response> => control('appointment-offers', { hall: HALL.id, class: 'real-estate', capacity: many });
const times = async (): Promise<string[]> => {
  const told = await client.freeTimes('real-estate', '20261123', signal);
  if (!told.ok) throw new Error(told.message);
  return told.value;
};
const book = (at: string, key = client.bookingKey()) => client.book(key, { classId: 'real-estate', item: null, at }, signal);
const booked = async (at: string, key = client.bookingKey()): Promise<Booked> => {
  const told = await book(at, key);
  if (!told.ok) throw new Error(told.message);
  return told.value;
};
const held = (): number => (platform.platform.db.prepare('SELECT COUNT(*) AS n FROM appointments').get() as { n: number }).n;

describe('free times', () => {
  it('are told the earliest first, from the next hour on, and not on days without counters', async () => {
    const [first, ...others] = await times();
    expect(first).toBe('2026-11-23T14:00:00+08:00');
    expect(others.toSorted((a, b) => Date.parse(a) - Date.parse(b))).toEqual(others);
    expect(others.filter((at) => [0, 6].includes(new Date(`${at.slice(0, 10)}T12:00:00Z`).getUTCDay()))).toEqual([]);
    expect((await client.freeTimes('real-estate', '20261124', signal))).toMatchObject({ ok: true, value: expect.arrayContaining(['2026-11-24T09:30:00+08:00']) });
  });

  it('there are none where the class takes no appointments, and none for a class that nobody knows', async () => {
    await capacity(0);
    expect(await times()).toEqual([]);
    expect(await client.freeTimes('no-such-class', '20261123', signal)).toEqual({ ok: true, value: [] });
    expect(await book('2026-11-23T14:00:00+08:00')).toMatchObject({ ok: false, kind: 'refused', message: 'no-such-slot' });
  });
});

describe('agreeing on a time', () => {
  it('gives a code under which it can be looked up, and takes its place from the others', async () => {
    await capacity(1);
    const [first = ''] = await times();
    const one = await booked(first);
    expect(one).toEqual({ code: expect.stringMatching(/^Y[0-9A-F]{12}$/), at: first, day: '20261123' });
    expect(await times()).not.toContain(first);
    expect(await link.request({ method: 'GET', path: WIRE.appointment(one.code) })).toMatchObject({ kind: 'answer', json: { hall: HALL.id, appointment: { id: one.code, class: 'real-estate', at: first } } });
  });

  it('is the same appointment however often it is asked for under the same key, and another question under it is refused', async () => {
    const [first = '', second = ''] = await times();
    const key = client.bookingKey();
    const one = await booked(first, key);
    expect(await booked(first, key)).toEqual(one);
    expect(await book(second, key)).toMatchObject({ ok: false, kind: 'refused', message: 'key-reused' });
    expect(held()).toBe(1);
  });

  it('at a time that others were quicker for is refused, and nothing is agreed', async () => {
    await capacity(1);
    const [first = ''] = await times();
    const answers = await Promise.all([book(first), book(first), book(first)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter((one) => !one.ok && one.kind === 'refused' && one.message === 'slot-full')).toHaveLength(2);
    expect(held()).toBe(1);
  });

  it('at a time that is over, between the times, or for another hall is refused', async () => {
    expect(await book('2026-11-20T14:00:00+08:00')).toMatchObject({ message: 'no-such-slot' });
    expect(await book('2026-11-24T14:07:00+08:00')).toMatchObject({ message: 'no-such-slot' });
    const other = createPlatformClient({ link, storage, hall: { id: 'elsewhere' } });
    expect(await other.book(client.bookingKey(), { classId: 'real-estate', item: null, at: '2026-11-24T14:00:00+08:00' }, signal)).toMatchObject({ ok: false, kind: 'refused', message: 'not-yours' });
    expect(await link.request({ method: 'POST', path: WIRE.appointments, body: JSON.stringify({ hall: HALL.id, class: 'real-estate', item: null, at: '2026-11-24T14:00:00+08:00' }), idempotencyKey: 'a.terminal-6.b.appointment' })).toMatchObject({ kind: 'refused', reason: 'key-mismatch' });
    expect(held()).toBe(0);
  });

  it('whose answer broke off is known by nobody, and withdrawn its place is free again', async () => {
    await capacity(1);
    const [first = ''] = await times();
    const key = client.bookingKey();
    await control('mode', { mode: 'half-body' });
    expect(await book(first, key)).toMatchObject({ ok: false, kind: 'unreachable' });
    expect(held()).toBe(1);
    expect(await client.withdrawBooking(key, signal)).toMatchObject({ ok: false, kind: 'unreachable' });
    await control('mode', { mode: 'normal' });
    expect(await client.withdrawBooking(key, signal)).toEqual({ ok: true, value: null });
    expect(await client.withdrawBooking(key, signal)).toEqual({ ok: true, value: null });
    expect(held()).toBe(0);
    expect(await times()).toContain(first);
  });

  it('that is withdrawn before it arrives is never agreed on', async () => {
    const [first = ''] = await times();
    const key = client.bookingKey();
    expect(await client.withdrawBooking(key, signal)).toMatchObject({ ok: true });
    expect(await book(first, key)).toMatchObject({ ok: false, kind: 'refused', message: 'withdrawn' });
    expect(held()).toBe(0);
  });

  it('a terminal withdraws nothing that another one asked for', async () => {
    expect(await client.withdrawBooking('a.terminal-6.b.appointment', signal)).toMatchObject({ ok: false, kind: 'refused', message: 'not-yours' });
  });

  it('an answer that the platform did not sign, or to another question, is none', async () => {
    const forged = (json: unknown): PlatformClient => createPlatformClient({ link: { ...link, request: async () => ({ kind: 'answer', status: 201, json }) }, storage, hall: HALL });
    const key = client.bookingKey();
    const at = '2026-11-24T14:00:00+08:00';
    const appointment = { id: 'Y0123456789AB', day: '20261124', class: 'real-estate', item: null, at };
    expect(await forged({ key, hall: HALL.id, appointment, time: at, signature: 'AAAA' }).book(key, { classId: 'real-estate', item: null, at }, signal)).toMatchObject({ ok: false, kind: 'unreachable' });
    expect(await forged({ key: 'other', hall: HALL.id, appointment, time: at, signature: 'AAAA' }).book(key, { classId: 'real-estate', item: null, at }, signal)).toMatchObject({ ok: false, kind: 'unreachable', message: 'not-understood' });
  });
});
