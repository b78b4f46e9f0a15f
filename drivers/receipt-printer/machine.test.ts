import { describe, expect, test } from 'vitest';
import type { Machine, WireEffect, WireInput } from '../transports/conversation.ts';
import { ejectTorn, type EncodedSlip } from './codec.ts';
import { printMachine, statusMachine, type PrintOptions } from './machine.ts';
import { mendMachine } from './mend-machine.ts';
import { mouthMachine } from './mouth-machine.ts';
import { DEFAULT_PROFILE, PROFILES, type PrinterProfile } from './profiles.ts';
import { ORDERED_STATUS, RECOVER_AND_FORGET, RECOVER_AND_GO_ON, type PrinterMessage, type StatusBytes } from './status.ts';

type Input = WireInput<PrinterMessage>;
const slip: EncodedSlip = { segments: [Uint8Array.of(1), new Uint8Array(9000), Uint8Array.of(3)], lengthMm: 80, cutLast: true };
const START: Input = { type: 'start', at: 0 };
const WRITTEN: Input = { type: 'written', at: 10 };
const timer = (at = 0): Input => ({ type: 'timer', at });
const message = (of: PrinterMessage, at = 0): Input => ({ type: 'message', message: of, at });
const live = (byte: number, at = 0): Input => message({ type: 'live', byte }, at);
const ORDERED = message({ type: 'ordered', byte: 0 });
const look = (...bytes: number[]) => (bytes.length === 0 ? [0x12, 0x12, 0x12, 0x12] : bytes).map((value) => live(value));
const lookAt = (at: number) => [0x12, 0x12, 0x12, 0x12].map((value) => live(value, at));
const KNIFE = [0x1a, 0x52, 0x1a, 0x12];
const PAPER_OUT = [0x1a, 0x32, 0x12, 0x72];

