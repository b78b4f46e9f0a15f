/**
 * LED boards above the counters, one or several on a serial line (RS-485) or behind a TCP device server.
 *
 * A board that lost power forgets what it showed, and most cannot be asked. So what is to be seen is shown again: with each look at
 * a board that answers by an echo, after any silence of one that answers, and every few seconds on one that never does. A board that is
 * silent takes the others' time, and so it is asked once where they are asked twice, and one such board with a look.
 */
import { condition, fail, ok, type BoardStatus, type CommandInput, type CommandValue, type Condition, type DeviceStatus, type DriverFactory, type Fault, type Result } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { transportFor } from '../transports/index.ts';
import { createTurns, type Turn } from '../transports/turn.ts';
import { answerDecoder } from './codec.ts';
import { ANSWER_MS, REST_MS, talkMachine, unansweredRest, type TalkEnd } from './machine.ts';
import { emptyPicture, pictureOf, probeOf, type Board, type Picture } from './picture.ts';
import { windowDisplaySettings } from './settings.ts';

interface Memory {
  picture: Picture;
  /** When it was last shown with success, by the driver's clock; null: not since it was wanted, or the board fell silent after it. */
  at: number | null;
}

/**
 * What each board is to show, by line and address. It outlives a driver: after a board or its adapter was gone, a new driver is made for the
 * same line, and the numbers must be seen again.
 */
const WANTED = new Map<string, Memory>();
/** More boards than any terminal has. */
const MOST_BOARDS = 256;

/** Silences after which a call, and a look, give a board up. */
const CALL_PATIENCE = 3;
const LOOK_PATIENCE = 2;
/** Rest, a long frame and the answer to it, beside the silences. */
const SLACK_MS = 150;

/** One board of the line, and what is known of it. */
interface Place {
  board: Board;
  counter: string | null;
  key: string;
  /** It has answered. */
  heard: boolean;
  /** What it did wrong last, null: nothing. */
  fault: Fault | null;
}

const isSilent = ({ fault }: Place): boolean => fault?.code === 'not-responding';
const nameOf = ({ board, counter }: Place): string => `board ${board.address}${counter === null ? '' : ` (counter ${counter})`}`;
const stateOf = (place: Place): BoardStatus['state'] => (place.fault === null ? (place.heard ? 'ready' : 'unknown') : isSilent(place) ? 'silent' : 'failing');

/** The speed of the line, in the address or the profile's, and an address that names it. */
const withBaud = (uri: string, baud: number): { uri: string; msPerByte: number } => {
  const named = /[?&]baud=(\d+)/.exec(uri)?.[1];
  // Start bit, eight, stop bit.
  const msPerByte = 10_000 / Math.max(1, Number(named ?? baud));
  return { uri: uri.startsWith('serial:') && named === undefined ? `${uri}${uri.includes('?') ? '&' : '?'}baud=${baud}` : uri, msPerByte };
};

/** Whoever is there works; what is the matter with the rest is staff's: cable, power, address. */
const ofTheRest = (places: readonly Place[]): Condition[] => {
  const silent = places.filter(isSilent);
  const failing = places.filter((place) => place.fault !== null && !isSilent(place));
  const one = (code: 'not-responding' | 'device-fault', original: string): Condition => ({ ...condition(code, 'warning', original), remedy: 'maintain' });
  return [
    ...(silent.length === 0 ? [] : [one('not-responding', silent.map(nameOf).join(', '))]),
    ...(failing.length === 0 ? [] : [one('device-fault', failing.map((place) => `${nameOf(place)}: ${place.fault?.message ?? ''}`).join(', '))]),
  ];
};

