/** `device locker …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const lockerCli: ClassCli<'locker'> = { commands: {} };
