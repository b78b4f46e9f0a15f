import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeScannerMask } from '../code-scanner/mask.ts';
import { fail, ok, type DeviceClass } from '../contract.ts';
import { documentPrinterMask } from '../document-printer/mask.ts';
import { encodeCardBlocks, encodeResponse, ResponseDecoder, SW3 } from '../id-card/codec.ts';
import { idCardMask, maskCard } from '../id-card/mask.ts';
import { SPECIMENS } from '../id-card/specimens.ts';
import { decodeText, encodeText, numberPassesCheck } from '../id-card/text.ts';
import { createDriver, replayRecording, systemDriverClock } from '../index.ts';
import { createListeners } from '../transports/listeners.ts';
import type { ReportTransport } from '../transports/port.ts';
import { tapOf } from '../transports/tap.ts';
import { MASKS } from './classes.ts';
import { parseRecording } from './format.ts';
import { bytesOf, hollowOf, HOLLOW_PROGRAMS, maskAll, maskText, type Piece } from './mask.ts';
import { Player } from './player.ts';
import { playPrograms } from './programs.ts';
import { recordDriver } from './recorder.ts';
import { replay, type MakeDriver } from './replay.ts';

const poured = (pieces: readonly Piece[]): Buffer => Buffer.concat(pieces.map((piece) => bytesOf(piece)));
const chunked = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 30 });

describe('masked text', () => {
  test('takes the same room in UTF-8, in UTF-16, and masked again stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const masked = maskText(text);
        expect(Buffer.byteLength(masked)).toBe(Buffer.byteLength(text));
        expect(masked).toHaveLength(text.length);
        expect(maskText(masked)).toBe(masked);
      }),
    );
  });

  test('is everything in a value but what is told to stay', () => {
    expect(maskAll({ parts: [{ type: 'text', text: '张三 1' }, { data: Uint8Array.of(1, 2) }], count: 3 }, new Set(['type']))).toEqual({ parts: [{ type: 'text', text: '某某 0' }, { data: { length: 2 } }], count: 3 });
  });
});

describe('masked pictures and documents', () => {
  test('are lengths, known by their marks, whole only where they were', () => {
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(50, 7), Buffer.from([0xff, 0xd9])]);
    const back = bytesOf(hollowOf(jpeg));
    expect(back).toHaveLength(jpeg.length);
    expect(Buffer.from(back).includes(7)).toBe(false);
    expect(back.subarray(-2)).toEqual(Uint8Array.of(0xff, 0xd9));
    expect(hollowOf(jpeg.subarray(0, 30)).tail).toBeUndefined();
    expect(hollowOf(Uint8Array.of(1, 2, 3))).toEqual({ length: 3 });
  });
});

describe('masked cards', () => {
  test.each(SPECIMENS)('$id: the same shape, another person, and a number that passes its check as the real one does', ({ card }) => {
    const masked = maskCard(card);
    expect(numberPassesCheck(masked)).toBe(numberPassesCheck(card));
    expect(masked.idNumber).toHaveLength(card.idNumber.length);
    expect(maskCard(masked)).toEqual(masked);
    expect(decodeText(encodeText(masked), masked.photo)).toEqual({ ok: true, value: masked });
    const other = { ...card, idNumber: card.idNumber.slice(0, -1) + (card.idNumber.endsWith('5') ? '6' : '5') };
    expect(numberPassesCheck(maskCard(other))).toBe(numberPassesCheck(other));
  });

  test('an answer is found in noise and in pieces, masked, and its check is right', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SPECIMENS), fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 1, max: 400 }), ({ card }, noise, size) => {
        const quiet = noise.map((byte) => byte & 0x7f);
        const stream = idCardMask.fromDevice('bytes');
        const frame = encodeResponse(SW3.ok, encodeCardBlocks({ text: encodeText(card), photo: card.photo ?? new Uint8Array(1024) }));
        const bytes = Buffer.concat([quiet, frame, quiet]);
        const pieces: Piece[] = [];
        for (let at = 0; at < bytes.length; at += size) pieces.push(...stream.push(bytes.subarray(at, at + size)));
        pieces.push(...stream.flush());
        const out = poured(pieces);
        expect(out).toHaveLength(bytes.length);
        expect(out.includes(Buffer.from(card.idNumber, 'utf16le'))).toBe(false);
        expect(new ResponseDecoder().push(out).filter(({ type }) => type === 'response')).toHaveLength(1);
      }),
    );
  });
});

