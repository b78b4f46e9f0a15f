import type { SlipDocument } from '../../../drivers/contract.ts';
import { startReceiptPrinterEmulator } from '../../../drivers/receipt-printer/emulator.ts';
import { sameValue } from '../same-value.ts';
import { subject } from '../subject.ts';

const MARK = 'CONFORMANCE';
const slip: SlipDocument = { parts: [{ type: 'text', text: '受理回执', width: 2 }, { type: 'rule', style: 'solid' }, { type: 'text', text: MARK }, { type: 'cut', mode: 'partial' }] };

export const receiptPrinter = subject({
  deviceClass: 'receipt-printer',
  transports: ['serial', 'tcp', 'file'],
  inShort: ['serial', 'tcp'],
  workName: 'print',
  // A roll that broke off is cut away and the line listened to for a second before the next slip.
  workMs: 12_000,
  workEvery: 100,
  noNoiseToDevice: 'to a printer every byte is text or a command: noise is printed',
  work: (driver, context) => driver.run('print', slip, context),
  start: async (listen) => {
    const emulator = await startReceiptPrinterEmulator({ listen });
    return {
      emulator,
      prepare: () => emulator.takeSlips(),
      accepts: (value) => sameValue(value, { delivery: 'confirmed-no-sensor' }),
      effects: () => emulator.slips().filter(({ bytes }) => Buffer.from(bytes).includes(MARK)).length,
    };
  },
});
