/** Keeps the reader waiting for a card whenever the session wants one, and only then. */
import { randomUUID } from 'node:crypto';
import { isExpired } from '../../drivers/id-card/numbers.ts';
import { isoWithOffset } from '../clock/index.ts';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const READ_DEADLINE_MS = 30_000; // one command; the next one follows at once
/** After a fault: the page says that the reader failed until this read has heard of no card. */
const READ_AGAIN_DEADLINE_MS = 3_000;
const AFTER_FAULT_MS = 700; // a broken reader is asked again, but not in a tight loop
const PRESENT_DEADLINE_MS = 1_500;

/**
 * Whose card may still lie on the reader though nobody is in a session: `same`, the one that the reader read last (the agent was
 * restarted: it does not know); `any` (at a session's end the reader could not be asked).
 */
type Doubt = 'none' | 'same' | 'any';

export class CardReading {
  private wanted = false;
  private doubt: Doubt = 'none';
  private failed = false;
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

  /** The next card is read only after the reader has said that this one is gone. */
  mayBeLeft(doubt: Exclude<Doubt, 'none'>): void {
    this.doubt = doubt;
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

  /** @returns false when nothing may be read now: the last citizen's card lies there, or the reader does not say */
  private async isSettled(signal: AbortSignal): Promise<boolean> {
    if (this.doubt === 'none') return true;
    const result = await this.deps.devices.command('id-card', 'present', undefined, { deadlineMs: PRESENT_DEADLINE_MS, signal });
    if (signal.aborted) return false;
    if (!result.ok) {
      this.dispatch({ type: 'card-failed', fault: result.fault.code });
      await this.pause(signal);
      return false;
    }
    const left = this.doubt === 'same' ? result.value.same : result.value.present;
    this.doubt = 'none';
    if (left) this.dispatch({ type: 'card-left', present: true });
    return !left;
  }

  private async readOnce(signal: AbortSignal): Promise<void> {
    if (!(await this.isSettled(signal))) return;
    const { devices, audit, clock, config, log } = this.deps;
    const result = await devices.command('id-card', 'read', undefined, {
      deadlineMs: this.failed ? READ_AGAIN_DEADLINE_MS : READ_DEADLINE_MS,
      signal,
      onProgress: () => {
        if (!signal.aborted) this.dispatch({ type: 'card-found' });
      },
    });
    if (signal.aborted) return;
    this.failed = !result.ok && result.fault.code !== 'no-media' && result.fault.code !== 'timed-out';
    if (result.ok && result.value.unmapped !== undefined) {
      // Nothing here could show or print this name or address whole: better told now than when the paper is due.
      log.warn({ characters: result.value.unmapped }, 'a card holds private-use characters that no table knows');
      audit.write('card.refused', { reason: 'unmapped-character' });
      this.dispatch({ type: 'card-failed', fault: 'unmapped-character' });
      await this.pause(signal);
      return;
    }
    if (result.ok) {
      const expired = clock.known() && isExpired(result.value, isoWithOffset(clock.wall(), config.hall.timeZone).slice(0, 10));
      if (expired) audit.write('card.refused', { reason: 'expired' });
      else audit.write('card.read', { kind: result.value.kind, ok: true });
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
    await this.pause(signal);
  }

  private async pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(AFTER_FAULT_MS, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}
