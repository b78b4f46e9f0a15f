/**
 * Time, injected everywhere so that tests own it. Order comes from sequence numbers, never from wall time.
 */

export interface Clock {
  /** Wall time in milliseconds since 1970; may be wrong (see {@link Clock.known}). */
  wall(): number;
  /** Monotonic milliseconds; only differences mean something. */
  monotonic(): number;
  /** Is the wall time to be trusted? False with a dead clock battery until a trusted source was heard. */
  known(): boolean;
  /** Calls back once after `ms`; returns the way to cancel. */
  after(ms: number, callback: () => void): () => void;
}

/** Earliest wall time that can be true: anything before it is a dead battery. */
const BUILD_FLOOR = Date.UTC(2026, 0, 1);

/** The machine's own clock. `known` is false while it shows a date before this program was written. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  known: () => Date.now() > BUILD_FLOOR,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until a test moves it; timers fire in order while it is moved. */
export class ManualClock implements Clock {
  private ms: number;
  private readonly start: number;
  private timers: { at: number; callback: () => void }[] = [];
  isKnown = true;
  constructor(startWall = Date.UTC(2026, 10, 21, 19, 12, 0)) {
    this.ms = startWall;
    this.start = startWall;
  }
  wall(): number {
    return this.ms;
  }
  monotonic(): number {
    return this.ms - this.start;
  }
  known(): boolean {
    return this.isKnown;
  }
  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.ms + ms, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  /** Moves time forward by `ms`, firing what falls due on the way. */
  advance(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.ms = Math.max(this.ms, next.at);
      next.callback();
    }
    this.ms = end;
  }
}

/** Making a formatter costs more than a durable transaction's own work, so each time zone keeps one. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
};

/** No time zone's offset changes within a quarter of an hour of the clock, so each quarter is asked of the tables once. */
const QUARTER_MS = 900_000;
/** About a year of quarters for each time zone. */
const MOST_QUARTERS = 35_000;
interface Offset {
  ms: number;
  text: string;
}
const offsets = new Map<string, Map<number, Offset>>();

const offsetAt = (quarter: number, timeZone: string): Offset => {
  let known = offsets.get(timeZone);
  if (known === undefined) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  let offset = known.get(quarter);
  if (offset === undefined) {
    const wall = quarter * QUARTER_MS;
    const parts = Object.fromEntries(
      formatterOf(timeZone)
        .formatToParts(wall)
        .map((part) => [part.type, part.value]),
    ) as Record<string, string>;
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map((name) => Number(parts[name]));
    const text = parts['timeZoneName'] === 'GMT' ? '+00:00' : (parts['timeZoneName'] ?? '').replace('GMT', '');
    offset = { ms: Date.UTC(year, month - 1, day, hour, minute, second) - wall, text };
    if (known.size >= MOST_QUARTERS) known.clear();
    known.set(quarter, offset);
  }
  return offset;
};

/** ISO 8601 with the hall's offset, to the second: 2026-11-22T03:24:07+08:00. */
export const isoWithOffset = (wall: number, timeZone: string): string => {
  const { ms, text } = offsetAt(Math.floor(wall / QUARTER_MS), timeZone);
  return `${new Date(wall + ms).toISOString().slice(0, 19)}${text}`;
};
