/**
 * Bytes of LED boards. There is no common protocol: four published ones, each a few lines, behind one face. Sources are in the
 * folder's README; the published frames are in codec.test.ts.
 */
import type { Decoder } from '../transports/conversation.ts';
import type { BoardFamily } from './profiles.ts';

/** What a board said. `echo`: the values that it took, without start, checksum and end. */
export type BoardAnswer = { type: 'ack' } | { type: 'nack' } | { type: 'echo'; body: Uint8Array };

const sum8 = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** `id hi lo sum`: board 5 shows 999 by 05 03 E7 EF. */
export const encodeNumber4 = (board: number, value: number): Uint8Array => {
  const body = Uint8Array.of(board, value >> 8, value & 0xff);
  return Uint8Array.of(...body, sum8(body));
};

export const SUNPN_COLOURS = { green: 0, yellow: 1, red: 2 } as const;
export type SunpnColour = keyof typeof SUNPN_COLOURS;
const SUNPN = { request: 0x3a, reply: 0x2a, info: 0x01, end: 0x0a, length: 7 } as const;

/** What a sunpn board takes, and echoes in its reply: colour, low byte, high byte, information code. */
export const sunpnBody = (colour: SunpnColour, value: number): Uint8Array => Uint8Array.of(SUNPN_COLOURS[colour], value & 0xff, value >> 8, SUNPN.info);

/** `3A colour lo hi 01 sum 0A`; a reply is the same with 2A in front. */
export const encodeSunpn = (body: Uint8Array, kind: 'request' | 'reply' = 'request'): Uint8Array => {
  const head = Uint8Array.of(SUNPN[kind], ...body);
  return Uint8Array.of(...head, sum8(head), SUNPN.end);
};

/** `<IDxx>data` with the exclusive or of the data as two hexadecimal digits, then `<E>`. */
export const encodeAm03127 = (board: number, data: string): Uint8Array => {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');
  const check = ascii(data).reduce((sum, byte) => sum ^ byte, 0);
  return ascii(`<ID${hex(board)}>${data}${hex(check)}<E>`);
};

/** Page A of line 1, alone on the board: standing at once, or running from right to left. */
export const am03127Page = (text: string, scroll: boolean): string => (scroll ? `<L1><PA><FE><MA><WA><FE>${text}` : `<L1><PA><FA><MA><WZ><FK>${text}`);
/** Page A is what the board shows where no schedule runs. */
export const AM03127_RUN_PAGE = '<RPA>';
/** Full brightness: changes nothing and is answered, so it asks whether the board is there. */
export const AM03127_PROBE = '<BA>';

/** STX, line, brightness 1–3, text, LF. */
export const encodeFdsMled = (line: number, brightness: number, text: string): Uint8Array => ascii(`\u0002${line}${brightness}${text}\n`);

// ---------------------------------------------------------------------------------------------- answers

/** Replies of a sunpn board; anything else, an adapter's echo among it, is passed over. Holds less than one frame. */
export class SunpnDecoder implements Decoder<BoardAnswer> {
  private held = new Uint8Array(0);
  private readonly start: number;

  constructor(kind: 'request' | 'reply' = 'reply') {
    this.start = SUNPN[kind];
  }

  push(chunk: Uint8Array): BoardAnswer[] {
    const bytes = Uint8Array.of(...this.held, ...chunk);
    const found: BoardAnswer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (bytes[at] !== this.start) {
        at += 1;
        continue;
      }
      if (bytes.length - at < SUNPN.length) break;
      const frame = bytes.subarray(at, at + SUNPN.length);
      if (frame[6] === SUNPN.end && frame[5] === sum8(frame.subarray(0, 5))) {
        found.push({ type: 'echo', body: frame.slice(1, 5) });
        at += SUNPN.length;
      } else at += 1;
    }
    this.held = bytes.slice(at);
    return found;
  }

  reset(): void {
    this.held = new Uint8Array(0);
  }
}

/** Longer than any frame that is sent here, and so than any echo of one. */
const MOST_HELD = 256;

/** ACK and NACK of an AM03127; what an adapter echoes of our own frame is cut out first, since a ticket may be called ACK1. */
export class Am03127Decoder implements Decoder<BoardAnswer> {
  private held = '';

  push(chunk: Uint8Array): BoardAnswer[] {
    const found: BoardAnswer[] = [];
    // In pieces: however much arrives at once, no more is held than one frame.
    for (let from = 0; from < chunk.length; from += MOST_HELD) {
      this.held = (this.held + latin1(chunk.subarray(from, from + MOST_HELD))).replace(/<ID[^]*?<E>/g, '');
      for (;;) {
        const end = this.held.indexOf('ACK');
        const echo = this.held.indexOf('<ID');
        if (end === -1 || (echo !== -1 && echo < end)) break;
        found.push({ type: end > 0 && this.held[end - 1] === 'N' ? 'nack' : 'ack' });
        this.held = this.held.slice(end + 3);
      }
      this.held = this.held.slice(-MOST_HELD);
    }
    return found;
  }

  reset(): void {
    this.held = '';
  }
}

/** For boards that never answer: whatever comes back is no answer. */
export class DeafDecoder implements Decoder<BoardAnswer> {
  push(): BoardAnswer[] {
    return [];
  }

  reset(): void {}
}

export const answerDecoder = (family: BoardFamily): Decoder<BoardAnswer> => {
  switch (family) {
    case 'sunpn':
      return new SunpnDecoder();
    case 'am03127':
      return new Am03127Decoder();
    case 'number4':
    case 'fds-mled':
      return new DeafDecoder();
  }
};
