/** `device receipt-printer print --file slip.json | present | retract`; a ticket dispenser has the same commands. */
import { readable, type ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { parseSlipFile } from './slip-file.ts';

export const receiptPrinterCli: ClassCli<'receipt-printer' | 'ticket-dispenser'> = {
  commands: {
    print: async (device, { file }, context) => {
      const text = await readable(file, 'slip.json');
      if (!text.ok) return text;
      const slip = parseSlipFile(text.value.toString());
      return slip.ok ? device.run('print', slip.value, context(), () => say('sending the slip')) : slip;
    },
    present: (device, _options, context) => device.run('present', undefined, context()),
    retract: (device, _options, context) => device.run('retract', undefined, context()),
  },
  options: (program) => program.option('--file <path>', 'slip.json or document.pdf to print'),
};
