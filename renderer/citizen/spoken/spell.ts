/** How text is said: what hides digits by its name, numbers of things digit by digit, ranges as a range. Pure. */

export interface SpellWords {
  /** In place of •••• */
  hidden: string;
  /** Between the ends of a range: 25到40 */
  to: string;
  /** Between parts that stand beside each other. */
  pause: string;
}

const digits = (text: string): string => [...text].join(' ');

/** @param text as it stands on the glass */
export const spelled = (text: string, { hidden, to, pause }: SpellWords): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[•●＊*]{2,}/gu, ` ${hidden} `)
    .replaceAll(/\s*[·|→←]\s*/gu, pause)
    .replaceAll(/(\d)\s*[–—]\s*(\d)/gu, `$1${to}$2`)
    // A case number in groups of four; a telephone number; a ticket's number; whatever begins with a nought.
    .replaceAll(/(?<![\d.,:])\d{3,4}(?: \d{3,4})+(?![\d.,:])/gu, (groups) => groups.split(' ').map(digits).join(pause))
    .replaceAll(/(?<![A-Za-z\d])([A-Z])(\d{2,})(?!\d)/gu, (_all, letter: string, number: string) => `${letter} ${digits(number)}`)
    .replaceAll(/(?<![\d.,:])(?:\d{5,}|0\d{2,})(?![\d.:])/gu, digits)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/\s+(?=[，。；：、！？,.;:!?])/gu, '')
    .trim();
