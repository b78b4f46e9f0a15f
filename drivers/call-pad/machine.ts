/** From what a pad says to presses: which key, which counter, which number was typed before, and no bouncing. Pure. */
import type { PadFrame } from './codec.ts';
import { HID_DIGITS, type PadKey } from './profiles.ts';

export interface Press {
  key: PadKey;
  /** null: the pad gives itself none. */
  counter: string | null;
  /** null: nothing was typed before the key. */
  digits: string | null;
}

/** `at`: milliseconds of a clock that never goes back. */
export type PadInput = { type: 'frame'; frame: PadFrame; at: number } | { type: 'keys'; usages: readonly number[]; at: number } | { type: 'opened' };

export interface PadState {
  /** What was typed on a HID keypad and not yet followed by a key. */
  typed: string;
  typedAt: number;
  /** When each key of each pad was heard last. Bounded by pads × keys that are mapped. */
  heard: Readonly<Record<string, number>>;
  /** Bytes of the newest key that is mapped to nothing, null when none was pressed. */
  unmapped: string | null;
}

export interface PadSettings {
  /** Hexadecimal of frame bytes or of a usage, to keys. */
  keys: Readonly<Record<string, PadKey>>;
  /** Pad address to counter; null: the address is the counter. */
  counters: Readonly<Record<string, string>> | null;
  /** Counter of a HID keypad, which has no address. */
  counter: string | null;
  debounceMs: number;
}

export interface PadStep {
  state: PadState;
  presses: Press[];
}

export const PAD_START: PadState = { typed: '', typedAt: 0, heard: {}, unmapped: null };

/** Digits that nobody finished with a key are forgotten. */
const TYPED_MS = 10_000;
const MOST_DIGITS = 8;

const hex = (bytes: Iterable<number>): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** One key, unless it is the same bounce: contacts chatter for milliseconds, and pads send a press that nobody answers several times. */
const pressed = (state: PadState, settings: PadSettings, source: string, press: Press, at: number): PadStep => {
  const id = `${source} ${press.key} ${press.digits ?? ''}`;
  const before = state.heard[id];
  // Old times are of no use: what is kept is what bounces now.
  const recent = Object.fromEntries(Object.entries(state.heard).filter(([, time]) => at - time < settings.debounceMs));
  const next = { ...state, heard: { ...recent, [id]: at } };
  return { state: next, presses: before !== undefined && at - before < settings.debounceMs ? [] : [press] };
};

const onFrame = (state: PadState, settings: PadSettings, { address, command, data }: PadFrame, at: number): PadStep => {
  const text = hex([command, ...data]);
  const name = Object.keys(settings.keys)
    .filter((prefix) => text.startsWith(prefix.toLowerCase()))
    .sort((one, other) => other.length - one.length)[0];
  const key = name === undefined ? undefined : settings.keys[name];
  if (name === undefined || key === undefined) return { state: { ...state, unmapped: `pad ${address}: ${text.slice(0, 40)}` }, presses: [] };
  const rest = String.fromCharCode(...data.subarray(name.length / 2 - 1));
  const counter = settings.counters === null ? String(address) : (settings.counters[String(address)] ?? null);
  return pressed(state, settings, String(address), { key, counter, digits: /^\d{1,8}$/.test(rest) ? rest : null }, at);
};

const onUsage = (state: PadState, settings: PadSettings, usage: number, at: number): PadStep => {
  const typed = at - state.typedAt < TYPED_MS ? state.typed : '';
  const name = hex([usage]);
  const key = settings.keys[name] ?? settings.keys[name.toUpperCase()];
  if (key !== undefined) return pressed({ ...state, typed: '' }, settings, 'hid', { key, counter: settings.counter, digits: typed === '' ? null : typed }, at);
  const digit = HID_DIGITS.get(usage);
  if (digit === undefined) return { state: { ...state, unmapped: `usage ${name}` }, presses: [] };
  return { state: { ...state, typed: (typed + digit).slice(-MOST_DIGITS), typedAt: at }, presses: [] };
};

/** What one input means; nothing at all is a good answer. */
export const padNext = (state: PadState, input: PadInput, settings: PadSettings): PadStep => {
  switch (input.type) {
    case 'opened':
      // Half a number typed before the plug was pulled is nobody's any more.
      return { state: { ...state, typed: '' }, presses: [] };
    case 'frame':
      return onFrame(state, settings, input.frame, input.at);
    case 'keys': {
      let step: PadStep = { state, presses: [] };
      for (const usage of input.usages) {
        const { state: after, presses } = onUsage(step.state, settings, usage, input.at);
        step = { state: after, presses: [...step.presses, ...presses] };
      }
      return step;
    }
  }
};
