/** What can happen in a run, and how a seed becomes rounds of it. A round is one person at the terminal, what strikes meanwhile, and what others do beside. */
import { z } from 'zod';
import { CALL_PAD_FAULTS } from '../../drivers/call-pad/emulator.ts';
import { CODE_SCANNER_FAULTS } from '../../drivers/code-scanner/emulator.ts';
import { DOCUMENT_PRINTER_FAULTS } from '../../drivers/document-printer/emulator.ts';
import { ID_CARD_FAULTS } from '../../drivers/id-card/emulator.ts';
import { LOCKER_FAULTS } from '../../drivers/locker/emulator.ts';
import { RECEIPT_PRINTER_FAULTS } from '../../drivers/receipt-printer/emulator.ts';
import { SCANNER_FAULTS } from '../../drivers/scanner/emulator.ts';
import { SIGNALS_FAULTS } from '../../drivers/signals/emulator.ts';
import { WINDOW_DISPLAY_FAULTS } from '../../drivers/window-display/emulator.ts';
import { randomFrom, type Random } from '../fuzz/random.ts';

/** Everything that each emulated device can play. */
const FAULTS = {
  'id-card': ID_CARD_FAULTS,
  'receipt-printer': RECEIPT_PRINTER_FAULTS,
  'document-printer': DOCUMENT_PRINTER_FAULTS,
  scanner: SCANNER_FAULTS,
  'ticket-dispenser': RECEIPT_PRINTER_FAULTS,
  'code-scanner': CODE_SCANNER_FAULTS,
  locker: LOCKER_FAULTS,
  'window-display': WINDOW_DISPLAY_FAULTS,
  'call-pad': CALL_PAD_FAULTS,
  signals: SIGNALS_FAULTS,
} as const satisfies Record<string, readonly string[]>;
/** Those of the demonstration; what is not there cannot be struck. The first ones stand in everybody's way. */
export const DEVICES = ['id-card', 'receipt-printer', 'document-printer', 'scanner', 'ticket-dispenser', 'code-scanner', 'locker', 'window-display', 'call-pad', 'signals'] as const;
const IN_THE_WAY = ['id-card', 'receipt-printer', 'document-printer', 'scanner', 'ticket-dispenser'] as const;
export type DeviceName = (typeof DEVICES)[number];
export const PROCESSES = ['agent', 'device-host', 'platform', 'world'] as const;
const MODES = ['slow', '5xx', 'reject', 'html', 'half-body', 'wrong-digest'] as const;

/** What hands do beside the glass: codes before the scanner, steps before the sensor, keys of the pad, doors, the display's power, tickets left in the mouth. */
export const HANDS = ['code-nobody-knows', 'code-long', 'code-forged-ticket', 'step-away', 'step-near', 'pad-next', 'pad-recall', 'pad-skip', 'door-open', 'door-shut', 'display-off', 'display-on', 'ticket-left', 'ticket-taken'] as const;
export type Hand = (typeof HANDS)[number];

/** Something that happens to the terminal from outside. */
const blow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kill'), process: z.enum(PROCESSES) }),
  z.strictObject({ kind: z.literal('network'), cut: z.boolean() }),
  z.strictObject({ kind: z.literal('platform'), mode: z.enum(['normal', ...MODES]) }),
  z.strictObject({ kind: z.literal('fault'), device: z.enum(DEVICES), fault: z.string() }),
  /** The cable is out for so long. */
  z.strictObject({ kind: z.literal('unplug'), device: z.enum(DEVICES), forMs: z.number().int() }),
  z.strictObject({ kind: z.literal('lift-card') }),
  /** The agent's clock, so many milliseconds away from the true time. */
  z.strictObject({ kind: z.literal('clock'), offsetMs: z.number().int() }),
  /** Somebody does something at the devices beside the glass. */
  z.strictObject({ kind: z.literal('hand'), hand: z.enum(HANDS) }),
]);
export type Blow = z.infer<typeof blow>;

