/** `device signals …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const signalsCli: ClassCli<'signals'> = { commands: {} };
