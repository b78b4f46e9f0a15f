/** The hall role of an agent: runs the queue for the whole hall, serves counters and boards, tells the platform, and gives numbers at this terminal. */
import { randomBytes } from 'node:crypto';
import type { HallConfig, Queue } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import type { Lockers } from '../lockers/index.ts';
import type { PlatformLink } from '../platform/index.ts';
import {
  boardViewOf,
  classViewsOf,
  createAppointmentBook,
  counterViewOf,
  createEstimator,
  createHolders,
  createRefusalRecord,
  createRefusedJoins,
  createTeller,
  createTerminalDoubts,
  hallTime,
  MOST_DOUBTS,
  logsOf,
  openHallQueue,
  openOtherDays,
  ticketViewOf,
  tryDaysAside,
  type Command,
  type DoubtBecame,
  type HallQueue,
  type Outcome,
  type Refused,
  type TakeOutcome,
  type TicketCounter,
  type ViewContext,
} from '../queue/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Log } from './deps.ts';
import { endsInDays, hallCertificate, type HallCertificate } from './hall-api/authority.ts';
import { givenCertificate } from './hall-api/given-certificate.ts';
import { createHallApi } from './hall-api/server.ts';
import { recentActs } from './hall-api/recent-acts.ts';
import { createRulesBook } from './hall-api/rules-book.ts';
import { createTerminalBook } from './hall-api/terminals.ts';
import { createStaffBook, fitsCode } from './hall-api/staff.ts';
import { ticketKeys } from './hall-api/ticket-keys.ts';
import { openHallStore } from './hall-store.ts';
import { createPadDesk, type PadDesk } from './call-pads.ts';
import type { StaffDesk } from './staff-desk.ts';

/** How often the business day is looked at while nobody asks anything. */
const DAY_LOOK_MS = 15_000;
/** Waits and times on the screens grow though nothing happens. */
const REFRESH_MS = 20_000;
/** How often it is looked whether the keys of TLS sessions are of yesterday. */
const TICKET_KEYS_MS = 3_600_000;
/** How often it is looked how long the certificate of the hall's address still holds: an agent may run for a year. */
const CERTIFICATE_LOOK_MS = 12 * 3_600_000;
const SHARE_DOUBTS_MS = 2_000;
const LEARNED_KEPT_MS = 5 * 60_000;
const DEMO_CLERK = 'lin';

export interface HallRoleOptions {
  config: Pick<HallConfig, 'hall' | 'terminal' | 'items'>;
  /** Of queue.yaml; what a manager changed goes before it. */
  rules: Queue;
  /** Paper of this machine that is in doubt. */
  desk: Pick<StaffDesk, 'doubts' | 'settlePaper'>;
  serve: { host: string; port: number; names: readonly string[]; database?: string | undefined; key?: string | undefined };
  /** The locker at this terminal; left out: it has none. */
  lockers?: Lockers;
  storage: Storage;
  clock: Clock;
  audit: Audit;
  link: PlatformLink;
  log: Log;
  /** Folder of the built pages. */
  pages: string;
}

export interface HallRole {
  /** Addresses for people: `https://host:port/counter/`. */
  readonly addresses: { counter: string; board: string; manager: string };
  /** The hall's API with its address, for the agent's own document. */
  api(): { url: string; document: object };
  /** How the first manager comes in, and in a demonstration a clerk; null where staff exist already. */
  readonly firstCode: string | null;
  readonly demoClerk: { name: string; code: string } | null;
  readonly tickets: TicketCounter;
  readonly queue: HallQueue;
  /** Where presses of the counters' own pads go. */
  readonly pads: PadDesk;
  stop(): Promise<void>;
}

