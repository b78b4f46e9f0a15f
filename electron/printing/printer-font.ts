/** What every receipt printer's own font surely shows, and how wide: the oldest font that is sold sets the limit for all. */
import { measure, needsRaster } from '../../drivers/receipt-printer/characters.ts';
import { PROFILES } from '../../drivers/receipt-printer/profiles.ts';

/** A slip is made before it is known which printer takes it, and may go to the one of a neighbour's make. */
const MODEST = PROFILES['gb2312-80'];

/** Columns of 80 mm paper: 576 dots, twelve to a half-width character. */
export const COLUMNS: number = MODEST.columns;

/** True when the text needs no dots of ours. */
export const printerShows = (text: string): boolean => !needsRaster(text, MODEST);

/** Width in columns: ASCII one, everything else two. */
export const columnsOf = measure;
