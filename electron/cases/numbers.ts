/** Case numbers: business day (8) · terminal (3) · sequence (4) · check digit (1). */
import type { Hall, Terminal } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { checkDigit, type Storage } from '../storage/index.ts';
import { businessDay } from './days.ts';

const MOST = 9_999;

/** A terminal can number 9,999 cases in one business day. */
export class CaseNumbersExhausted extends Error {
  readonly code = 'case-numbers-exhausted';
  override readonly name = 'CaseNumbersExhausted';
}

/** Is the text a case number whose check digit fits? */
export const isCaseNumber = (text: string): boolean => /^\d{16}$/.test(text) && checkDigit(text.slice(0, 15)) === text.at(-1);

/**
 * Gives case numbers in the running transaction. Every business day has a counter of its own that never goes back, so a clock
 * that was set back goes on behind what that day has given.
 */
export const caseNumbers = ({ storage, clock, hall, terminal }: { storage: Storage; clock: Clock; hall: Pick<Hall, 'timeZone' | 'businessDayStartsAt'>; terminal: Pick<Terminal, 'number'> }): (() => string) => {
  const lastDay = storage.prepare("SELECT value FROM meta WHERE name = 'business-day'");
  const keepDay = storage.prepare("INSERT INTO meta (name, value) VALUES ('business-day', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  /** The day in the database: nobody else writes it. */
  let kept: string | null = null;
  storage.onRollback(() => {
    kept = null;
  });
  let minute = Number.NaN;
  let today = '';
  return () => {
    const now = Math.floor(clock.wall() / 60_000);
    if (now !== minute) {
      minute = now;
      today = businessDay(clock.wall(), hall.timeZone, hall.businessDayStartsAt);
    }
    const last = kept ?? (lastDay.get() as { value: string } | undefined)?.value ?? null;
    // With a clock that nobody trusts, the last day that was known goes on.
    const day = clock.known() || last === null ? today : last;
    if (day !== last) keepDay.run(day);
    kept = day;
    const sequence = storage.numbers.next(`case:${day}`);
    if (sequence > MOST) throw new CaseNumbersExhausted(`terminal ${terminal.number} has given ${MOST} case numbers on ${day}`);
    const digits = `${day}${String(terminal.number).padStart(3, '0')}${String(sequence).padStart(4, '0')}`;
    return `${digits}${checkDigit(digits)}`;
  };
};
