/** ID-card readers with a SAM module, on a serial port or behind a TCP device server. */
import { z } from 'zod';
import { fail, type DriverFactory } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { ResponseDecoder } from './codec.ts';
import { moduleMachine, newAddressMachine, presentMachine, readMachine, statusMachine } from './machine.ts';

const options = z.strictObject({
  /** Milliseconds between two looks for a card. */
  pollMs: z.number().int().min(20).max(5000).default(100),
  /** The issuer's own private-use characters beside the published ones: hexadecimal code → the character that is meant. */
  characters: z.record(z.string().regex(/^(?:[eEfF][0-9a-fA-F]{3}|(?:0?[fF]|10)[0-9a-fA-F]{4})$/), z.string().refine((value) => [...value].length === 1)).default({}),
  /** The program that decodes photos: the agent's, not the reader's. */
  photoDecoder: z.string().optional(),
});

const ownCharacters = (characters: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(characters).map(([code, character]) => [String.fromCodePoint(Number.parseInt(code, 16)), character]));

export const createIdCardDriver: DriverFactory<'id-card'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const settings = parsed.success ? parsed.data : null;
  const own = ownCharacters(settings?.characters ?? {});
  // A card that is not as long as it says: what follows on the line is anybody's guess.
  const wire = createWire(uri, clock, undefined, ['bad-frame']);
  const decoder = new ResponseDecoder();
  const unusable = () => Promise.resolve(fail('bad-input', 'options of the ID-card reader: pollMs (whole number from 20 to 5000), characters (private-use code in hexadecimal: character), photoDecoder (a program); nothing else is known'));

  const handlers: CommandHandlers<'id-card'> = {
    status: (_input, context) => wire.run(statusMachine(), decoder, context),
    read: async (_input, context, onProgress) => {
      const result = await wire.run(readMachine(settings?.pollMs ?? 0, own), decoder, context, onProgress);
      // What is half received belongs to the card that was read.
      decoder.reset();
      return result;
    },
    present: (_input, context) => wire.run(presentMachine(), decoder, context),
    newAddress: async (_input, context) => {
      const result = await wire.run(newAddressMachine(own), decoder, context);
      decoder.reset();
      return result;
    },
    module: (_input, context) => wire.run(moduleMachine(), decoder, context),
  };

  return {
    deviceClass: 'id-card',
    open: (context) => (settings === null ? unusable() : handlers.status(undefined, context)),
    run: (command, input, context, onProgress) => (settings === null ? unusable() : handlers[command](input, context, onProgress)),
    close: () => wire.close(),
  };
};
