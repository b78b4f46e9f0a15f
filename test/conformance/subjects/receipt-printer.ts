import type { SlipDocument } from '../../../drivers/contract.ts';
import { startReceiptPrinterEmulator } from '../../../drivers/receipt-printer/emulator.ts';
import { sameValue } from '../same-value.ts';
import { subject } from '../subject.ts';

const MARK = 'CONFORMANCE';
/** Each slip has its own number: the rest of one that broke off is cut away before the next, and is not the next printed twice. */
let slips = 0;
const mark = (): string => `${MARK} ${slips}.`;
const slip = (): SlipDocument => ({ parts: [{ type: 'text', text: '受理回执', width: 2 }, { type: 'rule', style: 'solid' }, { type: 'text', text: mark() }, { type: 'cut', mode: 'partial' }] });

export const receiptPrinter = subject({
  deviceClass: 'receipt-printer',
  transports: ['serial', 'tcp', 'file'],
  inShort: ['serial', 'tcp'],
  workName: 'print',
  // A roll that broke off is cut away and the line listened to for a second before the next slip.
  workMs: 12_000,
  workEvery: 100,
  noNoiseToDevice: 'to a printer every byte is text or a command: noise is printed',
  work: (driver, context) => driver.run('print', slip(), context),
  start: async (listen) => {
    const emulator = await startReceiptPrinterEmulator({ listen });
    return {
      emulator,
      prepare: () => {
        slips += 1;
        emulator.takeSlips();
      },
      accepts: (value) => sameValue(value, { delivery: 'confirmed-no-sensor' }),
      effects: () => emulator.slips().filter(({ bytes }) => Buffer.from(bytes).includes(mark())).length,
    };
  },
});
