/** The safe part of the suite, as the command line runs it on an address: its report, and that nothing moves. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCallPadEmulator } from '../../drivers/call-pad/emulator.ts';
import type { Listen } from '../../drivers/emulator.ts';
import { startLockerEmulator } from '../../drivers/locker/emulator.ts';
import { startReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { startSignalsEmulator } from '../../drivers/signals/emulator.ts';
import { startWindowDisplayEmulator } from '../../drivers/window-display/emulator.ts';
import { conformanceCommand } from './command.ts';
import { reportSchema, type Report } from './report.ts';

const TCP: Listen = { kind: 'tcp', host: '127.0.0.1', port: 0 };
let folder = '';
const closing: (() => Promise<void>)[] = [];
const kept = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const emulator = await starting;
  closing.push(() => emulator.close());
  return emulator;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-real-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command, and reads both files that it writes. */
const tested = async (deviceClass: string, uri: string, ...more: string[]): Promise<{ passed: boolean; report: Report; text: string }> => {
  let printed = '';
  const passed = await conformanceCommand([deviceClass, '--transport', uri, '--out', join(folder, 'report'), ...more], (text) => {
    printed += text;
  });
  const text = await readFile(join(folder, 'report.txt'), 'utf8');
  expect(text).toBe(printed);
  return { passed, report: reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))), text };
};
const outcomeOf = ({ lines }: Report, check: string): string | undefined => lines.find((line) => line.check === check)?.outcome;

test.each([
  ['8a80', 'pty'],
  ['wkly', 'tcp'],
] as const)('a locker (%s over %s) is asked, and no lock is ever pulsed', async (profile, wire) => {
  const locker = await kept(startLockerEmulator({ listen: wire === 'tcp' ? TCP : { kind: 'pty', link: join(folder, 'line') }, profile }));
  const { passed, report, text } = await tested('locker', locker.uri);
  expect([passed, report.passed, report.class, report.device]).toEqual([true, true, 'locker', locker.uri]);
  expect(report.lines.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check)).toEqual(['open', 'status, 20 times', 'time-out', 'two at once', 'cancel', 'closed and opened 5 times']);
  expect(outcomeOf(report, 'open, learn')).toBe('not tried');
  expect(text).toContain('a lock is never pulsed by a test');
  expect(locker.pulses).toEqual([]);
});

test('boards are not written on, relays not switched, and a call pad whose keys nobody presses passes', async () => {
  const board = await kept(startWindowDisplayEmulator({ listen: TCP }));
  expect((await tested('window-display', board.uri)).passed).toBe(true);
  expect(board.pictures()).toBe(0);
  const relays = await kept(startSignalsEmulator({ listen: TCP }));
  expect((await tested('signals', relays.uri)).passed).toBe(true);
  expect(relays.switched).toEqual([]);
  const pads = await kept(startCallPadEmulator({ listen: TCP }));
  expect((await tested('call-pad', pads.uri)).passed).toBe(true);
});

test('a printer prints one slip with --paper, and none without', async () => {
  const printer = await kept(startReceiptPrinterEmulator({ listen: TCP }));
  expect(outcomeOf((await tested('receipt-printer', printer.uri)).report, 'one slip or sheet')).toBe('not tried');
  expect(printer.slips()).toEqual([]);
  expect(outcomeOf((await tested('receipt-printer', printer.uri, '--paper')).report, 'one slip or sheet')).toBe('passed');
  expect(printer.slips()).toHaveLength(1);
});

test('a device that is not there is told, and the report is written all the same', async () => {
  const { passed, report } = await tested('locker', 'tcp:127.0.0.1:1');
  expect([passed, report.passed, outcomeOf(report, 'open'), outcomeOf(report, 'everything else')]).toEqual([false, false, 'failed', 'not tried']);
});