const play = <S, P, V>(machine: Machine<S, PrinterMessage, P, V>, inputs: Input[]) => {
  let state = machine.initial;
  const effects: WireEffect<P, V>[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  return {
    sent: effects.flatMap((effect) => (effect.type === 'send' && !(effect.bytes[0] === 0x10 && effect.bytes[1] === 4) ? [effect.bytes] : [])),
    progress: effects.filter(({ type }) => type === 'progress').length,
    told: effects.flatMap((effect) => (effect.type === 'progress' ? [effect.progress] : [])),
    results: effects.flatMap((effect) => (effect.type === 'done' ? [effect.result] : [])),
  };
};
const fault = (code: string) => [{ ok: false, fault: expect.objectContaining({ code }) as unknown }];
const ends = (delivery: string) => [{ ok: true, value: { delivery } }];
const OPTIONS: PrintOptions = { torn: false, takeMs: 8000, ownTimerMs: 60_000 };
const print = (more: Partial<PrintOptions> = {}, profile: PrinterProfile = DEFAULT_PROFILE, what: EncodedSlip = slip) => printMachine(what, profile, { ...OPTIONS, ...more });
/** Look before, all segments with a look after the large one, and the first look of the end. */
const handedOver = [START, ...look(), WRITTEN, WRITTEN, ...look(), WRITTEN];

describe('print', () => {
  test('is confirmed by the ordered answer and a good look after it, not before', () => {
    const before = play(print(), [...handedOver, ...look(), ORDERED]);
    expect(before.sent).toEqual([...slip.segments, ORDERED_STATUS]);
    expect(before.results).toEqual([]);
    expect(play(print(), [...handedOver, ...look(), ORDERED, ...look()])).toMatchObject({ results: ends('confirmed-no-sensor'), progress: 1 });
    expect(play(print(), [...handedOver, ...look(), ORDERED, ...look(...PAPER_OUT)]).results).toEqual(fault('paper-out'));
  });

  test('sends nothing to a printer that cannot print', () => {
    expect(play(print(), [START, ...look(...PAPER_OUT)])).toMatchObject({ sent: [], progress: 0, results: fault('paper-out') });
  });

  test('stops between two segments when the paper ends, and after the last', () => {
    expect(play(print(), [START, ...look(), WRITTEN, WRITTEN, ...look(...PAPER_OUT)])).toMatchObject({ results: fault('paper-out'), progress: 1 });
    expect(play(print(), [...handedOver, ...look(...PAPER_OUT)]).results).toEqual(fault('paper-out'));
  });

  test('stops sending when the printer tells trouble by itself', () => {
    const told = message({ type: 'auto', status: { 1: 0x1a, 2: 0x32, 3: 0x12, 4: 0x72 }, original: 'ASB' });
    const { sent, results } = play(print(), [START, ...look(), told, WRITTEN, ...look(...PAPER_OUT)]);
    expect(sent).toEqual([slip.segments[0]]);
    expect(results).toEqual(fault('paper-out'));
  });

  test('takes an unasked status for no answer to its questions', () => {
    const idle: StatusBytes = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };
    const told = message({ type: 'auto', status: idle, original: 'ASB' });
    expect(play(print(), [START, told, told, told, told])).toMatchObject({ sent: [] });
  });

  test('cuts the rest of a broken slip away first, and waits until late answers have come', () => {
    const { sent } = play(print({ torn: true }), [START, ...look(), ORDERED, timer(), WRITTEN]);
    expect(sent.slice(0, 2)).toEqual([ejectTorn(DEFAULT_PROFILE), slip.segments[0]]);
  });

  test('without an ordered answer is believed after its time, unless the answer is required', () => {
    const waiting = [...handedOver, ...look(), timer(1000), ...lookAt(1010)];
    expect(play(print(), waiting).results).toEqual([]);
    expect(play(print(), [...waiting, timer(5000), ...lookAt(5010)]).results).toEqual(ends('confirmed-no-sensor'));
    expect(play(print({}, { ...DEFAULT_PROFILE, orderedStatus: 'required' }), [...waiting, timer(5000), ...lookAt(5010)]).results).toEqual([]);
  });

  test('asks a silent printer three times', () => {
    expect(play(print(), [START, timer(), timer()]).results).toEqual([]);
    expect(play(print(), [START, timer(), timer(), timer()]).results).toEqual(fault('not-responding'));
    const noise = message({ type: 'strange', byte: 0xff });
    expect(play(print(), [START, noise, timer(), noise, timer(), noise, timer()]).results).toEqual(fault('bad-frame'));
  });

  test('at the deadline tells whether anything was sent', () => {
    expect(play(print(), [START, { type: 'deadline', at: 9 }]).results).toEqual(fault('not-responding'));
    expect(play(print(), [...handedOver, { type: 'deadline', at: 9 }]).results).toEqual(fault('timed-out'));
  });
});

describe('a knife that sticks', () => {
  test('at the only cut of a slip is asked once to try again, and nothing of the slip is sent again', () => {
    const stuck = [...handedOver, ...look(...KNIFE), timer(1500)];
    const { sent, results } = play(print(), [...stuck, ...look(), ORDERED, ...look()]);
    expect(sent).toEqual([...slip.segments, ORDERED_STATUS, RECOVER_AND_GO_ON]);
    expect(results).toEqual(ends('confirmed-no-sensor'));
    expect(play(print(), [...stuck, ...look(...KNIFE)]).results).toEqual(fault('cutter-fault'));
    expect(play(print(), [...stuck, ...look(...KNIFE)]).told).toEqual([{ step: 'sent' }, { step: 'uncut' }]);
  });

  test('in the middle of a slip is a fault at once: going on there could print twice', () => {
    expect(play(print(), [START, ...look(), WRITTEN, WRITTEN, ...look(...KNIFE)])).toMatchObject({ sent: slip.segments.slice(0, 2), results: fault('cutter-fault'), told: [{ step: 'sent' }] });
    const cutTwice = play(print({}, DEFAULT_PROFILE, { ...slip, cutLast: false }), [...handedOver, ...look(...KNIFE)]);
    expect(cutTwice.results).toEqual(fault('cutter-fault'));
    expect(cutTwice.sent).not.toContain(RECOVER_AND_GO_ON);
  });

  test('since before the slip: the printer forgets what it still held of another, and its rest is cut away', () => {
    const { sent } = play(print(), [START, ...look(...KNIFE), timer(1500), ...look(), timer()]);
    expect(sent).toEqual([RECOVER_AND_FORGET, ejectTorn(DEFAULT_PROFILE), slip.segments[0]]);
    expect(play(print(), [START, ...look(...KNIFE), timer(1500), ...look(...KNIFE)])).toMatchObject({ progress: 0, results: fault('cutter-fault') });
  });
});

