/** Lamps beside slots and sensors in front of the terminal, on Modbus relay boards over a serial line or TCP. */
import { fail, ok, type CommandContext, type CommandProgress, type CommandValue, type DeviceStatus, type DriverFactory, type Result } from '../contract.ts';
import type { CommandHandlers } from '../transports/conversation.ts';
import { createTurns, type Turn } from '../transports/turn.ts';
import { createBus } from './bus.ts';
import type { Reply, Request } from './codec.ts';
import { nextSteady, steadyAt, type Steady } from './debounce.ts';
import { Lamps } from './lamps.ts';
import { signalsSettings } from './settings.ts';

type Levels = CommandValue<'signals', 'read'>;
/** While inputs are listened to, lamps are looked at every so many times: a board without power forgets them. */
const LAMPS_EVERY = 10;

export const createSignalsDriver: DriverFactory<'signals'> = (uri, given, clock) => {
  const parsed = signalsSettings(uri, given);
  if (!parsed.ok) {
    const refuse = () => Promise.resolve(fail('bad-input', parsed.expected));
    return { deviceClass: 'signals', open: refuse, run: refuse, close: () => Promise.resolve() };
  }
  const { settings } = parsed;
  const { inputs, outputs } = settings;
  const bus = createBus(settings, clock);
  const lamps = new Lamps(bus, clock, outputs);
  const turns = createTurns(clock);
  const steady = new Map<string, Steady>();

  const contextOf = (turn: Turn): CommandContext => ({ signal: turn.signal, deadlineMs: turn.left() });

  const inputRequest = (): Request | null => {
    if (inputs.size === 0) return null;
    const numbers = [...inputs.values()].map(({ at }) => at);
    return { kind: 'read-inputs', address: Math.min(...numbers), count: Math.max(...numbers) - Math.min(...numbers) + 1 };
  };
  const bitsOf = (reply: Reply | undefined): boolean[] => (reply?.kind === 'bits' ? reply.bits : []);
  const inputLevels = (bits: readonly boolean[]): Levels['inputs'] => {
    const from = Math.min(...[...inputs.values()].map(({ at }) => at));
    return [...inputs].map(([name, { at, closedIs }]) => ({ name, on: (bits[at - from] === true) === (closedIs === 'on') }));
  };

  /** Reads contacts and lamps (`lampsToo`), and gives lamps back that the board has forgotten. */
  const look = async (context: CommandContext, lampsToo = true): Promise<Result<Levels>> => {
    const contacts = inputRequest();
    const reading = lampsToo ? lamps.reading() : null;
    const requests = [...(contacts === null ? [] : [contacts]), ...(reading === null ? [] : [reading.request])];
    const asked = await bus.ask(requests, context);
    if (!asked.ok) return asked;
    const replies = [...asked.value];
    const seen = contacts === null ? [] : inputLevels(bitsOf(replies.shift()));
    const shown = reading === null ? [] : reading.levels(bitsOf(replies.shift()));
    await lamps.restore(shown, context);
    return ok({ inputs: seen, outputs: shown });
  };

  const status = async (turn: Turn): Promise<Result<DeviceStatus>> => {
    const seen = await look(contextOf(turn));
    return seen.ok ? ok({ online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: null }) : seen;
  };

  const listen = async (turn: Turn, onProgress: (progress: CommandProgress<'signals', 'listen'>) => void): Promise<Result<CommandValue<'signals', 'listen'>>> => {
    if (inputs.size === 0) return fail('bad-input', 'no input has a name: there is nothing to listen to');
    let changes = 0;
    steady.clear();
    for (let round = 0; turn.left() > 0 && !turn.signal.aborted; round += 1) {
      const seen = await look(contextOf(turn), round % LAMPS_EVERY === 0);
      if (turn.signal.aborted) break;
      if (!seen.ok && turn.left() === 0) break;
      if (!seen.ok) return seen;
      for (const { name, on } of seen.value.inputs) {
        const before = steady.get(name);
        const after = before === undefined ? steadyAt(on) : nextSteady(before, on, clock.now(), settings.debounce);
        steady.set(name, after);
        if (before !== undefined && before.level === after.level) continue;
        if (before !== undefined) changes += 1;
        onProgress({ name, on: after.level });
      }
      await clock.sleep(Math.min(settings.pollMs, turn.left()), turn.signal);
    }
    return turn.signal.aborted ? fail('cancelled', 'the listening was cancelled') : ok({ changes });
  };

  const handlers: CommandHandlers<'signals'> = {
    status: (_input, context) => turns.take(context, status),
    set: ({ output, to }, context) =>
      turns.take(context, async (turn) => {
        if (!outputs.has(output)) return fail('bad-input', `no output has the name ${output}; there are ${[...outputs.keys()].join(', ')}`);
        const written = await lamps.set(output, to, contextOf(turn));
        return written.ok ? ok({}) : written;
      }),
    read: (_input, context) => turns.take(context, (turn) => look(contextOf(turn))),
    listen: (_input, context, onProgress) => turns.take(context, (turn) => listen(turn, onProgress ?? (() => {}))),
  };
  return {
    deviceClass: 'signals',
    open: (context) => handlers.status(undefined, context),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: async () => {
      await turns.end();
      await lamps.end();
      await bus.close();
    },
  };
};
