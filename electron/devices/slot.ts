/**
 * One device of the terminal: walks its recovery ladder, polls its status, and lets one command through at a time.
 * Which host it lives in, and when that may be restarted, is the supervisor's.
 */
import { CONDITION_CODES, fail, type Condition, type DeviceStatus, type Fault, type Result } from '../../drivers/contract.ts';
import type { DeviceConfig } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { recordConditions } from './condition-record.ts';
import { faultOfDevice, hostHelps, nothingThere, outage, UNKNOWN, unreachable, withSince } from './conditions.ts';
import { FailedCommands, type FailedCommand } from './failed-commands.ts';
import type { CallEnd, HostLink } from './host-link.ts';
import { next, REFUSED_MS, START, waitMs, type Ladder, type LadderEffect, type LadderEvent } from './machine.ts';
import { commandSchema, deviceStatus } from '../../drivers/schemas.ts';
import type { DeviceHealth, Log } from './types.ts';

/** Milliseconds between two looks at a device that does nothing else: what a citizen's next step may need sooner than the rest. */
export const POLL_MS: Readonly<Record<DeviceConfig['class'], number>> = {
  'id-card': 2_000,
  'code-scanner': 2_000,
  'receipt-printer': 2_000,
  'ticket-dispenser': 2_000,
  'document-printer': 2_000,
  scanner: 2_000,
  'document-camera': 5_000,
  locker: 5_000,
  'window-display': 5_000,
  'call-pad': 5_000,
  signals: 5_000,
  'nav-pad': 5_000,
  'signature-pad': 5_000,
  sound: 10_000,
};
const OPEN_DEADLINE_MS = 5_000;
const POLL_DEADLINE_MS = 3_000;
/** So long a wait for a card or a code lasts while something is wrong with its device: only a look shows that it is over. */
const WAIT_WHEN_WRONG_MS = 3_000;
/** A command that meets a device just being reopened waits this long for it before it gives up. */
const COMING_BACK_MS = 3_000;

export interface SlotDeps {
  clock: Clock;
  random: () => number;
  log: Log;
  audit: (event: string, fields: Record<string, unknown>) => void;
  /** ISO 8601 with offset. */
  iso: () => string;
  /** The host that it lives in now. */
  host(): HostLink;
  restartHost(): void;
  ownHost(): void;
  changed(): void;
  /** File and line of the terminal file; null: not known. */
  configuredAt: string | null;
}

export interface CommandOptions {
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  /** Id in the terminal file; left out: whichever of the class serves. */
  device?: string | undefined;
  onProgress?: ((progress: unknown) => void) | undefined;
}

/** Faults after which it is worth asking at once where the device stands. */
const tellsOfTheDevice = (fault: Fault): boolean => fault.code === 'timed-out' || fault.code === 'job-lost' || (CONDITION_CODES as readonly string[]).includes(fault.code);

export class Slot {
  readonly config: DeviceConfig;
  private readonly deps: SlotDeps;
  private ladder: Ladder = START;
  private status: DeviceStatus = UNKNOWN;
  /** Conditions that the agent knows of; they stand beside what the device says. */
  private readonly noted = new Map<string, Condition>();
  private lastSeen: string | null = null;
  private lastFault: Fault = { code: 'not-responding', remedy: 'reset', message: 'not asked yet' };
  private cancelTimer = (): void => undefined;
  private polling: Promise<void> | null = null;
  private commanded = false;
  private running: string | null = null;
  private found = false;
  private stopped = false;
  private settled: (() => void)[] = [];
  private triedOnce = false;
  private readonly failures = new FailedCommands();

  constructor(config: DeviceConfig, deps: SlotDeps) {
    this.config = config;
    this.deps = deps;
  }

  health(): DeviceHealth {
    return { id: this.config.id, deviceClass: this.config.class, status: this.status, lastSeen: this.lastSeen };
  }

  note(code: Condition['code'], condition: Condition | null): void {
    this.noted.delete(code);
    const without = this.status.conditions.filter((one) => one.code !== code);
    if (condition !== null) this.noted.set(code, condition);
    this.set({ ...this.status, conditions: without });
  }

  isServing(): boolean {
    return this.ladder.at === 'serving' || this.ladder.at === 'retrying';
  }

  /** Its first opening has ended, one way or the other. */
  wasTried(): boolean {
    return this.triedOnce;
  }

  /** Would a restart of the host hurt somebody? Waiting for a card that does not lie there yet, or for a pen, does not count. */
  isInTheMiddle(): boolean {
    return this.running !== null && !((this.running === 'read' || this.running === 'capture') && !this.found);
  }

  /** A command is with the driver: it may be what brought the host down. */
  isRunning(): boolean {
    return this.running !== null;
  }

  /** The host came up, or the slot was moved to one that is up. */
  hostUp(): void {
    this.step({ type: 'host-up' });
  }

