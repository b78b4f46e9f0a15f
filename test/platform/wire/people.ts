/** What the platform knows about a person, and certificates issued on the spot. */
import { z } from 'zod';
import { signJson } from '../../../electron/platform/canonical.ts';
import { identityCodeReply, identityCodeRequest, issuedCertificate, issueReply, issueRequest, lookUpReply, lookUpRequest, problem, WIRE } from '../../../electron/platform/wire.ts';
import { issueCertificate, onTheSpotValues, type Issued } from '../certificates.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { holdingsOf } from '../holdings.ts';
import { useIdentityCode } from '../identity-codes.ts';
import { bodyDigest, caller } from './signed.ts';

const signed = (platform: Platform, issued: Issued): z.infer<typeof issueReply> => ({ ...issued, signature: signJson(platform.key, issued) });

const refuseInMode = (platform: Platform): void => {
  if (platform.faults.mode === 'reject') throw new Problem(422, 'rejected', 'this request is not accepted', { retry: false });
};

export const peopleRoutes = (app: App, platform: Platform): void => {
  app.post(
    WIRE.lookUp,
    {
      schema: {
        summary: 'What is held about a person for an item',
        description: 'Values by name (money in fen) and electronic licences by material id.',
        tags: ['people'],
        body: lookUpRequest,
        response: { 200: lookUpReply, 401: problem, 422: problem },
      },
    },
    async (request, reply) => {
      await caller(platform, request);
      refuseInMode(platform);
      const holdings = holdingsOf(request.body.person, now(platform));
      return reply.code(200).send({ values: { monthlyIncome: String(holdings.monthlyIncome), employer: holdings.employer }, licences: holdings.licences });
    },
  );

  app.post(
    WIRE.identityCode,
    {
      schema: {
        summary: "Whose code is this?",
        description: 'A code is good once and for a short time. The same Idempotency-Key gets the same answer. Nothing of the code is kept but its digest.',
        tags: ['people'],
        headers: z.looseObject({ 'idempotency-key': z.string().max(300).optional().describe('incarnation.terminal.random.code') }),
        body: identityCodeRequest,
        response: { 200: identityCodeReply, 400: problem, 401: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      refuseInMode(platform);
      const key = request.headers['idempotency-key'];
      if (key === undefined) throw new Problem(400, 'key-missing', 'Idempotency-Key is missing', { retry: false });
      const [incarnation, of, random, what, ...rest] = key.split('.');
      if (incarnation === '' || of !== terminal || (random ?? '') === '' || what !== 'code' || rest.length > 0) throw new Problem(422, 'key-mismatch', 'Idempotency-Key is not incarnation.terminal.random.code of this request', { retry: false });
      const found = useIdentityCode(platform, request.body.code, key);
      return reply.code(200).send({ ...found, signature: signJson(platform.key, found) });
    },
  );

  app.post(
    WIRE.issue,
    {
      schema: {
        summary: 'Issue a certificate on the spot',
        description: 'The same Idempotency-Key always gets the same certificate: 201 the first time, 200 after.',
        tags: ['certificates'],
        headers: z.looseObject({ 'idempotency-key': z.string().max(300).optional().describe('incarnation.terminal.case.issue') }),
        body: issueRequest,
        response: { 200: issueReply, 201: issueReply, 400: problem, 401: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      refuseInMode(platform);
      const key = request.headers['idempotency-key'];
      const { caseId, itemCode, person } = request.body;
      if (key === undefined) throw new Problem(400, 'key-missing', 'Idempotency-Key is missing', { retry: false });
      const parts = key.split('.');
      if (!key.endsWith(`.${terminal}.${caseId}.issue`) || parts[0] === '') throw new Problem(422, 'key-mismatch', 'Idempotency-Key is not incarnation.terminal.case.issue of this request', { retry: false });
      const digest = bodyDigest(request);
      const before = platform.db.prepare('SELECT body, request_digest FROM certificates WHERE idempotency_key = ?').get(key) as { body: string; request_digest: string } | undefined;
      if (before !== undefined) {
        if (before.request_digest !== digest) throw new Problem(422, 'key-reused', 'this key was used for another request', { retry: false });
        return reply.code(200).send(signed(platform, issuedCertificate.parse(JSON.parse(before.body))));
      }
      const at = now(platform);
      const values = onTheSpotValues(itemCode, person, at);
      if (values === null) throw new Problem(422, 'unknown-item', 'no certificate is issued on the spot for this item', { retry: false });
      const issued = platform.db.transaction(() => issueCertificate(platform.db, { idempotencyKey: key, requestDigest: digest, caseId, terminal, itemCode, values, at }))();
      return reply.code(201).send(signed(platform, issued));
    },
  );
};
