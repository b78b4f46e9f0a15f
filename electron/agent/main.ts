/**
 * The agent: one headless process, the only writer of the terminal's database. Puts everything together, serves the
 * citizen's page on loopback, and keeps going whatever devices, platform and windows do.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { keepLastGood, loadOrLastGood, mistakeLine, type LastGoodResult } from '../../kiosk-config/index.ts';
import { createAudit } from '../audit/index.ts';
import { createCases, createRetention } from '../cases/index.ts';
import { systemClock } from '../clock/index.ts';
import { createDeviceNews, createDevices, createStaffClosures, pageAddress, startHostEarly, type EarlyHost } from '../devices/index.ts';
import { pagesFolder } from '../entry.ts';
import { createLockers } from '../lockers/index.ts';
import { createOutbox } from '../outbox/index.ts';
import { createPlatformClient, createPlatformLink, loadAdapters } from '../platform/index.ts';
import { createLedger, createPrinting, hanFontFile, rareFontFile } from '../printing/index.ts';
import { createBookings } from '../queue/index.ts';
import { openStorage, StorageFault, type Storage } from '../storage/index.ts';
import { Announcer } from './announcer.ts';
import { CallPads } from './call-pads.ts';
import { createServer, type ServerDeps } from './api/server.ts';
import { Lamps } from './lamps.ts';
import { openLogFile, type LogFile } from './log-file.ts';
import { openDispenser } from './dispenser.ts';
import { startHallRole, type HallRole } from './hall.ts';
import { lateTickets } from './late-tickets.ts';
import { maintenanceSession, maintenanceView, type MaintenanceReason } from './maintenance.ts';
import { agentOptions, type AgentOptions } from './options.ts';
import { SessionRunner } from './runner.ts';
import { createStaffDesk, type StaffDesk } from './staff-desk.ts';
import { openShellSocket } from './shell-socket.ts';
import { Tickets } from './tickets.ts';

const HOME_IN_USE = 3;
const VERSION = '0.1.0';
/** Devices that have not answered by then are shown as they are: a dead scanner must not keep a terminal dark. */
const FIRST_LOOK_MS = 1_200;

interface Serving {
  session: ServerDeps['session'];
  audit: ServerDeps['audit'];
  secondAgent: () => void;
  staff: StaffDesk | null;
  /** Makes this terminal known to its hall, with the manager's one-time code; null: its hall's queue is here, or there is none. */
  pair: ((code: string) => Promise<string>) | null;
  /** The citizen's page opens a camera here. */
  camera: boolean;
  /** What the hall's people open; null: this agent does not run a hall's queue. */
  hall: () => Pick<HallRole, 'addresses' | 'api' | 'firstCode' | 'demoClerk'> | null;
  begin(): Promise<void>;
  stop(): Promise<void>;
}

/** How often it is looked what is kept no longer: drafts that nobody came back for, cases that are over, lines of the log. */
const TIDY_MS = 3_600_000;
/** Between two looks while there is more to delete, or a citizen is there. */
const DELETE_AGAIN_MS = 10_000;
const DAY_MS = 86_400_000;
const HALL_AGAIN_MS = 5_000;
/** Opening the fonts keeps a processor busy: not while the terminal starts. */
const LOOK_AT_FONTS_MS = 20_000;

const nothing = (): void => undefined;

const outOfService = (reason: MaintenanceReason, detail: string, demo: boolean, storage: Storage | null): Serving => ({
  session: maintenanceSession(maintenanceView(reason, detail, demo)),
  audit: { opened: nothing, refused: nothing, usedTwice: nothing },
  secondAgent: nothing,
  staff: null,
  pair: null,
  camera: false,
  hall: () => null,
  begin: async () => undefined,
  stop: async () => storage?.close(),
});

