/** What breaks in a wire, whatever it is made of: counts the messages of both directions, and does to one of them what it was told. */

/** What happens to one message, counted in both directions from the moment of arming, the first is 1. */
export type Break =
  /** Half of it gets through (nothing of a report), then the plug is pulled. */
  | { at: number; act: 'cut' }
  /** It and all after it are swallowed; the wire stays up. */
  | { at: number; act: 'stall' }
  /** It and all after it wait for `release`. */
  | { at: number; act: 'hold' }
  /** Bytes reach the driver before it. */
  | { at: number; act: 'noise-before'; noise: Uint8Array }
  /** Bytes reach the driver in its place; a message to the device is only preceded by them. */
  | { at: number; act: 'noise-instead'; noise: Uint8Array }
  /** Bytes reach the device before it. */
  | { at: number; act: 'noise-to-device'; noise: Uint8Array }
  /** Nothing; somebody wants to know. */
  | { at: number; act: 'tell' };

export interface FaultyWire {
  /** The address for the driver. */
  readonly uri: string;
  /** Sets the next break and counts from zero again; null: everything passes. Resolves when it has happened. */
  arm(next: Break | null): Promise<void>;
  /** Has the armed break happened? */
  happened(): boolean;
  /** Messages since the last arming. */
  passed(): number;
  /** Lets through what is held, and everything after it. */
  release(): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

/** What the wire is made of. */
export interface Plug {
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

/** The two ends while the wire is up. */
export interface Ends {
  toDriver(bytes: Uint8Array): void;
  toDevice(bytes: Uint8Array): void;
  /** The part of a message that gets through when the plug is pulled; null: nothing. */
  half(message: Uint8Array): Uint8Array | null;
}

export interface Breaker extends Omit<FaultyWire, 'uri'> {
  /** One message that is on its way. */
  pass(message: Uint8Array, toDriver: boolean, ends: Ends): void;
}

export const createBreaker = (plug: Plug): Breaker => {
  let next: Break | null = null;
  let passed = 0;
  let happened = false;
  let tell: () => void = () => undefined;
  let swallowing = false;
  let held: (() => void)[] | null = null;

  /** Plugging in waits for the pulling out before it. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(step);
    return turn;
  };

  const breakAt = (what: Break, message: Uint8Array, toDriver: boolean, ends: Ends, deliver: (bytes: Uint8Array) => void): void => {
    next = null;
    happened = true;
    switch (what.act) {
      case 'cut': {
        const half = ends.half(message);
        if (half !== null) deliver(half);
        swallowing = true;
        void inTurn(() => plug.unplug()).then(tell);
        return;
      }
      case 'stall':
        swallowing = true;
        break;
      case 'hold':
        held = [() => deliver(message)];
        break;
      case 'noise-before':
        ends.toDriver(what.noise);
        deliver(message);
        break;
      case 'noise-instead':
        ends.toDriver(what.noise);
        if (!toDriver) deliver(message);
        break;
      case 'noise-to-device':
        ends.toDevice(what.noise);
        deliver(message);
        break;
      case 'tell':
        deliver(message);
        break;
    }
    tell();
  };

  const through = (): void => {
    swallowing = false;
    const waiting = held ?? [];
    held = null;
    for (const deliver of waiting) deliver();
  };

  return {
    pass: (message, toDriver, ends) => {
      const deliver = (bytes: Uint8Array): void => (toDriver ? ends.toDriver(bytes) : ends.toDevice(bytes));
      if (swallowing) return;
      if (held !== null) {
        held.push(() => deliver(message));
        return;
      }
      passed += 1;
      if (next !== null && passed >= next.at) breakAt(next, message, toDriver, ends, deliver);
      else deliver(message);
    },
    arm: (what) => {
      through();
      next = what;
      passed = 0;
      happened = false;
      return new Promise((resolve) => {
        tell = resolve;
      });
    },
    happened: () => happened,
    passed: () => passed,
    release: through,
    unplug: () => inTurn(() => plug.unplug()),
    replug: () =>
      inTurn(() => {
        next = null;
        swallowing = false;
        held = null;
        return plug.replug();
      }),
    close: () => inTurn(() => plug.close()),
  };
};
