/**
 * Devices that are unplugged or fall silent in the middle of a command, at each of its steps, while the real device host serves them:
 * the command ends with a coded fault, the device's own error is in the log, it is known again within 10 s of coming back, and the same case
 * goes on where that is safe. With HALL24_STEPS=all every message of every command is such a step; else the first and the last of each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_CODES, type Result, type SlipDocument } from '../../drivers/contract.ts';
import { startCodeScannerEmulator, type CodeScannerEmulator } from '../../drivers/code-scanner/emulator.ts';
import { startDocumentPrinterEmulator, type DocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import { samplePdf } from '../../drivers/document-printer/sample-pdf.ts';
import type { Listen } from '../../drivers/emulator.ts';
import { startIdCardEmulator, type IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { specimen } from '../../drivers/id-card/specimens.ts';
import { startLockerEmulator, type LockerEmulator } from '../../drivers/locker/emulator.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { startScannerEmulator, type ScannerEmulator } from '../../drivers/scanner/emulator.ts';
import { startSignalsEmulator, type SignalsEmulator } from '../../drivers/signals/emulator.ts';
import { startWindowDisplayEmulator, type WindowDisplayEmulator } from '../../drivers/window-display/emulator.ts';
import { startFaultyWire } from '../../test/conformance/faulty-wire.ts';
import type { FaultyWire } from '../../test/conformance/breaker.ts';
import { pointsOf } from '../../test/conformance/bench.ts';
import { systemClock } from '../clock/index.ts';
import { createDevices, type Devices } from './index.ts';

/** The promise, counted from the moment a device is back. */
const BACK_MS = 10_000;
const STEPS = process.env['HALL24_STEPS'] === 'all' ? 200 : 2;
const TCP: Listen = { kind: 'tcp', host: '127.0.0.1', port: 0 };
const SHEETS = 2;
const MARK = 'SAME CASE';
const CODE = '取件 QJ-073106';
const CELL = { board: 1, cell: 3 } as const;
const RELAY = 2;
const CALL = { number: 'A001', counter: '3' } as const;
const slip: SlipDocument = { parts: [{ type: 'text', text: MARK }, { type: 'cut', mode: 'partial' }] };
const pdf = await samplePdf(1);

let dir: string;
let devices: Devices;
const logged: [Record<string, unknown>, string][] = [];
const wires: Record<string, FaultyWire> = {};
let reader: IdCardEmulator;
let slips: ReceiptPrinterEmulator;
let printer: DocumentPrinterEmulator;
let scanner: ScannerEmulator;
let doors: LockerEmulator;
let lamps: SignalsEmulator;
let codes: CodeScannerEmulator;
let board: WindowDisplayEmulator;

