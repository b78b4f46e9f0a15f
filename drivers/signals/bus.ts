/** The board's wire, shared by commands and by the lamps that blink between them: one round of questions after the other. */
import type { CommandContext, DriverClock, Result } from '../contract.ts';
import { createWire } from '../transports/conversation.ts';
import { ChunkDecoder, type Reply, type Request } from './codec.ts';
import { numbersOf, roundMachine } from './machine.ts';
import type { SignalsSettings } from './settings.ts';

export interface Bus {
  /** Waits for its turn, then asks. Faults: those of the wire and of {@link roundMachine}. */
  ask(requests: readonly Request[], context: CommandContext): Promise<Result<Reply[]>>;
  close(): Promise<void>;
}

export const createBus = ({ uri, framing, unit }: SignalsSettings, clock: DriverClock): Bus => {
  const wire = createWire(uri, clock);
  const decoder = new ChunkDecoder();
  let transaction = 1;
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask: (requests, context) => {
      const ends = clock.now() + context.deadlineMs;
      const round = last.then(() => {
        const from = transaction;
        transaction = (transaction + numbersOf(requests)) & 0xffff;
        return wire.run(roundMachine({ framing, unit, transaction: from, requests }), decoder, { signal: context.signal, deadlineMs: Math.max(0, ends - clock.now()) });
      });
      last = round.catch(() => undefined);
      return round;
    },
    close: async () => {
      await last;
      await wire.close();
    },
  };
};
