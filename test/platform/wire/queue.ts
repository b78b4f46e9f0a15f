/** What happens in the halls' queues, each event once and in order. */
import { z } from 'zod';
import { signJson } from '../../../electron/platform/canonical.ts';
import { appointmentsReply, problem, queueNews, queueReceipt, WIRE } from '../../../electron/platform/wire.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { bodyDigest, caller } from './signed.ts';

export const queueRoutes = (app: App, platform: Platform): void => {
  app.post(
    WIRE.queueNews,
    {
      schema: {
        summary: "Tell what happened in a hall's queue",
        description: 'Events of one business day, in order. Those known already are not kept twice; 409 sequence-gap tells where to go on.',
        tags: ['queue'],
        headers: z.looseObject({ 'idempotency-key': z.string().max(300).optional().describe('incarnation.hall.day.version of the last event') }),
        body: queueNews,
        response: { 200: queueReceipt, 400: problem, 401: problem, 403: problem, 409: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      const { body } = request;
      if (body.terminal !== terminal) throw new Problem(403, 'not-yours', 'a hall tells its own queue only', { retry: false });
      const last = body.events.at(-1)?.version ?? 0;
      if (request.headers['idempotency-key'] !== `${body.incarnation}.${body.hall}.${body.day}.${last}`) throw new Problem(422, 'key-mismatch', 'Idempotency-Key is not incarnation.hall.day.version', { retry: false });
      const receivedAt = now(platform);
      platform.db.transaction(() => {
        const { highest } = platform.db.prepare('SELECT COALESCE(MAX(version), 0) AS highest FROM queue_events WHERE hall = ? AND day = ? AND incarnation = ?').get(body.hall, body.day, body.incarnation) as { highest: number };
        let expected = highest + 1;
        for (const event of body.events) {
          if (event.version < expected) continue;
          if (event.version !== expected) throw new Problem(409, 'sequence-gap', `the next event of this day is number ${expected}`, { expected, retry: true });
          platform.db.prepare('INSERT INTO queue_events (hall, day, incarnation, version, terminal, event, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)').run(body.hall, body.day, body.incarnation, event.version, terminal, JSON.stringify(event), receivedAt);
          expected += 1;
        }
      })();
      const unsigned = { hall: body.hall, day: body.day, version: last, digest: bodyDigest(request), receivedAt };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );

  app.get(
    WIRE.appointments,
    {
      schema: {
        summary: 'Agreed times of a hall',
        description: 'From a business day on, oldest first. Nobody is named: whoever comes shows the id.',
        tags: ['queue'],
        querystring: z.object({ hall: z.string().max(40), from: z.string().regex(/^\d{8}$/) }),
        response: { 200: appointmentsReply, 400: problem, 401: problem },
      },
    },
    async (request, reply) => {
      await caller(platform, request);
      const { hall, from } = request.query;
      const appointments = platform.db.prepare('SELECT id, day, class, item, at FROM appointments WHERE hall = ? AND day >= ? ORDER BY at LIMIT 20000').all(hall, from) as z.infer<typeof appointmentsReply>['appointments'];
      const unsigned = { hall, appointments, time: now(platform) };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );
};
