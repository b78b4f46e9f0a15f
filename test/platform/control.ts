/** For the bench and for tests, on this machine alone: puts the platform in trouble and counts what it has. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { text } from '../../kiosk-config/index.ts';
import { MODES, modeRequest } from './faults.ts';
import { giveIdentityCode } from './identity-codes.ts';
import { Problem, type App, type Platform } from './context.ts';
import { originalReady } from './office/originals.ts';

const appointment = z.strictObject({ hall: z.string(), day: z.string().regex(/^\d{8}$/), class: z.string(), item: z.string().nullable().default(null), at: z.iso.datetime({ offset: true }), /** What that hall is called, where the platform is to know. */ hallName: text.optional() });
const modeReply = z.object({ mode: z.enum(MODES), delayMs: z.number() });
const counts = z.object({
  state: z.string().nullable(),
  round: z.number().nullable(),
  messages: z.number(),
  receipts: z.number(),
  /** Messages by kind. */
  kinds: z.record(z.string(), z.number()),
  certificates: z.number(),
  bureauForms: z.number(),
});
const casesReply = z.object({ cases: z.record(z.string(), counts), totals: z.object({ messages: z.number(), certificates: z.number(), bureauForms: z.number(), materials: z.number(), terminals: z.number() }) });

const isLoopback = (address: string): boolean => address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';

