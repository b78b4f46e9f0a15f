import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, decodeIpp, encodeIpp, GROUP, OPERATION, plainGroup, TAG } from './codec.ts';
import type { IppAttribute, IppData, IppMessage } from './codec.ts';

/** The npm codec: another author's reading of RFC 8010. */
const second = createRequire(import.meta.url)('@sealsystems/ipp') as { parse(bytes: Buffer): Record<string, Record<string, unknown>>; serialize(message: unknown): Buffer };

const whole = (message: IppMessage): Buffer => Buffer.concat(encodeIpp(message));
const message = (more: Partial<IppMessage> = {}): IppMessage => ({ version: { major: 2, minor: 0 }, code: OPERATION.getPrinterAttributes, requestId: 7, groups: [], data: new Uint8Array(), ...more });

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const simple: fc.Arbitrary<[number, IppData]> = fc.oneof(
  fc.tuple(fc.constantFrom<number>(TAG.integer, TAG.enum), int32),
  fc.tuple(fc.constant<number>(TAG.boolean), fc.boolean()),
  fc.tuple(fc.constantFrom<number>(TAG.text, TAG.name, TAG.keyword, TAG.uri, TAG.mime), fc.string({ unit: 'grapheme', maxLength: 60 })),
  fc.tuple(fc.constant<number>(TAG.octets), fc.uint8Array({ maxLength: 60 })),
  fc.tuple(fc.constantFrom<number>(TAG.noValue, TAG.unknown, TAG.unsupported), fc.constant(null)),
  fc.tuple(fc.constant<number>(TAG.range), fc.record({ low: int32, high: int32 })),
  fc.tuple(fc.constant<number>(TAG.resolution), fc.record({ x: int32, y: int32, unit: fc.constantFrom<'dpi' | 'dpcm'>('dpi', 'dpcm') })),
  fc.tuple(fc.constantFrom<number>(TAG.textWithLanguage, TAG.nameWithLanguage), fc.record({ language: fc.constantFrom('en', 'zh-cn'), text: fc.string({ maxLength: 30 }) })),
);
const name = fc.stringMatching(/^[a-z][a-z-]{0,20}$/);
const flat: fc.Arbitrary<IppAttribute> = fc.tuple(name, fc.array(simple, { minLength: 1, maxLength: 4 })).map(([word, values]) => ({ name: word, values: values.map(([tag, data]) => ({ tag, data })) }));
const nested: fc.Arbitrary<IppAttribute> = fc.tuple(name, fc.array(flat, { maxLength: 4 })).map(([word, members]) => attribute(word, TAG.beginCollection, { members }));
const messages = fc.record({
  version: fc.constant({ major: 2, minor: 0 }),
  code: fc.integer({ min: 0, max: 0x7fff }),
  requestId: fc.integer({ min: 1, max: 0x7fff_ffff }),
  groups: fc.array(fc.record({ tag: fc.constantFrom<number>(1, 2, 4, 5), attributes: fc.array(fc.oneof(flat, nested), { maxLength: 6 }) }), { maxLength: 4 }),
  data: fc.uint8Array({ maxLength: 200 }),
});

