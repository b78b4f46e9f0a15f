/** What a recording of a scanner keeps: questions and answers in XML as they are, pages as lengths with the marks of their format. */
import { hollowOf, maskAll, OPEN_PROGRAMS, type ClassMask } from '../recording/mask.ts';

const nothing = () => ({ push: (chunk: Uint8Array) => [{ length: chunk.length }], flush: () => [] });

export const scannerMask: ClassMask = {
  fromDevice: nothing,
  toDevice: nothing,
  // eSCL's XML holds sizes, modes and states alone.
  body: (bytes, contentType) => (/\bxml\b/.test(contentType) ? bytes.slice() : hollowOf(bytes)),
  // scanimage is told sizes and names of sources, and prints options and the names of pages.
  program: OPEN_PROGRAMS,
  input: (value) => value,
  value: (value) => (typeof value === 'object' && value !== null && 'bytes' in value ? maskAll(value) : value),
};
