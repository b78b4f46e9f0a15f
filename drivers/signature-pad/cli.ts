/** `device signature-pad …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const signaturePadCli: ClassCli<'signature-pad'> = { commands: {} };
