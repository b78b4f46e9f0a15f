/** AIM identifiers: `]`, a letter for the symbology, a modifier. From ISO/IEC 15424 as the engines' manuals print it. */

const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'code-39',
  C: 'code-128',
  E: 'ean-upc',
  F: 'codabar',
  G: 'code-93',
  H: 'code-11',
  I: 'interleaved-2-of-5',
  L: 'pdf417',
  M: 'msi',
  Q: 'qr-code',
  S: 'industrial-2-of-5',
  U: 'maxicode',
  d: 'data-matrix',
  e: 'gs1-databar',
  h: 'han-xin',
  z: 'aztec',
};

export const UNKNOWN_SYMBOLOGY = 'unknown';

/** `]Q1` → `qr-code`; `unknown` for what is no identifier or says nothing (`]X0`). */
export const symbologyOf = (aim: string | null): string => {
  const letter = /^\]([A-Za-z])[0-9A-Za-z]$/.exec(aim ?? '')?.[1];
  return letter === undefined ? UNKNOWN_SYMBOLOGY : (BY_LETTER[letter] ?? UNKNOWN_SYMBOLOGY);
};

const AIM_LENGTH = 3;

/** Takes the identifier off the front of a code whose engine is set to send one. */
export const splitAim = (bytes: Uint8Array): { aim: string | null; rest: Uint8Array } => {
  const head = String.fromCodePoint(...bytes.subarray(0, AIM_LENGTH));
  return /^\][A-Za-z][0-9A-Za-z]$/.test(head) ? { aim: head, rest: bytes.subarray(AIM_LENGTH) } : { aim: null, rest: bytes };
};
