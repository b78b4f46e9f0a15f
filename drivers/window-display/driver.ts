/**
 * LED boards above a counter, on a serial line (RS-485) or behind a TCP device server.
 *
 * A board that lost power forgets what it showed, and most cannot be asked. So what is to be seen is shown again: with each look at
 * a board that answers by an echo, after any silence of one that answers, and every few seconds on one that never does.
 */
import { z } from 'zod';
import { fail, ok, type CommandContext, type DeviceStatus, type DriverFactory, type Result } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { answerDecoder, type SunpnColour } from './codec.ts';
import { talkMachine } from './machine.ts';
import { emptyPicture, pictureOf, probeOf, type Board, type Picture } from './picture.ts';
import { BOARD_FAMILIES, BOARD_PROFILES, type BoardProfile } from './profiles.ts';

const options = z.strictObject({
  profile: z.enum(BOARD_FAMILIES).default('am03127'),
  /** Address of the board on its line; the line number of an fds-mled. */
  board: z.number().int().min(0).max(255).default(1),
  /** Digits or characters that it has, where the model's own number is wrong. */
  width: z.number().int().min(1).max(200).optional(),
  colour: z.enum(['green', 'yellow', 'red']).default('red' satisfies SunpnColour),
  /** Text boards. `<`, `>` and `^` begin commands on some. */
  template: z
    .string()
    .max(100)
    .regex(/^[ -;=?-\]_-~]*$/)
    .default('{number} {counter}'),
  /** Milliseconds after which the same is shown again. */
  refreshMs: z.number().int().min(1000).max(86_400_000).optional(),
  /** The counter above which it hangs: for whoever tells it the calls, nothing of it goes over the wire. */
  counter: z.string().max(8).optional(),
});

interface Memory {
  picture: Picture;
  /** When it was last shown with success, by the driver's clock; null: not since it was wanted, or the board fell silent after it. */
  at: number | null;
}

/**
 * What each board is to show, by address. It outlives a driver: after a board or its adapter was gone, a new driver is made for the
 * same address, and the number must be seen again.
 */
const WANTED = new Map<string, Memory>();
/** More boards than any terminal has. */
const MOST_BOARDS = 64;

const boardOf = (settings: z.infer<typeof options>): Board => {
  const profile: BoardProfile = BOARD_PROFILES[settings.profile];
  return { profile, address: settings.board, width: settings.width ?? profile.width, colour: settings.colour, template: settings.template };
};

/** The line's own speed where the address names none. */
const withBaud = (uri: string, baud: number): string => (uri.startsWith('serial:') && !/[?&]baud=/.test(uri) ? `${uri}${uri.includes('?') ? '&' : '?'}baud=${baud}` : uri);

export const createWindowDisplayDriver: DriverFactory<'window-display'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    const unusable = () =>
      Promise.resolve(fail('bad-input', `options of the window display: cannot use ${parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ')}`));
    return { deviceClass: 'window-display', open: unusable, run: unusable, close: () => Promise.resolve() };
  }
  const board = boardOf(parsed.data);
  const { profile } = board;
  const refreshMs = parsed.data.refreshMs ?? profile.refreshMs;
  const wire = createWire(withBaud(uri, profile.baud), clock);
  const decoder = answerDecoder(profile.family);
  const key = `${uri} ${board.address}`;

  const talk = (frames: readonly Uint8Array[], echo: Uint8Array | null, context: CommandContext) => wire.run(talkMachine({ frames, answers: profile.answers, echo }), decoder, context);

  /** Makes the board show it, and remembers what it is to show, whether it did or not. */
  const show = async (picture: Picture, context: CommandContext): Promise<Result<{ text: string; scrolling: boolean; proof: 'answered' | 'none' }>> => {
    const memory: Memory = { picture, at: null };
    if (!WANTED.has(key) && WANTED.size >= MOST_BOARDS) return fail('bad-input', `more than ${MOST_BOARDS} boards on one terminal`);
    WANTED.set(key, memory);
    const said = await talk(picture.frames, picture.echo, context);
    if (!said.ok) return said;
    memory.at = clock.now();
    return ok({ text: picture.text, scrolling: picture.scrolling, proof: said.value.answered ? 'answered' : 'none' });
  };

  /** Frames of one look: what is to be seen where it may be gone, else a question that changes nothing, else none. */
  const look = (memory: Memory | undefined): { frames: readonly Uint8Array[]; echo: Uint8Array | null; showing: boolean } => {
    const probe = probeOf(board);
    const stale = memory !== undefined && (memory.at === null || clock.now() - memory.at >= refreshMs);
    // A board whose only answer is the echo of what it shows is asked by showing it.
    const askedByShowing = profile.answers && probe === null;
    if (memory !== undefined && (stale || askedByShowing)) return { frames: memory.picture.frames, echo: memory.picture.echo, showing: true };
    return { frames: probe === null ? [] : [probe], echo: null, showing: false };
  };

  const statusOf = (answered: boolean): DeviceStatus => ({
    online: true,
    // Without an answer nobody knows whether there is a board at all.
    component: answered ? 'ready' : 'unknown',
    media: 'no-sensor',
    conditions: [],
    supplies: [],
    model: profile.model,
  });

  const handlers: CommandHandlers<'window-display'> = {
    status: async (_input, context) => {
      const memory = WANTED.get(key);
      const { frames, echo, showing } = look(memory);
      const said = await talk(frames, echo, context);
      if (!said.ok) {
        if (memory !== undefined && said.fault.code !== 'busy' && said.fault.code !== 'cancelled') memory.at = null;
        return said;
      }
      if (memory !== undefined && showing) memory.at = clock.now();
      return ok(statusOf(said.value.answered));
    },
    show: (input, context) => {
      const picture = pictureOf(board, { number: input.number, counter: input.counter, scroll: input.scroll === true });
      return picture.ok ? show(picture.value, context) : Promise.resolve(picture);
    },
    clear: (_input, context) => show(emptyPicture(board), context),
  };

  return {
    deviceClass: 'window-display',
    open: (context) => {
      // A new port: the board, its adapter or the line may have been without power meanwhile.
      const memory = WANTED.get(key);
      if (memory !== undefined) memory.at = null;
      return handlers.status(undefined, context);
    },
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: () => wire.close(),
  };
};
