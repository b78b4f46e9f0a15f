/** Where a device stands, in the terminal file's words; which one prints tickets. */
import type { Text } from '../../kiosk-config/index.ts';
import type { SessionEnv } from './state.ts';

export const whereIs = (env: Pick<SessionEnv, 'terminal'>, deviceClass: string): Text => env.terminal.devices.find((device) => device.class === deviceClass)?.where ?? { zh: '本机', en: 'this terminal' };

/** The printer of tickets: one of its own, else that of the slips. */
export const ticketPrinter = (env: Pick<SessionEnv, 'terminal'>): 'ticket-dispenser' | 'receipt-printer' | null =>
  (['ticket-dispenser', 'receipt-printer'] as const).find((deviceClass) => env.terminal.devices.some((device) => device.class === deviceClass)) ?? null;