const inService = (options: AgentOptions, early: EarlyHost, storage: Storage, { config, fromLastGood, mistakes: { length: mistakes } }: Extract<LastGoodResult, { ok: true }>, log: pino.Logger, logFile: LogFile, registry: Registry): Serving => {
  const clock = systemClock;
  const { hall, terminal, items } = config;
  const audit = createAudit({ storage, clock });
  const link = createPlatformLink({ storage, audit, clock, hall, terminalId: terminal.id });
  const platform = createPlatformClient({ link, storage, hall });
  const adapters = loadAdapters(config.dir, hall.platform.url, (file, why) => log.error({ file, why }, 'an adapter cannot be used'));
  const outbox = createOutbox({ storage, audit, clock, link, adapters });
  const ledger = createLedger({ storage, audit, clock, timeZone: hall.timeZone });
  const cases = createCases({ storage, audit, clock, hall, terminal, outbox, ledger, items: (id) => items.find((item) => item.id === id) ?? null });
  const retention = createRetention({ storage, audit, clock, kept: hall });
  const printing = createPrinting({ log });
  const news = createDeviceNews({ storage, audit, clock, link, timeZone: hall.timeZone });
  const closures = createStaffClosures({ storage, audit, clock, timeZone: hall.timeZone });
  const devices = createDevices({ places: config.devicePlaces, closedByStaff: () => closures.list(), terminal, clock, log, audit: (event, fields) => news.record(event, fields), runDir: join(options.home, 'run'), timeZone: hall.timeZone, spawn: early.spawn });
  const lockers = createLockers({ storage, audit, clock, outbox, devices, terminal, timeZone: hall.timeZone, log });
  const desk = createStaffDesk({ ledger, outbox, cases, closures, items, devices, badDevices: config.badDevices });
  const tickets = lateTickets();
  const announcer = new Announcer({ clock, config: { hall, terminal, items }, devices, log });
  const callPads = new CallPads({ config: { hall, terminal, items }, devices, clock, log });
  let hallRole: HallRole | null = null;
  const serve = terminal.queue !== undefined && 'serve' in terminal.queue ? terminal.queue.serve : null;
  const elsewhere = terminal.queue !== undefined && 'at' in terminal.queue && config.queue !== null ? openDispenser({ config, rules: config.queue, queue: terminal.queue, desk, storage, clock, audit }) : null;
  if (elsewhere !== null) tickets.attach(elsewhere);
  /** The terminal serves also when its hall's queue cannot be opened: that is told, and no numbers are given. */
  let cancelOpenHall: () => void = nothing;
  const openHall = async (): Promise<void> => {
    if (serve === null || config.queue === null) return;
    try {
      const port = options.overrides.hallPort ?? serve.port;
      hallRole = await startHallRole({ config, rules: config.queue, desk, lockers, serve: { ...serve, port }, storage, clock, audit, link, log, pages: pagesFolder() });
      tickets.attach(hallRole.tickets);
      announcer.follow(hallRole.queue);
      callPads.attach(hallRole.pads);
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, "the hall's queue could not be opened");
      // A shared database may be on a machine that starts later than this one.
      if (serve.database !== undefined) cancelOpenHall = clock.after(HALL_AGAIN_MS, () => void openHall());
    }
  };
  const runner = new SessionRunner({
    clock,
    config: { hall, terminal, items },
    devices,
    cases,
    platform,
    printing,
    ledger,
    sessions: storage.sessions,
    tickets: config.queue === null ? null : tickets.counter,
    bookings: createBookings(storage),
    lockers,
    queue: config.queue,
    audit,
    log,
    transaction: (work) => storage.transaction(work),
  });
  const lamps = new Lamps({ config: { hall, terminal, items }, devices, clock, log }, (near) => runner.presence(near));
  closures.onChange(() => runner.look());
  runner.onView((view) => lamps.show(view));
  let tidying: NodeJS.Timeout | undefined;
  const lookAtFonts = (): void =>
    void printing.coverage().then(({ complete, faces }) => complete || log.warn({ missing: faces.flatMap((face) => (face.present ? [] : [face.id])) }, 'names with the rarest characters will be refused: fonts are missing'));
  /** What is over goes between two citizens: nothing is taken away from under somebody who looks at it. */
  let cancelDeleting: () => void = nothing;
  const deleteOver = (): void => {
    cancelDeleting();
    let again = true;
    try {
      again = runner.view().inSession || retention.look().more || lockers.tidy(hall.decidedKeptDays) > 0;
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'cases that are over could not be deleted; it is tried again');
    }
    if (again) cancelDeleting = clock.after(DELETE_AGAIN_MS, deleteOver);
  };
  const tidy = (): void => {
    logFile.tidy();
    // With the clock unknown nobody can say how old a draft is.
    if (clock.known()) cases.forgetDrafts(clock.wall() - hall.draftsKeptDays * DAY_MS);
  };
  return {
    session: {
      view: () => runner.view(),
      onView: (listener) => runner.onView(listener),
      say: (revision, event) => runner.say(revision, event),
      page: (id) => runner.page(id),
      code: (text) => runner.code(text),
      takesPicture: (revision) => runner.takesPicture(revision),
      picture: (revision, jpeg) => runner.picture(revision, jpeg),
      heardFromPage: (report) => runner.heardFromPage(report),
      onKey: (listener) => runner.onKey(listener),
      speak: (text) => runner.speak(text),
    },
    audit: {
      opened: () => audit.write('citizen-page.opened', {}),
      refused: (reason) => audit.write('citizen-page.refused', { reason }),
      usedTwice: () => audit.write('ticket.used-twice', {}),
    },
    secondAgent: () => audit.write('agent.second-refused', { triedAt: new Date(clock.wall()).toISOString() }),
    staff: desk,
    pair: elsewhere === null ? null : (code) => elsewhere.pair(code),
    camera: terminal.devices.some(({ transport }) => pageAddress(transport)?.thing === 'camera'),
    hall: () => hallRole,
    begin: async () => {
      const { hall: oldHall, items: oldItems } = fromLastGood;
      if (oldHall) audit.write('configuration.fell-back', { file: 'hall.yaml', mistakes });
      for (const id of oldItems) audit.write('configuration.fell-back', { file: `items/${id}.yaml`.replace('/', '.'), mistakes });
      audit.write('agent.started', { version: VERSION, processId: process.pid });
      collectDefaultMetrics({ register: registry });
      outbox.start();
      news.began(config.badDevices.flatMap(({ deviceClass }) => (deviceClass === null ? [] : [deviceClass])));
      news.start();
      tidy();
      tidying = setInterval(() => {
        tidy();
        deleteOver();
      }, TIDY_MS);
      await Promise.all([openHall(), Promise.race([devices.start(), new Promise((resolve) => setTimeout(resolve, FIRST_LOOK_MS))])]);
      elsewhere?.start();
      lockers.start();
      runner.start();
      deleteOver();
      lamps.start();
      if (serve !== null) callPads.start();
      clock.after(LOOK_AT_FONTS_MS, lookAtFonts);
    },
    stop: async () => {
      clearInterval(tidying);
      cancelDeleting();
      cancelOpenHall();
      await runner.stop();
      await lamps.stop();
      await lockers.stop();
      await announcer.stop();
      await callPads.stop();
      await hallRole?.stop();
      await elsewhere?.stop();
      await Promise.all([devices.stop(), outbox.stop(), printing.close()]);
      await news.stop();
      audit.write('agent.stopped', {});
      storage.close();
    },
  };
};

