/**
 * The boards' own side of the four families: requests found in a stream, answers built. Written from the tables of the protocols
 * and not with the driver's codec, so that one misreading is not made twice by one function. Never travels in a package.
 */

export type BoardRequest = { kind: 'open' | 'one'; board: number; cell: number } | { kind: 'all'; board: number };

/** What a board has to say; contacts by cell, cell 1 first. `shorted`: the lock's contact is closed. */
export interface BoardSide {
  /** The first whole request in the bytes and how many bytes are used up with it; null when there is none. */
  read(bytes: Buffer): { request: BoardRequest; used: number } | null;
  opened(board: number, cell: number, shorted: boolean[], sensed: boolean[]): Buffer;
  one(board: number, cell: number, shorted: boolean): Buffer;
  all(board: number, shorted: boolean[], sensed: boolean[], highFirst: boolean): Buffer;
}

const xorEnd = (bytes: number[]): Buffer => Buffer.from([...bytes, bytes.reduce((check, byte) => check ^ byte, 0)]);
const sumEnd = (bytes: number[]): Buffer => Buffer.from([...bytes, bytes.reduce((check, byte) => check + byte, 0) & 0xff]);

/** Bits of eight contacts a byte. */
const packed = (contacts: boolean[], count: number): number[] => {
  const bytes = Array.from({ length: count }, () => 0);
  contacts.forEach((on, index) => {
    if (on) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
};

/** Tries fixed-length requests at every place. */
const fixed =
  (length: number, parse: (frame: Buffer) => BoardRequest | null): BoardSide['read'] =>
  (bytes) => {
    for (let at = 0; at + length <= bytes.length; at += 1) {
      const request = parse(bytes.subarray(at, at + length));
      if (request !== null) return { request, used: at + length };
    }
    return null;
  };

const goodXor = (frame: Buffer): boolean => frame.reduce((check, byte) => check ^ byte, 0) === 0;
const goodSum = (frame: Buffer): boolean => (frame.subarray(0, -1).reduce((check, byte) => check + byte, 0) & 0xff) === frame.at(-1);

const BOARD_8A80: BoardSide = {
  read: fixed(5, (frame) => {
    const [head, board = 0, cell = 0, mark] = frame;
    if (!goodXor(frame)) return null;
    if (head === 0x8a && mark === 0x11) return { kind: 'open', board, cell };
    if (head === 0x80 && mark === 0x33) return cell === 0 ? { kind: 'all', board } : { kind: 'one', board, cell };
    return null;
  }),
  opened: (board, cell, shorted) => xorEnd([0x8a, board, cell, shorted[cell - 1] === true ? 0x11 : 0x00]),
  one: (board, cell, shorted) => xorEnd([0x80, board, cell, shorted ? 0x11 : 0x00]),
  all: (board, shorted, _sensed, highFirst) => {
    const bytes = packed(shorted, shorted.length <= 24 ? 3 : 7);
    return xorEnd([0x80, board, ...(highFirst ? bytes.toReversed() : bytes), 0x33]);
  },
};

const LETTERS = [...Buffer.from('WKLY')];
const wklyFrame = (board: number, command: number, data: number[]): Buffer => xorEnd([...LETTERS, data.length + 8, board, command, ...data]);

const BOARD_WKLY: BoardSide = {
  read: (bytes) => {
    // A request that broke off begins like a whole one, and must not keep those after it from being found.
    for (let at = bytes.indexOf('WKLY'); at !== -1; at = bytes.indexOf('WKLY', at + 1)) {
      const length = bytes[at + 4] ?? 0;
      const used = at + length;
      if (length < 8 || bytes.length < used || !goodXor(bytes.subarray(at, used))) continue;
      const board = bytes[at + 5] ?? 0;
      const command = bytes[at + 6];
      const cell = bytes[at + 7] ?? 0;
      if (command === 0x82) return { request: { kind: 'open', board, cell }, used };
      if (command === 0x83) return { request: { kind: 'one', board, cell }, used };
      if (command === 0x84) return { request: { kind: 'all', board }, used };
    }
    return null;
  },
  opened: (board, cell, shorted) => wklyFrame(board, 0x82, [0, cell, shorted[cell - 1] === true ? 1 : 0]),
  one: (board, cell, shorted) => wklyFrame(board, 0x83, [0, cell, shorted ? 1 : 0]),
  all: (board, shorted) => wklyFrame(board, 0x84, [0, shorted.length, ...shorted.map((on) => (on ? 1 : 0))]),
};

const cu16Data = (board: number, lock: number, shorted: boolean[], sensed: boolean[], highFirst: boolean): Buffer => {
  const hooks = packed(shorted.slice(0, 16), 2);
  const eyes = packed(sensed.slice(0, 16), 2);
  return sumEnd([0x02, (board << 4) | lock, 0x35, ...(highFirst ? hooks.toReversed() : hooks), ...(highFirst ? eyes.toReversed() : eyes), 0x03]);
};
const BOARD_CU16: BoardSide = {
  read: fixed(5, (frame) => {
    const [head, address = 0, command, end] = frame;
    if (head !== 0x02 || end !== 0x03 || !goodSum(frame)) return null;
    if (command === 0x31) return { kind: 'open', board: address >> 4, cell: (address & 15) + 1 };
    return command === 0x30 ? { kind: 'all', board: address >> 4 } : null;
  }),
  opened: (board, cell, shorted, sensed) => cu16Data(board, cell - 1, shorted, sensed, false),
  one: () => Buffer.alloc(0),
  all: (board, shorted, sensed, highFirst) => cu16Data(board, 0, shorted, sensed, highFirst),
};

const BOARD_CU48: BoardSide = {
  read: fixed(6, (frame) => {
    const [head, board = 0, lock = 0, command, end] = frame;
    if (head !== 0x02 || end !== 0x03 || !goodSum(frame)) return null;
    if (command === 0x61) return { kind: 'open', board, cell: lock + 1 };
    return command === 0x60 ? { kind: 'all', board } : null;
  }),
  opened: (board, cell) => sumEnd([0x02, board, cell - 1, 0x75, 0x00]),
  one: () => Buffer.alloc(0),
  all: (board, shorted, _sensed, highFirst) => {
    const bytes = packed(shorted, 6);
    return sumEnd([0x02, board, 0x00, 0x75, 6, ...(highFirst ? bytes.toReversed() : bytes)]);
  },
};

/** The data stand behind the sum, which counts them. */
const cu12Frame = (board: number, lock: number, command: number, data: number[]): Buffer => {
  const head = [0x02, board, lock, command, 0x10, data.length, 0x03];
  return Buffer.from([...head, [...head, ...data].reduce((check, byte) => check + byte, 0) & 0xff, ...data]);
};
const BOARD_CU12: BoardSide = {
  read: fixed(8, (frame) => {
    const [head, board = 0, lock = 0, command, , , end] = frame;
    if (head !== 0x02 || end !== 0x03 || !goodSum(frame)) return null;
    if (command === 0x81) return { kind: 'open', board, cell: lock + 1 };
    return command === 0x80 ? { kind: 'all', board } : null;
  }),
  opened: (board, cell) => cu12Frame(board, cell - 1, 0x81, []),
  one: () => Buffer.alloc(0),
  all: (board, shorted, _sensed, highFirst) => {
    const bytes = packed(shorted, 2);
    return cu12Frame(board, 0, 0x80, highFirst ? bytes.toReversed() : bytes);
  },
};

const winnsen = (statusFirst: boolean): BoardSide => ({
  read: fixed(6, ([head, length, command, board = 0, cell = 0, end]) => {
    if (head !== 0x90 || length !== 6 || end !== 0x03) return null;
    if (command === 0x05) return { kind: 'open', board, cell };
    return command === 0x12 ? { kind: 'one', board, cell } : null;
  }),
  opened: (board, cell, shorted) => Buffer.from([0x90, 7, 0x85, board, cell, shorted[cell - 1] === true ? 0 : 1, 3]),
  one: (board, cell, shorted) => Buffer.from([0x90, 7, 0x92, board, ...(statusFirst ? [shorted ? 0 : 1, cell] : [cell, shorted ? 0 : 1]), 3]),
  all: () => Buffer.alloc(0),
});

export const BOARD_SIDES = {
  '8a80': BOARD_8A80,
  wkly: BOARD_WKLY,
  'kerong-cu': BOARD_CU16,
  'kerong-cu48': BOARD_CU48,
  'kerong-cu12': BOARD_CU12,
  winnsen: winnsen(false),
  'winnsen-swapped': winnsen(true),
} as const;
