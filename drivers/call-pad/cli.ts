/** `device call-pad read | listen`. */
import type { ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';

export const callPadCli: ClassCli<'call-pad'> = {
  commands: {
    read: (device, _options, context) => device.run('read', undefined, context()),
    listen: (device, _options, context) => device.run('listen', undefined, context(), ({ key, counter, digits }) => say([key, `counter ${counter ?? '?'}`, ...(digits === null ? [] : [digits])].join(' '))),
  },
};
