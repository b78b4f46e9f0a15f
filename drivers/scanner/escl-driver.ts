/** Scanner over eSCL: `escl:http://host:port/eSCL`. */
import { z } from 'zod';
import { fail, ok } from '../contract.ts';
import { refusedOptions } from '../refused-options.ts';
import type { CommandContext, CommandInput, CommandName, CommandProgress, CommandValue, DeviceStatus, Driver, DriverClock, Result, ScannedPage, ScanRequest } from '../contract.ts';
import { createHttpClient } from '../transports/http.ts';
import type { HttpAnswer, HttpClient } from '../transports/http.ts';
import { createTurns } from '../transports/turn.ts';
import type { Turn } from '../transports/turn.ts';
import { buildSettings, MAX_XML_BYTES, pageOf, parseCapabilities, parseStatus, settingsFor, statusOf, unfinishedJobs } from './codec.ts';
import type { ScannerCapabilities, ScannerState } from './codec.ts';
import { scan, startScan } from './machine.ts';
import type { ScanEvent, ScanStep, Source } from './machine.ts';
import { MAX_PAGE_BYTES, scanRequestSchema } from './request.ts';

const optionsSchema = z.strictObject({
  /** Milliseconds for an answer that is no page. */
  answerMs: z.number().int().min(100).max(60_000).default(10_000),
  /** Milliseconds for one page: the carriage has to travel. */
  pageMs: z.number().int().min(1000).max(300_000).default(90_000),
});

/** Milliseconds for deleting a job, beyond the command's own time: a forgotten job blocks the next citizen. */
const DELETE_MS = 2000;

interface Address {
  origin: string;
  /** `/eSCL`, without a slash at the end. */
  root: string;
}

function addressOf(uri: string): Address | null {
  const url = uri.replace(/^escl:/, '');
  if (url === uri || !URL.canParse(url)) return null;
  const { protocol, origin, pathname } = new URL(url);
  const root = pathname.replace(/\/+$/, '');
  return protocol === 'http:' ? { origin, root: root === '' ? '/eSCL' : root } : null;
}

/**
 * @param uri `escl:http://host:port/eSCL`; path `/eSCL` when left out
 * @param options {@link optionsSchema}; a wrong address or option is a `bad-input` fault of every command, not an exception
 */
