/** What a session may ask the platform while the citizen waits. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Storage } from '../storage/index.ts';
import { sha256Hex, verifyJson } from './canonical.ts';
import type { LinkAnswer, PlatformLink } from './link.ts';
import { personOnWire } from './person.ts';
import type { PlatformClient, PlatformResult } from './types.ts';
import { identityCodeReply, identityCodeRequest, issueReply, issueRequest, lookUpReply, lookUpRequest, WIRE } from './wire.ts';

const failed = (answer: Exclude<LinkAnswer, { kind: 'answer' }>): PlatformResult<never> => ({ ok: false, kind: answer.kind, message: answer.reason });

/** Questions over the signed connection; answers that do not parse or are not signed count as `unreachable`. */
export const createPlatformClient = ({ link, storage }: { link: PlatformLink; storage: Pick<Storage, 'incarnation'> }): PlatformClient => ({
  reachable: () => link.reachable(),
  onReachable: (listener) => link.onReachable(listener),
  lookUp: async (itemCode, person, signal) => {
    const body: z.infer<typeof lookUpRequest> = lookUpRequest.parse({ itemCode, person: personOnWire(person) });
    const answer = await link.request({ method: 'POST', path: WIRE.lookUp, body: JSON.stringify(body), signal });
    if (answer.kind !== 'answer') return failed(answer);
    const reply = lookUpReply.safeParse(answer.json);
    return reply.success ? { ok: true, value: reply.data } : { ok: false, kind: 'unreachable', message: 'not-understood' };
  },
  identify: async (code, signal) => {
    const asked = identityCodeRequest.safeParse({ code, purpose: 'queue-number' });
    if (!asked.success) return { ok: true, value: { outcome: 'unknown' } };
    const answer = await link.request({ method: 'POST', path: WIRE.identityCode, body: JSON.stringify(asked.data), idempotencyKey: `${storage.incarnation}.${link.terminalId}.${randomUUID()}.code`, signal });
    if (answer.kind !== 'answer') return failed(answer);
    const reply = identityCodeReply.safeParse(answer.json);
    const key = link.platformKey();
    // Signed, and about this very code: an answer to another question identifies nobody.
    const proven = reply.success && reply.data.codeDigest === sha256Hex(code) && key !== null && verifyJson(key, answer.json as object);
    if (!proven) return { ok: false, kind: 'unreachable', message: reply.success ? 'wrong-signature' : 'not-understood' };
    const { outcome, person } = reply.data;
    if (outcome !== 'verified') return { ok: true, value: { outcome } };
    return person === null ? { ok: false, kind: 'unreachable', message: 'not-understood' } : { ok: true, value: { outcome, ...person } };
  },
  issue: async (caseId, itemCode, person, signal) => {
    const body: z.infer<typeof issueRequest> = issueRequest.parse({ caseId, itemCode, person: personOnWire(person) });
    const answer = await link.request({ method: 'POST', path: WIRE.issue, body: JSON.stringify(body), idempotencyKey: `${storage.incarnation}.${link.terminalId}.${caseId}.issue`, signal });
    // 409: the same question is still being answered.
    if (answer.kind === 'refused' && answer.status === 409) return { ok: false, kind: 'unreachable', message: answer.reason };
    if (answer.kind !== 'answer') return failed(answer);
    const reply = issueReply.safeParse(answer.json);
    const key = link.platformKey();
    if (!reply.success || key === null || !verifyJson(key, answer.json as object)) return { ok: false, kind: 'unreachable', message: reply.success ? 'wrong-signature' : 'not-understood' };
    const { number, issuedAt, values, verificationCode } = reply.data;
    return { ok: true, value: { number, issuedAt, values, verificationCode } };
  },
});
