/** One emulated device of each class and wire that the device host looks after: TCP, USB HID through unmodified node-hid, programs of the host. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCallPadEmulator } from '../../drivers/call-pad/emulator.ts';
import { startCodeScannerEmulator } from '../../drivers/code-scanner/emulator.ts';
import { startDocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import type { Listen } from '../../drivers/emulator.ts';
import { startHidBus } from '../../drivers/hid-emulator/device.ts';
import { startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { startLockerEmulator } from '../../drivers/locker/emulator.ts';
import { profileNamed, startReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { startScannerEmulator } from '../../drivers/scanner/emulator.ts';
import { startSignalsEmulator } from '../../drivers/signals/emulator.ts';
import { startSignaturePadEmulator } from '../../drivers/signature-pad/emulator.ts';
import { startTicketDispenserEmulator } from '../../drivers/ticket-dispenser/emulator.ts';
import { startWindowDisplayEmulator } from '../../drivers/window-display/emulator.ts';
import type { Terminal } from '../../kiosk-config/index.ts';
import { startStandIns } from '../conformance/stand-in-wire.ts';

const LISTEN: Listen = { kind: 'tcp', host: '127.0.0.1', port: 0 };
/** Keyboards of few keys, as a terminal's arrows and a clerk's keypad are. */
const ARROWS = { vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } };
const KEYPAD = { ...ARROWS, productId: 0x0221 };

export interface PolledDevices {
  entries: Terminal['devices'];
  /** For the device host, beside its own: the bus of the HID devices, and the loudspeaker's programs before the host's. */
  env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param dir of what the HID bus and the loudspeaker's programs keep; there is nothing of theirs yet */
export const startPolledDevices = async (dir: string): Promise<PolledDevices> => {
  const closers: (() => Promise<void>)[] = [];
  const entries: Terminal['devices'] = [];
  const add = (deviceClass: Terminal['devices'][number]['class'], uri: string, options: Record<string, unknown> = {}): void => {
    entries.push({ id: `${deviceClass}-${entries.length}`, class: deviceClass, transport: uri, where: { zh: '下', en: 'below' }, options });
  };
  const close = async (): Promise<void> => {
    for (const one of closers.toReversed()) await one();
  };
  const kept = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    closers.push(() => started.close());
    return started;
  };
  try {
    add('id-card', (await kept(startIdCardEmulator({ listen: LISTEN }))).uri);
    add('code-scanner', (await kept(startCodeScannerEmulator({ listen: LISTEN, engine: 'line' }))).uri);
    add('receipt-printer', (await kept(startReceiptPrinterEmulator({ listen: LISTEN }))).uri);
    add('ticket-dispenser', (await kept(startTicketDispenserEmulator({ listen: LISTEN, profile: profileNamed('custom-kpm216') }))).uri, { profile: 'custom-kpm216' });
    add('document-printer', (await kept(startDocumentPrinterEmulator({ listen: LISTEN }))).uri);
    add('scanner', (await kept(startScannerEmulator({ listen: LISTEN }))).uri);
    add('locker', (await kept(startLockerEmulator({ listen: LISTEN }))).uri);
    add('window-display', (await kept(startWindowDisplayEmulator({ listen: LISTEN, profile: 'am03127' }))).uri);
    add('call-pad', (await kept(startCallPadEmulator({ listen: LISTEN }))).uri);
    add('signals', (await kept(startSignalsEmulator({ listen: LISTEN }))).uri);
    const at = join(dir, 'bus');
    mkdirSync(at);
    const bus = await kept(startHidBus(at));
    add('nav-pad', (await bus.plug(ARROWS)).uri);
    add('call-pad', (await bus.plug(KEYPAD)).uri, { counter: '2' });
    add('signature-pad', (await startSignaturePadEmulator({ bus })).device.uri);
    const speaker = startStandIns(join(dir, 'sound'));
    add('sound', speaker.wire.uri, { languages: ['zh', 'en'] });
    return { entries, env: { ...bus.env, ...speaker.env }, close };
  } catch (error) {
    await close();
    throw error;
  }
};
