/** The commands of every class as a script sees them: one line of JSON, its exact shape, each over the wire of its emulated device. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCallPadEmulator } from '../call-pad/emulator.ts';
import { startCodeScannerEmulator } from '../code-scanner/emulator.ts';
import { startDocumentPrinterEmulator } from '../document-printer/emulator.ts';
import { samplePdf } from '../document-printer/sample-pdf.ts';
import type { Listen } from '../emulator.ts';
import { startHidBus } from '../hid-emulator/device.ts';
import { startLockerEmulator, type LockerEmulatorSettings } from '../locker/emulator.ts';
import { startReceiptPrinterEmulator } from '../receipt-printer/emulator.ts';
import { startScannerEmulator } from '../scanner/emulator.ts';
import { startSignalsEmulator } from '../signals/emulator.ts';
import { startWindowDisplayEmulator } from '../window-display/emulator.ts';
import { deviceCommand } from './device-command.ts';
import { jsonLine } from './output.ts';
import { finished, startProgram } from './programs.fixture.ts';

const TCP: Listen = { kind: 'tcp', host: '127.0.0.1', port: 0 };
let folder = '';
const closing: (() => Promise<unknown>)[] = [];
const kept = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const emulator = await starting;
  closing.push(() => emulator.close());
  return emulator;
};
const pty = (): Listen => ({ kind: 'pty', link: join(folder, 'tty') });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

/** What `--json` prints, read back. */
const device = async (deviceClass: string, command: string, uri: string, ...more: string[]): Promise<unknown> => {
  const result = await deviceCommand([deviceClass, command, '--transport', uri, '--json', '--timeout', '20000', ...more], new AbortController().signal);
  const line = jsonLine(result!);
  expect(line).not.toContain('\n');
  return JSON.parse(line);
};
/** Settings of a device in the address's query. */
const query = (uri: string, more: string): string => `${uri}${uri.includes('?') ? '&' : '?'}${more}`;

describe('code-scanner read', () => {
  test.each([
    ['serial', '', 'unknown'],
    ['tcp', 'profile=gap', 'unknown'],
  ] as const)('over %s tells text and symbology', async (wire, settings, symbology) => {
    const emulator = await kept(startCodeScannerEmulator({ listen: wire === 'tcp' ? TCP : pty(), everyMs: 250, ending: settings === '' ? 'cr' : 'none' }));
    emulator.lay('QJ-073106');
    expect(await device('code-scanner', 'read', settings === '' ? emulator.uri : query(emulator.uri, settings))).toEqual({ ok: true, value: { text: 'QJ-073106', symbology } });
  });

  test('over HID tells the symbology that the scanner knows', async () => {
    const bus = await startHidBus();
    closing.push(() => bus.close());
    const emulator = await kept(startCodeScannerEmulator({ listen: { kind: 'hid', bus }, engine: 'honeywell' }));
    emulator.lay('QJ-073106');
    // node-hid finds the bus by the environment that its program was started with.
    const { code, stdout } = await finished(startProgram('device', ['code-scanner', 'read', '--transport', `${emulator.uri}?profile=honeywell-hid`, '--json'], { ...process.env, ...bus.env }));
    expect([code, JSON.parse(stdout)]).toEqual([0, { ok: true, value: { text: 'QJ-073106', symbology: 'qr-code' } }]);
  });
});

