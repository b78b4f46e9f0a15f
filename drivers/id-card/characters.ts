/**
 * Private-use characters of old cards, and the characters they stand for.
 *
 * When the first second-generation cards were written, some Hanzi had no code of their own: GBK gave 80 places (FE50–FEA0)
 * and a few signs to the private-use area, and so did the cards. Since then all of them have been encoded. Sources: the table
 * of GBK's 80 places in the discussion of the WHATWG Encoding Standard (issue 27), and the 24 places of GB 18030-2005 that
 * GB 18030-2022 moved out of the private-use area; a test holds the table against the platform's own GB 18030 decoder.
 * What an issuer invented beyond that is nowhere published: such a character is told, never dropped and never guessed.
 */

/** First place of GBK's block, FE50; the list below runs from there without a gap to U+E864, FEA0. */
const GBK_BLOCK = 0xe815;
const GBK_BLOCK_NOW =
  '⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻';

/** Vertical signs (A6D9–A6F3), two letters of Pinyin (A8BC, A8BF), and the signs that describe Hanzi (A989–A995). */
const SIGNS: readonly (readonly [from: number, now: string])[] = [
  [0xe78d, '\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19'],
  [0xe7c7, '\u1e3f\u01f9'],
  [0xe7e7, '\u303e\u2ff0\u2ff1\u2ff2\u2ff3\u2ff4\u2ff5\u2ff6\u2ff7\u2ff8\u2ff9\u2ffa\u2ffb'],
];

const runFrom = (from: number, now: string): [old: string, now: string][] => [...now].map((character, index) => [String.fromCodePoint(from + index), character]);

/** Private-use character → the character that is meant. */
export const ASSIGNED: ReadonlyMap<string, string> = new Map([...runFrom(GBK_BLOCK, GBK_BLOCK_NOW), ...SIGNS.flatMap(([from, now]) => runFrom(from, now))]);

/** A private-use character of any plane. */
const PRIVATE_USE = /\p{Co}/gu;

/**
 * Replaces what is known of private-use characters. What is not stays in the text as it stands on the card.
 * @param own further characters, by an issuer's own table; they go before the published one
 */
export const standardCharacters = (text: string, own: ReadonlyMap<string, string>): string => text.replace(PRIVATE_USE, (character) => own.get(character) ?? ASSIGNED.get(character) ?? character);

/** Codes of the private-use characters in `text`, each once: `U+E123`. */
export const privateUseIn = (text: string): string[] => [...new Set([...text.matchAll(PRIVATE_USE)].map(([character]) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`))];
