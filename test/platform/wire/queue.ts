/** What happens in the halls' queues, each event once and in order. */
import { z } from 'zod';
import { text, type Text } from '../../../kiosk-config/index.ts';
import { signJson } from '../../../electron/platform/canonical.ts';
import { appointmentReply, appointmentsReply, problem, queueNews, queueReceipt, WIRE } from '../../../electron/platform/wire.ts';
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

  const nameOf = (hall: string): Text | null => {
    if (platform.catalogue.hall?.id === hall) return platform.catalogue.hall.name;
    const row = platform.db.prepare('SELECT name FROM halls WHERE id = ?').get(hall) as { name: string } | undefined;
    return row === undefined ? null : text.parse(JSON.parse(row.name));
  };
  app.get(
    `${WIRE.appointments}/:id`,
    {
      schema: {
        summary: 'One agreed time, of whichever hall and day',
        description: 'For a hall where somebody shows a code that is not in its own list: it tells him where and when he is expected. Large and small letters are the same. Nobody is named.',
        tags: ['queue'],
        params: z.object({ id: z.string().regex(/^[0-9A-Za-z-]{6,40}$/) }),
        response: { 200: appointmentReply, 400: problem, 401: problem, 404: problem },
      },
    },
    async (request, reply) => {
      await caller(platform, request);
      const row = platform.db.prepare('SELECT id, hall, day, class, item, at FROM appointments WHERE id = ? COLLATE NOCASE').get(request.params.id) as (z.infer<typeof appointmentReply>['appointment'] & { hall: string }) | undefined;
      if (row === undefined) throw new Problem(404, 'no-such-appointment', 'nobody agreed on a time under this code');
      const { hall, ...appointment } = row;
      const unsigned = { hall, hallName: nameOf(hall), appointment, time: now(platform) };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );
};
