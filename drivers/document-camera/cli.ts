/** `device document-camera status`. */
import type { ClassCli } from '../bin/class-cli.ts';

export const documentCameraCli: ClassCli<'document-camera'> = { commands: {} };
