/** `npm run -s emulate -- <class> --listen tcp:127.0.0.1:PORT | --pty LINK`: one emulated device for whoever develops against it. */
import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { startCodeScannerEmulator } from '../code-scanner/emulator.ts';
import { SCANNER_ENGINES } from '../code-scanner/emulator-engines.ts';
import { startCallPadEmulator } from '../call-pad/emulator.ts';
import { DEVICE_CLASSES, type DeviceClass, type IdCard } from '../contract.ts';
import { SECOND_TRAY, startDocumentPrinterEmulator } from '../document-printer/emulator.ts';
import type { Emulator, Listen } from '../emulator.ts';
import { startHidBus } from '../hid-emulator/device.ts';
import { parseCardFile } from '../id-card/card-file.ts';
import { startIdCardEmulator } from '../id-card/emulator.ts';
import { specimen, SPECIMENS } from '../id-card/specimens.ts';
import { lockerEmulatorOptions, startLockerEmulator } from '../locker/emulator.ts';
import { profileNamed, startReceiptPrinterEmulator } from '../receipt-printer/emulator.ts';
import { startScannerEmulator } from '../scanner/emulator.ts';
import { startTicketDispenserEmulator } from '../ticket-dispenser/emulator.ts';
import { startSignalsEmulator } from '../signals/emulator.ts';
import { keyValue } from './class-cli.ts';
import { startWindowDisplayEmulator, windowDisplayEmulatorOptions } from '../window-display/emulator.ts';
import { say } from './output.ts';

interface Options {
  listen?: string;
  pty?: string;
  hid?: string;
  card?: string | false;
  code?: string;
  fault?: string;
  baud?: string;
  option?: Record<string, unknown>;
}

const listenFrom = async ({ listen, pty, hid }: Options): Promise<Listen> => {
  if (hid !== undefined && listen === undefined && pty === undefined) return { kind: 'hid', bus: await startHidBus(hid) };
  if (pty !== undefined && listen === undefined) return { kind: 'pty', link: pty };
  const match = /^tcp:(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(listen ?? '');
  if (pty !== undefined || hid !== undefined || match === null || Number(match[2]) > 65_535) {
    throw new RangeError('say where to listen: --listen tcp:127.0.0.1:PORT (port 0: any), --pty LINK or --hid FOLDER; an emulator listens on loopback only');
  }
  return { kind: 'tcp', host: match[1] === '[::1]' ? '::1' : (match[1] ?? ''), port: Number(match[2]) };
};

const cardFrom = async (given: string | false | undefined): Promise<IdCard | null> => {
  if (given === false) return null;
  if (given === undefined) return specimen('resident')?.card ?? null;
  const named = specimen(given);
  return named === null ? parseCardFile(await readFile(given)) : named.card;
};

/** A hand takes what an emulated presenter holds out after this. */
const HAND_MS = 3000;

/** Somebody presses a key of an emulated call pad this often. */
const PRESS_MS = 2000;

const START: { readonly [C in DeviceClass]?: (listen: Listen, options: Options) => Promise<Emulator> } = {
  'id-card': async (listen, { card, baud }) => {
    const laid = await cardFrom(card);
    const emulator = await startIdCardEmulator({ listen, ...(baud === undefined ? {} : { baudPaced: Number(baud) }) });
    if (laid !== null) emulator.layCard(laid);
    return emulator;
  },
  'code-scanner': async (listen, { code, option }) => {
    const emulator = await startCodeScannerEmulator({ listen, engine: SCANNER_ENGINES.find((engine) => engine === option?.['engine']) ?? 'line' });
    emulator.lay(code ?? 'HALL24-DEMO');
    return emulator;
  },
  'receipt-printer': (listen, { option }) => startReceiptPrinterEmulator({ listen, profile: profileNamed(option?.['profile'] ?? 'generic-80'), takenAfterMs: HAND_MS }),
  'ticket-dispenser': (listen, { option }) => startTicketDispenserEmulator({ listen, profile: profileNamed(option?.['profile'] ?? 'custom-kpm216'), takenAfterMs: HAND_MS }),
  'document-printer': (listen) => startDocumentPrinterEmulator({ listen, trays: [SECOND_TRAY] }),
  scanner: (listen) => startScannerEmulator({ listen }),
  'window-display': (listen, { option }) => startWindowDisplayEmulator({ listen, ...windowDisplayEmulatorOptions(option ?? {}) }),
  'call-pad': (listen) => startCallPadEmulator({ listen, pressEveryMs: PRESS_MS }),
  signals: (listen, { option }) => startSignalsEmulator({ listen, rtu: option?.['framing'] === 'rtu' }),
  locker: (listen, { option }) => startLockerEmulator({ listen, ...lockerEmulatorOptions(option ?? {}) }),
};

const isDeviceClass = (text: string): text is DeviceClass => DEVICE_CLASSES.some((known) => known === text);

const start = async (deviceClass: string, listen: Listen, options: Options): Promise<Emulator> => {
  if (!isDeviceClass(deviceClass)) throw new RangeError(`"${deviceClass}" is no class of devices; there are ${DEVICE_CLASSES.join(', ')}`);
  if (options.baud !== undefined && !/^\d{3,7}$/.test(options.baud)) throw new RangeError('--baud must be a number such as 115200');
  const begin = START[deviceClass];
  if (begin === undefined) throw new RangeError(`there is no emulator of a ${deviceClass}`);
  const emulator = await begin(listen, options);
  try {
    if (options.fault !== undefined) emulator.inject(options.fault);
  } catch (error) {
    await emulator.close();
    throw error;
  }
  return emulator;
};

/** Resolves when the program is asked to end. */
const asked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

const run = async (deviceClass: string, options: Options): Promise<void> => {
  const ending = asked();
  const listen = await listenFrom(options);
  const emulator = await start(deviceClass, listen, options);
  const env = listen.kind === 'hid' ? { env: listen.bus.env } : {};
  process.stdout.write(`${JSON.stringify({ ready: true, class: deviceClass, uri: emulator.uri, faults: emulator.faults, ...env })}\n`);
  // Nothing but a signal ends it, not even an empty event loop.
  const alive = setInterval(() => {}, 60_000);
  await ending;
  clearInterval(alive);
  await emulator.close();
};

const program = new Command('emulate')
  .description('Starts one emulated device, prints one line of JSON with its address when it is ready, and stays until it is stopped.')
  .argument('<class>', DEVICE_CLASSES.join(', '))
  .option('--listen <address>', 'tcp:127.0.0.1:PORT, port 0 for any free one')
  .option('--pty <link>', 'a serial line: the link that a driver opens (needs socat)')
  .option('--hid <folder>', 'a HID device on the bus in this folder; the first line tells the environment that a driver must be started with (needs umockdev, gcc)')
  .option('--card <file>', `the card that lies on the reader: ${SPECIMENS.map(({ id }) => id).join(', ')}, or a file in the form that "device id-card read" prints`)
  .option('--code <text>', 'the code that is held before a code scanner; --option engine=gm65 or honeywell for an engine that is told when to look')
  .option('--no-card', 'no card lies on the reader')
  .option('--option <key=value>', 'one setting of the emulated device, such as profile=wkly for a locker; may be repeated', keyValue, {})
  .option('--fault <name>', 'the fault that it plays; the first line lists what it can play')
  .option('--baud <baud>', 'ID-card reader: answer no faster than a line of this speed')
  .exitOverride()
  .action(run);

try {
  await program.parseAsync(process.argv.slice(2), { from: 'user' });
  process.exit(0);
} catch (error) {
  // The command line's own mistakes have been told already.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 1);
  say(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  process.exit(1);
}