export const controlRoutes = (app: App, platform: Platform): void => {
  const { db } = platform;
  const count = (sql: string, ...parameters: unknown[]): number => (db.prepare(sql).get(...parameters) as { n: number }).n;
  const onlyHere = (request: { ip: string }): void => {
    if (!isLoopback(request.ip)) throw new Problem(403, 'not-here', 'only from this machine');
  };

  app.post(
    '/control/mode',
    { schema: { summary: 'Be in trouble, or well again', tags: ['control'], body: modeRequest, response: { 200: modeReply } } },
    async (request, reply) => {
      onlyHere(request);
      platform.faults.mode = request.body.mode;
      if (request.body.delayMs !== undefined) platform.faults.delayMs = request.body.delayMs;
      return reply.code(200).send({ ...platform.faults });
    },
  );
  app.get('/control/mode', { schema: { summary: 'The present mode', tags: ['control'], response: { 200: modeReply } } }, async (request, reply) => {
    onlyHere(request);
    return reply.code(200).send({ ...platform.faults });
  });

  app.post(
    '/control/appointments',
    { schema: { summary: 'Agrees on a time with somebody', tags: ['control'], body: appointment, response: { 201: z.object({ id: z.string() }) } } },
    async (request, reply) => {
      onlyHere(request);
      const id = `Y${randomBytes(6).toString('hex').toUpperCase()}`;
      const { hall, day, class: classId, item, at, hallName } = request.body;
      if (hallName !== undefined) db.prepare('INSERT INTO halls (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name').run(hall, JSON.stringify(hallName));
      db.prepare('INSERT INTO appointments (id, hall, day, class, item, at) VALUES (?, ?, ?, ?, ?, ?)').run(id, hall, day, classId, item, at);
      return reply.code(201).send({ id });
    },
  );

  app.post(
    '/control/appointment-offers',
    {
      schema: {
        summary: 'How many may come to a class at one time; 0: it takes no appointments',
        tags: ['control'],
        body: z.strictObject({ hall: z.string(), class: z.string(), capacity: z.number().int().min(0).max(1_000) }),
        response: { 200: z.object({ capacity: z.number() }) },
      },
    },
    async (request, reply) => {
      onlyHere(request);
      const { hall, class: classId, capacity } = request.body;
      db.prepare('INSERT INTO appointment_offers (hall, class, capacity) VALUES (?, ?, ?) ON CONFLICT (hall, class) DO UPDATE SET capacity = excluded.capacity').run(hall, classId, capacity);
      return reply.code(200).send({ capacity });
    },
  );

  app.post(
    '/control/identity-codes',
    {
      schema: {
        summary: "A person's telephone asks for a code",
        tags: ['control'],
        body: z.strictObject({ idNumber: z.string().min(1).max(40).default('990101195103140034'), birthDate: z.iso.date().default('1951-03-14'), lifeSeconds: z.number().int().min(0).max(86_400).default(120) }),
        response: { 201: z.object({ code: z.string() }) },
      },
    },
    async (request, reply) => {
      onlyHere(request);
      const { idNumber, birthDate, lifeSeconds } = request.body;
      return reply.code(201).send({ code: giveIdentityCode(platform, { idNumber, birthDate }, lifeSeconds * 1_000) });
    },
  );

  app.post(
    '/control/originals',
    {
      schema: {
        summary: "An original of a case that came from anywhere is ready for a terminal's locker",
        tags: ['control'],
        body: z.strictObject({ terminal: z.string(), caseNumber: z.string().min(1).max(40), itemName: text.default({ zh: '公租房申请', en: 'Public rental housing' }), name: z.string().min(1).max(200), idNumber: z.string().min(1).max(40) }),
        response: { 201: z.object({ document: z.string(), code: z.string() }) },
      },
    },
    async (request, reply) => {
      onlyHere(request);
      const { terminal, caseNumber, itemName, name, idNumber } = request.body;
      return reply.code(201).send(db.transaction(() => originalReady(platform, terminal, { caseNumber, itemName, person: { name, idNumber } }))());
    },
  );
  const originals = z.array(z.object({ document: z.string(), caseNumber: z.string(), state: z.string(), cell: z.string().nullable(), proof: z.string().nullable() }));
  app.get('/control/originals', { schema: { summary: 'What became of the originals', tags: ['control'], response: { 200: originals } } }, async (request, reply) => {
    onlyHere(request);
    return reply.code(200).send(db.prepare('SELECT document, case_number AS caseNumber, state, cell, proof FROM originals ORDER BY rowid').all() as z.infer<typeof originals>);
  });

  app.get('/control/cases', { schema: { summary: 'What is stored, by case number', tags: ['control'], response: { 200: casesReply } } }, async (request, reply) => {
    onlyHere(request);
    const numbers = db.prepare('SELECT case_number AS number FROM cases UNION SELECT case_number FROM messages ORDER BY 1').all() as { number: string }[];
    const cases = Object.fromEntries(
      numbers.map(({ number }) => {
        const row = db.prepare('SELECT state, round, case_id, terminal FROM cases WHERE case_number = ?').get(number) as { state: string; round: number; case_id: string; terminal: string } | undefined;
        const kinds = db.prepare('SELECT kind, COUNT(*) AS n FROM messages WHERE case_number = ? GROUP BY kind').all(number) as { kind: string; n: number }[];
        const one: z.infer<typeof counts> = {
          state: row?.state ?? null,
          round: row?.round ?? null,
          messages: count('SELECT COUNT(*) AS n FROM messages WHERE case_number = ?', number),
          receipts: count("SELECT COUNT(*) AS n FROM messages WHERE case_number = ? AND receipt <> ''", number),
          kinds: Object.fromEntries(kinds.map(({ kind, n }) => [kind, n])),
          certificates: row === undefined ? 0 : count('SELECT COUNT(*) AS n FROM certificates WHERE terminal = ? AND case_id = ?', row.terminal, row.case_id),
          bureauForms: count('SELECT COUNT(*) AS n FROM bureau_forms WHERE ywlsh = ?', number),
        };
        return [number, one];
      }),
    );
    return reply.code(200).send({
      cases,
      totals: {
        messages: count('SELECT COUNT(*) AS n FROM messages'),
        certificates: count('SELECT COUNT(*) AS n FROM certificates'),
        bureauForms: count('SELECT COUNT(*) AS n FROM bureau_forms'),
        materials: count('SELECT COUNT(*) AS n FROM materials'),
        terminals: count('SELECT COUNT(*) AS n FROM terminals'),
      },
    });
  });
};
