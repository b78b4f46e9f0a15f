/** The outside world put together: the emulated devices, the line to the platform, the bench's server. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Listen } from '../../drivers/emulator.ts';
import { createApp } from './app.ts';
import { DEVICES, type DeviceName, type Emulators, type World } from './context.ts';
import { startCutProxy } from './cut-proxy.ts';
import { deviceRoutes } from './device-routes.ts';
import { hallDeviceRoutes } from './hall-device-routes.ts';
import { outsideRoutes } from './outside-routes.ts';
import { paperRoutes } from './paper-routes.ts';
import { takesTickets } from './ticket-hand.ts';

export interface WorldOptions {
  /** The terminal's home: `run/*.pid` and `run/shell.sock` are looked for there. */
  home: string;
  /** Of the bench; 0: any free one. */
  port: number;
  proxyPort: number;
  /** In the order of DEVICES (context.ts); missing or 0: any free one. */
  devicePorts: readonly number[];
  /** The platform's own address, e.g. http://127.0.0.1:8024 */
  platform: string;
  msPerSheet: number;
  msPerPage: number;
}

export interface RunningWorld {
  /** The line that a launcher reads. The loudspeaker is no emulator: its driver writes files here. */
  ready: { ready: true; bench: string; proxy: string; devices: Record<DeviceName | 'sound', string> };
  close(): Promise<void>;
}

const BAUD = 115_200;
/** Contact of the sensor in front of the terminal. */
export const PRESENCE = 0;

/** All of them at once, each with its own part of the program: what one waits for delays no other. */
const startDevices = async (listen: (device: DeviceName) => Listen, { msPerSheet, msPerPage }: WorldOptions, keep: <T extends { close(): Promise<void> }>(starting: Promise<T>) => Promise<T>): Promise<Emulators> => {
  const [card, slips, sheets, scans, tickets, codes, cells, display, pad, signals] = await Promise.all([
    import('../../drivers/id-card/emulator.ts').then(({ startIdCardEmulator }) => keep(startIdCardEmulator({ listen: listen('id-card'), baudPaced: BAUD }))),
    import('../../drivers/receipt-printer/emulator.ts').then(({ startReceiptPrinterEmulator }) => keep(startReceiptPrinterEmulator({ listen: listen('receipt-printer') }))),
    import('../../drivers/document-printer/emulator.ts').then(({ startDocumentPrinterEmulator }) => keep(startDocumentPrinterEmulator({ listen: listen('document-printer'), msPerSheet }))),
    import('../../drivers/scanner/emulator.ts').then(({ startScannerEmulator }) => keep(startScannerEmulator({ listen: listen('scanner'), msPerPage }))),
    import('../../drivers/ticket-dispenser/emulator.ts').then(({ startTicketDispenserEmulator }) => keep(startTicketDispenserEmulator({ listen: listen('ticket-dispenser') }))),
    import('../../drivers/code-scanner/emulator.ts').then(({ startCodeScannerEmulator }) => keep(startCodeScannerEmulator({ listen: listen('code-scanner') }))),
    import('../../drivers/locker/emulator.ts').then(({ startLockerEmulator }) => keep(startLockerEmulator({ listen: listen('locker'), cells: 12 }))),
    import('../../drivers/window-display/emulator.ts').then(({ startWindowDisplayEmulator }) => keep(startWindowDisplayEmulator({ listen: listen('window-display') }))),
    import('../../drivers/call-pad/emulator.ts').then(({ startCallPadEmulator }) => keep(startCallPadEmulator({ listen: listen('call-pad') }))),
    import('../../drivers/signals/emulator.ts').then(({ startSignalsEmulator }) => keep(startSignalsEmulator({ listen: listen('signals') }))),
  ]);
  // Whoever starts the demonstration stands in front of it.
  signals.contact(PRESENCE, true);
  return { 'id-card': card, 'receipt-printer': slips, 'document-printer': sheets, scanner: scans, 'ticket-dispenser': tickets, 'code-scanner': codes, locker: cells, 'window-display': display, 'call-pad': pad, signals };
};

const each = <T>(value: T): Record<DeviceName, T> => Object.fromEntries(DEVICES.map((device) => [device, value])) as Record<DeviceName, T>;

/** Starts everything. @throws Error in one line when a port is taken */
export const startWorld = async (options: WorldOptions): Promise<RunningWorld> => {
  const started: { close(): Promise<void> }[] = [];
  const keep = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    started.unshift(one);
    return one;
  };
  const listen = (device: DeviceName): Listen => ({ kind: 'tcp', host: '127.0.0.1', port: options.devicePorts[DEVICES.indexOf(device)] ?? 0 });
  const close = async (): Promise<void> => {
    await Promise.allSettled(started.splice(0).map((one) => one.close()));
  };
  try {
    const platform = new URL(options.platform);
    const soundDir = join(options.home, 'said');
    mkdirSync(soundDir, { recursive: true, mode: 0o700 });
    const [devices, proxy] = await Promise.all([startDevices(listen, options, keep), keep(startCutProxy(options.proxyPort, { host: platform.hostname, port: Number(platform.port || 80) }))]);
    const world: World = {
      devices,
      proxy,
      platform: platform.origin,
      runDir: join(options.home, 'run'),
      soundDir,
      faults: each(null),
      card: null,
      glass: 'contract',
      hand: true,
      near: true,
      unplugged: each(false),
    };
    const hand = takesTickets(world);
    started.unshift({ close: async () => hand.stop() });
    const app = await createApp((scope) => {
      const endHolding = deviceRoutes(scope, world);
      scope.addHook('onClose', endHolding);
      scope.addHook('onClose', hallDeviceRoutes(scope, world));
      paperRoutes(scope, world);
      outsideRoutes(scope, world);
    });
    started.unshift({ close: () => app.close() });
    await app.listen({ host: '127.0.0.1', port: options.port });
    const { port } = app.server.address() as AddressInfo;
    return {
      ready: {
        ready: true,
        bench: `http://127.0.0.1:${port}/`,
        proxy: `http://127.0.0.1:${world.proxy.port}`,
        devices: { ...(Object.fromEntries(DEVICES.map((device) => [device, world.devices[device].uri])) as Record<DeviceName, string>), sound: `sound:file:${soundDir}` },
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
