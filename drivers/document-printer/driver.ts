/** Document printer over IPP/HTTP: `ipp://host:port/path`. */
import { z } from 'zod';
import { fail, ok } from '../contract.ts';
import { refusedOptions } from '../refused-options.ts';
import type { CommandContext, CommandInput, CommandName, CommandProgress, CommandValue, DeviceStatus, Driver, DriverClock, PrintJob, PrintJobSpec, Result, Tray } from '../contract.ts';
import { createHttpClient } from '../transports/http.ts';
import type { HttpClient } from '../transports/http.ts';
import { createTurns } from '../transports/turn.ts';
import type { Turn } from '../transports/turn.ts';
import { buildRequest, conditionsOf, JOB_ATTRIBUTES, jobIdOf, jobOf, MAX_ANSWER_BYTES, readAnswer, statusOf } from './client.ts';
import type { Ask } from './client.ts';
import { attribute, GROUP, OPERATION, TAG } from './codec.ts';
import type { IppAttribute, IppMessage } from './codec.ts';
import { follow, isFinal, startFollowing } from './machine.ts';
import type { FollowEvent, FollowStep } from './machine.ts';
import { PRINTER_ATTRIBUTES, printerOf } from './printer-attributes.ts';
import type { PrinterAttributes } from './printer-attributes.ts';
import { chooseTray, mediaFrom, traysOf } from './trays.ts';

const optionsSchema = z.strictObject({
  /** `one-path`: the printer has one way for its paper, so that paper out is an error whatever suffix it writes. */
  severities: z.enum(['one-path', 'as-said']).default('one-path'),
  /** What the printer shows as the owner of jobs. Never a citizen's name. */
  user: z.string().min(1).max(64).default('hall24'),
  /** Milliseconds after which an unanswered question to the printer counts as lost and is asked again. */
  answerMs: z.number().int().min(100).max(60_000).default(10_000),
  /** Trays that hold something out of the ordinary. A tray of `numbered` stock serves only jobs that ask for it. */
  trays: z.array(z.strictObject({ source: z.string().min(1).max(255), stock: z.enum(['plain', 'numbered']).default('plain'), media: z.string().max(255).optional() })).max(20).default([]),
  /** Pages from a full toner cartridge, as its box says: what the estimate of pages left goes by. */
  tonerPages: z.number().int().min(1).max(1_000_000).nullable().default(null),
});
type Settings = z.infer<typeof optionsSchema>;

const PDF = 'application/pdf';

interface Address {
  origin: string;
  path: string;
  printerUri: string;
}

function addressOf(uri: string): Address | null {
  if (!URL.canParse(uri) || !uri.startsWith('ipp://')) return null;
  const { host, hostname, port, pathname } = new URL(uri);
  if (hostname === '') return null;
  const path = pathname === '' || pathname === '/' ? '/ipp/print' : pathname;
  return { origin: `http://${hostname}:${port === '' ? '631' : port}`, path, printerUri: `ipp://${host}${path}` };
}

/**
 * @param uri `ipp://host[:port]/path`, port 631 and path `/ipp/print` when left out
 * @param options {@link optionsSchema}; a wrong address or option is a `bad-input` fault of every command, not an exception
 */
