/** The boards' own side of the bytes on one line: each a picture that goes with the power, and faults to inject. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import { BOARD_PROFILES, type BoardFamily } from './profiles.ts';
import { windowDisplaySettings } from './settings.ts';

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

/** `board`: an address on the line; left out where there is one, for the first. */
export interface WindowDisplayEmulator extends Emulator {
  /** `silent` for every board, `silent@2` for the one with the address 2. What an adapter does to the line, it does to all. */
  inject(fault: string | null): void;
  /** What can be read on a board; null while it has no power. */
  shown(board?: number): string | null;
  /** How often a picture was put there. */
  pictures(board?: number): number;
  /** Takes the power away, of all boards where none is named: dark, silent, and everything forgotten. The line stays. */
  powerOff(board?: number): void;
  powerOn(board?: number): void;
  /** Milliseconds for which the line rested before each burst of bytes from its master, the newest 1000: bytes of either side end a rest. */
  rests(): readonly number[];
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface WindowDisplayEmulatorSettings {
  listen: Listen;
  profile?: BoardFamily;
  /** As in the terminal file; a board itself knows no counter, it only goes into the address for the driver. */
  boards?: readonly { board?: number; counter?: string }[];
}

/** Settings from the command line: `profile=am03127 boards=1:3,2:4`. @throws RangeError in one line where they cannot be used */
export const windowDisplayEmulatorOptions = (given: Record<string, unknown>): Omit<WindowDisplayEmulatorSettings, 'listen'> => {
  const parsed = windowDisplaySettings(given);
  if (!parsed.ok) throw new RangeError(parsed.fault.message);
  const { profile, boards } = parsed.value;
  return { profile: profile.family, boards: boards.map(({ board, counter }) => (counter === null ? { board } : { board, counter })) };
};

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

/** One board on the line: its own reading of the same bytes, its own picture, power and fault. */
interface EmulatedBoard {
  address: number;
  held: Uint8Array;
  fault: FaultName | null;
  powered: boolean;
  text: string;
  pictures: number;
}

const MOST_RESTS = 1000;

/** Starts emulated boards on one line. @throws Error in one line when its wire cannot be opened; RangeError where they cannot hang on one line */
export const startWindowDisplayEmulator = async (settings: WindowDisplayEmulatorSettings): Promise<WindowDisplayEmulator> => {
  const family = settings.profile ?? 'am03127';
  const { boards: hung } = windowDisplayEmulatorOptions({ profile: family, ...(settings.boards === undefined ? {} : { boards: settings.boards }) });
  const profile = BOARD_PROFILES[family];
  const places = hung ?? [];
  const boards = places.map(({ board = 1 }): EmulatedBoard => ({ address: board, held: new Uint8Array(0), fault: null, powered: true, text: '', pictures: 0 }));
  const faults = [...WINDOW_DISPLAY_FAULTS, ...(boards.length > 1 ? boards.flatMap(({ address }) => WINDOW_DISPLAY_FAULTS.map((name) => `${name}@${address}`)) : [])];
  const rests: number[] = [];
  let lastByte: number | null = null;

  const some = (address: number | undefined): EmulatedBoard[] => {
    const named = boards.filter((board) => address === undefined || board.address === address);
    if (named.length === 0) throw new RangeError(`there is no board ${address ?? ''} on this line`);
    return named;
  };
  const first = (address: number | undefined): EmulatedBoard => {
    const [found] = some(address);
    if (found === undefined) throw new RangeError('there is no board on this line');
    return found;
  };

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

  const obey = (board: EmulatedBoard, link: EmulatedLink, frame: Exclude<Taken['frame'], null>): void => {
    const { fault } = board;
    if (fault === 'silent') return;
    const send = (reply: Uint8Array): void => {
      if (!profile.answers || reply.length === 0) return;
      link.send(fault === 'noise-around' ? Buffer.concat([NOISE, reply]) : reply);
      lastByte = performance.now();
    };
    if (frame === 'damaged') {
      if (family === 'am03127') send(Buffer.from('NACK'));
      return;
    }
    if (fault === 'refuses' || fault === 'refuses-once') {
      if (fault === 'refuses-once') board.fault = null;
      send(refusal(frame.reply));
      return;
    }
    if (frame.text !== null) {
      board.text = frame.text;
      board.pictures += 1;
    }
    send(fault === 'other-values' ? changed(frame.reply) : frame.reply);
  };

  const hears = (board: EmulatedBoard, link: EmulatedLink, chunk: Uint8Array): void => {
    if (!board.powered) return;
    board.held = Buffer.concat([board.held, chunk]);
    for (;;) {
      const { used, frame } = TAKE[family](board.held, board.address, profile.width);
      board.held = board.held.subarray(used);
      if (frame !== null) obey(board, link, frame);
      if (used === 0) break;
    }
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: profile.baud,
    paced: false,
    onLink: (link) => {
      for (const board of boards) board.held = new Uint8Array(0);
      return {
        onData: (chunk) => {
          const now = performance.now();
          if (lastByte !== null && rests.push(now - lastByte) > MOST_RESTS) rests.shift();
          lastByte = now;
          if (boards.some(({ fault, powered }) => fault === 'local-echo' && powered)) link.send(chunk);
          for (const board of boards) hears(board, link, chunk);
        },
        onEnd: () => {},
      };
    },
  });

  const isUsual = places.length === 1 && places[0]?.counter === undefined && boards[0]?.address === 1;
  const named = places.map(({ board = 1, counter }) => `${board}${counter === undefined ? '' : `:${counter}`}`).join(',');
  return {
    uri: `${wire.uri}${wire.uri.includes('?') ? '&' : '?'}profile=${family}${isUsual ? '' : `&boards=${named}`}`,
    faults,
    inject: (name) => {
      if (name !== null && !faults.includes(name)) throw new RangeError(`the window display cannot play "${name}"; it can play ${faults.join(', ')}`);
      const [kind, at] = (name ?? '').split('@');
      for (const board of some(at === undefined ? undefined : Number(at))) board.fault = WINDOW_DISPLAY_FAULTS.find((known) => known === kind) ?? null;
    },
    shown: (address) => {
      const board = first(address);
      return board.powered ? board.text : null;
    },
    pictures: (address) => first(address).pictures,
    powerOff: (address) => {
      for (const board of some(address)) Object.assign(board, { powered: false, text: '', held: new Uint8Array(0) });
    },
    powerOn: (address) => {
      for (const board of some(address)) board.powered = true;
    },
    rests: () => rests,
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  };
};
