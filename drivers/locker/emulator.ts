/** A cabinet: boards of electric locks on one line, with doors that people close, cells that stick, and things that lie in them. */
import { z } from 'zod';
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import { BOARD_SIDES, type BoardRequest } from './emulator-boards.ts';
import { PROFILE_NAMES, PROFILES, type ProfileName } from './profiles.ts';
import { ORDERS, POLARITIES, type Order, type Polarity } from './layout.ts';

export const LOCKER_FAULTS = [
  'silent',
  /** FA FD 99 99 before each answer, as boards do whose transceiver turns late. */
  'garbage-first',
  'noise',
  'bad-checksum',
  /** Answers break off after half. */
  'truncated',
  /** No door opens, whatever is pulsed. */
  'stuck',
  /** Doors open a second after the pulse. */
  'slow',
  /** The line goes away with the pulse: the lock has had it, and nobody heard. It comes back when the fault ends. */
  'cut-on-open',
] as const;
type FaultName = (typeof LOCKER_FAULTS)[number];

export interface LockerEmulatorSettings {
  listen: Listen;
  profile?: ProfileName;
  boards?: number[];
  cells?: number;
  polarity?: Polarity;
  order?: Order;
  /** The adapter gives back what is sent through it. */
  echo?: boolean;
  /** Lock input of the sensor of cell 1, on spare inputs of the same board. */
  sensorsAt?: number;
  /** A question that comes sooner than this after an answer meets a line that has not turned round, and is lost. */
  turnRoundMs?: number;
  /** Someone closes each door this long after its lock opened it. */
  closeAfterMs?: number;
}

