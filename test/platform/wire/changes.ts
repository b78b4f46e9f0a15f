/** The one way down: what a terminal has to know, in order, signed. */
import { z } from 'zod';
import { signJson } from '../../../electron/platform/canonical.ts';
import { change, changes, problem, WIRE } from '../../../electron/platform/wire.ts';
import { now, type App, type Platform } from '../context.ts';
import { caller } from './signed.ts';

export type ChangeBody = z.infer<typeof change>['body'];

/** Adds to a terminal's feed; inside the transaction of what it tells. */
export const addChange = (platform: Platform, terminal: string, body: ChangeBody): void => {
  platform.db.prepare('INSERT INTO changes (terminal, at, body) VALUES (?, ?, ?)').run(terminal, now(platform), JSON.stringify(body));
};

const whole = z.coerce.number().int().nonnegative();

export const changeRoutes = (app: App, platform: Platform): void => {
  app.get(
    WIRE.changes,
    {
      schema: {
        summary: 'What happened after a cursor',
        description: 'Changes for the asking terminal, oldest first. `next` is the cursor to ask with the next time.',
        tags: ['changes'],
        querystring: z.object({ after: whole.default(0), limit: whole.min(1).max(500).default(100) }),
        response: { 200: changes, 400: problem, 401: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      const { after, limit } = request.query;
      const rows = platform.db.prepare('SELECT cursor, at, body FROM changes WHERE terminal = ? AND cursor > ? ORDER BY cursor LIMIT ?').all(terminal, after, limit) as { cursor: number; at: string; body: string }[];
      const list = rows.map((row) => change.parse({ cursor: row.cursor, at: row.at, body: JSON.parse(row.body) as unknown }));
      const unsigned = { terminal, changes: list, next: list.at(-1)?.cursor ?? after, time: now(platform) };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );
};
