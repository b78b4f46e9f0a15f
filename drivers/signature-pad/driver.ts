/** Signature pads that speak as HID digitizers: strokes as vectors, with time and, where the pad feels it, pressure. */
import { z } from 'zod';
import { after } from '../clock.ts';
import { fail, ok, type DriverFactory, type Result } from '../contract.ts';
import type { CommandHandlers } from '../transports/conversation.ts';
import { parseReportDescriptor } from '../transports/hid-descriptor.ts';
import { reportTransportFor } from '../transports/index.ts';
import { createTurns, type Turn } from '../transports/turn.ts';
import { decodePadReport, padLayout, type PadLayout } from './codec.ts';
import { CAPTURE_START, captureNext, type CaptureInput, type Point } from './machine.ts';

const button = z.number().int().min(1).max(32);
const millimetres = z.number().min(10).max(500);

const options = z.strictObject({
  /** Buttons of the pad, by their number in its descriptor. */
  confirm: button.default(1),
  clear: button.default(2),
  /** Size of the writing area, where the pad does not tell it. */
  widthMm: millimetres.optional(),
  heightMm: millimetres.optional(),
  /** Milliseconds without the pen after which a signature is finished; for pads with a confirm key only if set. */
  idleMs: z.number().int().min(500).max(60_000).optional(),
  /** The report descriptor in hexadecimal, for systems that do not tell it. */
  descriptor: z
    .string()
    .regex(/^([0-9a-fA-F]{2}){4,4096}$/)
    .optional(),
});

/** A pad without a key: the pen has rested so long that the name is written. */
const REST_MS = 3000;

interface Captured {
  widthMm: number;
  heightMm: number;
  strokes: Point[][];
}

export const createSignaturePadDriver: DriverFactory<'signature-pad'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const unusable = (result: Extract<Result<never>, { ok: false }>) => {
    const answer = () => Promise.resolve(result);
    return { deviceClass: 'signature-pad', open: answer, run: answer, close: () => Promise.resolve() } as const;
  };
  if (!parsed.success) {
    return unusable(fail('bad-input', `options of the signature pad: cannot use ${parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ')}`));
  }
  if (uri === 'page:glass') return unusable(fail('bad-input', 'page:glass is the citizen screen itself; no driver serves it'));
  const settings = parsed.data;
  const found = reportTransportFor(uri, clock);
  if (!found.ok) return unusable(found);
  const transport = found.value;
  const turns = createTurns(clock);
  /** Belongs to one opening: another device may come under the same address. */
  let pad: PadLayout | null = null;
  transport.onClose(() => {
    pad = null;
  });

  const descriptorBytes = async (): Promise<Result<Uint8Array>> => {
    if (settings.descriptor !== undefined) return ok(Buffer.from(settings.descriptor, 'hex'));
    return (await transport.descriptor?.()) ?? fail('wrong-device', 'nobody tells the report descriptor of the signature pad');
  };

  const ready = async (turn: Turn): Promise<Result<PadLayout>> => {
    if (transport.isOpen && pad !== null) return ok(pad);
    const opened = await transport.open({ signal: turn.signal, deadlineMs: turn.left() });
    if (!opened.ok) return opened;
    const bytes = await descriptorBytes();
    if (!bytes.ok) return bytes;
    const layout = parseReportDescriptor(bytes.value);
    const known = layout === null ? 'no-digitizer' : padLayout(layout, { widthMm: settings.widthMm ?? null, heightMm: settings.heightMm ?? null });
    if (known === 'no-digitizer') return fail('wrong-device', 'the device is no pen digitizer: its descriptor has no tip switch with X and Y');
    if (known === 'no-size') return fail('bad-input', 'the pad does not tell its size: options widthMm and heightMm are needed');
    pad = known;
    return ok(known);
  };

  const capture = (known: PadLayout, turn: Turn, onPoint: (stroke: number, point: Point) => void): Promise<Result<Captured>> =>
    new Promise((resolve) => {
      const over = new AbortController();
      let timer = new AbortController();
      let state = CAPTURE_START;
      const machine = {
        confirm: settings.confirm,
        clear: settings.clear,
        idleMs: settings.idleMs ?? (known.buttons.has(settings.confirm) ? null : REST_MS),
        scanRange: known.scanTime === null ? null : known.scanTime.logicalMaximum + 1,
      };

      const end = (result: Result<Captured>): void => {
        over.abort();
        stopReports();
        stopClose();
        turn.signal.removeEventListener('abort', cancel);
        // What was written stays in nobody's memory but the caller's.
        state = CAPTURE_START;
        resolve(result);
      };
      const outcome = (how: 'signed' | 'cancelled' | 'nothing' | 'unfinished', strokes: Point[][]): Result<Captured> => {
        switch (how) {
          case 'signed':
            return ok({ widthMm: known.widthMm, heightMm: known.heightMm, strokes });
          case 'cancelled':
            return fail('cancelled', 'the command was cancelled');
          case 'nothing':
            return fail('no-media', 'nobody wrote on the pad');
          case 'unfinished':
            return fail('timed-out', 'the signature was not confirmed in time');
        }
      };
      const handle = (input: CaptureInput): void => {
        const step = captureNext(state, input, machine);
        state = step.state;
        for (const effect of step.effects) {
          if (effect.type === 'point') onPoint(effect.stroke, effect.point);
          else if (effect.type === 'lost') end(fail('disconnected', 'the connection to the signature pad was lost', { original: effect.reason }));
          else if (effect.type === 'done') end(outcome(effect.outcome, state.strokes.map((stroke) => [...stroke])));
          else {
            timer.abort();
            timer = new AbortController();
            if (effect.ms !== null) void after(clock, effect.ms, AbortSignal.any([timer.signal, over.signal]), () => handle({ type: 'timer' }));
          }
        }
      };
      const cancel = (): void => handle({ type: 'cancelled' });
      const stopReports = transport.onReport((report) => handle({ type: 'report', report: decodePadReport(known, report), at: clock.now() }));
      const stopClose = transport.onClose((reason) => handle({ type: 'closed', reason }));
      turn.signal.addEventListener('abort', cancel, { once: true });
      void after(clock, turn.left(), over.signal, () => handle({ type: 'deadline' }));
      if (turn.signal.aborted) cancel();
      else if (!transport.isOpen) handle({ type: 'closed', reason: 'closed' });
    });

  const handlers: CommandHandlers<'signature-pad'> = {
    status: (_input, context) =>
      turns.take(context, async (turn) => {
        const known = await ready(turn);
        return known.ok ? ok({ online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: `${Math.round(known.value.widthMm)} × ${Math.round(known.value.heightMm)} mm${known.value.pressure === null ? '' : ', pressure'}` }) : known;
      }),
    capture: (_input, context, onProgress) =>
      turns.take(context, async (turn) => {
        const known = await ready(turn);
        return known.ok ? capture(known.value, turn, (stroke, point) => onProgress?.({ stroke, point })) : known;
      }),
  };

  return {
    deviceClass: 'signature-pad',
    open: (context) => handlers.status(undefined, context),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: async () => {
      await turns.end();
      await transport.close();
    },
  };
};