  hostDown(): void {
    // What was the matter stays said; only that it cannot be asked just now is new.
    this.set({ ...this.status, online: false, component: 'unknown' });
    this.step({ type: 'host-down' });
  }

  stop(): void {
    for (const failed of this.failures.rest()) this.put(failed);
    this.stopped = true;
    this.cancelTimer();
  }

  /** Runs one command for somebody; what it fails with is on record. */
  async command(command: string, input: unknown, options: CommandOptions): Promise<Result<unknown>> {
    const result = await this.tried(command, input, options);
    if (result.ok) this.failures.worked(command);
    else {
      const failed = this.failures.failed(command, result.fault.code, this.deps.clock.monotonic());
      if (failed !== null) this.put(failed);
    }
    return result;
  }

  private put({ command, fault, times }: FailedCommand): void {
    this.deps.audit('device.command-failed', { device: this.config.class, command, fault, times });
  }

  private async tried(command: string, input: unknown, options: CommandOptions): Promise<Result<unknown>> {
    if (this.commanded) return fail('busy', `${this.config.id} is running another command`);
    this.commanded = true;
    const ends = this.deps.clock.monotonic() + options.deadlineMs;
    const cancelled = (): boolean => options.signal?.aborted === true;
    try {
      await this.comingBack(Math.min(options.deadlineMs, COMING_BACK_MS), options.signal);
      await this.polling;
      if (cancelled()) return fail('cancelled', `${command} was cancelled before it began`);
      const waits = command === 'read' && this.isWrong();
      if (waits) {
        this.poll();
        await this.polling;
        if (cancelled()) return fail('cancelled', `${command} was cancelled before it began`);
      }
      if (!this.isServing()) return { ok: false, fault: this.lastFault };
      const left = ends - this.deps.clock.monotonic();
      const deadlineMs = waits ? Math.min(left, WAIT_WHEN_WRONG_MS) : left;
      if (deadlineMs <= 0) return fail('timed-out', `${this.config.id} did not come back in time`);
      return await this.run(command, input, { ...options, deadlineMs });
    } finally {
      this.commanded = false;
      // With nothing scheduled (a wait of the ladder came due meanwhile) the device would not be asked again.
      if (this.isServing() && this.polling === null) this.pollIn(this.ladder.at === 'retrying' ? 0 : POLL_MS[this.config.class]);
    }
  }

  /** The device itself says so. */
  private isWrong(): boolean {
    return this.status.conditions.some(({ code, severity }) => severity === 'error' && !this.noted.has(code));
  }

  private async run(command: string, input: unknown, options: CommandOptions): Promise<Result<unknown>> {
    const schema = commandSchema(this.config.class, command);
    if (schema === null) return fail('bad-input', `${this.config.class} has no command ${command}`);
    this.cancelTimer();
    this.running = command;
    this.found = false;
    let strange = false;
    const end = await this.deps.host().call(
      { type: 'run', device: this.config.id, command, input, deadlineMs: options.deadlineMs },
      {
        signal: options.signal,
        onProgress: (raw) => {
          const progress = schema.progress.safeParse(raw);
          this.found = true;
          if (progress.success) options.onProgress?.(progress.data);
          else strange = true;
        },
      },
    );
    this.running = null;
    const result = this.resultOf(command, end, options.signal);
    if (result.ok) {
      const value = schema.value.safeParse(result.value);
      if (strange || !value.success) return fail('device-fault', `the driver of ${this.config.id} answered ${command} with something else`);
      this.answered();
      return { ok: true, value: value.data };
    }
    if (end.how === 'answered' && tellsOfTheDevice(result.fault)) this.poll();
    return result;
  }

  private resultOf(command: string, end: CallEnd, signal: AbortSignal | undefined): Result<unknown> {
    if (end.how === 'answered') return end.result;
    if (end.how === 'crashed') return fail('host-crashed', `the device host ended during ${command}`);
    this.lastFault = { code: 'not-responding', remedy: 'reset', message: `${command} did not end with its deadline` };
    this.goOut();
    this.step({ type: 'hung' });
    return signal?.aborted === true ? fail('cancelled', `${command} was cancelled and did not end`) : fail('timed-out', `${command} did not end with its deadline`);
  }

