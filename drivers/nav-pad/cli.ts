/** `device nav-pad …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const navPadCli: ClassCli<'nav-pad'> = { commands: {} };
