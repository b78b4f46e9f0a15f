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
/** Calls that wait for a loudspeaker that does not answer: the oldest are not said any more. */
const MOST_WAITING = 12;
const LANGUAGES = ['zh', 'en'] as const;
const TAG = { zh: 'zh', en: 'en' } as const;

export class Announcer {
  private day: string | null = null;
  private heard = 0;
  private readonly line: Call[] = [];
  private working: Promise<void> | null = null;
  private stopped = false;
  private stopListening: () => void = () => undefined;
  private readonly deps: Pick<Deps, 'config' | 'devices' | 'log'>;
  private readonly speaks: boolean;
  /** Counter → id of the display above it. */
  private readonly displays: ReadonlyMap<string, string>;

  constructor(deps: Pick<Deps, 'config' | 'devices' | 'log'>) {
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
    for (let at = calls.length - 1, place = this.line.length; at >= 0 && (calls[at]?.id ?? 0) > known; at -= 1) this.line.splice(place, 0, calls[at] as Call);
    if (this.line.length > MOST_WAITING) this.line.splice(0, this.line.length - MOST_WAITING);
    if (this.line.length > 0) this.working ??= this.work();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    this.line.length = 0;
    await this.working;
  }

  private async work(): Promise<void> {
    for (let call = this.line.shift(); call !== undefined; call = this.line.shift()) await Promise.all([this.show(call), this.say(call)]);
    this.working = null;
  }

  private async show({ number, counter }: Call): Promise<void> {
    const id = this.displays.get(counter);
    if (id === undefined) return;
    const result = await this.deps.devices.command('window-display', 'show', { number, counter }, { deadlineMs: SHOW_DEADLINE_MS, device: id });
    if (!result.ok) this.deps.log.warn({ device: id, fault: result.fault.code }, 'a call is not on the display above its counter');
  }

  /** The loudspeaker keeps its own queue: both languages of a call follow each other, and no other call comes between. */
  private async say({ number, counter, again }: Call): Promise<void> {
    if (!this.speaks) return;
    for (const language of LANGUAGES) {
      const text = callSentence({ number, counter, recall: again }, language);
      const clip = language === 'zh' ? { clip: callClip({ number, counter, recall: again }) } : {};
      const result = await this.deps.devices.command('sound', 'queue', { text, language: TAG[language], ...clip }, { deadlineMs: QUEUE_DEADLINE_MS });
      if (!result.ok) this.deps.log.warn({ language, fault: result.fault.code }, 'a call was not spoken');
    }
  }
}
