/** Hands and steps at the devices beside card, paper and scanner: codes, tickets, doors, pads, the sensor, the loudspeaker. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { PAD_KEYS } from '../../drivers/call-pad/profiles.ts';
import { SPECIMENS, specimen } from '../../drivers/id-card/specimens.ts';
import { Problem, problem, type App } from './app.ts';
import type { World } from './context.ts';

/** Contact of the sensor in front of the terminal, on the emulated board. */
const PRESENCE = 0;
const LOCKER_BOARD = 1;
const CELLS = 12;
const HELD_MS = 1_500;
const ASK_MS = 3_000;

const sound = z.object({ n: z.number().int(), at: z.string(), wav: z.string() });
const door = z.object({ cell: z.number().int(), open: z.boolean() });

/** @returns what ends a code's holding time when the server closes */
export const hallDeviceRoutes = (app: App, world: World): (() => void) => {
  const { 'code-scanner': scanner, 'ticket-dispenser': dispenser, locker, 'window-display': display, 'call-pad': pad, signals } = world.devices;
  let holding: NodeJS.Timeout | null = null;
  const takeAway = (): void => {
    if (holding !== null) clearTimeout(holding);
    holding = null;
    scanner.lay(null);
  };

  app.post(
    '/code',
    {
      schema: {
        summary: 'Hold a code before the scanner for a moment',
        tags: ['hands'],
        body: z.strictObject({ text: z.string().min(1).max(2_000), holdMs: z.number().int().min(1).max(600_000).default(HELD_MS) }),
        response: { 200: z.object({ text: z.string() }) },
      },
    },
    async (request, reply) => {
      takeAway();
      scanner.lay(request.body.text);
      holding = setTimeout(takeAway, request.body.holdMs);
      return reply.code(200).send({ text: request.body.text });
    },
  );
  app.post(
    '/identity-code',
    {
      schema: {
        summary: 'Hold the identity code of the telephone of the person on a specimen card before the scanner',
        description: 'A new code each time, good once. `lifeSeconds` 0: it has expired already.',
        tags: ['hands'],
        body: z.strictObject({ card: z.string().default('long-term'), lifeSeconds: z.number().int().min(0).max(86_400).default(120), holdMs: z.number().int().min(1).max(600_000).default(HELD_MS) }),
        response: { 200: z.object({ text: z.string() }), 404: problem, 502: problem },
      },
    },
    async (request, reply) => {
      const { card: id, lifeSeconds, holdMs } = request.body;
      const person = specimen(id)?.card;
      if (person === undefined) throw new Problem(404, `no specimen card "${id}"; there are ${SPECIMENS.map((one) => one.id).join(', ')}`);
      const { idNumber, birthDate } = person;
      const answer = await fetch(`${world.platform}/control/identity-codes`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ idNumber, birthDate, lifeSeconds }), signal: AbortSignal.timeout(ASK_MS) }).catch(() => null);
      const given = answer?.ok === true ? z.object({ code: z.string() }).safeParse(await answer.json()) : null;
      if (given?.success !== true) throw new Problem(502, 'the platform does not answer');
      takeAway();
      scanner.lay(given.data.code);
      holding = setTimeout(takeAway, holdMs);
      return reply.code(200).send({ text: given.data.code });
    },
  );
  app.post(
    '/ticket-dispenser/take',
    { schema: { summary: 'Take the ticket out of the mouth of the dispenser', tags: ['hands'], response: { 200: z.object({ taken: z.boolean() }) } } },
    async (_request, reply) => {
      const lay = dispenser.inMouth();
      dispenser.takeTicket();
      return reply.code(200).send({ taken: lay });
    },
  );
  app.post(
    '/ticket-dispenser/hand',
    { schema: { summary: 'Does a hand take each ticket by itself after 4 s, or is it left there?', tags: ['hands'], body: z.strictObject({ takes: z.boolean() }), response: { 200: z.object({ takes: z.boolean() }) } } },
    async (request, reply) => {
      world.hand = request.body.takes;
      return reply.code(200).send({ takes: world.hand });
    },
  );
  app.post(
    '/presence',
    { schema: { summary: 'Step before the terminal, or away from it', tags: ['hands'], body: z.strictObject({ near: z.boolean() }), response: { 200: z.object({ near: z.boolean() }) } } },
    async (request, reply) => {
      signals.contact(PRESENCE, request.body.near);
      world.near = request.body.near;
      return reply.code(200).send({ near: world.near });
    },
  );
  app.post(
    '/call-pad/press',
    {
      schema: {
        summary: 'Press a key on the pad of counter 1',
        tags: ['hands'],
        body: z.strictObject({ key: z.enum(PAD_KEYS), digits: z.string().regex(/^\d{0,8}$/).default('') }),
        response: { 200: z.object({ key: z.string(), heard: z.boolean().describe('a program listens to the pad') }) },
      },
    },
    async (request, reply) => {
      const heard = pad.listeners() > 0;
      pad.press(request.body.key, 1, request.body.digits);
      return reply.code(200).send({ key: request.body.key, heard });
    },
  );
  app.post(
    '/locker/door',
    { schema: { summary: 'Open a door of the locker with the key, or close it', tags: ['hands'], body: z.strictObject({ cell: z.number().int().min(1).max(CELLS), open: z.boolean() }), response: { 200: door } } },
    async (request, reply) => {
      const { cell, open } = request.body;
      if (open) locker.openDoor(LOCKER_BOARD, cell);
      else locker.closeDoor(LOCKER_BOARD, cell);
      return reply.code(200).send({ cell, open: locker.isOpen(LOCKER_BOARD, cell) });
    },
  );
  app.post(
    '/window-display/power',
    { schema: { summary: 'Take the power of the display above counter 1 away, or give it back', tags: ['hands'], body: z.strictObject({ on: z.boolean() }), response: { 200: z.object({ shown: z.string().nullable() }) } } },
    async (request, reply) => {
      if (request.body.on) display.powerOn();
      else display.powerOff();
      return reply.code(200).send({ shown: display.shown() });
    },
  );

  const wavs = async (): Promise<string[]> => (await readdir(world.soundDir).catch(() => [])).filter((name) => /^\d+\.wav$/.test(name)).sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
  app.get('/sounds', { schema: { summary: 'Sentences that the loudspeaker said, oldest first', tags: ['paper'], response: { 200: z.array(sound) } } }, async () =>
    Promise.all((await wavs()).map(async (name) => ({ n: Number(basename(name, '.wav')), at: (await stat(join(world.soundDir, name))).mtime.toISOString(), wav: `/sounds/${name}` }))),
  );
  app.get(
    '/sounds/:name',
    { schema: { summary: 'A sentence', tags: ['paper'], params: z.object({ name: z.string().regex(/^\d{1,9}\.wav$/) }), response: { 200: { description: 'the sound', content: { 'audio/wav': { schema: z.any().meta({ type: 'string', format: 'binary' }) } } }, 404: problem } } },
    async (request, reply) => {
      const wav = await readFile(join(world.soundDir, request.params.name)).catch(() => null);
      if (wav === null) throw new Problem(404, `no sentence ${request.params.name}`);
      return reply.type('audio/wav').send(wav);
    },
  );
  return takeAway;
};