describe('what the driver mends by itself', () => {
  test('a freed knife is asked to recover, and what hung there is cut away', () => {
    const { sent, results } = play(mendMachine(DEFAULT_PROFILE, false), [START, ...look(...KNIFE), timer(1500), ...look(), timer(3000), ...look()]);
    expect(sent).toEqual([RECOVER_AND_FORGET, ejectTorn(DEFAULT_PROFILE)]);
    expect(results).toEqual([{ ok: true, value: 'clean' }]);
  });

  test('a knife that sticks still is asked once, and nothing is cut', () => {
    const { sent, results } = play(mendMachine(DEFAULT_PROFILE, true), [START, ...look(...KNIFE), timer(1500), ...look(...KNIFE)]);
    expect(sent).toEqual([RECOVER_AND_FORGET]);
    expect(results).toEqual([{ ok: true, value: 'unmended' }]);
  });

  test('the rest of a slip that broke off is cut away once the printer is well, and not before', () => {
    expect(play(mendMachine(DEFAULT_PROFILE, true), [START, ...look(), timer(1000), ...look()])).toMatchObject({ sent: [ejectTorn(DEFAULT_PROFILE)], results: [{ ok: true, value: 'clean' }] });
    expect(play(mendMachine(DEFAULT_PROFILE, true), [START, ...look(...PAPER_OUT)])).toMatchObject({ sent: [], results: [{ ok: true, value: 'unmended' }] });
    expect(play(mendMachine(DEFAULT_PROFILE, false), [START, ...look()])).toMatchObject({ sent: [], results: [{ ok: true, value: 'clean' }] });
  });
});

const RELIANCE = PROFILES['pyramid-reliance'];
const full = (ticket: boolean, at = 0, paper = 0): Input => message({ type: 'full', status: [(ticket ? 0x20 : 0) | paper, 0, 0, 0] }, at);
const PRESENT = Uint8Array.of(0x1d, 0x65, 0x03, 12);
const RETRACT = Uint8Array.of(0x1d, 0x65, 0x02);
/** All handed over, the command that pushes the ticket out too. */
const pushedOut = [START, full(false), WRITTEN, WRITTEN, full(false), WRITTEN];

