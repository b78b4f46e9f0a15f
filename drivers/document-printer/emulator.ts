/** An IPP printer on Node alone: the device's own side of the same bytes, with faults to inject. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobState } from '../contract.ts';
import type { Emulator, Listen } from '../emulator.ts';
import { attribute, decodeIpp, encodeIpp, GROUP, OPERATION, plainGroup, STATUS, TAG } from './codec.ts';
import type { IppGroup, IppMessage } from './codec.ts';
import { jobGroup, MEDIA, MOST_COPIES, printerGroup, SIDES } from './emulator-attributes.ts';
import type { Counts } from './emulator-attributes.ts';
import { createEngine, isOver, PAPER_FAULTS } from './emulator-engine.ts';
import type { Engine, EngineJob, EngineTray } from './emulator-engine.ts';
import { sameMedia } from './trays.ts';

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
const PATH = '/ipp/print';

export const DOCUMENT_PRINTER_FAULTS = [...Object.keys(PAPER_FAULTS), 'jam-mid-job', 'aborts', 'silent', 'garbage', 'never-ending-reply', 'dripping-reply'];

export interface PrintedJob {
  jobId: number;
  name: string;
  /** The document as received; null before it came, and for jobs more than 200 ago. */
  pdf: Uint8Array | null;
  state: JobState;
  /** Sheets that came out. */
  sheets: number;
  copies: number;
  sides: string;
  /** The tray that was asked for. */
  source: string | null;
}

/** A second tray, for stock of its own. */
export const SECOND_TRAY = { source: 'tray-2', media: 'iso_a4_210x297mm', capacity: 100 };

export interface DocumentPrinterEmulator extends Emulator {
  /** Every job since the start, oldest first. */
  jobs(): PrintedJob[];
  /** Sheets in a tray; null: pulled out. */
  trayLeft(source: string): number | null;
  /** Puts so many sheets into a tray; null pulls it out. @throws RangeError on a tray that it does not have */
  setTray(source: string, sheets: number | null): void;
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** Switches its network off: connections break, new ones are refused. Its paper path goes on. */
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

/**
 * @param options.trays beside the main one of 250 sheets A4
 * @param options.counts what it counts of a job's progress
 * @throws RangeError when asked to listen on a PTY; Error when the port is taken
 */
export async function startDocumentPrinterEmulator(options: {
  listen: Listen;
  msPerSheet?: number;
  trays?: readonly Omit<EngineTray, 'sheets' | 'present'>[];
  counts?: Counts;
}): Promise<DocumentPrinterEmulator> {
  const { listen, msPerSheet = 2500, trays = [], counts = 'sheets' } = options;
  if (listen.kind !== 'tcp') throw new RangeError('a document printer speaks IPP over TCP, not over a serial line');
  const engine = createEngine(msPerSheet, trays);
  let wireFault: string | null = null;
  let printerUri = '';

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (wireFault === 'silent') return;
    if (request.method !== 'POST' || request.url !== PATH || request.headers['content-type'] !== 'application/ipp') {
      response.writeHead(request.url === PATH ? 400 : 404).end();
      return;
    }
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.byteLength;
      if (size > MAX_REQUEST_BYTES) {
        response.writeHead(413, { connection: 'close' }).end();
        return;
      }
      parts.push(part);
    }
    response.writeHead(200, { 'content-type': 'application/ipp' });
    if (wireFault === 'garbage') {
      response.end(Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 151 + 43) % 256)));
      return;
    }
    if (wireFault === 'never-ending-reply') {
      endless(response);
      return;
    }
    if (wireFault === 'dripping-reply') {
      drip(response);
      return;
    }
    const message = decodeIpp(Buffer.concat(parts, size));
    const answer = message.ok ? await answerTo(message.value, engine, printerUri, counts) : refusal({ major: 1, minor: 1 }, 0, STATUS.badRequest);
    response.end(Buffer.concat(encodeIpp(answer)));
  }

  const listenOn = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, listen.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) {
        resolve();
        return;
      }
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listenOn(listen.port);
  const { port } = server.address() as AddressInfo;
  printerUri = `ipp://${listen.host}:${port}${PATH}`;

  return {
    uri: printerUri,
    faults: DOCUMENT_PRINTER_FAULTS,
    inject(fault) {
      if (fault !== null && !DOCUMENT_PRINTER_FAULTS.includes(fault)) throw new RangeError(`no fault "${fault}"; known: ${DOCUMENT_PRINTER_FAULTS.join(', ')}`);
      wireFault = fault;
      engine.setFault(fault);
    },
    jobs: () => engine.jobs.map(({ jobId, name, pdf, state, sheets, copies, sides, source }) => ({ jobId, name, pdf, state, sheets, copies, sides, source })),
    trayLeft: (source) => engine.trays.find((tray) => tray.source === source && tray.present)?.sheets ?? null,
    setTray: (source, sheets) => engine.setTray(source, sheets),
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    unplug: stop,
    replug: () => (server.listening ? Promise.resolve() : listenOn(port)),
    async close() {
      engine.close();
      await stop();
    },
  };
}

