/** What a session may ask the platform while the citizen waits. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Storage } from '../storage/index.ts';
import { sha256Hex, verifyJson } from './canonical.ts';
import type { LinkAnswer, PlatformLink } from './link.ts';
import { personOnWire } from './person.ts';
import type { PlatformClient, PlatformResult } from './types.ts';
import { bookReply, identityCodeReply, identityCodeRequest, issueReply, issueRequest, lookUpReply, lookUpRequest, slotsReply, WIRE, withdrawReply, type bookRequest, type withdrawRequest } from './wire.ts';

const failed = (answer: Exclude<LinkAnswer, { kind: 'answer' }>): PlatformResult<never> => ({ ok: false, kind: answer.kind, message: answer.reason });

/** Is it what was asked for, and the platform's own word? */
const proves = <T>(link: PlatformLink, schema: z.ZodType<T>, answer: Extract<LinkAnswer, { kind: 'answer' }>, fits: (reply: T) => boolean): PlatformResult<T> => {
  const reply = schema.safeParse(answer.json);
  if (!reply.success || !fits(reply.data)) return { ok: false, kind: 'unreachable', message: 'not-understood' };
  const key = link.platformKey();
  return key !== null && verifyJson(key, answer.json as object) ? { ok: true, value: reply.data } : { ok: false, kind: 'unreachable', message: 'wrong-signature' };
};

/** Questions over the signed connection; answers that do not parse or are not signed count as `unreachable`. */
export const createPlatformClient = ({ link, storage, hall }: { link: PlatformLink; storage: Pick<Storage, 'incarnation'>; hall: { id: string } }): PlatformClient => ({
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
  freeTimes: async (classId, from, signal) => {
    const query = new URLSearchParams({ hall: hall.id, class: classId, from });
    const answer = await link.request({ method: 'GET', path: `${WIRE.appointmentSlots}?${query.toString()}`, signal });
    if (answer.kind !== 'answer') return failed(answer);
    const told = proves(link, slotsReply, answer, (reply) => reply.hall === hall.id && reply.class === classId);
    return told.ok ? { ok: true, value: told.value.slots.map(({ at }) => at) } : told;
  },
  bookingKey: () => `${storage.incarnation}.${link.terminalId}.${randomUUID()}.appointment`,
  book: async (key, { classId, item, at }, signal) => {
    const body = { hall: hall.id, class: classId, item, at } satisfies z.infer<typeof bookRequest>;
    const answer = await link.request({ method: 'POST', path: WIRE.appointments, body: JSON.stringify(body), idempotencyKey: key, signal });
    if (answer.kind !== 'answer') return failed(answer);
    const told = proves(link, bookReply, answer, (reply) => reply.key === key && reply.hall === hall.id && reply.appointment.class === classId && Date.parse(reply.appointment.at) === Date.parse(at));
    if (!told.ok) return told;
    const { appointment } = told.value;
    return { ok: true, value: { code: appointment.id, at: appointment.at, day: appointment.day } };
  },
  withdrawBooking: async (key, signal) => {
    const answer = await link.request({ method: 'POST', path: WIRE.appointmentWithdrawals, body: JSON.stringify({ key } satisfies z.infer<typeof withdrawRequest>), signal });
    if (answer.kind !== 'answer') return failed(answer);
    const told = proves(link, withdrawReply, answer, (reply) => reply.key === key);
    return told.ok ? { ok: true, value: null } : told;
  },
});