describe('masks', () => {
  test.each([
    ['an ID-card reader', idCardMask],
    ['a code scanner', codeScannerMask],
  ])('of %s take any bytes in any pieces, lose none and hold few', (_name, mask) => {
    fc.assert(
      fc.property(chunked, fc.constantFrom('bytes' as const, 'reports' as const), (chunks, carried) => {
        const stream = mask.fromDevice(carried);
        const pieces = chunks.flatMap((chunk) => stream.push(chunk)).concat(stream.flush());
        expect(poured(pieces)).toHaveLength(Buffer.concat(chunks).length);
      }),
    );
  });

  test('of a printer take any body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('application/ipp', 'application/pdf', ''), (body, type) => {
        expect(bytesOf(documentPrinterMask.body(body, type))).toHaveLength(body.length);
      }),
    );
  });

  test('leave of a damaged answer only that it was damaged', () => {
    const frame = encodeResponse(SW3.ok, Buffer.from('SECRET-OF-SOMEBODY'));
    frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
    const out = poured(idCardMask.fromDevice('bytes').push(frame));
    expect(out).toHaveLength(frame.length);
    expect(out.includes('SECRET')).toBe(false);
    expect(new ResponseDecoder().push(out)).toEqual([{ type: 'bad-checksum' }]);
  });

  test('leave of a HID report with a code its identifier and its length', () => {
    const report = new Uint8Array(64);
    report.set([2, 10, ...Buffer.from(']Q1PICKUP7391')]);
    const out = poured(codeScannerMask.fromDevice('reports').push(report));
    expect(out.subarray(0, 15).toString('latin1')).toBe('\u0002\u000a]Q1XXXXXX0000');
    expect(poured(codeScannerMask.fromDevice('reports').push(report.subarray(1))).includes('PICKUP')).toBe(false);
  });

  test('exist for every class', () => {
    expect(Object.keys(MASKS)).toHaveLength(14);
  });
});

/** A driver of reports, as small as one can be, on a device that echoes. */
const reportDriver =
  (wire: ReportTransport): MakeDriver =>
  (deviceClass, _uri, _options, clock) => {
    const reports = tapOf(clock)?.reports(wire) ?? wire;
    return {
      deviceClass,
      open: async (how) => {
        const opened = await reports.open(how);
        const set = opened.ok ? await reports.setFeature(Uint8Array.of(254, 1)) : opened;
        const got = set.ok ? await reports.getFeature(254, 2) : set;
        if (!got.ok) return got;
        const heard = new Promise<Uint8Array>((resolve) => {
          reports.onReport(resolve);
        });
        await reports.write(Uint8Array.of(0, 7));
        return ok({ online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: Buffer.from([...got.value, ...(await heard)]).toString('hex') });
      },
      run: () => Promise.resolve(fail('bad-input', 'none')),
      close: () => reports.close(),
    };
  };

describe('a recording of reports', () => {
  test('holds reports and features, and plays them in place of the device', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reports-'));
    const path = join(folder, 'pad.jsonl');
    const listeners = createListeners();
    const done = () => Promise.resolve(ok(undefined));
    const device: ReportTransport = {
      description: 'hid 0001:0002',
      isOpen: true,
      open: done,
      setFeature: done,
      getFeature: (id) => Promise.resolve(ok(Uint8Array.of(id, 9))),
      write: (report) => {
        listeners.data(Uint8Array.of(...report, 5));
        return done();
      },
      onReport: listeners.onData,
      onClose: listeners.onClose,
      close: () => Promise.resolve(),
    };
    const how = { signal: new AbortController().signal, deadlineMs: 1000 };
    const driver = recordDriver(path, 'nav-pad', 'hid:0001:0002', {}, systemDriverClock, (clock) => reportDriver(device)('nav-pad', '', {}, clock));
    expect(await driver.open(how)).toMatchObject({ ok: true, value: { model: 'fe09000705' } });
    await driver.close();
    const gone: ReportTransport = { ...device, write: () => Promise.resolve(fail('disconnected', 'not plugged in')) };
    expect(await replay(path, systemDriverClock, reportDriver(gone))).toMatchObject({ ok: true, value: { diverged: null, commands: [{ agrees: true }] } });
    await rm(folder, { recursive: true, force: true });
  });
});