const until = async (what: string, met: () => boolean, ms: number): Promise<number> => {
  const begin = performance.now();
  while (!met()) {
    if (performance.now() - begin > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - begin;
};
const statusOf = (id: string) => devices.health().find((device) => device.id === id)!.status;
const well = (id: string): boolean => statusOf(id).online && !statusOf(id).conditions.some(({ severity }) => severity === 'error');
const marks = (): number => slips.slips().filter(({ bytes }) => Buffer.from(bytes).includes(MARK)).length;

/** One case on one device: how it begins, and how whoever gave the command goes on when the device is back. */
interface Case {
  id: string;
  wire: string;
  /** Milliseconds that the command gets. */
  deadlineMs: number;
  begin: (deadlineMs: number) => Promise<Result<unknown>>;
  /** The same case, to its end. @param broken what the command ended with */
  goOn: (broken: Result<unknown>, when: string) => Promise<void>;
}

const readCard = async (deadlineMs: number): Promise<Result<unknown>> => {
  reader.layCard(specimen('resident')!);
  return devices.command('id-card', 'read', undefined, { deadlineMs });
};
let sent = false;
const printSlip = (deadlineMs: number): Promise<Result<unknown>> => {
  // The emulated printer keeps the newest fifty alone: counted is what came since.
  slips.takeSlips();
  sent = false;
  return devices.command('receipt-printer', 'print', slip, {
    deadlineMs,
    onProgress: () => {
      sent = true;
    },
  });
};
let jobId: number | null = null;
let sheetsBefore = 0;
const sheets = (): number => printer.jobs().reduce((sum, job) => sum + job.sheets, 0);
const printSheet = async (deadlineMs: number): Promise<Result<unknown>> => {
  const ends = performance.now() + deadlineMs;
  const left = (): number => Math.max(1, ends - performance.now());
  jobId = null;
  const created = await devices.command('document-printer', 'createJob', { jobName: 'j', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided', stock: 'plain', sheets: 1 }, { deadlineMs: left() });
  if (!created.ok) return created;
  ({ jobId } = created.value);
  const given = await devices.command('document-printer', 'sendDocument', { jobId, pdf }, { deadlineMs: left() });
  return given.ok ? devices.command('document-printer', 'followJob', { jobId }, { deadlineMs: left() }) : given;
};
const scan = (deadlineMs: number): Promise<Result<unknown>> => {
  scanner.loadFeeder(SHEETS);
  return devices.command('scanner', 'scan', { source: 'feeder', color: 'gray', resolution: 200, maxPages: 5 }, { deadlineMs });
};
let pulsesBefore = 0;
const pulses = (): number => doors.pulses.length - pulsesBefore;
const openCell = (deadlineMs: number): Promise<Result<unknown>> => {
  doors.closeDoor(CELL.board, CELL.cell);
  pulsesBefore = doors.pulses.length;
  return devices.command('locker', 'open', CELL, { deadlineMs });
};
const light = (deadlineMs: number): Promise<Result<unknown>> => devices.command('signals', 'set', { output: 'slip', to: 'on' }, { deadlineMs });
const readCode = (deadlineMs: number): Promise<Result<unknown>> => {
  codes.lay(CODE);
  return devices.command('code-scanner', 'read', undefined, { deadlineMs });
};
const show = (deadlineMs: number): Promise<Result<unknown>> => devices.command('window-display', 'show', CALL, { deadlineMs });

const CASES: readonly Case[] = [
  {
    id: 'reader',
    wire: 'a serial line',
    deadlineMs: 10_000,
    begin: readCard,
    goOn: async () => expect(await readCard(10_000)).toMatchObject({ ok: true, value: { name: '欧阳吉祥' } }),
  },
  {
    id: 'slips',
    wire: 'TCP',
    deadlineMs: 15_000,
    begin: printSlip,
    goOn: async (broken) => {
      const came = marks();
      // Before it was told that the slip was sent nothing came out, and the same slip may be printed; after it nobody may, and one at most came out.
      expect(came).toBeLessThanOrEqual(sent ? 1 : 0);
      if (broken.ok) expect(came).toBe(1);
      expect(await printSlip(20_000)).toMatchObject({ ok: true });
      expect(marks()).toBe(1);
    },
  },
  {
    id: 'printer',
    wire: 'IPP',
    deadlineMs: 10_000,
    begin: (deadlineMs) => {
      sheetsBefore = sheets();
      return printSheet(deadlineMs);
    },
    goOn: async () => {
      // The job has a number: the printer is asked for it, and only one that printed nothing is made anew.
      const asked = jobId === null ? null : await devices.command('document-printer', 'followJob', { jobId }, { deadlineMs: 2_500 });
      if (asked?.ok !== true || asked.value.state !== 'completed') {
        if (jobId !== null) await devices.command('document-printer', 'cancelJob', { jobId }, { deadlineMs: 5_000 });
        expect(sheets()).toBe(sheetsBefore);
        expect(await printSheet(20_000)).toMatchObject({ ok: true, value: { state: 'completed' } });
      }
      expect(sheets()).toBe(sheetsBefore + 1);
    },
  },
  {
    id: 'scanner',
    wire: 'eSCL',
    // The emulated scanner draws its pages with the machine's own processor, which may have others to serve.
    deadlineMs: 60_000,
    begin: scan,
    goOn: async (broken, when) => {
      const left = scanner.openJobs();
      expect(await scan(60_000), `${when}, ${broken.ok ? 'ok' : broken.fault.code}, ${left} jobs left behind`).toEqual({ ok: true, value: { pages: SHEETS } });
    },
  },
  {
    id: 'doors',
    wire: 'RS-485',
    deadlineMs: 8_000,
    begin: openCell,
    goOn: async (broken, when) => {
      // A lock is pulsed once, whatever became of the answer: afterwards the door is asked, and it tells what stands there.
      expect(pulses(), when).toBeLessThanOrEqual(1);
      if (broken.ok) expect(pulses(), when).toBe(1);
      const asked = await devices.command('locker', 'cells', CELL, { deadlineMs: 5_000 });
      expect(asked, when).toEqual({ ok: true, value: { cells: [expect.objectContaining({ cell: CELL.cell, door: doors.isOpen(CELL.board, CELL.cell) ? 'open' : 'closed' })] } });
      expect(await openCell(10_000), when).toMatchObject({ ok: true });
      expect(pulses(), when).toBe(1);
    },
  },
  {
    id: 'lamps',
    wire: 'Modbus over TCP',
    deadlineMs: 5_000,
    begin: (deadlineMs) => {
      lamps.restart();
      return light(deadlineMs);
    },
    goOn: async (_broken, when) => {
      expect(await light(10_000), when).toMatchObject({ ok: true });
      expect(lamps.relay(RELAY), when).toBe(true);
    },
  },
  {
    id: 'codes',
    wire: 'a serial engine that answers',
    deadlineMs: 8_000,
    begin: readCode,
    goOn: async (_broken, when) => expect(await readCode(10_000), when).toMatchObject({ ok: true, value: { text: CODE } }),
  },
  {
    id: 'board',
    wire: 'TCP',
    deadlineMs: 5_000,
    begin: (deadlineMs) => {
      board.powerOff();
      board.powerOn();
      return show(deadlineMs);
    },
    goOn: async (_broken, when) => {
      expect(await show(10_000), when).toMatchObject({ ok: true });
      expect(board.shown(), when).toContain(CALL.number);
    },
  },
];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'steps-'));
  reader = await startIdCardEmulator({ listen: { kind: 'pty', link: join(dir, 'reader') } });
  slips = await startReceiptPrinterEmulator({ listen: TCP });
  printer = await startDocumentPrinterEmulator({ listen: TCP, msPerSheet: 100 });
  scanner = await startScannerEmulator({ listen: TCP, msPerPage: 0 });
  doors = await startLockerEmulator({ listen: { kind: 'pty', link: join(dir, 'doors') }, profile: '8a80' });
  lamps = await startSignalsEmulator({ listen: TCP });
  codes = await startCodeScannerEmulator({ listen: { kind: 'pty', link: join(dir, 'codes') }, engine: 'gm65', everyMs: 100 });
  board = await startWindowDisplayEmulator({ listen: TCP, profile: 'am03127' });
  for (const [id, { uri }] of Object.entries({ reader, slips, printer, scanner, doors, lamps, codes, board })) wires[id] = await startFaultyWire(uri, join(dir, `${id}-wire`));
  const where = { zh: '下', en: 'below' };
  const note = (fields: Record<string, unknown>, message: string): void => void logged.push([fields, message]);
  devices = createDevices({
    terminal: {
      id: 't1',
      number: 1,
      panel: { widthMm: 398, lowerEdgeMm: 760 },
      devices: [
        { id: 'reader', class: 'id-card', transport: wires['reader']!.uri, where, options: {} },
        { id: 'slips', class: 'receipt-printer', transport: wires['slips']!.uri, where, options: {} },
        { id: 'printer', class: 'document-printer', transport: wires['printer']!.uri, where, options: { answerMs: 1_500 } },
        { id: 'scanner', class: 'scanner', transport: wires['scanner']!.uri, where, options: { answerMs: 1_500, pageMs: 60_000 } },
        { id: 'doors', class: 'locker', transport: wires['doors']!.uri, where, options: {} },
        { id: 'lamps', class: 'signals', transport: wires['lamps']!.uri, where, options: { outputs: { card: 0, slip: RELAY }, inputs: { presence: 1 } } },
        { id: 'codes', class: 'code-scanner', transport: wires['codes']!.uri, where, options: { profile: 'gm65' } },
        { id: 'board', class: 'window-display', transport: wires['board']!.uri, where, options: { profile: 'am03127' } },
      ],
    },
    clock: systemClock,
    log: { info: note, warn: note },
    audit: () => undefined,
    runDir: dir,
    places: {},
  });
  await devices.start();
  await until('all served', () => CASES.every(({ id }) => well(id)), 120_000);
  // One after another: an emulated scanner makes its first page with the whole thread, and its neighbours would seem to be silent meanwhile.
  for (const one of CASES) alone[one.id] = await undisturbed(one);
}, 300_000);
afterAll(async () => {
  await devices.stop();
  for (const wire of Object.values(wires)) await wire.close();
  for (const emulator of [reader, slips, printer, scanner, doors, lamps, codes, board]) await emulator.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Undisturbed {
  messages: number;
  took: number;
}
const alone: Record<string, Undisturbed> = {};

/** How many messages pass while the command runs undisturbed, and how long it takes. */
const undisturbed = async ({ id, begin, deadlineMs }: Case): Promise<Undisturbed> => {
  void wires[id]!.arm(null);
  const began = performance.now();
  const result = await begin(deadlineMs);
  expect(result.ok ? 'ok' : result.fault, id).toBe('ok');
  return { messages: wires[id]!.passed(), took: performance.now() - began };
};

// The devices are each other's neighbours in one host: what one does must leave the others alone, so they are tried at once.
describe.concurrent('a device that goes away in the middle of a command', () => {
  it.each(CASES)(
    '$id over $wire: at each step the command ends with its fault, the error is in the log, the device is known again within 10 s, and the case goes on',
    async (one) => {
      const { id, begin, goOn, deadlineMs } = one;
      const wire = wires[id]!;
      const { messages, took } = alone[id]!;
      const steps = pointsOf(messages, STEPS);
      expect(steps.length).toBeGreaterThan(0);
      let broke = 0;
      for (const at of steps) {
        for (const act of ['cut', 'stall'] as const) {
          const when = `${id} ${act} at message ${at} of ${messages}`;
          const from = logged.length;
          void wire.arm({ at, act });
          const result = await begin(act === 'stall' ? Math.round(took * 2) + 1_000 : deadlineMs);
          expect(['ok', ...FAULT_CODES], when).toContain(result.ok ? 'ok' : result.fault.code);
          // The message before the last may be the last now: what did not break during the command counts as broken after it.
          if (wire.happened()) broke += 1;
          // The plug is pulled, or the power of what hangs is taken away.
          await wire.unplug();
          await until(`${when}: told, with what the system said`, () => logged.slice(from).some(([fields, message]) => fields['device'] === id && message === 'device condition began' && fields['code'] === 'disconnected' && typeof fields['original'] === 'string'), 30_000);
          await wire.replug();
          await until(`${when}: known again`, () => well(id), BACK_MS);
          await goOn(result, when);
          await until(`${when}: well after it`, () => well(id), BACK_MS);
        }
      }
      // Both kinds of break at nearly every step; a command of HTTP questions takes one message more or less each time.
      expect(broke).toBeGreaterThanOrEqual(steps.length);
    },
    240_000 * Math.max(1, STEPS / 10),
  );
});
