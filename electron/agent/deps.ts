/** Everything a session works with, put together once in main.ts. */
import type { Audit } from '../audit/index.ts';
import type { Cases } from '../cases/types.ts';
import type { Clock } from '../clock/index.ts';
import type { Devices } from '../devices/types.ts';
import type { Hall, Item, Queue, Terminal } from '../../kiosk-config/index.ts';
import type { Bookings, TicketCounter } from '../queue/index.ts';
import type { Lockers } from '../lockers/index.ts';
import type { PlatformClient } from '../platform/types.ts';
import type { Ledger } from '../printing/index.ts';
import type { Printing } from '../printing/types.ts';

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The one sealed row that lets a session outlive the agent. */
export interface KeptSessions {
  save(bytes: Uint8Array): void;
  load(): Uint8Array | null;
  /** Drops the row and its key. */
  clear(): void;
}

export interface Deps {
  clock: Clock;
  config: { hall: Hall; terminal: Terminal; items: Item[] };
  devices: Devices;
  cases: Cases;
  platform: PlatformClient;
  printing: Printing;
  ledger: Ledger;
  sessions: KeptSessions;
  /** Numbers of the hall's queue; null: this terminal gives none. */
  tickets: TicketCounter | null;
  /** Originals in the locker of this terminal; left out: it has none. */
  lockers?: Lockers;
  /** Agreed times asked for in a number's place, and not settled yet. */
  bookings: Bookings;
  /** Rules of the hall's queue: who comes earlier, whether there are appointments; null: the hall has none. */
  queue: Queue | null;
  audit: Audit;
  log: Log;
  /** Several stores in one transaction. */
  transaction<T>(work: () => T): T;
}
