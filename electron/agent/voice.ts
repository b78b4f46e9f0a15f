/**
 * What has the focus in spoken mode, said by the terminal's loudspeaker (`sound`): the newest text alone, which breaks off the one before
 * it. Texts are in memory until they are said, go to the loudspeaker as private ones, and to no log and no record.
 */
import { isUsable } from '../devices/index.ts';
import type { SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';

type Language = SessionState['language'];

const LANGUAGES: readonly Language[] = ['zh', 'en'];
/** Half a thousand characters take an espeak-ng two minutes at most. */
const SAY_DEADLINE_MS = 150_000;
/** Somebody else's sentence is on its way, or a call of the hall is just being handed over. */
const AGAIN_MS = 150;
/** What nobody could say for so long is not said any more: whoever listens has pressed on. */
const LONGEST_WAIT_MS = 10_000;
/** The most that a loudspeaker takes at once (`drivers/sound/commands.ts`). */
const MOST_AT_ONCE = 500;

/** Parts that a loudspeaker takes, broken where a sentence ends, else at a pause, else at a space. Nothing is lost. */
export const inPieces = (text: string, most = MOST_AT_ONCE): string[] => {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const at = [/^[\s\S]*[。！？.!?；;]/u, /^[\s\S]*[，、,：:]/u, /^[\s\S]*\s/u].map((end) => end.exec(head)?.[0].length ?? 0).find((length) => length > 0) ?? most;
    // Never between the two halves of one character.
    const cut = at === most && /[\uD800-\uDBFF]$/.test(head) ? at - 1 : at;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return [...pieces, rest].filter((piece) => piece !== '');
};

export class Voice {
  private current = new AbortController();
  private saying: Promise<void> = Promise.resolve();
  private readonly deps: Pick<Deps, 'clock' | 'config' | 'devices'>;
  private readonly device: Deps['config']['terminal']['devices'][number] | undefined;

  constructor(deps: Pick<Deps, 'clock' | 'config' | 'devices'>) {
    this.deps = deps;
    this.device = deps.config.terminal.devices.find((device) => device.class === 'sound');
  }

  /** Languages that can be said here now: none without a loudspeaker that works. */
  languages(): Language[] {
    const { device } = this;
    const health = device === undefined ? undefined : this.deps.devices.health().find(({ id }) => id === device.id);
    if (device === undefined || health === undefined || !isUsable(health)) return [];
    const mute = health.status.conditions.filter(({ code }) => code === 'voice-missing').flatMap(({ original }): readonly string[] => original?.split(/,\s*/) ?? LANGUAGES);
    const { languages } = device.options;
    const named: unknown[] = typeof languages === 'string' ? languages.split(',') : Array.isArray(languages) ? languages : [...LANGUAGES];
    return LANGUAGES.filter((language) => named.includes(language) && !mute.includes(language));
  }

  /** Says this now, in place of what is being said. */
  say(text: string, language: Language): void {
    this.hush();
    const { signal } = this.current;
    const before = this.saying;
    this.saying = (async () => {
      await before;
      for (const piece of inPieces(text)) await this.sayOne(piece, language, signal);
    })();
  }

  /** Breaks off what is being said. */
  hush(): void {
    this.current.abort();
    this.current = new AbortController();
  }

  async stop(): Promise<void> {
    this.hush();
    await this.saying;
  }

  private async sayOne(text: string, language: Language, signal: AbortSignal): Promise<void> {
    const { clock, devices } = this.deps;
    const since = clock.monotonic();
    while (!signal.aborted) {
      const result = await devices.command('sound', 'say', { text, language, private: true }, { deadlineMs: SAY_DEADLINE_MS, signal });
      // What else fails is a condition of the loudspeaker, and on record as a failed command.
      if (result.ok || result.fault.code !== 'busy' || clock.monotonic() - since >= LONGEST_WAIT_MS) return;
      await this.wait(signal);
    }
  }

  private async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        cancel();
        signal.removeEventListener('abort', over);
        resolve();
      };
      const cancel = this.deps.clock.after(AGAIN_MS, over);
      signal.addEventListener('abort', over);
    });
  }
}
