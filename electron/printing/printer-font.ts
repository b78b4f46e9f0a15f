/** What every receipt printer's own font surely shows, and how wide: the oldest font that is sold sets the limit for all. */
import { measure, needsRaster } from '../../drivers/receipt-printer/characters.ts';
import { profileOf } from '../../drivers/receipt-printer/options.ts';
import { PROFILES } from '../../drivers/receipt-printer/profiles.ts';
import type { Terminal } from '../../kiosk-config/index.ts';

/** A slip is made before it is known which printer takes it, and may go to the one of a neighbour's make. */
const MODEST = PROFILES['gb2312-80'];

/** Columns of 80 mm paper: 576 dots, twelve to a half-width character. */
export const COLUMNS: number = MODEST.columns;

/** True when the text needs no dots of ours. */
export const printerShows = (text: string): boolean => !needsRaster(text, MODEST);

/** Does the printer's own font show this text? */
export type Shows = (text: string) => boolean;

const WITHOUT_CHINESE = { ...MODEST, charset: 'none' } as const;

/** The same for the printer of one terminal: some have no Chinese font at all, and are sent their Chinese as dots. */
export const fontOf = (terminal: Terminal, deviceClass: 'receipt-printer' | 'ticket-dispenser' = 'receipt-printer'): Shows => {
  const device = terminal.devices.find((one) => one.class === deviceClass) ?? terminal.devices.find((one) => one.class === 'receipt-printer');
  const query = new URLSearchParams(device?.transport.split('?')[1] ?? '');
  const named = { ...device?.options, ...Object.fromEntries([...query].filter(([key]) => key === 'profile' || key === 'charset')) };
  return profileOf(named)?.charset === 'none' ? (text) => !needsRaster(text, WITHOUT_CHINESE) : printerShows;
};

/** Width in columns: ASCII one, everything else two. */
export const columnsOf = measure;
