/** The printer's own side of the bytes: it prints on paper that can be looked at, answers status requests, and has faults. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import { EmulatedMouth } from './emulator-mouth.ts';
import { autoStatus, fullStatus, liveStatus, type PrinterCondition } from './emulator-status.ts';
import { paperPng } from './interpreter.ts';
import { TokenStream } from './interpreter-tokens.ts';
import { PROFILE_NAMES, PROFILES, type PrinterProfile, type ProfileName } from './profiles.ts';

export const RECEIPT_PRINTER_FAULTS = [
  'paper-low',
  'paper-out',
  /** The roll ends in the middle of the next slip. */
  'paper-out-mid-slip',
  'jam',
  'cover-open',
  /** The knife is blocked when it cuts next. */
  'cutter',
  /** The knife sticks once; asked to recover, it is free. */
  'cutter-sticks',
  'head-hot',
  'offline',
  'silent',
  /** Answers with bytes that are no status. */
  'noise',
  /** A ticket is not drawn back: the box is full. */
  'retract-stuck',
] as const;
type FaultName = (typeof RECEIPT_PRINTER_FAULTS)[number];

export interface PrintedSlip {
  /** Everything from the cut before to this cut. */
  bytes: Uint8Array;
  cut: 'full' | 'partial';
  /** When it was cut off, milliseconds since 1970. */
  at: number;
}

