/** Keeps the reader waiting for a card whenever the session wants one, and only then. */
import { randomUUID } from 'node:crypto';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const READ_DEADLINE_MS = 30_000; // one command; the next one follows at once
const AFTER_FAULT_MS = 700; // a broken reader is asked again, but not in a tight loop

export class CardReading {
  private wanted = false;
  private current: { abort: AbortController; done: Promise<void> } | null = null;
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void) {
    this.deps = deps;
    this.dispatch = dispatch;
  }

  /** Call as often as you like: starts or ends the waiting. */
  want(wanted: boolean): void {
    this.wanted = wanted;
    if (!wanted) this.current?.abort.abort();
    else if (this.current === null) this.begin();
  }

  /** Resolves when the reader is free for another command. */
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
    const result = await devices.command('id-card', 'read', undefined, {
      deadlineMs: READ_DEADLINE_MS,
      signal,
      onProgress: () => {
        if (!signal.aborted) this.dispatch({ type: 'card-found' });
      },
    });
    if (signal.aborted) return;
    if (result.ok) {
      audit.write('card.read', { kind: result.value.kind, ok: true });
      this.dispatch({ type: 'card-read', card: result.value, sessionId: randomUUID() });
      return;
    }
    const { code } = result.fault;
    if (code === 'cancelled') return;
    if (code === 'no-media' || code === 'timed-out') {
      this.dispatch({ type: 'card-failed', fault: 'no-media' });
      return;
    }
    audit.write('card.refused', { reason: code });
    this.dispatch({ type: 'card-failed', fault: code });
    await new Promise<void>((resolve) => {
      const cancel = clock.after(AFTER_FAULT_MS, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}
