/** The two command lines as child processes: what a script sees of them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = (name: string) => join(import.meta.dirname, '../../dist', `${name}.js`);
let folder = '';
const running: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(stop));
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

const finished = (child: ChildProcess): Promise<Outcome> =>
  new Promise((resolve) => {
    const outcome = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => (outcome.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (outcome.stderr += chunk.toString()));
    child.once('close', (code) => resolve({ code, ...outcome }));
  });
const device = (...args: string[]): Promise<Outcome> => finished(spawn(process.execPath, [program('device'), ...args]));
const reply = ({ stdout }: Outcome): unknown => {
  expect(stdout.endsWith('\n') && stdout.trimEnd().split('\n').length === 1).toBe(true);
  return JSON.parse(stdout);
};

const stop = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  child.kill('SIGTERM');
  return ended;
};

/** Starts an emulator and waits for its first line. */
const emulate = (env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ child: ChildProcess; uri: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program('emulate'), ...args], { env });
    running.push(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('exit', () => reject(new Error(said.trim())));
    child.stdout.once('data', (line: Buffer) => resolve({ child, uri: (JSON.parse(line.toString()) as { uri: string }).uri }));
  });

describe('device', () => {
  test('reads a card over a PTY: one line of JSON, no photo', async () => {
    const { uri } = await emulate(process.env, 'id-card', '--pty', join(folder, 'tty'), '--card', 'long-term');
    const outcome = await device('id-card', 'read', '--transport', uri, '--json');
    expect(outcome.code).toBe(0);
    const { value } = reply(outcome) as { value: Record<string, unknown> };
    expect(value).toMatchObject({ kind: 'resident', name: '诸葛静好', sex: 'female', ethnicity: '土家', birthDate: '1951-10-01', validFrom: '2010-01-15', validTo: null });
    expect(Object.keys(value)).toEqual(expect.arrayContaining(['address', 'idNumber', 'issuer']));
    expect(value).not.toHaveProperty('photo');
  });

  test('prints a slip from a file, and tells the printer without paper', async () => {
    const file = join(folder, 'slip.json');
    await writeFile(file, JSON.stringify({ parts: [{ type: 'text', text: '受理回执' }, { type: 'cut', mode: 'partial' }] }));
    const { uri } = await emulate(process.env, 'receipt-printer', '--listen', 'tcp:127.0.0.1:0');
    const good = await device('receipt-printer', 'print', '--transport', uri, '--file', file, '--json');
    expect([good.code, reply(good)]).toEqual([0, { ok: true, value: { delivery: 'confirmed-no-sensor' } }]);
    const empty = await emulate(process.env, 'receipt-printer', '--listen', 'tcp:127.0.0.1:0', '--fault', 'paper-out');
    const bad = await device('receipt-printer', 'print', '--transport', empty.uri, '--file', file, '--json');
    expect([bad.code, reply(bad)]).toMatchObject([1, { ok: false, fault: { code: 'paper-out', remedy: 'replenish' } }]);
    const status = await device('receipt-printer', 'status', '--transport', empty.uri, '--json');
    expect([status.code, reply(status)]).toMatchObject([0, { ok: true, value: { online: false, conditions: [{ code: 'paper-out', severity: 'error', remedy: 'replenish' }] } }]);
  });

  test('scans pages into a folder and prints a PDF', async () => {
    const scanner = await emulate(process.env, 'scanner', '--listen', 'tcp:127.0.0.1:0');
    const scanned = await device('scanner', 'scan', '--transport', scanner.uri, '--out', folder, '--source', 'platen', '--json');
    expect([scanned.code, reply(scanned)]).toMatchObject([0, { ok: true, value: { pages: 1, files: [join(folder, 'page-1.jpg')] } }]);
    await access(join(folder, 'page-1.jpg'));
    const printer = await emulate(process.env, 'document-printer', '--listen', 'tcp:127.0.0.1:0');
    const file = join(folder, 'page.pdf');
    await writeFile(file, '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
    const printed = await device('document-printer', 'print', '--transport', printer.uri, '--file', file, '--json');
    expect([printed.code, reply(printed)]).toMatchObject([0, { ok: true, value: { state: 'completed' } }]);
  });

  test.each([
    [['id-card', 'read', '--transport', 'carrier-pigeon:1'], 'bad-input'],
    [['id-card', 'dance', '--transport', 'tcp:127.0.0.1:1'], 'bad-input'],
    [['toaster', 'status', '--transport', 'tcp:127.0.0.1:1'], 'bad-input'],
    [['id-card', 'read'], 'bad-input'],
    [['receipt-printer', 'print', '--transport', 'tcp:127.0.0.1:1', '--file', '/nonexistent'], 'bad-input'],
    [['id-card', 'read', '--transport', 'serial:/dev/does-not-exist'], 'disconnected'],
    [['receipt-printer', 'status', '--transport', 'tcp:127.0.0.1:1'], 'disconnected'],
  ])('%j fails with one line of JSON: %s', async (args, code) => {
    const outcome = await device(...args, '--json');
    expect([outcome.code, reply(outcome)]).toMatchObject([1, { ok: false, fault: { code } }]);
  });

  test('tells a mistake in the line once, and each command once', async () => {
    const unnamed = await device('locker', 'open');
    expect([unnamed.code, unnamed.stdout, unnamed.stderr]).toEqual([1, '', "bad-input (maintain): required option '--transport <uri>' not specified\n"]);
    const unknown = await device('locker', 'fly', '--transport', 'tcp:127.0.0.1:1');
    expect(unknown.stderr).toContain('it has status, open, learn\n');
    expect((await device('--help')).stderr.replace(/\s+/g, ' ')).toContain('locker status, open, learn;');
  });

  test('keeps its time-out', async () => {
    const { uri } = await emulate(process.env, 'id-card', '--listen', 'tcp:127.0.0.1:0', '--no-card');
    const outcome = await device('id-card', 'read', '--transport', uri, '--json', '--timeout', '300');
    expect([outcome.code, reply(outcome)]).toMatchObject([1, { ok: false, fault: { code: 'no-media' } }]);
  });
});

describe('emulate', () => {
  test('ends on SIGTERM and leaves neither link nor socat', async () => {
    const link = join(folder, 'tty');
    const { child, uri } = await emulate(process.env, 'id-card', '--pty', link);
    expect(uri).toBe(`serial:${link}?baud=115200`);
    expect(await stop(child)).toBe(0);
    await expect(access(link)).rejects.toThrow('ENOENT');
    const left = await finished(spawn('ps', ['-eo', 'args']));
    expect(left.stdout.split('\n').filter((line) => line.includes('socat') && line.includes(link))).toEqual([]);
  });

  test('says in one line that socat is missing, or that a fault is unknown', async () => {
    await expect(emulate({ ...process.env, PATH: '/nonexistent' }, 'id-card', '--pty', join(folder, 'tty'))).rejects.toThrow(/^socat is missing[^\n]*$/);
    await expect(emulate(process.env, 'id-card', '--listen', 'tcp:127.0.0.1:0', '--fault', 'dragons')).rejects.toThrow(/^the ID-card reader cannot play "dragons"[^\n]*$/);
    await expect(emulate(process.env, 'scanner', '--pty', join(folder, 'tty'))).rejects.toThrow(/^[^\n]+$/);
  });

  test('refuses what it would not look at: an unknown setting or value, a card of another class, a card that is none', async () => {
    const started = (...args: string[]) => emulate(process.env, ...args, '--listen', 'tcp:127.0.0.1:0');
    await expect(started('code-scanner', '--option', 'engine=laser')).rejects.toThrow(/^an emulated code-scanner has no engine "laser"; there are line, gm65[^\n]*$/);
    await expect(started('receipt-printer', '--option', 'profil=sprt-80')).rejects.toThrow(/^an emulated receipt-printer has no setting "profil"; it has profile$/);
    await expect(started('call-pad', '--option', 'keys=9')).rejects.toThrow(/^an emulated call-pad has no setting "keys"; it has none$/);
    await expect(started('locker', '--card', 'resident')).rejects.toThrow(/^--card[^\n]* are for an id-card, not for a locker$/);
    await expect(started('scanner', '--code', 'A')).rejects.toThrow(/^--code is for a code-scanner, not for a scanner$/);
    await expect(started('id-card', '--card', 'nobody')).rejects.toThrow(/^--card "nobody" is neither a file that can be read nor one of resident, rare-character[^\n]*$/);
    await expect(started('sound')).rejects.toThrow(/^there is no emulator of sound: sound:file:FOLDER[^\n]*$/);
    await expect(started('nav-pad')).rejects.toThrow(/^a nav-pad is on the HID bus alone: --hid FOLDER$/);
  });

  test('tells an address with which the driver understands the device at once, whatever its model', async () => {
    for (const [deviceClass, ...more] of [['ticket-dispenser'], ['receipt-printer', '--option', 'profile=rongta-rp326'], ['code-scanner', '--option', 'engine=gm65']] as const) {
      const { uri } = await emulate(process.env, deviceClass, '--listen', 'tcp:127.0.0.1:0', ...more);
      const status = await device(deviceClass, 'status', '--transport', uri, '--json');
      expect([uri, status.code, reply(status)]).toMatchObject([expect.stringContaining('profile='), 0, { ok: true, value: { online: true, component: 'ready' } }]);
    }
  });

  test.each([
    ['call-pad', 'read', { key: 'next', counter: null, digits: null }],
    ['nav-pad', 'read', { key: 'down' }],
  ])('plays a HID %s whose keys somebody presses', async (deviceClass, command, value) => {
    const child = spawn(process.execPath, [program('emulate'), deviceClass, '--hid', join(folder, 'bus')]);
    running.push(child);
    const line = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
    const { uri, env } = JSON.parse(line.toString()) as { uri: string; env: NodeJS.ProcessEnv };
    const read = await finished(spawn(process.execPath, [program('device'), deviceClass, command, '--transport', uri, '--json', '--timeout', '20000'], { env: { ...process.env, ...env } }));
    expect([read.code, reply(read)]).toEqual([0, { ok: true, value }]);
  });

  test('plays a signature pad on which somebody signs', async () => {
    const child = spawn(process.execPath, [program('emulate'), 'signature-pad', '--hid', join(folder, 'bus')]);
    running.push(child);
    const line = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
    const { uri, env } = JSON.parse(line.toString()) as { uri: string; env: NodeJS.ProcessEnv };
    const signed = await finished(spawn(process.execPath, [program('device'), 'signature-pad', 'capture', '--transport', uri, '--out', join(folder, 'signature.json'), '--json', '--timeout', '20000'], { env: { ...process.env, ...env } }));
    expect([signed.code, reply(signed)]).toMatchObject([0, { ok: true }]);
    await access(join(folder, 'signature.json'));
  });
});
