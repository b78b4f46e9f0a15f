/**
 * What a reader is asked, and what its answers mean. Pure: no wire, no clock.
 *
 * A read is find → select → read, and every read needs a new select. Modules differ in one thing that matters here: on some, a
 * card that was found once is not found again until it is lifted. So wherever a card is known to have lain there, "not found"
 * is not believed and select decides.
 */
import { condition, fail, ok, type DeviceStatus, type Fault, type FaultCode, type IdCard, type Result, type SecurityModule } from '../contract.ts';
import type { Machine, Step, WireEffect, WireInput } from '../transports/conversation.ts';
import { COMMANDS, decodeCardBlocks, decodeSamId, SW3, type Response, type ResponseEvent } from './codec.ts';
import { decodeNewAddress, decodeText, numberPassesCheck } from './text.ts';

/** Milliseconds that an answer may take: longer than any module needs, with room for slow USB adapters. */
const SHORT_ANSWER_MS = 500;
const READ_ANSWER_MS = 3000;
const ADDRESS_ANSWER_MS = 1500;
/** After a length that no frame has, what follows is waited out this long before the question is put again. */
const SETTLE_MS = 150;
/** Failures in a row after which a fault is told, although the deadline may be far. */
const ATTEMPTS = 6;
/** Selects refused in a row after which the thing on the reader is taken for no ID card. */
const REFUSALS = 4;

const fault = (code: FaultCode, message: string, original?: string): Fault => fail(code, message, original === undefined ? {} : { original }).fault;

const moduleFault = (response: Response): Fault | null => {
  switch (response.sw3) {
    case SW3.selfTestFailed:
      return fault('unauthorised-module', "the reader's security module failed its self-test", response.status);
    case SW3.notAuthorised:
      return fault('unauthorised-module', "the reader's security module is not authorised", response.status);
    default:
      return null;
  }
};

/** What an answer that says neither yes nor no is worth. */
const refusalFault = (response: Response): Fault => {
  switch (response.sw3) {
    case SW3.checksumWrong:
    case SW3.lengthWrong:
      return fault('bad-checksum', 'the reader received a damaged command', response.status);
    case SW3.cardRejectsSam:
    case SW3.samRejectsCard:
    case SW3.verifyFailed:
    case SW3.unknownCardType:
    case SW3.readFailed:
    case SW3.selectFailed:
    case SW3.notOnCard:
      return fault('media-unreadable', 'the reader cannot read this card', response.status);
    default:
      return fault('device-fault', 'the reader reports an error', response.status);
  }
};

/** What a fragment, a wrong checksum or a wrong length says about the line. */
const lineFault = (event: Exclude<ResponseEvent, { type: 'response' }>): Fault => {
  switch (event.type) {
    case 'bad-checksum':
      return fault('bad-checksum', 'an answer of the reader has a wrong checksum');
    case 'bad-length':
      return fault('bad-frame', 'an answer of the reader has an impossible length', `length ${event.length}`);
    case 'fragment':
      return event.begun ? fault('bad-frame', 'an answer of the reader broke off') : fault('bad-frame', 'the reader sends bytes that are no answer');
  }
};

const SILENT = fault('not-responding', 'the reader does not answer');

/** The three ends that may come at any moment. */
const endOf = (input: WireInput<ResponseEvent>, atDeadline: Fault): { ok: false; fault: Fault } | null => {
  switch (input.type) {
    case 'closed':
      return fail('disconnected', 'the connection to the reader was lost', { original: input.reason });
    case 'cancelled':
      return fail('cancelled', 'the command was cancelled');
    case 'deadline':
      return { ok: false, fault: atDeadline };
    case 'start':
    case 'message':
    case 'written':
    case 'timer':
      return null;
  }
};

const ask = (bytes: Uint8Array, ms: number): WireEffect<never, never>[] => [
  { type: 'send', bytes, fresh: true },
  { type: 'timer', ms },
];

// ------------------------------------------------------------------------------------------------ read

