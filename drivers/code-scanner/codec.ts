/**
 * Codes in the bytes of a serial engine. A code is text with CR, LF or both behind it, or with silence behind it; between codes,
 * engines of the GM65 family put replies to commands. Whatever arrives, one code and one reply at most are held.
 */
import { MAX_REPLY, replyAt } from './frames.ts';
import { MAX_CODE_BYTES } from './text.ts';

export type ScanEvent =
  /** A whole code. `aim`: its AIM identifier where the wire has a place of its own for it. */
  | { type: 'code'; bytes: Uint8Array; aim: string | null }
  /** All that has come of a code that has no end yet. */
  | { type: 'partial'; bytes: Uint8Array; aim: string | null }
  /** More bytes without an end than a code can have; they are thrown away up to the next end. */
  | { type: 'too-long' }
  /** The engine's reply to a command; `ok` is false when it is damaged or says no. */
  | { type: 'reply'; ok: boolean; data: Uint8Array }
  /** A report that does not fit its own layout. */
  | { type: 'bad-report' };

const CR = 0x0d;
const LF = 0x0a;

export class LineDecoder {
  private readonly held = new Uint8Array(MAX_CODE_BYTES);
  private length = 0;
  private overrun = false;
  private readonly replies: boolean;

  /** `replies`: does this engine answer commands between codes? */
  constructor(replies: boolean) {
    this.replies = replies;
  }

  push(chunk: Uint8Array): ScanEvent[] {
    const events: ScanEvent[] = [];
    for (const byte of chunk) this.take(byte, events);
    if (this.length > 0 && !this.inReply()) events.push({ type: 'partial', bytes: this.held.slice(0, this.length), aim: null });
    return events;
  }

  reset(): void {
    this.held.fill(0, 0, this.length);
    this.length = 0;
    this.overrun = false;
  }

  private take(byte: number, events: ScanEvent[]): void {
    // Inside a reply, CR and LF are data.
    if (!this.inReply() && (byte === CR || byte === LF)) {
      if (this.length > 0 && !this.overrun) events.push({ type: 'code', bytes: this.held.slice(0, this.length), aim: null });
      this.reset();
      return;
    }
    if (this.overrun) return;
    if (this.length === MAX_CODE_BYTES) {
      this.reset();
      this.overrun = true;
      events.push({ type: 'too-long' });
      return;
    }
    this.held[this.length] = byte;
    this.length += 1;
    if (!this.replies || this.held[0] !== 0x02 || this.length > MAX_REPLY) return;
    const reply = replyAt(this.held.subarray(0, this.length));
    if (reply.at !== 'reply') return;
    events.push({ type: 'reply', ok: reply.ok, data: reply.data });
    this.reset();
  }

  private inReply(): boolean {
    return this.replies && this.length > 0 && this.length <= MAX_REPLY && replyAt(this.held.subarray(0, this.length)).at === 'incomplete';
  }
}
