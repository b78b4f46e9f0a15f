/** Plays what came from a device, in order and at its pace, each time the driver has said what it said then. */
import { isDeepStrictEqual } from 'node:util';
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import type { HttpAnswer, HttpAsk, HttpClient } from '../transports/http-port.ts';
import { createListeners, type WireListeners } from '../transports/listeners.ts';
import type { ByteTransport, ReportTransport } from '../transports/port.ts';
import { TappedClock } from '../transports/tap.ts';
import { MASKS } from './classes.ts';
import type { RecordedEvent, Recording } from './format.ts';
import { bytesOf, HOLLOW_PROGRAMS, type ClassMask, type Piece } from './mask.ts';
import { playPrograms } from './programs.ts';

type Said = Extract<RecordedEvent, { type: 'open' | 'out' | 'set' | 'get' | 'descriptor' }>;
const isSaid = (event: RecordedEvent): event is Said => ['open', 'out', 'set', 'get', 'descriptor'].includes(event.type);

/** As far as the recording knows: of a hollow piece only how long it was. */
const same = (piece: Piece, bytes: Uint8Array): boolean => (piece instanceof Uint8Array ? Buffer.compare(piece, bytes) === 0 : piece.length === bytes.length);
const shown = (piece: Piece): string => (piece instanceof Uint8Array ? Buffer.from(piece.subarray(0, 32)).toString('hex') : `${piece.length} bytes`);

/** One wire's part: what it is to play next, and who waits for it to get there. */
interface Track {
  wire: number;
  listeners: WireListeners;
  isOpen: boolean;
  /** Events of this wire within the command that runs. */
  events: RecordedEvent[];
  next: number;
  /** When the last event was played: what follows comes as long after it as then. */
  playedAt: number;
  pace: number;
  running: Promise<void> | null;
  stop: AbortController;
  /** Bytes of the driver's next part that it has said already: a stream may be cut into writes in another way than then. */
  begun: number;
  /** Who listens to its bytes, since when, and what is to happen when somebody begins to. */
  ears: number;
  listenedAt: number;
  wake: () => void;
}

export class Player {
  readonly clock: DriverClock;
  /** Where the driver first said something else than then. */
  diverged: string | null = null;
  private readonly events: readonly RecordedEvent[];
  private readonly mask: ClassMask;
  private readonly time: DriverClock;
  private readonly tracks: Track[] = [];
  /** Index of the command that runs, and of what follows its part. */
  private from = 0;
  private to = 0;
  private readonly asked = new Set<number>();
  /** Programs that were played. */
  private readonly ran = new Set<number>();

  constructor({ header, events }: Recording, clock: DriverClock) {
    this.mask = MASKS[header.class];
    this.events = events;
    this.time = clock;
    this.to = events.findIndex(({ type }) => type === 'command');
    this.clock = new TappedClock(clock, {
      bytes: (wire) => this.bytes(wire.description),
      reports: (wire) => this.reports(wire.description),
      http: (client) => this.http(client.origin),
      programs: () => playPrograms(this.events, clock, this.mask.program ?? HOLLOW_PROGRAMS, (command, args) => this.started(command, args)),
    });
  }

  /** Goes to the next command of this name; null when there is none. */
  begin(command: string): number | null {
    const at = this.events.findIndex((event, index) => index >= this.to && event.type === 'command' && event.command === command);
    if (at === -1) return null;
    const after = this.events.findIndex(({ type }, index) => index > at && type === 'command');
    this.from = at;
    this.to = after === -1 ? this.events.length : after;
    for (const track of this.tracks) this.rewind(track);
    return at;
  }

  /** Everything that came by itself after the last command has been played; what is left of it nobody listens to any more. */
  async settled(): Promise<void> {
    for (const track of this.tracks) await (track.ears > 0 ? track.running : null);
  }

  end(): void {
    for (const track of this.tracks) track.stop.abort();
  }

  private rewind(track: Track): void {
    track.stop.abort();
    track.stop = new AbortController();
    // A plug that was pulled between two commands was out when the second one began, whoever listened.
    for (const event of track.events.slice(track.next)) if (event.type === 'closed') this.closed(track, event.reason);
    const part = this.events.slice(this.from, this.to);
    track.events = part.filter((event) => 'wire' in event && event.wire === track.wire);
    track.next = 0;
    track.begun = 0;
    track.pace = part[0]?.at ?? 0;
    track.playedAt = this.time.now();
    // The driver opened it then because it saw that it was closed.
    const first = track.events[0];
    if (first?.type === 'closed' && track.events.find(isSaid)?.type === 'open') {
      this.played(track, first);
      this.closed(track, first.reason);
    }
    track.running = this.play(track, track.stop.signal);
  }

