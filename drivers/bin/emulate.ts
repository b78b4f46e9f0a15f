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
import { startKeypadEmulator } from '../hid-emulator/keypad.ts';
import { parseCardFile } from '../id-card/card-file.ts';
import { startIdCardEmulator } from '../id-card/emulator.ts';
import { specimen, SPECIMENS } from '../id-card/specimens.ts';
import { lockerEmulatorOptions, startLockerEmulator } from '../locker/emulator.ts';
import { profileNamed, startReceiptPrinterEmulator } from '../receipt-printer/emulator.ts';
import { PROFILE_NAMES } from '../receipt-printer/profiles.ts';
import { startScannerEmulator } from '../scanner/emulator.ts';
import { startSignaturePadEmulator } from '../signature-pad/emulator.ts';
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
  if (named !== null) return named.card;
  const bytes = await readFile(given).catch(() => null);
  if (bytes === null) throw new RangeError(`--card "${given}" is neither a file that can be read nor one of ${SPECIMENS.map(({ id }) => id).join(', ')}`);
  return parseCardFile(bytes);
};

/** What each class may be told by `--option`; lockers and window displays judge theirs themselves. */
const SETTINGS: { readonly [C in DeviceClass]?: Readonly<Record<string, readonly string[]>> } = {
  'code-scanner': { engine: SCANNER_ENGINES },
  'receipt-printer': { profile: PROFILE_NAMES },
  'ticket-dispenser': { profile: PROFILE_NAMES },
  signals: { framing: ['rtu', 'tcp'] },
};

/** @throws RangeError on what nobody would look at: a device that is another than was asked for misleads whoever tries a driver on it */
const refuseUnused = (deviceClass: DeviceClass, { option = {}, card, baud, code }: Options): void => {
  if (deviceClass !== 'id-card' && (card !== undefined || baud !== undefined)) throw new RangeError(`--card, --no-card and --baud are for an id-card, not for a ${deviceClass}`);
  if (deviceClass !== 'code-scanner' && code !== undefined) throw new RangeError(`--code is for a code-scanner, not for a ${deviceClass}`);
  if (deviceClass === 'locker' || deviceClass === 'window-display') return;
  const known = SETTINGS[deviceClass] ?? {};
  for (const [key, value] of Object.entries(option)) {
    const values = Object.hasOwn(known, key) ? known[key] : undefined;
    if (values === undefined) throw new RangeError(`an emulated ${deviceClass} has no setting "${key}"${Object.keys(known).length === 0 ? '; it has none' : `; it has ${Object.keys(known).join(', ')}`}`);
    if (!values.includes(String(value))) throw new RangeError(`an emulated ${deviceClass} has no ${key} "${String(value)}"; there are ${values.join(', ')}`);
  }
};

/** A hand takes what an emulated presenter holds out after this. */
const HAND_MS = 3000;

/** Somebody presses a key of an emulated pad, or signs, this often. */
const PRESS_MS = 2000;

const onTheBusAlone = (what: string): RangeError => new RangeError(`a ${what} is on the HID bus alone: --hid FOLDER`);

/** Arrows and Enter; on a call pad's map Enter is the next number. */
const NAV_USAGES = [0x51, 0x52, 0x50, 0x4f, 0x28];
const NEXT_USAGE = 0x28;

/** A hand that signs: a stroke across the pad, in its own steps, and the key that confirms. */
const SIGNATURE = Array.from({ length: 20 }, (_unused, at) => ({ x: 1000 + at * 400, y: 2000 + (at % 5) * 500, p: 0.5 }));
const CONFIRM_KEY = 1;

const signingPad = async (listen: Listen): Promise<Emulator> => {
  if (listen.kind !== 'hid') throw onTheBusAlone('signature-pad');
  const pad = await startSignaturePadEmulator({ bus: listen.bus });
  const timer = setInterval(() => {
    pad.draw(SIGNATURE);
    pad.press(CONFIRM_KEY);
  }, PRESS_MS);
  return {
    uri: pad.device.uri,
    faults: [],
    inject: (fault) => {
      if (fault !== null) throw new RangeError(`a signature pad plays no faults, and no "${fault}"`);
    },
    close: async () => {
      clearInterval(timer);
      await pad.close();
    },
  };
};

