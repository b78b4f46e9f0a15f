/** A number becomes an appointment between the real hall, the real reference platform and a line that is cut; and on its day the appointment becomes a number. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ok } from '../../drivers/contract.ts';
import { loadHall, type HallConfig } from '../../kiosk-config/index.ts';
import { createPlatform } from '../../test/platform/server.ts';
import { createAudit } from '../audit/index.ts';
import { ManualClock, systemClock } from '../clock/index.ts';
import { createPlatformClient, createPlatformLink } from '../platform/index.ts';
import { createLedger } from '../printing/index.ts';
import { createBookings, type TakeOutcome, type TicketView } from '../queue/index.ts';
import { World } from '../session/fixtures.ts';
import { openStorage } from '../storage/index.ts';
import { BookingDesk } from './booking-desk.ts';
import type { Deps } from './deps.ts';
import { startHallRole } from './hall.ts';
import { Mouth } from './mouth.ts';

const MONDAY = Date.parse('2026-11-23T10:24:00+08:00');
const quiet = () => undefined;
let dir = '';
let platform: Awaited<ReturnType<typeof createPlatform>>;
let platformClock: ManualClock;
let url = '';
let config: HallConfig;
const clean: (() => unknown)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hall24-booked-'));
  clean.push(() => rmSync(dir, { recursive: true, force: true }));
  platformClock = new ManualClock(MONDAY);
  platform = await createPlatform({ dir: join(dir, 'platform'), control: true, clock: platformClock });
  clean.push(() => platform.close());
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  const loaded = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'), { terminal: 'terminal-5', overrides: { platformUrl: url } });
  if (!loaded.ok) throw new Error('the demonstration hall has mistakes');
  ({ config } = loaded);
});
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

const control = (path: string, body: object): Promise<Response> => fetch(`${url}/control/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const held = (): number => (platform.platform.db.prepare('SELECT COUNT(*) AS n FROM appointments').get() as { n: number }).n;

/** A terminal with its hall's queue at this moment, on the memory of the one before. */
const terminal = async (wall: number) => {
  const home = join(dir, 'home');
  mkdirSync(join(home, 'keys'), { recursive: true });
  const clock = new ManualClock(wall);
  const storage = openStorage({ home, clock });
  const audit = createAudit({ storage, clock });
  const { hall, terminal: own, items, queue: rules } = config;
  if (rules === null) throw new Error('the demonstration hall has a queue');
  const link = createPlatformLink({ storage, audit, clock: systemClock, hall, terminalId: own.id, timeoutMs: 5_000 });
  const role = await startHallRole({ config: { hall: { ...hall, demo: false }, terminal: own, items }, rules, desk: { doubts: () => [], settlePaper: () => 'unknown' }, serve: { host: '127.0.0.1', port: 0, names: [] }, storage, clock, audit, link, log: { info: quiet, warn: quiet, error: quiet }, pages: home });
  const world = new World();
  const bookings = createBookings(storage);
  const client = createPlatformClient({ link, storage, hall });
  const deps = {
    clock,
    config: { hall, terminal: own, items },
    ledger: createLedger({ storage, audit, clock, timeZone: hall.timeZone }),
    bookings,
    queue: rules,
    tickets: role.tickets,
    platform: client,
    printing: { appointmentSlip: async () => ({ ok: true, value: { parts: [] } }) },
    devices: { command: async () => ok({ delivery: 'taken' as const }) },
    audit,
    log: { info: quiet, warn: quiet, error: quiet },
  } as unknown as Deps;
  const desk: BookingDesk = new BookingDesk(
    deps,
    (event) => {
      for (const effect of world.on(event)) {
        if (effect.do === 'print-appointment') desk.print(world.state);
        if (effect.do === 'find-times') desk.findTimes(effect.ticket, effect.classId);
      }
    },
    new Mouth(deps),
  );
  desk.start(null, false, () => world.state);
  /** The desk has done what there is to do, and what was to wait for the ticket. */
  const idle = async (): Promise<void> => {
    await desk.idle();
    clock.advance(200);
    await desk.idle();
  };
  let ended: Promise<void> | null = null;
  const close = (): Promise<void> =>
    (ended ??= (async () => {
      await desk.stop();
      await role.stop();
      storage.close();
    })());
  clean.push(close);
  const taken = (outcome: TakeOutcome): TicketView => {
    if (!outcome.ok) throw new Error(outcome.refusal);
    return outcome.ticket;
  };
  return {
    world,
    role,
    bookings,
    client,
    close,
    idle,
    view: (ticket: TicketView) => role.tickets.view(ticket.ticket),
    checkIn: (code: string) => role.tickets.checkIn(code, null),
    /** Takes a number, and the platform tells what is free in its place. */
    async take(): Promise<TicketView> {
      const ticket = taken(await role.tickets.take({ class: 'real-estate', item: null, priority: null, identified: false }));
      world.touch({ type: 'open-numbers' });
      world.touch({ type: 'take-number', class: 'real-estate' });
      for (const effect of world.on({ type: 'number-taken', ticket, code: ticket.ticket, sessionId: 'two' })) if (effect.do === 'find-times') desk.findTimes(effect.ticket, effect.classId);
      await idle();
      return ticket;
    },
    /** Chooses the earliest time of a day, and says yes. */
    async book(day: string): Promise<string> {
      world.touch({ type: 'open-times' });
      const { page } = world.state;
      const time = page.at === 'times' ? (page.back.times ?? []).find((one) => one.startsWith(day)) : undefined;
      if (time === undefined) throw new Error(`no time at ${page.at}`);
      world.touch({ type: 'choose-time', time });
      for (const effect of world.touch({ type: 'book' })) if (effect.do === 'book-time') desk.book(effect.ticket, effect.classId, effect.time);
      await idle();
      return time;
    },
  };
};