/** Pages at which a blow may be timed. */
export const MOMENTS = ['home', 'card', 'notice', 'question', 'materials', 'check', 'sign', 'confirm', 'working', 'done', 'number', 'ticket', 'pick-ups', 'fetch'] as const;
/** Where on the person's way the blow falls: as this page is first seen, or right after it was first answered. */
const disturbance = z.strictObject({ at: z.enum(MOMENTS), when: z.enum(['before', 'after']), blow });
export type Disturbance = z.infer<typeof disturbance>;

/** How a blow is counted. */
export const nameOf = (one: Blow): string => {
  switch (one.kind) {
    case 'kill':
      return `kill ${one.process}`;
    case 'fault':
      return `${one.device} ${one.fault}`;
    case 'unplug':
      return `unplug ${one.device}`;
    case 'platform':
      return `platform ${one.mode}`;
    case 'hand':
      return `hand ${one.hand}`;
    case 'network':
    case 'lift-card':
    case 'clock':
      return one.kind;
  }
};

export const GOALS = ['housing', 'insurance', 'results', 'number', 'number-with-card', 'number-given-back', 'walks-away', 'check-in-other-day', 'check-in-other-hall', 'presses', 'pick-up'] as const;
export type Goal = (typeof GOALS)[number];

const visit = z.strictObject({
  goal: z.enum(GOALS),
  specimen: z.string(),
  /** The card stays on the reader for so long after the person left. */
  cardLeftMs: z.number().int(),
  /** Presses of one button by one impatient hand, for the goal `presses`. */
  presses: z.number().int().min(1).default(1_500),
  /** For the goal `pick-up`: with the pick-up code instead of the card. */
  byCode: z.boolean().default(false),
  disturb: z.array(disturbance),
});
export type Visit = z.infer<typeof visit>;

/** What happens at the terminal that has its numbers from the hall over the network. `clock-lost`: to before this program was written. */
export const SECOND_ACTS = ['take', 'give-back', 'split', 'lose-answers', 'line-mended', 'kill-agent', 'kill-device-host', 'kill-all', 'clock-back', 'clock-lost', 'clock-true', 'backup', 'restore'] as const;
export type SecondAct = (typeof SECOND_ACTS)[number];

/** What others of the hall do while somebody stands at the terminal. */
const act = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('counter'), clerk: z.number().int().min(0), acts: z.array(z.enum(['take', 'next', 'recall', 'start', 'finish', 'miss', 'park', 'transfer', 'pause', 'resume', 'take-many'])) }),
  z.strictObject({ kind: z.literal('second-clerk'), clerk: z.number().int().min(0) }),
  z.strictObject({ kind: z.literal('finished-number'), clerk: z.number().int().min(0) }),
  /** A clerk calls somebody and goes home; the manager closes the counter. */
  z.strictObject({ kind: z.literal('left-open'), clerk: z.number().int().min(0), serving: z.boolean() }),
  /** A press that was meant for somebody who is not there any more. */
  z.strictObject({ kind: z.literal('late-press'), clerk: z.number().int().min(0) }),
  z.strictObject({ kind: z.literal('forged-ticket') }),
  z.strictObject({ kind: z.literal('class-closed'), class: z.string() }),
  z.strictObject({ kind: z.literal('second-page') }),
  /** An original comes for somebody, and a clerk puts it into the locker. */
  z.strictObject({ kind: z.literal('original'), clerk: z.number().int().min(0), specimen: z.string() }),
  /** A manager writes rules in which two classes count under the same letter. */
  z.strictObject({ kind: z.literal('overlapping-rules') }),
  z.strictObject({ kind: z.literal('second-terminal'), acts: z.array(z.enum(SECOND_ACTS)) }),
  /** One after the other, each for so long. */
  z.strictObject({ kind: z.literal('blows'), blows: z.array(z.strictObject({ blow, forMs: z.number().int() })) }),
]);
export type Act = z.infer<typeof act>;

