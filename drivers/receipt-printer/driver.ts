/** Receipt printers that speak ESC/POS, on a serial port or the network (port 9100). */
import { z } from 'zod';
import { fail, type DriverFactory } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { encodeSlip } from './codec.ts';
import { printMachine, statusDecoder, statusMachine } from './machine.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES, PROFILES, type PrinterProfile } from './profiles.ts';

const options = z.strictObject({
  profile: z.enum(PROFILE_NAMES).default('generic-80'),
  orderedStatus: z.enum(['required', 'if-answered', 'never']).optional(),
});

/**
 * The profile that the options of a terminal file choose: a name, and what this very printer does otherwise.
 * @returns null when the options are not those of a receipt printer
 */
export const profileOf = (given: Record<string, unknown>): PrinterProfile | null => {
  const parsed = options.safeParse(given);
  if (!parsed.success) return null;
  const { profile, orderedStatus } = parsed.data;
  return { ...PROFILES[profile], ...(orderedStatus === undefined ? {} : { orderedStatus }) };
};

export const createReceiptPrinterDriver: DriverFactory<'receipt-printer'> = (uri, given, clock) => {
  const chosen = profileOf(given);
  const profile = chosen ?? DEFAULT_PROFILE;
  const wire = createWire(uri, clock);
  /** The last slip broke off under way: its rest must not hang on the next citizen's. */
  let torn = false;
  const unusable = () => Promise.resolve(fail('bad-input', `options of the receipt printer: profile must be one of ${PROFILE_NAMES.join(', ')}; orderedStatus one of required, if-answered, never`));

  const handlers: CommandHandlers<'receipt-printer'> = {
    status: (_input, context) => wire.run(statusMachine(profile), statusDecoder, context),
    print: async (slip, context, onProgress) => {
      const encoded = encodeSlip(slip, profile);
      if (!encoded.ok) return encoded;
      let sent = false;
      const result = await wire.run(printMachine(encoded.value, profile, torn), statusDecoder, context, (progress) => {
        sent = true;
        onProgress?.(progress);
      });
      if (sent) torn = !result.ok;
      return result;
    },
    present: () => Promise.resolve(fail('bad-input', 'this printer has no presenter')),
    retract: () => Promise.resolve(fail('bad-input', 'this printer has no presenter')),
  };

  return {
    deviceClass: 'receipt-printer',
    open: (context) => (chosen === null ? unusable() : handlers.status(undefined, context)),
    run: (command, input, context, onProgress) => (chosen === null ? unusable() : handlers[command](input, context, onProgress)),
    close: () => wire.close(),
  };
};
