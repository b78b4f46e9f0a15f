/** The commands of a document camera (高拍仪). It is opened by the page, which straightens and judges its pictures; the agent learns how it is. */
import { status, type CommandSchema } from '../command-schema.ts';

export const documentCameraCommands = { status } satisfies Record<string, CommandSchema>;