/** Opens the home and the configuration; what is wrong with either becomes a screen, except a home that another agent owns. */
const open = (options: AgentOptions, early: EarlyHost, log: pino.Logger, logFile: LogFile, registry: Registry): Serving => {
  let storage: Storage;
  try {
    storage = openStorage({ home: options.home, clock: systemClock });
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error;
    if (error.code === 'home-in-use') throw error;
    early.dismiss();
    log.error({ code: error.code }, error.message);
    return outOfService(error.code === 'sqlite-too-old' ? 'configuration' : error.code, `${error.code}: ${error.message}`, options.demo, null);
  }
  const asked = { expectDemo: options.demo, ...(options.terminal === null ? {} : { terminal: options.terminal }), overrides: options.overrides };
  const loaded = loadOrLastGood(options.config, options.home, asked);
  for (const mistake of loaded.mistakes) {
    log.error({ mistake: mistakeLine(mistake) }, 'a mistake in the configuration');
    // Whoever started this looks at what it prints, not at the log.
    process.stderr.write(`${join(options.config, mistakeLine(mistake))}\n`);
  }
  if (!loaded.ok || loaded.config.items.length === 0) {
    early.dismiss();
    return outOfService('configuration', loaded.mistakes.map((mistake) => mistakeLine(mistake)).join('\n') || 'no item', options.demo, storage);
  }
  if (loaded.mistakes.length === 0 && !loaded.unchanged) keepLastGood(options.home, loaded.config, asked);
  logFile.limit(loaded.config.hall.log);
  return inService(options, early, storage, loaded, log, logFile, registry);
};

