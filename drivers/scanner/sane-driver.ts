/** Scanner through SANE: `sane:NAME`. SANE's library is GPL and crashes with its drivers: it is kept behind its own program, `scanimage`. */
import { z } from 'zod';
import { after } from '../clock.ts';
import { condition, fail, ok } from '../contract.ts';
import { refusedOptions } from '../refused-options.ts';
import type { CommandContext, CommandInput, CommandName, CommandProgress, CommandValue, Condition, DeviceStatus, Driver, DriverClock, Result, ScannedPage, ScanRequest } from '../contract.ts';
import { createTurns } from '../transports/turn.ts';
import type { Turn } from '../transports/turn.ts';
import { parseTransportUri } from '../transports/uri.ts';
import { pageOf } from './codec.ts';
import { MAX_PAGE_BYTES, scanRequestSchema } from './request.ts';
import { printedBy, startChild, takePage, watchGrowth } from './sane-child.ts';
import type { Child } from './sane-child.ts';
import { faultOfExit, MAX_OPTIONS_CHARS, parseOptions, scanArguments, sourceName } from './sane-codec.ts';
import type { SaneCapabilities, SaneSource } from './sane-codec.ts';
import { sane, startSane } from './sane-machine.ts';
import type { SaneEvent, SaneStep } from './sane-machine.ts';
import { makeScratch, removeScratch, sweepScratch } from './scratch.ts';

const optionsSchema = z.strictObject({
  /** Milliseconds for a look at the scanner: a USB scanner is opened and closed for it. */
  answerMs: z.number().int().min(100).max(120_000).default(20_000),
  /** Milliseconds for which a look is good. SANE has no status: each look opens the scanner, and some move their carriage for it. */
  lookMs: z.number().int().min(0).max(3_600_000).default(60_000),
  /** Path of `scanimage`. */
  program: z.string().min(1).default('scanimage'),
  /** Names of `--source` where they cannot be told from the words (flatbed, ADF, feeder). */
  platen: z.string().min(1).max(200).optional(),
  feeder: z.string().min(1).max(200).optional(),
  /** A scanner with one way in that it does not name is a feeder. */
  sheetFed: z.boolean().default(false),
  /** Further options of the back end: `{ brightness: 10, 'swdeskew': true }`. */
  settings: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,60}$/), z.union([z.string().max(200), z.number(), z.boolean()])).default({}),
});

/** Names that `scanimage` prints, one a page. */
const MAX_NAMES_CHARS = 64 * 1024;

/**
 * @param uri `sane:NAME`, a name that `scanimage -L` tells
 * @param options {@link optionsSchema}
 */