describe('IPP messages', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(messages, (written) => {
        expect(decodeIpp(whole(written))).toEqual({ ok: true, value: written });
      }),
      { numRuns: 300 },
    );
  });

  it('are the bytes that RFC 8010, appendix A.1, gives for these attributes of a Print-Job request', () => {
    const request = message({
      version: { major: 1, minor: 1 },
      code: OPERATION.printJob,
      requestId: 1,
      groups: [
        { tag: GROUP.operation, attributes: [attribute('attributes-charset', TAG.charset, 'utf-8'), attribute('attributes-natural-language', TAG.language, 'en-us'), attribute('printer-uri', TAG.uri, 'ipp://printer.example.com/ipp/print/pinetree')] },
        { tag: GROUP.job, attributes: [attribute('copies', TAG.integer, 20), attribute('sides', TAG.keyword, 'two-sided-long-edge')] },
      ],
    });
    expect(whole(request).toString('latin1')).toBe(
      '\x01\x01\x00\x02\x00\x00\x00\x01\x01' +
        '\x47\x00\x12attributes-charset\x00\x05utf-8' +
        '\x48\x00\x1battributes-natural-language\x00\x05en-us' +
        '\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree' +
        '\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x14' +
        '\x44\x00\x05sides\x00\x13two-sided-long-edge\x03',
    );
  });

  it('say the same to another author’s reader', () => {
    const request = message({
      groups: [
        { tag: GROUP.operation, attributes: [attribute('attributes-charset', TAG.charset, 'utf-8'), attribute('attributes-natural-language', TAG.language, 'zh-cn'), attribute('job-name', TAG.name, '证明-1'), attribute('requested-attributes', TAG.keyword, 'all', 'media-col-database')] },
        {
          tag: GROUP.job,
          attributes: [
            attribute('copies', TAG.integer, 2),
            attribute('media-col', TAG.beginCollection, { members: [attribute('media-size', TAG.beginCollection, { members: [attribute('x-dimension', TAG.integer, 21_000), attribute('y-dimension', TAG.integer, 29_700)] }), attribute('media-color', TAG.keyword, 'white')] }),
            attribute('printer-resolution', TAG.resolution, { x: 600, y: 300, unit: 'dpi' }),
          ],
        },
      ],
      data: Buffer.from('%PDF-1.7'),
    });
    const read = second.parse(whole(request));
    expect(read['operation-attributes-tag']).toMatchObject({ 'job-name': '证明-1', 'requested-attributes': ['all', 'media-col-database'], 'attributes-natural-language': 'zh-cn' });
    expect(read['job-attributes-tag']).toMatchObject({ copies: 2, 'media-col': { 'media-size': { 'x-dimension': 21_000, 'y-dimension': 29_700 }, 'media-color': 'white' }, 'printer-resolution': [600, 300, 'dpi'] });
    expect(Buffer.from(read['data'] as unknown as Buffer).toString()).toBe('%PDF-1.7');
  });

  it('are understood when another author wrote them', () => {
    const bytes = second.serialize({
      operation: 'Create-Job',
      id: 99,
      'operation-attributes-tag': { 'attributes-charset': 'utf-8', 'attributes-natural-language': 'en', 'printer-uri': 'ipp://localhost/ipp/print', 'job-name': 'x' },
      'job-attributes-tag': { copies: 3, sides: 'one-sided', media: 'iso_a4_210x297mm' },
    });
    const read = decodeIpp(bytes);
    expect(read).toMatchObject({ ok: true, value: { code: OPERATION.createJob, requestId: 99 } });
    expect(Object.fromEntries(plainGroup(read.ok ? read.value.groups[1] : undefined))).toMatchObject({ copies: [3], sides: ['one-sided'], media: ['iso_a4_210x297mm'] });
  });

  it('that are noise, cut short or spoilt in one byte are a bad frame or a message, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(['bad-frame', 'ok']).toContain(outcome(noise));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat({ max: 255 }), (written, at, value) => {
        const bytes = whole({ ...written, data: new Uint8Array() });
        expect(outcome(bytes.subarray(0, at % bytes.length))).toBe('bad-frame');
        bytes[at % bytes.length] = value;
        expect(['bad-frame', 'ok']).toContain(outcome(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('with a length that points backwards are refused at once', () => {
    expect(outcome(Buffer.concat([Buffer.from('01010000000000010121fff7', 'hex'), Buffer.alloc(64, 0x21)]))).toBe('bad-frame');
  });

  it('nested without end, or with values without end, are refused', () => {
    const head = '020000000000000104';
    const deep = Buffer.from(`${head}340001610000${'4a00000001623400000000'.repeat(100_000)}`, 'hex');
    expect(outcome(deep)).toBe('bad-frame');
    const many = Buffer.concat([Buffer.from(head, 'hex'), Buffer.from('2100016100040000000a', 'hex'), Buffer.from('2100000004000000ff'.repeat(100_000), 'hex'), Buffer.from([3])]);
    expect(outcome(many)).toBe('bad-frame');
  });
});

function outcome(bytes: Uint8Array): string {
  const read = decodeIpp(bytes);
  return read.ok ? 'ok' : read.fault.code;
}
