import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { adapter as adapterSchema } from '../../kiosk-config/schema/adapter.ts';
import { answers, people } from '../cases/fixture.ts';
import { formOf } from './adapters/form.ts';
import { loadAdapters, AdapterMappingError } from './adapters/index.ts';
import { classify } from './link.ts';
import { personOnWire } from './person.ts';
import { allListed, filterOutbound, platformFields } from './recipients.ts';
import { chainLink, signStatement, verifyStatement } from './statement.ts';
import { caseMessage, type CaseMessage } from './wire.ts';

const pair = generateKeyPairSync('ed25519');
const statement = { terminal: 'zzt-05', caseNumber: '2026112200500012', digest: 'ab'.repeat(32), storedAt: '2026-11-22T03:24:07+08:00', clockKnown: true, chainNumber: 42, before: chainLink('x'), keyId: 'abcdefghijk' };
const submitted: Extract<CaseMessage, { kind: 'submitted' }> = {
  kind: 'submitted',
  caseNumber: '2026112200500012',
  itemCode: 'CODE',
  itemId: 'public-rental-housing',
  hall: 'hall',
  terminal: 'zzt-05',
  storedAt: '2026-11-22T03:24:07+08:00',
  clockKnown: true,
  round: 1,
  applicant: personOnWire(people.zhang),
  answers,
  materials: [{ id: 'income', how: 'scan', pages: [{ digest: 'ab', bytes: 1, contentType: 'image/jpeg' }] }],
  signature: { widthMm: 100, heightMm: 50, strokes: [[[1, 2, 3, 0.5]]] },
  statement: 'HALL24.1.a.b',
};

describe('the signed statement of a slip', () => {
  it('says what was signed, to whoever has the key', () => {
    const text = signStatement(pair.privateKey, statement);
    expect(text.length).toBeLessThanOrEqual(300);
    expect(verifyStatement(` ${text}\n`, pair.publicKey)).toEqual({ ok: true, statement });
    expect(verifyStatement(text, generateKeyPairSync('ed25519').publicKey)).toEqual({ ok: false, reason: 'wrong-signature' });
  });
  it('does not survive a single changed character', () => {
    const text = signStatement(pair.privateKey, statement);
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.constantFrom(...'ABCabc019-_.'), (at, character) => {
        fc.pre(text[at] !== character);
        expect(verifyStatement(`${text.slice(0, at)}${character}${text.slice(at + 1)}`, pair.publicKey).ok).toBe(false);
      }),
    );
    fc.assert(fc.property(fc.string(), (noise) => !verifyStatement(noise, pair.publicKey).ok));
  });
  it('that would not fit the slip is not made', () => {
    expect(() => signStatement(pair.privateKey, { ...statement, terminal: 'x'.repeat(100) })).toThrow(RangeError);
  });
});

describe('what a recipient may get', () => {
  it('is everything that the wire knows, and no field more', () => {
    expect(filterOutbound(platformFields.submitted, submitted)).toEqual({ value: submitted, dropped: [] });
    expect(allListed(platformFields.submitted, submitted)).toBe(true);
    const more = { ...submitted, applicant: { ...submitted.applicant, photo: 'x' }, mood: 'good', answers: { phone: { ...answers['phone']!, typedAt: 1 } } };
    const { value, dropped } = filterOutbound(platformFields.submitted, more);
    expect(dropped.sort()).toEqual(['answers.*.typedAt', 'applicant.photo', 'mood']);
    expect(caseMessage.safeParse(value).success).toBe(true);
  });
  it('is not looked at twice where it was looked at before, and everything else still is', () => {
    const strange = { ...submitted, applicant: { ...submitted.applicant, photo: 'x' } };
    expect(allListed(platformFields.submitted, strange)).toBe(false);
    expect(allListed(platformFields.submitted, strange, ['answers', 'materials'])).toBe(false);
    expect(allListed(platformFields.submitted, strange, ['applicant'])).toBe(true);
    expect(allListed(platformFields.submitted, { ...strange, mood: 'good' }, ['applicant'])).toBe(false);
    // Only members of the message itself: one of the same name further down is looked at.
    expect(allListed(platformFields.submitted, { ...submitted, answers: { applicant: { ...answers['phone']!, typedAt: 1 } } }, ['applicant'])).toBe(false);
  });
  it('covers every message of the wire', () => {
    for (const option of caseMessage.options) {
      const kind = option.shape.kind.value;
      expect(new Set(platformFields[kind].map((path) => path.split('.')[0]))).toEqual(new Set(Object.keys(option.shape)));
    }
  });
  it('never lets through a field that is on no list', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (noise) => {
        const { value } = filterOutbound(platformFields.rated, noise);
        expect(Object.keys(value).filter((key) => !(platformFields.rated as readonly string[]).includes(key))).toEqual([]);
        expect(allListed(platformFields.rated, noise)).toBe(filterOutbound(platformFields.rated, noise).dropped.length === 0);
      }),
    );
  });
});

