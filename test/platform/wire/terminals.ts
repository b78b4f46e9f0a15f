/** Enrolment: a terminal brings the hall's code and its public key, and takes the platform's key home. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { exportPublicKey, importPublicKey } from '../../../electron/platform/canonical.ts';
import { enrolReply, enrolRequest, problem, WIRE } from '../../../electron/platform/wire.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { checkSignature } from './signed.ts';

const sameText = (a: string, b: string): boolean => timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export const terminalRoutes = (app: App, platform: Platform): void => {
  app.post(
    WIRE.enrol,
    {
      schema: {
        summary: 'Enrol a terminal',
        description: 'Repeating it with the same key changes nothing; with another key it replaces the terminal\'s key (a terminal set up anew). A signed request must be signed with the key it brings.',
        tags: ['terminals'],
        body: enrolRequest,
        response: { 200: enrolReply, 201: enrolReply, 401: problem, 403: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal, hall, enrolmentCode, publicKey, incarnation } = request.body;
      if (!platform.enrolmentCodes.some((code) => sameText(code, enrolmentCode))) throw new Problem(403, 'wrong-code', 'this enrolment code is not known');
      try {
        importPublicKey(publicKey);
      } catch {
        throw new Problem(422, 'not-a-key', 'publicKey is not an Ed25519 key as SPKI in base64');
      }
      if (request.headers['signature'] !== undefined) await checkSignature(request, publicKey, 'kept');
      const time = now(platform);
      const known = platform.db.prepare('SELECT public_key FROM terminals WHERE id = ?').get(terminal) as { public_key: string } | undefined;
      platform.db.transaction(() => {
        platform.db
          .prepare('INSERT INTO terminals (id, hall, incarnation, public_key, enrolled_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET hall = excluded.hall, incarnation = excluded.incarnation, public_key = excluded.public_key')
          .run(terminal, hall, incarnation, publicKey, time);
        platform.db.prepare('INSERT INTO terminal_keys (terminal, public_key, enrolled_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(terminal, publicKey, time);
      })();
      return reply.code(known?.public_key === publicKey ? 200 : 201).send({ platformKey: exportPublicKey(platform.key), time });
    },
  );
};
