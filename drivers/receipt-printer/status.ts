/** What a printer answers: which byte is which, and what it means. */
import { condition, type Condition } from '../contract.ts';
import type { Decoder } from '../transports/conversation.ts';
import type { PrinterProfile } from './profiles.ts';

const DLE = 0x10;
const XON = 0x11;
const XOFF = 0x13;

/** 1 printer, 2 why it is offline, 3 which error, 4 paper. */
export type StatusNumber = 1 | 2 | 3 | 4;
export type StatusBytes = Record<StatusNumber, number>;
/** Custom's full status: paper, user, recoverable errors, unrecoverable errors. */
export type FullStatus = readonly [paper: number, user: number, recoverable: number, unrecoverable: number];

/** One thing that came from the printer. */
export type PrinterMessage =
  /** Answer to DLE EOT 1–4: which of them, only the order of the questions tells. */
  | { type: 'live'; byte: number }
  /** Answer to GS r: all that was sent before it has been printed. */
  | { type: 'ordered'; byte: number }
  /** Unasked status (GS a), as the bytes of the four live answers. */
  | { type: 'auto'; status: StatusBytes; original: string }
  | { type: 'full'; status: FullStatus }
  /** XON and XOFF of a line that has no software flow control set. */
  | { type: 'flow' }
  | { type: 'strange'; byte: number };

/** Answered in its turn: when the answer comes, all that was sent before has been printed. */
export const ORDERED_STATUS = Uint8Array.of(0x1d, 0x72, 0x01);
/** Asks for one status byte, answered at once even while the printer is offline. */
export const statusRequest = (which: StatusNumber): Uint8Array => Uint8Array.of(DLE, 0x04, which);
export const FULL_STATUS_REQUEST = Uint8Array.of(DLE, 0x04, 0x14);
/** After an error whose cause is gone: goes on at the line in which it happened. */
export const RECOVER_AND_GO_ON = Uint8Array.of(DLE, 0x05, 0x01);
/** After an error whose cause is gone: forgets all that was sent and not printed. */
export const RECOVER_AND_FORGET = Uint8Array.of(DLE, 0x05, 0x02);

/** Fixed bits of an answer to DLE EOT. 00 or FF, as from a broken cable, is none. */
export const isLiveStatus = (byte: number): boolean => (byte & 0x93) === 0x12;
/** Fixed bits of an answer to GS r, and of the last three bytes of an unasked status. */
export const isOrderedStatus = (byte: number): boolean => (byte & 0x90) === 0x00;
/** Fixed bits of the first byte of an unasked status. */
export const isAutoStatus = (byte: number): boolean => (byte & 0x93) === 0x10;

const has = (byte: number, bits: number): boolean => (byte & bits) !== 0;
const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** The four bytes of an unasked status, as the live answers would tell the same. */
const fromAuto = ([first = 0, second = 0, third = 0]: readonly number[]): StatusBytes => ({
  1: 0x12 | (first & 0x08) | (has(second, 0x01) ? 0x20 : 0),
  2: 0x12 | (has(first, 0x20) ? 0x04 : 0) | (has(first, 0x40) ? 0x08 : 0) | (has(third, 0x0c) ? 0x20 : 0) | (has(second, 0x6c) ? 0x40 : 0),
  3: 0x12 | (second & 0x6c),
  4: 0x12 | ((third & 0x03) << 2) | ((third & 0x0c) << 3),
});

/**
 * Takes a printer's answers apart as they come, interleaved: an unasked status may come between a question and its answer, and
 * flow control between its bytes. Bounded: never holds more than five bytes.
 */
export class StatusDecoder implements Decoder<PrinterMessage> {
  private readonly full: boolean;
  private held: number[] = [];

  constructor({ status }: PrinterProfile) {
    this.full = status === 'full';
  }

  push(chunk: Uint8Array): PrinterMessage[] {
    const messages: PrinterMessage[] = [];
    for (const byte of chunk) this.take(byte, messages);
    return messages;
  }

  /** Forgets what is half received. */
  reset(): void {
    this.held = [];
  }

  private take(byte: number, messages: PrinterMessage[]): void {
    if (this.full) this.takeFull(byte, messages);
    else this.takeLive(byte, messages);
  }

  private takeLive(byte: number, messages: PrinterMessage[]): void {
    if (byte === XON || byte === XOFF) {
      messages.push({ type: 'flow' });
      return;
    }
    if (this.held.length > 0 && isOrderedStatus(byte)) {
      this.held.push(byte);
      if (this.held.length < 4) return;
      messages.push({ type: 'auto', status: fromAuto(this.held), original: `ASB ${hex(this.held)}` });
      this.held = [];
      return;
    }
    // An unasked status that broke off: what came of it means nothing.
    this.held = [];
    if (isAutoStatus(byte)) this.held = [byte];
    else if (isLiveStatus(byte)) messages.push({ type: 'live', byte });
    else if (isOrderedStatus(byte)) messages.push({ type: 'ordered', byte });
    else messages.push({ type: 'strange', byte });
  }

