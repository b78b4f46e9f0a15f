/** Our driver on CUPS's ippeveprinter, and our emulator under CUPS's ipptool: each side checked by somebody else's other side. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { CommandContext, Driver, PrintJob, PrintJobSpec, Result } from '../contract.ts';
import { createDocumentPrinterDriver } from './driver.ts';
import { SECOND_TRAY, startDocumentPrinterEmulator } from './emulator.ts';
import { samplePdf } from './sample-pdf.ts';

const PRINTER = '/usr/sbin/ippeveprinter';
const TESTS = '/usr/share/cups/ipptool';
const A4: PrintJobSpec = { jobName: 'certificate-1', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' };
const within = (deadlineMs: number): CommandContext => ({ signal: new AbortController().signal, deadlineMs });
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
};

let home = '';
let bus: ChildProcess | null = null;

function need(path: string, debianPackage: string): void {
  if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install ${debianPackage}`);
}

const output = (program: string, args: string[], cwd: string): Promise<{ code: number | null; text: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd });
    let text = '';
    child.stdout.on('data', (part: Buffer) => (text += part.toString()));
    child.stderr.on('data', (part: Buffer) => (text += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });

beforeAll(async () => {
  need(PRINTER, 'cups-ipp-utils');
  need('/usr/bin/ipptool', 'cups-ipp-utils');
  need(`${TESTS}/ipp-1.1.test`, 'cups-ipp-utils');
  home = await mkdtemp(join(tmpdir(), 'hall24-ipp-'));
  need('/usr/bin/dbus-daemon', 'dbus-daemon');
  // ippeveprinter wants a system bus even when it announces nothing: it gets one of its own.
  bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', `--address=unix:path=${join(home, 'bus')}`], { stdio: 'ignore' });
  await vi.waitUntil(() => existsSync(join(home, 'bus')), { timeout: 10_000 });
});

const ended = (child: ChildProcess | null): Promise<void> =>
  new Promise((resolve) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

afterAll(async () => {
  await ended(bus);
  await rm(home, { recursive: true, force: true });
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe('driver on ippeveprinter', () => {
  let child: ChildProcess | null = null;
  let driver: Driver<'document-printer'>;
  let spool = '';
  let control = '';
  let address = '';

  /** The print command plays the paper path: while the control file holds lines, it says them and waits. */
  async function start(...more: string[]): Promise<void> {
    const folder = await mkdtemp(join(home, 'printer-'));
    spool = join(folder, 'spool');
    control = join(folder, 'control');
    await mkdir(spool);
    await writeFile(control, '');
    const command = join(folder, 'command.sh');
    await writeFile(
      command,
      `#!/bin/sh
grep -q '^ABORT' '${control}' && exit 1
while [ -s '${control}' ]; do cat '${control}' >&2; sleep 0.1; done
echo 'STATE: none' >&2
echo 'ATTR: job-impressions-completed=2' >&2
exit 0
`,
    );
    await chmod(command, 0o755);
    const port = await freePort();
    child = spawn(PRINTER, ['-r', 'off', '-n', 'localhost', '-p', String(port), '-f', 'application/pdf,image/pwg-raster', '-c', command, '-d', spool, '-k', '-s', '30,30', ...more, 'KioskPrinter'], {
      stdio: 'ignore',
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${join(home, 'bus')}` },
    });
    address = `ipp://localhost:${port}/ipp/print`;
    driver = createDocumentPrinterDriver(address, {}, systemDriverClock);
    await expect.poll(async () => (await driver.open(within(2000))).ok, { timeout: 20_000, interval: 100 }).toBe(true);
  }

  afterEach(async () => {
    await driver.close();
    await ended(child);
    child = null;
  });

  async function send(pages: number): Promise<{ jobId: number; pdf: Buffer }> {
    const pdf = await samplePdf(pages);
    const { jobId } = value(await driver.run('createJob', A4, within(10_000)));
    value(await driver.run('sendDocument', { jobId, pdf }, within(10_000)));
    return { jobId, pdf };
  }

  it('tells state, model and supplies', async () => {
    await start();
    const status = value(await driver.run('status', undefined, within(5000)));
    expect(status).toMatchObject({ online: true, component: 'ready' });
    expect(status.model).toBeTruthy();
    expect(status.supplies.map(({ name }) => name)).toEqual(['paper', 'paper', 'waste', 'toner', 'toner', 'toner', 'toner']);
    expect(status.supplies.at(3)).toEqual({ name: 'toner', percent: 75, left: null });
    expect(status.conditions.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('tells its trays, and draws two copies on both sides from the one that was asked for', async () => {
    await start('-2');
    const status = value(await driver.run('status', undefined, within(5000)));
    expect(status.trays).toEqual([
      { source: 'main', stock: 'plain', media: 'na_letter_8.5x11in', state: 'ready', left: null },
      { source: 'photo', stock: 'plain', media: 'na_index-4x6_4x6in', state: 'ready', left: null },
    ]);
    const spec: PrintJobSpec = { ...A4, media: 'na_letter_8.5x11in', copies: 2, sides: 'two-sided-long-edge', tray: 'main' };
    const created = value(await driver.run('createJob', spec, within(10_000)));
    expect(created).toMatchObject({ tray: 'main', trayLeft: null });
    value(await driver.run('sendDocument', { jobId: created.jobId, pdf: await samplePdf(2) }, within(10_000)));
    expect(value(await driver.run('followJob', { jobId: created.jobId }, within(20_000)))).toMatchObject({ state: 'completed' });
    // What the printer itself says it was asked for, read by another program.
    const asked = join(home, 'job.test');
    await writeFile(
      asked,
      '{\nNAME "job"\nOPERATION Get-Job-Attributes\nGROUP operation-attributes-tag\nATTR charset attributes-charset utf-8\nATTR naturalLanguage attributes-natural-language en\nATTR uri printer-uri $uri\n' +
        `ATTR integer job-id ${created.jobId}\nSTATUS successful-ok\nEXPECT copies WITH-VALUE 2\nEXPECT sides WITH-VALUE two-sided-long-edge\nEXPECT media-col OF-TYPE collection\n}\n`,
    );
    const { text } = await output('ipptool', ['-tv', address, asked], home);
    expect(text).not.toContain('FAIL');
    expect(text).toMatch(/media-col \(collection\) = .*media-source=main/);
  });

  it('refuses the wrong size, a tray that it lacks, and to hold a job, before a job exists', async () => {
    await start('-2');
    for (const [spec, fault] of [[{ tray: 'main' }, 'refused'], [{ tray: 'tray-2' }, 'tray-missing'], [{ stock: 'numbered' }, 'refused'], [{ hold: true }, 'refused']] as const) {
      expect(await driver.run('createJob', { ...A4, ...spec }, within(10_000))).toMatchObject({ ok: false, fault: { code: fault } });
    }
    expect(await driver.run('holdJob', { jobId: 1 }, within(10_000))).toMatchObject({ ok: false });
    expect(await readdir(spool)).toEqual([]);
  });

  it('prints a PDF that arrives byte for byte, and follows the job to its end', async () => {
    await start();
    const { jobId, pdf } = await send(2);
    const seen: PrintJob[] = [];
    expect(value(await driver.run('followJob', { jobId }, within(20_000), (job) => seen.push(job)))).toMatchObject({ jobId, state: 'completed' });
    expect(seen.length).toBeGreaterThan(0);
    const [file] = await readdir(spool);
    expect((await readFile(join(spool, file!))).equals(pdf)).toBe(true);
  });

  it('names paper out as what holds a job up, and sees it through when paper is filled', async () => {
    await start();
    await writeFile(control, 'STATE: +media-empty-error\n');
    const { jobId } = await send(1);
    const held = await driver.run('followJob', { jobId }, within(3000));
    expect(held).toMatchObject({ ok: false, fault: { code: 'paper-out', remedy: 'replenish', original: expect.stringMatching(/^media-empty/) } });
    expect(value(await driver.run('status', undefined, within(5000))).conditions).toMatchObject([{ code: 'paper-out', severity: 'error' }]);
    await writeFile(control, '');
    expect(value(await driver.run('followJob', { jobId }, within(20_000)))).toMatchObject({ state: 'completed' });
  });

  it('tells a job that the printer gives up', async () => {
    await start();
    await writeFile(control, 'ABORT\n');
    const { jobId } = await send(1);
    expect(value(await driver.run('followJob', { jobId }, within(20_000)))).toMatchObject({ state: 'aborted', stateReasons: expect.arrayContaining(['aborted-by-system']) });
  });

  it('cancels a job that is held up', async () => {
    await start();
    await writeFile(control, 'STATE: +media-jam-error\n');
    const { jobId } = await send(1);
    // Before its print command is at it, this printer lets go of a job at once.
    await expect.poll(async () => value(await driver.run('status', undefined, within(5000))).conditions, { timeout: 20_000 }).toMatchObject([{ code: 'paper-jam' }]);
    // This printer finishes what its print command is at before it lets go of a job.
    expect(value(await driver.run('cancelJob', { jobId }, within(1500)))).toMatchObject({ state: 'processing', stateReasons: expect.arrayContaining(['processing-to-stop-point']) });
    await writeFile(control, '');
    expect(value(await driver.run('followJob', { jobId }, within(20_000)))).toMatchObject({ state: 'canceled' });
  });

  it('tells jobs of a printer that was switched off and on as lost, and a printer that is gone as disconnected', async () => {
    await start();
    expect(await driver.run('followJob', { jobId: 4711 }, within(5000))).toMatchObject({ ok: false, fault: { code: 'job-lost' } });
    await ended(child);
    expect(await driver.run('status', undefined, within(5000))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  });
});

describe('emulator under ipptool', () => {
  it.each([
    ['ipp-1.1.test', []],
    ['get-printer-attributes.test', []],
    ['get-jobs.test', []],
    ['validate-job.test', []],
    ['create-job.test', []],
    ['print-job-and-wait.test', []],
    ['paper-out.test', ['paper-out']],
    ['cancel-held.test', ['jam']],
    ['print-job-hold.test', []],
    ['hold-release.test', []],
    ['trays.test', []],
  ])('passes %s', async (name, faults) => {
    const emulator = await startDocumentPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerSheet: 150, trays: [SECOND_TRAY] });
    try {
      const folder = await mkdtemp(join(home, 'ipptool-'));
      const own = join(import.meta.dirname, 'ipptool', name);
      await copyFile(existsSync(own) ? own : join(TESTS, name), join(folder, name));
      // The shipped tests look for their documents beside themselves; Debian ships none.
      await writeFile(join(folder, 'document-a4.pdf'), await samplePdf(2));
      await writeFile(join(folder, 'document.pdf'), await samplePdf(1));
      for (const fault of faults) emulator.inject(fault);
      const { code, text } = await output('ipptool', ['-t', '-f', join(folder, 'document.pdf'), '-d', 'filetype=application/pdf', emulator.uri, join(folder, name)], folder);
      expect(text).not.toContain('FAIL');
      expect(text).toContain('PASS');
      expect(code).toBe(0);
    } finally {
      await emulator.close();
    }
  });
});
