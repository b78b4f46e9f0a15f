/** The board's own side of the bytes: a picture that goes with the power, and faults to inject. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import { BOARD_PROFILES, type BoardFamily } from './profiles.ts';

export const WINDOW_DISPLAY_FAULTS = [
  /** Takes everything, answers nothing; boards that never answer show nothing. */
  'silent',
  /** Answers that the frame was damaged, or with a wrong checksum. */
  'refuses',
  'refuses-once',
  /** Bytes that are no answer, before each answer. */
  'noise-around',
  /** The adapter gives back what was sent. */
  'local-echo',
  /** Answers with other values than it was sent. */
  'other-values',
] as const;
type FaultName = (typeof WINDOW_DISPLAY_FAULTS)[number];

export interface WindowDisplayEmulator extends Emulator {
  /** What can be read on the board; null while it has no power. */
  shown(): string | null;
  /** How often a picture was put there. */
  pictures(): number;
  /** Takes its power away: dark, silent, and everything forgotten. The line stays. */
  powerOff(): void;
  powerOn(): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface WindowDisplayEmulatorSettings {
  listen: Listen;
  profile?: BoardFamily;
  address?: number;
}

const NOISE = Uint8Array.of(0x00, 0xff, 0x2a, 0x3c, 0x41, 0x7f, 0x13);
const MOST_HELD = 1024;
const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);

interface Taken {
  /** Bytes of the stream that were looked at and done with. */
  used: number;
  /** null: nothing for this board. `damaged`: the checksum was wrong. */
  frame: { text: string | null; reply: Uint8Array } | 'damaged' | null;
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/** How each family takes the first frame out of a stream; `used` 0: more is needed. */
const TAKE: Readonly<Record<BoardFamily, (bytes: Uint8Array, address: number, width: number) => Taken>> = {
  number4: (bytes, address, width) => {
    if (bytes.length < 4) return { used: 0, frame: null };
    if (sum(bytes.subarray(0, 3)) !== bytes[3]) return { used: 1, frame: null };
    const value = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
    return { used: 4, frame: bytes[0] === address ? { text: digits(value, width), reply: new Uint8Array(0) } : null };
  },
  sunpn: (bytes, _address, width) => {
    if (bytes[0] !== 0x3a) return { used: Math.min(1, bytes.length), frame: null };
    if (bytes.length < 7) return { used: 0, frame: null };
    if (bytes[6] !== 0x0a) return { used: 1, frame: null };
    if (sum(bytes.subarray(0, 5)) !== bytes[5]) return { used: 7, frame: 'damaged' };
    const reply = bytes.slice(0, 7);
    reply[0] = 0x2a;
    reply[5] = sum(reply.subarray(0, 5));
    return { used: 7, frame: { text: digits((bytes[2] ?? 0) | ((bytes[3] ?? 0) << 8), width), reply } };
  },
  am03127: (bytes, address) => {
    const stream = Buffer.from(bytes).toString('latin1');
    const match = /<ID([0-9A-F]{2})>([^]*?)([0-9A-F]{2})<E>/.exec(stream);
    if (match === null) return { used: Math.max(0, bytes.length - MOST_HELD), frame: null };
    const used = match.index + match[0].length;
    const [, id = '', data = '', check = ''] = match;
    if (Number.parseInt(id, 16) !== address) return { used, frame: null };
    if (Buffer.from(data, 'latin1').reduce((total, byte) => total ^ byte, 0) !== Number.parseInt(check, 16)) return { used, frame: 'damaged' };
    const page = /^<L1><PA><F.><M.><W.><F.>([^]*)$/.exec(data);
    return { used, frame: { text: page?.[1]?.trim() ?? null, reply: Buffer.from('ACK') } };
  },
  'fds-mled': (bytes, address) => {
    const start = bytes.indexOf(0x02);
    const end = bytes.indexOf(0x0a, start);
    if (start === -1) return { used: bytes.length, frame: null };
    if (end === -1) return { used: bytes.length > MOST_HELD ? start + 1 : start, frame: null };
    const body = Buffer.from(bytes.subarray(start + 1, end)).toString('latin1');
    return { used: end + 1, frame: body.startsWith(String(address)) && /^.[1-3]/.test(body) ? { text: body.slice(2).trim(), reply: new Uint8Array(0) } : null };
  },
};

/** Starts an emulated board. @throws Error in one line when its wire cannot be opened */
export const startWindowDisplayEmulator = async (settings: WindowDisplayEmulatorSettings): Promise<WindowDisplayEmulator> => {
  const family = settings.profile ?? 'am03127';
  const profile = BOARD_PROFILES[family];
  const address = settings.address ?? 1;
  let fault: FaultName | null = null;
  let powered = true;
  let text = '';
  let pictures = 0;

  const refusal = (reply: Uint8Array): Uint8Array => {
    if (family === 'am03127') return Buffer.from('NACK');
    const damaged = Uint8Array.from(reply);
    damaged[5] = (damaged[5] ?? 0) ^ 0x55;
    return damaged;
  };
  const changed = (reply: Uint8Array): Uint8Array => {
    if (family !== 'sunpn') return Buffer.from('NACK');
    const other = Uint8Array.from(reply);
    other[2] = ((other[2] ?? 0) + 1) & 0xff;
    other[5] = sum(other.subarray(0, 5));
    return other;
  };

  const obey = (link: EmulatedLink, frame: Exclude<Taken['frame'], null>): void => {
    if (fault === 'silent') return;
    const send = (reply: Uint8Array): void => {
      if (profile.answers && reply.length > 0) link.send(fault === 'noise-around' ? Buffer.concat([NOISE, reply]) : reply);
    };
    if (frame === 'damaged') {
      if (family === 'am03127') send(Buffer.from('NACK'));
      return;
    }
    if (fault === 'refuses' || fault === 'refuses-once') {
      if (fault === 'refuses-once') fault = null;
      send(refusal(frame.reply));
      return;
    }
    if (frame.text !== null) {
      text = frame.text;
      pictures += 1;
    }
    send(fault === 'other-values' ? changed(frame.reply) : frame.reply);
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: profile.baud,
    paced: false,
    onLink: (link) => {
      let held: Uint8Array = new Uint8Array(0);
      return {
        onData: (chunk) => {
          if (!powered) return;
          if (fault === 'local-echo') link.send(chunk);
          held = Buffer.concat([held, chunk]);
          for (;;) {
            const { used, frame } = TAKE[family](held, address, profile.width);
            held = held.subarray(used);
            if (frame !== null) obey(link, frame);
            if (used === 0) break;
          }
        },
        onEnd: () => {},
      };
    },
  });

  return {
    uri: `${wire.uri}${wire.uri.includes('?') ? '&' : '?'}profile=${family}${address === 1 ? '' : `&board=${address}`}`,
    faults: WINDOW_DISPLAY_FAULTS,
    inject: (name) => {
      const known = WINDOW_DISPLAY_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the window display cannot play "${name}"; it can play ${WINDOW_DISPLAY_FAULTS.join(', ')}`);
      fault = known ?? null;
    },
    shown: () => (powered ? text : null),
    pictures: () => pictures,
    powerOff: () => {
      powered = false;
      text = '';
    },
    powerOn: () => {
      powered = true;
    },
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  };
};
