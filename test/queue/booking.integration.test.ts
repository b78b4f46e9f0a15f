/** 换成预约 at a terminal that is paired with a hall: the time is the platform's word, the number goes back to the hall, also when the hall is away meanwhile. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BookingDesk } from '../../electron/agent/booking-desk.ts';
import type { Deps } from '../../electron/agent/deps.ts';
import { Mouth } from '../../electron/agent/mouth.ts';
import { createAudit } from '../../electron/audit/index.ts';
import { ManualClock, systemClock } from '../../electron/clock/index.ts';
import { createPlatformClient, createPlatformLink } from '../../electron/platform/index.ts';
import { createBookings, createDispenserClient, createDispenserStore, createHallWire, type DispenserClient } from '../../electron/queue/index.ts';
import { NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { World } from '../../electron/session/fixtures.ts';
import { openStorage } from '../../electron/storage/index.ts';
import { createPlatform, DEMO_CODE } from '../platform/server.ts';
import { HALL, openLanHall, type LanHall } from './lan-hall.ts';

const quiet = () => undefined;
let root = '';
let clock: ManualClock;
let platform: Awaited<ReturnType<typeof createPlatform>>;
let url = '';
let hall: LanHall;
const clean: (() => unknown)[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'hall24-paired-'));
  clean.push(() => rmSync(root, { recursive: true, force: true }));
  clock = new ManualClock(NINE);
  platform = await createPlatform({ dir: join(root, 'platform'), clock });
  clean.push(() => platform.close());
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  hall = await openLanHall({ home: join(root, 'hall'), clock, rules: RULES, platform: url });
  clean.push(() => hall.close());
});
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

/** Lets time pass until it is so. */
const until = async (so: () => boolean, what: string): Promise<void> => {
  for (let turn = 0; turn < 1_500; turn += 1) {
    if (so()) return;
    clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not so: ${what}`);
};

/** A paired terminal with somebody before his ticket, who said yes to the earliest time. */
const booking = async (beforeYes: () => Promise<void> = async () => undefined) => {
  const id = 'terminal-6';
  const home = join(root, id);
  mkdirSync(home, { recursive: true });
  const storage = openStorage({ home, clock });
  const store = createDispenserStore(storage, () => '20261123');
  const audit = createAudit({ storage, clock });
  const none = { hallLost: quiet, hallBack: quiet, joinRefused: quiet, reserveBurned: quiet, takeRefused: quiet, paired: quiet };
  const client: DispenserClient = createDispenserClient({ wire: createHallWire({ at: [hall.url], fingerprint: hall.fingerprint, terminalId: id, identity: storage.identity, kept: store, now: () => clock.wall() }), store, clock, hall: HALL, rules: RULES, items: [], terminalId: id, audit: none });
  expect(await client.pair(await hall.terminals.pair(id))).toBe('paired');
  client.start();
  await until(() => client.reachable(), 'the hall answers');
  const world = new World();
  const bookings = createBookings(storage);
  const link = createPlatformLink({ storage, audit, clock: systemClock, hall: { id: HALL.id, demo: true, platform: { url, enrolmentCode: DEMO_CODE } }, terminalId: id, timeoutMs: 5_000 });
  const deps = { clock, config: { hall: HALL, terminal: { id, number: 6, devices: [] } }, ledger: {}, bookings, queue: RULES, tickets: client, platform: createPlatformClient({ link, storage, hall: HALL }), audit, log: { info: quiet, warn: quiet, error: quiet } } as unknown as Deps;
  const desk: BookingDesk = new BookingDesk(
    deps,
    (event) => {
      for (const effect of world.on(event)) if (effect.do === 'find-times') desk.findTimes(effect.ticket, effect.classId);
    },
    new Mouth(deps),
  );
  world.terminal = { ...world.terminal, devices: [] };
  desk.start(null, false, () => world.state);
  clean.push(async () => {
    await desk.stop();
    await client.stop();
    storage.close();
  });
  const outcome = await client.take({ class: 'insurance', item: null, priority: null, identified: false });
  if (!outcome.ok) throw new Error(outcome.refusal);
  const { ticket } = outcome;
  world.touch({ type: 'open-numbers' });
  world.touch({ type: 'take-number', class: 'insurance' });
  world.on({ type: 'number-taken', ticket, code: ticket.ticket, sessionId: 'two' });
  desk.findTimes(ticket.ticket, ticket.class);
  // The ticket's paper goes before the question for free times.
  clock.advance(1_000);
  await desk.idle();
  world.touch({ type: 'open-times' });
  const { page } = world.state;
  const time = page.at === 'times' ? (page.back.times?.[0] ?? '') : '';
  world.touch({ type: 'choose-time', time });
  await beforeYes();
  for (const effect of world.touch({ type: 'book' })) if (effect.do === 'book-time') desk.book(effect.ticket, effect.classId, effect.time);
  await desk.idle();
  const shown = () => {
    if (world.state.page.at !== 'appointment') throw new Error(world.state.page.at);
    return world.state.page;
  };
  return { ticket, time, bookings, shown };
};

test('a number from the hall is given back to the hall, which then knows the agreed time', async () => {
  const { ticket, time, bookings, shown } = await booking();
  expect(shown()).toMatchObject({ time, numberBack: 'given-back' });
  expect(hall.queue.ticket(ticket.ticket)?.state).toBe('given-back');
  expect(bookings.list()).toEqual([]);
  expect(await hall.appointments.lookUp(shown().appointmentCode)).toMatchObject({ class: 'insurance', slot: Date.parse(time), hall: HALL.id });
});

test('with the hall away it is nobody’s from then on, and the hall hears it as soon as it answers', async () => {
  const { port } = hall;
  const { ticket, shown } = await booking(() => hall.close());
  expect(shown()).toMatchObject({ numberBack: 'given-back' });
  hall = await openLanHall({ home: join(root, 'hall'), clock, rules: RULES, port, platform: url });
  await until(() => hall.queue.ticket(ticket.ticket)?.state === 'given-back', 'the hall has it back');
});
