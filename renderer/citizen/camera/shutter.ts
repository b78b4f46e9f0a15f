/**
 * The live picture, looked at by the worker, and the shutter that goes by itself. Frames go from the camera into the
 * worker and from there, as one straightened page, to the agent; nothing is kept in the browser.
 */
import { CameraFault, openCamera, type CameraState } from './device.ts';
import { LOOK_EDGE } from './find-paper.ts';
import type { Quad } from './geometry.ts';
import type { Refusal } from './judge.ts';
import { begin, look, refused, type Look, type Steady } from './steady.ts';
import type { FromWorker, ToWorker } from './worker-words.ts';

export interface Shown {
  at: 'opening' | Steady['at'] | 'sending';
  /** In parts of the picture, 0–1. */
  corners: Quad | null;
  cutOff: boolean;
  /** Nothing like paper for a while. */
  long: boolean;
  why: Refusal | 'not-kept' | null;
}

export interface ShutterDeps {
  video: HTMLVideoElement;
  label: string | null;
  /** Takes the page away. False: it was not kept, and another picture is to be made. */
  send: (jpeg: Blob) => Promise<boolean>;
  show: (shown: Shown) => void;
  /** The camera cannot be had, or is gone. */
  lost: (state: Exclude<CameraState, 'present'>) => void;
}

const LONG_MS = 6_000;
const BETWEEN_LOOKS_MS = 50;
/** While paper lies still several frames are kept in turn: a camera that is still focusing has its sharpest last, a trembling table any time. */
const BETWEEN_KEPT_MS = 220;

export class Shutter {
  private readonly deps: ShutterDeps;
  private readonly worker = new Worker(new URL('./camera.worker.ts', import.meta.url), { type: 'module' });
  private stream: MediaStream | null = null;
  private state: Steady = begin(performance.now());
  private why: Shown['why'] = null;
  private keptAt = -Infinity;
  private pressed = false;
  private stopped = false;

  constructor(deps: ShutterDeps) {
    this.deps = deps;
  }

  async start(): Promise<void> {
    try {
      const stream = await openCamera(this.deps.label);
      if (this.stopped) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.stream = stream;
      stream.getVideoTracks()[0]?.addEventListener('ended', () => this.lose('disconnected'));
      this.deps.video.srcObject = stream;
      await this.deps.video.play();
      this.state = begin(performance.now());
      while (this.isOpen()) {
        await this.turn();
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
      }
    } catch (error) {
      this.lose(error instanceof CameraFault ? error.state : 'disconnected');
    }
  }

  /** The citizen pressed: a picture now, whatever it is like. */
  press(): void {
    this.pressed = true;
  }

  stop(): void {
    this.stopped = true;
    this.worker.terminate();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.deps.video.srcObject = null;
  }

  private isOpen(): boolean {
    return !this.stopped;
  }

  private lose(state: Exclude<CameraState, 'present'>): void {
    if (this.stopped) return;
    this.stop();
    this.deps.lost(state);
  }

  private async turn(): Promise<void> {
    const { video } = this.deps;
    if (video.videoWidth === 0 || video.readyState < video.HAVE_CURRENT_DATA) return;
    const seen = await this.look();
    if (this.stopped) return;
    const before = this.state;
    this.state = look(before, seen, performance.now());
    if (this.state.at !== 'refused') this.why = this.state.at === 'searching' || this.state.at === 'holding' || this.state.at === 'taking' ? null : this.why;
    if (this.state.at === 'holding' && before.at !== 'holding') this.forget();
    this.show(seen);
    if (this.pressed) await this.take(seen.cutOff ? null : seen.corners, false);
    else if (this.state.at === 'taking') await this.take(this.state.corners, true);
    else if (this.state.at === 'holding' && performance.now() - this.keptAt >= BETWEEN_KEPT_MS) await this.keep(this.state.corners);
  }

  private async look(): Promise<Look> {
    const { video } = this.deps;
    const scale = Math.min(1, LOOK_EDGE / Math.max(video.videoWidth, video.videoHeight));
    const picture = await createImageBitmap(video, { resizeWidth: Math.round(video.videoWidth * scale), resizeHeight: Math.round(video.videoHeight * scale), resizeQuality: 'medium' });
    const said = await this.ask({ do: 'look', picture });
    return said.said === 'looked' ? said.look : { corners: null, cutOff: false };
  }

  private async keep(corners: Quad | null): Promise<void> {
    const picture = await createImageBitmap(this.deps.video);
    this.keptAt = performance.now();
    if (!this.stopped) this.tell({ do: 'keep', picture, corners });
  }

  private forget(): void {
    this.keptAt = -Infinity;
    this.tell({ do: 'forget' });
  }

  private async take(corners: Quad | null, judged: boolean): Promise<void> {
    this.pressed = false;
    if (!judged) this.forget();
    await this.keep(corners);
    const made = await this.ask({ do: 'make', judged });
    if (this.stopped) return;
    if (made.said === 'made') {
      this.deps.show({ at: 'sending', corners, cutOff: false, long: false, why: null });
      // Kept: the agent shows another page, and this one goes. Not kept: it is told, and tried again when something changed.
      if ((await this.deps.send(made.jpeg)) || this.stopped) return;
      this.why = 'not-kept';
    } else if (made.said === 'refused') this.why = made.why;
    this.state = judged ? refused(this.state, performance.now()) : begin(performance.now());
  }

  private show({ corners, cutOff }: Look): void {
    const { state } = this;
    const long = state.at === 'searching' && performance.now() - state.since > LONG_MS;
    this.deps.show({ at: state.at, corners, cutOff, long, why: this.why });
  }

  private tell(word: ToWorker): void {
    this.worker.postMessage(word, 'picture' in word ? [word.picture] : []);
  }

  /** One question at a time: the worker answers in order. */
  private ask(word: ToWorker): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        this.worker.removeEventListener('message', hear);
        this.worker.removeEventListener('error', broken);
        act();
      };
      const hear = (event: MessageEvent<FromWorker>): void => done(() => resolve(event.data));
      const broken = (event: ErrorEvent): void => done(() => reject(new Error(event.message)));
      this.worker.addEventListener('message', hear);
      this.worker.addEventListener('error', broken);
      this.tell(word);
    });
  }
}
