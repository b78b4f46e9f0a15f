/** A real PostgreSQL server of its own for a test or a measurement: in a folder of its own, on a Unix socket, gone afterwards. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** No TCP port is opened; the number names the socket's file. */
const PORT = 5_432;

export interface PostgresServer {
  /** Folder of the Unix socket: what a proxy of a test connects to. */
  socket: string;
  /** Makes an empty database and answers its address. */
  database(name: string): Promise<string>;
  /** Ends the server; `immediate`: like a power cut. */
  down(how?: 'fast' | 'immediate'): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian keeps each version's programs in a folder of its own. @throws with the package that is missing */
const programs = (): string => {
  const root = '/usr/lib/postgresql';
  try {
    const newest = readdirSync(root)
      .filter((name) => /^\d+$/.test(name))
      .sort((a, b) => Number(b) - Number(a))[0];
    if (newest !== undefined) return join(root, newest, 'bin');
  } catch {
    // Below.
  }
  throw new Error('no PostgreSQL server is installed; build/setup.sh installs the package postgresql');
};

/** initdb and postgres refuse to run as root; the package has made an account for them. */
const account = (): { uid: number; gid: number } | null => {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:') || one.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('no account to run PostgreSQL under');
  return { uid: Number(uid), gid: Number(gid) };
};

export const startPostgres = async (): Promise<PostgresServer> => {
  const bin = programs();
  const owner = account();
  const folder = mkdtempSync(join(tmpdir(), 'hall24-pg-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (owner !== null) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid);
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'hall', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions'], { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  let running: { end: (how: 'fast' | 'immediate') => Promise<void> } | null = null;
  const address = (name: string): string => `postgres://hall@/${name}?host=${encodeURIComponent(folder)}&port=${PORT}`;

  const up = async (): Promise<void> => {
    const child = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-p', String(PORT), '-c', 'listen_addresses=', '-c', 'max_connections=60', '-c', 'shared_buffers=32MB'], { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4_000);
      if (said.includes('ready to accept connections')) ready();
    });
    const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    await Promise.race([isReady, ended.then(() => Promise.reject(new Error(`PostgreSQL ended: ${said}`)))]);
    running = {
      end: async (how) => {
        child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
        await ended;
      },
    };
  };
  const down = async (how: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    await running?.end(how);
    running = null;
  };
  try {
    await up();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    socket: join(folder, `.s.PGSQL.${PORT}`),
    database: async (name) => {
      const client = new Client({ connectionString: address('postgres') });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return address(name);
    },
    down,
    up,
    stop: async () => {
      await down('immediate');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
