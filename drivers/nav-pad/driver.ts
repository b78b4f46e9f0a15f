/** Navigation pads for the spoken mode: a HID keypad with four keys and a confirm. */
import { z } from 'zod';
import { condition, fail, ok, type DriverFactory, type Fault, type Result } from '../contract.ts';
import type { CommandHandlers } from '../transports/conversation.ts';
import { createEar, earOnReports } from '../transports/ear.ts';
import { KEYBOARD_PART, KeyboardReports } from '../transports/hid-keyboard.ts';
import { reportTransportFor } from '../transports/index.ts';
import { NAV_USAGES, navKeys, type NavKey } from './keys.ts';
import { NAV_START, navNext } from './machine.ts';

const options = z.strictObject({
  /** Usages of page 7 in hexadecimal, to keys: `{"3a": "up"}`. */
  keys: navKeys.default({ ...NAV_USAGES }),
  /** Shorter than any two presses of a hand, longer than a contact chatters. */
  debounceMs: z.number().int().min(0).max(1000).default(40),
  /** A keypad that calls itself usage 7 instead of a keyboard's 6. */
  usage: z.union([z.literal(6), z.literal(7)]).default(6),
});

/** Presses that are kept while nobody waits. */
const KEPT = 16;
const NOBODY: Fault = fail('no-media', 'no key was pressed').fault;
/** Foreign reports after which a device counts as no keyboard. */
const FOREIGN = 3;

export const createNavPadDriver: DriverFactory<'nav-pad'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const unusable = (result: Extract<Result<never>, { ok: false }>) => {
    const answer = () => Promise.resolve(result);
    return { deviceClass: 'nav-pad', open: answer, run: answer, close: () => Promise.resolve() } as const;
  };
  if (!parsed.success) return unusable(fail('bad-input', 'options of the navigation pad: keys maps two hexadecimal digits to up, down, left, right or confirm; debounceMs and usage are the only others'));
  const settings = parsed.data;
  const transport = reportTransportFor(uri, clock, { ...KEYBOARD_PART, usage: settings.usage });
  if (!transport.ok) return unusable(transport);

  const keyboard = new KeyboardReports();
  let state = NAV_START;
  const ear = createEar<{ key: NavKey }>({
    source: earOnReports(transport.value),
    keep: KEPT,
    clock,
    hear: (report, at) => {
      const step = navNext(state, keyboard.push(report), at, settings);
      state = step.state;
      return step.presses;
    },
    reset: () => keyboard.reset(),
  });

  const handlers: CommandHandlers<'nav-pad'> = {
    status: async (_input, context) => {
      const opened = await ear.open(context);
      if (!opened.ok) return opened;
      return ok({
        online: true,
        component: 'ready',
        media: 'no-sensor',
        conditions: [
          ...(keyboard.foreignReports >= FOREIGN ? [condition('wrong-device', 'error', 'sends reports that are no keyboard reports')] : []),
          ...(state.unmapped === null ? [] : [condition('unknown-reason', 'info', `a key that is mapped to nothing: ${state.unmapped}`)]),
        ],
        supplies: [],
        model: null,
      });
    },
    read: (_input, context) => ear.read(context, NOBODY),
    listen: async (_input, context, onProgress) => {
      const heard = await ear.listen(context, (press) => onProgress?.(press));
      return heard.ok ? ok({ presses: heard.value }) : heard;
    },
  };

  return {
    deviceClass: 'nav-pad',
    open: (context) => handlers.status(undefined, context),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: () => ear.close(),
  };
};
