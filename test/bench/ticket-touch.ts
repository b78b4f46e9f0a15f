/** ticket-touch: a number taken at a real agent, from the touch's POST until the last byte of its ticket has come to the printer's socket. */
import { createConnection, createServer, type Socket } from 'node:net';
import { startTicketDispenserEmulator } from '../../drivers/ticket-dispenser/emulator.ts';
import { Citizen } from './citizen.ts';
import { load, median, percentile, round, type Effort, type Figure } from './figures.ts';
import { openHall } from './hall.ts';

const TOUCH_MS = 50;
const TICKETS = 40;
const CLASS = 'real-estate';
/** A terminal gives at most 30 numbers in a minute (`ticketsPerMinute` of queue.yaml). */
const PACE_MS = 2_000;
/** How often the agent asks the printer how it is: a touch comes at any moment of it. */
const POLL_MS = 2_000;
/** A hand takes each ticket after so long: late enough for the driver to see it in the mouth, and before it stops looking (1 s). */
const HAND_MS = 500;
/** What a ticket begins with (ESC @) and the cut that it ends with (GS V A 0); pushing it out and asking for its taker come after. */
const BEGIN = Buffer.of(0x1b, 0x40);
const CUT = Buffer.of(0x1d, 0x56, 0x41, 0x00);

interface Tap {
  uri: string;
  /** From now on. */
  forget(): void;
  /** When the first byte of a ticket came, and the last of what came latest; null: not since. */
  came(): { first: number | null; last: number | null };
  close(): void;
}

/** The printer's own socket, in this process, so that one clock tells when the touch went out and the bytes came in. What comes goes on to the emulator. */
const startTap = async (printer: string): Promise<Tap> => {
  const [, host, port] = /^tcp:(.+):(\d+)$/.exec(printer) ?? [];
  if (host === undefined || port === undefined) throw new Error(`no TCP printer: ${printer}`);
  let first: number | null = null;
  let last: number | null = null;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = createConnection({ host, port: Number(port), noDelay: true });
    let tail: Uint8Array = Buffer.alloc(0);
    near.on('data', (chunk) => {
      const at = performance.now();
      const seen = Buffer.concat([tail, chunk]);
      if (seen.includes(BEGIN)) first ??= at;
      if (seen.includes(CUT)) last = at;
      // A command may come in two pieces.
      tail = seen.subarray(1 - CUT.length);
      far.write(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    uri: `tcp:127.0.0.1:${address.port}`,
    forget: () => {
      [first, last] = [null, null];
    },
    came: () => ({ first, last }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

interface Sample {
  /** From the touch to the number in the view, to the ticket's first byte and to its last, ms. */
  shown: number;
  first: number;
  last: number;
}

/** Takes a number and its paper, and leaves. */
const oneTicket = async (citizen: Citizen, tap: Tap, slips: () => number, random: () => number): Promise<Sample> => {
  await citizen.see('home');
  await citizen.say({ type: 'open-numbers' });
  await citizen.see('number', (screen) => screen.classes.some(({ id, open }) => id === CLASS && open));
  await new Promise((resolve) => setTimeout(resolve, PACE_MS + random() * POLL_MS));
  const before = slips();
  tap.forget();
  const touched = performance.now();
  const [, { at: shownAt }] = await Promise.all([citizen.say({ type: 'take-number', class: CLASS }), citizen.see('ticket')]);
  const { screen } = await citizen.see('ticket', ({ paper }) => paper?.state !== 'waiting' && paper?.state !== 'printing');
  const { first, last } = tap.came();
  // `take`: nobody saw the hand, which on a busy machine may come between two looks.
  if ((screen.paper?.state !== 'confirmed' && screen.paper?.state !== 'take') || slips() !== before + 1 || first === null || last === null) throw new Error(`no ticket came out: ${JSON.stringify(screen.paper)}, ${slips() - before} slips`);
  await citizen.say({ type: 'leave' });
  return { shown: shownAt - touched, first: first - touched, last: last - touched };
};

/** Tickets of citizens who come one after the other, at the demonstration's terminal that runs its hall's queue. */
export const measureTicketTouch = async ({ random }: Effort): Promise<Figure[]> => {
  const printer = await startTicketDispenserEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, takenAfterMs: HAND_MS });
  const tap = await startTap(printer.uri);
  const samples: Sample[] = [];
  let slips = 0;
  const counted = (): number => {
    slips += printer.slips().length;
    printer.takeSlips();
    return slips;
  };
  const hall = await openHall({ 'ticket-dispenser': tap.uri });
  try {
    const agent = await hall.startAgent();
    try {
      const citizen = await Citizen.enter(await hall.freshUrl());
      for (let count = 0; count <= TICKETS; count += 1) samples.push(await oneTicket(citizen, tap, counted, random));
      await citizen.see('home');
      citizen.close();
    } finally {
      await agent.stop();
    }
  } finally {
    await hall.stop();
    tap.close();
    await printer.close();
  }
  // The first opens fonts and compiles code; a terminal does that once after its start.
  const [cold, ...warm] = samples;
  const of = (what: keyof Sample): number[] => warm.map((sample) => sample[what]);
  return [
    {
      name: 'ticket-touch',
      value: round(percentile(of('last'), 0.95)),
      unit: 'ms',
      against: `touch posted → last byte of the ticket at the printer's socket, agent and device host as they run, p95 of ${warm.length} tickets, goal at most ${TOUCH_MS}; median ${round(median(of('last')))}, longest ${round(Math.max(...of('last')))}, the first after the start ${round(cold?.last ?? Number.NaN)} ms; on the way, medians: number in the view ${round(median(of('shown')))}, first byte ${round(median(of('first')))} ms; ${load()}`,
      goal: { atMost: TOUCH_MS },
    },
  ];
};