export function createDocumentPrinterDriver(uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<'document-printer'> {
  const address = addressOf(uri);
  const settings = optionsSchema.safeParse(options);
  const turns = createTurns(clock);
  const http = address === null ? null : createHttpClient(address.origin, clock);

  const run = async (command: CommandName<'document-printer'>, input: unknown, context: CommandContext, onProgress?: (progress: PrintJob) => void): Promise<Result<unknown>> => {
    if (address === null || http === null) return fail('bad-input', `"${uri}" is not an address ipp://host:port/path`);
    if (!settings.success) return fail('bad-input', `options of the document printer: cannot use ${refusedOptions(settings.error)}: ${settings.error.issues[0]?.message ?? ''}`);
    const { severities } = settings.data;
    return turns.take<unknown>(context, (turn) => {
      const printer = talk({ address, http, settings: settings.data, turn });
      switch (command) {
        case 'status':
          return printer.attributes().then((found): Result<DeviceStatus> => (found.ok ? ok(statusOf(found.value, settings.data)) : found));
        case 'createJob':
          return createJob(printer, input as PrintJobSpec, settings.data);
        case 'sendDocument':
          return sendDocument(printer, input as CommandInput<'document-printer', 'sendDocument'>);
        case 'followJob':
          return followJob(printer, input as CommandInput<'document-printer', 'followJob'>);
        case 'jobState':
          return printer.job((input as { jobId: number }).jobId);
        case 'cancelJob':
          return cancelJob(printer, (input as { jobId: number }).jobId);
        case 'holdJob':
          return holdOrRelease(printer, (input as { jobId: number }).jobId, OPERATION.holdJob);
        case 'releaseJob':
          return holdOrRelease(printer, (input as { jobId: number }).jobId, OPERATION.releaseJob);
      }
    });

    /** Runs the job-following machine over the wire until it ends. */
    async function followJob(printer: Talk, { jobId, mostStillMs }: CommandInput<'document-printer', 'followJob'>): Promise<Result<PrintJob>> {
      let step: FollowStep = startFollowing(jobId, mostStillMs ?? null);
      const queue: FollowEvent[] = [];
      for (;;) {
        for (const effect of step.effects) {
          switch (effect.type) {
            case 'end':
              return effect.result;
            case 'report':
              onProgress?.(effect.job);
              break;
            case 'wait':
              await clock.sleep(Math.min(effect.ms, printer.turn.left()), printer.turn.signal);
              queue.push(timeLeft(printer.turn) ?? { type: 'waited' });
              break;
            case 'ask':
              queue.push(await lookAt(printer, jobId));
              break;
          }
        }
        const event = queue.shift();
        if (event === undefined) return fail('device-fault', 'the job was followed into nothing');
        step = follow(step.state, event);
      }
    }

    async function lookAt(printer: Talk, jobId: number): Promise<FollowEvent> {
      const job = await printer.job(jobId);
      const over = timeLeft(printer.turn);
      if (over !== null && !job.ok) return over;
      if (!job.ok) return job.fault.code === 'job-lost' ? { type: 'lost' } : { type: 'wire-failed', fault: job.fault };
      if (isFinal(job.value)) return { type: 'answered', job: job.value, conditions: [] };
      const found = await printer.attributes();
      return { type: 'answered', job: job.value, conditions: found.ok ? conditionsOf(found.value, severities) : null };
    }

    /** Cancel-Job, then the job as it then is: final if the printer stops it before the time is up. */
    async function cancelJob(printer: Talk, jobId: number): Promise<Result<PrintJob>> {
      const answer = await printer.ask({ operation: OPERATION.cancelJob, operationAttributes: [attribute('job-id', TAG.integer, jobId)] }, true);
      // "Not possible" is what a printer says of a job that is over: the look at the job tells how it ended.
      if (!answer.ok && answer.fault.code !== 'refused') return answer;
      let last = await printer.job(jobId);
      let wait = 100;
      while (last.ok && !isFinal(last.value) && timeLeft(printer.turn) === null) {
        await clock.sleep(Math.min(wait, printer.turn.left()), printer.turn.signal);
        wait = Math.min(wait * 2, 1000);
        const next = await printer.job(jobId);
        if (!next.ok && timeLeft(printer.turn) !== null) break;
        last = next;
      }
      return last;
    }
  };

  return {
    deviceClass: 'document-printer',
    open: (context) => run('status', undefined, context) as Promise<Result<DeviceStatus>>,
    run: <K extends CommandName<'document-printer'>>(command: K, input: CommandInput<'document-printer', K>, context: CommandContext, onProgress?: (progress: CommandProgress<'document-printer', K>) => void) =>
      run(command, input, context, onProgress as ((progress: PrintJob) => void) | undefined) as Promise<Result<CommandValue<'document-printer', K>>>,
    async close() {
      await turns.end();
      http?.close();
    },
  };
}

const timeLeft = (turn: Turn): FollowEvent | null => (turn.signal.aborted ? { type: 'cancelled' } : turn.left() <= 0 ? { type: 'deadline' } : null);

interface Talk {
  turn: Turn;
  ask(what: Pick<Ask, 'operation' | 'operationAttributes' | 'jobAttributes' | 'document'>, repeatable: boolean): Promise<Result<IppMessage>>;
  attributes(): Promise<Result<PrinterAttributes>>;
  job(jobId: number): Promise<Result<PrintJob>>;
}

let lastRequestId = 0;

/** One command's conversation with the printer: every question has what is left of the command's time. */
function talk(with_: { address: Address; http: HttpClient; settings: Settings; turn: Turn }): Talk {
  const { address, http, turn } = with_;
  const { user, answerMs } = with_.settings;
  const ask: Talk['ask'] = async (what, repeatable) => {
    lastRequestId = (lastRequestId % 0x7fff_ffff) + 1;
    const requestId = lastRequestId;
    const answer = await http.ask({
      method: 'POST',
      path: address.path,
      headers: { 'content-type': 'application/ipp', accept: 'application/ipp' },
      body: buildRequest({ ...what, requestId, printerUri: address.printerUri, user }),
      signal: turn.signal,
      // A question is answered at once or not at all; a document may take as long as the command has.
      deadlineMs: repeatable ? Math.min(answerMs, turn.left()) : turn.left(),
      maxBytes: MAX_ANSWER_BYTES,
      repeatable,
    });
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (status === 401 || status === 403) return fail('refused', 'the printer wants a sign-in', { original: `http=${status}` });
    if (status === 404) return fail('wrong-device', `nothing at ${address.path} of ${address.origin}`, { original: 'http=404' });
    if (status === 503) return fail('busy-elsewhere', 'the printer takes no more connections now', { original: 'http=503' });
    if (status !== 200) return fail('bad-frame', `the printer answered HTTP ${status}`, { original: `http=${status}` });
    const read = readAnswer(body, requestId);
    // Whatever comes next on a connection that spoke nonsense is not to be trusted: the next question opens a new one.
    if (!read.ok && read.fault.code === 'bad-frame') http.close();
    return read;
  };
  return {
    turn,
    ask,
    async attributes() {
      const answer = await ask({ operation: OPERATION.getPrinterAttributes, operationAttributes: [attribute('requested-attributes', TAG.keyword, ...PRINTER_ATTRIBUTES)] }, true);
      if (answer.ok) return printerOf(answer.value);
      // There is no job in this question: "not found" is the wrong path.
      return answer.fault.code === 'job-lost' ? fail('wrong-device', 'no such printer on this host', answer.fault.original === undefined ? {} : { original: answer.fault.original }) : answer;
    },
    async job(jobId) {
      const answer = await ask(
        { operation: OPERATION.getJobAttributes, operationAttributes: [attribute('job-id', TAG.integer, jobId), attribute('requested-attributes', TAG.keyword, ...JOB_ATTRIBUTES)] },
        true,
      );
      if (!answer.ok) return answer;
      const job = jobOf(answer.value);
      return job.ok && job.value.jobId !== jobId ? fail('bad-frame', `the printer spoke of job ${job.value.jobId} where ${jobId} was asked`) : job;
    },
  };
}

/** What the printer says it can do decides before a job exists: a sheet of the wrong size or side is not a certificate. */
function templateFor(spec: PrintJobSpec, printer: PrinterAttributes, tray: Tray | null): Result<IppAttribute[]> {
  const formats = printer['document-format-supported'];
  if (!formats.includes(PDF)) return fail('refused', `the printer does not take ${PDF}`, { original: formats.join(' ').slice(0, 200) });
  const media = printer['media-supported'];
  if (media.length > 0 && !media.includes(spec.media)) return fail('refused', `the printer has no medium ${spec.media}`);
  const sides = printer['sides-supported'];
  const canSide = sides.includes(spec.sides);
  if (!canSide && spec.sides !== 'one-sided') return fail('refused', `the printer cannot print ${spec.sides}`);
  const copies = printer['copies-supported'];
  if (spec.copies > (copies?.high ?? 1)) return fail('refused', `the printer makes ${copies?.high ?? 1} copies at most`);
  if (spec.hold === true && !printer['job-hold-until-supported'].includes('indefinite')) return fail('refused', 'the printer cannot hold a job');
  if (tray !== null && !printer['media-col-supported'].includes('media-source')) return fail('refused', 'the printer cannot be told which tray to draw from');
  const from = tray === null ? null : mediaFrom(tray, spec.media);
  if (from !== null && !from.ok) return from;
  return ok([
    ...(copies === null ? [] : [attribute('copies', TAG.integer, spec.copies)]),
    ...(from !== null ? [from.value] : media.length === 0 ? [] : [attribute('media', TAG.keyword, spec.media)]),
    ...(canSide ? [attribute('sides', TAG.keyword, spec.sides)] : []),
    ...(spec.hold === true ? [attribute('job-hold-until', TAG.keyword, 'indefinite')] : []),
  ]);
}

async function createJob(printer: Talk, spec: PrintJobSpec, settings: Settings): Promise<Result<CommandValue<'document-printer', 'createJob'>>> {
  if (!Number.isInteger(spec.copies) || spec.copies < 1) return fail('bad-input', 'copies must be a whole number from 1');
  if (Buffer.byteLength(spec.jobName) > 255) return fail('bad-input', 'a job name has 255 bytes at most');
  const found = await printer.attributes();
  if (!found.ok) return found;
  const tray = chooseTray(spec, traysOf(found.value, settings.trays));
  if (!tray.ok) return tray;
  const template = templateFor(spec, found.value, tray.value);
  if (!template.ok) return template;
  const named = [attribute('job-name', TAG.name, spec.jobName), attribute('ipp-attribute-fidelity', TAG.boolean, true)];
  const checked = await printer.ask({ operation: OPERATION.validateJob, operationAttributes: [...named, attribute('document-format', TAG.mime, PDF)], jobAttributes: template.value }, true);
  if (!checked.ok) return checked;
  const ignored = checked.value.groups.find((group) => group.tag === GROUP.unsupported)?.attributes.find(({ name }) => template.value.some((wanted) => wanted.name === name));
  if (ignored !== undefined) return fail('refused', `the printer would ignore ${ignored.name}`);
  const created = await printer.ask({ operation: OPERATION.createJob, operationAttributes: named, jobAttributes: template.value }, false);
  if (!created.ok) return created;
  const jobId = jobIdOf(created.value);
  return jobId.ok ? ok({ jobId: jobId.value, tray: tray.value?.source ?? null, trayLeft: tray.value?.left ?? null }) : jobId;
}

/** By its first bytes; some programs write a little before them. */
export const isPdf = (document: Uint8Array): boolean => Buffer.from(document.subarray(0, 1024)).includes('%PDF-');

async function sendDocument(printer: Talk, input: { jobId: number; pdf: Uint8Array }): Promise<Result<Record<string, never>>> {
  if (!isPdf(input.pdf)) return fail('bad-input', 'the document is not a PDF');
  const sent = await printer.ask(
    {
      operation: OPERATION.sendDocument,
      operationAttributes: [attribute('job-id', TAG.integer, input.jobId), attribute('document-format', TAG.mime, PDF), attribute('last-document', TAG.boolean, true)],
      document: input.pdf,
    },
    false,
  );
  return sent.ok ? ok({}) : sent;
}

/** Hold-Job and Release-Job say nothing of how the job is then: a look at it does. A job that prints already cannot be held: `refused`. */
async function holdOrRelease(printer: Talk, jobId: number, operation: typeof OPERATION.holdJob | typeof OPERATION.releaseJob): Promise<Result<PrintJob>> {
  const id = attribute('job-id', TAG.integer, jobId);
  const answer = await printer.ask({ operation, operationAttributes: operation === OPERATION.holdJob ? [id, attribute('job-hold-until', TAG.keyword, 'indefinite')] : [id] }, true);
  return answer.ok ? printer.job(jobId) : answer;
}
