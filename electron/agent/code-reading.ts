/** Keeps a code scanner waiting for a code whenever the session wants one, and only then. */
import { classifierOf, type Classify } from '../../drivers/code-scanner/kinds.ts';
import { pageAddress } from '../devices/index.ts';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const READ_DEADLINE_MS = 30_000;
const AFTER_FAULT_MS = 700;

/** Tells kinds of codes by the patterns of this scanner's terminal file and the published ones. */
export const classifierFor = (deps: Pick<Deps, 'log'>, scanner: { id: string; options: Readonly<Record<string, unknown>> }): Classify | null => {
  const own = classifierOf(scanner.options['kinds']);
  if (own.ok) return own.value;
  deps.log.warn({ device: scanner.id, mistake: own.fault.message }, 'the kinds of codes in the terminal file cannot be used; only the published ones are');
  const published = classifierOf([]);
  return published.ok ? published.value : null;
};

export class CodeReading {
  private wanted = false;
  private current: { abort: AbortController; done: Promise<void> } | null = null;
  private readonly classify: Classify | null;
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void) {
    this.deps = deps;
    this.dispatch = dispatch;
    // One that types into the page is read there (codes.ts).
    const scanner = deps.config.terminal.devices.find(({ class: one, transport }) => one === 'code-scanner' && pageAddress(transport) === null);
    this.classify = scanner === undefined ? null : classifierFor(deps, scanner);
  }

  /** Call as often as you like: starts or ends the waiting. */
  want(wanted: boolean): void {
    this.wanted = wanted && this.classify !== null;
    if (!this.wanted) this.current?.abort.abort();
    else if (this.current === null) this.begin();
  }

  async idle(): Promise<void> {
    await this.current?.done;
  }

  private begin(): void {
    const abort = new AbortController();
    const done = this.readOnce(abort.signal).finally(() => {
      this.current = null;
      if (this.wanted) this.begin();
    });
    this.current = { abort, done };
  }

  private async readOnce(signal: AbortSignal): Promise<void> {
    const { devices, audit, clock } = this.deps;
    const result = await devices.command('code-scanner', 'read', undefined, { deadlineMs: READ_DEADLINE_MS, signal });
    if (signal.aborted) return;
    if (result.ok) {
      const kind = this.classify?.(result.value.text).kind ?? 'unknown';
      audit.write('code.shown', { kind });
      this.dispatch({ type: 'code-shown', text: result.value.text, kind });
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = clock.after(AFTER_FAULT_MS, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
