/** Every command of every class as schemas; what is not listed here does not cross a process border. */
import { callPadCommands } from './call-pad/commands.ts';
import { codeScannerCommands } from './code-scanner/commands.ts';
import type { CommandSchema } from './command-schema.ts';
import type { DeviceClass } from './contract.ts';
import { documentCameraCommands } from './document-camera/commands.ts';
import { documentPrinterCommands } from './document-printer/commands.ts';
import { idCardCommands } from './id-card/commands.ts';
import { lockerCommands } from './locker/commands.ts';
import { navPadCommands } from './nav-pad/commands.ts';
import { receiptPrinterCommands } from './receipt-printer/commands.ts';
import { scannerCommands } from './scanner/commands.ts';
import { signalsCommands } from './signals/commands.ts';
import { signaturePadCommands } from './signature-pad/commands.ts';
import { soundCommands } from './sound/commands.ts';
import { windowDisplayCommands } from './window-display/commands.ts';

export { deviceStatus, type CommandSchema } from './command-schema.ts';

const COMMANDS: Readonly<Record<DeviceClass, Readonly<Record<string, CommandSchema>>>> = {
  'id-card': idCardCommands,
  'code-scanner': codeScannerCommands,
  'receipt-printer': receiptPrinterCommands,
  'ticket-dispenser': receiptPrinterCommands,
  'document-printer': documentPrinterCommands,
  scanner: scannerCommands,
  'document-camera': documentCameraCommands,
  locker: lockerCommands,
  'window-display': windowDisplayCommands,
  'call-pad': callPadCommands,
  signals: signalsCommands,
  'nav-pad': navPadCommands,
  'signature-pad': signaturePadCommands,
  sound: soundCommands,
};

/** Schemas of one command, null for a name that the class does not have. */
export const commandSchema = (deviceClass: DeviceClass, command: string): CommandSchema | null => {
  const commands = COMMANDS[deviceClass];
  return Object.hasOwn(commands, command) ? (commands[command] ?? null) : null;
};
