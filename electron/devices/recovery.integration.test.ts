/** Devices on serial lines (PTY) and sockets that go and come back while the real device host serves them: known again within 10 s, the original error told. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Pdf from 'pdfkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDocumentPrinterEmulator, type DocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import { startIdCardEmulator, type IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { specimen } from '../../drivers/id-card/specimens.ts';
import { startLockerEmulator } from '../../drivers/locker/emulator.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { systemClock } from '../clock/index.ts';
import { forkHostWith } from './host-process.ts';
import { createDevices, type Devices } from './index.ts';

/** The promise, counted from the moment a device is back. */
const BACK_MS = 10_000;
const TCP = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;

let dir: string;
let reader: IdCardEmulator;
let slips: ReceiptPrinterEmulator;
let doors: Awaited<ReturnType<typeof startLockerEmulator>>;
let slow: Awaited<ReturnType<typeof startLockerEmulator>>;
let printer: DocumentPrinterEmulator;
let devices: Devices;
let logged: [Record<string, unknown>, string][];

const until = async (what: string, met: () => boolean, ms: number): Promise<void> => {
  const begin = performance.now();
  while (!met()) {
    if (performance.now() - begin > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
/** A pseudo-terminal takes any speed; real adapters answer EINVAL to one that their clock cannot make. */
const TOO_FAST = 3_999_999;
const REFUSES_A_SPEED = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>
int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (request == TCSETS2 && ((struct termios2 *)argument)->c_ospeed == ${TOO_FAST}) return errno = EINVAL, -1;
  int (*next)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  return next(fd, request, argument);
}`;
/** A library before the C library, by which the serial ports of a program refuse one speed as the kernel would. */
const refusingPorts = (folder: string): string => {
  const source = join(folder, 'speed.c');
  const library = join(folder, 'speed.so');
  writeFileSync(source, REFUSES_A_SPEED);
  execFileSync('gcc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  return library;
};
const onePage = (): Promise<Buffer> =>
  new Promise((resolve) => {
    const document = new Pdf({ size: 'A4' });
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
    document.end();
  });
const statusOf = (id: string) => devices.health().find((device) => device.id === id)!.status;
const well = (id: string): boolean => statusOf(id).online && !statusOf(id).conditions.some(({ severity }) => severity === 'error');

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'recovery-'));
  logged = [];
  reader = await startIdCardEmulator({ listen: { kind: 'pty', link: join(dir, 'reader') } });
  slips = await startReceiptPrinterEmulator({ listen: { kind: 'pty', link: join(dir, 'slips') } });
  doors = await startLockerEmulator({ listen: { kind: 'pty', link: join(dir, 'doors') } });
  slow = await startLockerEmulator({ listen: { kind: 'pty', link: join(dir, 'slow') } });
  printer = await startDocumentPrinterEmulator({ listen: TCP, msPerSheet: 300 });
  const where = { zh: '下', en: 'below' };
  const note = (fields: Record<string, unknown>, message: string): void => void logged.push([fields, message]);
  devices = createDevices({
    terminal: {
      id: 't1',
      number: 1,
      panel: { widthMm: 398, lowerEdgeMm: 760 },
      devices: [
        { id: 'reader', class: 'id-card', transport: reader.uri, where, options: {} },
        { id: 'slips', class: 'receipt-printer', transport: slips.uri, where, options: {} },
        { id: 'doors', class: 'locker', transport: doors.uri, where, options: {} },
        { id: 'printer', class: 'document-printer', transport: printer.uri, where, options: {} },
        // Of a model that no driver knows, at a speed that no port has, and at one that this port refuses.
        { id: 'board', class: 'window-display', transport: 'tcp:127.0.0.1:9?profile=no-such-board', where, options: {} },
        { id: 'pad', class: 'call-pad', transport: `${reader.uri.split('?')[0] ?? ''}-pad?baud=7`, where, options: {} },
        { id: 'fast', class: 'locker', transport: `${slow.uri.split('?')[0] ?? ''}?baud=${TOO_FAST}`, where, options: {} },
        // No serial port at all.
        { id: 'null', class: 'window-display', transport: 'serial:/dev/null', where, options: {} },
      ],
    },
    clock: systemClock,
    log: { info: note, warn: note },
    audit: () => undefined,
    runDir: dir,
    places: { reader: 'terminals/t1.yaml:9', board: 'terminals/t1.yaml:31', pad: 'terminals/t1.yaml:37', fast: 'terminals/t1.yaml:43', null: 'terminals/t1.yaml:49' },
    spawn: forkHostWith({ LD_PRELOAD: refusingPorts(dir) }),
  });
  await devices.start();
  await until('all served', () => ['reader', 'slips', 'doors', 'printer'].every(well), 30_000);
});
afterEach(async () => {
  await devices.stop();
  for (const emulator of [reader, slips, doors, slow, printer]) await emulator.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('devices that are configured wrongly', () => {
  it('a model that no driver knows, a speed that no port has, and one that this port refuses: out of service alone, told with file and line, nothing reset', async () => {
    const host = devices.hostPid();
    for (const [id, place, said] of [
      ['board', 'terminals/t1.yaml:31', /profile/],
      ['pad', 'terminals/t1.yaml:37', /baud/],
      ['fast', 'terminals/t1.yaml:43', /slow does not take 3999999 baud \(.*Invalid argument/],
      ['null', 'terminals/t1.yaml:49', /null does not take 9600 baud \(.*Inappropriate ioctl/],
    ] as const) {
      await until(`${id} told`, () => logged.some(([fields, message]) => message === 'device is out of service' && fields['device'] === id && fields['configured'] === place && said.test(String(fields['original']))), 30_000);
      expect(statusOf(id)).toMatchObject({ online: false, conditions: [{ code: 'misconfigured', severity: 'error', remedy: 'maintain', original: expect.stringContaining(`${place}: `) as string }] });
    }
    expect(devices.hostPid()).toBe(host);
    expect(['reader', 'slips', 'doors', 'printer'].filter((other) => !well(other))).toEqual([]);
  });
});

describe('devices that go and come back', () => {
  it.each(['reader', 'slips', 'doors', 'printer'] as const)('%s: unplugged it is out alone with its error in the log, plugged in again it is known within 10 s', async (id) => {
    const emulator = { reader, slips, doors, printer }[id];
    await emulator.unplug();
    await until('out', () => !well(id), 30_000);
    await until('told', () => logged.some(([fields, message]) => fields['device'] === id && message === 'device condition began'), 30_000);
    expect(['reader', 'slips', 'doors', 'printer'].filter((other) => other !== id && !well(other))).toEqual([]);
    await emulator.replug();
    await until('known again', () => well(id), BACK_MS);
  });

  it('a host killed under a reading leaves the print job of another device to be asked about, and it is found whole', async () => {
    const created = await devices.command('document-printer', 'createJob', { jobName: 'j', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided', stock: 'plain', sheets: 1 }, { deadlineMs: 5_000 });
    if (!created.ok) throw new Error(created.fault.message);
    const { jobId } = created.value;
    expect(await devices.command('document-printer', 'sendDocument', { jobId, pdf: await onePage() }, { deadlineMs: 10_000 })).toMatchObject({ ok: true });
    const following = devices.command('document-printer', 'followJob', { jobId }, { deadlineMs: 20_000 });
    const reading = devices.command('id-card', 'read', undefined, { deadlineMs: 20_000 });
    process.kill(devices.hostPid()!, 'SIGKILL');
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'host-crashed' } });
    await following;
    await until('all served', () => ['reader', 'slips', 'doors', 'printer'].every(well), BACK_MS);
    expect(await devices.command('document-printer', 'followJob', { jobId }, { deadlineMs: 20_000 })).toMatchObject({ ok: true, value: { state: 'completed' } });
    reader.layCard(specimen('resident')!);
    expect(await devices.command('id-card', 'read', undefined, { deadlineMs: 10_000 })).toMatchObject({ ok: true, value: { name: '欧阳吉祥' } });
  });
});
