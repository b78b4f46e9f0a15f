/**
 * Calls told in the hall itself: by the loudspeaker (`sound`) of this terminal, each once and in order, and on the board above the counter
 * (`window-display`, whose option `boards` names the counters on its line). Beside the queue: a device that fails delays no call and loses none
 * of the others. Above a counter where nobody sits nothing is shown, and nobody is called there any more; a loudspeaker whose hall has closed is
 * silent.
 */
import type { FaultCode } from '../../drivers/contract.ts';
import { callClip, callSentence } from '../../drivers/sound/sentences.ts';
import { countersOf } from '../../drivers/window-display/settings.ts';
import type { BoardView, HallQueue } from '../queue/index.ts';
import type { Deps } from './deps.ts';

type Call = Pick<BoardView['calls'][number], 'id' | 'number' | 'counter' | 'again'>;
type Counters = ReadonlyMap<string, { clerk: string | null }>;

const QUEUE_DEADLINE_MS = 4_000;
/** A look at the line may be under way, and a board is asked three times. */
const SHOW_DEADLINE_MS = 7_000;
const HUSH_DEADLINE_MS = 1_000;
/** Half a minute: nothing that is said takes longer. */
const HUSH_TRIES = 60;
/** A line that was away when its counter called, or closed, is told again until it shows what is so. */
const SHOW_AGAIN_MS = 5_000;
/** One board that is dead on a line that works: its driver shows the number as soon as it is back, and each telling takes the line's time from the others. */
const DEAD_AGAIN_MS = 60_000;
/** What a board does wrong; anything else is the line's, the port's or the device host's. */
const OF_THE_BOARD: readonly FaultCode[] = ['not-responding', 'bad-checksum', 'bad-frame'];
/** The loudspeaker keeps so many sentences at most; the rest waits here, in order. */
const AHEAD = 4;
const AGAIN_MS = 500;
/** With more calls waiting than this, only the first language is spoken until the line is short again: everybody is called before anybody's call is old. */
const CROWD = 6;
const LANGUAGES = ['zh', 'en'] as const;
const TAG = { zh: 'zh', en: 'en' } as const;
/** More than this wait only when every one of them still counts: what its own counter has called over since is left out, and nothing else. */
const MOST_WAITING = 80;

/** What a counter has called over goes, the oldest first. A counter has one call that still counts, so the line is never longer than there are counters. */
const keepNewest = (line: Call[]): void => {
  while (line.length > MOST_WAITING) {
    const over = line.findIndex((call, at) => line.slice(at + 1).some(({ counter }) => counter === call.counter));
    if (over === -1) return;
    line.splice(over, 1);
  }
};

export class Announcer {
  private day: string | null = null;
  private heard = 0;
  private readonly line: Call[] = [];
  private working: Promise<void> | null = null;
  private stopped = false;
  private stopListening: () => void = () => undefined;
  private stopWatching: () => void = () => undefined;
  /** By counter: what its board is to show (null: nothing). */
  private readonly toShow = new Map<string, Call | null>();
  /** By device: counters whose boards are still to be told, in their order, and whether one is being told: a line takes one command at a time. */
  private readonly due = new Map<string, Set<string>>();
  private readonly showing = new Map<string, Promise<void>>();
  /** Counters whose boards could not be told the last time. */
  private readonly untold = new Set<string>();
  private readonly waits = new Set<() => void>();
  /** Displays that did not answer when they were last looked at. */
  private readonly away = new Set<string>();
  /** Counters whose displays were told to be dark. */
  private readonly dark = new Set<string>();
  /** The loudspeaker may have something to say that it was told here. */
  private spoke = false;
  private hushing: Promise<void> | null = null;
  /** Counts silences: a call from before one is not spoken after it. */
  private era = 0;
  private readonly deps: Pick<Deps, 'clock' | 'config' | 'devices' | 'log'>;
  private readonly speaks: boolean;
  /** Counter → id of the display whose line has its board. */
  private readonly displays: ReadonlyMap<string, string>;