type Begin = (listen: Listen, options: Options) => Promise<Emulator>;

const START: { readonly [C in DeviceClass]?: Begin } = {
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
  // On the HID bus a call pad is a keypad, and its driver reads a keyboard's reports there.
  'call-pad': (listen) => (listen.kind === 'hid' ? startKeypadEmulator({ bus: listen.bus, usages: [NEXT_USAGE], pressEveryMs: PRESS_MS }) : startCallPadEmulator({ listen, pressEveryMs: PRESS_MS })),
  'nav-pad': async (listen) => {
    if (listen.kind !== 'hid') throw onTheBusAlone('nav-pad');
    return startKeypadEmulator({ bus: listen.bus, usages: NAV_USAGES, pressEveryMs: PRESS_MS });
  },
  'signature-pad': signingPad,
  signals: (listen, { option }) => startSignalsEmulator({ listen, rtu: option?.['framing'] === 'rtu' }),
  locker: (listen, { option }) => startLockerEmulator({ listen, ...lockerEmulatorOptions(option ?? {}) }),
};

const isDeviceClass = (text: string): text is DeviceClass => DEVICE_CLASSES.some((known) => known === text);

/** Judges the command line before anything is opened. @throws RangeError in one line */
const beginningOf = (deviceClass: string, options: Options): Begin => {
  if (!isDeviceClass(deviceClass)) throw new RangeError(`"${deviceClass}" is no class of devices; there are ${DEVICE_CLASSES.join(', ')}`);
  const begin = START[deviceClass];
  if (begin === undefined) throw new RangeError(`there is no emulator of ${deviceClass}: ${deviceClass === 'sound' ? 'sound:file:FOLDER takes the place of a loudspeaker' : "the citizen's page opens the camera, and a browser plays one from a file"}`);
  refuseUnused(deviceClass, options);
  if (options.baud !== undefined && !/^\d{3,7}$/.test(options.baud)) throw new RangeError('--baud must be a number such as 115200');
  return begin;
};

const start = async (begin: Begin, listen: Listen, options: Options): Promise<Emulator> => {
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

/** What the driver must know of this device beside where it is, as the address's query; '' where that is what a driver takes for granted. */
const profileIn = (deviceClass: string, listen: Listen, option: Record<string, unknown>): string => {
  const profile =
    deviceClass === 'ticket-dispenser' ? (option['profile'] ?? 'custom-kpm216')
    : deviceClass === 'receipt-printer' ? option['profile']
    : deviceClass === 'code-scanner' ? SCANNER_ENGINES.filter((engine) => engine === option['engine']).map((engine) => (listen.kind === 'hid' ? HID_PROFILE[engine] : engine))[0]
    : undefined;
  return typeof profile === 'string' ? `profile=${profile}` : '';
};

const HID_PROFILE: Readonly<Record<(typeof SCANNER_ENGINES)[number], string>> = { line: 'line', gm65: 'gm65', honeywell: 'honeywell-hid', newland: 'newland-fm430', microscan: 'microscan' };

const withQuery = (uri: string, query: string): string => (query === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${query}`);

const run = async (deviceClass: string, options: Options): Promise<void> => {
  const ending = asked();
  const begin = beginningOf(deviceClass, options);
  const listen = await listenFrom(options);
  const emulator = await start(begin, listen, options);
  const uri = withQuery(emulator.uri, profileIn(deviceClass, listen, options.option ?? {}));
  const env = listen.kind === 'hid' ? { env: listen.bus.env } : {};
  process.stdout.write(`${JSON.stringify({ ready: true, class: deviceClass, uri, faults: emulator.faults, ...env })}\n`);
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
