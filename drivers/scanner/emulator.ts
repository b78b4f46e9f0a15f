/** An eSCL scanner on Node alone, with glass and feeder: the device's own side of the same bytes, with faults to inject. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Emulator, Listen } from '../emulator.ts';
import { A4, parseXml } from './codec.ts';
import { scanned, USUAL_PAGES } from './emulator-pages.ts';
import type { Look, PageName } from './emulator-pages.ts';

export type { PageName } from './emulator-pages.ts';

export const SCANNER_FAULTS = ['feeder-empty', 'feeder-jam', 'cover-open', 'busy', 'huge-page', 'empty-page', 'html-answer', 'half-body', 'silent', 'xml-bomb', 'wrong-host'];
const HUGE_BYTES = 300 * 1024 * 1024;
const ROOT = '/eSCL';
const RESOLUTIONS = [100, 200, 300];

export interface ScannerEmulator extends Emulator {
  /** Puts sheets into the feeder, in place of what lay there: so many of the usual ones, or these. */
  loadFeeder(sheets: number | readonly PageName[]): void;
  /** Lays a page on the glass; null takes it away, so that the lid is scanned. */
  layOnGlass(page?: PageName | null): void;
  /** Sheets still in the feeder. */
  feederSheets(): number;
  /** Jobs that nobody has deleted and that are not at their end: one blocks the scanner. */
  openJobs(): number;
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** Switches its network off: connections break, new ones are refused, and a job that ran is lost. */
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

interface Job {
  id: string;
  source: 'Platen' | 'Feeder';
  look: Omit<Look, 'page'>;
  given: number;
  state: 'Processing' | 'Completed' | 'Canceled' | 'Aborted';
}

const settingsSchema = z.object({
  ScanSettings: z.object({
    ScanRegions: z.object({ ScanRegion: z.object({ Width: z.coerce.number().int().positive(), Height: z.coerce.number().int().positive() }) }).optional(),
    InputSource: z.enum(['Platen', 'Feeder']).default('Platen'),
    ColorMode: z.tuple([z.enum(['RGB24', 'Grayscale8'])]).default(['RGB24']),
    XResolution: z.coerce.number().int().refine((dpi) => RESOLUTIONS.includes(dpi)).default(300),
  }),
});

/**
 * @param options.msPerPage what the carriage takes over one page
 * @param options.notReadyTimes how often a page is answered with 503 before it comes, as scanners that warm up do
 * @throws RangeError when asked to listen on a PTY; Error when the port is taken
 */