describe('a ticket in a presenter', () => {
  test('is taken when the sensor saw it come and go', () => {
    const { sent, results } = play(print({}, RELIANCE), [...pushedOut, timer(4150), full(true, 4160), timer(4310), full(true, 4320), timer(4470), full(false, 4480)]);
    expect(sent.at(-1)).toEqual(PRESENT);
    expect(results).toEqual(ends('taken'));
  });

  test('is presented when nobody takes it in time, and when the command must end meanwhile', () => {
    const inMouth = [...pushedOut, timer(4150), full(true, 4160)];
    expect(play(print({}, RELIANCE), [...inMouth, timer(13_000), full(true, 13_000)]).results).toEqual(ends('presented'));
    for (const end of [{ type: 'cancelled', at: 5000 }, { type: 'deadline', at: 5000 }, { type: 'closed', reason: 'gone', at: 5000 }] as const) {
      expect(play(print({}, RELIANCE), [...inMouth, end]).results).toEqual(ends('presented'));
    }
  });

  test('that was never seen in the mouth is not taken, and doubtful when the command must end before its time is over', () => {
    const never = [...pushedOut, timer(4150), full(false, 4160)];
    expect(play(print({}, RELIANCE), [...never, timer(9200), full(false, 9200)]).results).toEqual(ends('confirmed-no-sensor'));
    expect(play(print({}, RELIANCE), [...never, { type: 'deadline', at: 9000 }]).results).toEqual(fault('timed-out'));
  });

  test('the end of the roll behind it is not its trouble', () => {
    expect(play(print({}, RELIANCE), [...pushedOut, timer(4150), full(true, 4160), timer(4310), full(true, 4320, 0x01), timer(4470), full(false, 4480, 0x01)]).results).toEqual(ends('taken'));
  });

  test('that another citizen left is drawn back before the next is printed; where it does not go, nothing is printed', () => {
    const { sent } = play(print({}, RELIANCE), [START, full(true), timer(300), full(true, 310), timer(610), full(false, 620)]);
    expect(sent).toEqual([RETRACT, slip.segments[0]]);
    expect(play(print({}, RELIANCE), [START, full(true), timer(300), full(true, 5400)])).toMatchObject({ progress: 0, results: fault('media-left') });
    expect(play(print({}, PROFILES['custom-vkp80iii']), [START, full(true)]).results).toEqual(fault('media-left'));
  });

  test('that goes when the printer draws back by its own timer is not called taken', () => {
    const own = print({ ownTimerMs: 5000 }, PROFILES['custom-vkp80iii']);
    const inMouth = [...pushedOut, timer(4150), full(true, 4160)];
    expect(play(own, [...inMouth, timer(6000), full(false, 6000)]).results).toEqual(ends('taken'));
    expect(play(own, [...inMouth, timer(8900), full(false, 8900)]).results).toEqual(ends('retracted'));
  });
});

describe('present and retract', () => {
  test.each([
    ['taken', [START, full(true), timer(150), full(false, 160)], null, 'taken'],
    ['drawn back at its time', [START, full(true), timer(150), full(true, 5000), timer(5150), full(false, 5160)], 5000, 'retracted'],
    ['not there', [START, full(false)], null, 'empty'],
    ['still there at the deadline', [START, full(true), { type: 'deadline', at: 900 }], null, 'presented'],
    ['there when the printer falls silent', [START, full(true), timer(150), timer(650), timer(1150), timer(1650)], null, 'presented'],
  ] as [string, Input[], number | null, string][])('a ticket that is %s', (_what, inputs, retractAt, end) => {
    expect(play(mouthMachine(RELIANCE, retractAt), inputs).results).toEqual([{ ok: true, value: end }]);
  });

  test('a ticket that does not go back says that the box is full', () => {
    const { sent, results } = play(mouthMachine(RELIANCE, 0), [START, full(true), timer(150), full(true, 160), timer(5500), full(true, 5500)]);
    expect(sent).toEqual([RETRACT]);
    expect(results).toEqual(fault('retract-full'));
  });

  test('without a presenter there is neither', () => {
    expect(play(mouthMachine(DEFAULT_PROFILE, null), [START]).results).toEqual(fault('bad-input'));
  });
});

const EVENTS: Input[] = [
  ...[0x12, 0x1a, 0x52].map((byte) => live(byte, 50)),
  ...[0, 0x20, 0x01].map((paper) => message({ type: 'full', status: [paper, 0, 0, 0] }, 50)),
  message({ type: 'full', status: [0, 0, 0x40, 0x01] }, 20_000),
  message({ type: 'full', status: [0x20, 0, 0, 0] }, 20_000),
  live(0x12, 20_000),
  message({ type: 'ordered', byte: 0 }, 50),
  message({ type: 'auto', status: { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 }, original: '' }, 50),
  message({ type: 'auto', status: { 1: 0x1a, 2: 0x16, 3: 0x1a, 4: 0x12 }, original: '' }, 50),
  message({ type: 'flow' }, 50),
  message({ type: 'strange', byte: 0xff }, 50),
  WRITTEN,
  timer(50),
  timer(20_000),
];
const LAST: Input[] = [{ type: 'closed', reason: 'gone', at: 9 }, { type: 'cancelled', at: 9 }, { type: 'deadline', at: 9 }];
const short: EncodedSlip = { segments: [Uint8Array.of(1), new Uint8Array(9000), Uint8Array.of(3)], lengthMm: 10, cutLast: true };

