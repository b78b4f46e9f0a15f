/** `device sound say --text TEXT [--language zh] | volume`. */
import type { ClassCli } from '../bin/class-cli.ts';
import { fail } from '../contract.ts';
import { soundCommands } from './commands.ts';

export const soundCli: ClassCli<'sound'> = {
  commands: {
    say: (device, { text, language }, context) => {
      const input = soundCommands.say.input.safeParse({ text, language });
      return input.success ? device.run('say', input.data, context()) : Promise.resolve(fail('bad-input', '--text TEXT is needed (up to 500 characters), and --language as zh or en'));
    },
    volume: (device, _options, context) => device.run('volume', undefined, context()),
  },
  options: (program) => {
    program.option('--text <text>', 'sound: what is said').option('--language <language>', 'sound: in which language', 'zh');
  },
};
