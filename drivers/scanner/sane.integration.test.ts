/** Our SANE driver on scanners that somebody else wrote: SANE's own test back end, and sane-airscan in front of the emulated eSCL scanner. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { CommandContext, Driver, Result, ScannedPage, ScanRequest } from '../contract.ts';
import { createScannerDriver } from './driver.ts';
import { startScannerEmulator } from './emulator.ts';
import { MAX_PAGE_BYTES } from './request.ts';

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
};
const code = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);
const within = (deadlineMs: number, signal: AbortSignal = new AbortController().signal): CommandContext => ({ signal, deadlineMs });
const FEEDER: ScanRequest = { source: 'feeder', color: 'gray', resolution: 200, maxPages: 50 };
const GLASS: ScanRequest = { source: 'platen', color: 'color', resolution: 300, maxPages: 1 };

let home = '';
const drivers: Driver<'scanner'>[] = [];
const scanner = (uri: string, options: Record<string, unknown> = {}): Driver<'scanner'> => {
  const driver = createScannerDriver(uri, options, systemDriverClock);
  drivers.push(driver);
  return driver;
};

beforeAll(async () => {
  if (!existsSync('/usr/bin/scanimage')) throw new Error('/usr/bin/scanimage is missing: apt-get install sane-utils');
  home = await mkdtemp(join(tmpdir(), 'hall24-sane-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
  // Whatever happened: no scan stays behind.
  const left = await scratch();
  if (left.length > 0) throw new Error(`scans stayed behind: ${left.join(', ')}`);
});

/** Folders for pages that this process has made. */
const scratch = async (): Promise<string[]> => (await readdir('/dev/shm')).filter((name) => name.startsWith(`hall24-scan-${process.pid}-`));

