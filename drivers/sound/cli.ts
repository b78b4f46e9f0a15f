/** `device sound …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const soundCli: ClassCli<'sound'> = { commands: {} };
