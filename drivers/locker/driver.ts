/** Pick-up lockers: boards of electric locks on one serial line (RS-485) or behind a TCP device server. */
import { condition, fail, ok, type CommandInput, type CommandProgress, type CommandValue, type Condition, type DeviceStatus, type DriverFactory, type Result } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { createTurns, type Turn } from '../transports/turn.ts';
import { ChunkDecoder, type Answer, type Question } from './codec.ts';
import { cellsOf, doorOf, learnLayout, needsAll, type Cell, type Door } from './layout.ts';
import { openMachine, surveyMachine, type Asked, type Rhythm } from './machine.ts';
import { requestOf, type Profile } from './profiles.ts';
import { lockerSettings, type LockerSettings } from './settings.ts';
import { DoorWatch } from './watch.ts';

/** Pause before a line that went away is opened again to ask the door. */
const REOPEN_MS = 300;
/** A line that stays away longer than this after a pulse leaves the door unknown. */
const AWAY_MS = 15_000;
/** Doors asked in one status where a board tells them one by one: the rest comes in the next one. */
const ONE_BY_ONE = 16;

/** Adds the profile's baud to a serial address that names none. */
const withBaud = (uri: string, baud: number): string => (!/^serial:/i.test(uri) || /[?&]baud=/.test(uri) ? uri : `${uri}${uri.includes('?') ? '&' : '?'}baud=${baud}`);

const silentFault = (asked: readonly Asked[], what: string) =>
  asked.some(({ heard }) => heard) ? fail('bad-frame', `${what} sends bytes that answer no question: wrong profile, baud or wiring`) : fail('not-responding', `${what} does not answer`);

/** The questions about cells 1 to `count` (null: all that there are) of a board, or about one of them. */
const questionsFor = ({ profile, layout }: LockerSettings, board: number, count: number | null, cell: number | undefined): Question[] => {
  const inputs = typeof layout.sensors === 'number' ? layout.sensors + (count ?? 0) - 1 : (count ?? 1);
  if (profile.family.asksAll && (cell === undefined || !profile.family.asksOne || needsAll(layout))) return [{ kind: 'all', board, cells: Math.max(inputs, cell ?? 1) }];
  return (cell === undefined ? Array.from({ length: count ?? profile.cells }, (_unused, index) => index + 1) : [cell]).map((one) => ({ kind: 'one', board, cell: one }));
};

/** Cells that an answer tells of where nobody has said how many there are. */
const countIn = (answer: Extract<Answer, { kind: 'all' }>, profile: Profile): number => Math.min(answer.lowFirst.closed.length, profile.mostCells);

/** Cells from what was asked of one board; a door that did not answer is unknown. */
const cellsFrom = (asked: readonly Asked[], count: number | null, { layout, profile }: LockerSettings): Cell[] =>
  asked.flatMap(({ question, answer }): Cell[] => {
    if (answer?.kind === 'all') return cellsOf(answer, count ?? countIn(answer, profile), layout);
    return question.kind === 'one' ? [{ cell: question.cell, door: doorOf(answer?.kind === 'one' ? answer.closed : null, layout.polarity), occupied: null }] : [];
  });