export const createWindowDisplayDriver: DriverFactory<'window-display'> = (uri, given, clock) => {
  const unusable = (result: Extract<Result<never>, { ok: false }>) => {
    const answer = () => Promise.resolve(result);
    return { deviceClass: 'window-display', open: answer, run: answer, close: () => Promise.resolve() } as const;
  };
  const parsed = windowDisplaySettings(given);
  if (!parsed.ok) return unusable(parsed);
  const { profile, width, colour, template, refreshMs, boards } = parsed.value;
  const line = withBaud(uri, profile.baud);
  const transport = transportFor(line.uri, clock);
  if (!transport.ok) return unusable(transport);
  const wire = createWire(line.uri, clock, transport);
  const turns = createTurns(clock);
  const decoder = answerDecoder(profile.family);
  const places = boards.map(({ board, counter }): Place => ({ board: { profile, address: board, width, colour, template }, counter, key: `${uri} ${board}`, heard: false, fault: null }));
  const several = places.length > 1;
  /** When the line may be spoken on again, by the driver's clock. */
  let restsUntil = Number.NEGATIVE_INFINITY;
  /** Boards that answered, or may, are looked at in turn from here; those that are silent from there. */
  const turnOf = { well: 0, silent: 0 };

  /** The fault of one board; where there are several, with its name, and for staff: no reset of the device mends it. */
  const named = (place: Place, fault: Fault): Fault => (several ? { ...fault, remedy: 'maintain', message: `${nameOf(place)}: ${fault.message}` } : fault);

  const talk = async (place: Place, { frames, echo }: Pick<Picture, 'frames' | 'echo'>, patience: number, turn: Turn): Promise<Result<TalkEnd>> => {
    const { msPerByte } = line;
    const restMs = Math.max(0, restsUntil - clock.now());
    const said = await wire.run(talkMachine({ frames, answers: profile.answers, echo, patience, restMs, msPerByte }), decoder, { signal: turn.signal, deadlineMs: turn.left() });
    if (frames.length > 0) restsUntil = clock.now() + (profile.answers ? REST_MS : unansweredRest(frames.at(-1), msPerByte));
    if (!said.ok) return said;
    place.fault = said.value.fault;
    if (said.value.answered) place.heard = true;
    // Nobody answers any more: it may as well be the adapter, and the next command begins with a port opened anew.
    if (isSilent(place) && !places.some((other) => other.heard && other.fault === null)) await wire.close();
    return said;
  };

  /** Shows what the board is to show. A fault is the line's: the board's own is in the value. */
  const put = async (place: Place, memory: Memory, patience: number, turn: Turn): Promise<Result<TalkEnd>> => {
    const said = await talk(place, memory.picture, patience, turn);
    const failed = said.ok ? said.value.fault : said.fault;
    if (failed === null) memory.at = clock.now();
    else if (failed.code !== 'cancelled') memory.at = null;
    return said;
  };

  /** Remembers what boards are to show, whether they do it now or not, and shows it. */
  const show = async (shown: readonly Place[], picture: (board: Board) => Picture, turn: Turn): Promise<Result<CommandValue<'window-display', 'show'>>> => {
    if (WANTED.size + shown.filter(({ key }) => !WANTED.has(key)).length > MOST_BOARDS) return fail('bad-input', `more than ${MOST_BOARDS} boards on one terminal`);
    const work = shown.map((place): { place: Place; memory: Memory } => ({ place, memory: { picture: picture(place.board), at: null } }));
    for (const { place, memory } of work) WANTED.set(place.key, memory);
    const failed: Fault[] = [];
    let answered = true;
    for (const { place, memory } of work) {
      const said = await put(place, memory, isSilent(place) ? 1 : CALL_PATIENCE, turn);
      if (!said.ok) return said;
      if (said.value.fault !== null) failed.push(named(place, said.value.fault));
      answered &&= said.value.answered;
    }
    const [first, ...others] = failed;
    if (first !== undefined) return { ok: false, fault: { ...first, message: [first, ...others].map(({ message }) => message).join('; ') } };
    // The boards of a line are of one make and show the same.
    const one = work[0]?.memory.picture;
    return ok({ text: one?.text ?? '', scrolling: one?.scrolling ?? false, proof: answered ? 'answered' : 'none' });
  };

  /** The board of a counter; the lone board of a line that names none is everybody's. */
  const placeOf = (counter: string): Result<Place> => {
    const place = places.find((one) => one.counter === counter || (one.counter === null && !several));
    return place === undefined ? fail('bad-input', `no board on this line hangs above counter ${counter}; there are boards for ${places.map((one) => one.counter).join(', ')}`) : ok(place);
  };

  /** One look: what is to be seen where it may be gone, else a question that changes nothing, else none. */
  const look = async (place: Place, patience: number, turn: Turn): Promise<Result<TalkEnd>> => {
    const memory = WANTED.get(place.key);
    const probe = probeOf(place.board);
    const stale = memory !== undefined && (memory.at === null || clock.now() - memory.at >= refreshMs);
    // A board whose only answer is the echo of what it shows is asked by showing it.
    if (memory !== undefined && (stale || (profile.answers && probe === null))) return put(place, memory, patience, turn);
    const said = await talk(place, { frames: probe === null ? [] : [probe], echo: null }, patience, turn);
    if (memory !== undefined && (said.ok ? said.value.fault !== null : said.fault.code !== 'cancelled')) memory.at = null;
    return said;
  };

  /** Looks at as many of these as there is time for, and the next time at the others. @returns the line's fault, null where it has none */
  const lookAtSome = async (kind: keyof typeof turnOf, some: readonly Place[], most: number, patience: number, turn: Turn): Promise<Fault | null> => {
    const from = turnOf[kind];
    for (let at = 0; at < Math.min(some.length, most); at += 1) {
      const place = some[(from + at) % some.length];
      if (place === undefined || (at > 0 && turn.left() < patience * ANSWER_MS + SLACK_MS)) break;
      turnOf[kind] = (from + at + 1) % some.length;
      const said = await look(place, patience, turn);
      if (!said.ok) return said.fault;
    }
    return null;
  };

  const statusOf = (): Result<DeviceStatus> => {
    const [first] = places;
    if (first !== undefined && places.every(({ fault }) => fault !== null)) {
      const fault = places.find((place) => !isSilent(place))?.fault ?? first.fault;
      if (fault !== null) return { ok: false, fault: several ? { ...fault, message: `no board on this line works: ${places.map((place) => named(place, place.fault ?? fault).message).join('; ')}` } : fault };
    }
    return ok({
      online: true,
      // Without an answer nobody knows whether there is a board at all.
      component: places.some((place) => stateOf(place) === 'ready') ? 'ready' : 'unknown',
      media: 'no-sensor',
      conditions: ofTheRest(places),
      supplies: [],
      boards: places.map((place) => ({ board: place.board.address, counter: place.counter, state: stateOf(place) })),
      model: profile.model,
    });
  };

  const status = async (turn: Turn, mostSilent: number): Promise<Result<DeviceStatus>> => {
    const silent = places.filter(isSilent);
    const well = places.filter((place) => !isSilent(place));
    const fault = (await lookAtSome('well', well, well.length, LOOK_PATIENCE, turn)) ?? (silent.length > 0 && (well.length === 0 || turn.left() > ANSWER_MS + SLACK_MS) ? await lookAtSome('silent', silent, mostSilent, 1, turn) : null);
    return fault === null ? statusOf() : { ok: false, fault };
  };

  const clear = ({ counter }: CommandInput<'window-display', 'clear'>, turn: Turn): Promise<Result<CommandValue<'window-display', 'clear'>>> => {
    if (counter === undefined) return show(places, emptyPicture, turn);
    const place = placeOf(counter);
    return place.ok ? show([place.value], emptyPicture, turn) : Promise.resolve(place);
  };

  const handlers: CommandHandlers<'window-display'> = {
    status: (_input, context) => turns.take(context, (turn) => status(turn, 1)),
    show: (input, context) => {
      const place = placeOf(input.counter);
      if (!place.ok) return Promise.resolve(place);
      const picture = pictureOf(place.value.board, { number: input.number, counter: input.counter, scroll: input.scroll === true });
      return picture.ok ? turns.take(context, (turn) => show([place.value], () => picture.value, turn)) : Promise.resolve(picture);
    },
    clear: (input, context) => turns.take(context, (turn) => clear(input, turn)),
  };

  return {
    deviceClass: 'window-display',
    open: (context) =>
      turns.take(context, (turn) => {
        // A new port: boards, adapter or line may have been without power meanwhile.
        for (const { key } of places) {
          const memory = WANTED.get(key);
          if (memory !== undefined) memory.at = null;
        }
        return status(turn, places.length);
      }),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: async () => {
      await turns.end();
      await wire.close();
    },
  };
};
