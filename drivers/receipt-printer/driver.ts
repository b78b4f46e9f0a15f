/** Receipt printers that speak ESC/POS: on a serial port, the network (port 9100) or a printer-class device file. */
import { condition, fail, ok, type CommandContext, type DeviceStatus, type DriverFactory, type Result, type SlipOutcome } from '../contract.ts';
import { createWire, type CommandHandlers } from '../transports/conversation.ts';
import { encodeSlip } from './codec.ts';
import { OWN_TIMER_SLACK_MS, printMachine, statusMachine } from './machine.ts';
import { mendMachine } from './mend-machine.ts';
import { mouthMachine, type MouthEnd } from './mouth-machine.ts';
import { EXPECTED_OPTIONS, optionsOf, profileOf, wrongOptions } from './options.ts';
import { LONGEST_OWN_TIMER_MS, retractCommand } from './presenter.ts';
import { DEFAULT_PROFILE } from './profiles.ts';
import { StatusDecoder } from './status.ts';

/** Retries of drawing back by itself while a command has the wire. */
const AGAIN_MS = 500;
const RETRACT_DEADLINE_MS = 10_000;
const MEND_DEADLINE_MS = 8_000;
/** A knife that sticks is tried again after so long, each time after twice as long, and at once when hands were seen at the printer. */
const KNIFE_AGAIN_MS = { first: 10_000, most: 60_000 };

