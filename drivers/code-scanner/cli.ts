/** `device code-scanner …`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const codeScannerCli: ClassCli<'code-scanner'> = { commands: {} };
