/** What the emulated printer says about itself and its jobs, attribute by attribute (RFC 8011 §5.3, §5.4, PWG 5100.13). */
import type { JobState } from '../contract.ts';
import { attribute, GROUP, OPERATION, TAG } from './codec.ts';
import type { IppAttribute, IppGroup } from './codec.ts';
import { DOCUMENT_SECONDS, isOver } from './emulator-engine.ts';
import type { Engine, EngineJob, EngineTray } from './emulator-engine.ts';
import { sizeOfMedia } from './trays.ts';

export const MODEL = 'hall24 emulated A4 printer';
export const MEDIA = ['iso_a4_210x297mm', 'iso_a5_148x210mm'];
export const SIDES = ['one-sided', 'two-sided-long-edge', 'two-sided-short-edge'];
export const MOST_COPIES = 99;

export const JOB_STATE_CODE: Readonly<Record<JobState, number>> = { pending: 3, held: 4, processing: 5, stopped: 6, canceled: 7, aborted: 8, completed: 9 };
const PRINTER_STATE_CODE = { idle: 3, processing: 4, stopped: 5 } as const;

const member = (name: string, tag: number, ...data: number[]): IppAttribute => attribute(name, tag, ...data);
const collection = (tray: EngineTray): { members: IppAttribute[] } => {
  const size = sizeOfMedia(tray.media) ?? { x: 21_000, y: 29_700 };
  return {
    members: [
      attribute('media-size', TAG.beginCollection, { members: [member('x-dimension', TAG.integer, size.x), member('y-dimension', TAG.integer, size.y)] }),
      attribute('media-size-name', TAG.keyword, tray.media),
      attribute('media-source', TAG.keyword, tray.source),
      attribute('media-type', TAG.keyword, 'stationery'),
    ],
  };
};
const inputTray = ({ source, media, capacity, sheets, present }: EngineTray): Buffer => {
  const size = sizeOfMedia(media) ?? { x: 21_000, y: 29_700 };
  // prtInputStatus 19: unavailable because broken, critical alert: what printers say of a tray that is pulled out.
  return Buffer.from(`type=sheetFeedAutoRemovableTray;mediafeed=${size.y};mediaxfeed=${size.x};maxcapacity=${capacity};level=${present ? sheets : -2};status=${present ? 0 : 19};name=${source};`);
};

const JOB_TEMPLATE = /^(copies|job-hold-until|media|sides|orientation-requested|print-quality|printer-resolution|finishings|number-up)(-col)?-(default|supported|ready)$/;

/** Every attribute of the printer now. */
function printerAttributes(engine: Engine, printerUri: string): IppAttribute[] {
  const origin = printerUri.replace(/^ipp:/, 'http:').replace(/\/ipp\/print$/, '/');
  const lying = engine.trays.filter(({ present }) => present);
  return [
    attribute('printer-uri-supported', TAG.uri, printerUri),
    attribute('uri-security-supported', TAG.keyword, 'none'),
    attribute('uri-authentication-supported', TAG.keyword, 'none'),
    attribute('printer-name', TAG.name, 'hall24-emulated'),
    attribute('printer-info', TAG.text, MODEL),
    attribute('printer-location', TAG.text, ''),
    attribute('printer-make-and-model', TAG.text, MODEL),
    attribute('printer-more-info', TAG.uri, origin),
    attribute('printer-state', TAG.enum, PRINTER_STATE_CODE[engine.state()]),
    attribute('printer-state-reasons', TAG.keyword, ...engine.reasons()),
    attribute('printer-is-accepting-jobs', TAG.boolean, true),
    attribute('printer-up-time', TAG.integer, engine.upTime()),
    attribute('queued-job-count', TAG.integer, engine.jobs.filter((job) => !isOver(job)).length),
    attribute('ipp-versions-supported', TAG.keyword, '1.1', '2.0'),
    attribute('operations-supported', TAG.enum, ...Object.values(OPERATION)),
    attribute('charset-configured', TAG.charset, 'utf-8'),
    attribute('charset-supported', TAG.charset, 'utf-8'),
    attribute('natural-language-configured', TAG.language, 'en'),
    attribute('generated-natural-language-supported', TAG.language, 'en'),
    attribute('document-format-default', TAG.mime, 'application/pdf'),
    attribute('document-format-supported', TAG.mime, 'application/pdf'),
    attribute('compression-supported', TAG.keyword, 'none'),
    attribute('pdl-override-supported', TAG.keyword, 'attempted'),
    attribute('multiple-document-jobs-supported', TAG.boolean, false),
    attribute('multiple-operation-time-out', TAG.integer, DOCUMENT_SECONDS),
    attribute('color-supported', TAG.boolean, false),
    attribute('pages-per-minute', TAG.integer, 24),
    attribute('copies-default', TAG.integer, 1),
    attribute('copies-supported', TAG.range, { low: 1, high: MOST_COPIES }),
    attribute('media-default', TAG.keyword, 'iso_a4_210x297mm'),
    attribute('media-supported', TAG.keyword, ...MEDIA),
    ...(lying.length === 0 ? [] : [attribute('media-ready', TAG.keyword, ...new Set(lying.map(({ media }) => media)))]),
    attribute('media-source-supported', TAG.keyword, 'auto', ...engine.trays.map(({ source }) => source)),
    attribute('media-col-supported', TAG.keyword, 'media-size', 'media-size-name', 'media-source', 'media-type'),
    ...engine.trays.slice(0, 1).map((tray) => attribute('media-col-default', TAG.beginCollection, collection(tray))),
    ...(lying.length === 0 ? [] : [attribute('media-col-ready', TAG.beginCollection, ...lying.map(collection))]),
    attribute('job-hold-until-default', TAG.keyword, 'no-hold'),
    attribute('job-hold-until-supported', TAG.keyword, 'no-hold', 'indefinite'),
    attribute('sides-default', TAG.keyword, 'one-sided'),
    attribute('sides-supported', TAG.keyword, ...SIDES),
    attribute('finishings-default', TAG.enum, 3),
    attribute('finishings-supported', TAG.enum, 3),
    attribute('orientation-requested-default', TAG.enum, 3),
    attribute('orientation-requested-supported', TAG.enum, 3),
    attribute('print-quality-default', TAG.enum, 4),
    attribute('print-quality-supported', TAG.enum, 4),
    attribute('printer-resolution-default', TAG.resolution, { x: 600, y: 600, unit: 'dpi' }),
    attribute('printer-resolution-supported', TAG.resolution, { x: 600, y: 600, unit: 'dpi' }),
    attribute('marker-names', TAG.name, 'Black cartridge', 'Waste toner box'),
    attribute('marker-types', TAG.keyword, 'toner-cartridge', 'waste-toner'),
    attribute('marker-colors', TAG.name, '#000000', 'none'),
    attribute('marker-levels', TAG.integer, engine.tonerPercent(), 31),
    attribute('marker-low-levels', TAG.integer, 10, 0),
    attribute('marker-high-levels', TAG.integer, 100, 95),
    attribute('printer-input-tray', TAG.octets, ...engine.trays.map(inputTray)),
  ];
}