/** A program in the place of scanimage, for what no good back end does. */
async function program(body: string): Promise<string> {
  const path = join(await mkdtemp(join(home, 'program-')), 'scanimage');
  // It lists itself as a scanner with glass; what it does when it scans is the body. `$BATCH` is the name that pages shall have.
  await writeFile(path, `#!/bin/sh\nfor a in "$@"; do case "$a" in -A) printf "Options specific to device \\140x':\\n    --source Flatbed [Flatbed]\\n"; exit 0;; --batch=*) BATCH="\${a#--batch=}";; esac; done\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('driver on SANE’s test back end', () => {
  it('opens it and tells what can be told', async () => {
    expect(value(await scanner('sane:test:0').open(within(20_000)))).toEqual({ online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: 'test:0' });
    expect(code(await scanner('sane:test:99').open(within(20_000)))).toBe('disconnected');
    expect(code(await scanner('sane:nosuch:0').open(within(20_000)))).toBe('disconnected');
  });

  it('gives a page of the glass in colour at 300 dpi, as it was drawn', async () => {
    const pages: ScannedPage[] = [];
    const driver = scanner('sane:test:0', { settings: { 'test-picture': 'Color pattern' } });
    expect(value(await driver.run('scan', GLASS, within(30_000), (page) => pages.push(page)))).toEqual({ pages: 1 });
    const { width, height, channels } = await sharp(pages[0]!.data).metadata();
    // The back end ends at 200 × 200 mm.
    expect([width, height, channels]).toEqual([2362, 2362, 3]);
    expect(new Set((await sharp(pages[0]!.data).stats()).channels.map(({ mean }) => mean > 5)).has(true)).toBe(true);
  });

  it('gives the ten sheets of its feeder, grey at 200 dpi, one by one, and then ends', async () => {
    const pages: ScannedPage[] = [];
    expect(value(await scanner('sane:test:0', { settings: { 'test-picture': 'Grid' } }).run('scan', FEEDER, within(60_000), (page) => pages.push(page)))).toEqual({ pages: 10 });
    expect(pages.map(({ index, contentType }) => [index, contentType])).toEqual(Array.from({ length: 10 }, (_, index) => [index, 'image/png']));
    expect(await sharp(pages[9]!.data).metadata()).toMatchObject({ width: 1574, channels: 1 });
  });

  it('leaves what it was not asked for in the feeder', async () => {
    expect(value(await scanner('sane:test:0').run('scan', { ...FEEDER, maxPages: 3 }, within(60_000)))).toEqual({ pages: 3 });
  });

  it.each([
    ['SANE_STATUS_JAMMED', 'feeder-jam', 'clear'],
    ['SANE_STATUS_NO_DOCS', 'feeder-empty', 'clear'],
    ['SANE_STATUS_COVER_OPEN', 'cover-open', 'clear'],
    ['SANE_STATUS_DEVICE_BUSY', 'busy-elsewhere', 'wait'],
    ['SANE_STATUS_IO_ERROR', 'not-responding', 'reset'],
    ['SANE_STATUS_CANCELLED', 'cancelled', 'wait'],
    ['SANE_STATUS_INVAL', 'refused', 'maintain'],
    ['SANE_STATUS_NO_MEM', 'media-too-large', 'wait'],
    ['SANE_STATUS_ACCESS_DENIED', 'refused', 'maintain'],
    ['SANE_STATUS_UNSUPPORTED', 'refused', 'maintain'],
  ])('answers %s with the fault %s', async (status, fault, remedy) => {
    const driver = scanner('sane:test:0', { settings: { 'read-return-value': status } });
    // The back end itself hangs now and then when it is told to fail (2 of 90 scans by scanimage alone): that is another fault, and another scan.
    let scanned = await driver.run('scan', FEEDER, within(10_000));
    for (let more = 3; more > 0 && code(scanned) === 'timed-out'; more -= 1) scanned = await driver.run('scan', FEEDER, within(10_000));
    expect(scanned).toMatchObject({ ok: false, fault: { code: fault, remedy } });
    // A jam without a sensor warns until the next scan, and keeps nobody from trying.
    const { conditions } = value(await driver.open(within(20_000)));
    expect(conditions.map((found) => [found.code, found.severity])).toEqual(fault === 'feeder-jam' || fault === 'cover-open' ? [[fault, 'warning']] : []);
  });

  it('ends a slow scan at once when the citizen gives up, when the time is over, and when it is closed; the scanner is free then', async () => {
    const slow = { settings: { 'read-delay': true, 'read-delay-duration': 200_000 } };
    const abort = new AbortController();
    const driver = scanner('sane:test:0', slow);
    const scanning = driver.run('scan', GLASS, within(600_000, abort.signal));
    await expect.poll(scratch).toHaveLength(1);
    expect(code(await driver.run('status', undefined, within(5000)))).toBe('busy');
    abort.abort();
    expect(code(await scanning)).toBe('cancelled');
    expect(code(await driver.run('scan', GLASS, within(1500)))).toBe('timed-out');
    const closing = driver.run('scan', GLASS, within(600_000));
    await expect.poll(scratch).toHaveLength(1);
    await driver.close();
    expect(code(await closing)).toBe('cancelled');
    expect(value(await scanner('sane:test:0').run('scan', GLASS, within(30_000)))).toEqual({ pages: 1 });
  });
});

describe('driver on programs that misbehave', () => {
  it.each([
    ['is missing', () => Promise.resolve('/nonexistent/scanimage'), 'device-fault'],
    ['names a file of somebody else', () => program('echo /etc/passwd; sleep 60'), 'bad-frame'],
    ['names a page that it did not write', () => program('echo "$(printf "$BATCH" 1)"; sleep 60'), 'device-fault'],
    ['gives a page that is no picture', () => program('f="$(printf "$BATCH" 1)"; echo "<html>" > "$f"; echo "$f"; sleep 60'), 'bad-frame'],
    ['gives an empty page', () => program('f="$(printf "$BATCH" 1)"; : > "$f"; echo "$f"; sleep 60'), 'media-empty'],
    ['prints without end', () => program('yes hall'), 'bad-frame'],
    ['is killed', () => program('kill -9 $$'), 'host-crashed'],
    ['writes a page without end', () => program(`dd if=/dev/zero of="$(printf "$BATCH" 1).part" bs=1M count=${MAX_PAGE_BYTES / 1024 / 1024 + 9} 2>/dev/null; sleep 60`), 'media-too-large'],
    ['breaks off in the middle of a name', () => program('printf /dev/shm/pa; exit 0'), 'bad-frame'],
    ['gives nothing', () => program('exit 0'), 'no-media'],
  ])('one that %s is a fault, and gone', async (_, make, fault) => {
    const driver = scanner('sane:x', { program: await make() });
    expect(code(await driver.run('scan', GLASS, within(20_000)))).toBe(fault);
  }, 30_000);

  it('that does not die when asked to is killed', async () => {
    const driver = scanner('sane:x', { program: await program("trap '' TERM INT\nwhile :; do sleep 0.2; done") });
    expect(code(await driver.run('scan', GLASS, within(1000)))).toBe('timed-out');
  });

  it('answers a wrong name or option with a fault, and clears what a dead program left behind', async () => {
    expect(code(await scanner('sane:--help').open(within(1000)))).toBe('bad-input');
    expect(code(await scanner('sane:test:0', { settings: { '-o': 'x' } }).open(within(1000)))).toBe('bad-input');
    expect(code(await scanner('sane:test:0').run('scan', { ...GLASS, maxPages: 0 }, within(1000)))).toBe('bad-input');
    // 4194304 is above the greatest process number of Linux.
    await mkdir('/dev/shm/hall24-scan-4194305-left', { recursive: true, mode: 0o700 });
    await writeFile('/dev/shm/hall24-scan-4194305-left/page1.png', 'a scan');
    value(await scanner('sane:test:0').open(within(20_000)));
    expect(existsSync('/dev/shm/hall24-scan-4194305-left')).toBe(false);
  });
});

describe('driver through sane-airscan on the emulated scanner', () => {
  it('gives feeder and glass, and names jam, cover and empty feeder', async () => {
    const emulator = await startScannerEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerPage: 50 });
    const folder = await mkdtemp(join(home, 'airscan-'));
    await writeFile(join(folder, 'dll.conf'), 'airscan\n');
    await writeFile(join(folder, 'airscan.conf'), `[devices]\n"Sim" = ${emulator.uri.replace('escl:', '')}, eSCL\n[options]\ndiscovery = disable\n`);
    const own = process.env['SANE_CONFIG_DIR'];
    process.env['SANE_CONFIG_DIR'] = folder;
    try {
      const driver = scanner('sane:airscan:e0:Sim');
      value(await driver.open(within(30_000)));
      emulator.loadFeeder(3);
      const pages: ScannedPage[] = [];
      expect(value(await driver.run('scan', { ...FEEDER, source: 'auto' }, within(60_000), (page) => pages.push(page)))).toEqual({ pages: 3 });
      expect(await sharp(pages[0]!.data).metadata()).toMatchObject({ width: 1653, height: 2339, channels: 1 });
      expect((await sharp(pages[0]!.data).stats()).channels[0]!.min).toBeLessThan(60);
      // The feeder is empty now: the glass is meant.
      expect(value(await driver.run('scan', { ...FEEDER, source: 'auto', color: 'color' }, within(60_000), (page) => pages.push(page)))).toEqual({ pages: 1 });
      expect(await sharp(pages[3]!.data).metadata()).toMatchObject({ channels: 3 });
      for (const [fault, expected] of [['feeder-empty', 'feeder-empty'], ['feeder-jam', 'feeder-jam'], ['cover-open', 'cover-open']] as const) {
        emulator.loadFeeder(2);
        emulator.inject(fault);
        expect(code(await driver.run('scan', FEEDER, within(60_000)))).toBe(expected);
        emulator.inject(null);
      }
      await emulator.unplug();
      expect(await driver.run('scan', FEEDER, within(60_000))).toMatchObject({ ok: false, fault: { code: expect.stringMatching(/^(disconnected|not-responding)$/) } });
    } finally {
      if (own === undefined) delete process.env['SANE_CONFIG_DIR'];
      else process.env['SANE_CONFIG_DIR'] = own;
      await emulator.close();
    }
  });
});
