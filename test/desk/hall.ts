/** A hall on a temporary home: the real queue, staff and API over HTTPS, the pages as built, without a terminal around it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT } from '../screens/browser.ts';
import { hallCertificate } from '../../electron/agent/hall-api/authority.ts';
import { recentActs } from '../../electron/agent/hall-api/recent-acts.ts';
import { createRulesBook } from '../../electron/agent/hall-api/rules-book.ts';
import { createHallApi, type HallApiDeps } from '../../electron/agent/hall-api/server.ts';
import { createTerminalBook, type TerminalBook } from '../../electron/agent/hall-api/terminals.ts';
import { createStaffBook } from '../../electron/agent/hall-api/staff.ts';
import { createAudit } from '../../electron/audit/index.ts';
import { ManualClock } from '../../electron/clock/index.ts';
import { handMadeCabinet, TERMINAL } from '../../electron/lockers/cabinet.fixture.ts';
import { createLockers, type Lockers } from '../../electron/lockers/index.ts';
import type { OutboxEffects } from '../../electron/outbox/index.ts';
import { boardViewOf, classViewsOf, counterViewOf, createRefusedJoins, createTerminalDoubts, createSqliteQueueStore, createSqliteRecords, fileMarks, hallTime, logsOf, openHallQueue, ticketViewOf, tryDaysAside, type Appointment, type Command, type EstimateDay, type HallQueue, type PadPressView, type RefusedJoins, type StoredEvent, type TerminalDoubts, type ToldDoubt, type ViewContext } from '../../electron/queue/index.ts';
import { openStorage } from '../../electron/storage/index.ts';
import { loadHall } from '../../kiosk-config/index.ts';

/** Monday, 10:41 in the hall. */
export const NOW = Date.parse('2026-11-23T10:41:00+08:00');
/** Numbers are taken from two hours before on, oldest first. */
const EARLIER_MS = 2 * 3_600_000;

export type DeskHall = {
  /** The terminals that the hall knows. */
  terminals: TerminalBook;
  /** How good the told waits were. */
  estimates: EstimateDay[];
  url: string;
  clock: ManualClock;
  queue: HallQueue;
  run: (command: Command) => Promise<string[]>;
  /** Moves the hall's time to so many minutes before {@link NOW}. */
  until: (minutesAgo: number) => void;
  /** Takes a number `minutesAgo` for a class; oldest first. */
  take: (classId: string, minutesAgo: number, priority?: string, item?: string) => Promise<string>;
  invite: (name: string, role: 'clerk' | 'manager') => Promise<string>;
  platform: { reachable: boolean | null; since: number | null };
  /** Paper of the hall's own terminal. */
  doubts: ToldDoubt[];
  /** Paper of the others. */
  elsewhere: TerminalDoubts;
  /** Agreed times that the platform told. */
  appointments: Appointment[];
  /** What was pressed last on the counters' own pads. */
  pads: Map<string, PadPressView>;
  /** Numbers that the hall did not take in. */
  joins: RefusedJoins;
  /** Twelve cells, moved by hand. */
  cabinet: ReturnType<typeof handMadeCabinet>;
  lockers: Lockers;
  /** The platform tells of an original that is ready. @returns its id here */
  original: (name: string, caseNumber: string) => string;
  /** SHA-256 of the hall's authority. */
  fingerprint: string;
  /** Another certificate of the same authority, for this name too; `days`: told to end then. */
  renew: (name: string, days: number) => Promise<void>;
  /** Tells every screen, as the agent does now and then. */
  refresh: () => void;
  close: () => Promise<void>;
};