/** Attributes without end, as fast as the far side takes them. */
function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, 0x41);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  response.write(Buffer.from([2, 0, 0, 0, 0, 0, 0, 1, GROUP.operation]));
  more();
}

/** A byte at a time, for ever: no size is ever too large, only the time runs out. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(Buffer.from([0x41])), 20);
  response.on('close', () => clearInterval(timer));
}

const GREETING: IppGroup = { tag: GROUP.operation, attributes: [attribute('attributes-charset', TAG.charset, 'utf-8'), attribute('attributes-natural-language', TAG.language, 'en')] };
const reply = (request: Pick<IppMessage, 'version' | 'requestId'>, code: number, ...groups: IppGroup[]): IppMessage => ({
  version: request.version.major === 1 ? { major: 1, minor: 1 } : { major: 2, minor: 0 },
  code,
  requestId: request.requestId,
  groups: [GREETING, ...groups],
  data: new Uint8Array(),
});
const refusal = (version: IppMessage['version'], requestId: number, code: number): IppMessage => reply({ version, requestId }, code);

type Plain = ReadonlyMap<string, readonly unknown[]>;
const text = (group: Plain, name: string): string | null => {
  const value = group.get(name)?.[0];
  return typeof value === 'string' ? value : null;
};
const names = (group: Plain, name: string): ReadonlySet<string> | null => {
  const values = group.get(name);
  return values === undefined ? null : new Set(values.filter((value) => typeof value === 'string'));
};

/** RFC 8011 §4.1: what every request must begin with. */
function faultOfHeader(request: IppMessage): number | null {
  const [first] = request.groups;
  if (request.version.major < 1 || request.version.major > 2) return STATUS.versionNotSupported;
  if (request.requestId <= 0 || first?.tag !== GROUP.operation) return STATUS.badRequest;
  const [charset, language] = first.attributes;
  if (charset?.name !== 'attributes-charset' || language?.name !== 'attributes-natural-language') return STATUS.badRequest;
  const said = charset.values[0]?.data;
  if (typeof said !== 'string' || said.toLowerCase() !== 'utf-8') return STATUS.charsetNotSupported;
  return first.attributes.some(({ name }) => name === 'printer-uri' || name === 'job-uri') ? null : STATUS.badRequest;
}

async function answerTo(request: IppMessage, engine: Engine, printerUri: string, counts: Counts): Promise<IppMessage> {
  const wrong = faultOfHeader(request);
  if (wrong !== null) return reply(request, wrong);
  const operation = plainGroup(request.groups[0]);
  const target = text(operation, 'job-uri') ?? text(operation, 'printer-uri') ?? '';
  const path = /^ipps?:\/\/[^/]+(\/ipp\/print)(?:\/(\d+))?$/.exec(target);
  if (path === null) return reply(request, STATUS.notFound);
  const requested = names(operation, 'requested-attributes');
  switch (request.code) {
    case OPERATION.getPrinterAttributes:
      return reply(request, STATUS.ok, printerGroup(engine, printerUri, requested));
    case OPERATION.validateJob:
    case OPERATION.printJob:
    case OPERATION.createJob:
      return await newJob(request, operation, engine, printerUri);
    case OPERATION.getJobs:
      return reply(request, STATUS.ok, ...jobsFor(operation, engine).map((job) => jobGroup(job, engine, printerUri, requested ?? new Set(['job-id', 'job-uri']), counts)));
    default:
  }
  const jobId = operation.get('job-id')?.[0] ?? Number(path[2] ?? Number.NaN);
  const job = engine.jobs.find((one) => one.jobId === jobId);
  switch (request.code) {
    case OPERATION.getJobAttributes:
      return job === undefined ? reply(request, STATUS.notFound) : reply(request, STATUS.ok, jobGroup(job, engine, printerUri, requested, counts));
    case OPERATION.cancelJob:
      return reply(request, job === undefined ? STATUS.notFound : engine.cancel(job) ? STATUS.ok : STATUS.notPossible);
    case OPERATION.holdJob:
      return reply(request, job === undefined ? STATUS.notFound : engine.hold(job) ? STATUS.ok : STATUS.notPossible);
    case OPERATION.releaseJob:
      // RFC 8011 §4.3.6: to release a job that is not held does no harm, one that is over cannot be.
      return reply(request, job === undefined ? STATUS.notFound : engine.release(job) || !isOver(job) ? STATUS.ok : STATUS.notPossible);
    case OPERATION.sendDocument:
      return await takeDocument(request, operation, job, engine, printerUri);
    default:
      return reply(request, STATUS.operationNotSupported);
  }
}

function jobsFor(operation: Plain, engine: Engine): EngineJob[] {
  const completed = text(operation, 'which-jobs') === 'completed';
  const mine = operation.get('my-jobs')?.[0] === true ? (text(operation, 'requesting-user-name') ?? 'anonymous') : null;
  const limit = operation.get('limit')?.[0];
  const found = engine.jobs.filter((job) => isOver(job) === completed && (mine === null || job.user === mine));
  return (completed ? found.toReversed() : found).slice(0, typeof limit === 'number' ? limit : undefined);
}

