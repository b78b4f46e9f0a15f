/** What the print worker does, as plain functions: the worker and the unit tests call the same. */
import type { SlipDocument } from '../../drivers/contract.ts';
import { appointmentSlip } from './appointment-slip.ts';
import { makeCertificate } from './certificate.ts';
import { createFonts, type FaceReport, type Fonts } from './fonts.ts';
import { checkForeignPdf, type ForeignPdf } from './foreign-pdf.ts';
import { doubtSlip, placesSlip } from './other-slips.ts';
import { receiptSlip } from './receipt-slip.ts';
import { bindPages, type Bound } from './pages/bind.ts';
import { cardSide, idCopy, type CardPicture, type CardSide } from './pages/id-copy.ts';
import { straightenPage, type Kept, type Straightened } from './straighten.ts';
import type { DrawnParts } from './slip.ts';
import { ticketSlip } from './ticket-slip.ts';
import type { AppointmentSlipInput, CertificateInput, DoubtSlipInput, Made, MadeDocument, PlacesSlipInput, ReceiptSlipInput, TicketSlipInput } from './types.ts';

/** Which fonts of the chain are there; `complete` is false where names with rare characters will be refused. */
export interface Coverage {
  complete: boolean;
  faces: FaceReport[];
}

/** Kind of job → what goes in and comes out. */
export interface Jobs {
  receipt: { input: ReceiptSlipInput; output: Made<SlipDocument> };
  doubt: { input: DoubtSlipInput; output: Made<SlipDocument> };
  places: { input: PlacesSlipInput; output: Made<SlipDocument> };
  ticket: { input: TicketSlipInput; output: Made<SlipDocument> };
  appointment: { input: AppointmentSlipInput; output: Made<SlipDocument> };
  certificate: { input: CertificateInput; output: Made<MadeDocument> };
  straighten: { input: { data: Uint8Array; kept?: Kept | undefined }; output: Straightened };
  'card-side': { input: CardPicture; output: CardSide };
  'id-copy': { input: { front: Uint8Array; back: Uint8Array }; output: Bound };
  bind: { input: Uint8Array[]; output: Bound };
  foreign: { input: Uint8Array; output: ForeignPdf };
  coverage: { input: null; output: Coverage };
}
export type JobKind = keyof Jobs;

/** One function per kind of job, over one set of fonts. */
export const createJobs = (fontsDir?: string): { [K in JobKind]: (input: Jobs[K]['input']) => Promise<Jobs[K]['output']> | Jobs[K]['output'] } => {
  const fonts: Fonts = createFonts(fontsDir);
  const drawn: DrawnParts = new Map();
  return {
    receipt: (input) => receiptSlip(fonts, input),
    doubt: (input) => doubtSlip(fonts, input),
    places: (input) => placesSlip(fonts, input),
    ticket: (input) => ticketSlip(fonts, input, drawn),
    appointment: (input) => appointmentSlip(fonts, input),
    certificate: (input) => makeCertificate(fonts, input),
    straighten: ({ data, kept }) => straightenPage(data, kept),
    'card-side': cardSide,
    'id-copy': idCopy,
    bind: (pages) => bindPages(pages),
    foreign: checkForeignPdf,
    coverage: () => ({ complete: fonts.complete(), faces: fonts.report() }),
  };
};