  constructor(deps: Pick<Deps, 'clock' | 'config' | 'devices' | 'log'>) {
    this.deps = deps;
    const { devices } = deps.config.terminal;
    this.speaks = devices.some((device) => device.class === 'sound');
    this.displays = new Map(devices.flatMap(({ id, class: deviceClass, transport, options }) => (deviceClass === 'window-display' ? countersOf(transport, options).map((counter) => [counter, id] as const) : [])));
  }

  /** Is there anything here that tells calls? */
  get wanted(): boolean {
    return this.speaks || this.displays.size > 0;
  }

  /** Tells every call of this queue from now on. */
  follow(queue: Pick<HallQueue, 'day' | 'onChange'>): void {
    if (!this.wanted) return;
    this.stopWatching = this.deps.devices.onChange(() => this.lookAtDisplays());
    const hear = (): void => {
      const { day, callOrder, counters } = queue.day();
      this.hear(day, callOrder);
      this.leave(counters);
    };
    this.stopListening = queue.onChange(hear);
    hear();
  }

  private hear(day: string, calls: readonly Call[]): void {
    if (this.stopped) return;
    // In the order in which they were made.
    const newest = calls.at(-1)?.id ?? 0;
    // An agent that was restarted does not repeat the morning's calls.
    if (this.day === null) this.heard = newest;
    else if (this.day !== day) {
      this.heard = 0;
      this.silence();
    }
    this.day = day;
    const known = this.heard;
    this.heard = Math.max(known, newest);
    const fresh = calls.slice(calls.findLastIndex(({ id }) => id <= known) + 1);
    // A display is not behind the loudspeaker: sixty counters that call at once are shown at once.
    for (const call of fresh) this.show(call.counter, call);
    if (!this.speaks || fresh.length === 0) return;
    this.line.push(...fresh);
    keepNewest(this.line);
    this.working ??= this.work();
  }

  /** A display that is back is told what it is to show: its driver may be another one, which knows no number, and its power may have been away. */
  private lookAtDisplays(): void {
    if (this.stopped) return;
    for (const { id, deviceClass, status } of this.deps.devices.health()) {
      if (deviceClass !== 'window-display') continue;
      if (!status.online) this.away.add(id);
      else if (this.away.delete(id)) for (const counter of this.toShow.keys()) if (this.displays.get(counter) === id) this.queue(id, counter);
    }
  }

  /** What is over at counters where nobody sits any more. */
  private leave(counters: Counters): void {
    if (this.stopped) return;
    const isOpen = (id: string): boolean => (counters.get(id)?.clerk ?? null) !== null;
    for (const id of this.displays.keys()) {
      if (isOpen(id)) this.dark.delete(id);
      else if (!this.dark.has(id)) {
        this.dark.add(id);
        this.show(id, null);
      }
    }
    this.line.splice(0, this.line.length, ...this.line.filter(({ counter }) => isOpen(counter)));
    if (![...counters.keys()].some(isOpen)) this.silence();
  }

  /** Ends what is being said, and what the loudspeaker keeps: it speaks of what is over. */
  private silence(): void {
    this.line.length = 0;
    this.era += 1;
    if (!this.spoke) return;
    this.spoke = false;
    this.hushing ??= this.hush().finally(() => (this.hushing = null));
  }

