/**
 * Reports of a USB keyboard or keypad in the boot protocol (USB HID 1.11, appendix B.1): modifiers, a reserved byte, and up to six
 * keys that are down, as usages of page 7.
 */

const REPORT_BYTES = 8;
const FIRST_KEY = 2;
/** 1: more keys are down than the keyboard can tell apart; 2 and 3 are errors of its own. */
const LAST_ERROR = 3;

/** The part of a device that is a keyboard: generic desktop page. A keypad may call itself usage 7. */
export const KEYBOARD_PART = { usagePage: 0x01, usage: 0x06 } as const;

/** Keys as they go down. */
export class KeyboardReports {
  private down: readonly number[] = [];
  private foreign = 0;

  /** Usages of the keys that were up before this report. A report of another length is none of a keyboard's. */
  push(report: Uint8Array): number[] {
    if (report.length !== REPORT_BYTES) {
      this.foreign += 1;
      return [];
    }
    const keys = [...report.subarray(FIRST_KEY)].filter((usage) => usage !== 0);
    if (keys.some((usage) => usage <= LAST_ERROR)) return [];
    const pressed = [...new Set(keys)].filter((usage) => !this.down.includes(usage));
    this.down = keys;
    return pressed;
  }

  /** Reports that were none of a keyboard's since the last reset. */
  get foreignReports(): number {
    return this.foreign;
  }

  reset(): void {
    this.down = [];
    this.foreign = 0;
  }
}

/** The report with these keys down; none: all are up. */
export const keyboardReport = (usages: readonly number[] = []): Uint8Array => {
  const report = new Uint8Array(REPORT_BYTES);
  report.set(usages.slice(0, REPORT_BYTES - FIRST_KEY), FIRST_KEY);
  return report;
};
