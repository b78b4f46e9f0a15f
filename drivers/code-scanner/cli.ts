/** `device code-scanner read`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const codeScannerCli: ClassCli<'code-scanner'> = {
  commands: {
    read: (device, _options, context) => device.run('read', undefined, context()),
  },
};
