/** Hands at the devices: cards laid and lifted, faults played, paper put in. */
import { z } from 'zod';
import { SPECIMENS, specimen } from '../../drivers/id-card/specimens.ts';
import { PAGE_NAMES } from '../../drivers/scanner/emulator-pages.ts';
import { Problem, problem, type App } from './app.ts';
import { DEVICES, emulatorOf, type DeviceName, type World } from './context.ts';

const card = z.object({ card: z.string().nullable().describe('specimen on the reader') });
const specimenLine = z.object({ id: z.string(), label: z.string(), kind: z.string(), name: z.string() });
const faultBody = z.strictObject({ fault: z.string().max(100).nullable().describe('null: all is well') });
const faultReply = z.object({ fault: z.string().nullable(), faults: z.array(z.string()).describe('what it can play') });
const feeder = z.object({ sheets: z.number().int() });

/** @returns what ends a card's holding time when the server closes */
export const deviceRoutes = (app: App, world: World): (() => void) => {
  let lifting: NodeJS.Timeout | null = null;
  const endHolding = (): void => {
    if (lifting !== null) clearTimeout(lifting);
    lifting = null;
  };
  const lift = (): void => {
    endHolding();
    world.devices['id-card'].liftCard();
    world.card = null;
  };

  app.get('/specimens', { schema: { summary: 'Invented citizens whose cards lie ready', tags: ['card'], response: { 200: z.array(specimenLine) } } }, () =>
    SPECIMENS.map(({ id, label, card: { kind, name } }) => ({ id, label, kind, name })),
  );
  app.post(
    '/card',
    {
      schema: {
        summary: 'Lay a card on the reader, for good or for holdMs; or lift what lies there',
        tags: ['card'],
        body: z.union([z.strictObject({ specimen: z.string().max(100), holdMs: z.number().int().min(1).max(600_000).optional() }), z.strictObject({ lift: z.literal(true) })]),
        response: { 200: card, 404: problem },
      },
    },
    async (request, reply) => {
      lift();
      if ('specimen' in request.body) {
        const found = specimen(request.body.specimen);
        if (found === null) throw new Problem(404, `no specimen "${request.body.specimen}"; known: ${SPECIMENS.map(({ id }) => id).join(', ')}`);
        world.devices['id-card'].layCard(found);
        world.card = found.id;
        if (request.body.holdMs !== undefined) lifting = setTimeout(lift, request.body.holdMs);
      }
      return reply.code(200).send({ card: world.card });
    },
  );
  for (const device of DEVICES) {
    app.post(
      `/${device}/plug`,
      { schema: { summary: `Pull or put back the cable of the ${device}`, tags: [device === 'id-card' ? 'card' : 'faults'], body: z.strictObject({ in: z.boolean() }), response: { 200: z.object({ in: z.boolean() }) } } },
      async (request, reply) => {
        const emulator = emulatorOf(world, device);
        await (request.body.in ? emulator.replug() : emulator.unplug());
        world.unplugged[device] = !request.body.in;
        return reply.code(200).send({ in: request.body.in });
      },
    );
  }

  const inject = (device: DeviceName, fault: string | null): void => {
    const emulator = emulatorOf(world, device);
    if (fault !== null && !emulator.faults.includes(fault)) throw new Problem(422, `${device} cannot play "${fault}"; it can play ${emulator.faults.join(', ')}`);
    emulator.inject(fault);
    world.faults[device] = fault;
  };
  for (const device of DEVICES) {
    app.post(`/${device}/fault`, { schema: { summary: `Play a fault of the ${device}, or end it`, tags: ['faults'], body: faultBody, response: { 200: faultReply, 422: problem } } }, async (request, reply) => {
      inject(device, request.body.fault);
      return reply.code(200).send({ fault: request.body.fault, faults: [...emulatorOf(world, device).faults] });
    });
  }

  app.post(
    '/scanner/load',
    { schema: { summary: 'Put sheets into the feeder', tags: ['scanner'], body: z.strictObject({ sheets: z.number().int().min(0).max(100) }), response: { 200: feeder } } },
    async (request, reply) => {
      world.devices.scanner.loadFeeder(request.body.sheets);
      return reply.code(200).send({ sheets: world.devices.scanner.feederSheets() });
    },
  );
  app.post(
    '/scanner/glass',
    { schema: { summary: 'Lay a page on the glass, or take it away', tags: ['scanner'], body: z.strictObject({ page: z.enum(PAGE_NAMES).nullable() }), response: { 200: z.object({ page: z.string().nullable() }) } } },
    async (request, reply) => {
      world.devices.scanner.layOnGlass(request.body.page);
      world.glass = request.body.page;
      return reply.code(200).send({ page: world.glass });
    },
  );
  return endHolding;
};