  private async hush(): Promise<void> {
    for (let tries = 0; tries < HUSH_TRIES; tries += 1) {
      const result = await this.deps.devices.command('sound', 'hush', undefined, { deadlineMs: HUSH_DEADLINE_MS });
      // Somebody else's sentence is on its way to the loudspeaker just now.
      if (result.ok || result.fault.code !== 'busy' || this.stopped) return;
      await this.wait(AGAIN_MS);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    this.stopWatching();
    this.silence();
    for (const line of this.due.values()) line.clear();
    for (const end of this.waits) end();
    await Promise.all([this.working, this.hushing, ...this.showing.values()]);
  }

  private async work(): Promise<void> {
    for (let call = this.line.shift(); call !== undefined; call = this.line.shift()) await this.say(call);
    this.working = null;
  }

  private show(counter: string, call: Call | null): void {
    const device = this.displays.get(counter);
    if (device === undefined) return;
    this.toShow.set(counter, call);
    this.queue(device, counter);
  }

  /** A counter stands in the line once: what it called over before its turn came is not shown. */
  private queue(device: string, counter: string): void {
    const line = this.due.get(device) ?? new Set<string>();
    this.due.set(device, line.add(counter));
    if (!this.showing.has(device)) this.showing.set(device, this.showAll(device, line));
  }

  private async showAll(device: string, line: Set<string>): Promise<void> {
    for (let counter = this.nextOf(line); counter !== undefined; counter = this.nextOf(line)) {
      line.delete(counter);
      await this.tell(device, counter);
    }
    this.showing.delete(device);
  }

  /** Whoever was called first, before what is told again or goes dark: people look for their number. */
  private nextOf(line: ReadonlySet<string>): string | undefined {
    const counters = [...line];
    return counters.find((counter) => this.toShow.get(counter) !== null && !this.untold.has(counter)) ?? counters[0];
  }

  private async tell(device: string, counter: string): Promise<void> {
    const { devices, log } = this.deps;
    const call = this.toShow.get(counter) ?? null;
    const options = { deadlineMs: SHOW_DEADLINE_MS, device };
    const result = call === null ? await devices.command('window-display', 'clear', { counter }, options) : await devices.command('window-display', 'show', { number: call.number, counter }, options);
    if (result.ok) {
      this.untold.delete(counter);
      return;
    }
    const again = this.untold.has(counter);
    if (!again) log.warn({ device, counter, fault: result.fault.code }, call === null ? 'the display above a closed counter still shows a number' : 'a call is not on the display above its counter');
    this.untold.add(counter);
    // Nothing makes a number fit that is too long for the board.
    if (result.fault.code === 'bad-input') return;
    const alone = OF_THE_BOARD.includes(result.fault.code) && devices.health().some(({ id, status }) => id === device && status.online);
    void this.tellLater(device, counter, call, again && alone ? DEAD_AGAIN_MS : SHOW_AGAIN_MS);
  }

  /** Unless the board is to show something else by then: that has been told, or stands in the line. */
  private async tellLater(device: string, counter: string, call: Call | null, ms: number): Promise<void> {
    await this.wait(ms);
    if (!this.stopped && this.toShow.get(counter) === call) this.queue(device, counter);
  }

  /** The loudspeaker keeps its own queue: both languages of a call follow each other, and no other call comes between. */
  private async say({ number, counter, again }: Call): Promise<void> {
    const { era } = this;
    await this.hushing;
    if (this.stopped || era !== this.era) return;
    for (const language of this.line.length > CROWD ? LANGUAGES.slice(0, 1) : LANGUAGES) {
      const text = callSentence({ number, counter, recall: again }, language);
      const clip = language === 'zh' ? { clip: callClip({ number, counter, recall: again }) } : {};
      for (;;) {
        this.spoke = true;
        const result = await this.deps.devices.command('sound', 'queue', { text, language: TAG[language], ...clip }, { deadlineMs: QUEUE_DEADLINE_MS });
        if (this.stopped || era !== this.era) return;
        // It has as much to say as it keeps, or says something else just now: nothing is lost, it waits.
        if (!result.ok && result.fault.code === 'busy') await this.wait(AGAIN_MS);
        else {
          if (!result.ok) this.deps.log.warn({ language, fault: result.fault.code }, 'a call was not spoken');
          else if (result.value.ahead >= AHEAD) await this.wait(AGAIN_MS);
          break;
        }
      }
    }
  }

  /** Ends early when this is stopped. */
  private wait(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.waits.delete(end);
        resolve();
      };
      const cancel = this.deps.clock.after(ms, end);
      this.waits.add(end);
    });
  }
}
