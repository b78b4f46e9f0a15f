/** One look at a printer: its questions, one after the other, as a part of every machine. Pure. */
import { fail, type Condition, type Fault, type FaultCode } from '../contract.ts';
import type { WireEffect } from '../transports/conversation.ts';
import type { PrinterProfile } from './profiles.ts';
import { FULL_STATUS_REQUEST, fullState, isOffline, liveState, statusRequest, type PrinterMessage, type PrinterState, type StatusBytes, type StatusNumber } from './status.ts';

const ANSWER_MS = 500;
/** Questions without an answer after which the printer counts as silent. */
const ATTEMPTS = 3;

export interface Look {
  /** Of a printer that was well a moment ago, only whether it is online: why not, is asked when it is not. */
  quick: boolean;
  which: StatusNumber;
  attempts: number;
  bytes: StatusBytes;
  /** A byte that is no answer: a broken line, or not this kind of printer. */
  strange: number | null;
}

export type Looked = { type: 'more'; look: Look; effects: WireEffect<never, never>[] } | { type: 'complete'; state: PrinterState } | { type: 'failed'; fault: Fault };

export const fault = (code: FaultCode, message: string, original?: string): Fault => fail(code, message, original === undefined ? {} : { original }).fault;

export const SILENT = fault('not-responding', 'the printer does not answer');

const MESSAGES: Readonly<Partial<Record<FaultCode, string>>> = {
  'paper-out': 'the printer has no paper',
  'paper-jam': 'the paper is jammed',
  'cover-open': "the printer's cover is open",
  'cutter-fault': 'the knife is blocked',
  'head-hot': 'the print head is too hot; it goes on by itself',
  offline: 'the printer is offline',
};

/** The worst condition as the fault of a command; null when the printer can print. */
export const faultOf = (conditions: readonly Condition[]): Fault | null => {
  const first = conditions.find(({ severity }) => severity === 'error');
  return first === undefined ? null : fault(first.code, MESSAGES[first.code] ?? 'the printer reports an error', first.original);
};

const ask = (look: Look, profile: PrinterProfile): Looked => ({
  type: 'more',
  look,
  effects: [
    // A full status begins with its own first byte; single bytes are whole, and an unasked status on its way must not lose its head.
    profile.status === 'full' ? { type: 'send', bytes: FULL_STATUS_REQUEST, fresh: true } : { type: 'send', bytes: statusRequest(look.which), fresh: false },
    { type: 'timer', ms: ANSWER_MS },
  ],
});

export const beginLook = (profile: PrinterProfile, quick = false): Looked => ask({ quick, which: 1, attempts: 0, bytes: { 1: 0, 2: 0, 3: 0, 4: 0 }, strange: null }, profile);

/** What a printer that is online need not be asked between two parts of a slip. */
const WELL: StatusBytes = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };

const NEXT: Readonly<Record<StatusNumber, StatusNumber | null>> = { 1: 2, 2: 3, 3: 4, 4: null };

/** What a message or the end of a wait means to a look under way. */
export const lookOn = (look: Look, input: { type: 'message'; message: PrinterMessage } | { type: 'timer' }, profile: PrinterProfile): Looked => {
  const waiting = (changed: Look): Looked => ({ type: 'more', look: changed, effects: [] });
  if (input.type === 'timer') {
    if (look.attempts + 1 < ATTEMPTS) return ask({ ...look, attempts: look.attempts + 1 }, profile);
    return { type: 'failed', fault: look.strange === null ? SILENT : fault('bad-frame', 'the answer is no printer status', `byte ${look.strange.toString(16).padStart(2, '0')}`) };
  }
  const { message } = input;
  switch (message.type) {
    case 'full':
      return { type: 'complete', state: fullState(message.status, profile) };
    case 'live': {
      const bytes = { ...look.bytes, [look.which]: message.byte };
      if (look.quick && look.which === 1 && !isOffline(message.byte)) return { type: 'complete', state: liveState({ ...WELL, 1: message.byte }, profile) };
      const next = NEXT[look.which];
      return next === null ? { type: 'complete', state: liveState(bytes, profile) } : ask({ quick: false, which: next, attempts: 0, bytes, strange: null }, profile);
    }
    case 'ordered':
    case 'strange':
      return waiting({ ...look, strange: message.byte });
    case 'auto':
    case 'flow':
      return waiting(look);
  }
};
