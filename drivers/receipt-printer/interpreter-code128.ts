/** Code 128 from the printer's side: data of GS k 73 to symbols, bars and the text that they say (ISO/IEC 15417, table 1). */

/** Widths of bar, space, bar, space, bar, space of the values 0 to 105; 106 is the stop, with its last bar. */
const WIDTHS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 ' +
  '221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 ' +
  '231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 ' +
  '314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 ' +
  '114131 311141 411131 211412 211214 211232 2331112'
).split(' ');

const BRACE = 0x7b;
const STOP = 106;
const START: Readonly<Record<string, number>> = { A: 103, B: 104, C: 105 };
/** Value that changes to a subset; the same in the two others. */
const CHANGE: Readonly<Record<string, number>> = { A: 101, B: 100, C: 99 };

/** Symbol values with start, check and stop; null for data that the command does not take. */
export const code128Symbols = (data: Uint8Array): number[] | null => {
  const values: number[] = [];
  let subset = '';
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at] ?? 0;
    if (byte === BRACE && subset !== 'C') {
      const next = String.fromCharCode(data[at + 1] ?? 0);
      at += 1;
      if (next === '{' && subset === 'B') {
        values.push(BRACE - 0x20);
        continue;
      }
      const value = subset === '' ? START[next] : CHANGE[next];
      if (value === undefined) return null;
      values.push(value);
      subset = next;
    } else if (byte === BRACE) {
      const next = String.fromCharCode(data[at + 1] ?? 0);
      const value = CHANGE[next];
      at += 1;
      if (value === undefined || next === 'C') return null;
      values.push(value);
      subset = next;
    } else if (subset === 'C') {
      if (byte > 99) return null;
      values.push(byte);
    } else if (subset === 'B' && byte >= 0x20 && byte < 0x80) values.push(byte - 0x20);
    else if (subset === 'A' && byte < 0x60) values.push(byte >= 0x20 ? byte - 0x20 : byte + 64);
    else return null;
  }
  if (values.length < 2) return null;
  const check = values.reduce((sum, value, index) => sum + value * Math.max(1, index), 0) % 103;
  return [...values, check, STOP];
};

/** Widths of bars and spaces by turns, beginning with a bar, in modules. */
export const code128Bars = (symbols: readonly number[]): number[] => symbols.flatMap((value) => [...(WIDTHS[value] ?? '')].map(Number));

/** What the symbols say. */
export const code128Text = (symbols: readonly number[]): string => {
  let subset = 'ABC'[(symbols[0] ?? 0) - 103] ?? 'B';
  let text = '';
  for (const value of symbols.slice(1, -2)) {
    const changed = Object.entries(CHANGE).find(([to, code]) => code === value && to !== subset);
    if (changed !== undefined && (value === 99 ? subset !== 'C' : value >= 100)) subset = changed[0];
    else if (subset === 'C') text += String(value).padStart(2, '0');
    else text += String.fromCharCode(subset === 'A' && value >= 64 ? value - 64 : value + 0x20);
  }
  return text;
};
