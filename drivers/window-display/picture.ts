/** What a board shows for a call, and the frames that make it show that. Pure. */
import { fail, ok, type Result } from '../contract.ts';
import { AM03127_PROBE, AM03127_RUN_PAGE, am03127Page, encodeAm03127, encodeFdsMled, encodeNumber4, encodeSunpn, sunpnBody, type SunpnColour } from './codec.ts';
import type { BoardProfile } from './profiles.ts';

export interface Call {
  number: string;
  counter: string;
  scroll: boolean;
}

/** One board on its line. */
export interface Board {
  profile: BoardProfile;
  /** Address on the line; the line number for boards that have no other. */
  address: number;
  width: number;
  colour: SunpnColour;
  /** Text boards: `{number}` and `{counter}` are replaced. */
  template: string;
}

export interface Picture {
  /** What can be read on the board: `001`, `A001 3`, or an empty text where it is dark. */
  text: string;
  scrolling: boolean;
  /** Frames in their order; each is answered where the board answers. */
  frames: Uint8Array[];
  /** What a right answer echoes, null where it only says yes. */
  echo: Uint8Array | null;
}

const digitFrames = (board: Board, value: number): Pick<Picture, 'frames' | 'echo'> => {
  if (board.profile.family === 'number4') return { frames: [encodeNumber4(board.address, value)], echo: null };
  const body = sunpnBody(board.colour, value);
  return { frames: [encodeSunpn(body)], echo: body };
};

const textFrames = (board: Board, text: string, scroll: boolean): Pick<Picture, 'frames' | 'echo'> => ({
  // A single blank: an empty text is published for neither board.
  frames:
    board.profile.family === 'am03127'
      ? [encodeAm03127(board.address, am03127Page(text === '' ? ' ' : text, scroll)), encodeAm03127(board.address, AM03127_RUN_PAGE)]
      : [encodeFdsMled(board.address, 3, text === '' ? ' ' : text)],
  echo: null,
});

/**
 * The picture of a call. A number board shows the digits alone, with leading zeros as it has them.
 * @returns `bad-input` where the board has too few places: a part of a number would be another number
 */
export const pictureOf = (board: Board, call: Call): Result<Picture> => {
  if (board.profile.shows === 'digits') {
    const value = Number(call.number.replaceAll(/\D/g, ''));
    const text = String(value).padStart(board.width, '0');
    // 65535 is what two bytes hold.
    if (text.length > board.width || value > 0xffff) return fail('bad-input', `the board shows ${board.width} digits, and the number has more`);
    return ok({ text, scrolling: false, ...digitFrames(board, value) });
  }
  const text = board.template.replaceAll('{number}', call.number).replaceAll('{counter}', call.counter);
  if (text.length > board.width) return fail('bad-input', `the board shows ${board.width} characters, and the text has ${text.length}`);
  const scrolling = call.scroll && board.profile.scrolls;
  return ok({ text, scrolling, ...textFrames(board, text, scrolling) });
};

/** Nothing called. A number board shows zeros: no code for a dark board is published. */
export const emptyPicture = (board: Board): Picture =>
  board.profile.shows === 'digits' ? { text: '0'.repeat(board.width), scrolling: false, ...digitFrames(board, 0) } : { text: '', scrolling: false, ...textFrames(board, '', false) };

/** A question that changes nothing on the board and is answered; null where none is published. */
export const probeOf = (board: Board): Uint8Array | null => (board.profile.family === 'am03127' ? encodeAm03127(board.address, AM03127_PROBE) : null);
