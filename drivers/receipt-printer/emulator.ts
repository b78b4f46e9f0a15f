/** The printer's own side of the bytes: it prints on paper that can be looked at, answers status requests, and has faults. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import { paperPng } from './interpreter.ts';
import { TokenStream } from './interpreter-tokens.ts';

export const RECEIPT_PRINTER_FAULTS = [
  'paper-low',
  'paper-out',
  /** The roll ends in the middle of the next slip. */
  'paper-out-mid-slip',
  'jam',
  'cover-open',
  /** The knife is blocked when it cuts next. */
  'cutter',
  'head-hot',
  'offline',
  'silent',
  /** Answers with bytes that are no status. */
  'noise',
] as const;
type FaultName = (typeof RECEIPT_PRINTER_FAULTS)[number];

export interface PrintedSlip {
  /** Everything from the cut before to this cut. */
  bytes: Uint8Array;
  cut: 'full' | 'partial';
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
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface ReceiptPrinterEmulatorSettings {
  listen: Listen;
  /** Printable width. Default 576. */
  widthDots?: number;
  /** Does it answer GS r? Some makes do not. Default true. */
  answersOrdered?: boolean;
}

export const KEPT_SLIPS = 50;
/** A roll that ends in the middle of a slip ends after so many of its commands. */
const COMMANDS_UNTIL_PAPER_OUT = 40;

const IDLE = 0x12;
const DLE = 0x10;
const EOT = 0x04;

const STOPPING: readonly FaultName[] = ['paper-out', 'jam', 'cover-open', 'head-hot', 'offline'];

/** Starts an emulated receipt printer. @throws Error in one line when its wire cannot be opened */
export const startReceiptPrinterEmulator = async (settings: ReceiptPrinterEmulatorSettings): Promise<ReceiptPrinterEmulator> => {
  let fault: FaultName | null = null;
  let slips: PrintedSlip[] = [];
  let printed: Uint8Array[] = [];
  /** Received and not printed, because the printer stands still. */
  let waiting: { link: EmulatedLink; token: ReturnType<TokenStream['push']>[number] }[] = [];
  let commandsLeft = COMMANDS_UNTIL_PAPER_OUT;

  /** A blocked knife stops the paper until somebody clears it. */
  let knifeBlocked = false;
  const stands = (): boolean => knifeBlocked || (fault !== null && STOPPING.includes(fault));

  const liveStatus = (which: number): number => {
    const recoverable = fault === 'jam' || fault === 'head-hot';
    switch (which) {
      case 1:
        return IDLE | (stands() ? 0x08 : 0);
      case 2:
        return IDLE | (fault === 'cover-open' ? 0x04 : 0) | (fault === 'paper-out' ? 0x20 : 0) | (recoverable || knifeBlocked ? 0x40 : 0);
      case 3:
        return IDLE | (fault === 'jam' ? 0x04 : 0) | (knifeBlocked ? 0x08 : 0) | (fault === 'head-hot' ? 0x40 : 0);
      default:
        return IDLE | (fault === 'paper-low' ? 0x0c : 0) | (fault === 'paper-out' ? 0x6c : 0);
    }
  };

  const print = (link: EmulatedLink, { token, bytes }: ReturnType<TokenStream['push']>[number]): void => {
    if (token.type === 'real-time') return;
    if (token.type === 'ordered-status') {
      if (settings.answersOrdered !== false && fault !== 'silent') link.send(Uint8Array.of(fault === 'paper-low' ? 0x03 : 0x00));
      return;
    }
    if (token.type === 'cut' && fault === 'cutter') {
      knifeBlocked = true;
      return;
    }
    printed.push(bytes.slice());
    if (token.type === 'cut') {
      slips = [...slips, { bytes: Buffer.concat(printed), cut: token.mode }].slice(-KEPT_SLIPS);
      printed = [];
    }
    if (fault === 'paper-out-mid-slip') {
      commandsLeft -= 1;
      if (commandsLeft <= 0) fault = 'paper-out';
    }
  };

  const work = (): void => {
    while (!stands()) {
      const next = waiting.shift();
      if (next === undefined) return;
      print(next.link, next.token);
    }
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: 115_200,
    paced: false,
    onLink: (link) => {
      const tokens = new TokenStream();
      /** The last two bytes, for real-time requests that are split between chunks. */
      let last = [0, 0];
      const answerLive = (chunk: Uint8Array): void => {
        for (const byte of chunk) {
          if (last[0] === DLE && last[1] === EOT && byte >= 1 && byte <= 4 && fault !== 'silent') link.send(Uint8Array.of(fault === 'noise' ? 0xff : liveStatus(byte)));
          last = [last[1] ?? 0, byte];
        }
      };
      return {
        onData: (chunk) => {
          waiting.push(...tokens.push(chunk).map((token) => ({ link, token })));
          work();
          // After the work: the request may stand behind the command that stops the paper.
          answerLive(chunk);
        },
        onEnd: () => {},
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
      if (fault !== 'cutter') knifeBlocked = false;
      work();
    },
    slips: () => slips,
    lastSlipPng: async () => {
      const slip = slips.at(-1);
      return slip === undefined ? null : paperPng(slip.bytes, settings.widthDots);
    },
    uncut: () => Buffer.concat(printed),
    takeSlips: () => {
      slips = [];
    },
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  };
};
