/** Our emulator under Debian's scanimage with sane-airscan: an eSCL client that somebody else wrote. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startScannerEmulator } from './emulator.ts';
import type { ScannerEmulator } from './emulator.ts';

/** Exit status of scanimage is the SANE status. */
const SANE = { good: 0, jammed: 6, noDocuments: 7, coverOpen: 8, ioError: 9 } as const;

let home = '';
let folder = '';
let emulator: ScannerEmulator;

const scanimage = (...args: string[]): Promise<{ code: number | null; text: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn('scanimage', ['-d', 'airscan:e0:Sim', ...args], { cwd: folder, env: { ...process.env, SANE_CONFIG_DIR: join(folder, 'conf') } });
    let text = '';
    child.stderr.on('data', (part: Buffer) => (text += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });

beforeAll(async () => {
  if (!existsSync('/usr/bin/scanimage')) throw new Error('/usr/bin/scanimage is missing: apt-get install sane-utils');
  const libraries = await readdir('/usr/lib');
  if (!libraries.some((triplet) => existsSync(`/usr/lib/${triplet}/sane/libsane-airscan.so.1`))) throw new Error('libsane-airscan is missing: apt-get install sane-airscan');
  home = await mkdtemp(join(tmpdir(), 'hall24-escl-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

beforeEach(async () => {
  emulator = await startScannerEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerPage: 50 });
  folder = await mkdtemp(join(home, 'scan-'));
  await mkdir(join(folder, 'conf'));
  await writeFile(join(folder, 'conf', 'dll.conf'), 'airscan\n');
  await writeFile(join(folder, 'conf', 'airscan.conf'), `[devices]\n"Sim" = ${emulator.uri.replace('escl:', '')}, eSCL\n[options]\ndiscovery = disable\n`);
});
afterEach(() => emulator.close());

describe('emulator under sane-airscan', () => {
  it('names its sources, modes and resolutions', async () => {
    const { code } = await scanimage('--source', 'ADF', '--mode', 'Color', '--resolution', '100', '--dont-scan');
    expect(code).toBe(SANE.good);
    expect((await scanimage('--source', 'ADF Duplex', '--dont-scan')).code).not.toBe(SANE.good);
  });

  it('gives a page from the glass, grey at 200 dpi, with ink on it', async () => {
    expect(await scanimage('--source', 'Flatbed', '--mode', 'Gray', '--resolution', '200', '--format=png', '-o', 'glass.png')).toMatchObject({ code: SANE.good });
    const image = sharp(join(folder, 'glass.png'));
    expect(await image.metadata()).toMatchObject({ width: 1653, height: 2339, channels: 1 });
    const { channels } = await image.stats();
    expect(channels[0]!.min).toBeLessThan(60);
    expect(channels[0]!.mean).toBeGreaterThan(200);
    expect(emulator.openJobs()).toBe(0);
  });

  it('gives a part of the glass, in colour at 300 dpi', async () => {
    expect(await scanimage('--source', 'Flatbed', '--mode', 'Color', '--resolution', '300', '-x', '100', '-y', '60', '--format=png', '-o', 'part.png')).toMatchObject({ code: SANE.good });
    const { width, height, channels } = await sharp(join(folder, 'part.png')).metadata();
    expect(Math.abs(width - 1181)).toBeLessThanOrEqual(3);
    expect(Math.abs(height - 709)).toBeLessThanOrEqual(3);
    expect(channels).toBe(3);
  });

  it('gives every sheet of the feeder and then says that it is empty', async () => {
    emulator.loadFeeder(3);
    const batch = await scanimage('--source', 'ADF', '--mode', 'Gray', '--resolution', '100', '--format=png', '--batch=sheet%d.png');
    expect(batch).toMatchObject({ code: SANE.good, text: expect.stringContaining('out of documents') });
    expect((await readdir(folder)).filter((file) => file.startsWith('sheet')).sort()).toEqual(['sheet1.png', 'sheet2.png', 'sheet3.png']);
    expect(emulator.feederSheets()).toBe(0);
    expect(emulator.openJobs()).toBe(0);
  });

  it('gives the sheets of the feeder in colour at 200 dpi, whole, and the empty one among them as white', async () => {
    emulator.loadFeeder(['contract', 'blank', 'income']);
    const batch = await scanimage('--source', 'ADF', '--mode', 'Color', '--resolution', '200', '--format=png', '--batch=color%d.png', '--batch-count=3');
    expect(batch.code).toBe(SANE.good);
    const pages = await Promise.all([1, 2, 3].map(async (index) => ({ meta: await sharp(join(folder, `color${index}.png`)).metadata(), stats: await sharp(join(folder, `color${index}.png`)).greyscale().stats() })));
    expect(pages.map(({ meta: { width, height, channels } }) => [width, height, channels])).toEqual(Array.from({ length: 3 }, () => [1653, 2339, 3]));
    expect(pages.map(({ stats }) => stats.channels[0]!.min < 100)).toEqual([true, false, true]);
  });

  it.each([
    ['feeder-empty', SANE.noDocuments],
    ['feeder-jam', SANE.jammed],
    ['cover-open', SANE.coverOpen],
    ['html-answer', SANE.ioError],
  ])('says %s in a way that others understand', async (fault, status) => {
    emulator.loadFeeder(2);
    emulator.inject(fault);
    expect(await scanimage('--source', 'ADF', '--mode', 'Gray', '--resolution', '100', '--format=png', '-o', 'x.png')).toMatchObject({ code: status });
  });
});
