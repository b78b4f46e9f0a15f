/** Check digits and dates of the numbers on identity cards. */

/** Weights of GB 11643 (ISO 7064 MOD 11-2) for the first 17 digits. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** Check character of an 18-character citizen number. `body`: its first 17 digits. */
export const mod11Check = (body: string): string => {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
};

/** Is `text` (YYYYMMDD) a day of the calendar? */
export const isCalendarDay = (text: string): boolean => {
  if (!/^\d{8}$/.test(text)) return false;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8))];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1800 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/** 18 characters with a real birth date and the right check character (GB 11643; 2023 numbers of foreigners begin with 9). */
export const isCitizenNumber = (text: string): boolean =>
  /^\d{17}[\dX]$/.test(text) && isCalendarDay(text.slice(6, 14)) && mod11Check(text.slice(0, 17)) === text[17];

/** Check digit by the repeating weights 7, 3, 1 with A = 10 … Z = 35, as in machine-readable travel documents. */
export const weight731Check = (body: string): string => {
  const sum = [...body].reduce((total, character, index) => total + Number.parseInt(character, 36) * ([7, 3, 1][index % 3] ?? 0), 0);
  return String(sum % 10);
};

/** Number of a 2017 permanent-residence card: 3 letters, region (4), YYMMDD, sequence, check digit. */
export const isPermanentResidence2017Number = (text: string): boolean => /^[A-Z]{3}\d{12}$/.test(text) && weight731Check(text.slice(0, 14)) === text[14];

/**
 * Is a document past its last day? The last day itself still counts.
 * @param today local date, ISO
 */
export const isExpired = ({ validTo }: { validTo: string | null }, today: string): boolean => validTo !== null && validTo < today;