  private closed(track: Track, reason: string): void {
    track.isOpen = false;
    track.listeners.closed(reason);
  }

  private track(): Track {
    const track: Track = { wire: this.tracks.length, listeners: createListeners(), isOpen: false, events: [], next: 0, playedAt: 0, pace: 0, running: null, stop: new AbortController(), begun: 0, ears: 0, listenedAt: 0, wake: () => undefined };
    this.tracks.push(track);
    this.rewind(track);
    return track;
  }

  /** Plays until it is the driver's turn, or the command's part is over. */
  private async play(track: Track, signal: AbortSignal): Promise<void> {
    for (;;) {
      const event = track.events[track.next];
      if (event === undefined || isSaid(event)) return;
      // What was heard then is heard now, and as long after the driver began to listen, however slow this machine is.
      if (event.type === 'in' && event.unheard !== true) await this.listened(track, signal);
      await this.time.sleep(Math.max(0, event.at - track.pace - (this.time.now() - Math.max(track.playedAt, track.listenedAt))), signal);
      if (signal.aborted) return;
      this.played(track, event);
      if (event.type === 'in') track.listeners.data(bytesOf(event.data));
      if (event.type === 'closed') this.closed(track, event.reason);
    }
  }

  private listened(track: Track, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (track.ears > 0 || signal.aborted) {
        resolve();
        return;
      }
      track.wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** The wire's `onData`, which tells when somebody begins to listen. */
  private hearing(track: Track): WireListeners['onData'] {
    return (listener) => {
      const stop = track.listeners.onData(listener);
      let left = 1;
      if (track.ears === 0) track.listenedAt = this.time.now();
      track.ears += 1;
      track.wake();
      return () => {
        track.ears -= left;
        left = 0;
        stop();
      };
    };
  }

  private played(track: Track, event: RecordedEvent): void {
    track.next += 1;
    track.pace = event.at;
    track.playedAt = this.time.now();
  }

  /** What the driver says now, beside what it said then; null when it said nothing more within this command. */
  private async said<T extends Said['type']>(track: Track, type: T): Promise<Extract<Said, { type: T }> | null> {
    await track.running;
    const left = track.events.slice(track.next);
    const event = left.find(isSaid);
    if (event === undefined) return null;
    if (event.type !== type) {
      // Features and openings that fell away are gone over; nothing else is.
      this.note(`at ${event.at} ms the driver said "${event.type}" then and "${type}" now`);
      return null;
    }
    this.played(track, event);
    track.running = Promise.resolve().then(() => this.play(track, track.stop.signal));
    return event as Extract<Said, { type: T }>;
  }

  /** The next start of this command in the recording, from the command that runs on. */
  private started(command: string, args: readonly string[]): Extract<RecordedEvent, { type: 'start' }> | null {
    const left = this.events.slice(this.from).filter((event) => event.type === 'start' && event.command === command && !this.ran.has(event.run));
    const event = left.find((one) => one.type === 'start' && isDeepStrictEqual(one.args, args)) ?? left[0];
    if (event?.type !== 'start') {
      this.note(`${command} was not started then`);
      return null;
    }
    if (!isDeepStrictEqual(event.args, args)) this.note(`${command} was told ${event.args.join(' ')} then and ${args.join(' ')} now`);
    this.ran.add(event.run);
    return event;
  }

  private note(what: string): void {
    this.diverged ??= what;
  }

  private async opened(track: Track): Promise<Result<void>> {
    const event = await this.said(track, 'open');
    const result: Result<void> = event?.fault === undefined ? ok(undefined) : { ok: false, fault: event.fault };
    track.isOpen = result.ok;
    return result;
  }

  private async wrote(track: Track, type: 'out' | 'set', bytes: Uint8Array): Promise<Result<void>> {
    // It may go away before it is the driver's turn.
    if (track.isOpen) await track.running;
    if (!track.isOpen) return fail('disconnected', 'the recorded wire is closed');
    const event = await this.said(track, type);
    if (event === null) return ok(undefined);
    if (!same(event.data, bytes)) this.note(`at ${event.at} ms the driver sent ${shown(event.data)} then and ${shown(event.data instanceof Uint8Array ? bytes : { length: bytes.length })} now`);
    return event.fault === undefined ? ok(undefined) : { ok: false, fault: event.fault };
  }

  /** A stream: what counts is which bytes went out, not in how many writes. */
  private async streamed(track: Track, bytes: Uint8Array): Promise<Result<void>> {
    let rest = bytes;
    for (;;) {
      if (track.isOpen) await track.running;
      const event = track.events[track.next];
      if (event?.type !== 'out' || event.fault !== undefined || !track.isOpen) return this.wrote(track, 'out', rest);
      const left = event.data.length - track.begun;
      const now = rest.subarray(0, left);
      const then = event.data instanceof Uint8Array ? event.data.subarray(track.begun, track.begun + now.length) : { length: now.length };
      if (!same(then, now)) this.note(`at ${event.at} ms the driver sent ${shown(then)} then and ${shown(now)} now`);
      rest = rest.subarray(now.length);
      track.begun += now.length;
      if (now.length < left) return ok(undefined);
      track.begun = 0;
      await this.said(track, 'out');
      if (rest.length === 0) return ok(undefined);
      // Bytes of now that the device answered half-way then would never have been sent like that.
      if (track.events[track.next]?.type !== 'out') {
        this.note(`at ${event.at} ms the driver sent ${event.data.length} bytes then and ${rest.length} more now`);
        return ok(undefined);
      }
    }
  }

  private bytes(description: string): ByteTransport {
    const track = this.track();
    return {
      description: `recording of ${description}`,
      get isOpen() {
        return track.isOpen;
      },
      open: () => this.opened(track),
      write: (bytes) => this.streamed(track, bytes),
      onData: this.hearing(track),
      onClose: track.listeners.onClose,
      flush: () => Promise.resolve(),
      close: () => {
        track.isOpen = false;
        return Promise.resolve();
      },
    };
  }

  private reports(description: string): ReportTransport {
    const track = this.track();
    return {
      description: `recording of ${description}`,
      get isOpen() {
        return track.isOpen;
      },
      open: () => this.opened(track),
      write: (report) => this.wrote(track, 'out', report),
      setFeature: (report) => this.wrote(track, 'set', report),
      getFeature: async (id) => {
        const event = await this.said(track, 'get');
        if (event === null) return fail('disconnected', `feature ${id} was not read then`);
        return event.fault === undefined ? ok(bytesOf(event.data)) : { ok: false, fault: event.fault };
      },
      descriptor: async () => {
        const event = await this.said(track, 'descriptor');
        if (event === null) return fail('wrong-device', 'the report descriptor was not asked for then');
        return event.fault === undefined ? ok(bytesOf(event.data)) : { ok: false, fault: event.fault };
      },
      onReport: this.hearing(track),
      onClose: track.listeners.onClose,
      close: () => {
        track.isOpen = false;
        return Promise.resolve();
      },
    };
  }

  private http(origin: string): HttpClient {
    const ask = async ({ method, path, body, signal, deadlineMs }: HttpAsk): Promise<Result<HttpAnswer>> => {
      const part = this.events.slice(this.from, this.to);
      const event = part.find((one) => one.type === 'ask' && !this.asked.has(one.ask) && one.method === method && one.path === path);
      if (event?.type !== 'ask') {
        this.note(`${method} ${path} was not asked then`);
        return fail('disconnected', `${method} ${path} was not asked then`);
      }
      this.asked.add(event.ask);
      const bytes = body === undefined ? new Uint8Array(0) : body instanceof Uint8Array ? body : Buffer.concat(body);
      if (event.data instanceof Uint8Array && bytes.length !== event.data.length) this.note(`${method} ${path} had ${event.data.length} bytes then and ${bytes.length} now`);
      const answer = this.events.find((one) => one.type === 'answer' && one.ask === event.ask);
      if (answer?.type !== 'answer') return fail('timed-out', `${method} ${path} was never answered`);
      const due = answer.at - event.at;
      await this.time.sleep(Math.min(due, deadlineMs), signal);
      if (signal.aborted) return fail('cancelled', `${method} ${path} was cancelled`);
      if (answer.fault !== undefined) return { ok: false, fault: answer.fault };
      const back = bytesOf(answer.data).slice();
      this.mask.answerTo?.(back, bytes);
      return ok({ status: answer.status, headers: answer.headers, body: back });
    };
    return { origin, ask, close: () => undefined };
  }
}
