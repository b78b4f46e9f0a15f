/** What a recording of a printer keeps: IPP without the names in it, and of a document its length. */
import { hollowOf, maskAll, maskText, type ClassMask, type Piece } from '../recording/mask.ts';

const nothing = () => ({ push: (chunk: Uint8Array) => [{ length: chunk.length }], flush: () => [] });

const NAMES: ReadonlySet<string> = new Set(['job-name', 'document-name', 'requesting-user-name', 'job-originating-user-name', 'job-state-message']);
const END_OF_ATTRIBUTES = 0x03;
/** Tags below this begin a group, those from it on a value (RFC 8010, section 3.5). */
const FIRST_VALUE_TAG = 0x10;
const HEAD_BYTES = 8;
/** The number of a request, which its answer repeats. */
const REQUEST_ID = [4, 8] as const;

/** Masks the names in place; returns where the document begins, null when the bytes are no message. */
const maskAttributes = (bytes: Buffer): number | null => {
  let at = HEAD_BYTES;
  let name = '';
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    at += 1;
    if (tag === END_OF_ATTRIBUTES) return at;
    if (tag < FIRST_VALUE_TAG) continue;
    if (at + 2 > bytes.length) return null;
    const nameLength = bytes.readUInt16BE(at);
    // A further value of the same attribute has no name.
    if (nameLength > 0) name = bytes.toString('latin1', at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    if (at + 2 > bytes.length) return null;
    const length = bytes.readUInt16BE(at);
    at += 2;
    if (at + length > bytes.length) return null;
    if (NAMES.has(name)) {
      const masked = Buffer.from(maskText(bytes.toString('utf8', at, at + length)));
      bytes.fill(0x78, at, at + length);
      if (masked.length === length) masked.copy(bytes, at);
    }
    at += length;
  }
  return null;
};

export const documentPrinterMask: ClassMask = {
  fromDevice: nothing,
  toDevice: nothing,
  body: (bytes, contentType): Piece => {
    if (contentType !== 'application/ipp') return hollowOf(bytes);
    const copy = Buffer.from(bytes);
    const end = maskAttributes(copy);
    if (end === null) return { length: bytes.length };
    // The message before a document is kept, the document itself is a length.
    return end === copy.length ? Uint8Array.from(copy) : { length: copy.length, head: Uint8Array.from(copy.subarray(0, end)) };
  },
  answerTo: (answer, question) => {
    if (answer.length >= HEAD_BYTES && question.length >= HEAD_BYTES) answer.set(question.subarray(...REQUEST_ID), REQUEST_ID[0]);
  },
  input: (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('pdf' in value) return { ...value, pdf: maskAll(value.pdf) };
    return 'jobName' in value && typeof value.jobName === 'string' ? { ...value, jobName: maskText(value.jobName) } : value;
  },
  value: (value) => value,
};
