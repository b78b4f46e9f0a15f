/** Models of boards above a counter, as data. What each can show decides what a number looks like on it. */

export type BoardFamily = 'am03127' | 'sunpn' | 'number4' | 'fds-mled';

export interface BoardProfile {
  family: BoardFamily;
  /** Addresses that one board can have, so that several hang on one line; null: it has none, and hangs on its line alone. */
  addresses: { least: number; most: number } | null;
  /** For the health page. */
  model: string;
  /** `digits`: a number board, letters of the ticket are not shown. `text`: ASCII. */
  shows: 'digits' | 'text';
  /** Digits or characters that the board has, unless configured. */
  width: number;
  /** Does it answer a frame? One that does not can be dark without anybody knowing: its status stays `unknown`. */
  answers: boolean;
  scrolls: boolean;
  /** Baud of the line unless the address says another. */
  baud: number;
  /** Milliseconds after which the same is shown again although nothing is known to have happened. */
  refreshMs: number;
}

/**
 * Address 0 calls all am03127 at once and none of them answers; a number4 publishes no range, and 0 is as likely to be the same there. The line of an
 * fds-mled is one digit. Boards that keep their picture in memory chips are refreshed seldom: a page written every few seconds would wear
 * them out.
 */
export const BOARD_PROFILES: Readonly<Record<BoardFamily, BoardProfile>> = {
  am03127: { family: 'am03127', addresses: { least: 1, most: 255 }, model: 'AM03127 text board', shows: 'text', width: 40, answers: true, scrolls: true, baud: 9600, refreshMs: 600_000 },
  sunpn: { family: 'sunpn', addresses: null, model: 'sunpn (讯鹏) digit board', shows: 'digits', width: 3, answers: true, scrolls: false, baud: 9600, refreshMs: 10_000 },
  number4: { family: 'number4', addresses: { least: 1, most: 255 }, model: 'four-byte digit board (never answers)', shows: 'digits', width: 3, answers: false, scrolls: false, baud: 9600, refreshMs: 10_000 },
  'fds-mled': { family: 'fds-mled', addresses: { least: 1, most: 9 }, model: 'FDS / TAG Heuer text board (never answers)', shows: 'text', width: 64, answers: false, scrolls: false, baud: 9600, refreshMs: 10_000 },
};

export const BOARD_FAMILIES = ['am03127', 'sunpn', 'number4', 'fds-mled'] as const satisfies readonly BoardFamily[];
