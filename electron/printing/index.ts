/** The face of the printing folder: slips, certificates, scanned pages, the fonts behind them. */
import { entry } from '../entry.ts';
import type { Coverage, JobKind, Jobs } from './jobs.ts';
import type { ForeignPdf } from './foreign-pdf.ts';
import { MAX_PAGE_BYTES } from './straighten-limits.ts';
import type { Made, Printing } from './types.ts';
import { createWorkLine, WorkLost, type PrintingLog } from './work-line.ts';

export * from './types.ts';
export { createLedger, LedgerError, type Ledger } from './ledger.ts';
export { createTicketPaper, endOfTicket, mayHaveLeft, type TicketEnd, type TicketPaper } from './ticket-paper.ts';
export { sheetsOf, sheetsOut, sheetStates, type JobShape, type SheetState } from './sheets.ts';
export { HANAZONO_FOLDER, hanFontFile, rareFontFile } from './font-files.ts';
export type { Coverage } from './jobs.ts';
export type { ForeignPdf } from './foreign-pdf.ts';
export type { PrintingLog } from './work-line.ts';

/** {@link Printing} and what the fonts' other users need. */
export interface PrintingService extends Printing {
  /** Is this platform-issued PDF one that prints as it looks? Unembedded fonts, encryption and damage are refused. */
  checkForeignPdf(pdf: Uint8Array): Promise<ForeignPdf>;
  /** Which fonts of the chain are on this terminal, for its health page. */
  coverage(): Promise<Coverage>;
}

/**
 * Starts lazily; all work happens in a worker thread, one job at a time.
 * @param fontsDir folder of HanaMinA.ttf and HanaMinB.ttf, default that of Debian's fonts-hanazono
 * @param program path of the bundled worker, for tests
 */
export const createPrinting = ({ log, fontsDir, program = entry('print-worker') }: { log: PrintingLog; fontsDir?: string; program?: string }): PrintingService => {
  const line = createWorkLine({ program, log, ...(fontsDir === undefined ? {} : { fontsDir }) });

  const make = async <K extends JobKind, T>(kind: K, input: Jobs[K]['input']): Promise<Made<T>> => {
    try {
      return (await line.run(kind, input)) as Made<T>;
    } catch (error) {
      return { ok: false, missing: [], message: error instanceof Error ? error.message : 'the print worker was lost' };
    }
  };

  /** Pages and fonts can be asked for again without harm: once, on a fresh worker. */
  const again = async <K extends JobKind>(kind: K, input: Jobs[K]['input']): Promise<Jobs[K]['output'] | WorkLost> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await line.run(kind, input);
      } catch (error) {
        if (!(error instanceof WorkLost)) throw error;
        if (attempt > 0) return error;
      }
    }
  };

  return {
    receiptSlip: (input) => make('receipt', input),
    doubtSlip: (input) => make('doubt', input),
    placesSlip: (input) => make('places', input),
    ticketSlip: (input) => make('ticket', input),
    appointmentSlip: (input) => make('appointment', input),
    certificate: (input) => make('certificate', input),
    straighten: async ({ data, kept }) => {
      // Judged here already, so that no needless tens of megabytes cross over.
      if (data.byteLength > MAX_PAGE_BYTES) return { ok: false, reason: 'too-large' };
      const answer = await again('straighten', { data, kept });
      if (!(answer instanceof WorkLost)) return answer;
      log.warn({ why: answer.message }, 'a page could not be read, twice');
      return { ok: false, reason: 'not-an-image' };
    },
    cardSide: async (picture) => {
      if (picture.data.byteLength > MAX_PAGE_BYTES) return { ok: false, reason: 'too-large' };
      const answer = await again('card-side', picture);
      return answer instanceof WorkLost ? { ok: false, reason: 'not-an-image' } : answer;
    },
    idCopy: async (sides) => {
      const answer = await again('id-copy', sides);
      return answer instanceof WorkLost ? { ok: false, reason: 'not-an-image', page: null } : answer;
    },
    bindPages: async (pages) => {
      const answer = await again('bind', [...pages]);
      return answer instanceof WorkLost ? { ok: false, reason: 'not-an-image', page: null } : answer;
    },
    checkForeignPdf: async (pdf) => {
      const answer = await again('foreign', pdf);
      return answer instanceof WorkLost ? { ok: false, reason: 'unreadable', fonts: [] } : answer;
    },
    coverage: async () => {
      const answer = await again('coverage', null);
      return answer instanceof WorkLost ? { complete: false, faces: [] } : answer;
    },
    close: () => line.close(),
  };
};
