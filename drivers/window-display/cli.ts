/** `device window-display show --number A001 --counter 3 [--scroll] | clear [--counter 3]`. */
import type { ClassCli } from '../bin/class-cli.ts';
import { fail } from '../contract.ts';
import { windowDisplayCommands } from './commands.ts';

export const windowDisplayCli: ClassCli<'window-display'> = {
  commands: {
    show: (device, { number, counter, scroll }, context) => {
      const input = windowDisplayCommands.show.input.safeParse({ number, counter, scroll });
      return input.success ? device.run('show', input.data, context()) : Promise.resolve(fail('bad-input', '--number A001 and --counter 3 are needed: up to three capital letters and six digits, and up to four capital letters or digits'));
    },
    clear: (device, { counter }, context) => {
      const input = windowDisplayCommands.clear.input.safeParse({ counter });
      return input.success ? device.run('clear', input.data, context()) : Promise.resolve(fail('bad-input', '--counter 3 clears the board of one counter: up to four capital letters or digits; without it every board is cleared'));
    },
  },
  options: (program) => {
    program
      .option('--number <number>', 'window display: the number that is called')
      .option('--counter <counter>', 'window display: the counter; clear without it clears every board of the line')
      .option('--scroll', 'window display: let it run through, where the board can');
  },
};
