/** `device nav-pad read | listen`. */
import type { ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';

export const navPadCli: ClassCli<'nav-pad'> = {
  commands: {
    read: (device, _options, context) => device.run('read', undefined, context()),
    listen: (device, _options, context) => device.run('listen', undefined, context(), ({ key }) => say(key)),
  },
};
