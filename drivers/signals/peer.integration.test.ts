/**
 * Independent parties: pymodbus (Python, Debian's python3-pymodbus) and modbus-serial work our emulated board, and our driver works
 * a board made of each.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ModbusRTU, { ServerTCP } from 'modbus-serial';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { createDriver } from '../index.ts';
import { startSignalsEmulator } from './emulator.ts';

/** Debian's own: another Python on the path knows nothing of Debian's packages. */
const PYTHON = '/usr/bin/python3';
const script = (name: string): string => join(import.meta.dirname, 'peer', name);
const context = (deadlineMs = 10_000) => ({ signal: new AbortController().signal, deadlineMs });
let folder = '';
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modbus-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(null)));
const stopAtEnd = (child: ChildProcess): void => {
  closing.push(async () => {
    child.kill('SIGKILL');
    await ended(child);
  });
};
/** Starts a program and waits until one of its streams says a word. */
const saying = (word: string, command: string, args: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    stopAtEnd(child);
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes(word)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(said)));
  });
const output = (command: string, args: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let error = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(error))));
  });
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
const emulated = async (settings: Parameters<typeof startSignalsEmulator>[0]) => {
  const emulator = await startSignalsEmulator(settings);
  closing.push(() => emulator.close());
  emulator.contact(1, true);
  emulator.contact(3, true);
  return emulator;
};
const portOf = (uri: string): string => /:(\d+)(\?|$)/.exec(uri)?.[1] ?? '';
const seen = { coils: [false, false, true, false, false, false, false, false], contacts: [true, false, true], beyond: 2, strange: 1 };

describe('pymodbus works the emulated board', () => {
  test('over a PTY in RTU frames', async () => {
    const link = join(folder, 'tty');
    const emulator = await emulated({ listen: { kind: 'pty', link } });
    expect(JSON.parse(await output(PYTHON, [script('modbus_client.py'), 'rtu', link]))).toEqual(seen);
    expect(emulator.switched.map(({ relay, on }) => [relay, on])).toEqual([[2, true], [7, true], [7, false]]);
  });

  test('over Modbus/TCP, and in RTU frames through TCP', async () => {
    const plain = await emulated({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
    expect(JSON.parse(await output(PYTHON, [script('modbus_client.py'), 'tcp', '127.0.0.1', portOf(plain.uri)]))).toEqual(seen);
    const rtu = await emulated({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, rtu: true });
    expect(JSON.parse(await output(PYTHON, [script('modbus_client.py'), 'rtu-over-tcp', '127.0.0.1', portOf(rtu.uri)]))).toEqual(seen);
  });
});

/** What our driver makes of a board of theirs. */
const works = async (uri: string) => {
  const driver = createDriver('signals', uri, { outputs: { card: 1, slip: 6 }, inputs: { presence: 0, lid: 2, key: 3 } }, systemDriverClock);
  closing.push(() => driver.close());
  const results = [await driver.open(context()), await driver.run('set', { output: 'slip', to: 'on' }, context()), await driver.run('read', undefined, context())];
  await driver.close();
  const beyond = createDriver('signals', uri, { outputs: { card: 99 } }, systemDriverClock);
  closing.push(() => beyond.close());
  return [...results, await beyond.open(context())];
};
/** Contacts 0 and 3 are closed, eight relays are all that there are. */
const AS_MEANT = [
  { ok: true, value: { online: true } },
  { ok: true, value: {} },
  { ok: true, value: { inputs: [{ name: 'presence', on: true }, { name: 'lid', on: false }, { name: 'key', on: true }], outputs: [{ name: 'card', on: false }, { name: 'slip', on: true }] } },
  { ok: false, fault: { code: 'refused' } },
];

describe('our driver works a board of pymodbus', () => {
  test('over Modbus/TCP', async () => {
    const port = await freePort();
    await saying('ready', PYTHON, [script('modbus_server.py'), 'tcp', String(port)]);
    expect(await works(`modbus:tcp:127.0.0.1:${port}`)).toMatchObject(AS_MEANT);
  });

  test('over a pair of PTYs in RTU frames', async () => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    await saying('starting data transfer loop', 'socat', ['-d', '-d', `pty,raw,echo=0,link=${here}`, `pty,raw,echo=0,link=${there}`]);
    await saying('ready', PYTHON, [script('modbus_server.py'), 'rtu', there]);
    expect(await works(`modbus:serial:${here}?baud=9600`)).toMatchObject(AS_MEANT);
  });
});

describe('modbus-serial', () => {
  test('works the emulated board over TCP', async () => {
    const emulator = await emulated({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
    const client = new ModbusRTU();
    closing.push(() => new Promise<void>((resolve) => client.close(() => resolve())));
    await client.connectTCP('127.0.0.1', { port: Number(portOf(emulator.uri)) });
    client.setID(1);
    await client.writeCoil(4, true);
    expect((await client.readCoils(0, 8)).data).toEqual([false, false, false, false, true, false, false, false]);
    expect((await client.readDiscreteInputs(0, 8)).data).toEqual([false, true, false, true, false, false, false, false]);
    expect(emulator.relay(4)).toBe(true);
  });

  test('is a board that our driver works', async () => {
    const coils = Array.from({ length: 8 }, () => false);
    const beyond = (): never => {
      throw Object.assign(new Error('illegal address'), { modbusErrorCode: 2 });
    };
    const port = await freePort();
    const server = new ServerTCP(
      {
        getCoil: (at: number) => coils[at] ?? beyond(),
        getDiscreteInput: (at: number) => at === 0 || at === 3,
        setCoil: (at: number, on: boolean) => {
          coils[at] = on;
        },
      },
      { host: '127.0.0.1', port, unitID: 1 },
    );
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await new Promise<void>((resolve) => server.on('initialized', () => resolve()));
    expect(await works(`modbus:tcp:127.0.0.1:${port}`)).toMatchObject(AS_MEANT);
    expect(coils[6]).toBe(true);
  });
});
