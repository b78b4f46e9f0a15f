/**
 * Paper that lies in the mouth of a printer with a presenter: followed until a hand takes it or the printer draws it back, and drawn back
 * before its time where somebody else would find a name on it.
 */
import type { Clock } from '../clock/index.ts';
import { createInTurn } from '../devices/index.ts';
import type { Devices } from '../devices/types.ts';
import type { Log } from './deps.ts';

/** The printers that push paper out. */
export type Presenting = 'receipt-printer' | 'ticket-dispenser';
export type Gone = 'taken' | 'retracted';
/**
 * The printer said `presented`: follows the paper to its end.
 * @param named somebody's name stands on it: nobody else may find it
 * @param gone how it went; not called where nobody can tell
 */
export type Lies = (named: boolean, gone: (how: Gone) => void) => void;
/** Runs `work` when all paper that was asked of this printer before is out. */
export type Turn = <T>(work: (lies: Lies) => Promise<T>) => Promise<T>;

const LOOK_DEADLINE_MS = 4_000;
const LOOK_EVERY_MS = 1_000;
/** Paper goes back within five seconds, with the looks before and after. */
const RETRACT_DEADLINE_MS = 8_000;
const ASK_DEADLINE_MS = 2_000;
/** Longer than any printer waits before it draws back by itself. */
const LOOKS = 90;
/** Whoever says to have taken everything has a hand on the way to it. */
const GRACE_MS = 10_000;

interface Lying {
  device: Presenting;
  named: boolean;
  gone: (how: Gone) => void;
  abort: AbortController;
  /** It should have gone back, and the printer could not be asked to. */
  overdue: boolean;
  done: Promise<void>;
}

export class Mouth {
  private readonly deps: { devices: Pick<Devices, 'command'>; clock: Pick<Clock, 'after'>; log: Log };
  private readonly lying = new Map<Presenting, Lying>();
  private readonly clearing = new Map<Presenting, Promise<void>>();
  private readonly inTurn = createInTurn();
  /** How many began, and how many left, since the start: whose paper comes out late is told by what these were when it was asked for. */
  private begun = 0;
  private left = 0;
  private cancelGrace: () => void = () => undefined;
  private stopped = false;

  constructor(deps: { devices: Pick<Devices, 'command'>; clock: Pick<Clock, 'after'>; log: Log }) {
    this.deps = deps;
  }

  /**
   * A turn at the printer, for whoever asks for paper now: one paper at a time. Whoever is quicker than the paper of the one before waits
   * until that is out, and is not refused; what comes out when its owner is gone already goes back.
   */
  turnAt(device: Presenting): Turn {
    const { begun, left } = this;
    const lies: Lies = (named, gone) => {
      this.watch(device, named, gone);
      if (!named) return;
      if (this.begun !== begun) void this.clear(device);
      // It was asked for by somebody who may still be standing there.
      else if (this.left !== left) this.grant();
    };
    return (work) => this.inTurn(device, () => work(lies));
  }

  /** Paper that lies there already, and that nobody's turn follows. {@link Lies} */
  watch(device: Presenting, named: boolean, gone: (how: Gone) => void): void {
    if (this.stopped) return;
    const abort = new AbortController();
    const lying: Lying = { device, named, gone, abort, overdue: false, done: Promise.resolve() };
    this.lying.set(device, lying);
    lying.done = this.follow(lying);
  }

  /** Resolves when nothing is being followed any more. */
  async idle(): Promise<void> {
    while (this.lying.size + this.clearing.size > 0) await Promise.all([...[...this.lying.values()].map(({ done }) => done), ...this.clearing.values()]);
  }

  /** Nothing of anybody lies there when this resolves, as far as the printer can draw it back. First in each turn that prints. */
  async clear(device: Presenting): Promise<void> {
    const running = this.clearing.get(device);
    if (running !== undefined) return running;
    const lying = this.lying.get(device);
    if (lying === undefined || this.stopped) return;
    const work = this.drawBack(lying).finally(() => this.clearing.delete(device));
    this.clearing.set(device, work);
    await work;
  }

  /** Somebody else begins: what names a person goes back now. */
  nextBegins(): void {
    this.begun += 1;
    this.sweep();
  }

  private sweep(): void {
    this.cancelGrace();
    for (const { device, named } of this.lying.values()) if (named) void this.clear(device);
  }

  /** The citizen has gone. One who left by a touch may still be reaching for it. */
  ownerLeft(reason: 'left' | 'idle' | 'home'): void {
    this.left += 1;
    if (reason === 'idle') this.nextBegins();
    else this.grant();
  }

  private grant(): void {
    this.cancelGrace();
    this.cancelGrace = this.deps.clock.after(GRACE_MS, () => this.sweep());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelGrace();
    for (const { abort } of this.lying.values()) abort.abort();
    await this.idle();
  }

  private end(lying: Lying, how: Gone | null): void {
    if (this.lying.get(lying.device) === lying) this.lying.delete(lying.device);
    if (how !== null) lying.gone(how);
  }

  private async follow(lying: Lying): Promise<void> {
    const { signal } = lying.abort;
    try {
      for (let look = 0; look < LOOKS; look += 1) {
        await this.pause(signal);
        if (signal.aborted) return;
        const found = await this.deps.devices.command(lying.device, 'present', undefined, { deadlineMs: LOOK_DEADLINE_MS, signal });
        if (found.ok && (found.value.delivery === 'taken' || found.value.delivery === 'retracted')) return this.end(lying, found.value.delivery);
        if (found.ok && lying.overdue) {
          const back = await this.deps.devices.command(lying.device, 'retract', undefined, { deadlineMs: RETRACT_DEADLINE_MS });
          if (back.ok && back.value.retracted) return this.end(lying, 'retracted');
          lying.overdue = !back.ok && back.fault.code !== 'retract-full';
        }
        // Nothing is known of it: a new driver has not seen it. What lies there is told by the printer's status.
        if (!found.ok && found.fault.code === 'no-media') break;
        if (signal.aborted) return;
      }
      this.end(lying, null);
    } finally {
      if (this.stopped) this.end(lying, null);
    }
  }

  private async drawBack(lying: Lying): Promise<void> {
    const { devices, log } = this.deps;
    const { device } = lying;
    lying.abort.abort();
    await lying.done;
    if (this.lying.get(device) !== lying) return;
    const back = await devices.command(device, 'retract', undefined, { deadlineMs: RETRACT_DEADLINE_MS });
    if (back.ok && back.value.retracted) return this.end(lying, 'retracted');
    // A hand was quicker, or it is gone by the printer's own timer: the printer knows.
    const found = await devices.command(device, 'present', undefined, { deadlineMs: ASK_DEADLINE_MS });
    if (found.ok && (found.value.delivery === 'taken' || found.value.delivery === 'retracted')) return this.end(lying, found.value.delivery);
    lying.overdue = !back.ok && back.fault.code !== 'retract-full';
    if (!back.ok) log.warn({ device, fault: back.fault.code }, 'paper that nobody took could not be drawn back at once');
    if (this.stopped) return this.end(lying, null);
    lying.abort = new AbortController();
    lying.done = this.follow(lying);
  }

  private pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const cancel = this.deps.clock.after(LOOK_EVERY_MS, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