/** Size and source that a media-col asks for, null when it is none. */
function mediaColOf(value: unknown): { source: string | null; media: string | null } | null {
  if (typeof value !== 'object' || value === null || !('members' in value)) return null;
  const members = plainGroup({ tag: GROUP.job, attributes: value.members as IppGroup['attributes'] });
  const size = plainGroup({ tag: GROUP.job, attributes: (members.get('media-size')?.[0] as { members: IppGroup['attributes'] } | undefined)?.members ?? [] });
  const [x, y] = [size.get('x-dimension')?.[0], size.get('y-dimension')?.[0]];
  return { source: text(members, 'media-source'), media: text(members, 'media-size-name') ?? (typeof x === 'number' && typeof y === 'number' ? `custom_size_${x / 100}x${y / 100}mm` : null) };
}

/** What of the job template this printer cannot do: goes back in the unsupported group. */
function unsupportedOf(request: IppMessage, engine: Engine): IppGroup {
  const supported: Readonly<Record<string, (value: unknown) => boolean>> = {
    copies: (value) => typeof value === 'number' && value >= 1 && value <= MOST_COPIES,
    media: (value) => typeof value === 'string' && MEDIA.includes(value),
    sides: (value) => typeof value === 'string' && SIDES.includes(value),
    'job-hold-until': (value) => value === 'no-hold' || value === 'indefinite',
    'media-col': (value) => {
      const asked = mediaColOf(value);
      return asked !== null && (asked.source === null || asked.source === 'auto' || engine.trays.some((tray) => tray.source === asked.source && (asked.media === null || sameMedia(tray.media, asked.media))));
    },
  };
  const template = request.groups.find((group) => group.tag === GROUP.job)?.attributes ?? [];
  return { tag: GROUP.unsupported, attributes: template.filter(({ name, values }) => supported[name]?.(values[0]?.data) !== true) };
}

async function newJob(request: IppMessage, operation: Plain, engine: Engine, printerUri: string): Promise<IppMessage> {
  if ((text(operation, 'compression') ?? 'none') !== 'none') return reply(request, STATUS.compressionNotSupported);
  if ((text(operation, 'document-format') ?? 'application/pdf') !== 'application/pdf') return reply(request, STATUS.formatNotSupported);
  const unsupported = unsupportedOf(request, engine);
  const extra = unsupported.attributes.length === 0 ? [] : [unsupported];
  if (extra.length > 0 && operation.get('ipp-attribute-fidelity')?.[0] === true) return reply(request, STATUS.attributesNotSupported, ...extra);
  const code = extra.length > 0 ? STATUS.okIgnored : STATUS.ok;
  if (request.code === OPERATION.validateJob) return reply(request, code, ...extra);
  if (request.code === OPERATION.printJob && request.data.byteLength === 0) return reply(request, STATUS.badRequest);
  const template = plainGroup(request.groups.find((group) => group.tag === GROUP.job));
  for (const { name } of unsupported.attributes) template.delete(name);
  const copies = template.get('copies')?.[0];
  const asked = mediaColOf(template.get('media-col')?.[0]);
  // Some clients put the hold among the operation attributes, and printers take it from there too.
  const hold = text(template, 'job-hold-until') ?? text(operation, 'job-hold-until');
  const job = engine.create({
    name: text(operation, 'job-name') ?? 'untitled',
    user: text(operation, 'requesting-user-name') ?? 'anonymous',
    copies: typeof copies === 'number' ? copies : 1,
    sides: text(template, 'sides') ?? 'one-sided',
    media: text(template, 'media') ?? asked?.media ?? 'iso_a4_210x297mm',
    source: asked?.source === 'auto' ? null : (asked?.source ?? null),
    held: hold === 'indefinite',
  });
  if (request.code === OPERATION.printJob) await engine.feed(job, request.data);
  return reply(request, code, ...extra, jobGroup(job, engine, printerUri, new Set(['job-id', 'job-uri', 'job-state', 'job-state-reasons'])));
}

async function takeDocument(request: IppMessage, operation: Plain, job: EngineJob | undefined, engine: Engine, printerUri: string): Promise<IppMessage> {
  if (job === undefined) return reply(request, STATUS.notFound);
  if (typeof operation.get('last-document')?.[0] !== 'boolean' || request.data.byteLength === 0) return reply(request, STATUS.badRequest);
  if ((text(operation, 'document-format') ?? 'application/pdf') !== 'application/pdf') return reply(request, STATUS.formatNotSupported);
  if (isOver(job) || job.pdf !== null) return reply(request, STATUS.notPossible);
  await engine.feed(job, request.data);
  return reply(request, STATUS.ok, jobGroup(job, engine, printerUri, new Set(['job-id', 'job-uri', 'job-state', 'job-state-reasons'])));
}