describe('a recording of a plug that was pulled', () => {
  const lines = (events: readonly object[]): string => [{ recording: 1, class: 'signals', uri: 'modbus:serial:/dev/board?baud=9600', options: { outputs: { card: 0, slip: 2 }, inputs: {} } }, ...events, { at: 99, type: 'end', events: events.length }].map((line) => JSON.stringify(line)).join('\n') + '\n';
  const opened = [
    { at: 1, type: 'command', id: 1, command: '@open', deadlineMs: 1000 },
    { at: 2, type: 'open', wire: 0 },
    { at: 3, type: 'out', wire: 0, data: '0101000000037c0b' },
    { at: 4, type: 'in', wire: 0, data: '010101005188' },
    { at: 5, type: 'result', id: 1, value: { online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: null } },
  ];
  const gone = { code: 'disconnected', remedy: 'maintain', message: 'cannot open the port' };
  const command = { at: 20, type: 'command', id: 2, command: 'read', deadlineMs: 1000 };
  const pulled = (at: number): object => ({ at, type: 'closed', wire: 0, reason: 'EIO' });
  const notThere = [
    { at: 25, type: 'open', wire: 0, fault: gone },
    { at: 26, type: 'result', id: 2, fault: gone },
  ];

  test.each([
    ['between two commands', [...opened, pulled(10), command, ...notThere]],
    ['as a command began', [...opened, command, pulled(21), ...notThere]],
    ['while the driver was writing', [...opened, command, { at: 21, type: 'out', wire: 0, data: '0101000000037c0b' }, { at: 22, type: 'in', wire: 0, data: '01' }, pulled(23), { at: 24, type: 'result', id: 2, fault: gone }]],
  ])('%s plays as it was', async (_when, events) => {
    const folder = await mkdtemp(join(tmpdir(), 'pulled-'));
    const path = join(folder, 'board.jsonl');
    await writeFile(path, lines(events));
    const report = await replayRecording(path, systemDriverClock);
    expect(report).toMatchObject({ ok: true, value: { diverged: null, commands: [{ agrees: true }, { agrees: true }] } });
    await rm(folder, { recursive: true, force: true });
  });
});

describe('a recording of a stream', () => {
  const header = { recording: 1 as const, class: 'receipt-printer' as const, uri: 'tcp:127.0.0.1:9', options: {} };
  const played = (cuts: readonly number[], open: boolean): { player: Player; write: (bytes: Uint8Array) => Promise<unknown>; heard: string[] } => {
    let from = 0;
    const out = cuts.map((length) => {
      const piece = open ? Uint8Array.from({ length }, (_, index) => from + index) : { length };
      from += length;
      return { at: 2, type: 'out' as const, wire: 0, data: piece };
    });
    const player = new Player(
      { header, events: [{ at: 0, type: 'command', id: 1, command: 'print', deadlineMs: 1000 }, { at: 1, type: 'open', wire: 0 }, ...out, { at: 3, type: 'in', wire: 0, data: Uint8Array.of(0x12) }, { at: 4, type: 'out', wire: 0, data: Uint8Array.of(9) }] },
      systemDriverClock,
    );
    player.begin('print');
    const nothing = createListeners();
    const wire = tapOf(player.clock)?.bytes({ description: 'x', isOpen: false, open: () => Promise.resolve(ok(undefined)), write: () => Promise.resolve(ok(undefined)), flush: () => Promise.resolve(), close: () => Promise.resolve(), onData: nothing.onData, onClose: nothing.onClose });
    if (wire === undefined) throw new Error('no wire');
    const heard: string[] = [];
    wire.onData((bytes) => heard.push(Buffer.from(bytes).toString('hex')));
    const write = async (bytes: Uint8Array): Promise<unknown> => {
      if (!wire.isOpen) await wire.open({ signal: new AbortController().signal, deadlineMs: 1000 });
      return wire.write(bytes);
    };
    return { player, heard, write };
  };
  const cut = (lengths: readonly number[]): Uint8Array[] => {
    let from = 0;
    return lengths.map((length) => Uint8Array.from({ length }, () => from++));
  };
  const twoCuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 6 }).chain((ends) => {
    const total = Math.max(...ends);
    const lengths = (some: readonly number[]): number[] => [...new Set([...some, total])].sort((one, other) => one - other).map((end, index, all) => end - (all[index - 1] ?? 0));
    return fc.tuple(fc.constant(lengths(ends)), fc.array(fc.integer({ min: 1, max: total }), { maxLength: 6 }).map(lengths));
  });

  test('plays to a driver that cuts the same bytes into other writes, and answers when they are all there', async () => {
    await fc.assert(
      fc.asyncProperty(twoCuts, fc.boolean(), async ([then, now], open) => {
        const { player, write, heard } = played(then, open);
        for (const bytes of cut(now)) {
          expect(heard).toEqual([]);
          expect(await write(bytes)).toMatchObject({ ok: true });
        }
        await write(Uint8Array.of(9));
        expect(heard).toEqual(['12']);
        expect(player.diverged).toBeNull();
        player.end();
      }),
      { numRuns: 60 },
    );
  });

  test('tells other bytes, and more of them or fewer', async () => {
    const [open, hollow, fewer] = [played([3, 4], true), played([3, 4], false), played([3, 4], false)];
    await open.write(Uint8Array.of(0, 1, 2, 3, 4, 9, 6));
    expect(open.player.diverged).toContain('03040506 then and 03040906 now');
    await hollow.write(new Uint8Array(8));
    expect(hollow.player.diverged).toContain('1 more now');
    await fewer.write(new Uint8Array(6));
    // The next command's bytes are taken for the last one of these.
    await fewer.write(Uint8Array.of(9, 9));
    expect(fewer.player.diverged).toContain('1 more now');
    for (const { player } of [open, hollow, fewer]) player.end();
  });
});