export interface ReadState {
  phase: 'idle' | 'finding' | 'selecting' | 'reading' | 'waiting' | 'over';
  /** Failures in a row. */
  attempts: number;
  /** Selects refused in a row though a card was found. */
  refusals: number;
  /** What the line said last that was no answer; becomes the fault when nothing better comes. */
  noted: Fault | null;
  /** The failure before this attempt. */
  last: Fault | null;
  heard: boolean;
  /** A card was selected: from here on, a card that is gone was removed. */
  seen: boolean;
  /** Let select decide although find says no. */
  doubtFind: boolean;
  /** A record whose number failed its check: believed when a second reading says the same. */
  suspect: Uint8Array | null;
}

type ReadStep = Step<ReadState, { step: 'found' }, IdCard>;

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Machine of the command `read`. `pollMs`: pause between two looks for a card; `own`: the issuer's private-use characters. */
export const readMachine = (pollMs: number, own?: ReadonlyMap<string, string>): Machine<ReadState, ResponseEvent, { step: 'found' }, IdCard> => {
  const done = (state: ReadState, result: Result<IdCard>): ReadStep => ({
    state: { ...state, phase: 'over', suspect: null },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const find = (state: ReadState): ReadStep => ({ state: { ...state, phase: 'finding', noted: null }, effects: ask(COMMANDS.find, SHORT_ANSWER_MS) });
  const select = (state: ReadState): ReadStep => ({ state: { ...state, phase: 'selecting', noted: null }, effects: ask(COMMANDS.select, SHORT_ANSWER_MS) });
  const wait = (state: ReadState): ReadStep => ({
    state: { ...state, phase: 'waiting', attempts: 0, last: null, noted: null, doubtFind: false },
    effects: [{ type: 'timer', ms: pollMs }],
  });
  const again = (state: ReadState, problem: Fault): ReadStep => {
    const attempts = state.attempts + 1;
    if (attempts >= ATTEMPTS) return done(state, { ok: false, fault: problem });
    return find({ ...state, attempts, last: problem, doubtFind: state.doubtFind || state.seen });
  };

  const afterFind = (state: ReadState, response: Response): ReadStep => {
    if (response.sw3 === SW3.found) return select(state);
    if (response.sw3 === SW3.noCard) return state.doubtFind ? select(state) : wait({ ...state, refusals: 0 });
    // A late answer to an earlier question: the right one is still to come.
    if (response.sw3 === SW3.ok) return { state, effects: [] };
    return again(state, refusalFault(response));
  };

  const afterSelect = (state: ReadState, response: Response): ReadStep => {
    if (response.sw3 === SW3.ok) {
      return {
        state: { ...state, phase: 'reading', seen: true, refusals: 0, noted: null },
        effects: [...(state.seen ? [] : [{ type: 'progress', progress: { step: 'found' } } as const]), ...ask(COMMANDS.read, READ_ANSWER_MS)],
      };
    }
    if (response.sw3 === SW3.found) return { state, effects: [] };
    if (response.sw3 !== SW3.noCard && response.sw3 !== SW3.selectFailed) return again(state, refusalFault(response));
    if (state.seen) return done(state, fail('media-removed', 'the card was lifted while it was being read', { original: response.status }));
    const refusals = state.doubtFind ? 0 : state.refusals + 1;
    if (refusals >= REFUSALS) return done(state, fail('media-unreadable', 'what lies on the reader is no card that it can read', { original: response.status }));
    return wait({ ...state, refusals });
  };

  const afterRead = (state: ReadState, response: Response): ReadStep => {
    if (response.sw3 === SW3.found) return { state, effects: [] };
    if (response.sw3 !== SW3.ok) return again(state, refusalFault(response));
    const blocks = decodeCardBlocks(response.data);
    if (blocks === null) return again(state, fault('bad-frame', 'the answer to a read has an impossible shape', `${response.data.length} bytes`));
    const card = decodeText(blocks.text, blocks.photo, own);
    if (!card.ok) return again(state, card.fault);
    // The frame's checksum lets one damage in 256 through. What the card says twice is what stands on it.
    if (!numberPassesCheck(card.value) && (state.suspect === null || !sameBytes(state.suspect, blocks.text))) {
      return again({ ...state, suspect: blocks.text }, fault('media-unreadable', "the card's number does not pass its own check"));
    }
    return done(state, card);
  };

  const onMessage = (state: ReadState, event: ResponseEvent): ReadStep => {
    if (state.phase === 'waiting' || state.phase === 'idle' || state.phase === 'over') return { state, effects: [] };
    if (event.type === 'bad-checksum') return again(state, lineFault(event));
    if (event.type === 'bad-length') return { state: { ...state, noted: lineFault(event) }, effects: [{ type: 'timer', ms: SETTLE_MS }] };
    if (event.type === 'fragment') return { state: { ...state, noted: state.noted ?? lineFault(event) }, effects: [] };
    const heard = { ...state, heard: true };
    const broken = moduleFault(event.response);
    if (broken !== null) return done(heard, { ok: false, fault: broken });
    if (state.phase === 'finding') return afterFind(heard, event.response);
    return state.phase === 'selecting' ? afterSelect(heard, event.response) : afterRead(heard, event.response);
  };

  const atDeadline = (state: ReadState): Fault => {
    const known = state.noted ?? state.last;
    if (known !== null) return known;
    if (!state.heard) return SILENT;
    if (state.seen) return fault('timed-out', 'the card was not read in time');
    return fault('no-media', 'no card was laid on the reader');
  };

  return {
    // The card of an earlier read may still lie there and hide from find.
    initial: { phase: 'idle', attempts: 0, refusals: 0, noted: null, last: null, heard: false, seen: false, doubtFind: true, suspect: null },
    next: (state, input) => {
      const end = endOf(input, atDeadline(state));
      if (end !== null) return done(state, end);
      if (input.type === 'start') return find(state);
      if (input.type === 'message') return onMessage(state, input.message);
      if (input.type === 'written' || state.phase === 'idle' || state.phase === 'over') return { state, effects: [] };
      return state.phase === 'waiting' ? find(state) : again(state, state.noted ?? SILENT);
    },
  };
};

// ------------------------------------------------------------------------------- one question, one answer

export interface AskState<Q extends string> {
  question: Q;
  attempts: number;
  noted: Fault | null;
  over: boolean;
}

const answerMs = (question: Uint8Array): number => (question === COMMANDS.readNewAddress ? ADDRESS_ANSWER_MS : SHORT_ANSWER_MS);

type Answered<Q extends string, V> = { ask: Q } | { done: Result<V> };

const asking = <Q extends string, V>(
  questions: Record<Q, Uint8Array>,
  first: Q,
  attemptsAllowed: number,
  answered: (question: Q, response: Response) => Answered<Q, V>,
): Machine<AskState<Q>, ResponseEvent, never, V> => {
  type Out = Step<AskState<Q>, never, V>;
  const put = (state: AskState<Q>): Out => ({ state: { ...state, noted: null }, effects: ask(questions[state.question], answerMs(questions[state.question])) });
  const done = (state: AskState<Q>, result: Result<V>): Out => ({
    state: { ...state, over: true },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const again = (state: AskState<Q>, problem: Fault): Out =>
    state.attempts + 1 >= attemptsAllowed ? done(state, { ok: false, fault: problem }) : put({ ...state, attempts: state.attempts + 1 });
  return {
    initial: { question: first, attempts: 0, noted: null, over: false },
    next: (state, input) => {
      const end = endOf(input, state.noted ?? SILENT);
      if (end !== null) return done(state, end);
      if (input.type === 'written' || state.over) return { state, effects: [] };
      if (input.type === 'start') return put(state);
      if (input.type === 'timer') return again(state, state.noted ?? SILENT);
      if (input.type !== 'message') return { state, effects: [] };
      const event = input.message;
      if (event.type === 'bad-checksum') return again(state, lineFault(event));
      if (event.type === 'bad-length') return { state: { ...state, noted: lineFault(event) }, effects: [{ type: 'timer', ms: SETTLE_MS }] };
      if (event.type === 'fragment') return { state: { ...state, noted: state.noted ?? lineFault(event) }, effects: [] };
      const next = answered(state.question, event.response);
      return 'done' in next ? done(state, next.done) : put({ ...state, question: next.ask, attempts: 0 });
    },
  };
};

const statusValue = (model: string | null, broken: Fault | null): DeviceStatus => ({
  online: broken === null,
  component: broken === null ? 'ready' : 'unavailable',
  // Looking for a card would disturb one that is being read by the next command; `present` asks.
  media: 'unknown',
  conditions: broken === null ? [] : [condition('unauthorised-module', 'error', broken.original)],
  supplies: [],
  model,
});

/** Machine of the command `status`. A module that has just got power is asked for 2 s before it counts as silent. */
export const statusMachine = (): Machine<AskState<'status' | 'id'>, ResponseEvent, never, DeviceStatus> =>
  asking<'status' | 'id', DeviceStatus>({ status: COMMANDS.samStatus, id: COMMANDS.samId }, 'status', 4, (question, response) => {
    const broken = moduleFault(response);
    if (broken !== null) return { done: ok(statusValue(null, broken)) };
    if (question === 'status') return { ask: 'id' };
    return { done: ok(statusValue(response.sw3 === SW3.ok ? (decodeSamId(response.data)?.id ?? null) : null, null)) };
  });

/**
 * Machine of the command `present`: the card that was read and not lifted answers the question for its newer address, with the
 * address or with "not on card"; else a look for any card decides, and one that is found then is another, or was laid anew.
 */
export const presentMachine = (): Machine<AskState<'address' | 'find'>, ResponseEvent, never, { present: boolean; same: boolean }> =>
  asking<'address' | 'find', { present: boolean; same: boolean }>({ address: COMMANDS.readNewAddress, find: COMMANDS.find }, 'address', 3, (question, response) => {
    const broken = moduleFault(response);
    if (broken !== null) return { done: { ok: false, fault: broken } };
    if (question === 'find') return { done: ok({ present: response.sw3 === SW3.found, same: false }) };
    return response.sw3 === SW3.ok || response.sw3 === SW3.notOnCard ? { done: ok({ present: true, same: true }) } : { ask: 'find' };
  });

type AddressQuestion = 'address' | 'find' | 'select' | 'selected-address';
export interface NewAddress {
  address: string | null;
  unmapped: string[];
}

/**
 * Machine of the command `newAddress`. A card that was just read answers at once; one that was not is selected first. Whether
 * find sees a card again that was read differs between modules, so select decides.
 */
export const newAddressMachine = (own?: ReadonlyMap<string, string>): Machine<AskState<AddressQuestion>, ResponseEvent, never, NewAddress> =>
  asking<AddressQuestion, NewAddress>(
    { address: COMMANDS.readNewAddress, find: COMMANDS.find, select: COMMANDS.select, 'selected-address': COMMANDS.readNewAddress },
    'address',
    3,
    (question, response) => {
      const broken = moduleFault(response);
      if (broken !== null) return { done: { ok: false, fault: broken } };
      if (question === 'find') return { ask: 'select' };
      if (question === 'select') {
        return response.sw3 === SW3.ok ? { ask: 'selected-address' } : { done: fail('no-media', 'no card lies on the reader', { original: response.status }) };
      }
      if (response.sw3 === SW3.notOnCard) return { done: ok({ address: null, unmapped: [] }) };
      if (response.sw3 === SW3.ok) {
        const found = decodeNewAddress(response.data, own);
        return { done: found === null ? fail('bad-frame', 'the answer with the newer address has an impossible shape', { original: `${response.data.length} bytes` }) : ok(found) };
      }
      return question === 'address' ? { ask: 'find' } : { done: { ok: false, fault: refusalFault(response) } };
    },
  );

const moduleState = (response: Response): SecurityModule['state'] => {
  switch (response.sw3) {
    case SW3.ok:
      return 'ready';
    case SW3.selfTestFailed:
      return 'self-test-failed';
    case SW3.notAuthorised:
      return 'not-authorised';
    default:
      return 'failing';
  }
};

/** Machine of the command `module`: what the reader's security module is, and how it is. A module that refuses is an answer, not a fault. */
export const moduleMachine = (): Machine<AskState<'status' | 'id'>, ResponseEvent, never, SecurityModule> =>
  asking<'status' | 'id', SecurityModule>({ status: COMMANDS.samStatus, id: COMMANDS.samId }, 'status', 4, (question, response) => {
    const state = moduleState(response);
    if (question === 'status' && state === 'ready') return { ask: 'id' };
    const name = question === 'id' && state === 'ready' ? decodeSamId(response.data) : null;
    return { done: ok({ state, status: response.status, id: name?.id ?? null, printed: name?.printed ?? [] }) };
  });
