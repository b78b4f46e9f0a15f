/**
 * The scanner's own side of the bytes: an engine with a window that codes are laid before. `line` sends what lies there again
 * and again, as engines do that look all the time; `gm65` and `honeywell` send it once each time they are told to look. On a HID
 * bus it is a point-of-sale scanner: `line` and `honeywell` with Honeywell's reports, `newland` and `microscan` with their own.
 */
import type { EmulatedLink, EmulatedWire, Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire } from '../emulator-wire.ts';
import { wordsIn, type Mouth, type ScannerEngine } from './emulator-engines.ts';
import { plugEngine } from './emulator-hid.ts';
import { encodeReply, requestAt } from './frames.ts';
import { MAX_CODE_BYTES } from './text.ts';

/** Told when to look; the others look all the time. */
const TOLD: readonly ScannerEngine[] = ['gm65', 'honeywell'];
/** What has no form as bytes on a line. */
const HID_ALONE: readonly ScannerEngine[] = ['newland', 'microscan'];

export const CODE_SCANNER_FAULTS = [
  /** Neither answers nor codes. */
  'silent',
  /** The engine's answers have a wrong checksum. */
  'damaged-reply',
  /** A code breaks off after half. */
  'broken-off',
  /** Each code comes byte by byte, with pauses. */
  'slow',
  /** Two codes in one piece, the second a different one. */
  'glued',
  /** Each code has a control character in the middle. */
  'control-character',
  /** Bytes that are text in no encoding. */
  'no-text',
  /** More bytes than any code has, without an end. */
  'endless',
  /** No ending behind the code. */
  'no-ending',
] as const;
type FaultName = (typeof CODE_SCANNER_FAULTS)[number];

/** What an engine puts behind a code. */
const ENDINGS = { cr: '\r', crlf: '\r\n', none: '' } as const;

export interface CodeScannerEmulator extends Emulator {
  /** Lays a code before the window; null takes it away. Text goes out as UTF-8. */
  lay(code: string | Uint8Array | null): void;
  /** Is the light on? That of an engine that looks all the time always is. */
  readonly lit: boolean;
  /** Pulls and puts back the cable. */
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface CodeScannerEmulatorSettings {
  listen: Listen;
  /** Default `line`. */
  engine?: ScannerEngine;
  ending?: keyof typeof ENDINGS;
  /** How often an engine that looks all the time sends what lies before it. Milliseconds, default 250. */
  everyMs?: number;
}

const TRIGGER_ADDRESS = 0x0002;
const SLOW_MS = 5;

/** Starts an emulated engine. @throws Error in one line when its wire cannot be opened */
export const startCodeScannerEmulator = async (settings: CodeScannerEmulatorSettings): Promise<CodeScannerEmulator> => {
  const engine = settings.engine ?? 'line';
  const triggered = TOLD.includes(engine);
  const links = new Set<EmulatedLink>();
  const timers = new Set<NodeJS.Timeout>();
  let code: Uint8Array | null = null;
  let lit = !triggered;
  let fault: FaultName | null = null;
  const ending = Buffer.from(ENDINGS[settings.ending ?? 'cr']);

  let send: Mouth = (bytes) => {
    for (const link of links) link.send(bytes);
  };
  const slowly = (bytes: Uint8Array): void => {
    let at = 0;
    const timer = setInterval(() => {
      if (at < bytes.length) send(bytes.subarray(at, at + 1), at < bytes.length - 1);
      else {
        clearInterval(timer);
        timers.delete(timer);
      }
      at += 1;
    }, SLOW_MS);
    timers.add(timer);
  };

  const sendCode = (): void => {
    if (code === null || !lit) return;
    const whole = Buffer.concat([code, ending]);
    switch (fault) {
      case 'silent':
        break;
      case 'broken-off':
        send(code.subarray(0, Math.ceil(code.length / 2)), true);
        break;
      case 'slow':
        if (timers.size <= 1) slowly(whole);
        break;
      case 'glued':
        send(whole, false);
        send(Buffer.concat([Buffer.from('SECOND'), ending]), false);
        break;
      case 'control-character': {
        const middle = Math.floor(code.length / 2);
        send(Buffer.concat([code.subarray(0, middle), Uint8Array.of(0x1b), code.subarray(middle), ending]), false);
        break;
      }
      case 'no-text':
        send(Buffer.concat([Uint8Array.of(0xff, 0xff, 0xfe, 0xff), ending]), false);
        break;
      case 'endless':
        send(Buffer.alloc(MAX_CODE_BYTES + 1_000, 0x41), true);
        break;
      case 'no-ending':
        send(code, false);
        break;
      case 'damaged-reply':
      case null:
        send(whole, false);
        break;
    }
    if (triggered) lit = false;
  };

  const reply = (link: EmulatedLink, ...data: number[]): void => {
    if (fault === 'silent') return;
    const bytes = encodeReply(data);
    if (fault === 'damaged-reply') bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x55;
    link.send(bytes);
  };

  const light = (on: boolean): void => {
    lit = on;
    sendCode();
  };

  const frames = (link: EmulatedLink): ((chunk: Uint8Array) => void) => {
    let held: Buffer = Buffer.alloc(0);
    return (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const start = held.indexOf(Buffer.from([0x7e, 0x00]));
        held = start === -1 ? Buffer.alloc(0) : held.subarray(start);
        const found = requestAt(held);
        if (found === null) return;
        held = held.subarray(found.length);
        const { request } = found;
        if (request === null) continue;
        if (request.type === 'read') reply(link, 0xd1);
        else {
          reply(link, 0x00);
          if (request.address === TRIGGER_ADDRESS) light(request.data[0] === 1);
        }
      }
    };
  };

  const ear = (link: EmulatedLink): ((chunk: Uint8Array) => void) => {
    if (engine === 'gm65') return frames(link);
    return engine === 'honeywell' ? wordsIn(light) : () => {};
  };

  const onLink = (link: EmulatedLink) => {
    links.add(link);
    return {
      onData: ear(link),
      onEnd: () => {
        links.delete(link);
      },
    };
  };

  const openWire = async (): Promise<EmulatedWire> => {
    if (settings.listen.kind !== 'hid') {
      if (HID_ALONE.includes(engine)) throw new RangeError(`a ${engine} scanner is on the HID bus alone`);
      return openEmulatedWire(settings.listen, { baud: 9_600, paced: false, onLink });
    }
    if (engine === 'gm65') throw new RangeError('a gm65 speaks over a serial line or TCP');
    const { wire: hid, say } = await plugEngine(settings.listen, engine, light);
    send = say;
    return hid;
  };
  const wire = await openWire();
  if (!triggered) timers.add(setInterval(sendCode, settings.everyMs ?? 250));

  return {
    uri: wire.uri,
    faults: CODE_SCANNER_FAULTS,
    get lit() {
      return lit;
    },
    inject: (name) => {
      const known = CODE_SCANNER_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the code scanner cannot play "${name}"; it can play ${CODE_SCANNER_FAULTS.join(', ')}`);
      fault = known ?? null;
    },
    lay: (laid) => {
      code = typeof laid === 'string' ? Buffer.from(laid) : laid;
      if (triggered) sendCode();
    },
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await wire.close();
    },
  };
};