export function createEsclDriver(uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<'scanner'> {
  const address = addressOf(uri);
  const settings = optionsSchema.safeParse(options);
  const turns = createTurns(clock);
  const http = address === null ? null : createHttpClient(address.origin, clock);
  const known: Known = new Map();
  /** The look at the opening failed, or the last scan did not end well: a job may still be there, for taking it away may have failed like everything else. */
  let mayHaveLeftJob = false;

  const run = async (command: CommandName<'scanner'> | 'open', input: unknown, context: CommandContext, onPage?: (page: ScannedPage) => void): Promise<Result<unknown>> => {
    if (address === null || http === null) return fail('bad-input', `"${uri}" is not an address escl:http://host:port/eSCL`);
    if (!settings.success) return fail('bad-input', `options of the scanner: cannot use ${refusedOptions(settings.error)}: ${settings.error.issues[0]?.message ?? ''}`);
    const { answerMs, pageMs } = settings.data;
    return turns.take<unknown>(context, (turn) => {
      const scanner = talk({ address, http, known, answerMs, pageMs, turn });
      switch (command) {
        case 'open':
          return giveUpJobs(scanner).then((gone) => {
            mayHaveLeftJob = !gone;
            return status(scanner);
          });
        case 'status':
          return status(scanner);
        case 'scan': {
          const request = scanRequestSchema.safeParse(input);
          if (!request.success) return Promise.resolve(fail('bad-input', `scan request: ${request.error.issues[0]?.path.join('.') ?? ''}`));
          return (mayHaveLeftJob ? giveUpJobs(scanner) : Promise.resolve(true)).then(async () => {
            const outcome = await scanPages(scanner, request.data, clock, onPage);
            mayHaveLeftJob = !outcome.ok;
            return outcome;
          });
        }
      }
    });
  };

  return {
    deviceClass: 'scanner',
    open: (context) => run('open', undefined, context) as Promise<Result<DeviceStatus>>,
    run: <K extends CommandName<'scanner'>>(command: K, input: CommandInput<'scanner', K>, context: CommandContext, onProgress?: (progress: CommandProgress<'scanner', K>) => void) =>
      run(command, input, context, onProgress as ((page: ScannedPage) => void) | undefined) as Promise<Result<CommandValue<'scanner', K>>>,
    async close() {
      await turns.end();
      http?.close();
    },
  };
}

/** An HTTP answer that a scanner may give where a good one is `good`. */
type Answered = { kind: 'good'; answer: HttpAnswer } | { kind: 'not-ready' } | { kind: 'gone' } | { kind: 'refused'; status: number };

interface Talk {
  turn: Turn;
  jobs(): Promise<Result<string[]> | 'not-ready'>;
  state(): Promise<Result<ScannerState> | 'not-ready'>;
  capabilities(): Promise<Result<ScannerCapabilities> | 'not-ready'>;
  create(body: string): Promise<Result<Answered>>;
  next(job: string): Promise<Result<Answered>>;
  /** Is it gone? */
  remove(job: string): Promise<boolean>;
  /** Closes the connection: what came over it made no sense. */
  hangUp(): void;
}

/** What a document said when it was last read: it is asked for every few seconds, and is nearly always the same bytes. */
type Known = Map<(bytes: Uint8Array) => Result<unknown>, { bytes: Uint8Array; said: Result<unknown> }>;

function talk(with_: { address: Address; http: HttpClient; known: Known; answerMs: number; pageMs: number; turn: Turn }): Talk {
  const { address, http, known, answerMs, pageMs, turn } = with_;
  const kindOf = (answer: HttpAnswer): Answered => {
    if (answer.status >= 200 && answer.status < 300) return { kind: 'good', answer };
    if (answer.status === 503) return { kind: 'not-ready' };
    return answer.status === 404 || answer.status === 410 ? { kind: 'gone' } : { kind: 'refused', status: answer.status };
  };
  const asked = (answer: Result<HttpAnswer>): Result<Answered> => (answer.ok ? ok(kindOf(answer.value)) : answer);
  const within = (ms: number): { signal: AbortSignal; deadlineMs: number } => ({ signal: turn.signal, deadlineMs: Math.min(ms, turn.left()) });

  async function document<T>(name: string, parse: (bytes: Uint8Array) => Result<T>): Promise<Result<T> | 'not-ready'> {
    const answer = asked(await http.ask({ method: 'GET', path: `${address.root}/${name}`, headers: { accept: 'text/xml' }, ...within(answerMs), maxBytes: MAX_XML_BYTES, repeatable: true }));
    if (!answer.ok) return answer;
    switch (answer.value.kind) {
      case 'good': {
        const { body } = answer.value.answer;
        const before = known.get(parse);
        if (before !== undefined && Buffer.compare(before.bytes, body) === 0) return before.said as Result<T>;
        const parsed = parse(body);
        if (parsed.ok) known.set(parse, { bytes: body, said: parsed });
        // Whoever sends a bomb or nonsense once is not kept on the line: the next question opens a new connection.
        if (!parsed.ok) http.close();
        return parsed;
      }
      case 'not-ready':
        return 'not-ready';
      case 'gone':
        return fail('wrong-device', `nothing at ${address.root}/${name}`, { original: 'http=404' });
      case 'refused':
        return fail('refused', `${name} was refused`, { original: `http=${answer.value.status}` });
    }
  }

  return {
    turn,
    hangUp: () => http.close(),
    jobs: () => document('ScannerStatus', unfinishedJobs),
    state: () => document('ScannerStatus', parseStatus),
    capabilities: () => document('ScannerCapabilities', parseCapabilities),
    create: async (body) =>
      asked(
        await http.ask({
          method: 'POST',
          path: `${address.root}/ScanJobs`,
          headers: { 'content-type': 'text/xml' },
          body: Buffer.from(body),
          ...within(answerMs),
          maxBytes: MAX_XML_BYTES,
          repeatable: false,
        }),
      ),
    // Not repeatable: a second request would take the next page and lose one.
    next: async (job) => asked(await http.ask({ method: 'GET', path: `${job}/NextDocument`, ...within(pageMs), maxBytes: MAX_PAGE_BYTES, tooLarge: 'media-too-large', repeatable: false })),
    async remove(job) {
      return (await http.ask({ method: 'DELETE', path: job, signal: new AbortController().signal, deadlineMs: DELETE_MS, maxBytes: MAX_XML_BYTES, repeatable: true })).ok;
    },
  };
}

/**
 * A program that died in the middle of a scan leaves its job behind, and one job blocks the scanner. The scanner is the
 * terminal's alone: whatever runs when we open it is nobody's any more.
 * @returns whether there is none any more
 */
async function giveUpJobs(scanner: Talk): Promise<boolean> {
  const jobs = await scanner.jobs();
  if (jobs === 'not-ready' || !jobs.ok) return false;
  let gone = true;
  for (const job of jobs.value) gone = (await scanner.remove(job)) && gone;
  return gone;
}

const NOT_READY = fail('busy-elsewhere', 'the scanner takes no more connections now', { original: 'http=503' });

async function status(scanner: Talk): Promise<Result<DeviceStatus>> {
  const state = await scanner.state();
  if (state === 'not-ready') return NOT_READY;
  if (!state.ok) return state;
  const can = await scanner.capabilities();
  if (can === 'not-ready') return NOT_READY;
  return can.ok ? ok(statusOf(state.value, can.value.model)) : can;
}

const sourcesOf = (can: ScannerCapabilities): Source[] => [...(can.platen === null ? [] : ['Platen' as const]), ...(can.feeder === null ? [] : ['Feeder' as const])];

/** Runs the scanning machine over the wire until it ends. */
async function scanPages(scanner: Talk, request: ScanRequest, clock: DriverClock, onPage?: (page: ScannedPage) => void): Promise<Result<{ pages: number }>> {
  let can: ScannerCapabilities | null = null;

  async function look(): Promise<ScanEvent> {
    if (can === null) {
      const found = await scanner.capabilities();
      if (found === 'not-ready') return { type: 'not-ready' };
      if (!found.ok) return { type: 'failed', fault: found.fault };
      can = found.value;
    }
    const state = await scanner.state();
    if (state === 'not-ready') return { type: 'not-ready' };
    return state.ok ? { type: 'looked', scanner: state.value, sources: sourcesOf(can) } : { type: 'failed', fault: state.fault };
  }

  async function create(source: Source): Promise<ScanEvent> {
    const caps = source === 'Platen' ? can?.platen : can?.feeder;
    if (caps === null || caps === undefined) return { type: 'failed', fault: fail('refused', `the scanner has no ${source}`).fault };
    const settings = settingsFor(request, source, caps);
    if (!settings.ok) return { type: 'failed', fault: settings.fault };
    const created = await scanner.create(buildSettings(settings.value));
    if (!created.ok) return { type: 'failed', fault: created.fault };
    if (created.value.kind === 'not-ready') return { type: 'not-ready' };
    if (created.value.kind !== 'good') return { type: 'refused', fault: fail('refused', 'the scanner refused the job', { original: `http=${created.value.kind === 'refused' ? created.value.status : 404}` }).fault };
    const path = pathOf(created.value.answer.headers.location);
    return path === null ? { type: 'failed', fault: fail('bad-frame', 'the scanner took a job and did not say where it is').fault } : { type: 'created', path };
  }

  async function fetchPage(path: string): Promise<ScanEvent> {
    const next = await scanner.next(path);
    if (!next.ok) return { type: 'failed', fault: next.fault };
    switch (next.value.kind) {
      case 'gone':
        return { type: 'no-more' };
      case 'not-ready':
        return { type: 'not-ready' };
      case 'refused':
        return { type: 'refused', fault: fail('device-fault', 'the scanner gave no page', { original: `http=${next.value.status}` }).fault };
      case 'good': {
        const { body } = next.value.answer;
        const type = pageOf(body);
        if (!type.ok) scanner.hangUp();
        return type.ok ? { type: 'page', page: { contentType: type.value, data: body } } : { type: 'failed', fault: type.fault };
      }
    }
  }

  let step: ScanStep = startScan(request);
  for (;;) {
    let event: ScanEvent | null = null;
    for (const effect of step.effects) {
      switch (effect.type) {
        case 'end':
          return effect.outcome;
        case 'report':
          onPage?.(effect.page);
          break;
        case 'wait':
          await clock.sleep(Math.min(effect.ms, scanner.turn.left()), scanner.turn.signal);
          event = { type: 'waited' };
          break;
        case 'look':
          event = await look();
          break;
        case 'create':
          event = await create(effect.source);
          break;
        case 'fetch':
          event = await fetchPage(effect.path);
          break;
        case 'delete':
          await scanner.remove(effect.path);
          event = { type: 'deleted' };
          break;
      }
    }
    if (event === null) return fail('device-fault', 'the scan led nowhere');
    const next = scan(step.state, event);
    const over: ScanEvent | null = scanner.turn.signal.aborted ? { type: 'cancelled' } : scanner.turn.left() <= 0 ? { type: 'deadline' } : null;
    // The answer counts even when the time ran out under it: a job that was created meanwhile must be known to be deleted.
    const after = over === null ? next : scan(next.state, over);
    step = after.state === next.state ? next : { state: after.state, effects: [...next.effects.filter(({ type }) => type === 'report'), ...after.effects] };
  }
}

/** Only the path of Location: scanners name themselves by hosts that this terminal cannot resolve, or should not visit. */
function pathOf(location: string | undefined): string | null {
  if (location === undefined || !URL.canParse(location, 'http://scanner.invalid')) return null;
  const { pathname } = new URL(location, 'http://scanner.invalid');
  return pathname === '/' ? null : pathname.replace(/\/+$/, '');
}
