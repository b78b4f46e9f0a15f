/**
 * What an engine is told, and what comes of it. Pure: no wire, no clock.
 *
 * Only what is shown after the read began counts: whatever is on the line before is the end of something that nobody waits
 * for, so it is let pass first. Nothing of a second code is kept: it belongs to the next read, or to nobody.
 */
import { fail, ok, type DeviceStatus, type Fault, type FaultCode, type Result } from '../contract.ts';
import type { Machine, Step, WireEffect, WireInput } from '../transports/conversation.ts';
import type { ScanEvent } from './codec.ts';
import type { Trigger } from './profiles.ts';
import { splitAim, symbologyOf } from './symbology.ts';
import { decodeCodeText, type Encoding } from './text.ts';

/** How one read goes, from the profile and the device's own options. */
export interface ReadPlan {
  end: 'terminator' | 'gap';
  gapMs: number;
  encoding: Encoding;
  /** AIM identifiers stand in the text itself. */
  aim: boolean;
  trigger: Trigger | null;
}

export interface Code {
  text: string;
  symbology: string;
}

export interface ReadState {
  /** `checking`: silence ended a code; is the scanner still plugged in? */
  phase: 'idle' | 'settling' | 'arming' | 'listening' | 'collecting' | 'checking' | 'over';
  /** Commands in a row without an answer. */
  attempts: number;
  /** What came of the code that is under way. */
  held: { bytes: Uint8Array; aim: string | null } | null;
  /** Why nothing better came until now. */
  noted: Fault | null;
}

/** A code that has begun and does not go on for this long is broken off. */
const BROKEN_OFF_MS = 1_000;
const ATTEMPTS = 3;

const fault = (code: FaultCode, message: string): Fault => fail(code, message).fault;
const SILENT = fault('not-responding', 'the engine does not answer');
const BROKEN_OFF = fault('bad-frame', 'a code broke off');
const RESTLESS = fault('bad-frame', 'the line never comes to rest');
const NOTHING_SHOWN = fault('no-media', 'no code was shown');

type ReadStep = Step<ReadState, never, Code>;

