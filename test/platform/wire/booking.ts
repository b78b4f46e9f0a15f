/** Agreed times asked for at a terminal: which are free, one of them for a key, and a key whose answer got lost. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { signJson } from '../../../electron/platform/canonical.ts';
import { bookReply, bookRequest, problem, slotsReply, WIRE, withdrawReply, withdrawRequest } from '../../../electron/platform/wire.ts';
import { isoWithOffset } from '../../../electron/clock/index.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { bodyDigest, caller } from './signed.ts';

const ZONE = 'Asia/Shanghai';
const OFFSET = '+08:00';
/** Starts of the half hours that can be agreed on, from Monday to Friday. */
const TIMES = ['09:30', '10:00', '10:30', '11:00', '14:00', '14:30', '15:00', '15:30', '16:00', '16:30'];
const DAYS_AHEAD = 14;
const DAY_MS = 86_400_000;
/** Nobody can be there sooner. */
const SOONEST_MS = 60 * 60_000;
const MOST_SLOTS = 200;
const USUAL_CAPACITY = 2;

type Agreed = z.infer<typeof bookReply>['appointment'];

/** How many may come to the class at one time. */
const capacityOf = (platform: Platform, hall: string, classId: string): number => {
  const row = platform.db.prepare('SELECT capacity FROM appointment_offers WHERE hall = ? AND class = ?').get(hall, classId) as { capacity: number } | undefined;
  if (row !== undefined) return row.capacity;
  return platform.catalogue.hall?.id === hall && platform.catalogue.bookable.includes(classId) ? USUAL_CAPACITY : 0;
};

/** All times that can be agreed on from now on, the earliest first, as ISO 8601. */
const timesAhead = (platform: Platform): string[] => {
  const wall = platform.clock.wall();
  return Array.from({ length: DAYS_AHEAD }, (_, index) => isoWithOffset(wall + index * DAY_MS, ZONE).slice(0, 10))
    .filter((day) => ![0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay()))
    .flatMap((day) => TIMES.map((time) => `${day}T${time}:00${OFFSET}`))
    .filter((at) => Date.parse(at) >= wall + SOONEST_MS);
};
const dayOf = (at: string): string => isoWithOffset(Date.parse(at), ZONE).slice(0, 10).replaceAll('-', '');

/** Places taken of a class from a day on, by time in milliseconds. */
const takenFrom = (platform: Platform, hall: string, classId: string, day: string): Map<number, number> => {
  const rows = platform.db.prepare('SELECT at FROM appointments WHERE hall = ? AND class = ? AND day >= ?').all(hall, classId, day) as { at: string }[];
  const taken = new Map<number, number>();
  for (const { at } of rows) taken.set(Date.parse(at), (taken.get(Date.parse(at)) ?? 0) + 1);
  return taken;
};
const freeFrom = (platform: Platform, hall: string, classId: string, day: string): z.infer<typeof slotsReply>['slots'] => {
  const capacity = capacityOf(platform, hall, classId);
  const taken = takenFrom(platform, hall, classId, day);
  return timesAhead(platform).flatMap((at) => {
    const free = capacity - (taken.get(Date.parse(at)) ?? 0);
    return dayOf(at) >= day && free > 0 ? [{ at, free }] : [];
  });
};

const keyHeader = z.looseObject({ 'idempotency-key': z.string().max(300).optional().describe('incarnation.terminal.random.appointment') });

