/** Bytes that push a ticket out of the mouth and draw it back, by the families of presenters. */
import type { Presenter } from './profiles.ts';

const GS = 0x1d;
const FS = 0x1c;
/** How far a ticket stands out, so that a hand finds it and the sensor still holds it. */
const OUT_MM = 84;
/** FS P takes the time in a byte of seconds. */
const MOST_SECONDS = 255;
export const LONGEST_OWN_TIMER_MS = MOST_SECONDS * 1000;

/** Real-time commands begin with 10: a count of 16 followed by 4, 5 or 20 would be one. */
const notDle = (value: number): number => (value === 0x10 ? 0x11 : value);

const stepsOf = ({ stepMm }: Presenter): number => notDle(Math.max(1, Math.min(255, Math.round(OUT_MM / stepMm))));

/**
 * Pushes the ticket out. Empty where the printer does that by itself after the cut.
 * @param ownTimerMs for `fs-p`: when the printer draws the ticket back; 0: it leaves it there for the longest time it knows
 */
export const presentCommand = (presenter: Presenter, ownTimerMs: number): Uint8Array => {
  switch (presenter.command) {
    case 'gs-e':
      return Uint8Array.of(GS, 0x65, 0x03, stepsOf(presenter));
    case 'fs-p':
      return Uint8Array.of(FS, 0x50, stepsOf(presenter), 0x01, 0x52, ownTimerMs === 0 ? MOST_SECONDS : Math.max(1, Math.min(MOST_SECONDS, Math.round(ownTimerMs / 1000))));
    case 'gs-r':
      return new Uint8Array(0);
  }
};

/** Draws the ticket back; null where the printer does so by its own timer alone. */
export const retractCommand = (presenter: Presenter): number[] | null => {
  switch (presenter.command) {
    case 'gs-e':
      return [GS, 0x65, 0x02];
    case 'gs-r':
      return [GS, 0x52, 0x30];
    case 'fs-p':
      return null;
  }
};
