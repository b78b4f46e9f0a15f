/**
 * Frames of serial call pads: `FF 68 LEN LEN 68 ADDR CMD DATA… CS 16`. LEN counts from the address up to before the checksum, which is
 * their sum modulo 256. The same shape as M-Bus and DL/T meters use, behind FF.
 */
import type { Decoder } from '../transports/conversation.ts';

const WAKE = 0xff;
const START = 0x68;
const END = 0x16;
/** FF 68 LEN LEN 68 before the address. */
const HEAD = 5;
const LEAST = 2;
/** Longer than any key press with a number before it; a pad's own settings are not read here. */
const MOST = 64;

export interface PadFrame {
  address: number;
  command: number;
  data: Uint8Array;
}

const sum8 = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);

export const encodePadFrame = ({ address, command, data }: PadFrame): Uint8Array => {
  const body = Uint8Array.of(address, command, ...data);
  return Uint8Array.of(WAKE, START, body.length, body.length, START, ...body, sum8(body), END);
};

/** Frames in a stream of bytes. A frame that is not right in every place is passed over by one byte: the next may begin inside it. */
export class PadDecoder implements Decoder<PadFrame> {
  private held = new Uint8Array(0);

  push(chunk: Uint8Array): PadFrame[] {
    const bytes = new Uint8Array(this.held.length + chunk.length);
    bytes.set(this.held);
    bytes.set(chunk, this.held.length);
    const frames: PadFrame[] = [];
    let at = 0;
    while (at < bytes.length) {
      const length = frameLength(bytes.subarray(at, at + HEAD));
      if (length === 0) at += 1;
      else if (bytes.length - at < length) break;
      else {
        const body = bytes.subarray(at + HEAD, at + length - 2);
        if (bytes[at + length - 1] === END && bytes[at + length - 2] === sum8(body)) {
          frames.push({ address: body[0] ?? 0, command: body[1] ?? 0, data: body.slice(2) });
          at += length;
        } else at += 1;
      }
    }
    this.held = bytes.slice(at);
    return frames;
  }

  reset(): void {
    this.held = new Uint8Array(0);
  }
}

/** Length of the frame that may begin here; 0: none does. A head that is cut short counts as long as it is right so far. */
const frameLength = (head: Uint8Array): number => {
  const [wake, start, length, again, second] = head;
  if (wake !== WAKE || (start !== undefined && start !== START)) return 0;
  if (length !== undefined && (length < LEAST || length > MOST)) return 0;
  if ((again !== undefined && again !== length) || (second !== undefined && second !== START)) return 0;
  return HEAD + (length ?? LEAST) + 2;
};
