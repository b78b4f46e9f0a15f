/** What may cross between threads by changing owner. */

/** Buffers inside an answer that may be handed over instead of copied: those that own their memory whole. */
export const buffersOf = (value: unknown): ArrayBuffer[] => {
  if (value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength ? [value.buffer] : [];
  if (Array.isArray(value)) return value.flatMap(buffersOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(buffersOf);
  return [];
};
