import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineDecoder, type ScanEvent } from './codec.ts';
import { layoutOfDescriptor } from './descriptor.ts';
import { COMMANDS, crc16, encodeReply, replyAt, requestAt } from './frames.ts';
import { HONEYWELL_LAYOUT, PROFILES } from './profiles.ts';
import { decodeReport, ReportDecoder } from './reports.ts';
import { splitAim, symbologyOf } from './symbology.ts';
import { decodeCodeText, MAX_CODE_BYTES } from './text.ts';
import { HONEYWELL_DESCRIPTOR, honeywellReports, reportsOf } from './specimens.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const pieces = (bytes: Uint8Array, cuts: number[]): Uint8Array[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
};
const codesOf = (events: ScanEvent[]) => events.flatMap((event) => (event.type === 'code' ? [Buffer.from(event.bytes).toString()] : []));
const plain = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && text.isWellFormed());

describe('lines of a serial engine', () => {
  test('every code comes out whole, however it is cut, glued and ended', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, fc.constantFrom('\r', '\n', '\r\n')), { minLength: 1, maxLength: 5 }), fc.array(fc.nat(), { maxLength: 10 }), fc.boolean(), (codes, cuts, replies) => {
        const stream = Buffer.from(codes.map(([text, end]) => text + end).join(''));
        const decoder = new LineDecoder(replies);
        expect(codesOf(pieces(stream, cuts).flatMap((piece) => decoder.push(piece)))).toEqual(codes.map(([text]) => text));
      }),
    );
  });

  test("an engine's reply before, between and in front of codes is no part of them, whatever bytes are in it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), plain, fc.array(fc.nat(), { maxLength: 6 }), (data, text, cuts) => {
        const decoder = new LineDecoder(true);
        const stream = Buffer.concat([encodeReply([...data]), Buffer.from(`${text}\r`), encodeReply([0])]);
        const events = pieces(stream, cuts).flatMap((piece) => decoder.push(piece));
        expect(codesOf(events)).toEqual([text]);
        expect(events.flatMap((event) => (event.type === 'reply' ? [[event.ok, hex(event.data)]] : []))).toEqual([[true, hex(data)], [true, '00']]);
      }),
    );
  });

  test('what has come of a code is told until its end', () => {
    const decoder = new LineDecoder(false);
    expect(decoder.push(Buffer.from('12'))).toMatchObject([{ type: 'partial' }]);
    expect(decoder.push(Buffer.from('34'))).toEqual([{ type: 'partial', bytes: Uint8Array.from(Buffer.from('1234')), aim: null }]);
    expect(decoder.push(Buffer.from('\r\n'))).toEqual([{ type: 'code', bytes: Uint8Array.from(Buffer.from('1234')), aim: null }]);
    expect(decoder.push(Buffer.from('\n\r\r'))).toEqual([]);
  });

  test('bytes without an end are told once, thrown away, and the code behind them is read', () => {
    const decoder = new LineDecoder(false);
    const events = decoder.push(Buffer.concat([Buffer.alloc(MAX_CODE_BYTES * 3, 0x41), Buffer.from('\rGOOD\r')]));
    expect(events.map(({ type }) => type)).toEqual(['too-long', 'code']);
    expect(codesOf(events)).toEqual(['GOOD']);
  });

  test('any bytes at all are taken without an exception, and after an end the next code is understood', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 6 }), fc.boolean(), (chunks, replies) => {
        const decoder = new LineDecoder(replies);
        for (const chunk of chunks) decoder.push(chunk);
        decoder.reset();
        expect(codesOf(decoder.push(Buffer.from('\rNEXT\r')))).toEqual(['NEXT']);
      }),
    );
  });
});

