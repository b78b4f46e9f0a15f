/** Bytes of a slip as they are put together, with the places at which the printer may be asked something in between. */

const DLE = 0x10;
/** Second bytes of the commands that a printer obeys wherever they appear: EOT, ENQ, DC4. */
const REAL_TIME: ReadonlySet<number> = new Set([0x04, 0x05, 0x14]);

/** Would these two bytes, one after the other, be a real-time command? */
export const startsRealTime = (first: number | undefined, second: number | undefined): boolean => first === DLE && second !== undefined && REAL_TIME.has(second);

/** Where the first real-time command begins; -1 where there is none. */
export const realTimeAt = (bytes: Uint8Array): number => {
  for (let at = bytes.indexOf(DLE); at !== -1; at = bytes.indexOf(DLE, at + 1)) if (startsRealTime(DLE, bytes[at + 1])) return at;
  return -1;
};

/** Grows as it is written. */
export class ByteWriter {
  private buffer = new Uint8Array(4096);
  private length = 0;
  private began = 0;
  private readonly ends: [from: number, to: number][] = [];

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  /** One byte. An arrow function, so that it can be handed on. */
  readonly byte = (value: number): void => {
    this.reserve(1);
    this.buffer[this.length] = value;
    this.length += 1;
  };

  put(...values: readonly number[]): void {
    this.reserve(values.length);
    for (const value of values) {
      this.buffer[this.length] = value;
      this.length += 1;
    }
  }

  putAll(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A whole command, or several, end here: the printer may be asked now. */
  endSegment(): void {
    if (this.length === this.began) return;
    this.ends.push([this.began, this.length]);
    this.began = this.length;
  }

  get all(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  get segments(): Uint8Array[] {
    return this.ends.map(([from, to]) => this.buffer.subarray(from, to));
  }

  /** Segments that follow each other, together as long as they are at most so many bytes: each handing over to the system takes its time. */
  parcels(most: number): Uint8Array[] {
    const parcels: [from: number, to: number][] = [];
    for (const [from, to] of this.ends) {
      const last = parcels.at(-1);
      if (last !== undefined && to - last[0] <= most) last[1] = to;
      else parcels.push([from, to]);
    }
    return parcels.map(([from, to]) => this.buffer.subarray(from, to));
  }
}
