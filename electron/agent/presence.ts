/** Who is near the terminal, as far as anybody can tell: by the sensor in front of it, and by touches. */
import type { Clock } from '../clock/index.ts';
import type { Terminal } from '../../kiosk-config/index.ts';

export class Presence {
  private readonly restAfterMs: number;
  private readonly clock: Pick<Clock, 'monotonic'>;
  private near: boolean | null = null;
  private since: number;

  /** @param terminal without `restAfterSeconds` its page never goes quiet */
  constructor({ restAfterSeconds }: Pick<Terminal, 'restAfterSeconds'>, clock: Pick<Clock, 'monotonic'>) {
    this.restAfterMs = (restAfterSeconds ?? 0) * 1_000;
    this.clock = clock;
    this.since = clock.monotonic();
  }

  /** The sensor's word; null: it cannot be asked. @returns whether that is something new */
  say(near: boolean | null): boolean {
    const before = this.near;
    this.near = near;
    if (before !== near) this.since = this.clock.monotonic();
    return before !== near;
  }

  /** Somebody touches the page, whatever the sensor says. */
  touched(): void {
    this.since = this.clock.monotonic();
  }

  /** Without a sensor, or while it cannot be asked, nobody is taken to be away. */
  alone(): { forMs: number; restAfterMs: number } | null {
    return this.restAfterMs === 0 || this.near !== false ? null : { forMs: this.clock.monotonic() - this.since, restAfterMs: this.restAfterMs };
  }
}