export interface LockerEmulator extends Emulator {
  /** Someone closes a door. */
  closeDoor(board: number, cell: number): void;
  /** Someone opens a door with the key. */
  openDoor(board: number, cell: number): void;
  isOpen(board: number, cell: number): boolean;
  /** This one cell sticks, or is mended. */
  stick(board: number, cell: number, sticks: boolean): void;
  put(board: number, cell: number, occupied: boolean): void;
  /** Every pulse that a lock has had, in order; cell 0 would be all of them. */
  readonly pulses: readonly { board: number; cell: number }[];
  /** Questions that met a line which had not turned round. */
  readonly collisions: number;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

interface Board {
  open: boolean[];
  sticks: boolean[];
  occupied: boolean[];
}

const SLOW_MS = 1000;
const GARBAGE = Buffer.from('fafd9999', 'hex');
const MOST_HELD = 512;

/** Starts an emulated cabinet. @throws Error in one line when its wire cannot be opened */
export const startLockerEmulator = async (settings: LockerEmulatorSettings): Promise<LockerEmulator> => {
  const { profile = '8a80', polarity = 'closed-shorts', order = 'low-first', echo = false, turnRoundMs = 0, sensorsAt } = settings;
  const count = settings.cells ?? PROFILES[profile].cells;
  const side = BOARD_SIDES[profile];
  const no = (): boolean[] => Array.from({ length: count }, () => false);
  const boards = new Map<number, Board>((settings.boards ?? [PROFILES[profile].boards.least]).map((board) => [board, { open: no(), sticks: no(), occupied: no() }]));
  const pulses: { board: number; cell: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let collisions = 0;
  let answeredAt = -Infinity;
  let fault: FaultName | null = null;

  const boardOf = (number: number): Board => {
    const board = boards.get(number);
    if (board === undefined) throw new RangeError(`there is no board ${number}`);
    return board;
  };
  /** Is the lock's contact shorted? Spare inputs carry the sensors. */
  const contacts = (board: Board): boolean[] => {
    const locks = board.open.map((open) => (polarity === 'closed-shorts' ? !open : open));
    if (sensorsAt === undefined) return locks;
    const all = Array.from({ length: sensorsAt + count - 1 }, (_unused, index) => locks[index] ?? false);
    board.occupied.forEach((occupied, index) => {
      all[sensorsAt - 1 + index] = occupied;
    });
    return all;
  };

  const later = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  /** The line went away by the fault, and not by somebody's hand; resolves when it has. */
  let cut: Promise<void> | null = null;
  const pulse = (board: Board, cell: number): void => {
    const swing = (): void => {
      for (const index of cell === 0 ? [...board.open.keys()] : [cell - 1]) {
        if (board.sticks[index] !== false) continue;
        board.open[index] = true;
        if (settings.closeAfterMs !== undefined) later(settings.closeAfterMs, () => (board.open[index] = false));
      }
    };
    if (fault === 'stuck') return;
    if (fault === 'slow') later(SLOW_MS, swing);
    else swing();
  };

  const answerTo = (request: BoardRequest, board: Board): Buffer => {
    switch (request.kind) {
      case 'open':
        pulses.push({ board: request.board, cell: request.cell });
        pulse(board, request.cell);
        return side.opened(request.board, request.cell, contacts(board), board.occupied);
      case 'one':
        return side.one(request.board, request.cell, contacts(board)[request.cell - 1] ?? false);
      case 'all':
        return side.all(request.board, contacts(board), board.occupied, order === 'high-first');
    }
  };

  const send = (link: EmulatedLink, answer: Buffer): void => {
    answeredAt = performance.now();
    switch (fault) {
      case 'silent':
        return;
      case 'noise':
        link.send(Buffer.from('5a017e93c4', 'hex'));
        return;
      case 'garbage-first':
        link.send(Buffer.concat([GARBAGE, answer]));
        return;
      case 'truncated':
        link.send(answer.subarray(0, Math.ceil(answer.length / 2)));
        return;
      case 'bad-checksum':
        answer[answer.length - 1] = (answer.at(-1) ?? 0) ^ 0x55;
        break;
      default:
        break;
    }
    link.send(answer);
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: PROFILES[profile].baud,
    paced: false,
    onLink: (link) => {
      let held = Buffer.alloc(0);
      return {
        onData: (chunk) => {
          if (echo) link.send(chunk);
          held = Buffer.concat([held, chunk]).subarray(-MOST_HELD);
          for (let found = side.read(held); found !== null; found = side.read(held)) {
            held = held.subarray(found.used);
            const board = boards.get(found.request.board);
            if (performance.now() - answeredAt < turnRoundMs) {
              collisions += 1;
              continue;
            }
            if (board === undefined || (found.request.kind === 'open' ? found.request.cell > count : found.request.kind === 'one' && found.request.cell > contacts(board).length)) continue;
            const answer = answerTo(found.request, board);
            if (fault === 'cut-on-open' && found.request.kind === 'open') {
              cut = wire.unplug();
            } else send(link, answer);
          }
        },
        onEnd: () => {},
      };
    },
  });

  const query = `profile=${profile}&polarity=${polarity}&order=${order}&echo=${String(echo)}&boards=${[...boards.keys()].join(',')}&cells=${count}`;
  return {
    uri: `${wire.uri}${wire.uri.includes('?') ? '&' : '?'}${query}`,
    faults: LOCKER_FAULTS,
    inject: (name) => {
      const known = LOCKER_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the locker cannot play "${name}"; it can play ${LOCKER_FAULTS.join(', ')}`);
      fault = known ?? null;
      if (fault !== null || cut === null) return;
      void cut.then(() => wire.replug());
      cut = null;
    },
    closeDoor: (board, cell) => {
      boardOf(board).open[cell - 1] = false;
    },
    openDoor: (board, cell) => {
      boardOf(board).open[cell - 1] = true;
    },
    isOpen: (board, cell) => boardOf(board).open[cell - 1] === true,
    stick: (board, cell, sticks) => {
      boardOf(board).sticks[cell - 1] = sticks;
    },
    put: (board, cell, occupied) => {
      boardOf(board).occupied[cell - 1] = occupied;
    },
    pulses,
    get collisions() {
      return collisions;
    },
    unplug: () => {
      cut = null;
      return wire.unplug();
    },
    replug: () => wire.replug(),
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await wire.close();
    },
  };
};

const options = z.strictObject({
  profile: z.enum(PROFILE_NAMES),
  boards: z.union([z.number().transform((one) => [one]), z.string().regex(/^\d+(,\d+)*$/).transform((list) => list.split(',').map(Number))]),
  cells: z.number().int().min(1).max(127),
  polarity: z.enum(POLARITIES),
  order: z.enum(ORDERS),
  echo: z.boolean(),
  sensorsAt: z.number().int().min(2).max(127),
  turnRoundMs: z.number().int().min(0).max(50),
  closeAfterMs: z.number().int().min(1),
});

/** Settings of an emulated cabinet from a command line. @throws RangeError that names what can be set */
export const lockerEmulatorOptions = (given: Record<string, unknown>): Omit<LockerEmulatorSettings, 'listen'> => {
  const parsed = options.partial().safeParse(given);
  if (!parsed.success) throw new RangeError(`settings of the emulated locker: ${Object.keys(options.shape).join(', ')}`);
  return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
};