export function createSaneDriver(uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<'scanner'> {
  const address = parseTransportUri(uri);
  const settings = optionsSchema.safeParse(options);
  const turns = createTurns(clock);
  let known: { can: SaneCapabilities; at: number } | null = null;
  /** A jam or open cover that ended the last scan: without a sensor nobody can tell whether it is over, so it warns and does not block. */
  let lastFault: Condition | null = null;

  const run = async (command: CommandName<'scanner'> | 'open', input: unknown, context: CommandContext, onPage?: (page: ScannedPage) => void): Promise<Result<unknown>> => {
    if (!address.ok) return address;
    if (address.value.kind !== 'sane') return fail('bad-input', `"${uri}" is not an address sane:NAME`);
    if (!settings.success) return fail('bad-input', `options of the scanner: cannot use ${refusedOptions(settings.error)}: ${settings.error.issues[0]?.message ?? ''}`);
    const { device } = address.value;
    const { answerMs, lookMs, program, sheetFed, platen, feeder, settings: more } = settings.data;
    const given = { ...(platen === undefined ? {} : { platen }), ...(feeder === undefined ? {} : { feeder }) };

    const look = async (turn: Turn): Promise<Result<SaneCapabilities>> => {
      if (known !== null && clock.now() - known.at < lookMs) return ok(known.can);
      known = null;
      const over = new AbortController();
      const signal = AbortSignal.any([turn.signal, over.signal]);
      const answered = new AbortController();
      void after(clock, Math.min(answerMs, turn.left()), answered.signal, () => over.abort());
      const listed = await printedBy(program, ['-d', device, '-A'], clock, signal, MAX_OPTIONS_CHARS);
      answered.abort();
      if (turn.signal.aborted) return fail('cancelled', 'the look at the scanner was cancelled');
      if (over.signal.aborted && (!listed.ok || listed.value.ended.code !== 0)) return fail('timed-out', 'the scanner did not open in time');
      if (!listed.ok) return listed;
      const { ended, text } = listed.value;
      if (ended.code !== 0) return { ok: false, fault: faultOfExit(ended.code, ended.said) };
      const can = parseOptions(text);
      if (can.ok) known = { can: can.value, at: clock.now() };
      return can;
    };

    const status = async (turn: Turn): Promise<Result<DeviceStatus>> => {
      const can = await look(turn);
      return can.ok ? ok(statusOf(can.value, device, lastFault)) : can;
    };

    return turns.take<unknown>(context, async (turn) => {
      switch (command) {
        case 'open':
          known = null;
          await sweepScratch();
          return status(turn);
        case 'status':
          return status(turn);
        case 'scan': {
          const request = scanRequestSchema.safeParse(input);
          if (!request.success) return fail('bad-input', `scan request: ${request.error.issues[0]?.path.join('.') ?? ''}`);
          const folder = await makeScratch();
          if (!folder.ok) return folder;
          try {
            const name = (source: SaneSource, can: SaneCapabilities): string | null | undefined => sourceName(can, source, given, sheetFed);
            const start = (can: SaneCapabilities, source: SaneSource): Result<string[]> => {
              const args = scanArguments(request.data, name(source, can) ?? null, source === 'platen', can, more, folder.value);
              return args.ok ? ok(['-d', device, ...args.value]) : args;
            };
            const outcome = await scanPages({ request: request.data, folder: folder.value, program, clock, turn, look: () => look(turn), name, start }, onPage);
            if (!outcome.ok) known = null;
            lastFault = outcome.ok ? null : outcome.fault.code === 'feeder-jam' || outcome.fault.code === 'cover-open' ? condition(outcome.fault.code, 'warning', outcome.fault.original) : lastFault;
            return outcome;
          } finally {
            await removeScratch(folder.value);
          }
        }
      }
    });
  };

  return {
    deviceClass: 'scanner',
    open: (context) => run('open', undefined, context) as Promise<Result<DeviceStatus>>,
    run: <K extends CommandName<'scanner'>>(command: K, input: CommandInput<'scanner', K>, context: CommandContext, onProgress?: (progress: CommandProgress<'scanner', K>) => void) =>
      run(command, input, context, onProgress as ((page: ScannedPage) => void) | undefined) as Promise<Result<CommandValue<'scanner', K>>>,
    close: () => turns.end(),
  };
}

function statusOf(can: SaneCapabilities, device: string, lastFault: Condition | null): DeviceStatus {
  const conditions: Condition[] = [
    ...(can.coverOpen === true ? [condition('cover-open', 'error', 'cover-open')] : []),
    ...(can.pageLoaded === false ? [condition('feeder-empty', 'info', 'page-loaded=no')] : []),
    ...(lastFault !== null && !(lastFault.code === 'cover-open' && can.coverOpen !== null) ? [lastFault] : []),
  ];
  return { online: true, component: 'ready', media: can.pageLoaded === null ? 'no-sensor' : can.pageLoaded ? 'present' : 'absent', conditions, supplies: [], model: device };
}

interface Scan {
  request: ScanRequest;
  folder: string;
  program: string;
  clock: DriverClock;
  turn: Turn;
  look(): Promise<Result<SaneCapabilities>>;
  name(source: SaneSource, can: SaneCapabilities): string | null | undefined;
  /** Arguments of the child. */
  start(can: SaneCapabilities, source: SaneSource): Result<string[]>;
}

/** Runs the machine over child processes until it ends; by then none of them lives. */
async function scanPages(scan: Scan, onPage?: (page: ScannedPage) => void): Promise<Result<{ pages: number }>> {
  const { turn, clock, folder } = scan;
  const queue: SaneEvent[] = [];
  let wake = (): void => undefined;
  const push = (event: SaneEvent): void => {
    queue.push(event);
    wake();
  };
  const over = new AbortController();
  const onAbort = (): void => push({ type: 'cancelled' });
  turn.signal.addEventListener('abort', onAbort, { once: true });
  if (turn.signal.aborted) onAbort();
  void after(clock, turn.left(), over.signal, () => push({ type: 'deadline' }));
  let can: SaneCapabilities | null = null;
  let child: Child | null = null;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const found = await scan.look();
    if (!found.ok) {
      push({ type: 'failed', fault: found.fault });
      return;
    }
    can = found.value;
    const sources = (['feeder', 'platen'] as const).filter((source) => scan.name(source, found.value) !== undefined);
    push({ type: 'looked', can: found.value, sources });
  };

  const start = (source: SaneSource): void => {
    const args = can === null ? fail('device-fault', 'the scanner was not looked at') : scan.start(can, source);
    if (!args.ok) {
      push({ type: 'failed', fault: args.fault });
      push({ type: 'exited', code: null, said: '' });
      return;
    }
    const gone = new AbortController();
    const begun = startChild(scan.program, args.value, clock, {
      maxOutput: MAX_NAMES_CHARS,
      folder,
      fault: (fault) => push({ type: 'failed', fault }),
      line: async (line) => {
        if (line.trim() === '') return;
        const data = await takePage(folder, line, MAX_PAGE_BYTES);
        const type = data.ok ? pageOf(data.value) : data;
        push(data.ok && type.ok ? { type: 'page', page: { contentType: type.value, data: data.value } } : { type: 'failed', fault: (type.ok ? fail('bad-frame', 'no page') : type).fault });
      },
    });
    child = begun;
    void watchGrowth(folder, MAX_PAGE_BYTES, clock, gone.signal, () => push({ type: 'failed', fault: fail('media-too-large', `a page grew beyond ${MAX_PAGE_BYTES} bytes`).fault }));
    const watchEnd = async (): Promise<void> => {
      const { code, said } = await begun.ended;
      gone.abort();
      push({ type: 'exited', code, said });
    };
    void watchEnd();
  };

  try {
    let step: SaneStep = startSane(scan.request);
    for (;;) {
      for (const effect of step.effects) {
        switch (effect.type) {
          case 'end':
            return effect.outcome;
          case 'report':
            onPage?.(effect.page);
            break;
          case 'look':
            looking = look();
            break;
          case 'start':
            start(effect.source);
            break;
          case 'stop':
            (child as Child | null)?.stop();
            break;
        }
      }
      if (queue.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const event = queue.shift();
      if (event !== undefined) step = sane(step.state, event);
    }
  } finally {
    over.abort();
    turn.signal.removeEventListener('abort', onAbort);
    // A look that was given up still holds the scanner until its child is gone.
    await looking;
  }
}