it('the number is given back when the platform has agreed, and on its day the code checks its holder in', async () => {
  const monday = await terminal(MONDAY);
  const ticket = await monday.take();
  const time = await monday.book('2026-11-24');
  const { page } = monday.world.state;
  if (page.at !== 'appointment') throw new Error(page.at);
  expect(page).toMatchObject({ time, numberBack: 'given-back', paper: { state: 'confirmed' } });
  expect(time).toBe('2026-11-24T09:30:00+08:00');
  expect(monday.view(ticket)?.state).toBe('given-back');
  expect(monday.bookings.list()).toEqual([]);
  expect(held()).toBe(1);
  // Not today.
  expect(await monday.checkIn(page.appointmentCode)).toMatchObject({ ok: false, refusal: 'other-day' });
  await monday.close();

  platformClock.advance(23 * 3_600_000);
  const tuesday = await terminal(MONDAY + 23 * 3_600_000);
  const checkedIn = await tuesday.checkIn(page.appointmentCode);
  expect(checkedIn).toMatchObject({ ok: true, ticket: { class: 'real-estate', state: 'waiting', agreed: time } });
  expect(await tuesday.checkIn(page.appointmentCode)).toMatchObject({ ok: false, refusal: 'already-checked-in' });
}, 120_000);

it('a time that was filled meanwhile is told, others are shown, and the number stays', async () => {
  await control('appointment-offers', { hall: config.hall.id, class: 'real-estate', capacity: 1 });
  const here = await terminal(MONDAY);
  const ticket = await here.take();
  await control('appointments', { hall: config.hall.id, day: '20261124', class: 'real-estate', at: '2026-11-24T09:30:00+08:00' });
  await here.book('2026-11-24');
  const { page } = here.world.state;
  expect(page).toMatchObject({ at: 'times', gone: '2026-11-24T09:30:00+08:00' });
  expect(page.at === 'times' ? page.back.times : []).not.toContain('2026-11-24T09:30:00+08:00');
  expect(here.view(ticket)?.state).toBe('waiting');
  expect(held()).toBe(1);
}, 120_000);

it('an answer that broke off leaves the number, and after the cut nothing is agreed on; asked again, it is agreed on once', async () => {
  const here = await terminal(MONDAY);
  const ticket = await here.take();
  await control('mode', { mode: 'half-body' });
  await here.book('2026-11-24');
  expect(here.world.state.page).toMatchObject({ at: 'ticket', notBooked: 'unanswered' });
  expect(here.view(ticket)?.state).toBe('waiting');
  expect(here.bookings.list()).toMatchObject([{ state: 'withdraw' }]);
  await control('mode', { mode: 'normal' });
  await here.book('2026-11-24');
  expect(here.world.state.page).toMatchObject({ at: 'appointment', numberBack: 'given-back' });
  expect(here.view(ticket)?.state).toBe('given-back');
  expect(held()).toBe(1);
}, 120_000);

it('the terminal dies after the platform agreed and before anybody was shown it: the number stays, and the time is free again', async () => {
  const first = await terminal(MONDAY);
  const ticket = await first.take();
  // So far the desk had come when its agent was killed.
  const key = first.client.bookingKey();
  first.bookings.save({ key, ticket: ticket.ticket, class: ticket.class, state: 'asked' });
  expect(await first.client.book(key, { classId: ticket.class, item: null, at: '2026-11-24T09:30:00+08:00' }, new AbortController().signal)).toMatchObject({ ok: true });
  expect(held()).toBe(1);
  await first.close();
  const second = await terminal(MONDAY + 60_000);
  await second.idle();
  expect(held()).toBe(0);
  expect(second.bookings.list()).toEqual([]);
  expect(second.view(ticket)?.state).toBe('waiting');
}, 120_000);

it('a number that a counter calls while the platform is asked is not given back, and that is told', async () => {
  const here = await terminal(MONDAY);
  const ticket = await here.take();
  await control('mode', { mode: 'slow', delayMs: 300 });
  const booking = here.book('2026-11-24');
  await here.role.queue.run({ type: 'open', counter: '4', clerk: 'lin' });
  await here.role.queue.run({ type: 'next', counter: '4', clerk: 'lin' });
  await booking;
  expect(here.world.state.page).toMatchObject({ at: 'appointment', numberBack: 'not' });
  expect(here.view(ticket)?.state).toBe('called');
}, 120_000);
