/** The emulated end of a serial line itself: its plug is out when it is told to be, and in afterwards. */
import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmulatedWire } from './emulator-wire.ts';

test('a plug that two pull at once is out for both, and put back it stays in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plug-'));
  const link = join(folder, 'tty');
  const wire = await openEmulatedWire({ kind: 'pty', link }, { baud: 9600, paced: false, onLink: () => ({ onData: () => undefined, onEnd: () => undefined }) });
  const there = (): Promise<boolean> => lstat(link).then(
    () => true,
    () => false,
  );
  try {
    const first = wire.unplug();
    await wire.unplug();
    expect(await there()).toBe(false);
    await wire.replug();
    await first;
    expect(await there()).toBe(true);
  } finally {
    await wire.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a file, a folder and a missing folder are told, and nothing of them is lost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plug-'));
  const file = join(folder, 'notes.txt');
  const open = (link: string) => openEmulatedWire({ kind: 'pty', link }, { baud: 9600, paced: false, onLink: () => ({ onData: () => undefined, onEnd: () => undefined }) });
  try {
    await writeFile(file, 'kept');
    await expect(open(file)).rejects.toThrow(`${file} is there already`);
    expect(await readFile(file, 'utf8')).toBe('kept');
    await expect(open(folder)).rejects.toThrow(`${folder} is there already`);
    await expect(open(join(folder, 'none', 'tty'))).rejects.toThrow(`there is no folder ${join(folder, 'none')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
