/** The serial transport over a real PTY through the unmodified serial library. What it sends may lie in the operating system for a while, on a busy machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { createSerialTransport } from './serial.ts';

it('what was handed to the line is not taken back by the command that comes next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'serial-'));
  const path = join(folder, 'tty');
  const far = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${path}`, 'STDIO'], { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    let said = '';
    far.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await expect.poll(() => said).toContain('starting data transfer loop');
    let heard = '';
    far.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
    const transport = createSerialTransport({ kind: 'serial', path, baud: 9_600, dataBits: 8, parity: 'none', stopBits: 1, flow: 'none' }, systemDriverClock);
    await transport.open({ signal: new AbortController().signal, deadlineMs: 5_000 });
    const frames = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(4, '0'));
    for (const frame of frames) {
      await transport.write(Buffer.from(frame));
      await transport.flush();
    }
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(4 * frames.length);
    expect(heard).toBe(frames.join(''));
    await transport.close();
  } finally {
    const ended = once(far, 'close');
    far.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
});
