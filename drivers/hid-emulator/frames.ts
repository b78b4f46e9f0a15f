/** Frames between the preload library and an emulated device: two bytes of length, little-endian, then the payload. */

export const frame = (payload: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(2 + payload.length);
  bytes.set([payload.length & 0xff, payload.length >> 8]);
  bytes.set(payload, 2);
  return bytes;
};

/** Takes whole frames out of a stream. */
export class Frames {
  private held: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): Uint8Array[] {
    this.held = Buffer.concat([this.held, chunk]);
    const found: Uint8Array[] = [];
    while (this.held.length >= 2 && this.held.length >= 2 + this.held.readUInt16LE(0)) {
      const end = 2 + this.held.readUInt16LE(0);
      found.push(Uint8Array.from(this.held.subarray(2, end)));
      this.held = this.held.subarray(end);
    }
    return found;
  }
}
