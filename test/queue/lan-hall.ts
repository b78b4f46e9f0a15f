/** A hall on the network for tests: real queue, real staff, real API over HTTPS on a home that may be closed, restored and opened again. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { hallCertificate } from '../../electron/agent/hall-api/authority.ts';
import { createRulesBook } from '../../electron/agent/hall-api/rules-book.ts';
import { createHallApi, type HallApi } from '../../electron/agent/hall-api/server.ts';
import { createStaffBook, type StaffBook } from '../../electron/agent/hall-api/staff.ts';
import { createTerminalBook, type TerminalBook } from '../../electron/agent/hall-api/terminals.ts';
import { createAudit } from '../../electron/audit/index.ts';
import type { Clock } from '../../electron/clock/index.ts';
import { createPlatformLink } from '../../electron/platform/index.ts';
import { boardViewOf, classViewsOf, counterViewOf, createAppointmentBook, createHolders, createRefusalRecord, createRefusedJoins, createTerminalDoubts, createSqliteQueueStore, createSqliteRecords, fileMarks, hallTime, openHallQueue, openOtherDays, ticketViewOf, type AppointmentBook, type Command, type DoubtDecision, type HallQueue, type Outcome, type Refused, type ViewContext } from '../../electron/queue/index.ts';
import { openStorage, type Storage } from '../../electron/storage/index.ts';
import type { Queue } from '../../kiosk-config/index.ts';
import { DEMO_CODE } from '../platform/server.ts';

export const HALL = { id: 'qingxi', name: { zh: '清溪', en: 'Qingxi' }, area: { zh: '一楼', en: 'Ground floor' }, demo: true, timeZone: 'Asia/Shanghai', businessDayStartsAt: '04:00' };

export interface LanHall {
  url: string;
  port: number;
  fingerprint: string;
  queue: HallQueue;
  storage: Storage;
  staff: StaffBook;
  terminals: TerminalBook;
  api: HallApi;
  appointments: AppointmentBook;
  /** What went on record: of terminals [what, terminal, reason, times], of refusals ['queue-refused', by, counter or '-', command, refusal, times]. */
  record: [string, ...(string | number)[]][];
  close(): Promise<void>;
}

export interface LanHallOptions {
  home: string;
  clock: Clock;
  rules: Queue;
  /** 0: any. */
  port?: number;
  /** Address of a platform that knows of agreed times; left out: it is away. */
  platform?: string;
  /** Called when a command's events are on the disk, before anybody is answered. */
  afterCommit?: (command: Command) => Promise<void> | void;
}

