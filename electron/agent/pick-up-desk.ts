/** 取件, between session and locker: which originals are here, one cell opened, and how it stands with it for as long as its page is shown. */
import { randomUUID } from 'node:crypto';
import type { ClosedReason } from '../devices/index.ts';
import type { LockerOutcome } from '../lockers/index.ts';
import type { SessionEnv, SessionEvent, SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';

/** So many codes that name nothing within this time, and the code alone opens nothing any more: eight digits are guessed by machines. */
const MOST_WRONG = 5;
const WITHIN_MS = 10 * 60_000;

export class PickUpDesk {
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;
  private readonly shown: () => SessionState;
  private wrong: number[] = [];
  private stopListening: () => void = () => undefined;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void, shown: () => SessionState) {
    this.deps = deps;
    this.dispatch = dispatch;
    this.shown = shown;
  }

  /** @param changed the locker's readiness may be another */
  start(changed: () => void): void {
    this.stopListening =
      this.deps.lockers?.onChange(() => {
        this.follow();
        changed();
      }) ?? this.stopListening;
  }

  stop(): void {
    this.stopListening();
  }

  /** The locker as the session may use it; null: there is none. */
  offered(reasons: () => readonly ClosedReason[]): SessionEnv['pickUp'] {
    const { lockers, config } = this.deps;
    const { pickUp, devices } = config.terminal;
    if (lockers === undefined || pickUp === undefined) return null;
    const found = reasons();
    const device = pickUp.cells[0]?.device;
    return { open: found.length === 0, reasons: found, codeAlone: pickUp.codeAlone, watched: pickUp.doors === 'watched', where: devices.find(({ id }) => id === device)?.where ?? { zh: '取件柜', en: 'The locker' } };
  }

  list(person: SessionState['person']): void {
    if (person !== null) this.dispatch({ type: 'originals-listed', originals: this.deps.lockers?.ofPerson(person.idNumber) ?? [] });
  }

  /** Nothing of the code is kept. */
  find(code: string): void {
    const now = this.deps.clock.monotonic();
    this.wrong = this.wrong.filter((at) => now - at < WITHIN_MS);
    const tooOften = this.wrong.length >= MOST_WRONG;
    const original = tooOften ? null : (this.deps.lockers?.ofCode(code) ?? null);
    if (original === null && !tooOften) this.wrong.push(now);
    this.dispatch({ type: 'original-found', original, sessionId: randomUUID(), tooOften });
  }

  handOver(document: string): void {
    const outcome: LockerOutcome = this.deps.lockers?.handOver(document) ?? { ok: false, refusal: 'no-locker' };
    if (outcome.ok) this.follow();
    else this.dispatch({ type: 'fetch-changed', document, fate: 'refused' });
  }

  taken(document: string): void {
    this.deps.lockers?.taken(document);
    this.follow();
  }

  /** Tells the page that shows a cell how it stands with it. */
  follow(): void {
    const { page } = this.shown();
    if (page.at !== 'fetching') return;
    const { document } = page.original;
    this.dispatch({ type: 'fetch-changed', document, fate: this.deps.lockers?.fate(document).at ?? 'gone' });
  }
}