/** Starts the queue and its API. @throws when the port is taken or the store cannot be opened */
export const startHallRole = async (options: HallRoleOptions): Promise<HallRole> => {
  const { config, desk, serve, storage, clock, audit, link, log } = options;
  const { hall, terminal, items } = config;
  const { store, marks, records, authority, place, incarnation } = await openHallStore(serve, { storage, hall, clock, onFault: (what) => log.warn({ what }, "the hall's database") });
  const book = createRulesBook({ records, clock, configured: options.rules, onUnreadable: (version) => log.error({ version }, 'kept rules of the queue cannot be read; those before them hold') });
  const rules = (): Queue => book.current().rules;
  const estimator = createEstimator({ rules, timeZone: hall.timeZone });
  const learned = place('estimate');
  estimator.load(learned.read());
  const recent = recentActs(hall.timeZone);
  const queue = await openHallQueue({
    store,
    marks,
    rules,
    clock,
    hall,
    onRead: (day, soFar) => {
      estimator.catchUp(soFar, day);
      recent.clear();
      recent.note(soFar);
    },
  });
  const otherDays = await openOtherDays({ store, marks, rules, clock, hall, today: () => queue.day().day });
  audit.write('queue.opened', { day: queue.day().day, version: queue.day().version });
  const staff = createStaffBook({ records, clock });
  let unreachableSince: number | null = null;
  link.onReachable((reachable) => {
    unreachableSince = reachable ? null : clock.wall();
  });

  const context = (): ViewContext => {
    const now = Math.max(clock.wall(), queue.day().lastAt);
    const { weekday, minutes } = hallTime(clock, hall.timeZone, hall.businessDayStartsAt, queue.day().day);
    const reachable = link.reachable();
    return {
      hall,
      rules: rules(),
      items,
      now,
      local: { weekday, minutes },
      estimate: (classId, ahead, openCounters) => estimator.estimate(classId, ahead, openCounters, now),
      record: (classId) => estimator.record(classId),
      platform: { reachable: reachable === 'unknown' ? null : reachable, since: unreachableSince },
      appointments: appointments.list(),
      pad: (counter) => pads.last(counter),
    };
  };
  const run = async (command: Command) => {
    try {
      return await queue.run(command);
    } catch (error) {
      log.error({ command: command.type, error: error instanceof Error ? error.message : String(error) }, 'the queue could not keep it');
      audit.write('queue.fault', {});
      throw error;
    }
  };
  const ticketView = (id: string) => {
    const ticket = queue.ticket(id);
    return ticket === null ? null : ticketViewOf(queue.day(), context(), ticket);
  };

  const checkIn = async (code: string, priority: string | null, from: string, ticket: string): Promise<Outcome> => {
    const appointment = await appointments.lookUp(code);
    return typeof appointment === 'string' ? { ok: false, refusal: appointment } : run({ type: 'check-in', appointment, by: from, priority, ticket });
  };
  const holder = createHolders(records, () => queue.day().day);
  // What is refused is refused whether or not it can be put on record.
  const guarded = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'a refusal could not be put on record');
    }
  };
  const refusals = createRefusalRecord<Refused>(clock, (about, times) => guarded(() => audit.write('queue.refused', { ...about, times })), { by: 'others', at: null, command: 'others', refusal: 'others' });
  const notLetIn = createRefusalRecord<{ event: 'sign-in-refused' | 'refused'; name: string; reason: string }>(clock, ({ event, name, reason }, times) => guarded(() => audit.write(`staff.${event}`, { name, reason, times })), { event: 'refused', name: 'others', reason: 'others' });
  /** A refusal with what a screen says of it. */
  const refusalOf = ({ refusal, number, from, agreed }: Extract<Outcome, { ok: false }>) => {
    const has = number === undefined ? null : ticketView(queue.day().tickets.get(number)?.ticket ?? '');
    return { refusal, ...(has === null ? {} : { has }), ...(from === undefined ? {} : { from: isoWithOffset(from, hall.timeZone) }), ...(agreed === undefined ? {} : { agreed: { at: isoWithOffset(agreed.at, hall.timeZone), hall: agreed.hall } }) };
  };
  const refusedJoins = createRefusedJoins(records);
  const doubts = createTerminalDoubts({ records, clock, onReached: ({ terminal: one, doubtNumber, became }) => audit.write('paper.decision-reached', { terminal: one, doubtNumber, became }) });
  const firstCode = staff.isEmpty() ? randomBytes(6).toString('hex').toUpperCase() : null;
  // The demonstration's clerk is there from the first start; a real hall's staff are made by its manager. Where agents share him, another one may have his password.
  const chosen = serve.database !== undefined && staff.list().some(({ name, invited }) => name === DEMO_CLERK && !invited);
  const inviting = hall.demo && !chosen ? staff.invite(DEMO_CLERK, 'clerk').then((code) => ({ name: DEMO_CLERK, code })) : null;
  const certificate = (): Promise<HallCertificate> => hallCertificate(storage.home, hall.name.zh, serve.names, clock.wall(), givenCertificate(process.env), authority);
  const first = await certificate();
  // His code is hashed in a thread of its own meanwhile.
  const [api, demoClerk] = await Promise.all([createHallApi({
    certificate: first,
    now: () => clock.wall(),
    ticketKeys: ticketKeys(storage.home, clock.wall()),
    staff,
    firstManagerCode: (typed) => firstCode !== null && fitsCode(typed, firstCode),
    run,
    version: () => queue.day().version,
    views: {
      counter: (id) => (rules().counters.some((one) => one.id === id) ? counterViewOf(queue.day(), context(), id, recent.of(id)) : null),
      pad: (id) => pads.last(id),
      board: (after) => boardViewOf(queue.day(), context(), after),
      classes: () => classViewsOf(queue.day(), context()),
      ticket: ticketView,
      ticketOf: (number) => queue.day().tickets.get(number)?.ticket ?? null,
    },
    onChange: (listener) => queue.onChange(listener),
    pages: options.pages,
    terminals: {
      book: createTerminalBook({ records, clock }),
      clock,
      rules,
      day: () => queue.day(),
      otherDays,
      run,
      checkIn,
      holder,
      refusal: refusalOf,
      views: { classes: () => classViewsOf(queue.day(), context()), ticket: ticketView },
      audit: {
        pairing: (one, by) => audit.write('terminal.pairing', { terminal: one, by }),
        enrolled: (one) => audit.write('terminal.enrolled', { terminal: one }),
        revoked: (one, by) => audit.write('terminal.revoked', { terminal: one, by }),
        refused: (one, reason, times) => audit.write('terminal.refused', { terminal: one, reason, times }),
      },
      doubts,
      onJoinRefused: async (refused) => {
        const { day, class: classId, ordinal, refusal } = refused;
        if (await refusedJoins.note(refused)) audit.write('queue.join-refused', { day, class: classId, ordinal, refusal });
      },
    },
    desk: {
      timeZone: hall.timeZone,
      book,
      day: () => queue.day(),
      ahead: () => otherDays.ahead(),
      logs: (from, to) => logsOf(store, from, to),
      estimates: () => estimator.days(),
      items,
      tryDays: tryDaysAside(),
      usual: (classId, weekday) => estimator.usual(classId, weekday),
      papers: {
        terminal: terminal.id,
        open: () => desk.doubts(),
        settle: (decision) => desk.doubts().some(({ paper }) => paper === decision.paper) && desk.settlePaper(decision) === decision.outcome,
      },
      elsewhere: {
        list: () => doubts.list(),
        decide: async (one, decision) => {
          const doubtNumber = await doubts.decide(one, decision);
          if (doubtNumber !== null) audit.write('paper.decided', { terminal: one, doubtNumber, by: decision.by, outcome: decision.outcome });
          return doubtNumber !== null;
        },
      },
      joins: {
        list: () => refusedJoins.list(),
        settle: async (ticket, by) => {
          const was = await refusedJoins.settle(ticket);
          if (was !== null) audit.write('queue.join-settled', { day: was.day, class: was.class, ordinal: was.ordinal, by });
          return was !== null;
        },
      },
      ...(options.lockers === undefined ? {} : { lockers: options.lockers }),
      onRulesKept: (by, version) => audit.write('queue.rules-changed', { by, version }),
      onRulesRefused: (by, mistakes) => audit.write('queue.rules-refused', { by, mistakes }),
    },
    audit: {
      staff: (event, name, detail) => {
        if (event === 'signed-in' || event === 'invited') audit.write(`staff.${event}`, { name, role: detail });
        else if (event === 'sign-in-refused' || event === 'refused') notLetIn.note({ event, name, reason: detail });
        else audit.write(`staff.${event}`, { name });
      },
      refused: (about) => refusals.note(about),
    },
  }), inviting]);
  const pads = createPadDesk({
    run,
    day: () => queue.day(),
    rules,
    mayWork: (clerk) => staff.list().some(({ name, disabled }) => name === clerk && !disabled),
    clock,
    iso: (at) => isoWithOffset(at, hall.timeZone),
    onPress: (counter) => api.refresh([`counter:${counter}`]),
    audit: {
      pressed: (counter, key, clerk) => audit.write('queue.pad-pressed', { counter, key, clerk }),
      refused: (counter, refusal, times) => audit.write('queue.pad-refused', { counter, refusal, times }),
    },
  });
  const changed = new Set<() => void>();
  book.onChange(() => api.refresh());
  const stopNoting = queue.onChange((events) => {
    recent.note(events);
    for (const stored of events) estimator.note(stored, queue.day());
    for (const listener of changed) listener();
  });
  const teller = createTeller({ store, link, clock, incarnation, hall, onRefused: (reason) => audit.write('queue.refused-by-platform', { reason }) });
  queue.onChange(() => teller.wake());
  store.onTurnToTell(() => teller.wake());
  teller.start();
  const appointments = createAppointmentBook({ file: place('appointments'), link, clock, hall, today: () => queue.day().day });
  appointments.start();

  const timers = new Set<() => void>();
  const later = (ms: number, work: () => void): void => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      work();
      later(ms, work);
    });
    timers.add(cancel);
  };
  later(DAY_LOOK_MS, () => void queue.turnDay());
  later(REFRESH_MS, () => api.refresh());
  if (serve.database !== undefined) {
    // Agents that share a database show each other the paper of their own terminals, as terminals show it to their hall.
    let settled: DoubtBecame[] = [];
    const share = async (): Promise<void> => {
      const decisions = await doubts.hear(terminal.id, { open: desk.doubts().slice(0, MOST_DOUBTS), settled });
      settled = decisions.map((decision) => ({ paper: decision.paper, became: desk.settlePaper(decision) }));
    };
    later(SHARE_DOUBTS_MS, () => void share().catch(() => undefined));
  }
  let serving = first;
  const lookAtCertificate = async (): Promise<void> => {
    // A given one holds until the next start: terminals know it by its fingerprint, and are told of another by hand.
    const now = serving.authority === null ? serving : await certificate();
    if (now.certificate !== serving.certificate) api.renew((serving = now));
    const days = endsInDays(serving, clock.wall());
    if (days !== null) log.warn({ days }, "the certificate of the hall's address ends; counters, boards and terminals cannot connect from then on");
  };
  const look = (): void => void lookAtCertificate().catch((error: unknown) => log.error({ error: error instanceof Error ? error.message : String(error) }, "the certificate of the hall's address could not be looked at"));
  look();
  later(CERTIFICATE_LOOK_MS, look);
  later(TICKET_KEYS_MS, () => api.app.server.setTicketKeys(ticketKeys(storage.home, clock.wall())));
  // What was learned in the last minutes is learned again from the log after a crash.
  const keepLearned = (): Promise<void> => learned.write(estimator.save()).catch(() => log.warn({}, 'what was learned of waits could not be kept; it is tried again'));
  later(LEARNED_KEPT_MS, () => void keepLearned());

  const address = await api.app.listen({ host: serve.host, port: serve.port });
  const { port } = new URL(address);
  const host = serve.host === '0.0.0.0' ? (serve.names[0] ?? '127.0.0.1') : serve.host;

  const by = `terminal-${terminal.number}`;
  const refusedHere = <O extends Outcome>(command: string, outcome: O): O => {
    if (!outcome.ok) refusals.note({ by, at: null, command, refusal: outcome.refusal });
    return outcome;
  };
  const kept = async (command: 'take' | 'check-in', asked: (ticket: string) => Promise<Outcome>): Promise<TakeOutcome> => {
    const ticket = randomBytes(12).toString('hex');
    const outcome = refusedHere(command, await asked(ticket));
    if (!outcome.ok) return { ok: false, ...refusalOf(outcome) };
    const view = ticketView(ticket);
    if (view === null) throw new Error('a kept ticket is not there');
    return { ok: true, ticket: view };
  };
  const tickets: TicketCounter = {
    classes: () => classViewsOf(queue.day(), context()),
    take: (request) => kept('take', async (ticket) => run({ type: 'take', ...request, holder: await holder(request.holder), by, ticket })),
    checkIn: (code, priority) => kept('check-in', (ticket) => checkIn(code, priority, by, ticket)),
    giveBack: async (ticket) => {
      const outcome = refusedHere('give-back', await run({ type: 'give-back', ticket }));
      return outcome.ok ? { ok: true } : outcome;
    },
    paper: async (ticket, became) => {
      const number = queue.ticket(ticket)?.number;
      if (number !== undefined && became === 'doubtful') refusedHere('paper', await run({ type: 'paper-doubtful', number }));
    },
    view: ticketView,
    link: (ticket) => `https://${host}:${port}/ticket/?t=${ticket}`,
    onChange: (listener) => {
      changed.add(listener);
      return () => changed.delete(listener);
    },
  };

  return {
    addresses: { counter: `https://${host}:${port}/counter/`, board: `https://${host}:${port}/board/`, manager: `https://${host}:${port}/manager/` },
    api: () => ({ url: `https://${host}:${port}`, document: api.app.swagger() }),
    firstCode,
    demoClerk,
    tickets,
    queue,
    pads,
    stop: async () => {
      for (const cancel of timers) cancel();
      stopNoting();
      await keepLearned();
      appointments.stop();
      await teller.stop();
      await api.app.close();
      for (const record of [refusals, notLetIn]) record.flush();
      await queue.close();
    },
  };
};
