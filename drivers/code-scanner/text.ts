/**
 * The bytes of a code as text. QR codes carry no reliable sign of their encoding: Chinese codes are UTF-8 or GB 18030. What is
 * valid UTF-8 is taken for it, since hardly any GB 18030 text of more than one character is; else it must be valid GB 18030.
 */
import { fail, ok, type Result } from '../contract.ts';

export const ENCODINGS = ['auto', 'utf-8', 'gb18030'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Longest code in bytes: more than any QR code holds (2953), and the bound of what an engine can make this program keep. */
export const MAX_CODE_BYTES = 4_096;

/** Control characters, characters that turn or hide text, and line separators: nothing that a code here has a use for. */
const REFUSED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const decoded = (bytes: Uint8Array, encoding: 'utf-8' | 'gb18030'): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

/**
 * Reads the bytes of one code. Faults tell nothing of what stood in it: `media-empty`, `media-too-large`, `media-unreadable`
 * (neither encoding, or a control character in it).
 */
export const decodeCodeText = (bytes: Uint8Array, encoding: Encoding): Result<string> => {
  if (bytes.length === 0) return fail('media-empty', 'the code is empty');
  if (bytes.length > MAX_CODE_BYTES) return fail('media-too-large', `the code is longer than ${MAX_CODE_BYTES} bytes`);
  const text = encoding === 'auto' ? (decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030')) : decoded(bytes, encoding);
  if (text === null) return fail('media-unreadable', encoding === 'auto' ? 'the code is neither UTF-8 nor GB 18030' : `the code is not ${encoding}`);
  return REFUSED.test(text) ? fail('media-unreadable', 'the code holds control characters') : ok(text);
};
