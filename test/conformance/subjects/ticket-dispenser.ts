import type { SlipDocument } from '../../../drivers/contract.ts';
import { startTicketDispenserEmulator } from '../../../drivers/ticket-dispenser/emulator.ts';
import { subject } from '../subject.ts';

/** As with slips: the rest of a ticket that broke off is cut away before the next, and is not the next printed twice. */
let tickets = 0;
const mark = (): string => `A${String(tickets).padStart(6, '0')}`;
const ticket = (): SlipDocument => ({ parts: [{ type: 'text', text: mark(), width: 4, height: 4 }, { type: 'cut', mode: 'full' }] });
const PROFILE = 'custom-kpm216';
/** A hand that is faster than the printer's sensor is asked would never be seen. */
const LOOKS_BEFORE_TAKING = 12;

/** The same driver as a receipt printer's, with the answers of another make. */
export const ticketDispenser = subject({
  deviceClass: 'ticket-dispenser',
  transports: ['serial', 'tcp', 'file'],
  // The receipt printer's driver: its own runs stand for it.
  inShort: [],
  workName: 'print',
  workMs: 12_000,
  // Each waits for the hand that takes the ticket.
  workEvery: 100,
  noNoiseToDevice: 'to a printer every byte is text or a command: noise is printed',
  options: { profile: PROFILE },
  work: (driver, context) => driver.run('print', ticket(), context),
  start: async (listen) => {
    const emulator = await startTicketDispenserEmulator({ listen, profile: PROFILE });
    let looks = 0;
    return {
      emulator,
      prepare: () => {
        looks = 0;
        tickets += 1;
        emulator.takeTicket();
        emulator.takeSlips();
      },
      person: () => {
        looks = emulator.inMouth() ? looks + 1 : 0;
        if (looks >= LOOKS_BEFORE_TAKING) emulator.takeTicket();
      },
      accepts: (value) => typeof value === 'object' && value !== null && 'delivery' in value,
      effects: () => emulator.slips().filter(({ bytes }) => Buffer.from(bytes).includes(mark())).length,
    };
  },
});