describe('answers of the platform', () => {
  const answer = (status: number, text: string) => classify({ kind: 'answer', status, text, contentType: '', headers: new Headers() });
  const problem = (status: number, type: string): string => JSON.stringify({ type, title: 'x', status });
  it('are final only in its own words', () => {
    expect(answer(422, problem(422, 'https://p.example/problems/key-reused'))).toEqual({ kind: 'refused', status: 422, reason: 'key-reused' });
    expect(answer(400, problem(400, '<script>'))).toEqual({ kind: 'refused', status: 400, reason: 'problem' });
    for (const status of [403, 404, 407, 302]) expect(answer(status, '<html>proxy</html>').kind).toBe('unreachable');
    for (const status of [500, 503, 429, 408]) expect(answer(status, problem(status, 'x')).kind).toBe('unreachable');
  });
  it('that are HTML, half or not JSON under 200 are no answers', () => {
    for (const text of ['<html></html>', '{"key":', '', 'null', '3']) expect(answer(200, text)).toEqual({ kind: 'unreachable', reason: 'not-json' });
    expect(answer(201, '{}')).toEqual({ kind: 'answer', status: 201, json: {} });
  });
});

describe('a case as the form of a line-of-business system', () => {
  const config = adapterSchema.parse({
    name: { zh: '系统', en: 'System' },
    url: 'http://127.0.0.1:1/form',
    charset: 'gb18030',
    idempotencyField: 'NO',
    fields: [{ to: 'NAME', from: 'applicant.name' }, { to: 'KIND', from: 'answers.maritalStatus', codes: { married: '20' } }, { to: 'AT', from: 'storedAt', format: 'date-time' }, { to: 'NONE', from: 'answers.nothing', required: false }, { to: 'FIX', value: 'a b' }],
  });
  it('is written in the character set that the system reads', () => {
    const form = formOf(config, { ...submitted, applicant: { ...submitted.applicant, name: '𠮷·A' } }, 'key.1');
    const fields = Object.fromEntries(form.split('&').map((pair_) => pair_.split('=') as [string, string]));
    const decoded = iconv.decode(Buffer.from(fields['NAME']!.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1'), 'gb18030');
    expect(decoded).toBe('𠮷·A');
    expect(fields).toMatchObject({ NO: 'key.1', KIND: '20', AT: '20261122032407', NONE: '', FIX: 'a+b' });
  });
  it('says which field cannot be filled', () => {
    expect(() => formOf(config, { ...submitted, answers: {} }, 'k')).toThrow(AdapterMappingError);
    expect(() => formOf(config, { ...submitted, answers: { maritalStatus: { value: 'engaged', source: 'chosen' } } }, 'k')).toThrow('KIND: no code for this value');
  });
  it('of the demonstration hall is filled from the answers of its item alone', () => {
    const adapters = loadAdapters(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'), 'http://127.0.0.1:1');
    expect(new URLSearchParams(adapters.get('public-rental-housing')?.form(submitted, 'k')).get('JTYSR')).toBe('420000');
    expect(loadAdapters('/nowhere', 'http://127.0.0.1:1').size).toBe(0);
  });
});
