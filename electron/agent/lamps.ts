/**
 * The lamps beside the slots: the one that waits for a hand now blinks, so that nobody has to search for it. And the sensor in
 * front of the terminal. All of it beside the session: a lamp that fails delays nothing and breaks nothing.
 */
import type { SessionView } from '../session/index.ts';
import type { Deps } from './deps.ts';

/** Names of outputs in the terminal file: reader, slip printer, A4 printer, scanner, ticket printer, code scanner. */
const SLOTS = ['card', 'slip', 'a4', 'scanner', 'ticket', 'code'] as const;
type Slot = (typeof SLOTS)[number];
type Show = 'on' | 'off' | 'blink';
/** Name of the input that tells of somebody in front of the terminal. */
const PRESENCE = 'presence';

const SET_DEADLINE_MS = 1_500;
const LISTEN_DEADLINE_MS = 30_000;
/** A board that failed is tried again after this; its own recovery is the supervisor's. */
const AGAIN_MS = 3_000;
/** What the end of the agent waits for each lamp; a board that fails is not asked twice. */
const END_DEADLINE_MS = 500;

const paperOut = (paper: { state: string } | null): Show => (paper !== null && (paper.state === 'take' || paper.state === 'confirmed') ? 'blink' : 'off');

/** What each lamp shows on this page. Steady: here you may begin. Blinking: here something of yours waits. */
export const lampsOn = (screen: SessionView['screen']): Readonly<Record<Slot, Show>> => {
  const dark = { card: 'off', slip: 'off', a4: 'off', scanner: 'off', ticket: 'off', code: 'off' } as const;
  switch (screen.kind) {
    case 'home':
      return { ...dark, card: screen.reader === 'waiting' ? 'on' : 'off', code: screen.codeWhere === null ? 'off' : 'on' };
    case 'code':
      return { ...dark, card: screen.cardWhere === null ? 'off' : 'on' };
    case 'card':
      return { ...dark, card: screen.state === 'reading' ? 'on' : 'blink', code: screen.codeWhere === null ? 'off' : 'on' };
    case 'take-card':
      return { ...dark, card: 'blink' };
    case 'materials':
      return { ...dark, scanner: screen.phase === 'insert' ? 'blink' : screen.phase === 'scanning' ? 'on' : 'off' };
    case 'done':
      return { ...dark, slip: paperOut(screen.slip), a4: paperOut(screen.certificate) };
    case 'fault':
      return { ...dark, slip: paperOut(screen.slip) };
    case 'ticket':
    case 'appointment':
      return { ...dark, [screen.device === 'ticket-dispenser' ? 'ticket' : 'slip']: paperOut(screen.paper) };
    case 'check-in':
      return { ...dark, code: screen.codeWhere === null ? 'off' : 'blink' };
    case 'rest':
    case 'number':
    case 'no-number':
    case 'times':
    case 'book':
    case 'number-back':
    case 'pick-ups':
    case 'fetch':
    case 'items':
    case 'guide':
    case 'closed':
    case 'mine':
    case 'notice':
    case 'question':
    case 'check':
    case 'sign':
    case 'confirm':
    case 'working':
    case 'result':
    case 'correction':
    case 'maintenance':
      return dark;
  }
};

export class Lamps {
  private wanted: Readonly<Record<Slot, Show>> = { card: 'off', slip: 'off', a4: 'off', scanner: 'off', ticket: 'off', code: 'off' };
  /** What the board was told last; nothing is known of a board that was away. */
  private readonly told = new Map<Slot, Show>();
  /** Slots without a lamp on this terminal. */
  private readonly missing = new Set<Slot>();
  private listens = true;
  private online = false;
  private warned = false;
  private stopped = false;
  private listening = new AbortController();
  private wake: () => void = () => undefined;
  private working: Promise<void> = Promise.resolve();
  private readonly deps: Pick<Deps, 'config' | 'devices' | 'clock' | 'log'>;
  private readonly onPresence: (near: boolean | null) => void;

  /** @param onPresence called when somebody comes near and when nobody is left, also with what is known already; null: the sensor cannot be asked. Debounced by the driver, never on record */
  constructor(deps: Pick<Deps, 'config' | 'devices' | 'clock' | 'log'>, onPresence: (near: boolean | null) => void) {
    this.deps = deps;
    this.onPresence = onPresence;
  }

  /** Does nothing on a terminal without such a board. */
  start(): void {
    const { config, devices } = this.deps;
    if (!config.terminal.devices.some((device) => device.class === 'signals')) return;
    devices.onChange(() => {
      const online = devices.health().some((device) => device.deviceClass === 'signals' && device.status.online);
      if (online && !this.online) {
        // A new driver, or a board that was away: it knows nothing of what was told before.
        this.told.clear();
        this.look();
      }
      this.online = online;
    });
    this.working = this.work();
  }

  /** What the page shows now. Returns at once. */
  show(view: SessionView): void {
    this.wanted = lampsOn(view.screen);
    if (this.next() !== null) this.look();
  }

  /** Puts out what is lit, if the board is quick enough. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.look();
    await this.working;
    const lit = [...this.told].flatMap(([slot, show]) => (show === 'off' ? [] : [slot]));
    for (const output of lit) {
      const result = await this.deps.devices.command('signals', 'set', { output, to: 'off' }, { deadlineMs: END_DEADLINE_MS });
      if (!result.ok) return;
    }
  }

  /** The first lamp that is not as the page wants it. */
  private next(): { slot: Slot; to: Show } | null {
    const slot = SLOTS.find((one) => !this.missing.has(one) && this.wanted[one] !== this.told.get(one));
    return slot === undefined ? null : { slot, to: this.wanted[slot] };
  }

  private look(): void {
    this.listening.abort();
    this.wake();
  }

  private async work(): Promise<void> {
    while (!this.stopped) {
      const next = this.next();
      const well = next === null ? await this.listen() : await this.set(next.slot, next.to);
      if (!well && !this.stopped) await this.pause(AGAIN_MS);
    }
  }

  private async set(slot: Slot, to: Show): Promise<boolean> {
    const result = await this.deps.devices.command('signals', 'set', { output: slot, to }, { deadlineMs: SET_DEADLINE_MS });
    if (result.ok) this.told.set(slot, to);
    else if (result.fault.code === 'bad-input') this.missing.add(slot);
    else if (!this.warned) this.deps.log.warn({ slot, fault: result.fault.code }, 'a lamp cannot be set');
    // Once for each outage: the health page tells of it all the time.
    this.warned = !result.ok && result.fault.code !== 'bad-input';
    return result.ok || result.fault.code === 'bad-input';
  }

  /** Waits for somebody to come near, until a lamp has to be set. */
  private async listen(): Promise<boolean> {
    if (!this.listens) {
      await this.pause(null);
      return true;
    }
    this.listening = new AbortController();
    const { signal } = this.listening;
    const result = await this.deps.devices.command('signals', 'listen', undefined, {
      deadlineMs: LISTEN_DEADLINE_MS,
      signal,
      onProgress: ({ name, on }) => {
        if (name === PRESENCE) this.onPresence(on);
      },
    });
    if (!result.ok && result.fault.code === 'bad-input') this.listens = false;
    if (!result.ok && !signal.aborted) this.onPresence(null);
    return result.ok || signal.aborted || result.fault.code === 'bad-input';
  }

  /** Until the time is over (null: for ever) or there is something to do. */
  private pause(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === null ? () => undefined : this.deps.clock.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