export interface ReceiptPrinterEmulator extends Emulator {
  /** What was cut off, oldest first; the last {@link KEPT_SLIPS}. */
  slips(): readonly PrintedSlip[];
  /** Picture of the slip that was cut last, null before the first. */
  lastSlipPng(): Promise<Buffer | null>;
  /** Printed since the last cut: hangs out of the printer. */
  uncut(): Uint8Array;
  /** Takes all slips away. */
  takeSlips(): void;
  /** Does a ticket lie in the mouth of its presenter? */
  inMouth(): boolean;
  /** A hand takes the ticket that lies in the mouth. */
  takeTicket(): void;
  /** Tickets that it drew back. */
  drawnBack(): number;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface ReceiptPrinterEmulatorSettings {
  listen: Listen;
  /** The model that it is. Default generic-80. */
  profile?: ProfileName;
  /** Printable width. Default the profile's. */
  widthDots?: number;
  /** Does it answer GS r? Some makes do not. Default true. */
  answersOrdered?: boolean;
  /** A hand takes each ticket after so long in the mouth; default: nobody does. */
  takenAfterMs?: number;
}

export const KEPT_SLIPS = 50;
/** A roll that ends in the middle of a slip ends after so many of its commands. */
const COMMANDS_UNTIL_PAPER_OUT = 40;

const DLE = 0x10;
const EOT = 0x04;
const ENQ = 0x05;

const STOPPING: readonly FaultName[] = ['paper-out', 'jam', 'cover-open', 'head-hot', 'offline'];

/** A profile by its name. @throws RangeError on a name that is none */
export const profileNamed = (name: unknown): ProfileName => {
  const known = PROFILE_NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw new RangeError(`there is no receipt printer "${String(name)}"; there are ${PROFILE_NAMES.join(', ')}`);
  return known;
};

type Received = ReturnType<TokenStream['push']>[number];

/** Starts an emulated receipt printer. @throws Error in one line when its wire cannot be opened */
export const startReceiptPrinterEmulator = async (settings: ReceiptPrinterEmulatorSettings): Promise<ReceiptPrinterEmulator> => {
  const profile: PrinterProfile = PROFILES[settings.profile ?? 'generic-80'];
  const mouth = new EmulatedMouth(profile.presenter, settings.takenAfterMs ?? null);
  const links = new Set<{ link: EmulatedLink; tells: boolean; told: string }>();
  let fault: FaultName | null = null;
  let slips: PrintedSlip[] = [];
  let printed: Uint8Array[] = [];
  /** Received and not printed, because the printer stands still. */
  let waiting: { link: EmulatedLink; received: Received }[] = [];
  let commandsLeft = COMMANDS_UNTIL_PAPER_OUT;
  /** The cut at which the knife is stuck: it waits until the cause is gone and somebody asks it to recover. */
  let stuckAt: Received | null = null;

  const stands = (): boolean => stuckAt !== null || (fault !== null && STOPPING.includes(fault));
  const now = (): PrinterCondition => ({
    stands: stands(),
    coverOpen: fault === 'cover-open',
    paper: fault === 'paper-out' ? 'out' : fault === 'paper-low' ? 'low' : 'plenty',
    jam: fault === 'jam',
    knife: stuckAt !== null,
    hot: fault === 'head-hot',
    ticket: mouth.holds(),
  });

  /** Unasked status to whoever wanted it, when something changed. */
  const tell = (): void => {
    const status = autoStatus(now());
    const text = status.join(' ');
    for (const one of links) {
      if (!one.tells || one.told === text || fault === 'silent') continue;
      one.told = text;
      one.link.send(Uint8Array.from(status));
    }
  };

  const cut = (received: Received): void => {
    printed.push(received.bytes.slice());
    slips = [...slips, { bytes: Buffer.concat(printed), cut: received.token.type === 'cut' ? received.token.mode : 'full', at: Date.now() }].slice(-KEPT_SLIPS);
    printed = [];
    mouth.cut();
  };

  const print = (link: EmulatedLink, received: Received): void => {
    const { token, bytes } = received;
    switch (token.type) {
      case 'real-time':
        return;
      case 'ordered-status':
        if (settings.answersOrdered !== false && profile.orderedStatus !== 'never' && fault !== 'silent') link.send(Uint8Array.of(fault === 'paper-low' ? 0x03 : 0x00));
        return;
      case 'auto-status':
        for (const one of links) if (one.link === link) Object.assign(one, { tells: token.mask !== 0, told: '' });
        return;
      case 'ejector':
      case 'present':
      case 'draw-back':
        mouth.obey(token, fault === 'retract-stuck');
        return;
      case 'cut':
        if (fault === 'cutter' || fault === 'cutter-sticks') stuckAt = received;
        else cut(received);
        return;
      default:
        printed.push(bytes.slice());
    }
    if (fault === 'paper-out-mid-slip') {
      commandsLeft -= 1;
      if (commandsLeft <= 0) fault = 'paper-out';
    }
  };

  const work = (): void => {
    while (!stands()) {
      const next = waiting.shift();
      if (next === undefined) break;
      print(next.link, next.received);
    }
    tell();
  };

  /** DLE ENQ: 1 goes on where the error happened, 2 forgets what was not printed. */
  const recover = (how: number): void => {
    if (fault === 'cutter-sticks') fault = null;
    if (stuckAt === null || fault === 'cutter') return;
    const held = stuckAt;
    stuckAt = null;
    if (how === 1) cut(held);
    else waiting = [];
    work();
  };

  const answer = (link: EmulatedLink, which: number): void => {
    if (fault === 'silent') return;
    if (fault === 'noise') link.send(Uint8Array.of(0xff));
    else if (which === 0x14 && profile.status === 'full') link.send(Uint8Array.from(fullStatus(now())));
    else if (which >= 1 && which <= 4) link.send(Uint8Array.of(liveStatus(which, now(), profile)));
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: 115_200,
    paced: false,
    onLink: (link) => {
      const tokens = new TokenStream();
      const one = { link, tells: false, told: '' };
      links.add(one);
      /** The last two bytes, for real-time requests that are split between chunks. */
      let last = [0, 0];
      const obeyRealTime = (chunk: Uint8Array): void => {
        for (const byte of chunk) {
          if (last[0] === DLE && last[1] === EOT) answer(link, byte);
          if (last[0] === DLE && last[1] === ENQ && (byte === 1 || byte === 2)) recover(byte);
          last = [last[1] ?? 0, byte];
        }
      };
      return {
        onData: (chunk) => {
          waiting.push(...tokens.push(chunk).map((received) => ({ link, received })));
          work();
          // After the work: the request may stand behind the command that stops the paper.
          obeyRealTime(chunk);
        },
        onEnd: () => void links.delete(one),
      };
    },
  });

  return {
    uri: wire.uri,
    faults: RECEIPT_PRINTER_FAULTS,
    inject: (name) => {
      const known = RECEIPT_PRINTER_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the receipt printer cannot play "${name}"; it can play ${RECEIPT_PRINTER_FAULTS.join(', ')}`);
      fault = known ?? null;
      commandsLeft = COMMANDS_UNTIL_PAPER_OUT;
      // Those that know no recovering by command are freed by the hands that take the cause away.
      if (profile.status === 'full') recover(2);
      work();
    },
    slips: () => slips,
    lastSlipPng: async () => {
      const slip = slips.at(-1);
      return slip === undefined ? null : paperPng(slip.bytes, settings.widthDots ?? profile.widthDots);
    },
    uncut: () => Buffer.concat(printed),
    takeSlips: () => {
      slips = [];
    },
    inMouth: () => mouth.holds(),
    takeTicket: () => mouth.taken(),
    drawnBack: () => mouth.drawnBack,
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: async () => {
      mouth.close();
      await wire.close();
    },
  };
};