const main = async (): Promise<void> => {
  const options = agentOptions(process.argv.slice(2));
  for (const folder of ['', 'run', 'log']) mkdirSync(join(options.home, folder), { recursive: true, mode: 0o700 });
  const logFile = openLogFile({ folder: join(options.home, 'log'), clock: systemClock });
  const log = pino({ base: { program: 'agent' } }, logFile);
  const registry = new Registry();
  const serving = open(options, startHostEarly(), log, logFile, registry);

  const cookieFile = join(options.home, 'run', 'page-cookie');
  const tickets = new Tickets(systemClock, existsSync(cookieFile) ? readFileSync(cookieFile, 'utf8') : null, (digest) => {
    if (digest === null) rmSync(cookieFile, { force: true });
    else {
      writeFileSync(cookieFile, digest, { mode: 0o600 });
      chmodSync(cookieFile, 0o600);
    }
  });
  // A page that comes back after a crash must not see, nor touch, the home page of nobody before the session of its citizen is taken up.
  const [, server] = await Promise.all([serving.begin(), createServer({ tickets, pages: pagesFolder(), session: serving.session, camera: serving.camera, audit: serving.audit, hall: () => serving.hall()?.api() ?? null, fonts: { han: hanFontFile(), rare: rareFontFile() }, metrics: registry })]);
  const address = await server.app.listen({ host: '127.0.0.1', port: options.port });
  const socket = await openShellSocket(join(options.home, 'run', 'shell.sock'), {
    ticket: () => `${address}/enter?ticket=${tickets.issue()}`,
    pageConnected: server.pageConnected,
    camera: serving.camera,
    secondAgent: serving.secondAgent,
    staff: serving.staff,
    pair: serving.pair,
  });

  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await socket.close();
    await server.app.close();
    await serving.stop();
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(0));
  if (options.endWithStdin) process.stdin.on('end', () => void stop(0)).resume();
  process.on('uncaughtException', (error) => {
    // Nothing half done is lost: what counts is committed. A fresh process serves better than a wounded one.
    log.fatal({ error: error.message, stack: error.stack }, 'the agent ends itself');
    process.exit(1);
  });
  const hall = serving.hall();
  const forPeople = hall === null ? {} : { ...hall.addresses, ...(hall.demoClerk === null ? {} : { clerk: hall.demoClerk }), ...(hall.firstCode === null ? {} : { firstManager: hall.firstCode }) };
  process.stdout.write(`${JSON.stringify({ ready: true, url: address, hall: hall === null ? null : forPeople })}\n`);
};

try {
  await main();
} catch (error) {
  const inUse = error instanceof StorageFault && error.code === 'home-in-use';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(inUse ? HOME_IN_USE : 1);
}
