/**
 * The navigation pad of the spoken mode (`nav-pad`): followed as long as the agent serves, wherever the terminal can speak. What the four
 * arrows mean is decided here, once: down and up go through the page in the order in which it is read, left goes back, right says again.
 */
import type { Deps } from './deps.ts';
import type { SpokenKey } from '../session/index.ts';

const READ_DEADLINE_MS = 30_000;
const AFTER_FAULT_MS = 700;

export const MEANS = { down: 'next', up: 'previous', left: 'back', right: 'repeat', confirm: 'confirm' } as const satisfies Record<string, SpokenKey>;

export class NavPad {
  private readonly deps: Pick<Deps, 'clock' | 'config' | 'devices'>;
  private readonly press: (key: SpokenKey) => void;
  private readonly ending = new AbortController();
  private listening: Promise<void>[] = [];

  constructor(deps: Pick<Deps, 'clock' | 'config' | 'devices'>, press: (key: SpokenKey) => void) {
    this.deps = deps;
    this.press = press;
  }

  start(): void {
    const { devices } = this.deps.config.terminal;
    if (!devices.some((device) => device.class === 'sound')) return;
    this.listening = devices.filter((device) => device.class === 'nav-pad').map(({ id }) => this.listen(id));
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.listening);
  }

  private async listen(device: string): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      const result = await this.deps.devices.command('nav-pad', 'read', undefined, { deadlineMs: READ_DEADLINE_MS, signal, device });
      if (signal.aborted) return;
      if (result.ok) this.press(MEANS[result.value.key]);
      else if (result.fault.code !== 'no-media') await this.pause(signal);
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const over = (): void => {
        cancel();
        // The signal lives as long as the agent.
        signal.removeEventListener('abort', over);
        resolve();
      };
      const cancel = this.deps.clock.after(AFTER_FAULT_MS, over);
      signal.addEventListener('abort', over);
    });
  }
}