test.each([
  ['status', statusMachine(DEFAULT_PROFILE), []],
  ['status in full', statusMachine(RELIANCE), []],
  ['print', print({}, DEFAULT_PROFILE, short), ['before', 'recovering', 'sending', 'between', 'finishing', 'pausing', 'recutting', 'after', 'over']],
  ['print after a broken slip', print({ torn: true }, DEFAULT_PROFILE, short), ['ejecting']],
  ['print with a presenter', print({}, PROFILES['citizen-ppu700'], short), ['clearing', 'presenting', 'taking', 'over']],
  ['print with a presenter that tells in full', print({ torn: true }, RELIANCE, short), ['clearing', 'ejecting', 'presenting', 'taking', 'over']],
  ['print with a presenter of its own timer', print({}, PROFILES['custom-vkp80iii'], short), ['presenting', 'taking']],
  ['mend', mendMachine(DEFAULT_PROFILE, true), ['looking', 'recovering', 'ejecting', 'after']],
  ['mend in full', mendMachine(RELIANCE, true), ['looking', 'ejecting', 'after']],
  ['present', mouthMachine(RELIANCE, 10_000), ['waiting', 'retracting', 'over']],
  ['present without drawing back', mouthMachine(PROFILES['citizen-pmu2300iii'], null), ['waiting', 'over']],
] as unknown as [string, Machine<unknown, PrinterMessage, unknown, unknown>, string[]][])('%s: every state that can be reached takes every event, waits for something, and has a way out', (_name, machine, phases) => {
  const first = machine.next(machine.initial, START);
  const seen = new Map<string, { state: unknown; waits: boolean }>();
  const open: string[] = [];
  const problems: string[] = [];
  const add = (state: unknown, waits: boolean): void => {
    // Of the answers so far, what they say: the first two bytes only matter together.
    const { look: under, ...rest } = state as { look: { which: number; attempts: number; strange: number | null; bytes: StatusBytes } | null };
    const said = under === null ? null : [under.which, under.attempts, under.strange === null, under.bytes[1] | under.bytes[2], under.bytes[3]];
    const key = JSON.stringify([rest, said, waits]);
    if (seen.has(key)) return;
    seen.set(key, { state, waits });
    open.push(key);
  };
  const timed = (before: boolean, effects: WireEffect<unknown, unknown>[]): boolean => effects.reduce((waits, effect) => (effect.type === 'timer' ? effect.ms !== null : waits), before);
  add(first.state, timed(false, first.effects));
  for (let key = open.pop(); key !== undefined && seen.size < 80_000; key = open.pop()) {
    const { state, waits } = seen.get(key)!;
    // A timer runs; or bytes are on their way, and `written` or `closed` will come.
    if (!waits && (state as { phase?: string }).phase !== 'sending') problems.push(`waits for nothing: ${key}`);
    for (const event of EVENTS) {
      const { state: next, effects } = machine.next(state, event);
      if (effects.some(({ type }) => type === 'done')) continue;
      // A timer that came is over.
      add(next, timed(waits && event.type !== 'timer', effects));
    }
    for (const event of LAST) if (!machine.next(state, event).effects.some(({ type }) => type === 'done')) problems.push(`no way out by ${event.type}: ${key}`);
  }
  expect(problems).toEqual([]);
  expect(open.length).toBe(0);
  const reached = new Set([...seen.values()].map(({ state }) => (state as { phase?: string }).phase));
  for (const phase of phases.filter((one) => one !== 'over')) expect(reached).toContain(phase);
}, 120_000);
