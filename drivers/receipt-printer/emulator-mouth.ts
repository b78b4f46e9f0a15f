/** The emulated presenter: where the ticket is, and the hand that takes it. */
import type { Token } from './interpreter-tokens.ts';
import type { Presenter } from './profiles.ts';

type PresenterToken = Extract<Token, { type: 'ejector' | 'present' | 'draw-back' }>;

const RETRACT = 0x52;

export class EmulatedMouth {
  drawnBack = 0;
  private readonly presenter: Presenter | null;
  private readonly takenAfterMs: number | null;
  private ticket: 'none' | 'inside' | 'mouth' = 'none';
  private timers: NodeJS.Timeout[] = [];

  constructor(presenter: Presenter | null, takenAfterMs: number | null) {
    this.presenter = presenter;
    this.takenAfterMs = takenAfterMs;
  }

  /** What the sensor says. */
  holds(): boolean {
    return this.ticket === 'mouth';
  }

  /** A ticket was cut; one that still lay there falls out in front of it. */
  cut(): void {
    if (this.presenter === null) return;
    this.leave();
    this.ticket = 'inside';
    // This family pushes out by itself.
    if (this.presenter.command === 'gs-r') this.push();
  }

  /** @param full the box is full: nothing is drawn back */
  obey(token: PresenterToken, full: boolean): void {
    if (this.presenter === null) return;
    if (token.type === 'draw-back' || (token.type === 'ejector' && token.action === 2)) this.draw(full);
    else if (token.type === 'present' || token.action === 3 || token.action === 0x20) {
      this.push();
      if (token.type === 'present' && token.afterwards === RETRACT) this.after(token.seconds * 1000, () => this.draw(full));
    } else if (token.action === 5) this.leave();
  }

  /** A hand takes it. */
  taken(): void {
    if (this.ticket === 'mouth') this.leave();
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }

  private push(): void {
    if (this.ticket !== 'inside') return;
    this.ticket = 'mouth';
    if (this.takenAfterMs !== null) this.after(this.takenAfterMs, () => this.taken());
  }

  private draw(full: boolean): void {
    if (this.ticket === 'none' || full) return;
    this.drawnBack += 1;
    this.leave();
  }

  private leave(): void {
    this.close();
    this.ticket = 'none';
  }

  private after(ms: number, work: () => void): void {
    this.timers.push(setTimeout(work, ms));
  }
}