/** What happens between two people. */
const between = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('backup') }),
  z.strictObject({ kind: z.literal('restore') }),
  z.strictObject({ kind: z.literal('kill-everything') }),
  z.strictObject({ kind: z.literal('second-start') }),
  /** The agent is started with a configuration in which two classes count under the same letter, and then with the right one again. */
  z.strictObject({ kind: z.literal('overlapping-start') }),
]);
export type Between = z.infer<typeof between>;

export const round = z.strictObject({ visit, meanwhile: z.array(act), between: z.array(between), /** Network and platform are well again at its end. */ mend: z.boolean() });
export type Round = z.infer<typeof round>;

export const stepsFile = z.strictObject({ mode: z.enum(['chaos', 'soak']), seed: z.number().int(), rounds: z.array(round) });
export type Mode = z.infer<typeof stepsFile>['mode'];

/** Pages that each goal passes. */
const WAY: Record<Goal, readonly Disturbance['at'][]> = {
  housing: ['home', 'card', 'notice', 'question', 'materials', 'check', 'sign', 'working', 'done'],
  insurance: ['home', 'card', 'confirm', 'working', 'done'],
  results: ['home', 'card'],
  number: ['home', 'number', 'working', 'ticket'],
  'number-with-card': ['home', 'number', 'card', 'ticket'],
  'number-given-back': ['home', 'number', 'ticket'],
  'walks-away': ['home', 'card', 'notice', 'question'],
  'check-in-other-day': ['home', 'number'],
  'check-in-other-hall': ['home', 'number'],
  presses: ['home', 'number', 'ticket'],
  'pick-up': ['home', 'card', 'pick-ups', 'fetch', 'fetch'],
};
/** What stands in the way of whoever comes for this. */
const NEEDED: Partial<Record<Goal, readonly DeviceName[]>> = { 'pick-up': ['locker', 'locker', 'id-card', 'code-scanner'] };

const SPECIMENS = ['resident', 'rare-character', 'long-name', 'long-term'] as const;
const HOUR = 3_600_000;

const oneBlow = (random: Random, mode: Mode, goal: Goal): Blow => {
  const device = random.int(4) === 0 ? random.pick(DEVICES) : random.pick<DeviceName>(NEEDED[goal] ?? IN_THE_WAY);
  // A soak measures memory and handles over hours: its agent and device host live through all of it.
  switch (random.int(mode === 'chaos' ? 10 : 7)) {
    case 0:
      return { kind: 'network', cut: true };
    case 1:
      return { kind: 'platform', mode: random.pick(MODES) };
    case 2:
    case 3:
    case 4:
      return { kind: 'fault', device, fault: random.pick<string>(FAULTS[device]) };
    case 5:
      return { kind: 'unplug', device, forMs: 500 + random.int(6_000) };
    case 6:
      return { kind: 'lift-card' };
    case 7:
      return { kind: 'clock', offsetMs: random.pick([0, 0, -20 * 60_000, -HOUR, -26 * HOUR, 2 * HOUR, -9_000 * 24 * HOUR]) };
    default:
      return { kind: 'kill', process: random.pick(PROCESSES) };
  }
};

const SOFT_SECOND = ['take', 'take', 'take', 'give-back', 'split', 'lose-answers', 'line-mended', 'backup'] as const satisfies readonly SecondAct[];
const secondActs = (random: Random, mode: Mode): SecondAct[] => {
  const all = mode === 'chaos' ? ([...SOFT_SECOND, 'take', 'take', 'kill-agent', 'kill-device-host', 'kill-all', 'clock-back', 'clock-lost', 'clock-true', 'restore', 'restore'] as const) : SOFT_SECOND;
  return ['take', ...Array.from({ length: 3 + random.int(6) }, () => random.pick<SecondAct>(all))];
};