/** What of these devices is to be seen; in the answer of GET /state. */
export const hallDevicesState = z.object({
  near: z.boolean(),
  lamps: z.array(z.string()).describe('slots whose lamp is lit at this moment'),
  ticketInMouth: z.boolean(),
  handTakes: z.boolean(),
  ticketsDrawnBack: z.number().int(),
  doorsOpen: z.array(z.number().int()),
  display: z.string().nullable().describe('null: without power'),
  padHeard: z.boolean(),
});

/** Relays in the order of the terminal file of the demonstration. */
const LAMPS = ['card', 'slip', 'a4', 'scanner', 'ticket', 'code'] as const;

export const hallDevicesNow = (world: World): z.infer<typeof hallDevicesState> => {
  const { 'ticket-dispenser': dispenser, locker, 'window-display': display, 'call-pad': pad, signals } = world.devices;
  return {
    near: world.near,
    lamps: LAMPS.filter((_name, relay) => signals.relay(relay)),
    ticketInMouth: dispenser.inMouth(),
    handTakes: world.hand,
    ticketsDrawnBack: dispenser.drawnBack(),
    doorsOpen: Array.from({ length: CELLS }, (_unused, index) => index + 1).filter((cell) => locker.isOpen(LOCKER_BOARD, cell)),
    display: display.shown(),
    padHeard: pad.listeners() > 0,
  };
};