  private takeFull(byte: number, messages: PrinterMessage[]): void {
    this.held.push(byte);
    const [first, second, paper = 0, user = 0, recoverable = 0, unrecoverable = 0] = this.held;
    if (first !== DLE || (second !== undefined && second !== 0x0f)) {
      const [strange = 0, ...rest] = this.held;
      messages.push({ type: 'strange', byte: strange });
      this.held = [];
      for (const again of rest) this.takeFull(again, messages);
    } else if (this.held.length === 6) {
      messages.push({ type: 'full', status: [paper, user, recoverable, unrecoverable] });
      this.held = [];
    }
  }
}

/** How a printer is, whichever way it told. */
export interface PrinterState {
  online: boolean;
  conditions: Condition[];
  /** Does a ticket lie in the mouth? Null: no sensor there. */
  ticket: boolean | null;
  /** A stuck knife or lost mark: ended by DLE ENQ once its cause is gone. */
  recoverable: boolean;
}

/** Conditions that four status bytes tell; `original` is the byte that told. */
export const conditionsOf = (status: StatusBytes, profile: PrinterProfile): Condition[] => {
  const told = (which: StatusNumber): string => `DLE EOT ${which}: ${hex([status[which]])}`;
  // Where the sensor of the mouth has bit 6 of status 4, only bit 5 is the end of the roll.
  const paperEnd = profile.presenter === null || profile.presenter.sensor === 'full' ? 0x60 : 0x20;
  const found: Condition[] = [];
  if (has(status[2], 0x04)) found.push(condition('cover-open', 'error', told(2)));
  if (has(status[4], paperEnd)) found.push(condition('paper-out', 'error', told(4)));
  else if (has(status[2], 0x20)) found.push(condition('paper-out', 'error', told(2)));
  if (has(status[3], 0x08)) found.push(condition('cutter-fault', 'error', told(3)));
  if (has(status[3], 0x04) && profile.mechanicalErrorIsJam) found.push(condition('paper-jam', 'error', told(3)));
  if (has(status[3], 0x40)) found.push(condition('head-hot', 'error', told(3)));
  if (has(status[3], 0x20)) found.push(condition('device-fault', 'error', told(3)));
  if (found.length === 0 && has(status[2], 0x40)) found.push(condition('device-fault', 'error', told(2)));
  if (found.length === 0 && has(status[1], 0x08)) found.push(condition('offline', 'error', told(1)));
  if (profile.nearEndSensor && has(status[4], 0x0c) && !found.some(({ code }) => code === 'paper-out')) found.push(condition('paper-low', 'warning', told(4)));
  return found;
};

const fullConditions = (status: FullStatus): Condition[] => {
  const [paper, user, recoverable, unrecoverable] = status;
  const original = `full status: ${hex(status)}`;
  const found: Condition[] = [];
  const tell = (when: boolean, ...[code, severity]: [code: Condition['code'], severity: Condition['severity']]): void => {
    if (when && !found.some((known) => known.code === code)) found.push(condition(code, severity, original));
  };
  tell(has(user, 0x03) || has(unrecoverable, 0x02), 'cover-open', 'error');
  tell(has(paper, 0x01), 'paper-out', 'error');
  tell(has(unrecoverable, 0x01), 'cutter-fault', 'error');
  tell(has(recoverable, 0x40), 'paper-jam', 'error');
  tell(has(recoverable, 0x01), 'head-hot', 'error');
  tell(has(recoverable, 0x08) || has(unrecoverable, 0x0c), 'device-fault', 'error');
  tell(has(paper, 0x04) && !has(paper, 0x01), 'paper-low', 'warning');
  return found;
};

/** From the answer to DLE EOT 1. */
export const isOffline = (printerByte: number): boolean => has(printerByte, 0x08);

/** From the four live answers. */
export const liveState = (status: StatusBytes, profile: PrinterProfile): PrinterState => {
  const sensor = profile.presenter?.sensor;
  const bit = has(status[4], 0x40);
  return {
    online: !isOffline(status[1]),
    conditions: conditionsOf(status, profile),
    ticket: sensor === 'status-4-set' ? bit : sensor === 'status-4-clear' ? !bit : null,
    recoverable: has(status[3], 0x0c) && !has(status[3], 0x20),
  };
};

/** From Custom's full status. It tells no recoverable knife: what is stuck there waits for hands. */
export const fullState = (status: FullStatus, profile: PrinterProfile): PrinterState => {
  const conditions = fullConditions(status);
  return { online: !conditions.some(({ severity }) => severity === 'error'), conditions, ticket: profile.presenter === null ? null : has(status[0], 0x20), recoverable: false };
};