describe('a recording of a program that was ended', () => {
  test('ends when the driver of today wants it to, and not at its own pace', async () => {
    const events = [
      { at: 0, type: 'start' as const, run: 1, command: 'scanimage', args: [], data: new Uint8Array(0) },
      { at: 1, type: 'kill' as const, run: 1 },
      { at: 2, type: 'ended' as const, run: 1, code: null, error: null },
    ];
    const started = events[0];
    if (started?.type !== 'start') throw new Error('no start');
    const program = playPrograms(events, systemDriverClock, HOLLOW_PROGRAMS, () => started)({ command: 'scanimage', args: [] }, { out: () => undefined, err: () => undefined });
    let over = false;
    void program.ended.then(() => (over = true));
    await systemDriverClock.sleep(50, new AbortController().signal);
    expect(over).toBe(false);
    program.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: null, error: null });
  });
});

describe('a damaged recording', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'damaged-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const whole = readFileSync(join(import.meta.dirname, '..', '..', 'test', 'recordings', 'id-card-resident.jsonl'), 'utf8');

  test('is a fault that says where, wherever it was cut', () => {
    expect(parseRecording(whole)).toMatchObject({ ok: true });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (at) => {
        expect(parseRecording(whole.slice(0, at))).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
      }),
    );
  });

  test('that lacks lines in its middle is told', () => {
    const lines = whole.split('\n');
    expect(parseRecording(lines.toSpliced(4, 1).join('\n'))).toMatchObject({ ok: false, fault: { message: expect.stringContaining('lacks lines') as string } });
  });

  test('of any text is a fault, never an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRecording(text).ok).toBe(false);
      }),
    );
  });

  test('is what every command of a driver in front of it answers', async () => {
    const path = join(folder, 'cut.jsonl');
    await writeFile(path, whole.slice(0, -20));
    const how = { signal: new AbortController().signal, deadlineMs: 1000 };
    for (const deviceClass of ['id-card', 'locker'] satisfies DeviceClass[]) {
      const driver = createDriver(deviceClass, `replay:${path}`, {}, systemDriverClock);
      expect(await driver.open(how)).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('cut short') as string } });
      await driver.close();
    }
    expect(await replayRecording(path, systemDriverClock)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(await replayRecording(join(folder, 'none.jsonl'), systemDriverClock)).toMatchObject({ ok: false, fault: { code: 'bad-input', original: 'ENOENT' } });
  });
});