export const createReceiptPrinterDriver: DriverFactory<'receipt-printer'> = (uri, given, clock) => {
  const chosen = profileOf(given);
  const profile = chosen ?? DEFAULT_PROFILE;
  const { takeMs, retractMs } = optionsOf(given) ?? { takeMs: 0, retractMs: 0 };
  const wire = createWire(uri, clock);
  const decoder = new StatusDecoder(profile);
  /** What hangs in the outlet: `torn`, the rest of a slip that broke off, which must not come out with the next citizen's. */
  let edge: 'unknown' | 'clean' | 'torn' = 'unknown';
  /** When a stuck knife is tried again, and how long after that the next time. */
  let knife = { at: 0, wait: KNIFE_AGAIN_MS.first };
  let mending: Promise<void> | null = null;
  /** The last ticket as far as it is known; `since`: when it came to the mouth. */
  let ticket: { at: 'unknown' | 'mouth' | 'taken' | 'retracted'; since: number } = { at: 'unknown', since: 0 };
  /** A ticket would not go back: the box is full. */
  let stuck = false;
  let watch = new AbortController();
  let drawingBack: Promise<unknown> = Promise.resolve();

  const draws = profile.presenter !== null && retractCommand(profile.presenter) !== null;
  const noPresenter = fail('bad-input', 'this printer has no presenter');

  /** What came of a ticket that is gone: the printer's own timer leaves no proof that a hand took it, all the less where nobody knows since when it ran. */
  const went = (): 'taken' | 'retracted' => (profile.presenter !== null && !draws && (edge === 'unknown' || clock.now() - ticket.since >= (retractMs === 0 ? LONGEST_OWN_TIMER_MS : retractMs) - OWN_TIMER_SLACK_MS) ? 'retracted' : 'taken');

  /** What a look at the mouth told. */
  const noted = (result: Result<MouthEnd>): Result<MouthEnd> => {
    if (result.ok && (result.value === 'taken' || result.value === 'retracted')) leaves(result.value === 'taken' ? went() : 'retracted');
    if (!result.ok && result.fault.code === 'retract-full') stuck = true;
    return result;
  };
  const leaves = (at: 'taken' | 'retracted'): void => {
    watch.abort();
    stuck = false;
    ticket = { ...ticket, at };
  };
  const lies = (): void => {
    if (ticket.at === 'mouth') return;
    ticket = { at: 'mouth', since: clock.now() };
    if (!draws || retractMs === 0) return;
    watch.abort();
    watch = new AbortController();
    void drawBackWhenDue(watch.signal);
  };

  /** Nobody takes it: the next citizen must not find it. */
  const drawBackWhenDue = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(Math.max(0, ticket.since + retractMs - clock.now()), signal);
    while (!signal.aborted && ticket.at === 'mouth') {
      const drawing = wire.run(mouthMachine(profile, 0), decoder, { signal, deadlineMs: RETRACT_DEADLINE_MS });
      drawingBack = drawing;
      const result = noted(await drawing);
      if (result.ok || result.fault.code === 'retract-full') return;
      await clock.sleep(AGAIN_MS, signal);
    }
  };

  /** The one thing that the driver does by itself has the wire for a moment: a command waits for it. */
  const turn = async (): Promise<void> => {
    await drawingBack;
    await mending;
  };

  const mend = async (): Promise<void> => {
    const abort = new AbortController();
    const result = await wire.run(mendMachine(profile, edge === 'torn'), decoder, { signal: abort.signal, deadlineMs: MEND_DEADLINE_MS });
    if (result.ok && result.value === 'clean') edge = 'clean';
    mending = null;
  };

  /** Is something of it to be mended that needs no hands any more? */
  const mendWhatCanBe = ({ conditions, media }: DeviceStatus): void => {
    const errors = conditions.filter(({ severity }) => severity === 'error');
    const stuckKnife = errors.length > 0 && errors.every(({ code }) => code === 'cutter-fault');
    // Somebody is at work inside: when the cover is shut again, or the cable back, the knife is tried at once.
    if (errors.length > 0 && !stuckKnife) knife = { at: 0, wait: KNIFE_AGAIN_MS.first };
    if (stuckKnife && clock.now() >= knife.at) {
      knife = { at: clock.now() + knife.wait, wait: Math.min(2 * knife.wait, KNIFE_AGAIN_MS.most) };
      mending = mend();
    } else if (errors.length === 0 && edge === 'torn' && media !== 'present') mending = mend();
  };

  const status = async (context: CommandContext): Promise<Result<DeviceStatus>> => {
    await turn();
    const result = await wire.run(statusMachine(profile), decoder, context);
    if (!result.ok) return result;
    if (result.value.media === 'present') lies();
    else if (ticket.at === 'mouth') leaves(went());
    mendWhatCanBe(result.value);
    return stuck ? ok({ ...result.value, component: 'unavailable', conditions: [...result.value.conditions, condition('retract-full', 'error')] }) : result;
  };

  const handlers: CommandHandlers<'receipt-printer'> = {
    status: (_input, context) => status(context),
    print: async (slip, context, onProgress) => {
      const encoded = encodeSlip(slip, profile);
      if (!encoded.ok) return encoded;
      await turn();
      let sent = false;
      const result = await wire.run(printMachine(encoded.value, profile, { torn: edge === 'torn' || (edge === 'unknown' && slip.cutFirst === true), takeMs, ownTimerMs: retractMs }), decoder, context, (progress) => {
        sent = true;
        watch.abort();
        ticket = { at: 'unknown', since: 0 };
        onProgress?.(progress);
      });
      if (sent) edge = result.ok ? 'clean' : 'torn';
      if (!result.ok && result.fault.code === 'cutter-fault') knife = { at: clock.now() + KNIFE_AGAIN_MS.first, wait: 2 * KNIFE_AGAIN_MS.first };
      if (result.ok && result.value.delivery === 'presented') {
        lies();
        ticket = { ...ticket, since: ticket.since - takeMs };
      } else if (result.ok && (result.value.delivery === 'taken' || result.value.delivery === 'retracted')) leaves(result.value.delivery);
      return result;
    },
    present: async (_input, context): Promise<Result<SlipOutcome>> => {
      if (profile.presenter === null) return noPresenter;
      await turn();
      const left = retractMs === 0 || !draws ? null : Math.max(0, (ticket.at === 'mouth' ? ticket.since : clock.now()) + retractMs - clock.now());
      const result = noted(await wire.run(mouthMachine(profile, left), decoder, context));
      if (!result.ok) return result;
      if (result.value === 'presented') return ok({ delivery: 'presented' });
      if (result.value === 'empty' && ticket.at === 'mouth') leaves(went());
      return ticket.at === 'taken' || ticket.at === 'retracted' ? ok({ delivery: ticket.at }) : fail('no-media', 'no ticket lies in the mouth, and none is known to have been there');
    },
    retract: async (_input, context) => {
      if (profile.presenter === null) return noPresenter;
      if (!draws) return fail('bad-input', 'this printer draws a ticket back by its own timer alone');
      await turn();
      const result = noted(await wire.run(mouthMachine(profile, 0), decoder, context));
      return result.ok ? ok({ retracted: result.value === 'retracted' }) : result;
    },
  };
  const unusable = () => Promise.resolve(fail('bad-input', `options of the receipt printer: cannot use ${wrongOptions(given)}; known: ${EXPECTED_OPTIONS}`));

  return {
    deviceClass: 'receipt-printer',
    open: (context) => (chosen === null ? unusable() : status(context)),
    run: (command, input, context, onProgress) => (chosen === null ? unusable() : handlers[command](input, context, onProgress)),
    close: async () => {
      watch.abort();
      await wire.close();
    },
  };
};