export const createLockerDriver: DriverFactory<'locker'> = (uri, given, clock) => {
  const parsed = lockerSettings(given);
  if (!parsed.ok) {
    const refuse = () => Promise.resolve(fail('bad-input', `options of the locker: ${parsed.expected}`));
    return { deviceClass: 'locker', open: refuse, run: refuse, close: () => Promise.resolve() };
  }
  const { settings } = parsed;
  const { profile, layout } = settings;
  const wire = createWire(withBaud(uri, profile.baud), clock);
  const turns = createTurns(clock);
  const decoder = new ChunkDecoder();
  const watch = new DoorWatch();
  const rhythm: Rhythm = { turnRoundMs: settings.turnRoundMs, echo: settings.echo };
  /** Where the next status goes on, for boards that tell their doors one by one. */
  let nextDoor = 0;

  const contextOf = (turn: Turn) => ({ signal: turn.signal, deadlineMs: turn.left() });
  const survey = (questions: readonly Question[], turn: Turn, how: Rhythm = rhythm): Promise<Result<Asked[]>> => wire.run(surveyMachine(profile, questions, how), decoder, contextOf(turn));
  const unknownCell = (board: number, cell: number | undefined) =>
    requestOf(profile, cell === undefined ? { kind: 'all', board, cells: 1 } : { kind: 'one', board, cell }) === null
      ? fail('bad-input', `a ${settings.profileName} board is numbered ${profile.boards.least}–${profile.boards.most} and its cells 1–${profile.mostCells}: there is no board ${board}${cell === undefined ? '' : ` cell ${cell}`}`)
      : null;

  const cells = async ({ board, cell }: CommandInput<'locker', 'cells'>, turn: Turn): Promise<Result<CommandValue<'locker', 'cells'>>> => {
    const refused = unknownCell(board, cell);
    if (refused !== null) return refused;
    const asked = await survey(questionsFor(settings, board, settings.cells, cell), turn);
    if (!asked.ok) return asked;
    if (asked.value.every(({ answer }) => answer === null)) return silentFault(asked.value, `board ${board}`);
    const all = cellsFrom(asked.value, settings.cells === null ? null : Math.max(settings.cells, cell ?? 0), settings);
    watch.saw(board, all, clock.now());
    return ok({ cells: all.filter((one) => cell === undefined || one.cell === cell) });
  };

  /** One door in an answer to `question`. */
  const cellIn = (answer: Answer | null, cell: number): Cell => {
    if (answer?.kind === 'all') return cellsOf(answer, cell, layout)[cell - 1] ?? { cell, door: 'unknown', occupied: null };
    return { cell, door: doorOf(answer?.closed, layout.polarity), occupied: null };
  };

  const open = async (
    { board, cell }: CommandInput<'locker', 'open'>,
    turn: Turn,
    onProgress?: (progress: CommandProgress<'locker', 'open'>) => void,
  ): Promise<Result<CommandValue<'locker', 'open'>>> => {
    const refused = unknownCell(board, cell);
    const [question] = questionsFor(settings, board, settings.cells, cell);
    if (refused !== null || question === undefined) return refused ?? fail('bad-input', 'no such cell');
    let seen: Cell = { cell, door: 'unknown', occupied: null };
    const doorIn = (answer: Answer): Door => {
      const found = cellIn(answer, cell);
      if (answer.kind !== 'open') seen = found;
      return found.door;
    };
    const work = (pulse: boolean) => wire.run(openMachine(profile, { board, cell, question, pulse, openWaitMs: settings.openWaitMs, doorIn }, rhythm), decoder, contextOf(turn), onProgress);
    let result = await work(true);
    const gaveUp = clock.now() + AWAY_MS;
    // The pulse may have been sent: from here on the door is asked, over a line that is opened anew, and nothing else.
    while (result.ok && result.value.kind === 'interrupted') {
      const { reason } = result.value;
      await clock.sleep(Math.min(REOPEN_MS, turn.left()), turn.signal);
      if (turn.signal.aborted) return fail('cancelled', 'cancelled after the lock was pulsed: the door may be open', { original: reason });
      if (turn.left() === 0 || clock.now() >= gaveUp) return fail('timed-out', 'the line went away after the lock was pulsed, and nobody tells whether the door is open', { original: `board ${board} cell ${cell}: door unknown (${reason})` });
      const again = await work(false);
      result = !again.ok && (again.fault.code === 'disconnected' || again.fault.code === 'busy-elsewhere') ? result : again;
    }
    if (!result.ok) {
      if (result.fault.code === 'cell-stuck') watch.didNotOpen(board, cell);
      return result;
    }
    watch.saw(board, [seen], clock.now());
    return ok({ cells: [seen] });
  };

  const status = async (turn: Turn): Promise<Result<DeviceStatus>> => {
    const all = settings.boards.flatMap((board) => questionsFor(settings, board, settings.cells, undefined));
    const from = all.length > ONE_BY_ONE ? nextDoor % all.length : 0;
    const now = all.length > ONE_BY_ONE ? [...all, ...all].slice(from, from + ONE_BY_ONE) : all;
    nextDoor = from + now.length;
    const asked = await survey(now, turn);
    if (!asked.ok) return asked;
    if (asked.value.every(({ answer }) => answer === null)) return silentFault(asked.value, 'the locker');
    watch.lookAnew();
    const silent: Condition[] = [];
    for (const board of settings.boards) {
      const ofBoard = asked.value.filter(({ question }) => question.board === board);
      if (ofBoard.length > 0 && ofBoard.every(({ answer }) => answer === null)) silent.push(condition('not-responding', 'error', `board ${board}`));
      watch.saw(board, cellsFrom(ofBoard, settings.cells, settings), clock.now());
    }
    const conditions = [...silent, ...watch.conditions(clock.now(), settings.leftOpenMs)];
    return ok({ online: true, component: 'ready', media: watch.media(), conditions, supplies: [], model: null });
  };

  const learn = async ({ board, openCell, cells: told }: CommandInput<'locker', 'learn'>, turn: Turn): Promise<Result<CommandValue<'locker', 'learn'>>> => {
    const count = told ?? settings.cells;
    const refused = unknownCell(board, openCell) ?? unknownCell(board, count ?? undefined);
    if (refused !== null || (count !== null && openCell > count)) return refused ?? fail('bad-input', `cell ${openCell} is none of ${count} cells`);
    const { family } = profile;
    const questions: Question[] = family.asksAll ? [{ kind: 'all', board, cells: Math.max(count ?? 1, openCell) }] : questionsFor({ ...settings, layout: { ...layout, sensors: 'none' } }, board, count, undefined);
    const asked = await survey([...questions, ...(family.asksAll && family.asksOne ? [{ kind: 'one', board, cell: openCell } as const] : [])], turn, { ...rhythm, echo: 'learn' });
    if (!asked.ok) return asked;
    if (asked.value.every(({ answer }) => answer === null)) return silentFault(asked.value, `board ${board}`);
    const single = asked.value.flatMap(({ answer }) => (answer?.kind === 'one' ? [answer.closed] : []));
    const whole = asked.value.flatMap(({ answer }) => (answer?.kind === 'all' ? [answer] : []))[0];
    const reading = { closed: single, sensed: null };
    const answer = whole ?? { kind: 'all' as const, lowFirst: reading, highFirst: reading };
    const many = count ?? countIn(answer, profile);
    const learned = learnLayout(answer, openCell, many, family.packed);
    const raw = answer.lowFirst.closed.map((closed) => (closed ? '1' : '0')).join('');
    if (!learned.ok) {
      return learned.why === 'ambiguous'
        ? fail('refused', `cell ${openCell} lies in a status byte that both orders put in the same place: open a cell from 1 to 8 instead`, { original: raw })
        : fail('refused', `the board does not show cell ${openCell} of ${many} alone as open: close every other door, open this one, and check the number of cells`, { original: raw });
    }
    if (whole !== undefined && single[0] !== undefined && doorOf(single[0], learned.polarity) !== 'open') {
      return fail('refused', 'the board tells a single door the other way round than all doors: it cannot be trusted with this profile', { original: raw });
    }
    return ok({ polarity: learned.polarity, order: learned.order, echo: asked.value.some(({ echoed }) => echoed) });
  };

  const handlers: CommandHandlers<'locker'> = {
    status: (_input, context) => turns.take(context, status),
    cells: (input, context) => turns.take(context, (turn) => cells(input, turn)),
    open: (input, context, onProgress) => turns.take(context, (turn) => open(input, turn, onProgress)),
    learn: (input, context) => turns.take(context, (turn) => learn(input, turn)),
  };
  return {
    deviceClass: 'locker',
    open: (context) => handlers.status(undefined, context),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: async () => {
      await turns.end();
      await wire.close();
    },
  };
};