  /** Resolves as soon as the device serves or is out of service for longer, at the latest after `ms`. */
  private async comingBack(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const passing = (): boolean => !this.isServing() && !this.ladder.out && (this.ladder.at === 'host-down' || this.ladder.at === 'opening');
    if (!passing() || signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        cancel();
        // Some signals live as long as the agent.
        signal?.removeEventListener('abort', over);
        resolve();
      };
      const cancel = this.deps.clock.after(ms, over);
      signal?.addEventListener('abort', over);
      const look = (): void => {
        if (passing()) this.settled.push(look);
        else over();
      };
      this.settled.push(look);
    });
  }

  private step(event: LadderEvent): void {
    if (this.stopped) return;
    const [after, effects] = next(this.ladder, event);
    if (after.at !== this.ladder.at) this.cancelTimer();
    this.ladder = after;
    for (const effect of effects) this.perform(effect);
    for (const look of this.settled.splice(0)) look();
  }

  private perform(effect: LadderEffect): void {
    const { clock, random, log } = this.deps;
    switch (effect.type) {
      case 'open':
        void this.open();
        return;
      case 'poll':
        this.poll();
        return;
      case 'wait':
        this.cancelTimer();
        this.cancelTimer = clock.after(waitMs(effect.attempt, random()), () => this.step({ type: 'timer' }));
        return;
      case 'wait-long':
        this.cancelTimer();
        this.cancelTimer = clock.after(REFUSED_MS, () => this.step({ type: 'timer' }));
        return;
      case 'restart-host':
        this.deps.restartHost();
        return;
      case 'own-host':
        this.deps.ownHost();
        return;
      case 'out-of-service':
        log.warn({ device: this.config.id, code: this.lastFault.code, said: this.lastFault.message, original: this.lastFault.original ?? null, configured: this.deps.configuredAt }, 'device is out of service');
        return;
      case 'back-in-service':
        log.info({ device: this.config.id }, 'device is back in service');
    }
  }

  private async open(): Promise<void> {
    const { id, class: deviceClass, transport: uri, options } = this.config;
    const end = await this.deps.host().call({ type: 'open', device: id, deviceClass, uri, options, deadlineMs: OPEN_DEADLINE_MS });
    if (end.how === 'crashed') return;
    this.triedOnce = true;
    if (end.how === 'hung') {
      this.lastFault = { code: 'not-responding', remedy: 'reset', message: 'opening did not end with its deadline' };
      this.goOut();
      this.step({ type: 'hung' });
      return;
    }
    const result = end.result.ok ? this.statusOf(end.result.value) : end.result;
    if (result.ok) {
      this.seen(result.value);
      this.step({ type: 'opened' });
      if (!this.commanded) this.pollIn(POLL_MS[deviceClass]);
      return;
    }
    this.lastFault = faultOfDevice(result.fault, this.deps.configuredAt);
    this.goOut();
    this.step(this.lastFault.code === 'misconfigured' ? { type: 'refused' } : { type: 'open-failed', hostHelps: hostHelps(this.lastFault) });
  }

  /** One look, unless a look or a command is under way: whoever is, reports. */
  private poll(): void {
    if (this.stopped || this.polling !== null || this.running !== null || !this.isServing()) return;
    this.polling = this.look().finally(() => {
      this.polling = null;
    });
  }

  private async look(): Promise<void> {
    const end = await this.deps.host().call({ type: 'run', device: this.config.id, command: 'status', input: undefined, deadlineMs: POLL_DEADLINE_MS });
    if (end.how === 'crashed') return;
    if (end.how === 'hung') {
      this.resultOf('status', end, undefined);
      return;
    }
    const result = end.result.ok ? this.statusOf(end.result.value) : end.result;
    if (result.ok) {
      this.seen(result.value);
      this.answered();
      if (!this.commanded) this.pollIn(POLL_MS[this.config.class]);
      return;
    }
    this.lastFault = faultOfDevice(result.fault, this.deps.configuredAt);
    this.step({ type: 'silent', nothingThere: nothingThere(this.lastFault) });
    // A device that missed one question may only be slow; one whose port is reopened cannot do its work now.
    if (this.ladder.at !== 'retrying') this.goOut();
  }

  private pollIn(ms: number): void {
    if (this.stopped) return;
    this.cancelTimer();
    this.cancelTimer = this.deps.clock.after(ms, () => this.poll());
  }

  /** A status that says nothing but "it does not answer" is no answer. */
  private statusOf(raw: unknown): Result<DeviceStatus> {
    const parsed = deviceStatus.safeParse(raw);
    if (!parsed.success) return fail('device-fault', `the driver of ${this.config.id} gave a status that is none`);
    const status: DeviceStatus = parsed.data;
    const gone = status.online ? undefined : status.conditions.find(({ code }) => code === 'not-responding' || code === 'disconnected');
    return gone === undefined ? { ok: true, value: status } : fail(gone.code, 'the device does not answer', gone.original === undefined ? {} : { original: gone.original });
  }

  private answered(): void {
    this.lastSeen = this.deps.iso();
    this.step({ type: 'answered' });
  }

  private seen(status: DeviceStatus): void {
    this.lastSeen = this.deps.iso();
    this.set(status);
  }

  private goOut(): void {
    this.set(unreachable(outage(this.lastFault), this.status));
  }

  private set(status: DeviceStatus): void {
    const before = this.status;
    const iso = this.deps.iso();
    const own = status.conditions.filter(({ code }) => !this.noted.has(code));
    const now = { ...status, conditions: withSince([...own, ...this.noted.values()], before.conditions, iso) };
    this.status = now;
    recordConditions(this.config, before.conditions, now.conditions, this.deps);
    if (JSON.stringify(before) !== JSON.stringify(now)) this.deps.changed();
  }
}
