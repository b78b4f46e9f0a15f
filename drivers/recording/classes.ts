/** Which class's recordings keep what. */
import { codeScannerMask } from '../code-scanner/mask.ts';
import type { DeviceClass } from '../contract.ts';
import { documentPrinterMask } from '../document-printer/mask.ts';
import { idCardMask } from '../id-card/mask.ts';
import { scannerMask } from '../scanner/mask.ts';
import { signaturePadMask } from '../signature-pad/mask.ts';
import { soundMask } from '../sound/mask.ts';
import { hollowMask, OPEN, type ClassMask } from './mask.ts';

/** What a slip says of a person must not stay; that it is a slip, where it is cut and how it is aligned may. */
const SLIP_WORDS = ['type', 'align', 'style', 'mode', 'level'];

export const MASKS: Readonly<Record<DeviceClass, ClassMask>> = {
  'id-card': idCardMask,
  'code-scanner': codeScannerMask,
  'receipt-printer': hollowMask('open', SLIP_WORDS),
  'ticket-dispenser': hollowMask('open', SLIP_WORDS),
  'document-printer': documentPrinterMask,
  scanner: scannerMask,
  // Its pictures come from the page, never over a wire of ours.
  'document-camera': hollowMask('hollow'),
  locker: OPEN,
  'window-display': OPEN,
  'call-pad': OPEN,
  signals: OPEN,
  'nav-pad': OPEN,
  // A signature is as good as a name.
  'signature-pad': signaturePadMask,
  sound: soundMask,
};
