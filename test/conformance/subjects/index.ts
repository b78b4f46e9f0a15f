/** Every class with an emulated device. A new one is a file beside this and a line here. */
import type { Subject } from '../subject.ts';
import { documentPrinter } from './document-printer.ts';
import { callPad } from './call-pad.ts';
import { codeScanners } from './code-scanner.ts';
import { idCard } from './id-card.ts';
import { callKeypad, navPad } from './keys.ts';
import { lockers } from './locker.ts';
import { loudspeaker, saneScanner } from './programs.ts';
import { receiptPrinter } from './receipt-printer.ts';
import { scanner } from './scanner.ts';
import { signals } from './signals.ts';
import { signaturePad } from './signature-pad.ts';
import { ticketDispenser } from './ticket-dispenser.ts';
import { windowDisplays } from './window-display.ts';

export const SUBJECTS: readonly Subject[] = [idCard, ...codeScanners, receiptPrinter, ticketDispenser, documentPrinter, scanner, ...lockers, ...windowDisplays, callPad, callKeypad, navPad, signaturePad, ...signals, saneScanner, loudspeaker];
