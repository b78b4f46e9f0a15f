/** Keeps a code scanner waiting for a code whenever the session wants one, and only then. */
import { createHash } from 'node:crypto';
import { classifierOf, type Classify } from '../../drivers/code-scanner/kinds.ts';
import { pageAddress } from '../devices/index.ts';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const READ_DEADLINE_MS = 30_000;
const AFTER_FAULT_MS = 700;
/** A scanner reads what lies before it several times a second: the same code again within this is the same showing. */
const SAME_SHOWING_MS = 3_000;
/** What is read so soon after the page wants codes again lay there all the time: a telephone still held up must not undo 离开. */
const LAY_THERE_MS = 1_000;
/** Between two looks at a code that is still held there. */
const SAME_AGAIN_MS = 100;

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');

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
  /** The code that was shown last, as a digest, and when it was seen last. */
  private last: { digest: string; at: number } | null = null;
  private wantedSince = 0;
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
    const before = this.wanted;
    this.wanted = wanted && this.classify !== null;
    if (this.wanted && !before) this.wantedSince = this.deps.clock.monotonic();
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
    const { devices, audit } = this.deps;
    const result = await devices.command('code-scanner', 'read', undefined, { deadlineMs: READ_DEADLINE_MS, signal });
    if (signal.aborted) return;
    if (result.ok) {
      if (this.isSameShowing(result.value.text)) return this.pause(SAME_AGAIN_MS, signal);
      const kind = this.classify?.(result.value.text).kind ?? 'unknown';
      audit.write('code.shown', { kind });
      this.dispatch({ type: 'code-shown', text: result.value.text, kind });
      return;
    }
    await this.pause(AFTER_FAULT_MS, signal);
  }

  /** Is it the code of a moment ago, still held there? */
  private isSameShowing(text: string): boolean {
    const now = this.deps.clock.monotonic();
    const digest = digestOf(text);
    const before = this.last;
    this.last = { digest, at: now };
    return before?.digest === digest && (now - before.at < SAME_SHOWING_MS || now - this.wantedSince < LAY_THERE_MS);
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
