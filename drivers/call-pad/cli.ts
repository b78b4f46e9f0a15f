/** `device call-pad …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const callPadCli: ClassCli<'call-pad'> = { commands: {} };
