/** The command line `device <class> <command> --transport <uri>`, from its arguments to its result. */
import { Command, CommanderError } from 'commander';
import { callPadCli } from '../call-pad/cli.ts';
import { codeScannerCli } from '../code-scanner/cli.ts';
import { DEVICE_CLASSES, fail, ok, type CommandContext, type DeviceClass, type Result } from '../contract.ts';
import { documentCameraCli } from '../document-camera/cli.ts';
import { documentPrinterCli } from '../document-printer/cli.ts';
import { idCardCli } from '../id-card/cli.ts';
import { createDriver, systemDriverClock } from '../index.ts';
import { lockerCli } from '../locker/cli.ts';
import { navPadCli } from '../nav-pad/cli.ts';
import { receiptPrinterCli } from '../receipt-printer/cli.ts';
import { scannerCli } from '../scanner/cli.ts';
import { signalsCli } from '../signals/cli.ts';
import { signaturePadCli } from '../signature-pad/cli.ts';
import { soundCli } from '../sound/cli.ts';
import { ADDRESS_FORMS } from '../transports/uri.ts';
import { windowDisplayCli } from '../window-display/cli.ts';
import { keyValue, milliseconds, type ClassCli, type CliOptions } from './class-cli.ts';

/** The part of each class in this command line. */
const CLASSES: { readonly [C in DeviceClass]: ClassCli<C> } = {
  'id-card': idCardCli,
  'code-scanner': codeScannerCli,
  'receipt-printer': receiptPrinterCli,
  'ticket-dispenser': receiptPrinterCli,
  'document-printer': documentPrinterCli,
  scanner: scannerCli,
  'document-camera': documentCameraCli,
  locker: lockerCli,
  'window-display': windowDisplayCli,
  'call-pad': callPadCli,
  signals: signalsCli,
  'nav-pad': navPadCli,
  'signature-pad': signaturePadCli,
  sound: soundCli,
};

/** What a class can be asked; some have a `status` of their own. */
const commandsOf = (deviceClass: DeviceClass): string => [...new Set(['status', ...Object.keys(CLASSES[deviceClass].commands)])].join(', ');

/** Runs one command on a device that is opened for it and closed after it; opening asks the device how it is. */
const onDevice = async (deviceClass: DeviceClass, command: string, options: CliOptions, context: () => CommandContext): Promise<Result<unknown>> => {
  // Class and command line come from the same row of the table.
  const commands = CLASSES[deviceClass].commands as ClassCli<DeviceClass>['commands'];
  const work = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (work === undefined && command !== 'status') return fail('bad-input', `${deviceClass} has no command "${command}"; it has ${commandsOf(deviceClass)}`);
  const device = createDriver(deviceClass, options.transport, typeof options['record'] === 'string' ? { ...options.option, record: options['record'] } : options.option, systemDriverClock);
  try {
    return work === undefined ? await device.open(context()) : await work(device, options, context);
  } finally {
    await device.close();
  }
};

const isDeviceClass = (text: string): text is DeviceClass => DEVICE_CLASSES.some((known) => known === text);

const execute = (deviceClass: DeviceClass, command: string, options: CliOptions, signal: AbortSignal): Promise<Result<unknown>> => {
  const began = systemDriverClock.now();
  return onDevice(deviceClass, command, options, () => ({ signal, deadlineMs: Math.max(1, options.timeout - (systemDriverClock.now() - began)) }));
};

/**
 * Runs one command line.
 * @param signal ends the command that runs
 * @returns what became of it; null where help was asked for and has been shown
 */
export const deviceCommand = async (args: readonly string[], signal: AbortSignal): Promise<Result<unknown> | null> => {
  let outcome: Result<unknown> = ok(null);
  const program = new Command('device')
    .description('Talks to one device. Exit code 0 when the device answered, else 1.')
    .argument('<class>', DEVICE_CLASSES.join(', '))
    .argument('<command>', DEVICE_CLASSES.map((one) => `${one} ${commandsOf(one)}`).join('; '))
    .requiredOption('--transport <uri>', ADDRESS_FORMS)
    .option('--json', 'exactly one line of JSON on standard output', false)
    .option('--timeout <ms>', 'time for the whole command', milliseconds, 60_000)
    .option('--record <file>', 'writes down what passes over the wire, without names, numbers and pictures; replay:FILE plays it')
    .option('--option <key=value>', "one of the device's own settings; may be repeated", keyValue, {})
    .exitOverride()
    // A mistake in the line is told once, as the result that it has.
    .configureOutput({ writeOut: (text) => process.stderr.write(text), outputError: () => {} })
    .action(async (deviceClass: string, command: string, options: CliOptions) => {
      outcome = isDeviceClass(deviceClass)
        ? await execute(deviceClass, command, options, signal)
        : fail('bad-input', `"${deviceClass}" is no class of devices; there are ${DEVICE_CLASSES.join(', ')}`);
    });
  for (const one of new Set<ClassCli<never>>(Object.values(CLASSES))) one.options?.(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return null;
    return fail('bad-input', error.message.replace(/^error: /, ''));
  }
  return outcome;
};
