/** Code 128 as the printer's own command wants it: which subset when, and no pair of digits that would be a real-time command. */
import { startsRealTime } from './bytes.ts';

const LEFT_BRACE = 0x7b;
const SUBSET_B = [LEFT_BRACE, 0x42] as const;
const SUBSET_C = [LEFT_BRACE, 0x43] as const;

/** What {@link encodeCode128} answers. */
export interface Code128 {
  /** Data of GS k 73, begun by its subset; at most 255 bytes. */
  data: number[];
  /** Symbol characters with start, check and stop: 11 modules each, 2 more in the stop. */
  modules: number;
}

/** Digits that stand from here on. */
const digitsAt = (text: string, at: number): number => {
  let end = at;
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end += 1;
  return end - at;
};

/**
 * Printable ASCII as Code 128, in B and C. Pairs of digits go in C where that is shorter: four at an end or six inside pay for the
 * change. In C the pair 16 is sent as byte 10, and 04, 05 and 20 as 04, 05 and 14: one after the other a printer would take
 * them for a real-time command, so the second pair goes in B there.
 * @returns null for text that is empty, holds other characters, or is longer than the command takes
 */
export const encodeCode128 = (text: string): Code128 | null => {
  if (!/^[\x20-\x7e]{1,200}$/.test(text)) return null;
  const data: number[] = [];
  let subset: 'B' | 'C' | null = null;
  let symbols = 0;
  const change = (to: 'B' | 'C'): void => {
    if (subset === to) return;
    data.push(...(to === 'B' ? SUBSET_B : SUBSET_C));
    // The first is the start character, every other a code of its own.
    symbols += 1;
    subset = to;
  };
  let at = 0;
  const inB = (count: number): void => {
    change('B');
    for (const end = at + count; at < end; at += 1) {
      const code = text.charCodeAt(at);
      data.push(code);
      // A brace begins a change of subset; twice, it is itself.
      if (code === LEFT_BRACE) data.push(LEFT_BRACE);
      symbols += 1;
    }
  };
  while (at < text.length) {
    const digits = digitsAt(text, at);
    const atEnd = at === 0 || at + digits === text.length;
    if (digits < (atEnd ? 4 : 6) && !(digits === 2 && text.length === 2)) {
      inB(Math.max(1, digits));
      continue;
    }
    if (digits % 2 === 1) inB(1);
    for (let pairs = digits >> 1; pairs > 0; pairs -= 1) {
      const pair = Number(text.slice(at, at + 2));
      if (subset === 'C' && startsRealTime(data.at(-1), pair)) {
        inB(2);
        continue;
      }
      change('C');
      data.push(pair);
      symbols += 1;
      at += 2;
    }
  }
  // Check and stop.
  return data.length > 255 ? null : { data, modules: (symbols + 2) * 11 + 2 };
};
