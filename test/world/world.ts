/** The outside world put together: four emulated devices, the line to the platform, the bench's server. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startDocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import type { Listen } from '../../drivers/emulator.ts';
import { startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { startReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { startScannerEmulator } from '../../drivers/scanner/emulator.ts';
import { createApp } from './app.ts';
import type { DeviceName, World } from './context.ts';
import { startCutProxy } from './cut-proxy.ts';
import { deviceRoutes } from './device-routes.ts';
import { outsideRoutes } from './outside-routes.ts';
import { paperRoutes } from './paper-routes.ts';

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
  /** The line that a launcher reads. */
  ready: { ready: true; bench: string; proxy: string; devices: Record<DeviceName, string> };
  close(): Promise<void>;
}

const BAUD = 115_200;

/** Starts everything. @throws Error in one line when a port is taken */
export const startWorld = async (options: WorldOptions): Promise<RunningWorld> => {
  const started: { close(): Promise<void> }[] = [];
  const keep = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    started.unshift(one);
    return one;
  };
  const listen = (index: number): Listen => ({ kind: 'tcp', host: '127.0.0.1', port: options.devicePorts[index] ?? 0 });
  const close = async (): Promise<void> => {
    await Promise.allSettled(started.splice(0).map((one) => one.close()));
  };
  try {
    const platform = new URL(options.platform);
    const world: World = {
      idCard: await keep(startIdCardEmulator({ listen: listen(0), baudPaced: BAUD })),
      receiptPrinter: await keep(startReceiptPrinterEmulator({ listen: listen(1) })),
      documentPrinter: await keep(startDocumentPrinterEmulator({ listen: listen(2), msPerSheet: options.msPerSheet })),
      scanner: await keep(startScannerEmulator({ listen: listen(3), msPerPage: options.msPerPage })),
      proxy: await keep(startCutProxy(options.proxyPort, { host: platform.hostname, port: Number(platform.port || 80) })),
      platform: platform.origin,
      runDir: join(options.home, 'run'),
      faults: { 'id-card': null, 'receipt-printer': null, 'document-printer': null, scanner: null },
      card: null,
      glass: 'contract',
      unplugged: false,
    };
    const app = await createApp((scope) => {
      const endHolding = deviceRoutes(scope, world);
      scope.addHook('onClose', endHolding);
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
        devices: { 'id-card': world.idCard.uri, 'receipt-printer': world.receiptPrinter.uri, 'document-printer': world.documentPrinter.uri, scanner: world.scanner.uri },
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
