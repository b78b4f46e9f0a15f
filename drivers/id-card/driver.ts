/** ID-card readers with a SAM module, on a serial port or behind a TCP device server. */
import { z } from 'zod';
import { fail, type DriverFactory } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { ResponseDecoder } from './codec.ts';
import { presentMachine, readMachine, statusMachine } from './machine.ts';

const options = z.strictObject({
  /** Milliseconds between two looks for a card. */
  pollMs: z.number().int().min(20).max(5000).default(100),
});

export const createIdCardDriver: DriverFactory<'id-card'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const settings = parsed.success ? parsed.data : null;
  const wire = createWire(uri, clock);
  const decoder = new ResponseDecoder();
  const unusable = () => Promise.resolve(fail('bad-input', 'options of the ID-card reader: pollMs must be a whole number from 20 to 5000, and nothing else is known'));

  const handlers: CommandHandlers<'id-card'> = {
    status: (_input, context) => wire.run(statusMachine(), decoder, context),
    read: async (_input, context, onProgress) => {
      const result = await wire.run(readMachine(settings?.pollMs ?? 0), decoder, context, onProgress);
      // What is half received belongs to the card that was read.
      decoder.reset();
      return result;
    },
    present: (_input, context) => wire.run(presentMachine(), decoder, context),
  };

  return {
    deviceClass: 'id-card',
    open: (context) => (settings === null ? unusable() : handlers.status(undefined, context)),
    run: (command, input, context, onProgress) => (settings === null ? unusable() : handlers[command](input, context, onProgress)),
    close: () => wire.close(),
  };
};
