/**
 * A signature that is written on a pad (`signature-pad`) while the page asks for one: shown on the glass as it comes, in memory alone, and
 * gone when it is wiped, when another page is shown and when its person leaves. What is signed is what the pad said it was in the end.
 */
import type { Text } from '../../kiosk-config/index.ts';
import { isUsable, pageAddress } from '../devices/index.ts';
import type { CitizenEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

type Signature = Omit<Extract<CitizenEvent, { type: 'sign' }>, 'type'>;

/** What the page is told of the pad: lines in millimetres from its upper left corner. */
export interface PadView {
  where: Text;
  /** The pad's own confirm key was pressed, or the pen has rested long enough: it may be signed with. */
  written: boolean;
  strokes: [x: number, y: number][][];
}

/** A citizen thinks, asks, and comes back; the page's own idle time ends it sooner. */
const CAPTURE_DEADLINE_MS = 600_000;
const AFTER_FAULT_MS = 2_000;
/** As the page's own lines are taken (`sign` of the page's contract). */
const MOST_STROKES = 200;
const MOST_POINTS = 5_000;
/** For the eye: nearer points than this, and more of them than this, show nothing more. */
const SHOWN_STEP_MM = 0.3;
const MOST_SHOWN = 3_000;
/** Between two views while the pen writes. */
const SHOW_EVERY_MS = 60;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export class PadSigning {
  private wanted = false;
  private current: { abort: AbortController; done: Promise<void> } | null = null;
  private shown: PadView['strokes'] = [];
  private shownPoints = 0;
  private signature: Signature | null = null;
  private cancelShow: (() => void) | null = null;
  private readonly deps: Pick<Deps, 'clock' | 'config' | 'devices'>;
  private readonly on: { changed(): void; touched(): void };
  private readonly pad: Deps['config']['terminal']['devices'][number] | undefined;

  /** @param on `changed`: the page should be told; `touched`: somebody put the pen down */
  constructor(deps: Pick<Deps, 'clock' | 'config' | 'devices'>, on: { changed(): void; touched(): void }) {
    this.deps = deps;
    this.on = on;
    // The glass (`page:glass`) is written on in the page.
    this.pad = deps.config.terminal.devices.find(({ class: one, transport }) => one === 'signature-pad' && pageAddress(transport) === null);
  }

  /** Call as often as you like: listens to the pad while a signature is asked for, and forgets everything when it is not. */
  want(wanted: boolean): void {
    const before = this.wanted;
    this.wanted = wanted && this.pad !== undefined;
    if (before && !this.wanted) {
      this.wipe();
      this.current?.abort.abort();
    }
    if (this.wanted && this.current === null && this.signature === null) this.begin();
  }

  async idle(): Promise<void> {
    await this.current?.done;
  }

  /** Null: there is no pad to sign on now. */
  view(): PadView | null {
    const { pad } = this;
    if (pad === undefined || !this.deps.devices.health().some((one) => one.id === pad.id && isUsable(one))) return null;
    return { where: pad.where, written: this.signature !== null, strokes: this.shown.map((stroke) => [...stroke]) };
  }

  /** Wipes what was written and begins anew. */
  clear(): void {
    this.wipe();
    this.current?.abort.abort();
    if (this.wanted && this.current === null) this.begin();
    this.on.changed();
  }

  /** What was written, as the page would say it; null: nothing is finished. */
  signed(): Extract<CitizenEvent, { type: 'sign' }> | null {
    return this.signature === null ? null : { type: 'sign', ...this.signature };
  }

  private wipe(): void {
    this.shown = [];
    this.shownPoints = 0;
    this.signature = null;
    this.cancelShow?.();
    this.cancelShow = null;
  }

  private begin(): void {
    const abort = new AbortController();
    const done = this.captureOnce(abort.signal).finally(() => {
      abort.abort();
      this.current = null;
      if (this.wanted && this.signature === null) this.begin();
    });
    this.current = { abort, done };
  }

  private async captureOnce(signal: AbortSignal): Promise<void> {
    const result = await this.deps.devices.command('signature-pad', 'capture', undefined, {
      deadlineMs: CAPTURE_DEADLINE_MS,
      signal,
      onProgress: ({ stroke, point }) => {
        if (!signal.aborted) this.see(stroke, point);
      },
    });
    if (signal.aborted) return;
    this.wipe();
    if (!result.ok) {
      this.on.changed();
      return this.pause(signal);
    }
    const { widthMm, heightMm, strokes } = result.value;
    const points = strokes.slice(0, MOST_STROKES).map((stroke) => stroke.slice(0, MOST_POINTS).map(({ x, y, t, p }): [number, number, number, number] => [round(x / 100, 2), round(y / 100, 2), t, p ?? 0.5]));
    points.forEach((stroke, index) => stroke.forEach(([x, y]) => this.draw(index, x, y)));
    this.signature = { strokes: points.filter((stroke) => stroke.length > 0), widthMm, heightMm };
    this.on.changed();
  }

  private see(stroke: number, { x, y, t }: { x: number; y: number; t: number }): void {
    // The pad's own key wiped it: the next line is the first again.
    if (stroke === 0 && t === 0 && this.shown.length > 0) this.wipe();
    if (this.shown[stroke] === undefined) this.on.touched();
    this.draw(stroke, x / 100, y / 100);
    this.cancelShow ??= this.deps.clock.after(SHOW_EVERY_MS, () => {
      this.cancelShow = null;
      this.on.changed();
    });
  }

  private draw(stroke: number, x: number, y: number): void {
    if (stroke >= MOST_STROKES || this.shownPoints >= MOST_SHOWN) return;
    while (this.shown.length <= stroke) this.shown.push([]);
    const line = this.shown[stroke];
    const last = line?.at(-1);
    if (last !== undefined && Math.hypot(last[0] - x, last[1] - y) < SHOWN_STEP_MM) return;
    line?.push([round(x, 1), round(y, 1)]);
    this.shownPoints += 1;
  }

  private async pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(AFTER_FAULT_MS, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
