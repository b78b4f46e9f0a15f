/**
 * Calls told in the hall itself: by the loudspeaker (`sound`) of this terminal, each once and in order, and on the display above the counter
 * (`window-display` with the option `counter`). Beside the queue: a device that fails delays no call and loses none of the others.
 */
import { callClip, callSentence } from '../../drivers/sound/sentences.ts';
import type { BoardView, HallQueue } from '../queue/index.ts';
import type { Deps } from './deps.ts';

type Call = Pick<BoardView['calls'][number], 'id' | 'number' | 'counter' | 'again'>;

const QUEUE_DEADLINE_MS = 4_000;
const SHOW_DEADLINE_MS = 3_000;
/** The loudspeaker keeps so many sentences at most; the rest waits here, in order. */
const AHEAD = 4;
const AGAIN_MS = 500;
/** With more calls waiting than this, only the first language is spoken until the line is short again: everybody is called before anybody's call is old. */
const CROWD = 6;
const LANGUAGES = ['zh', 'en'] as const;
const TAG = { zh: 'zh', en: 'en' } as const;
/** Far more than one for each counter of a large hall: nobody is left out because sixty called in the same second. */
const MOST_WAITING = 80;

/** Too many: what its own counter has called over since goes first, then the oldest. */
const keepNewest = (line: Call[]): void => {
  while (line.length > MOST_WAITING) line.splice(Math.max(0, line.findIndex((call, at) => line.slice(at + 1).some(({ counter }) => counter === call.counter))), 1);
};

export class Announcer {
  private day: string | null = null;
  private heard = 0;
  private readonly line: Call[] = [];
  private working: Promise<void> | null = null;
  private stopped = false;
  private stopListening: () => void = () => undefined;
  private endPause: () => void = () => undefined;
  /** By counter: what its display is to show next, and whether it is being told. */
  private readonly toShow = new Map<string, Call>();
  private readonly showing = new Map<string, Promise<void>>();
  private readonly deps: Pick<Deps, 'clock' | 'config' | 'devices' | 'log'>;
  private readonly speaks: boolean;
  /** Counter → id of the display above it. */
  private readonly displays: ReadonlyMap<string, string>;

  constructor(deps: Pick<Deps, 'clock' | 'config' | 'devices' | 'log'>) {
    this.deps = deps;
    const { devices } = deps.config.terminal;
    this.speaks = devices.some((device) => device.class === 'sound');
    this.displays = new Map(devices.flatMap((device) => (device.class === 'window-display' && typeof device.options['counter'] === 'string' ? [[device.options['counter'], device.id] as const] : [])));
  }

  /** Is there anything here that tells calls? */
  get wanted(): boolean {
    return this.speaks || this.displays.size > 0;
  }

  /** Tells every call of this queue from now on. */
  follow(queue: Pick<HallQueue, 'day' | 'onChange'>): void {
    if (!this.wanted) return;
    const hear = (): void => this.hear(queue.day().day, queue.day().callOrder);
    this.stopListening = queue.onChange(hear);
    hear();
  }

  private hear(day: string, calls: readonly Call[]): void {
    if (this.stopped) return;
    // In the order in which they were made.
    const newest = calls.at(-1)?.id ?? 0;
    // An agent that was restarted does not repeat the morning's calls.
    if (this.day === null) this.heard = newest;
    else if (this.day !== day) this.heard = 0;
    this.day = day;
    const known = this.heard;
    this.heard = Math.max(known, newest);
    const fresh = calls.slice(calls.findLastIndex(({ id }) => id <= known) + 1);
    // A display is not behind the loudspeaker: sixty counters that call at once are shown at once.
    for (const call of fresh) this.show(call);
    if (!this.speaks || fresh.length === 0) return;
    this.line.push(...fresh);
    keepNewest(this.line);
    this.working ??= this.work();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    this.line.length = 0;
    this.toShow.clear();
    this.endPause();
    await Promise.all([this.working, ...this.showing.values()]);
  }

  private async work(): Promise<void> {
    for (let call = this.line.shift(); call !== undefined; call = this.line.shift()) await this.say(call);
    this.working = null;
  }

  private show(call: Call): void {
    const id = this.displays.get(call.counter);
    if (id === undefined) return;
    this.toShow.set(call.counter, call);
    if (!this.showing.has(call.counter)) this.showing.set(call.counter, this.showAll(call.counter, id).finally(() => this.showing.delete(call.counter)));
  }

  private async showAll(counter: string, device: string): Promise<void> {
    for (let call = this.toShow.get(counter); call !== undefined; call = this.toShow.get(counter)) {
      this.toShow.delete(counter);
      const result = await this.deps.devices.command('window-display', 'show', { number: call.number, counter }, { deadlineMs: SHOW_DEADLINE_MS, device });
      if (!result.ok) this.deps.log.warn({ device, fault: result.fault.code }, 'a call is not on the display above its counter');
    }
  }

  /** The loudspeaker keeps its own queue: both languages of a call follow each other, and no other call comes between. */
  private async say({ number, counter, again }: Call): Promise<void> {
    for (const language of this.line.length > CROWD ? LANGUAGES.slice(0, 1) : LANGUAGES) {
      const text = callSentence({ number, counter, recall: again }, language);
      const clip = language === 'zh' ? { clip: callClip({ number, counter, recall: again }) } : {};
      for (;;) {
        const result = await this.deps.devices.command('sound', 'queue', { text, language: TAG[language], ...clip }, { deadlineMs: QUEUE_DEADLINE_MS });
        if (this.stopped) return;
        // It has as much to say as it keeps, or says something else just now: nothing is lost, it waits.
        if (!result.ok && result.fault.code === 'busy') await this.pause();
        else {
          if (!result.ok) this.deps.log.warn({ language, fault: result.fault.code }, 'a call was not spoken');
          else if (result.value.ahead >= AHEAD) await this.pause();
          break;
        }
      }
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(AGAIN_MS, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
