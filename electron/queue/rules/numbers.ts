/** Ticket numbers: the n-th of a class on one business day, as it is printed and spoken. Pure; never the same text for two n. */
import type { QueueClass } from '../../../kiosk-config/index.ts';

type Sequence = Pick<QueueClass, 'prefix' | 'after999' | 'morePrefixes'>;

const PER_PREFIX = 999;
/** Four spoken digits are the most that people keep in mind. */
const LAST = 9_999;

const three = (n: number): string => String(n).padStart(3, '0');

/** How many numbers the class can give on one business day. */
export const capacity = ({ after999, morePrefixes }: Sequence): number => (after999 === 'four-digits' ? LAST : PER_PREFIX * morePrefixes.length + LAST);

/**
 * @param n 1 for the first ticket of the business day
 * @returns A001 … A999, then A1000 … A9999, or K001 … under the class's next prefix, the last of which widens; null: the day has no more numbers
 */
export const numberOf = (sequence: Sequence, n: number): string | null => {
  if (!Number.isInteger(n) || n < 1 || n > capacity(sequence)) return null;
  if (sequence.after999 === 'four-digits') return `${sequence.prefix}${three(n)}`;
  const prefixes = [sequence.prefix, ...sequence.morePrefixes];
  const index = Math.min(Math.floor((n - 1) / PER_PREFIX), prefixes.length - 1);
  return `${prefixes[index] ?? ''}${three(n - index * PER_PREFIX)}`;
};
