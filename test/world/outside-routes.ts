/** What is neither card nor paper: the network, the platform, the processes, the citizen's page; and everything at one look. */
import { join } from 'node:path';
import { z } from 'zod';
import { askTicket } from '../../electron/shell/agent-socket.ts';
import { MODES } from '../platform/faults.ts';
import { Problem, problem, type App } from './app.ts';
import { kill, processes } from './processes.ts';
import { DEVICES, emulatorOf, slipsOf, type World } from './context.ts';
import { hallDevicesNow, hallDevicesState } from './hall-device-routes.ts';

const network = z.object({ cut: z.boolean(), connections: z.number().int() });
const platformMode = z.object({ mode: z.enum(MODES), delayMs: z.number() });
const deviceState = z.object({ uri: z.string(), plugged: z.boolean(), fault: z.string().nullable(), faults: z.array(z.string()) });
const state = z.object({
  card: z.string().nullable(),
  readerPlugged: z.boolean(),
  devices: z.record(z.string(), deviceState),
  scanner: z.object({ feederSheets: z.number().int(), glass: z.string().nullable() }),
  hall: hallDevicesState,
  network,
  platform: z.object({ url: z.string(), mode: z.enum(MODES).nullable().describe('null: it does not answer') }),
  slips: z.number().int(),
  sheets: z.number().int(),
  processes: z.array(z.object({ name: z.string(), pid: z.number().int(), alive: z.boolean() })),
});

const ASK_MS = 3_000;

/** Talks to the platform's own control, past the line that can be cut. @returns null when it does not answer */
const askMode = async (platform: string, init: RequestInit): Promise<z.infer<typeof platformMode> | null> => {
  try {
    const response = await fetch(`${platform}/control/mode`, { ...init, signal: AbortSignal.timeout(ASK_MS) });
    const parsed = platformMode.safeParse(await response.json());
    return response.ok && parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

export const outsideRoutes = (app: App, world: World): void => {
  const networkNow = (): z.infer<typeof network> => ({ cut: world.proxy.isCut(), connections: world.proxy.connections() });

  app.post('/network', { schema: { summary: 'Cut or mend the line between terminal and platform', tags: ['outside'], body: z.strictObject({ cut: z.boolean() }), response: { 200: network } } }, async (request, reply) => {
    world.proxy.setCut(request.body.cut);
    return reply.code(200).send(networkNow());
  });

  app.post(
    '/platform',
    {
      schema: {
        summary: 'Put the platform in trouble, or make it well',
        tags: ['outside'],
        body: z.strictObject({ mode: z.enum(MODES), delayMs: z.number().int().min(0).max(120_000).optional() }),
        response: { 200: platformMode, 502: problem },
      },
    },
    async (request, reply) => {
      const answer = await askMode(world.platform, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request.body) });
      if (answer === null) throw new Problem(502, 'the platform does not answer');
      return reply.code(200).send(answer);
    },
  );

  app.post(
    '/kill',
    {
      schema: {
        summary: 'kill -9 a process of the terminal',
        tags: ['outside'],
        body: z.strictObject({ process: z.string().regex(/^[a-z0-9-]{1,100}$/) }),
        response: { 200: z.object({ process: z.string(), pid: z.number().int() }), 404: problem },
      },
    },
    async (request, reply) => {
      const pid = kill(world.runDir, request.body.process);
      if (pid === null) throw new Problem(404, `no living process "${request.body.process}"; known: ${processes(world.runDir).flatMap((one) => (one.alive ? [one.name] : [])).join(', ')}`);
      return reply.code(200).send({ process: request.body.process, pid });
    },
  );

  app.post('/citizen-page', { schema: { summary: "A fresh one-time address of the citizen's page", tags: ['outside'], response: { 200: z.object({ url: z.string() }), 503: problem } } }, async (_request, reply) => {
    const url = await askTicket(join(world.runDir, 'shell.sock'));
    if (url === null) throw new Problem(503, 'no agent runs on this home');
    return reply.code(200).send({ url });
  });

  app.get('/state', { schema: { summary: 'Everything at one look', tags: ['outside'], response: { 200: state } } }, async (_request, reply) => {
    const mode = await askMode(world.platform, {});
    return reply.code(200).send({
      card: world.card,
      readerPlugged: !world.unplugged['id-card'],
      devices: Object.fromEntries(
        DEVICES.map((device) => {
          const { uri, faults } = emulatorOf(world, device);
          return [device, { uri, plugged: !world.unplugged[device], fault: world.faults[device], faults: [...faults] }];
        }),
      ),
      scanner: { feederSheets: world.devices.scanner.feederSheets(), glass: world.glass },
      hall: hallDevicesNow(world),
      network: networkNow(),
      platform: { url: world.platform, mode: mode?.mode ?? null },
      slips: slipsOf(world).length,
      sheets: world.devices['document-printer'].jobs().filter(({ pdf }) => pdf !== null).length,
      processes: processes(world.runDir),
    });
  });
};