/** Machine of the command `read`. */
export const readMachine = (plan: ReadPlan): Machine<ReadState, ScanEvent, never, Code> => {
  const { trigger } = plan;

  const done = (state: ReadState, result: Result<Code>): ReadStep => {
    const lit = trigger !== null && state.phase !== 'idle' && state.phase !== 'settling' && state.phase !== 'over';
    const effects: WireEffect<never, Code>[] = lit ? [{ type: 'send', bytes: trigger.off, fresh: true }] : [];
    return { state: { phase: 'over', attempts: 0, held: null, noted: null }, effects: [...effects, { type: 'timer', ms: null }, { type: 'done', result }] };
  };
  const broken = (state: ReadState, problem: Fault): ReadStep => done(state, { ok: false, fault: problem });
  const settle = (state: ReadState): ReadStep => ({ state: { ...state, phase: 'settling' }, effects: [{ type: 'timer', ms: plan.gapMs }] });
  const listen = (state: ReadState): ReadStep => ({ state: { ...state, phase: 'listening', attempts: 0, held: null }, effects: [{ type: 'timer', ms: trigger?.againMs ?? null }] });
  const arm = (state: ReadState, told: Trigger): ReadStep => {
    const send: WireEffect<never, Code> = { type: 'send', bytes: told.on, fresh: false };
    if (told.replyMs === null) return { state: { ...state, phase: 'listening', held: null }, effects: [send, { type: 'timer', ms: told.againMs }] };
    return { state: { ...state, phase: 'arming', held: null }, effects: [send, { type: 'timer', ms: told.replyMs }] };
  };
  const begin = (state: ReadState): ReadStep => (trigger === null ? listen(state) : arm(state, trigger));
  /** What came before the line was at rest is no beginning of the next code, also where nothing ends it but silence. */
  const rested = ({ state, effects }: ReadStep): ReadStep => ({ state, effects: [{ type: 'forget' }, ...effects] });
  const again = (state: ReadState, told: Trigger): ReadStep => (state.attempts + 1 >= ATTEMPTS ? broken(state, SILENT) : arm({ ...state, attempts: state.attempts + 1 }, told));

  const take = (state: ReadState, found: { bytes: Uint8Array; aim: string | null }): ReadStep => {
    const { aim, rest } = plan.aim ? splitAim(found.bytes) : { aim: found.aim, rest: found.bytes };
    const text = decodeCodeText(rest, plan.encoding);
    return done(state, text.ok ? ok({ text: text.value, symbology: symbologyOf(aim) }) : text);
  };
  const collect = (state: ReadState, held: { bytes: Uint8Array; aim: string | null }): ReadStep => ({
    state: { ...state, phase: 'collecting', held },
    effects: [{ type: 'timer', ms: plan.end === 'gap' ? plan.gapMs : BROKEN_OFF_MS }],
  });

  const onMessage = (state: ReadState, event: ScanEvent): ReadStep => {
    if (state.phase === 'idle' || state.phase === 'over') return { state, effects: [] };
    if (state.phase === 'settling') return settle({ ...state, noted: RESTLESS });
    switch (event.type) {
      case 'code':
        return take(state, event);
      case 'partial':
        return collect(state, event);
      case 'too-long':
        return broken(state, fault('media-too-large', 'the code is longer than any that can be read'));
      case 'bad-report':
        return broken(state, fault('bad-frame', 'a report of the scanner does not fit its layout'));
      case 'reply':
        if (state.phase !== 'arming' || trigger === null) return { state, effects: [] };
        return event.ok ? listen(state) : again(state, trigger);
    }
  };

  const onTimer = (state: ReadState): ReadStep => {
    switch (state.phase) {
      case 'settling':
        return rested(begin({ ...state, noted: null }));
      case 'arming':
        return trigger === null ? listen(state) : again(state, trigger);
      case 'listening':
        return begin(state);
      case 'collecting':
        // A plug that is pulled in the middle of a code is silence as well.
        return plan.end === 'gap' ? { state: { ...state, phase: 'checking' }, effects: [{ type: 'look' }] } : broken(state, BROKEN_OFF);
      case 'checking':
      case 'idle':
      case 'over':
        return { state, effects: [] };
    }
  };

  const atDeadline = (state: ReadState): Fault => {
    if (state.noted !== null) return state.noted;
    if (state.phase === 'collecting' || state.phase === 'checking') return BROKEN_OFF;
    return state.phase === 'arming' && state.attempts > 0 ? SILENT : NOTHING_SHOWN;
  };

  return {
    initial: { phase: 'idle', attempts: 0, held: null, noted: null },
    next: (state, input: WireInput<ScanEvent>) => {
      switch (input.type) {
        case 'start':
          return settle(state);
        case 'message':
          return onMessage(state, input.message);
        case 'timer':
          return onTimer(state);
        case 'written':
          return state.phase === 'checking' && state.held !== null ? take(state, state.held) : { state, effects: [] };
        case 'closed':
          // Nothing can be sent any more.
          return done({ ...state, phase: 'over' }, fail('disconnected', 'the connection to the code scanner was lost', { original: input.reason }));
        case 'cancelled':
          return done(state, fail('cancelled', 'the command was cancelled'));
        case 'deadline':
          return broken(state, atDeadline(state));
      }
    },
  };
};

export interface StatusState {
  phase: 'idle' | 'asking' | 'over';
  attempts: number;
}

const ASK_MS = 300;

const wellAs = (model: string | null): DeviceStatus => ({ online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model });

/**
 * Machine of the command `status`. An engine that answers questions is asked; of others only the open port can be told, and
 * `online` then means no more than that.
 */
export const statusMachine = (ask: Uint8Array | null, model: string | null): Machine<StatusState, ScanEvent, never, DeviceStatus> => {
  type Out = Step<StatusState, never, DeviceStatus>;
  const done = (result: Result<DeviceStatus>): Out => ({ state: { phase: 'over', attempts: 0 }, effects: [{ type: 'timer', ms: null }, { type: 'done', result }] });
  const put = (attempts: number): Out => {
    if (ask === null) return done(ok(wellAs(model)));
    if (attempts >= ATTEMPTS) return done({ ok: false, fault: SILENT });
    return {
      state: { phase: 'asking', attempts },
      effects: [
        { type: 'send', bytes: ask, fresh: true },
        { type: 'timer', ms: ASK_MS },
      ],
    };
  };
  return {
    initial: { phase: 'idle', attempts: 0 },
    next: (state, input) => {
      switch (input.type) {
        case 'start':
          return put(0);
        case 'message':
          return state.phase === 'asking' && input.message.type === 'reply' && input.message.ok ? done(ok(wellAs(model))) : { state, effects: [] };
        case 'timer':
          return state.phase === 'asking' ? put(state.attempts + 1) : { state, effects: [] };
        case 'written':
          return { state, effects: [] };
        case 'closed':
          return done(fail('disconnected', 'the connection to the code scanner was lost', { original: input.reason }));
        case 'cancelled':
          return done(fail('cancelled', 'the command was cancelled'));
        case 'deadline':
          return done({ ok: false, fault: SILENT });
      }
    },
  };
};