export const openLanHall = async ({ home, clock, rules: configured, port = 0, platform = 'http://127.0.0.1:1', afterCommit }: LanHallOptions): Promise<LanHall> => {
  for (const folder of ['keys', 'pages']) mkdirSync(join(home, folder), { recursive: true });
  const storage = openStorage({ home, clock });
  const records = createSqliteRecords(storage);
  const book = createRulesBook({ records, clock, configured });
  const rules = () => book.current().rules;
  const store = createSqliteQueueStore(storage);
  const marks = fileMarks(join(home, 'queue-numbers'), storage.boot.newIncarnation === 'restored');
  const queue = await openHallQueue({ store, marks, rules, clock, hall: HALL });
  const otherDays = await openOtherDays({ store, marks, rules, clock, hall: HALL, today: () => queue.day().day });
  const staff = createStaffBook({ records, clock });
  const terminals = createTerminalBook({ records, clock });
  const record: LanHall['record'] = [];
  const refusals = createRefusalRecord<Refused>(clock, ({ by, at, command, refusal }, times) => record.push(['queue-refused', by, at ?? '-', command, refusal, times]), { by: 'others', at: null, command: 'others', refusal: 'others' });
  const link = createPlatformLink({ storage, audit: createAudit({ storage, clock }), clock, hall: { id: HALL.id, demo: true, platform: { url: platform, enrolmentCode: DEMO_CODE } }, terminalId: 'terminal-5', timeoutMs: 5_000 });
  let told: unknown = null;
  const appointments = createAppointmentBook({ file: { read: () => told, write: (value) => (told = value) }, link, clock, hall: HALL, today: () => queue.day().day });
  appointments.start();
  const context = (): ViewContext => {
    const { weekday, minutes } = hallTime(clock, HALL.timeZone, HALL.businessDayStartsAt, queue.day().day);
    return { hall: HALL, rules: rules(), items: [], now: Math.max(clock.wall(), queue.day().lastAt), local: { weekday, minutes }, estimate: () => null, record: () => null, platform: { reachable: null, since: null }, appointments: appointments.list() };
  };
  const ticket = (id: string) => {
    const found = queue.ticket(id);
    return found === null ? null : ticketViewOf(queue.day(), context(), found);
  };
  const run = async (command: Command): Promise<Outcome> => {
    const outcome = await queue.run(command);
    await afterCommit?.(command);
    return outcome;
  };
  const refusedJoins = createRefusedJoins(records);
  const doubts = createTerminalDoubts({ records, clock, onReached: ({ terminal, doubtNumber, became }) => record.push(['decision-reached', terminal, doubtNumber, became]) });
  const certificate = await hallCertificate(home, HALL.name.zh, ['127.0.0.1'], Date.now());
  const api = await createHallApi({
    certificate,
    now: Date.now,
    staff,
    firstManagerCode: (code) => code === 'FIRST',
    run,
    version: () => queue.day().version,
    views: {
      counter: (id) => (rules().counters.some((one) => one.id === id) ? counterViewOf(queue.day(), context(), id, []) : null),
      board: (after) => boardViewOf(queue.day(), context(), after),
      classes: () => classViewsOf(queue.day(), context()),
      ticket,
      ticketOf: (number) => queue.day().tickets.get(number)?.ticket ?? null,
    },
    onChange: (listener) => queue.onChange(listener),
    terminals: {
      book: terminals,
      clock,
      rules,
      day: () => queue.day(),
      otherDays,
      run,
      holder: createHolders(records, () => queue.day().day),
      refusal: ({ refusal, number, from, agreed }) => {
        const has = number === undefined ? null : ticket(queue.day().tickets.get(number)?.ticket ?? '');
        return { refusal, ...(has === null ? {} : { has }), ...(from === undefined ? {} : { from: new Date(from).toISOString() }), ...(agreed === undefined ? {} : { agreed: { at: new Date(agreed.at).toISOString(), hall: agreed.hall } }) };
      },
      checkIn: async (code, priority, by, ticketId) => {
        const appointment = await appointments.lookUp(code);
        return typeof appointment === 'string' ? { ok: false, refusal: appointment } : run({ type: 'check-in', appointment, by, priority, ticket: ticketId });
      },
      doubts,
      onJoinRefused: async (refused) => void (await refusedJoins.note(refused)),
      views: { classes: () => classViewsOf(queue.day(), context()), ticket },
      audit: {
        pairing: (terminal, by) => record.push(['pairing', terminal, by]),
        enrolled: (terminal) => record.push(['enrolled', terminal]),
        revoked: (terminal, by) => record.push(['revoked', terminal, by]),
        refused: (terminal, reason, times) => record.push(['refused', terminal, reason, times]),
      },
    },
    desk: { timeZone: HALL.timeZone, book, day: () => queue.day(), ahead: () => otherDays.ahead(), papers: { terminal: 'terminal-1', open: () => [], settle: () => false }, elsewhere: { list: () => doubts.list(), decide: async (terminal: string, decision: DoubtDecision) => (await doubts.decide(terminal, decision)) !== null }, joins: { list: () => refusedJoins.list(), settle: async (ticketId: string) => (await refusedJoins.settle(ticketId)) !== null }, onRulesKept: () => undefined, onRulesRefused: (by: string, mistakes: number) => record.push(['rules-refused', by, mistakes]) } as never,
    pages: join(home, 'pages'),
    audit: { staff: () => undefined, refused: (about) => refusals.note(about) },
  });
  await api.app.listen({ host: '127.0.0.1', port });
  const listening = (api.app.server.address() as AddressInfo).port;
  return {
    url: `https://127.0.0.1:${listening}`,
    port: listening,
    fingerprint: certificate.fingerprint,
    queue,
    storage,
    staff,
    terminals,
    api,
    appointments,
    record,
    close: async () => {
      appointments.stop();
      await api.app.close();
      refusals.flush();
      await queue.close();
      storage.close();
    },
  };
};
