/**
 * Physical call pads at the counters (`call-pad` devices of the hall's own agent): their keys are the clerk's acts, with the same refusals
 * as at the console; digits before "next" call that number out of turn, before "transfer" they say where to. A press counts for whoever sits at the counter; where nobody does, it is refused and shown.
 */
import type { Clock } from '../clock/index.ts';
import type { Queue } from '../../kiosk-config/index.ts';
import { createRefusalRecord, type Command, type Day, type Outcome, type PadPressView, type Ticket } from '../queue/index.ts';
import type { Deps } from './deps.ts';
import { numberMeant, placeMeant } from './pad-digits.ts';

type Key = PadPressView['key'];
export interface PadPress {
  key: Key;
  /** null: the pad has none. */
  counter: string | null;
  /** Typed before the key; null: nothing. */
  digits: string | null;
}

const SHOWN_MS = 60_000;
/** Whoever presses `next` twice in a row meant one person: nobody walks to a counter and is served in this time. */
const TWICE_MS = 3_000;
/** Why somebody was called out of turn, where nobody could write why. */
const BY_PAD = '叫号器 call pad';

export interface PadDesk {
  /** Never rejects. */
  press(press: PadPress): Promise<void>;
  /** The newest press at a counter, for a minute. */
  last(counter: string): PadPressView | null;
}

export interface PadDeskOptions {
  run: (command: Command) => Promise<Outcome>;
  day: () => Day;
  rules: () => Pick<Queue, 'classes' | 'counters'>;
  /** May this member of staff still work here? */
  mayWork: (clerk: string) => boolean;
  clock: Pick<Clock, 'wall' | 'after'>;
  iso: (at: number) => string;
  /** The screens of a counter are told. */
  onPress: (counter: string) => void;
  audit: { pressed(counter: string, key: string, clerk: string): void; refused(counter: string, refusal: string, times: number): void };
}

/** A key without digits is the clerk's act; one that pauses and resumes does the other of what is. */
const commandOf = (key: Exclude<Key, 'transfer'>, at: { counter: string; clerk: string }, paused: boolean): Command => {
  switch (key) {
    case 'next':
      return { type: 'finish-and-next', ...at };
    case 'skip':
      return { type: 'miss', ...at };
    case 'pause-resume':
      return { type: paused ? 'resume' : 'pause', ...at };
    case 'park':
      return { type: 'park', note: '', ...at };
    default:
      return { type: key, ...at };
  }
};

export const createPadDesk = ({ run, day, rules, mayWork, clock, iso, onPress, audit }: PadDeskOptions): PadDesk => {
  const newest = new Map<string, { at: number; view: PadPressView }>();
  const record = createRefusalRecord(clock, ({ counter, refusal }: { counter: string; refusal: string }, times) => audit.refused(counter, refusal, times), { counter: '0', refusal: 'others' });

  const hasCounter = (id: string): boolean => rules().counters.some((one) => one.id === id);
  /** What a press with digits, or one that needs them, asks for. */
  const meant = ({ key, digits }: PadPress, at: { counter: string; clerk: string }, current: Ticket | undefined, paused: boolean): Command | { refusal: PadPressView['refusal'] } => {
    if (key === 'transfer') {
      if (digits === null) return { refusal: 'where-to' };
      const to = placeMeant(rules(), digits);
      if (to === null) return { refusal: digits.startsWith('0') ? 'unknown-class' : 'unknown-counter' };
      // A pad says where to, and nothing of what for.
      return { type: 'transfer', note: '', ...('class' in to ? { class: to.class, toCounter: null } : { class: current?.class ?? '', toCounter: to.counter }), ...at };
    }
    if (key !== 'next' || digits === null) return commandOf(key, at, paused);
    const called = numberMeant(day(), rules(), at.counter, digits);
    return 'refusal' in called ? called : { type: 'call', number: called.number, reason: BY_PAD, ...(current === undefined ? {} : { first: 'finish' as const }), ...at };
  };
  const act = async (counter: string, { key, digits }: PadPress): Promise<PadPressView['refusal']> => {
    if (!hasCounter(counter)) return 'unknown-counter';
    const state = day().counters.get(counter);
    const clerk = state?.clerk ?? null;
    if (state === undefined || clerk === null || !mayWork(clerk)) return 'counter-closed';
    const current = state.current === null ? undefined : day().tickets.get(state.current);
    if (key === 'next' && current?.state === 'called' && clock.wall() - (current.calledAt ?? 0) < TWICE_MS) return 'pressed-twice';
    try {
      const command = meant({ key, digits, counter }, { counter, clerk }, current, state.paused);
      if ('refusal' in command) return command.refusal;
      const outcome = await run(command);
      if (!outcome.ok) return outcome.refusal;
    } catch {
      return 'not-kept';
    }
    audit.pressed(counter, key, clerk);
    return null;
  };

  return {
    press: async (press) => {
      const counter = press.counter ?? '0';
      const refusal = await act(counter, press);
      if (refusal !== null) record.note({ counter, refusal });
      if (!hasCounter(counter)) return;
      const at = clock.wall();
      newest.set(counter, { at, view: { at: iso(at), key: press.key, refusal } });
      onPress(counter);
    },
    last: (counter) => {
      const found = newest.get(counter);
      return found !== undefined && clock.wall() - found.at < SHOWN_MS ? found.view : null;
    },
  };
};

const READ_DEADLINE_MS = 30_000;
const AFTER_FAULT_MS = 700;

/** Listens to every pad of the terminal file. `options: { counter: '3' }` says whose it is; one line with many pads says it by itself. */
export class CallPads {
  private readonly deps: Pick<Deps, 'config' | 'devices' | 'clock' | 'log'>;
  private readonly ending = new AbortController();
  private listening: Promise<void>[] = [];
  private desk: PadDesk | null = null;

  constructor(deps: Pick<Deps, 'config' | 'devices' | 'clock' | 'log'>) {
    this.deps = deps;
  }

  start(): void {
    for (const { class: deviceClass, id, options } of this.deps.config.terminal.devices) {
      if (deviceClass !== 'call-pad') continue;
      const { counter } = options;
      this.listening.push(this.listen(id, typeof counter === 'string' || typeof counter === 'number' ? String(counter) : null));
    }
  }

  /** What is pressed before the hall's queue is there is not kept for later: nobody means it any more by then. */
  attach(desk: PadDesk): void {
    this.desk = desk;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.listening);
  }

  private async listen(device: string, counter: string | null): Promise<void> {
    const { devices, log } = this.deps;
    const { signal } = this.ending;
    while (!signal.aborted) {
      const result = await devices.command('call-pad', 'read', undefined, { deadlineMs: READ_DEADLINE_MS, signal, device });
      if (signal.aborted) return;
      if (result.ok) {
        const press = { ...result.value, counter: counter ?? result.value.counter };
        if (this.desk === null) log.warn({ device }, "a call pad was pressed before the hall's queue was there");
        else await this.desk.press(press);
      } else if (result.fault.code !== 'no-media') await this.pause(signal);
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const over = (): void => {
        cancel();
        // The signal lives as long as the agent.
        signal.removeEventListener('abort', over);
        resolve();
      };
      const cancel = this.deps.clock.after(AFTER_FAULT_MS, over);
      signal.addEventListener('abort', over);
    });
  }
}