/** Of those in nobody's way, in turn, so that all of them are played in a run of some length. */
const ASIDE = (['code-scanner', 'locker', 'window-display', 'call-pad', 'signals'] as const).flatMap((device) => FAULTS[device].map((fault): Blow => ({ kind: 'fault', device, fault })));
const aside = (random: Random, n: number): Act => {
  const faults = [0, 1, 2].map((k) => ASIDE[(n * 3 + k) % ASIDE.length] ?? ASIDE[0]).filter((one) => one !== undefined);
  return { kind: 'blows', blows: [...faults, { kind: 'hand' as const, hand: random.pick(HANDS) }, { kind: 'hand' as const, hand: random.pick(HANDS) }].map((one) => ({ blow: one, forMs: 300 + random.int(2_500) })) };
};

const oneAct = (random: Random): Act => {
  const clerk = random.int(3);
  switch (random.int(14)) {
    case 8:
      return { kind: 'original', clerk, specimen: random.pick(SPECIMENS) };
    case 6:
      return { kind: 'left-open', clerk, serving: random.int(2) === 0 };
    case 7:
      return { kind: 'late-press', clerk };
    case 5:
      return { kind: 'overlapping-rules' };
    case 0:
      return { kind: 'second-clerk', clerk };
    case 1:
      return { kind: 'finished-number', clerk };
    case 2:
      return { kind: 'forged-ticket' };
    case 3:
      return { kind: 'class-closed', class: random.pick(['insurance', 'real-estate', 'general']) };
    case 4:
      return { kind: 'second-page' };
    default: {
      const acts = Array.from({ length: 4 + random.int(8) }, () => random.pick(['take', 'next', 'next', 'recall', 'start', 'start', 'finish', 'finish', 'miss', 'park', 'transfer', 'pause', 'resume'] as const));
      return { kind: 'counter', clerk, acts: ['take', ...acts, ...(random.int(12) === 0 ? (['take-many'] as const) : [])] };
    }
  }
};

/** All presses of the minute, once in a run; else a shorter form of them. */
const ALL_PRESSES_AT = 2;
const ALL_PRESSES = 10_000;

/** The n-th round of a seed: the same whatever came before, so that rounds can be left out. */
export const roundOf = (seed: number, n: number, mode: Mode): Round => {
  const random = randomFrom((Math.imul(seed, 0x9e3779b1) + Math.imul(n, 0x85ebca6b)) >>> 0);
  const picked = random.pick(['housing', 'housing', 'housing', 'insurance', 'insurance', 'results', 'number', 'number', 'number-with-card', 'number-given-back', 'walks-away', 'check-in-other-day', 'check-in-other-hall', 'presses', 'pick-up', 'pick-up', 'pick-up'] as const);
  const goal = n === ALL_PRESSES_AT ? 'presses' : picked;
  const way = WAY[goal];
  const disturb = Array.from({ length: random.int(mode === 'chaos' ? 4 : 2) }, (): Disturbance => ({ at: random.pick(way), when: random.pick(['before', 'after']), blow: oneBlow(random, mode, goal) }));
  const meanwhile = [...Array.from({ length: random.int(3) }, () => oneAct(random)), aside(random, n + seed * 7), ...(random.int(2) === 0 ? [{ kind: 'second-terminal' as const, acts: secondActs(random, mode) }] : [])];
  const list: Between[] = [];
  if (mode === 'chaos') {
    if (n % 12 === 5) list.push({ kind: 'backup' });
    if (n % 12 === 11) list.push({ kind: 'restore' });
    if (random.int(15) === 0) list.push({ kind: 'kill-everything' });
    if (random.int(20) === 0) list.push({ kind: 'second-start' });
    if (n % 10 === 3) list.push({ kind: 'overlapping-start' });
  }
  return { visit: { goal, specimen: random.pick(SPECIMENS), cardLeftMs: random.int(5) === 0 ? 2_000 + random.int(4_000) : 0, presses: n === ALL_PRESSES_AT ? ALL_PRESSES : 1_500, byCode: goal === 'pick-up' && random.int(3) === 0, disturb }, meanwhile, between: list, mend: random.int(10) < 7 };
};
