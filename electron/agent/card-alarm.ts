/**
 * A card that was left on the reader at a session's end: a condition of the reader that goes on record, and a voice where the
 * terminal has one. The page rings by itself. Nobody else can begin until it is lifted, and then the voice breaks off: it is not
 * heard by whoever comes next. Calls of the hall that wait behind it in the loudspeaker are left there.
 */
import { condition } from '../../drivers/contract.ts';
import type { Deps } from './deps.ts';

const SAY_EVERY_MS = 8_000;
const SAY_DEADLINE_MS = 8_000;
/** One sentence in each language: who left it is not known any more, nor what they speak. */
const WORDS = [
  { text: '请拿走身份证', language: 'zh' },
  { text: 'Please take your ID card', language: 'en' },
] as const;

export class CardAlarm {
  private on = false;
  private stopSaying: () => void = () => undefined;
  private voice = new AbortController();
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** Call as often as you like. */
  set(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    this.deps.devices.note('id-card', 'media-left', on ? condition('media-left', 'error') : null);
    this.stopSaying();
    this.voice.abort();
    this.voice = new AbortController();
    if (on) this.say();
  }

  private say(): void {
    const { config, devices, clock } = this.deps;
    if (!config.terminal.devices.some((device) => device.class === 'sound')) return;
    void this.sayBoth(devices, this.voice.signal);
    this.stopSaying = clock.after(SAY_EVERY_MS, () => this.say());
  }

  private async sayBoth(devices: Deps['devices'], signal: AbortSignal): Promise<void> {
    for (const { text, language } of WORDS) {
      // A voice that is missing is a condition of the sound device; the page rings and shows it all the same.
      if (!signal.aborted) await devices.command('sound', 'say', { text, language }, { deadlineMs: SAY_DEADLINE_MS, signal });
    }
  }
}