describe('command frames', () => {
  test('are the published bytes, with their check sums', () => {
    expect(hex(COMMANDS.trigger)).toBe('7e00080100020102da');
    expect(crc16(Buffer.from('0901000000', 'hex'))).toBe(0xdec8);
    expect(crc16(Buffer.from('080100d955', 'hex'))).toBe(0xd176);
    expect(crc16(Buffer.from('0802002a3901', 'hex'))).toBe(0xa7ea);
    expect(hex(encodeReply([0]))).toBe('02000001003331');
  });

  test('the engine understands what the driver sends, and the driver only whole replies', () => {
    expect(requestAt(COMMANDS.trigger)).toMatchObject({ request: { type: 'write', address: 2, data: Uint8Array.of(1) } });
    expect(requestAt(COMMANDS.settings)).toMatchObject({ request: { type: 'read', address: 0 } });
    expect(requestAt(Buffer.from('7e000801000201abcd', 'hex'))).toMatchObject({ request: { type: 'write' } });
    expect(requestAt(Buffer.from('7e00080100020102db', 'hex'))).toEqual({ length: 9, request: null });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const reply = replyAt(bytes);
        expect(reply.at !== 'reply' || reply.length <= bytes.length).toBe(true);
      }),
    );
  });
});

describe('HID reports', () => {
  test("what a Honeywell scanner tells of its reports gives the layout of that maker's manual", () => {
    expect(layoutOfDescriptor(HONEYWELL_DESCRIPTOR)).toEqual(HONEYWELL_LAYOUT);
  });

  test('a published answer of a Honeywell scanner, six reports long, is one text', () => {
    const decoder = new ReportDecoder(HONEYWELL_LAYOUT);
    const events = honeywellReports().flatMap((report) => decoder.push(report));
    expect(events.map(({ type }) => type)).toEqual(['partial', 'partial', 'partial', 'partial', 'partial', 'code']);
    const last = events.at(-1) as Extract<ScanEvent, { type: 'code' }>;
    expect(last.aim).toBe(']X0');
    expect(Buffer.from(last.bytes).toString()).toMatch(/^Product Name: Voyager 1602g\r\nBoot Revision: : 8992\r\n.*Checksum: N\/A$/s);
  });

  test('a code of any length goes through reports and back, by each layout', () => {
    for (const layout of [HONEYWELL_LAYOUT, PROFILES['newland-fm430'].layout, PROFILES.microscan.layout]) {
      fc.assert(
        fc.property(plain, (text) => {
          const bytes = Buffer.from(text).subarray(0, layout.data[1]);
          const report = new Uint8Array(64);
          report[0] = layout.reportId!;
          report[layout.length!] = bytes.length;
          report.set(bytes, layout.data[0]);
          expect(decodeReport(layout, report)).toEqual({ bytes: Uint8Array.from(bytes), aim: layout.aim === null ? null : '\0\0\0', more: false });
        }),
      );
    }
  });

  test('without a length, a report ends with its last byte that is not zero', () => {
    const layout = { reportId: null, length: null, aim: null, data: [0, 8], vendorCode: null, continued: null } as const;
    expect(codesOf(new ReportDecoder(layout).push(Buffer.from('AB12\r\0\0\0')))).toEqual(['AB12']);
    expect(new ReportDecoder(layout).push(new Uint8Array(8))).toEqual([]);
  });

  test('a code that never ends is told once and costs no memory', () => {
    const decoder = new ReportDecoder(HONEYWELL_LAYOUT);
    const [first] = reportsOf(Buffer.from('A'.repeat(56)), ']Q1', true);
    const [last] = reportsOf(Buffer.from('A'), ']Q1');
    const events = Array.from({ length: 500 }, () => decoder.push(first!)).flat();
    expect(events.filter(({ type }) => type === 'too-long')).toHaveLength(1);
    expect(decoder.push(last!)).toEqual([]);
    expect(decoder.push(last!)).toMatchObject([{ type: 'code' }]);
  });

  test('any report and any descriptor are taken without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 10 }), fc.uint8Array({ maxLength: 200 }), (reports, descriptor) => {
        const layout = layoutOfDescriptor(descriptor);
        expect(layout === null || layout.data[1] > 0).toBe(true);
        const decoder = new ReportDecoder(layout);
        for (const report of reports) decoder.push(report);
        for (const report of reports) new ReportDecoder(HONEYWELL_LAYOUT).push(Uint8Array.from([2, ...report]));
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: HONEYWELL_DESCRIPTOR.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const changed = Uint8Array.from(HONEYWELL_DESCRIPTOR);
        changed[at] = value;
        const layout = layoutOfDescriptor(changed);
        expect(layout === null || layout.data[0] + layout.data[1] <= 1_100).toBe(true);
      }),
    );
  });
});

