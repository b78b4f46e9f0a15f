/**
 * The connection on which an agent hears what others appended, and on whose life the turn to tell the platform hangs. It is asked for a sign
 * of life again and again, because a network that was cut says nothing; when it is lost another one is made, and whoever listens reads what was missed.
 */
import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import type { Clock } from '../clock/index.ts';

export const CHANNEL = 'hall24_queue';
const BEAT_MS = 2_000;
const NO_ANSWER_MS = 4_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export interface EarOptions {
  config: ClientConfig;
  clock: Pick<Clock, 'after'>;
  hall: string;
  /** Key of the lock that the one agent holds which tells the platform. */
  tellingKey: string;
  /** 0 ≤ random < 1, for jitter. */
  random: () => number;
  /** Another session appended to a day of this hall. */
  onNews(payload: string): void;
  /** The connection is gone; others made as early may be, too, and not know it. */
  onLost(): void;
  /** Connected, or connected again: whatever happened meanwhile was not heard. */
  onConnected(): void;
  /** The database's own, again and again. */
  onIncarnation(incarnation: string): void;
  /** It is this agent's turn to tell the platform from now on. */
  onTurn(): void;
}

export interface Ear {
  /** This agent holds the lock, as far as it can know. */
  tells(): boolean;
  close(): Promise<void>;
}

/** One life of the connection; resolves when it is over, however it ended. */
const hearOnce = async (options: EarOptions, heard: { tells: boolean; connected: () => void; ended: Promise<void> }): Promise<void> => {
  const { config, clock, hall, tellingKey } = options;
  // Held here, so that a connection that does not answer can be torn down instead of waited for.
  const socket = new Socket();
  const client = new Client({ ...config, application_name: 'hall24 news', stream: () => socket, query_timeout: NO_ANSWER_MS, connectionTimeoutMillis: NO_ANSWER_MS });
  let cancelBeat: () => void = () => undefined;
  let over: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    over = resolve;
  });
  client.on('error', over);
  client.on('end', over);
  client.on('notification', ({ payload }) => options.onNews(payload ?? ''));
  const beat = async (): Promise<void> => {
    const { rows } = await client.query<{ incarnation: string; turn: boolean }>(`SELECT incarnation, ${heard.tells ? 'true' : `pg_try_advisory_lock(${tellingKey})`} AS turn FROM hall24.queue_halls WHERE hall = $1`, [hall]);
    const [row] = rows;
    if (row === undefined) throw new Error('the hall is gone from its database');
    options.onIncarnation(row.incarnation);
    if (row.turn && !heard.tells) {
      heard.tells = true;
      options.onTurn();
    }
    cancelBeat = clock.after(BEAT_MS, () => void beat().catch(over));
  };
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    heard.connected();
    await beat();
    await Promise.race([lost, heard.ended]);
  } finally {
    cancelBeat();
    heard.tells = false;
    client.removeAllListeners('notification');
    // What is still under way on it fails now; nobody waits for it any more.
    void client.end().catch(() => undefined);
    socket.destroy();
  }
};

/** Keeps a connection that hears until it is closed. */
export const openEar = (options: EarOptions): Ear => {
  const { clock, random } = options;
  /** Set when it is closed. */
  const life = { over: false };
  let failures = 0;
  let wakeUp: () => void = () => undefined;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const heard = {
    tells: false,
    ended,
    connected: () => {
      failures = 0;
      options.onConnected();
    },
  };
  const keepHearing = async (): Promise<void> => {
    while (!life.over) {
      await hearOnce(options, heard).catch(() => undefined);
      if (life.over) return;
      options.onLost();
      const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
      failures += 1;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(ceiling / 2 + (random() * ceiling) / 2, resolve);
        wakeUp = () => {
          cancel();
          resolve();
        };
      });
    }
  };
  const running = keepHearing();
  return {
    tells: () => heard.tells,
    close: async () => {
      life.over = true;
      end();
      wakeUp();
      await running;
    },
  };
};
