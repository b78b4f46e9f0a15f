import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, CanonicalPart, exportPublicKey, importPublicKey, signJson, verifyJson } from './canonical.ts';
import { claimedKeyId, signRequest, verifyRequest } from './http-signature.ts';

const pair = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const body = Buffer.from('{"a":1}');

const signed = () => signRequest({ key: pair.privateKey, keyId: 'zzt-05', method: 'POST', url: 'https://platform.example/v1/messages?x=1', body, idempotencyKey: 'i.t.c.1', created: 1_000_000 });
const incoming = async (change: object = {}) =>
  verifyRequest({ publicKey: pair.publicKey, method: 'POST', path: '/v1/messages?x=1', headers: await signed(), body, maxSkewSeconds: 60, now: 1_000_010, ...change });

describe('signed requests', () => {
  it('are accepted as they were signed, and tell whose they are', async () => {
    expect(await incoming()).toMatchObject({ ok: true, keyId: 'zzt-05' });
    expect(claimedKeyId(await signed())).toBe('zzt-05');
  });
  it('are refused with another method, path, query, key or time', async () => {
    expect(await incoming({ method: 'PUT' })).toEqual({ ok: false, reason: 'wrong-signature' });
    expect(await incoming({ path: '/v1/messages?x=2' })).toEqual({ ok: false, reason: 'wrong-signature' });
    expect(await incoming({ path: '/v1/message?x=1' })).toEqual({ ok: false, reason: 'wrong-signature' });
    expect(await incoming({ publicKey: other.publicKey })).toEqual({ ok: false, reason: 'wrong-signature' });
    expect(await incoming({ now: 1_000_100 })).toEqual({ ok: false, reason: 'too-old' });
    expect(await incoming({ now: 2_000_000, maxSkewSeconds: null })).toMatchObject({ ok: true });
  });
  it('are refused with another body, another digest or another idempotency key', async () => {
    expect(await incoming({ body: Buffer.from('{"a":2}') })).toEqual({ ok: false, reason: 'wrong-digest' });
    expect(await incoming({ body: null })).toEqual({ ok: false, reason: 'wrong-digest' });
    expect(await incoming({ headers: { ...(await signed()), 'content-digest': 'sha-512=:xx:' } })).toEqual({ ok: false, reason: 'wrong-digest' });
    expect(await incoming({ headers: { ...(await signed()), 'idempotency-key': 'i.t.c.2' } })).toEqual({ ok: false, reason: 'wrong-signature' });
    const { 'idempotency-key': _, ...without } = await signed();
    expect(await incoming({ headers: without })).toMatchObject({ ok: false });
  });
  it('are refused when a body or an idempotency key was added that nobody signed', async () => {
    const bare = await signRequest({ key: pair.privateKey, keyId: 't', method: 'GET', url: '/v1/changes', body: null, created: 1_000_000 });
    const ask = { publicKey: pair.publicKey, method: 'GET', path: '/v1/changes', maxSkewSeconds: 60, now: 1_000_000 };
    expect(await verifyRequest({ ...ask, headers: bare, body: null })).toMatchObject({ ok: true, bodyDigest: null });
    expect(await verifyRequest({ ...ask, headers: bare, body })).toEqual({ ok: false, reason: 'not-covered' });
    expect(await verifyRequest({ ...ask, headers: { ...bare, 'idempotency-key': 'k' }, body: null })).toEqual({ ok: false, reason: 'not-covered' });
  });
  it('never crash the verifier, whatever the headers say', async () => {
    expect(await incoming({ headers: {} })).toEqual({ ok: false, reason: 'no-signature' });
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (signature, input) => {
        expect(await incoming({ headers: { signature, 'signature-input': input }, body: null })).toMatchObject({ ok: false });
      }),
    );
  });
  it('let a streamed body be compared afterwards', async () => {
    expect(await incoming({ body: 'streamed' })).toMatchObject({ ok: true, bodyDigest: '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862' });
  });
});

describe('canonical JSON', () => {
  it('is the same with members whose bytes were made before', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
        expect(canonicalJson({ b: new CanonicalPart(first), a: [second, new CanonicalPart(second)], c: 'x' })).toBe(canonicalJson({ a: [second, second], b: first, c: 'x' }));
      }),
    );
  });
  it('does not depend on the order of members and survives a round trip', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: [true, null, '·𠮷'], é: undefined })).toBe('{"a":[true,null,"·𠮷"],"b":1}');
  });
  it('writes every number and text as ECMAScript does, keys in order', () => {
    const reference = (value: unknown): string => {
      if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
      if (typeof value !== 'object' || value === null) return JSON.stringify(value);
      return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => `${JSON.stringify(key)}:${reference(member)}`).join(',')}}`;
    };
    const key = fc.oneof(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,6}$/), fc.constantFrom('10', '9', 'toJSON', 'constructor', '__proto__', '', 'é'));
    const decimal = fc.oneof(fc.integer(), fc.integer({ min: -200_000, max: 200_000 })).chain((digits) => fc.constantFrom(digits / 10, digits / 100, digits / 1_000, -0));
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 60, maxLength: 70 }), fc.double({ noNaN: true, noDefaultInfinity: true }), decimal, fc.integer(), fc.boolean(), fc.constant(null)),
      tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), fc.array(decimal), fc.array(tie('tree')), fc.dictionary(key, tie('tree'))),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(canonicalJson(value)).toBe(reference(value));
      }),
    );
    for (const bad of [[Number.NaN], [1, Number.NaN], { a: [1, Infinity] }, { a: 1n }, [() => 1]]) expect(() => canonicalJson(bad)).toThrow(TypeError);
  });
  it('carries a signature that ends with any change', () => {
    const value = { name: 'x', n: 1, signature: '' };
    const good = { ...value, signature: signJson(pair.privateKey, value) };
    expect(verifyJson(importPublicKey(exportPublicKey(pair.privateKey)), good)).toBe(true);
    expect(verifyJson(other.publicKey, good)).toBe(false);
    expect(verifyJson(pair.publicKey, { ...good, n: 2 })).toBe(false);
    expect(verifyJson(pair.publicKey, { name: 'x' })).toBe(false);
  });
});