describe('the text of a code', () => {
  test('UTF-8 and GB 18030 are told apart, four-byte characters and all', () => {
    expect(decodeCodeText(Buffer.from('取件码 李𠮷 0731'), 'auto')).toEqual({ ok: true, value: '取件码 李𠮷 0731' });
    // 取件码 in GBK, and U+20BB7 in the four-byte form.
    expect(decodeCodeText(Buffer.from('c8a1bcfec2eb', 'hex'), 'auto')).toEqual({ ok: true, value: '取件码' });
    expect(decodeCodeText(Buffer.from('9532ef34', 'hex'), 'auto')).toEqual({ ok: true, value: new TextDecoder('gb18030').decode(Buffer.from('9532ef34', 'hex')) });
    expect(decodeCodeText(Buffer.from('c8a1bcfec2eb', 'hex'), 'utf-8')).toMatchObject({ ok: false, fault: { code: 'media-unreadable' } });
    expect(decodeCodeText(Buffer.from('取'), 'gb18030')).not.toEqual({ ok: true, value: '取' });
  });

  test('a single GB 18030 character that is valid UTF-8 too is told only by naming the encoding', () => {
    expect(decodeCodeText(Buffer.from('c8a1', 'hex'), 'auto')).toEqual({ ok: true, value: 'ȡ' });
    expect(decodeCodeText(Buffer.from('c8a1', 'hex'), 'gb18030')).toEqual({ ok: true, value: '取' });
  });

  test.each(['\u0000', '\u001b', '\u001d', '\u007f', '\u0085', '\u200b', '\u202e', '\u2028', '\ufeff'])('%j anywhere in it refuses the whole code, and nothing of it is told', (character) => {
    fc.assert(
      fc.property(plain, plain, (before, behind) => {
        const result = decodeCodeText(Buffer.from(`${before}${character}${behind}`), 'utf-8');
        expect(result).toEqual({ ok: false, fault: { code: 'media-unreadable', remedy: 'wait', message: 'the code holds control characters' } });
      }),
    );
  });

  test('any bytes are a text without control characters, or a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom('auto' as const, 'utf-8' as const, 'gb18030' as const), (bytes, encoding) => {
        const result = decodeCodeText(bytes, encoding);
        expect(result.ok ? !/\p{Cc}/u.test(result.value) && result.value.isWellFormed() : ['media-unreadable', 'media-empty'].includes(result.fault.code)).toBe(true);
      }),
    );
    expect(decodeCodeText(new Uint8Array(0), 'auto')).toMatchObject({ ok: false, fault: { code: 'media-empty' } });
    expect(decodeCodeText(new Uint8Array(MAX_CODE_BYTES + 1).fill(0x41), 'auto')).toMatchObject({ ok: false, fault: { code: 'media-too-large' } });
  });
});

describe('AIM identifiers', () => {
  test('name the symbology, and are taken off only where they are whole', () => {
    expect([']Q1', ']C0', ']d2', ']L0', ']X0', 'Q1', null].map(symbologyOf)).toEqual(['qr-code', 'code-128', 'data-matrix', 'pdf417', 'unknown', 'unknown', 'unknown']);
    expect(splitAim(Buffer.from(']Q1ABC'))).toMatchObject({ aim: ']Q1' });
    expect(Buffer.from(splitAim(Buffer.from(']Q1ABC')).rest).toString()).toBe('ABC');
    expect(splitAim(Buffer.from('取件'))).toMatchObject({ aim: null });
    expect(splitAim(Buffer.from(']'))).toMatchObject({ aim: null });
  });
});
