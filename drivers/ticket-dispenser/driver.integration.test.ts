/** Tickets over a real PTY through the unmodified serial library, and over TCP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SlipDocument } from '../contract.ts';
import { createDriver, systemDriverClock } from '../index.ts';
import { interpret } from '../receipt-printer/interpreter.ts';
import { startTicketDispenserEmulator } from './emulator.ts';

const context = (deadlineMs = 8000) => ({ signal: new AbortController().signal, deadlineMs });
const ticket: SlipDocument = { parts: [{ type: 'text', text: 'B047', width: 4, height: 4, align: 'center' }, { type: 'qr', text: 'HALL24:ticket:B047' }, { type: 'cut', mode: 'full' }] };
const closing: (() => Promise<void>)[] = [];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickets-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(['tcp', 'pty'] as const)('over %s', (kind) => {
  test('a ticket is printed, and proved taken by the sensor', async () => {
    const emulator = await startTicketDispenserEmulator({ listen: kind === 'tcp' ? { kind, host: '127.0.0.1', port: 0 } : { kind, link: join(folder, 'tty') }, takenAfterMs: 300 });
    closing.push(() => emulator.close());
    const driver = createDriver('ticket-dispenser', `${emulator.uri}${kind === 'tcp' ? '?' : '&'}profile=custom-kpm216`, {}, systemDriverClock);
    closing.push(() => driver.close());
    expect(driver.deviceClass).toBe('ticket-dispenser');
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { media: 'absent', component: 'ready' } });
    expect(await driver.run('print', ticket, context())).toEqual({ ok: true, value: { delivery: 'taken' } });
    expect(interpret(emulator.slips()[0]!.bytes)).toMatchObject({ lines: ['B047'], qrCodes: ['HALL24:ticket:B047'], unknown: [] });
  });

  test('a ticket whose plug is pulled under way is doubtful, and never printed again by the driver', async () => {
    const emulator = await startTicketDispenserEmulator({ listen: kind === 'tcp' ? { kind, host: '127.0.0.1', port: 0 } : { kind, link: join(folder, 'tty') } });
    closing.push(() => emulator.close());
    const driver = createDriver('ticket-dispenser', emulator.uri, { profile: 'custom-kpm216' }, systemDriverClock);
    closing.push(() => driver.close());
    const long: SlipDocument = { parts: [...Array.from({ length: 20 }, () => ({ type: 'image' as const, bitmap: { width: 576, height: 200, data: new Uint8Array(14_400) } })), { type: 'cut', mode: 'full' }] };
    const pulled: Promise<void>[] = [];
    const result = await driver.run('print', long, context(), () => {
      pulled.push(emulator.unplug());
    });
    expect(result).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(pulled).toHaveLength(1);
    await Promise.all(pulled);
    await emulator.replug();
    expect(await driver.open(context())).toMatchObject({ ok: true });
    expect(emulator.slips()).toEqual([]);
  });
});
