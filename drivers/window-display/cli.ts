/** `device window-display …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const windowDisplayCli: ClassCli<'window-display'> = { commands: {} };
