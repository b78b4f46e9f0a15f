/** `device signals set|read|listen`. */
import { milliseconds, type ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { fail } from '../contract.ts';
import { systemDriverClock } from '../clock.ts';
import { signalsCommands } from './commands.ts';

export const signalsCli: ClassCli<'signals'> = {
  commands: {
    set: async (device, options, context) => {
      const input = signalsCommands.set.input.safeParse({ output: options['output'], to: options['to'] });
      if (!input.success) return fail('bad-input', '--output NAME and --to on, off or blink are needed; names come from --option outputs=card:0,slip:1');
      const result = await device.run('set', input.data, context());
      const hold = typeof options['for'] === 'number' ? options['for'] : 0;
      // A lamp blinks while this program runs, and stays lit after it.
      if (result.ok && hold > 0) await systemDriverClock.sleep(Math.min(hold, context().deadlineMs), context().signal);
      return result;
    },
    read: (device, _options, context) => device.run('read', undefined, context()),
    listen: (device, _options, context) => device.run('listen', undefined, context(), ({ name, on }) => say(`${name}: ${on ? 'on' : 'off'}`)),
  },
  options: (program) => {
    program
      .option('--output <name>', 'signals: the lamp')
      .option('--to <show>', 'signals: on, off or blink')
      .option('--for <ms>', 'signals: how long the program stays and keeps it blinking', milliseconds);
  },
};
