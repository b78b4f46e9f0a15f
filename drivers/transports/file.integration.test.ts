/** A device file that is one: the near end of a PTY, with an emulated device at the other. */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { EmulatedLink } from '../emulator.ts';
import { openEmulatedWire } from '../emulator-wire.ts';
import { createIdCardDriver } from '../id-card/driver.ts';
import { startIdCardEmulator } from '../id-card/emulator.ts';
import { specimen } from '../id-card/specimens.ts';
import { createFileTransport } from './file.ts';

const context = (deadlineMs = 5000) => ({ signal: new AbortController().signal, deadlineMs });
const closers: (() => Promise<void>)[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'device-file-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const device = async (onData: (chunk: Uint8Array, link: EmulatedLink) => void) => {
  const path = join(folder, 'lp0');
  const wire = await openEmulatedWire(
    { kind: 'pty', link: path },
    { baud: 9600, paced: false, onLink: (link) => ({ onData: (chunk) => onData(chunk, link), onEnd: () => {} }) },
  );
  closers.push(() => wire.close());
  const transport = createFileTransport({ kind: 'file', path }, systemDriverClock);
  closers.push(() => transport.close());
  return { wire, transport };
};

describe('a device file', () => {
  it('takes more than its buffer holds, in order, and gives status bytes back', async () => {
    const got: Uint8Array[] = [];
    const { transport } = await device((chunk, link) => {
      got.push(Uint8Array.from(chunk));
      if (Buffer.concat(got).length === 300_000) link.send(Uint8Array.of(0x12));
    });
    const status = new Promise<Uint8Array>((resolve) => {
      transport.onData(resolve);
    });
    expect(await transport.open(context())).toEqual({ ok: true, value: undefined });
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    expect(await transport.write(bytes)).toMatchObject({ ok: true });
    expect([...(await status)]).toEqual([0x12]);
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
  });

  it('goes on after a flush with what comes then', async () => {
    const { transport } = await device((chunk, link) => link.send(chunk));
    const heard: number[] = [];
    transport.onData((chunk) => heard.push(...chunk));
    await transport.open(context());
    await transport.write(Uint8Array.of(1));
    await expect.poll(() => heard).toEqual([1]);
    await transport.flush();
    await transport.write(Uint8Array.of(2));
    await expect.poll(() => heard).toEqual([1, 2]);
  });

  it('that is not there is told, one that goes away is told once, and it opens again when it is back', async () => {
    const { wire, transport } = await device(() => undefined);
    await transport.open(context());
    const reasons: string[] = [];
    transport.onClose((reason) => reasons.push(reason));
    await wire.unplug();
    await expect.poll(() => reasons).toHaveLength(1);
    expect(transport.isOpen).toBe(false);
    expect(await transport.write(Uint8Array.of(1))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(await transport.open(context())).toMatchObject({ ok: false, fault: { code: 'disconnected', original: 'ENOENT' } });
    await wire.replug();
    expect(await transport.open(context())).toMatchObject({ ok: true });
    expect(reasons).toHaveLength(1);
  });

  it('ends a write that the device does not take when it is closed', async () => {
    // Nobody reads the far end of this one: its buffer fills up.
    const path = join(folder, 'full');
    await symlink('/dev/ptmx', path);
    const transport = createFileTransport({ kind: 'file', path }, systemDriverClock);
    await transport.open(context());
    const writing = transport.write(new Uint8Array(1_000_000));
    await transport.close();
    expect(await writing).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  });

  it('must be a device: an ordinary file or a folder is refused and stays as it was', async () => {
    const path = join(folder, 'letter.txt');
    await writeFile(path, 'dear');
    expect(await createFileTransport({ kind: 'file', path }, systemDriverClock).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(await createFileTransport({ kind: 'file', path: folder }, systemDriverClock).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });

  it('carries a whole driver', async () => {
    const path = join(folder, 'reader');
    const emulator = await startIdCardEmulator({ listen: { kind: 'pty', link: path } });
    closers.push(() => emulator.close());
    const laid = specimen('resident')!;
    emulator.layCard(laid);
    const driver = createIdCardDriver(`file:${path}`, {}, systemDriverClock);
    closers.push(() => driver.close());
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: laid.card });
    await emulator.unplug();
    expect(await driver.run('read', undefined, context(1000))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    emulator.layCard(laid);
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: laid.card });
  });
});