export const startHall = async (): Promise<DeskHall> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-desk-'));
  mkdirSync(join(home, 'keys'), { recursive: true });
  const clock = new ManualClock(NOW - EARLIER_MS);
  const storage = openStorage({ home, clock });
  const records = createSqliteRecords(storage);
  const loaded = loadHall(join(process.cwd(), 'kiosk-config', 'demo-hall'), { terminal: 'terminal-5' });
  if (!loaded.ok) throw new Error('the demonstration hall has mistakes');
  const { hall, items, queue: configured } = loaded.config;
  if (configured === null || configured === undefined) throw new Error('the demonstration hall has no queue');
  const book = createRulesBook({ records, clock, configured });
  const rules = () => book.current().rules;
  const store = createSqliteQueueStore(storage);
  const queue = await openHallQueue({ store, marks: fileMarks(join(home, 'marks'), false), rules, clock, hall });
  const staff = createStaffBook({ records, clock });
  const platform: DeskHall['platform'] = { reachable: true, since: null };
  const doubts: ToldDoubt[] = [];
  const appointments: Appointment[] = [];
  const pads: DeskHall['pads'] = new Map();
  const joins = createRefusedJoins(records);
  const elsewhere = createTerminalDoubts({ records, clock, onReached: () => undefined });
  const recent = recentActs(hall.timeZone);
  queue.onChange((events: readonly StoredEvent[]) => recent.note(events));
  const terminals = createTerminalBook({ records, clock });
  const estimates: EstimateDay[] = [];
  const context = (): ViewContext => {
    const { weekday, minutes } = hallTime(clock, hall.timeZone, hall.businessDayStartsAt, queue.day().day);
    return { hall, rules: rules(), items, now: clock.wall(), local: { weekday, minutes }, estimate: () => null, record: () => null, platform, appointments, pad: (counter) => pads.get(counter) ?? null };
  };
  const cabinet = handMadeCabinet(12);
  let effects: OutboxEffects | null = null;
  const lockers = createLockers({
    storage,
    audit: createAudit({ storage, clock }),
    clock,
    outbox: { enqueue: () => undefined, attach: (given) => (effects = given) },
    devices: cabinet.devices,
    terminal: { devices: TERMINAL.devices, pickUp: { ...TERMINAL.pickUp, cells: [{ device: 'locker', board: 1, from: 1, to: 12 }] } },
    timeZone: hall.timeZone,
    log: { info: () => undefined, warn: () => undefined },
  });
  lockers.start();
  let originals = 0;
  const listeners = new Set<() => void>();
  const certificate = await hallCertificate(home, hall.name.zh, ['127.0.0.1'], Date.now());
  const api = await createHallApi({
    certificate,
    now: Date.now,
    staff,
    firstManagerCode: (code) => code === 'FIRST',
    run: (command) => queue.run(command),
    version: () => queue.day().version,
    views: {
      counter: (id) => (rules().counters.some((one) => one.id === id) ? counterViewOf(queue.day(), context(), id, recent.of(id)) : null),
      pad: (id) => pads.get(id) ?? null,
      board: (after) => boardViewOf(queue.day(), context(), after),
      classes: () => classViewsOf(queue.day(), context()),
      ticket: (id) => {
        const ticket = queue.ticket(id);
        return ticket === null ? null : ticketViewOf(queue.day(), context(), ticket);
      },
      ticketOf: (number) => queue.day().tickets.get(number)?.ticket ?? null,
    },
    onChange: (listener) => {
      listeners.add(listener);
      const stops = [queue.onChange(listener), book.onChange(listener)];
      return () => {
        listeners.delete(listener);
        for (const stop of stops) stop();
      };
    },
    // What terminals ask is tried with terminals; here the manager's side of it.
    terminals: { book: terminals, clock, doubts: elsewhere, audit: { pairing: () => undefined, enrolled: () => undefined, revoked: () => undefined, refused: () => undefined } } as unknown as NonNullable<HallApiDeps['terminals']>,
    desk: {
      timeZone: hall.timeZone,
      book,
      day: () => queue.day(),
      ahead: () => null,
      logs: (from, to) => logsOf(store, from, to),
      estimates: () => estimates,
      items,
      tryDays: tryDaysAside(),
      papers: {
        terminal: 'terminal-1',
        open: () => doubts,
        settle: ({ paper }) => {
          const at = doubts.findIndex((one) => one.paper === paper);
          if (at === -1) return false;
          doubts.splice(at, 1);
          return true;
        },
      },
      elsewhere: { list: () => elsewhere.list(), decide: async (terminal, decision) => (await elsewhere.decide(terminal, decision)) !== null },
      joins: { list: () => joins.list(), settle: async (ticket) => (await joins.settle(ticket)) !== null },
      lockers,
      onRulesKept: () => undefined,
      onRulesRefused: () => undefined,
    },
    pages: BUILT,
    audit: { refused: () => undefined, staff: () => undefined },
  });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  let taken = 0;
  /** Moves the hall's time to so many minutes before {@link NOW}. */
  const until = (minutesAgo: number): void => {
    const ms = NOW - minutesAgo * 60_000 - clock.wall();
    if (ms < 0) throw new Error('time goes forward');
    clock.advance(ms);
  };
  const run = async (command: Command): Promise<string[]> => {
    const outcome = await queue.run(command);
    if (!outcome.ok) throw new Error(`${command.type}: ${outcome.refusal}`);
    return outcome.events.flatMap((event) => ('number' in event ? [event.number] : []));
  };
  return {
    url: `https://127.0.0.1:${String(port)}`,
    clock,
    queue,
    run,
    until,
    take: async (classId, minutesAgo, priority, item) => {
      until(minutesAgo);
      taken += 1;
      const ticket = taken.toString(16).padStart(24, '0');
      await run({ type: 'take', class: classId, by: `t${String(taken)}`, priority: priority ?? null, item: item ?? null, identified: true, ticket });
      return queue.ticket(ticket)?.number ?? '';
    },
    invite: (name, role) => staff.invite(name, role),
    platform,
    doubts,
    elsewhere,
    appointments,
    pads,
    joins,
    terminals,
    cabinet,
    lockers,
    original: (name, caseNumber) => {
      originals += 1;
      effects?.change({ cursor: originals, at: '2026-11-23T10:00:00+08:00', body: { kind: 'original-ready', document: `original-${String(originals)}`, caseNumber, itemName: { zh: '公租房申请', en: 'Public rental housing' }, person: { name, idNumber: `99010119900307${String(4_510 + originals)}` }, code: null } });
      return lockers.view()?.waiting.at(-1)?.document ?? '';
    },
    estimates,
    fingerprint: certificate.fingerprint,
    renew: async (name, days) => api.renew({ ...(await hallCertificate(home, hall.name.zh, ['127.0.0.1', name], Date.now())), endsAt: Date.now() + days * 86_400_000 }),
    refresh: () => {
      for (const listener of listeners) listener();
    },
    close: async () => {
      await lockers.stop();
      await api.app.close();
      await queue.close();
      storage.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
