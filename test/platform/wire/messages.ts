/** What terminals tell, each message once, in order within its case. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { signJson } from '../../../electron/platform/canonical.ts';
import { message, problem, receipt, WIRE, type Receipt, type WireMessage } from '../../../electron/platform/wire.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { applyMessage } from './apply-message.ts';
import { bodyDigest, caller } from './signed.ts';

interface StoredMessage {
  digest: string;
  receipt: string;
  terminal: string;
}

const stored = (platform: Platform, key: string): StoredMessage | undefined =>
  platform.db.prepare('SELECT digest, receipt, terminal FROM messages WHERE key = ?').get(key) as StoredMessage | undefined;

/**
 * Sequences of a case have no gap, across incarnations too: a restored terminal goes on where the platform stands,
 * or tells again what the platform knows, under keys of its new incarnation.
 */
const checkOrder = (platform: Platform, told: WireMessage): void => {
  const { highest } = platform.db.prepare('SELECT COALESCE(MAX(sequence), 0) AS highest FROM messages WHERE terminal = ? AND case_id = ?').get(told.terminal, told.caseId) as { highest: number };
  if (told.sequence > highest + 1) throw new Problem(409, 'sequence-gap', `the next message of this case is number ${highest + 1}`, { expected: highest + 1, retry: true });
  const taken = platform.db.prepare('SELECT 1 FROM messages WHERE terminal = ? AND case_id = ? AND incarnation = ? AND sequence = ?').get(told.terminal, told.caseId, told.incarnation, told.sequence);
  if (taken !== undefined) throw new Problem(422, 'sequence-used', 'this number of the case was told under another key', { retry: false });
};

const checkMaterials = (platform: Platform, told: WireMessage): void => {
  if (told.body.kind !== 'submitted') return;
  const known = platform.db.prepare('SELECT 1 FROM materials WHERE digest = ?');
  const missing = [...new Set(told.body.materials.flatMap((material) => material.pages.map((page) => page.digest)))].filter((digest) => known.get(digest) === undefined);
  if (missing.length > 0) throw new Problem(409, 'materials-missing', 'upload these materials first', { digests: missing, retry: true });
};

export const messageRoutes = (app: App, platform: Platform): void => {
  /** Keys being stored now: a second request under one of them waits its turn with 409. */
  const running = new Set<string>();

  const store = (key: string, digest: string, told: WireMessage): Receipt =>
    platform.db.transaction(() => {
      checkOrder(platform, told);
      checkMaterials(platform, told);
      const unsigned = { key, digest, receivedAt: now(platform) };
      const made: Receipt = { ...unsigned, signature: signJson(platform.key, unsigned) };
      applyMessage(platform, told, made.receivedAt);
      platform.db
        .prepare('INSERT INTO messages (key, terminal, incarnation, case_id, sequence, kind, case_number, digest, body, received_at, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(key, told.terminal, told.incarnation, told.caseId, told.sequence, told.body.kind, told.body.caseNumber, digest, JSON.stringify(told.body), made.receivedAt, JSON.stringify(made));
      return made;
    })();

  /** The answer as the bench wants it: `wrong-digest` lies about what was received, properly signed. */
  const told = (given: Receipt): Receipt => {
    if (platform.faults.mode !== 'wrong-digest') return given;
    const lie = { key: given.key, digest: '0'.repeat(64), receivedAt: given.receivedAt };
    return { ...lie, signature: signJson(platform.key, lie) };
  };

  app.post(
    WIRE.messages,
    {
      bodyLimit: 32 * 1024 * 1024,
      schema: {
        summary: 'Tell one message of a case',
        description: '201 the first time, 200 with the same receipt for a repetition. 422 key-reused: the key was used for another body. 409: the same key is being stored, an earlier message of the case is missing (sequence-gap), or materials are not there yet (materials-missing); try again later.',
        tags: ['messages'],
        headers: z.looseObject({ 'idempotency-key': z.string().max(300).optional().describe('incarnation.terminal.case.sequence') }),
        body: message,
        response: { 200: receipt, 201: receipt, 400: problem, 401: problem, 403: problem, 409: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      const { body } = request;
      const key = request.headers['idempotency-key'];
      if (key === undefined) throw new Problem(400, 'key-missing', 'Idempotency-Key is missing', { retry: false });
      if (body.terminal !== terminal) throw new Problem(403, 'not-yours', 'a terminal tells its own messages only', { retry: false });
      if (key !== `${body.incarnation}.${body.terminal}.${body.caseId}.${body.sequence}`) throw new Problem(422, 'key-mismatch', 'Idempotency-Key is not incarnation.terminal.case.sequence of this message', { retry: false });
      const digest = bodyDigest(request);
      const repeated = (): Receipt | null => {
        const before = stored(platform, key);
        if (before === undefined) return null;
        if (before.digest !== digest) throw new Problem(422, 'key-reused', 'this key was used for another message', { retry: false });
        return receipt.parse(JSON.parse(before.receipt));
      };
      const before = repeated();
      if (before !== null) return reply.code(200).send(told(before));
      if (platform.faults.mode === 'reject') throw new Problem(422, 'rejected', 'this message is not accepted', { retry: false });
      if (running.has(key)) throw new Problem(409, 'running', 'this message is being stored', { retry: true });
      running.add(key);
      try {
        if (platform.faults.mode === 'slow') await delay(platform.faults.delayMs);
        return await reply.code(201).send(told(store(key, digest, body)));
      } finally {
        running.delete(key);
      }
    },
  );

  app.get(
    `${WIRE.messages}/:key`,
    {
      schema: {
        summary: 'The receipt stored under a key',
        description: '404: the platform never saw this message. Receipts are kept for ever.',
        tags: ['messages'],
        params: z.object({ key: z.string().max(300) }),
        response: { 200: receipt, 401: problem, 404: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      const before = stored(platform, request.params.key);
      if (before === undefined || before.terminal !== terminal) throw new Problem(404, 'unknown-key', 'no message was stored under this key');
      return reply.code(200).send(told(receipt.parse(JSON.parse(before.receipt))));
    },
  );
};
