/** Which failed commands of a device go on record: each of an act, and of what is asked again and again no more than its like now and then. Pure. */
import type { FaultCode } from '../../drivers/contract.ts';

/** Not failures: nobody laid a card, the caller changed its mind, somebody else was first. */
const OUTCOMES: ReadonlySet<FaultCode> = new Set(['no-media', 'cancelled', 'busy']);
/** The same fault of the same command is told again after this at the earliest, and each time after twice as long. */
export const FIRST_MS = 60_000;
export const LONGEST_MS = 3_600_000;

export interface FailedCommand {
  command: string;
  fault: FaultCode;
  /** How often since it was last told. */
  times: number;
}

interface Series {
  toldAt: number;
  waitMs: number;
  untold: number;
}

export class FailedCommands {
  /** Bounded: commands and faults are closed lists. */
  private readonly series = new Map<string, Series & Pick<FailedCommand, 'command' | 'fault'>>();

  /**
   * @param now monotonic milliseconds
   * @returns what goes on record now; null: nothing yet
   */
  failed(command: string, fault: FaultCode, now: number): FailedCommand | null {
    if (OUTCOMES.has(fault)) return null;
    const key = `${command} ${fault}`;
    const known = this.series.get(key);
    if (known === undefined) {
      this.series.set(key, { command, fault, toldAt: now, waitMs: FIRST_MS, untold: 0 });
      return { command, fault, times: 1 };
    }
    known.untold += 1;
    if (now - known.toldAt < known.waitMs) return null;
    const times = known.untold;
    Object.assign(known, { toldAt: now, waitMs: Math.min(LONGEST_MS, known.waitMs * 2), untold: 0 });
    return { command, fault, times };
  }

  /** The command works again: a later fault of it is news, though never more often than each {@link FIRST_MS}. */
  worked(command: string): void {
    for (const one of this.series.values()) if (one.command === command) one.waitMs = FIRST_MS;
  }

  /** What was counted and not told, at the end. */
  rest(): FailedCommand[] {
    const untold = [...this.series.values()].flatMap(({ command, fault, untold: times }) => (times === 0 ? [] : [{ command, fault, times }]));
    this.series.clear();
    return untold;
  }
}
