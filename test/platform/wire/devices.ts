/** What became of the terminals' devices, each event once and in order. */
import { z } from 'zod';
import { signJson } from '../../../electron/platform/canonical.ts';
import { deviceNews, deviceReceipt, problem, WIRE } from '../../../electron/platform/wire.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { bodyDigest, caller } from './signed.ts';

export const deviceRoutes = (app: App, platform: Platform): void => {
  app.post(
    WIRE.deviceNews,
    {
      schema: {
        summary: "Tell what became of a terminal's devices",
        description: 'Conditions that began or ended, in order. Those known already are not kept twice; 409 sequence-gap tells where to go on.',
        tags: ['devices'],
        headers: z.looseObject({ 'idempotency-key': z.string().max(300).optional().describe('incarnation.terminal.devices.sequence of the last event') }),
        body: deviceNews,
        response: { 200: deviceReceipt, 400: problem, 401: problem, 403: problem, 409: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      const { body } = request;
      const { incarnation, events } = body;
      if (body.terminal !== terminal) throw new Problem(403, 'not-yours', 'a terminal tells its own devices only', { retry: false });
      const last = events.at(-1)?.sequence ?? 0;
      if (request.headers['idempotency-key'] !== `${incarnation}.${terminal}.devices.${last}`) throw new Problem(422, 'key-mismatch', 'Idempotency-Key is not incarnation.terminal.devices.sequence', { retry: false });
      const receivedAt = now(platform);
      platform.db.transaction(() => {
        const { highest } = platform.db.prepare('SELECT COALESCE(MAX(sequence), 0) AS highest FROM device_events WHERE terminal = ? AND incarnation = ?').get(terminal, incarnation) as { highest: number };
        let expected = highest + 1;
        for (const event of events) {
          if (event.sequence < expected) continue;
          if (event.sequence !== expected) throw new Problem(409, 'sequence-gap', `the next event of this terminal is number ${expected}`, { expected, retry: true });
          platform.db.prepare('INSERT INTO device_events (terminal, incarnation, sequence, event, received_at) VALUES (?, ?, ?, ?, ?)').run(terminal, incarnation, event.sequence, JSON.stringify(event), receivedAt);
          expected += 1;
        }
      })();
      const unsigned = { terminal, incarnation, sequence: last, digest: bodyDigest(request), receivedAt };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );
};
