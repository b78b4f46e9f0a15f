/** Terminals of a large hall as they are: each with a key, connections and a database of its own, paired by the manager, over HTTPS with signed requests. */
import { createHash, X509Certificate } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../electron/clock/index.ts';
import { createDispenserClient, createDispenserStore, createHallWire, hallTime, type DispenserClient } from '../../electron/queue/index.ts';
import { openStorage } from '../../electron/storage/index.ts';
import type { Queue } from '../../kiosk-config/index.ts';
import { MANAGER, type HallClient, type HallProcess } from './queue-hall.ts';

/** Of the demonstration hall, whose role the hall's process plays. */
const HALL = { timeZone: 'Asia/Shanghai', businessDayStartsAt: '00:00' };

/**
 * A folder for the homes of many terminals, in memory where there is such a disk: each has a disk of its own, and on the hall's one disk their syncs would
 * stand in line with each other's and with the hall's. What a terminal's own disk takes is measured by itself, see {@link ownWritesMs}.
 */
export const terminalsHome = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return mkdtempSync('/dev/shm/hall24-bench-terminals-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'hall24-bench-terminals-'));
  }
};

/** What a terminal keeps on its own disk for one number, before it asks and before it tells, ms each time: a real store on a real disk. */
export const ownWritesMs = (home: string, count: number): number[] => {
  const storage = openStorage({ home, clock: systemClock });
  try {
    const keep = (n: number): unknown => storage.transaction(() => storage.prepare('INSERT INTO dispenser (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run('measured', JSON.stringify({ n, ticket: 'a1'.repeat(150) })));
    return Array.from({ length: count }, (_, n) => {
      const began = performance.now();
      keep(2 * n);
      keep(2 * n + 1);
      return performance.now() - began;
    });
  } finally {
    storage.close();
  }
};

export interface Terminal {
  id: string;
  client: DispenserClient;
  /** How often it found its hall away. */
  lost: () => number;
  /** Numbers that the hall did not take in. */
  refusedJoins: () => number;
  close(): Promise<void>;
}

export interface TerminalsOptions {
  hall: HallProcess;
  asking: HallClient;
  /** Of staff, with the manager's. */
  cookies: ReadonlyMap<string, string>;
  rules: Queue;
  /** Folder under which each has its home. */
  home: string;
  ids: readonly string[];
  clock?: Clock;
}

/** All of them known to the hall; none looks for it before `client.start()`. @throws when one is not let in */
export const pairTerminals = async ({ hall, asking, cookies, rules, home, ids, clock = systemClock }: TerminalsOptions): Promise<Terminal[]> => {
  const [authority = ''] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(hall.authority) ?? [];
  const fingerprint = createHash('sha256').update(new X509Certificate(authority).raw).digest('hex');
  const terminals: Terminal[] = [];
  for (const id of ids) {
    const own = join(home, id);
    mkdirSync(own, { recursive: true });
    const storage = openStorage({ home: own, clock });
    const store = createDispenserStore(storage, () => hallTime(clock, HALL.timeZone, HALL.businessDayStartsAt, null).day);
    let [lost, refused] = [0, 0];
    const client = createDispenserClient({
      wire: createHallWire({ at: [hall.url], fingerprint, terminalId: id, identity: storage.identity, kept: store, now: () => clock.wall() }),
      store,
      clock,
      hall: HALL,
      rules,
      items: [],
      terminalId: id,
      papers: { open: () => [], settle: () => 'unknown' },
      audit: {
        hallLost: () => (lost += 1),
        hallBack: () => undefined,
        joinRefused: () => (refused += 1),
        reserveBurned: () => undefined,
        takeRefused: () => undefined,
        paired: () => undefined,
      },
    });
    terminals.push({
      id,
      client,
      lost: () => lost,
      refusedJoins: () => refused,
      close: async () => {
        await client.stop();
        storage.close();
      },
    });
    const { body, status } = await asking.post('/hall/terminals', { id }, cookies.get(MANAGER) ?? '');
    const paired = status === 200 ? await client.pair((body as { code: string }).code) : `no code: ${status}`;
    if (paired !== 'paired') throw new Error(`${id} was not let in: ${paired}`);
  }
  return terminals;
};
