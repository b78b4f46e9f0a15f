import { fits } from './text.ts';

export type PadMode = 'number' | 'phone' | 'date' | 'amount';

const DATE_DIGITS = 8;
const AMOUNT = /^(?:0|[1-9]\d{0,11})?(?:\.\d{0,2})?$/;

/**
 * Value after one key of the keypad. A date becomes YYYY-MM-DD as it is typed; an amount keeps to two places after the point.
 * @param typed a digit or, for an amount, a point
 * @returns the same value if the key has no place in it
 */
export function typeDigit(mode: PadMode, value: string, typed: string, maxLength: number | null): string {
  const next = mode === 'date' ? dated(value, typed) : mode === 'amount' ? money(value, typed) : value + typed;
  return fits(next, maxLength) ? next : value;
}

function dated(value: string, typed: string): string {
  const digits = `${value.replaceAll(/\D/g, '')}${typed}`;
  if (digits.length > DATE_DIGITS) return value;
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].filter((part) => part !== '').join('-');
}

function money(value: string, typed: string): string {
  const next = typed === '.' && value === '' ? '0.' : value === '0' && typed !== '.' ? typed : value + typed;
  return AMOUNT.test(next) ? next : value;
}