/** The printer's group, narrowed to `requested` (null: all) by name or by RFC 8011 group name. */
export function printerGroup(engine: Engine, printerUri: string, requested: ReadonlySet<string> | null): IppGroup {
  const every = printerAttributes(engine, printerUri);
  const wants = ({ name }: IppAttribute): boolean =>
    requested === null || requested.has('all') || requested.has(name) || (JOB_TEMPLATE.test(name) ? requested.has('job-template') : requested.has('printer-description'));
  return { tag: GROUP.printer, attributes: every.filter(wants) };
}

/** What of its work a printer counts: many small ones know impressions and no sheets, some nothing. */
export type Counts = 'sheets' | 'impressions' | 'nothing';

/** A job's group, narrowed to `requested` (null: all). */
export function jobGroup(job: EngineJob, engine: Engine, printerUri: string, requested: ReadonlySet<string> | null, counts: Counts = 'sheets'): IppGroup {
  const moment = (name: string, at: number | null): IppAttribute => (at === null ? attribute(name, TAG.noValue, null) : attribute(name, TAG.integer, at));
  const every = [
    attribute('job-id', TAG.integer, job.jobId),
    attribute('job-uri', TAG.uri, `${printerUri}/${job.jobId}`),
    attribute('job-printer-uri', TAG.uri, printerUri),
    attribute('job-name', TAG.name, job.name),
    attribute('job-originating-user-name', TAG.name, job.user),
    attribute('job-state', TAG.enum, JOB_STATE_CODE[job.state]),
    attribute('job-state-reasons', TAG.keyword, ...job.reasons),
    attribute('job-impressions', TAG.integer, job.pages * job.copies),
    ...(counts === 'nothing' ? [] : [attribute('job-impressions-completed', TAG.integer, job.impressions)]),
    ...(counts === 'sheets' ? [attribute('job-media-sheets-completed', TAG.integer, job.sheets)] : []),
    attribute('job-k-octets', TAG.integer, Math.ceil((job.pdf?.byteLength ?? 0) / 1024)),
    attribute('job-printer-up-time', TAG.integer, engine.upTime()),
    attribute('time-at-creation', TAG.integer, job.createdAt),
    moment('time-at-processing', job.processingAt),
    moment('time-at-completed', job.completedAt),
    attribute('copies', TAG.integer, job.copies),
    attribute('media', TAG.keyword, job.media),
    attribute('sides', TAG.keyword, job.sides),
    attribute('job-hold-until', TAG.keyword, job.held ? 'indefinite' : 'no-hold'),
  ];
  const template = new Set(['copies', 'media', 'sides', 'job-hold-until']);
  const wants = ({ name }: IppAttribute): boolean =>
    requested === null || requested.has('all') || requested.has(name) || (template.has(name) ? requested.has('job-template') : requested.has('job-description'));
  return { tag: GROUP.job, attributes: every.filter(wants) };
}
