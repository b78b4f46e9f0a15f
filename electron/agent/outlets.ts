/** Which paper comes out of which printer. */
import type { PaperRow } from '../printing/types.ts';
import { ticketPrinter } from '../session/index.ts';
import type { Deps } from './deps.ts';
import type { Presenting } from './mouth.ts';

/** Kinds of paper that come out of this printer. */
export const kindsOn = (config: Deps['config'], device: Presenting): PaperRow['kind'][] => [...(device === 'receipt-printer' ? (['receipt-slip', 'doubt-slip', 'places-slip'] as const) : []), ...(ticketPrinter(config) === device ? (['ticket', 'appointment-slip'] as const) : [])];
