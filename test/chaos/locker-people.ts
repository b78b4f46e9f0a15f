/**
 * Those who stand before the pick-up locker: clerks who put originals in and settle what is doubtful, owners who reach in. Whoever reaches into a cell does so
 * through a door that really stands open; what lies where is in {@link lockerBooks}, and what the terminal and the platform say must agree with it.
 */
import { specimen } from '../../drivers/id-card/specimens.ts';
import type { CellView, LockersView } from '../../electron/lockers/index.ts';
import { checkDigit } from '../../electron/storage/index.ts';
import { until } from '../e2e/terminal.ts';
import type { HallReply } from './hall-people.ts';
import { lockerBooks } from './locker-books.ts';
import { PATIENCE, type Stage } from './stage.ts';

export interface LockerPeople {
  /** An original of this specimen's becomes ready, and a clerk puts it into a cell. @returns whether it lies there and the terminal has taken the clerk's word */
  putIn(clerk: number, owner: string): Promise<boolean>;
  /** The pick-up code of something of this specimen's in the locker; null: there is nothing. */
  codeOf(owner: string): string | null;
  /** Is this original this specimen's? null: nobody knows it any more. */
  isOf(caseNumber: string, owner: string): boolean | null;
  /** The owner has touched the glass to have this cell opened. */
  asked(caseNumber: string): void;
  /** The owner stands before an open cell, takes what lies there and shuts the door. @returns the case number of what was taken */
  reachIn(cell: string): Promise<string | null>;
  /** The glass says that it was taken. */
  saidCollected(caseNumber: string, cell: string): void;
  /** The owner looks whether a cell that was opened for this original stands open, whatever the glass shows. */
  lookBehind(caseNumber: string): Promise<void>;
  /** Doubts are looked at and everything under way is brought to an end. Afterwards all must be as it is. Only while the devices work. */
  setRight(): Promise<void>;
  /** Staff take everything out of the locker. */
  takeAllOut(): Promise<void>;
  /** Everything was told: the platform must have it as it is. */
  judgePlatform(): Promise<string[]>;
  forget(): void;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Options {
  stage: Stage;
  as: (name: string, method: 'GET' | 'POST', path: string, body?: unknown) => Promise<HallReply | null>;
  count: (kind: string) => void;
  wrong: (what: string) => void;
}

/** Nobody lays something in and shuts the door in less. */
const HAND_MS = 2_000;
const SOON_MS = 15_000 * PATIENCE;
/** A door may be waited for 60 s, and a doubt comes a minute after a start. */
const SETTLED_MS = 180_000 * PATIENCE;
/** Cells of the demonstration; the third one's door is opened with the key by anybody. */
const CELLS = Array.from({ length: 12 }, (_, index) => String(index + 1)).filter((cell) => cell !== '3');
const TERMINAL = 'terminal-5';

export const lockerPeople = ({ stage, as, count, wrong }: Options): LockerPeople => {
  const books = lockerBooks();
  let made = 0;
  /** Emulated doors fall shut when the outside world is killed; real ones do not: whose door that was took what lay behind it. */
  const worldWhenAsked = new Map<string, number | null>();
  const doorsFellShut = (caseNumber: string): boolean => worldWhenAsked.has(caseNumber) && worldWhenAsked.get(caseNumber) !== stage.terminal().processId('world');
  const shut = (cell: string): Promise<boolean> => stage.terminal().play('/locker/door', { cell: Number(cell), open: false }).then(() => true, () => false);
  const isOpen = async (cell: string): Promise<boolean> => (await stage.state()).hall.doorsOpen.includes(Number(cell));
  const soon = <T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T | null> => until(what, look, SOON_MS).catch(() => null);

  const look = async (): Promise<NonNullable<LockersView['locker']> | null> => {
    const reply = await as('c0', 'GET', '/hall/lockers');
    return reply?.status === 200 ? (reply.body as LockersView).locker : null;
  };
  const cellNow = async (cell: string): Promise<CellView | null> => (await look())?.cells.find((one) => one.cell === cell) ?? null;
  const does = async (clerk: number, path: string, body?: unknown): Promise<boolean> => {
    const reply = await as(`c${clerk}`, 'POST', `/hall/lockers/${path}`, body);
    if (reply !== null && reply.status !== 200 && (reply.body as { refusal?: string } | null)?.refusal === undefined && reply.status !== 503) wrong(`${path} at the locker: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply?.status === 200;
  };

  const makeReady = async (owner: string): Promise<string | null> => {
    made += 1;
    const digits = `20261122999${String(made).padStart(4, '0')}`;
    const caseNumber = `${digits}${checkDigit(digits)}`;
    const card = specimen(owner)?.card;
    const reply = await fetch(`${stage.terminal().platform}/control/originals`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ terminal: TERMINAL, caseNumber, name: card?.name, idNumber: card?.idNumber }) }).catch(() => null);
    if (reply?.status !== 201) return null;
    books.ready({ caseNumber, owner, code: ((await reply.json()) as { code: string }).code });
    return caseNumber;
  };

  /** Whatever was opened for this clerk is shut again, with what is to lie in it. */
  const layIn = async (clerk: number, caseNumber: string, cell: string): Promise<boolean> => {
    const opened = await soon('the cell to open', async () => {
      if (await isOpen(cell)) return true;
      const now = await cellNow(cell);
      return now !== null && now.state !== 'busy' ? 'over' : null;
    });
    if (opened !== true) return false;
    await pause(HAND_MS);
    // Somebody else's hand, or a world that was killed, may have shut it meanwhile.
    if (await isOpen(cell)) books.laid(caseNumber, cell);
    await shut(cell);
    if (!books.in(cell)) return false;
    if ((await soon('its door to be seen closed', async () => (await cellNow(cell))?.step === 'closed')) === null) return false;
    return does(clerk, `cells/${cell}/put`);
  };

  const settle = async (now: CellView): Promise<void> => {
    const { cell } = now;
    const inside = books.in(cell);
    if (now.state === 'busy' && now.step === 'open') return void (await shut(cell));
    if (now.state === 'busy' && now.step === 'closed') {
      if (now.task === 'load') await does(1, `cells/${cell}/${inside !== null && inside.caseNumber === now.original?.caseNumber ? 'put' : 'not-put'}`);
      else if (now.task === 'look') await does(1, `cells/${cell}/settle`, { found: foundIn(now) });
      return;
    }
    if (now.state !== 'doubtful') return;
    count(`locker doubt settled: ${now.why ?? ''}`);
    await does(1, `cells/${cell}/settle`, { found: foundIn(now) });
  };
  /** What somebody sees who opens a doubtful cell with the key. */
  const foundIn = ({ cell, original, loading }: CellView): string => {
    const inside = books.in(cell);
    if (original === null) {
      // Put in while the terminal had already given the cell up: staff take it out again.
      books.taken(cell, 'staff');
      return 'empty';
    }
    if (inside?.caseNumber === original.caseNumber) return 'inside';
    if (loading) return 'waiting';
    return books.withOwner(original.caseNumber) ? 'collected' : 'returned';
  };

  const setRight = async (): Promise<void> => {
    const quiet = await until(
      'the locker to come to rest',
      async () => {
        const now = await look();
        if (now === null || !now.works) return null;
        const restless = now.cells.filter(({ state }) => state === 'busy' || state === 'doubtful');
        for (const one of restless) await settle(one);
        return restless.length === 0 ? now : null;
      },
      SETTLED_MS,
    ).catch(() => null);
    if (quiet === null) return wrong(`the locker does not come to rest: ${JSON.stringify(await look()).slice(0, 1_500)}`);
    for (const { cell, state } of quiet.cells) {
      const inside = books.in(cell);
      if (state === 'free' && inside !== null && doorsFellShut(inside.caseNumber)) books.taken(cell, 'owner');
    }
    for (const what of books.judgeCells(quiet.cells.map(({ cell, state, original }) => ({ cell, state, caseNumber: original?.caseNumber ?? null })))) wrong(what);
  };

  return {
    putIn: async (clerk, owner) => {
      const before = await look();
      const free = before?.cells.find(({ cell, state }) => state === 'free' && CELLS.includes(cell) && books.in(cell) === null)?.cell;
      if (before === null || free === undefined || !before.works) return false;
      // What could not be put in before is taken first.
      const caseNumber = before.waiting.find((one) => books.of(one.caseNumber)?.owner === owner && books.withStaff(one.caseNumber))?.caseNumber ?? (await makeReady(owner));
      if (caseNumber === null) return false;
      const waiting = await soon('the original to be known', async () => (await look())?.waiting.find((one) => one.caseNumber === caseNumber));
      if (waiting === null || !(await does(clerk, `originals/${waiting.document}/load`, { cell: free }))) return false;
      const lies = await layIn(clerk, caseNumber, free);
      if (lies) count('original put in');
      return lies;
    },
    codeOf: (owner) => books.inside(owner)[0]?.code ?? null,
    isOf: (caseNumber, owner) => {
      const known = books.of(caseNumber);
      return known === null ? null : known.owner === owner;
    },
    asked: (caseNumber) => void worldWhenAsked.set(caseNumber, stage.terminal().processId('world')),
    saidCollected: (caseNumber, cell) => {
      if (books.in(cell)?.caseNumber !== caseNumber) return;
      if (doorsFellShut(caseNumber)) books.taken(cell, 'owner');
      else wrong(`the original of ${caseNumber} is said to be collected, and lies in cell ${cell}`);
    },
    reachIn: async (cell) => {
      const found = books.taken(cell, 'owner');
      await shut(cell);
      return found?.caseNumber ?? null;
    },
    lookBehind: async (caseNumber) => {
      const cell = books.cells().find((one) => books.in(one)?.caseNumber === caseNumber);
      if (cell === undefined || !(await isOpen(cell))) return;
      count('taken from a door that the glass did not tell of');
      books.taken(cell, 'owner');
      await shut(cell);
    },
    setRight,
    takeAllOut: async () => {
      await setRight();
      for (const cell of books.cells()) {
        if (!(await does(2, `cells/${cell}/take-back`))) continue;
        if ((await soon('the cell to open', () => isOpen(cell))) === null) continue;
        await pause(HAND_MS);
        books.taken(cell, 'staff');
        await shut(cell);
      }
      await setRight();
      if (books.cells().length > 0) wrong(`staff cannot take out what lies in the cells ${books.cells().join(', ')}: ${JSON.stringify(await look()).slice(0, 1_500)}`);
    },
    judgePlatform: async () => {
      const reply = await fetch(`${stage.terminal().platform}/control/originals`).catch(() => null);
      return reply?.ok === true ? books.judgePlatform((await reply.json()) as { caseNumber: string; state: string }[]) : ['the platform does not say what became of the originals'];
    },
    forget: () => {
      books.forget();
      worldWhenAsked.clear();
    },
  };
};