describe('locker open and status', () => {
  const closed = (cells: number, occupied: boolean | null = null) => Array.from({ length: cells }, (_unused, at) => ({ cell: at + 1, door: 'closed', occupied }));
  const cabinets: [uri: string, settings: Omit<LockerEmulatorSettings, 'listen'>, wire: 'serial' | 'tcp', board: number][] = [
    ['', { cells: 12 }, 'serial', 1],
    ['profile=8a80&order=high-first&echo=true', { cells: 12, order: 'high-first', echo: true }, 'serial', 1],
    ['profile=wkly&polarity=open-shorts', { profile: 'wkly', cells: 12, polarity: 'open-shorts' }, 'tcp', 0],
    ['profile=kerong-cu48&polarity=open-shorts&echo=true', { profile: 'kerong-cu48', cells: 12, polarity: 'open-shorts', echo: true }, 'tcp', 0],
  ];
  test.each(cabinets)('with "%s" tell every cell and one cell, and pulse one lock once', async (settings, cabinet, wire, board) => {
    const emulator = await kept(startLockerEmulator({ listen: wire === 'tcp' ? TCP : pty(), ...cabinet }));
    const uri = query(emulator.uri.replace(/\?.*$/, wire === 'tcp' ? '' : emulator.uri.slice(emulator.uri.indexOf('?')).split('&')[0]!), `${settings}${settings === '' ? '' : '&'}cells=12`);
    expect(await device('locker', 'status', uri, '--board', String(board))).toEqual({ ok: true, value: { cells: closed(12) } });
    expect(await device('locker', 'open', uri, '--board', String(board), '--cell', '9')).toEqual({ ok: true, value: { cells: [{ cell: 9, door: 'open', occupied: null }] } });
    expect(await device('locker', 'status', uri, '--board', String(board), '--cell', '9')).toEqual({ ok: true, value: { cells: [{ cell: 9, door: 'open', occupied: null }] } });
    expect(await device('locker', 'status', uri, '--board', String(board))).toEqual({ ok: true, value: { cells: closed(12).map((cell) => (cell.cell === 9 ? { ...cell, door: 'open' } : cell)) } });
    expect(emulator.pulses).toEqual([{ board, cell: 9 }]);
  });

  test('tell of every cell whether something lies in it, where that is wired', async () => {
    const emulator = await kept(startLockerEmulator({ listen: TCP, cells: 8, sensorsAt: 9 }));
    emulator.put(1, 3, true);
    const uri = query(emulator.uri.replace(/\?.*$/, ''), 'cells=8&sensors=9');
    expect(await device('locker', 'status', uri, '--board', '1')).toEqual({ ok: true, value: { cells: closed(8, false).map((cell) => ({ ...cell, occupied: cell.cell === 3 })) } });
  });

  test('cell 0, which opens all of some boards, is refused before anything is sent', async () => {
    const emulator = await kept(startLockerEmulator({ listen: TCP }));
    for (const cell of ['0', '-1', 'all']) expect(await device('locker', 'open', emulator.uri, '--board', '1', '--cell', cell)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(emulator.pulses).toEqual([]);
  });

  test('a board that a script left empty is not board 0', async () => {
    const emulator = await kept(startLockerEmulator({ listen: TCP, profile: 'wkly' }));
    for (const board of ['', ' ', '0x0', '1e0']) expect(await device('locker', 'open', emulator.uri, '--board', board, '--cell', '3')).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(emulator.pulses).toEqual([]);
  });

  test('a cell that the board does not have is never told as open', async () => {
    const emulator = await kept(startLockerEmulator({ listen: TCP, cells: 24 }));
    const uri = emulator.uri.replace(/&cells=24$/, '');
    expect(await device('locker', 'open', uri, '--board', '1', '--cell', '25')).toMatchObject({ ok: false });
    expect(emulator.pulses).toEqual([]);
  });
});

test.each(['serial', 'tcp'] as const)('window-display show and clear over %s', async (wire) => {
  const emulator = await kept(startWindowDisplayEmulator({ listen: wire === 'tcp' ? TCP : pty() }));
  expect(await device('window-display', 'show', emulator.uri, '--number', 'A001', '--counter', '3')).toEqual({ ok: true, value: { text: 'A001 3', scrolling: false, proof: 'answered' } });
  expect(emulator.shown()).toBe('A001 3');
  expect(await device('window-display', 'clear', emulator.uri)).toEqual({ ok: true, value: { text: '', scrolling: false, proof: 'answered' } });
  expect(emulator.shown()).toBe('');
});

test.each(['serial', 'tcp'] as const)('window-display show and clear on a line of two over %s: each to the board of its counter', async (wire) => {
  const emulator = await kept(startWindowDisplayEmulator({ listen: wire === 'tcp' ? TCP : pty(), boards: [{ board: 1, counter: '3' }, { board: 2, counter: '4' }] }));
  expect(await device('window-display', 'show', emulator.uri, '--number', 'A001', '--counter', '3')).toMatchObject({ ok: true, value: { text: 'A001 3' } });
  expect(await device('window-display', 'show', emulator.uri, '--number', 'B002', '--counter', '4')).toMatchObject({ ok: true, value: { text: 'B002 4' } });
  expect(await device('window-display', 'show', emulator.uri, '--number', 'B002', '--counter', '5')).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  expect([emulator.shown(1), emulator.shown(2)]).toEqual(['A001 3', 'B002 4']);
  expect(await device('window-display', 'status', emulator.uri)).toMatchObject({ ok: true, value: { boards: [{ board: 1, counter: '3', state: 'ready' }, { board: 2, counter: '4', state: 'ready' }] } });
  expect(await device('window-display', 'clear', emulator.uri, '--counter', '3')).toMatchObject({ ok: true });
  expect([emulator.shown(1), emulator.shown(2)]).toEqual(['', 'B002 4']);
  expect(await device('window-display', 'clear', emulator.uri)).toMatchObject({ ok: true });
  expect([emulator.shown(1), emulator.shown(2)]).toEqual(['', '']);
});

test.each(['serial', 'tcp'] as const)('call-pad read over %s', async (wire) => {
  const emulator = await kept(startCallPadEmulator({ listen: wire === 'tcp' ? TCP : pty(), pressEveryMs: 100 }));
  expect(await device('call-pad', 'read', emulator.uri)).toEqual({ ok: true, value: { key: 'next', counter: '1', digits: null } });
});

test.each(['serial', 'tcp', 'rtu through tcp'] as const)('signals set and read over %s', async (wire) => {
  const emulator = await kept(startSignalsEmulator({ listen: wire === 'serial' ? pty() : TCP, rtu: wire === 'rtu through tcp' }));
  const uri = query(emulator.uri, 'outputs=card:0,slip:2&inputs=presence:1');
  emulator.contact(1, true);
  expect(await device('signals', 'set', uri, '--output', 'slip', '--to', 'on')).toEqual({ ok: true, value: {} });
  expect(await device('signals', 'read', uri)).toEqual({ ok: true, value: { inputs: [{ name: 'presence', on: true }], outputs: [{ name: 'card', on: false }, { name: 'slip', on: true }] } });
  expect(emulator.switched).toEqual([{ relay: 2, on: true }]);
  expect(await device('signals', 'set', uri, '--output', 'slip', '--to', 'off', '--for', 'a while')).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  expect(emulator.switched).toHaveLength(1);
});

test('receipt-printer present and retract', async () => {
  const slip = join(folder, 'slip.json');
  await writeFile(slip, JSON.stringify({ parts: [{ type: 'text', text: 'A001' }, { type: 'cut', mode: 'full' }] }));
  const emulator = await kept(startReceiptPrinterEmulator({ listen: TCP, profile: 'citizen-ppu700' }));
  const uri = query(emulator.uri, 'profile=citizen-ppu700');
  const printed = (deviceClass: string) => device(deviceClass, 'print', query(uri, 'takeMs=1000'), '--file', slip);
  expect(await device('receipt-printer', 'retract', uri)).toEqual({ ok: true, value: { retracted: false } });
  expect(await printed('receipt-printer')).toEqual({ ok: true, value: { delivery: 'presented' } });
  expect(await device('receipt-printer', 'retract', uri)).toEqual({ ok: true, value: { retracted: true } });
  expect(await printed('ticket-dispenser')).toEqual({ ok: true, value: { delivery: 'presented' } });
  // It watches the mouth as long as it may; nobody's hand comes.
  expect(await device('receipt-printer', 'present', uri, '--timeout', '2000')).toEqual({ ok: true, value: { delivery: 'presented' } });
});

test('document-printer status, print and cancel', async () => {
  const file = join(folder, 'page.pdf');
  await writeFile(file, await samplePdf(1));
  const { uri } = await kept(startDocumentPrinterEmulator({ listen: TCP, msPerSheet: 20 }));
  const status = await device('document-printer', 'status', uri);
  expect(status).toEqual({ ok: true, value: { online: true, component: 'ready', media: expect.any(String), conditions: [], supplies: expect.any(Array), model: expect.any(String), trays: expect.any(Array) } });
  expect(await device('document-printer', 'print', uri, '--file', file)).toEqual({ ok: true, value: { jobId: 1, state: 'completed', stateReasons: expect.any(Array), impressionsCompleted: 1, sheetsCompleted: 1 } });
  expect(await device('document-printer', 'print', uri, '--file', file, '--hold')).toMatchObject({ ok: true, value: { jobId: 2, state: 'held' } });
  expect(await device('document-printer', 'cancel', uri, '--job', '2')).toEqual({ ok: true, value: { jobId: 2, state: 'canceled', stateReasons: expect.any(Array), impressionsCompleted: 0, sheetsCompleted: 0 } });
});

test('document-printer print leaves no job behind when what it was given is no PDF', async () => {
  const [words, file] = [join(folder, 'words.txt'), join(folder, 'page.pdf')];
  await writeFile(words, 'not a PDF');
  await writeFile(file, await samplePdf(1));
  const { uri } = await kept(startDocumentPrinterEmulator({ listen: TCP, msPerSheet: 20 }));
  expect(await device('document-printer', 'print', uri, '--file', words)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  expect(await device('document-printer', 'print', uri, '--file', file)).toMatchObject({ ok: true, value: { jobId: 1 } });
});

test('scanner and signature pad say in one line that they cannot write where they are told to', async () => {
  const { uri } = await kept(startScannerEmulator({ listen: TCP }));
  const taken = join(folder, 'taken');
  await writeFile(taken, '');
  expect(await device('scanner', 'scan', uri, '--out', taken)).toMatchObject({ ok: false, fault: { code: 'bad-input', original: 'EEXIST' } });
  await mkdir(join(folder, 'page-1.jpg'));
  expect(await device('scanner', 'scan', uri, '--out', folder)).toMatchObject({ ok: false, fault: { code: 'bad-input', original: 'EISDIR' } });
  // Before anybody signs.
  expect(await device('signature-pad', 'capture', 'hid:1111:2222', '--out', join(folder, 'nowhere', 'signed.json'))).toMatchObject({ ok: false, fault: { code: 'bad-input', original: 'ENOENT' } });
});

test('scanner status', async () => {
  const { uri } = await kept(startScannerEmulator({ listen: TCP }));
  expect(await device('scanner', 'status', uri)).toEqual({ ok: true, value: { online: true, component: 'ready', media: 'absent', conditions: [{ code: 'feeder-empty', severity: 'info', remedy: 'clear', original: 'ScannerAdfEmpty' }], supplies: [], model: expect.any(String) } });
});

test('sound say --text', async () => {
  expect(await device('sound', 'say', `sound:file:${join(folder, 'said')}`, '--text', '请A001号到3号窗口')).toEqual({ ok: true, value: { by: 'espeak-ng', ms: expect.any(Number) } });
  expect(await readdir(join(folder, 'said'))).toEqual(['0001.wav']);
});
