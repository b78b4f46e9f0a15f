/**
 * The one seam at which something may stand between a driver and its wires: a recorder that listens, or a recording that answers
 * in the device's place. It travels with the clock, the other thing that every driver is lent by its surroundings, so that no
 * driver knows of it.
 */
import type { DriverClock } from '../contract.ts';
import type { HttpClient } from './http-port.ts';
import type { ByteTransport, ReportTransport } from './port.ts';
import type { StartProgram } from './program-port.ts';

export interface WireTap {
  bytes(wire: ByteTransport): ByteTransport;
  reports(wire: ReportTransport): ReportTransport;
  http(client: HttpClient): HttpClient;
  programs(start: StartProgram): StartProgram;
}

/** A clock that carries a tap. */
export class TappedClock implements DriverClock {
  readonly tap: WireTap;
  private readonly clock: DriverClock;

  constructor(clock: DriverClock, tap: WireTap) {
    this.clock = clock;
    this.tap = tap;
  }

  now(): number {
    return this.clock.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.clock.sleep(ms, signal);
  }
}

/** The tap of the driver that this clock was given to; null for most. */
export const tapOf = (clock: DriverClock): WireTap | null => (clock instanceof TappedClock ? clock.tap : null);