export async function startScannerEmulator(options: { listen: Listen; msPerPage?: number; notReadyTimes?: number }): Promise<ScannerEmulator> {
  const { listen, msPerPage = 1200, notReadyTimes = 0 } = options;
  if (listen.kind !== 'tcp') throw new RangeError('a scanner speaks eSCL over TCP, not over a serial line');
  const { host: here } = listen;
  let fault: string | null = null;
  let feeder: PageName[] = [];
  let glass: PageName | null = 'contract';
  let notReady = notReadyTimes;
  let port = 0;
  const jobs: Job[] = [];

  const adfState = (): string =>
    fault === 'feeder-jam' ? 'ScannerAdfJam' : fault === 'cover-open' ? 'ScannerAdfDoorOpen' : fault === 'feeder-empty' || feeder.length === 0 ? 'ScannerAdfEmpty' : 'ScannerAdfLoaded';
  const pageFor = (job: Job): Look['page'] => (job.source === 'Feeder' ? (feeder[0] ?? 'contract') : (glass ?? 'lid'));
  const running = (): Job | undefined => jobs.find((job) => job.state === 'Processing');

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fault === 'silent') return;
    const body = await bodyOf(request);
    if (body === null) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const path = request.url ?? '/';
    const job = /^\/eSCL\/ScanJobs\/([0-9a-f-]{36})(\/NextDocument)?$/.exec(path);
    const xml = (text: string): void => {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(text);
    };
    if (request.method === 'GET' && path === `${ROOT}/ScannerCapabilities`) xml(fault === 'xml-bomb' ? BOMB : CAPABILITIES);
    else if (request.method === 'GET' && path === `${ROOT}/ScannerStatus`) xml(fault === 'xml-bomb' ? BOMB : statusXml(running() === undefined ? 'Idle' : 'Processing', adfState(), jobs));
    else if (request.method === 'POST' && path === `${ROOT}/ScanJobs`) createJob(body, response);
    else if (job !== null && request.method === 'GET' && job[2] !== undefined) await nextDocument(jobs.find((one) => one.id === job[1]), response);
    else if (job !== null && request.method === 'DELETE' && job[2] === undefined) {
      const found = jobs.find((one) => one.id === job[1]);
      if (found?.state === 'Processing') found.state = 'Canceled';
      response.writeHead(found === undefined ? 404 : 200).end();
    } else response.writeHead(404).end();
  }

  function createJob(body: Buffer, response: ServerResponse): void {
    const parsed = parseXml(body);
    const settings = parsed.ok ? settingsSchema.safeParse(parsed.value) : null;
    if (settings === null || !settings.success) {
      response.writeHead(409).end();
      return;
    }
    if (fault === 'busy' || running() !== undefined) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    const { InputSource, ColorMode: [color], XResolution, ScanRegions } = settings.data.ScanSettings;
    if (InputSource === 'Feeder' && adfState() !== 'ScannerAdfLoaded') {
      response.writeHead(409).end();
      return;
    }
    const region = ScanRegions?.ScanRegion ?? { Width: A4.width, Height: A4.height };
    const pixels = (threeHundredths: number): number => Math.max(1, Math.round((threeHundredths * XResolution) / 300));
    const job: Job = { id: randomUUID(), source: InputSource, look: { resolution: XResolution, color, width: pixels(region.Width), height: pixels(region.Height) }, given: 0, state: 'Processing' };
    jobs.push(job);
    if (jobs.length > 20) jobs.shift();
    notReady = notReadyTimes;
    // While the answer travels, the first page is made.
    scanned({ page: pageFor(job), ...job.look }).catch(() => undefined);
    // Scanners like to name themselves by a host name that nobody else can resolve.
    const host = fault === 'wrong-host' ? `emulated-scanner.invalid:${port}` : `${here}:${port}`;
    response.writeHead(201, { location: `http://${host}${ROOT}/ScanJobs/${job.id}` }).end();
  }

  async function nextDocument(job: Job | undefined, response: ServerResponse): Promise<void> {
    if (job === undefined || job.state !== 'Processing') {
      response.writeHead(404).end();
      return;
    }
    if (fault === 'busy' || notReady > 0) {
      notReady -= 1;
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    if (job.source === 'Feeder' && (fault === 'feeder-jam' || fault === 'cover-open')) {
      job.state = 'Aborted';
      response.writeHead(409).end();
      return;
    }
    const empty = job.source === 'Feeder' ? feeder.length === 0 || fault === 'feeder-empty' : job.given > 0;
    if (empty) {
      job.state = 'Completed';
      response.writeHead(404).end();
      return;
    }
    const page = pageFor(job);
    const [image] = await Promise.all([scanned({ page, ...job.look }), sleep(msPerPage)]);
    if (job.source === 'Feeder') feeder.shift();
    job.given += 1;
    if (job.source === 'Platen') job.state = 'Completed';
    await give(image, fault, response);
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
  ({ port } = server.address() as AddressInfo);

  return {
    uri: `escl:http://${listen.host}:${port}${ROOT}`,
    faults: SCANNER_FAULTS,
    inject(next) {
      if (next !== null && !SCANNER_FAULTS.includes(next)) throw new RangeError(`no fault "${next}"; known: ${SCANNER_FAULTS.join(', ')}`);
      fault = next;
    },
    loadFeeder(sheets) {
      feeder = typeof sheets === 'number' ? Array.from({ length: Math.max(0, Math.trunc(sheets)) }, (_, index) => USUAL_PAGES[index % USUAL_PAGES.length] ?? 'contract') : [...sheets];
    },
    layOnGlass(page = 'contract') {
      glass = page;
    },
    feederSheets: () => feeder.length,
    openJobs: () => jobs.filter((job) => job.state === 'Processing').length,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    unplug: async () => {
      await stop();
      for (const job of jobs) if (job.state === 'Processing') job.state = 'Aborted';
    },
    replug: () => (server.listening ? Promise.resolve() : listenOn(port)),
    close: stop,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > 256 * 1024) return null;
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

/** The page, or what a broken scanner gives in its place. */
async function give(image: Buffer, fault: string | null, response: ServerResponse): Promise<void> {
  switch (fault) {
    case 'empty-page':
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': '0' }).end();
      return;
    case 'html-answer':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Scanner</title><p>Please sign in.</p>');
      return;
    case 'half-body':
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': String(image.byteLength) });
      await new Promise<void>((resolve) => {
        response.write(image.subarray(0, image.byteLength >> 1), () => resolve());
      });
      response.destroy();
      return;
    case 'huge-page': {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      const chunk = Buffer.alloc(1024 * 1024, 0x5a);
      for (let sent = 0; sent < HUGE_BYTES && !response.destroyed; sent += chunk.byteLength) {
        if (response.write(chunk)) continue;
        await new Promise<void>((resolve) => {
          const go = (): void => {
            response.off('drain', go).off('close', go);
            resolve();
          };
          response.on('drain', go).on('close', go);
        });
      }
      response.end();
      return;
    }
    default:
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': String(image.byteLength) }).end(image);
  }
}

const NAMESPACES = 'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm" xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"';

const statusXml = (state: string, adf: string, jobs: readonly Job[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus ${NAMESPACES}>
<pwg:Version>2.63</pwg:Version>
<pwg:State>${state}</pwg:State>
<scan:AdfState>${adf}</scan:AdfState>
<scan:Jobs>
${jobs
  .toReversed()
  .map(
    (job) => `<scan:JobInfo><pwg:JobUri>${ROOT}/ScanJobs/${job.id}</pwg:JobUri><pwg:JobUuid>${job.id}</pwg:JobUuid><pwg:ImagesCompleted>${job.given}</pwg:ImagesCompleted><pwg:JobState>${job.state}</pwg:JobState></scan:JobInfo>`,
  )
  .join('\n')}
</scan:Jobs>
</scan:ScannerStatus>
`;

const inputCaps = (name: string): string => `<scan:${name}>
<scan:MinWidth>300</scan:MinWidth><scan:MaxWidth>${A4.width}</scan:MaxWidth>
<scan:MinHeight>300</scan:MinHeight><scan:MaxHeight>${A4.height}</scan:MaxHeight>
<scan:MaxScanRegions>1</scan:MaxScanRegions>
<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>RGB24</scan:ColorMode><scan:ColorMode>Grayscale8</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>
${RESOLUTIONS.map((dpi) => `<scan:DiscreteResolution><scan:XResolution>${dpi}</scan:XResolution><scan:YResolution>${dpi}</scan:YResolution></scan:DiscreteResolution>`).join('\n')}
</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>
<scan:SupportedIntents><scan:Intent>Document</scan:Intent></scan:SupportedIntents>
</scan:${name}>`;

const CAPABILITIES = `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities ${NAMESPACES}>
<pwg:Version>2.63</pwg:Version>
<pwg:MakeAndModel>hall24 emulated scanner</pwg:MakeAndModel>
<pwg:SerialNumber>0000000</pwg:SerialNumber>
<scan:Platen>${inputCaps('PlatenInputCaps')}</scan:Platen>
<scan:Adf>${inputCaps('AdfSimplexInputCaps')}<scan:FeederCapacity>50</scan:FeederCapacity></scan:Adf>
</scan:ScannerCapabilities>
`;

/** Each entity is ten of the one before: 10⁹ characters from 800 bytes. */
const BOMB = `<?xml version="1.0"?>
<!DOCTYPE bomb [
<!ENTITY e0 "paper">
${Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join('\n')}
]>
<scan:ScannerStatus ${NAMESPACES}><pwg:State>&e9;</pwg:State></scan:ScannerStatus>
`;