export const bookingRoutes = (app: App, platform: Platform): void => {
  const { db } = platform;
  app.get(
    WIRE.appointmentSlots,
    {
      schema: {
        summary: 'Free times of a class',
        description: 'The earliest first, from a business day on. None where the class takes no appointments or everything is taken.',
        tags: ['appointments'],
        querystring: z.object({ hall: z.string().max(40), class: z.string().max(40), from: z.string().regex(/^\d{8}$/) }),
        response: { 200: slotsReply, 400: problem, 401: problem },
      },
    },
    async (request, reply) => {
      await caller(platform, request);
      const { hall, class: classId, from } = request.query;
      const unsigned = { hall, class: classId, slots: freeFrom(platform, hall, classId, from).slice(0, MOST_SLOTS), time: now(platform) };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );

  app.post(
    WIRE.appointments,
    {
      schema: {
        summary: 'Agree on a time',
        description: 'The same Idempotency-Key always gets the same appointment: 201 the first time, 200 after. 409 slot-full, no-such-slot or withdrawn: nothing was agreed. Nobody is named: whoever shows the id has the appointment.',
        tags: ['appointments'],
        headers: keyHeader,
        body: bookRequest,
        response: { 200: bookReply, 201: bookReply, 400: problem, 401: problem, 403: problem, 409: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { terminal, hall: own } = await caller(platform, request);
      if (platform.faults.mode === 'reject') throw new Problem(422, 'rejected', 'this request is not accepted', { retry: false });
      const key = request.headers['idempotency-key'];
      const { hall, class: classId, item, at } = request.body;
      if (key === undefined) throw new Problem(400, 'key-missing', 'Idempotency-Key is missing', { retry: false });
      const [incarnation, of, random, what, ...rest] = key.split('.');
      if (incarnation === '' || of !== terminal || (random ?? '') === '' || what !== 'appointment' || rest.length > 0) throw new Problem(422, 'key-mismatch', 'Idempotency-Key is not incarnation.terminal.random.appointment of this request', { retry: false });
      if (hall !== own) throw new Problem(403, 'not-yours', 'a terminal agrees on times of its own hall only', { retry: false });
      const digest = bodyDigest(request);
      const done = db.transaction((): { status: 200 | 201; appointment: Agreed } => {
        const before = db.prepare('SELECT digest, appointment FROM bookings WHERE key = ?').get(key) as { digest: string; appointment: string | null } | undefined;
        if (before !== undefined) {
          if (before.appointment === null) throw new Problem(409, 'withdrawn', 'nothing is agreed under this key any more', { retry: false });
          if (before.digest !== digest) throw new Problem(422, 'key-reused', 'this key was used for another request', { retry: false });
          return { status: 200, appointment: db.prepare('SELECT id, day, class, item, at FROM appointments WHERE id = ?').get(before.appointment) as Agreed };
        }
        const slot = timesAhead(platform).find((one) => Date.parse(one) === Date.parse(at));
        const capacity = capacityOf(platform, hall, classId);
        if (slot === undefined || capacity === 0) throw new Problem(409, 'no-such-slot', 'this time cannot be agreed on', { retry: false });
        const day = dayOf(slot);
        if ((takenFrom(platform, hall, classId, day).get(Date.parse(slot)) ?? 0) >= capacity) throw new Problem(409, 'slot-full', 'others were quicker', { retry: false });
        const appointment: Agreed = { id: `Y${randomBytes(6).toString('hex').toUpperCase()}`, day, class: classId, item, at: slot };
        db.prepare('INSERT INTO appointments (id, hall, day, class, item, at) VALUES (?, ?, ?, ?, ?, ?)').run(appointment.id, hall, day, classId, item, slot);
        db.prepare('INSERT INTO bookings (key, terminal, digest, appointment, at) VALUES (?, ?, ?, ?, ?)').run(key, terminal, digest, appointment.id, now(platform));
        return { status: 201, appointment };
      })();
      const unsigned = { key, hall, appointment: done.appointment, time: now(platform) };
      return reply.code(done.status).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );

  app.post(
    WIRE.appointmentWithdrawals,
    {
      schema: {
        summary: 'Nobody wants what was asked for under this key',
        description: 'For a terminal whose question was never answered. What was agreed is not any more, its place is free; a question that arrives later is refused as withdrawn. Repeated, it is the same.',
        tags: ['appointments'],
        body: withdrawRequest,
        response: { 200: withdrawReply, 400: problem, 401: problem, 403: problem },
      },
    },
    async (request, reply) => {
      const { terminal } = await caller(platform, request);
      const { key } = request.body;
      if (key.split('.')[1] !== terminal) throw new Problem(403, 'not-yours', 'a terminal withdraws only what it asked for', { retry: false });
      db.transaction(() => {
        const before = db.prepare('SELECT appointment FROM bookings WHERE key = ?').get(key) as { appointment: string | null } | undefined;
        if (before?.appointment != null) db.prepare('DELETE FROM appointments WHERE id = ?').run(before.appointment);
        db.prepare("INSERT INTO bookings (key, terminal, digest, appointment, at) VALUES (?, ?, '', NULL, ?) ON CONFLICT (key) DO UPDATE SET appointment = NULL").run(key, terminal, now(platform));
      })();
      const unsigned = { key, time: now(platform) };
      return reply.code(200).send({ ...unsigned, signature: signJson(platform.key, unsigned) });
    },
  );
};
