/**
 * What each lamp is meant to do, kept up: a lamp that blinks is switched twice a second here, because few boards can do it
 * themselves, and a board that has been without power gets all its lamps again.
 */
import type { CommandContext, DriverClock, Result } from '../contract.ts';
import type { Bus } from './bus.ts';
import type { Reply, Request } from './codec.ts';

/** Half a period of 1 Hz: fast enough to draw the eye, far below what can hurt anybody. */
const HALF_MS = 500;
/** After a failure the board is left alone for a while. */
const PAUSE_MS = 2000;
const TICK_DEADLINE_MS = 1000;

export type Show = 'on' | 'off' | 'blink';

export class Lamps {
  private readonly wanted = new Map<string, Show>();
  /** Level that was written last. */
  private readonly lit = new Map<string, boolean>();
  private readonly stop = new AbortController();
  private blinking: Promise<void> | null = null;
  private readonly bus: Bus;
  private readonly clock: DriverClock;
  private readonly outputs: ReadonlyMap<string, number>;

  constructor(bus: Bus, clock: DriverClock, outputs: ReadonlyMap<string, number>) {
    this.bus = bus;
    this.clock = clock;
    this.outputs = outputs;
  }

  /** Remembers and does it. What fails stays wanted, and is done when the board is back. */
  async set(name: string, to: Show, context: CommandContext): Promise<Result<Reply[]>> {
    this.wanted.set(name, to);
    const result = await this.write([[name, to !== 'off']], context);
    if (to === 'blink') this.blinking ??= this.blink();
    return result;
  }

  /** The question that reads all lamps, and what its answer means. */
  reading(): { request: Request; levels: (bits: readonly boolean[]) => { name: string; on: boolean }[] } | null {
    if (this.outputs.size === 0) return null;
    const from = Math.min(...this.outputs.values());
    return {
      request: { kind: 'read-coils', address: from, count: Math.max(...this.outputs.values()) - from + 1 },
      levels: (bits) => [...this.outputs].map(([name, at]) => ({ name, on: bits[at - from] === true })),
    };
  }

  /** Lamps that are not as they were written are written again: the board was without power, or somebody else switched them. */
  async restore(levels: readonly { name: string; on: boolean }[], context: CommandContext): Promise<void> {
    const wrong = levels.flatMap(({ name, on }): [string, boolean][] => {
      const meant = this.lit.get(name);
      return meant === undefined || meant === on ? [] : [[name, meant]];
    });
    if (wrong.length > 0) await this.write(wrong, context);
  }

  /** Lamps that blinked stay lit: a slot that waits for a hand is better marked than dark. */
  async end(): Promise<void> {
    this.stop.abort();
    await this.blinking;
    const dark = [...this.wanted].filter(([name, to]) => to === 'blink' && this.lit.get(name) === false).map(([name]): [string, boolean] => [name, true]);
    if (dark.length > 0) await this.write(dark, { signal: new AbortController().signal, deadlineMs: TICK_DEADLINE_MS });
  }

  private write(levels: readonly [string, boolean][], context: CommandContext): Promise<Result<Reply[]>> {
    for (const [name, on] of levels) this.lit.set(name, on);
    return this.bus.ask(levels.map(([name, on]) => ({ kind: 'write-coil', address: this.outputs.get(name) ?? 0, on })), context);
  }

  private async blink(): Promise<void> {
    const { signal } = this.stop;
    const names = (): string[] => [...this.wanted].flatMap(([name, to]) => (to === 'blink' ? [name] : []));
    let on = true;
    await this.clock.sleep(HALF_MS, signal);
    while (!signal.aborted && names().length > 0) {
      on = !on;
      const began = this.clock.now();
      const written = await this.write(names().map((name) => [name, on]), { signal, deadlineMs: TICK_DEADLINE_MS });
      await this.clock.sleep(written.ok ? Math.max(0, HALF_MS - (this.clock.now() - began)) : PAUSE_MS, signal);
    }
    this.blinking = null;
  }
}
