/** Real peers of the devices: CUPS's own printer, and what it kept. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './terminal.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

export interface RealPrinter {
  uri: string;
  /** All that it keeps: paper that came out. */
  folder: string;
  spool: string;
  /** PDFs that the printer kept, oldest first. */
  pages(): string[];
  close(): void;
}

/** ippeveprinter of CUPS: an IPP Everywhere printer that keeps what it prints. */
export const startRealPrinter = async (): Promise<RealPrinter> => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-printer-'));
  const spool = join(folder, 'spool');
  mkdirSync(spool);
  const command = join(folder, 'print.sh');
  writeFileSync(command, '#!/bin/sh\necho "ATTR: job-impressions-completed=1" >&2\nexit 0\n');
  chmodSync(command, 0o755);
  // ippeveprinter wants a system bus even when it announces nothing: it gets one of its own.
  const address = `unix:path=${join(folder, 'bus')}`;
  const bus: ChildProcess = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', `--address=${address}`], { stdio: 'ignore' });
  await until('a bus', () => existsSync(join(folder, 'bus')));
  const port = await freePort();
  const printer = spawn('/usr/sbin/ippeveprinter', ['-r', 'off', '-n', 'localhost', '-p', String(port), '-f', 'application/pdf', '-c', command, '-d', spool, '-k', '-s', '30,30', 'hall24 test printer'], { stdio: 'ignore', env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address } });
  const uri = `ipp://localhost:${port}/ipp/print`;
  await until('ippeveprinter', () => spawnSync('ipptool', ['-q', uri, '/usr/share/cups/ipptool/get-printer-attributes.test'], { timeout: 2_000 }).status === 0, 15_000);
  return {
    uri,
    folder,
    spool,
    pages: () =>
      readdirSync(spool)
        .filter((name) => name.endsWith('.pdf'))
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
        .map((name) => join(spool, name)),
    close: () => {
      printer.kill('SIGKILL');
      bus.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A printer's line that runs through the test's hands: it can be held while a slip is on it, which no fault of the printer's can do. */
export interface HeldLine {
  uri: string;
  /** Where the printer really is. */
  to(uri: string): void;
  /** From now on the first bytes of a slip are let through, and then nothing in either direction. Answers at that moment. */
  hold(): Promise<void>;
  release(): void;
  close(): void;
}

/** More than any question for the printer's state. */
const SLIP_BYTES = 64;

export const startHeldLine = async (): Promise<HeldLine> => {
  const open = new Set<Socket>();
  let printer = 0;
  let wanted: (() => void) | null = null;
  let held = false;
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: printer });
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (open.delete(socket), other.destroy()));
    }
    near.on('data', (bytes) => {
      if (held) return;
      far.write(bytes);
      if (wanted === null || bytes.byteLength <= SLIP_BYTES) return;
      held = true;
      wanted();
      wanted = null;
    });
    far.on('data', (bytes) => held || near.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    uri: `tcp:127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    to: (uri) => {
      printer = Number(/:(\d+)$/.exec(uri)?.[1]);
    },
    hold: () =>
      new Promise((resolve) => {
        wanted = resolve;
      }),
    release: () => {
      held = false;
      for (const socket of open) socket.destroy();
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};

/** What a reader of codes sees on a printed PDF's first page. */
export const codeOn = (pdf: string): string => {
  const stem = pdf.replace(/\.pdf$/, '');
  spawnSync('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, stem]);
  return spawnSync('zbarimg', ['-q', '--raw', `${stem}.png`], { encoding: 'utf8' }).stdout.trim();
};

/** The signed statement in a slip's code, read from its picture by zbar; null where there is none. */
export const statementOn = (png: Buffer): { text: string; payload: string } | null => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-slip-'));
  try {
    const file = join(folder, 'slip.png');
    writeFileSync(file, png);
    const text = spawnSync('zbarimg', ['-q', '--raw', file], { encoding: 'utf8' }).stdout.trim();
    const payload = /^HALL24\.1\.([\w-]+)\./.exec(text)?.[1];
    return payload === undefined ? null : { text, payload: Buffer.from(payload, 'base64url').toString('utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
