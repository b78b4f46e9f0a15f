/** eSCL documents (Mopria eSCL, PWG 5100.x names): XML ⇄ values. Pure. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { condition, fail, ok } from '../contract.ts';
import type { Condition, DeviceStatus, Result, ScanRequest } from '../contract.ts';

/** No scanner describes itself in more. */
export const MAX_XML_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;

const PWG = 'http://www.pwg.org/schemas/2010/12/sm';
const SCAN = 'http://schemas.hp.com/imaging/escl/2011/05/03';
/** A4 in three-hundredths of an inch, the unit of eSCL regions. */
export const A4 = { width: 2480, height: 3508 } as const;

const REPEATED = new Set(['ColorMode', 'DocumentFormat', 'DocumentFormatExt', 'DiscreteResolution', 'SettingProfile', 'JobInfo']);
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  htmlEntities: false,
  isArray: (name) => REPEATED.has(name),
});

/**
 * XML → plain object. A document type is refused outright: eSCL has none, and entity definitions are how a few hundred
 * bytes become gigabytes. Nesting is bounded before the parser sees it.
 */
export function parseXml(bytes: Uint8Array): Result<unknown> {
  const text = Buffer.from(bytes).toString('utf8');
  if (bytes.byteLength > MAX_XML_BYTES) return fail('bad-frame', `XML of ${bytes.byteLength} bytes`);
  if (text.includes('\0')) return fail('bad-frame', 'XML that is not UTF-8');
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(text)) return fail('bad-frame', 'XML with a document type');
  let depth = 0;
  for (const [, closing, selfClosing] of text.matchAll(/<(\/?)[A-Za-z_][^<>]*?(\/?)>/g)) {
    depth += closing === '/' ? -1 : selfClosing === '/' ? 0 : 1;
    if (depth > MAX_DEPTH) return fail('bad-frame', 'XML nested too deep');
  }
  try {
    if (XMLValidator.validate(text) !== true) return fail('bad-frame', 'not well-formed XML');
    return ok(parser.parse(text));
  } catch {
    return fail('bad-frame', 'not well-formed XML');
  }
}

// ------------------------------------------------------------------------------------------------- status

const statusSchema = z.object({
  ScannerStatus: z.object({
    State: z.string().max(64),
    AdfState: z.string().max(64).optional(),
  }),
});

/** Idle, Processing, Testing, Stopped, Down; and the feeder's own state, null where there is no feeder. */
export interface ScannerState {
  state: string;
  adf: string | null;
}

export function parseStatus(bytes: Uint8Array): Result<ScannerState> {
  const xml = parseXml(bytes);
  if (!xml.ok) return xml;
  const parsed = statusSchema.safeParse(xml.value);
  if (!parsed.success) return fail('bad-frame', 'not an eSCL ScannerStatus');
  const { State, AdfState } = parsed.data.ScannerStatus;
  return ok({ state: State, adf: AdfState ?? null });
}

const jobsSchema = z.object({
  ScannerStatus: z.object({
    Jobs: z.object({ JobInfo: z.array(z.object({ JobUri: z.string().max(500), JobState: z.string().max(64) })).default([]) }).optional().catch(undefined),
  }),
});

/** Paths of the jobs in a ScannerStatus that are not at their end; none where the scanner does not list its jobs. */
export function unfinishedJobs(bytes: Uint8Array): Result<string[]> {
  const xml = parseXml(bytes);
  if (!xml.ok) return xml;
  const parsed = jobsSchema.safeParse(xml.value);
  const jobs = parsed.success ? (parsed.data.ScannerStatus.Jobs?.JobInfo ?? []) : [];
  // Some scanners write whole addresses, with a host that is not ours to trust.
  return ok(jobs.flatMap(({ JobUri, JobState }) => ((JobState === 'Processing' || JobState === 'Pending') && URL.canParse(JobUri, 'http://scanner') ? [new URL(JobUri, 'http://scanner').pathname] : [])));
}

const ADF: ReadonlyMap<string, Condition | null> = new Map<string, Condition | null>([
  ['ScannerAdfLoaded', null],
  ['ScannerAdfProcessing', null],
  // An empty feeder is how a scanner rests: worth knowing, not a fault until somebody wants to scan from it.
  ['ScannerAdfEmpty', condition('feeder-empty', 'info', 'ScannerAdfEmpty')],
  ...['ScannerAdfJam', 'ScannerAdfMispick', 'ScannerAdfMultipickDetected', 'ScannerAdfDuplexPageTooShort', 'ScannerAdfDuplexPageTooLong', 'ScannerAdfInputTrayOverloaded'].map(
    (word): [string, Condition] => [word, condition('feeder-jam', 'error', word)],
  ),
  ...['ScannerAdfDoorOpen', 'ScannerAdfHatchOpen'].map((word): [string, Condition] => [word, condition('cover-open', 'error', word)]),
  ['ScannerAdfInputTrayFailed', condition('device-fault', 'error', 'ScannerAdfInputTrayFailed')],
]);

/** The feeder's condition, null when all is well or there is no feeder. */
export function conditionOfFeeder(adf: string | null): Condition | null {
  if (adf === null) return null;
  const known = ADF.get(adf);
  return known === undefined ? condition('unknown-reason', 'warning', adf) : known;
}

/** The scanner's own condition apart from its feeder. */
export function conditionOfState(state: string): Condition | null {
  switch (state) {
    case 'Idle':
    case 'Processing':
    case 'Testing':
      return null;
    case 'Stopped':
      return condition('device-fault', 'error', 'Stopped');
    case 'Down':
      return condition('offline', 'error', 'Down');
    default:
      return condition('unknown-reason', 'warning', state);
  }
}

export function statusOf(scanner: ScannerState, model: string | null): DeviceStatus {
  const conditions = [conditionOfState(scanner.state), conditionOfFeeder(scanner.adf)].filter((found) => found !== null);
  const component = scanner.state === 'Idle' ? 'ready' : scanner.state === 'Processing' || scanner.state === 'Testing' ? 'busy' : scanner.state === 'Stopped' || scanner.state === 'Down' ? 'unavailable' : 'unknown';
  const media = scanner.adf === null ? 'no-sensor' : scanner.adf === 'ScannerAdfEmpty' ? 'absent' : scanner.adf === 'ScannerAdfLoaded' || scanner.adf === 'ScannerAdfProcessing' ? 'present' : 'unknown';
  return { online: scanner.state !== 'Down', component, media, conditions, supplies: [], model };
}

// ------------------------------------------------------------------------------------------- capabilities

const count = z.coerce.number().int().positive().max(100_000);
const profileSchema = z.object({
  ColorModes: z.object({ ColorMode: z.array(z.string()) }).optional().catch(undefined),
  DocumentFormats: z.object({ DocumentFormat: z.array(z.string()).default([]), DocumentFormatExt: z.array(z.string()).default([]) }).optional().catch(undefined),
  SupportedResolutions: z
    .object({
      DiscreteResolutions: z.object({ DiscreteResolution: z.array(z.object({ XResolution: count })) }).optional().catch(undefined),
      ResolutionRange: z.object({ XResolutionRange: z.object({ Min: count, Max: count }) }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
const profilesSchema = z.object({ SettingProfile: z.array(profileSchema) });
const inputSchema = z.object({ MaxWidth: count.optional().catch(undefined), MaxHeight: count.optional().catch(undefined), SettingProfiles: profilesSchema.optional().catch(undefined) });
const capabilitiesSchema = z.object({
  ScannerCapabilities: z.object({
    MakeAndModel: z.string().max(255).optional().catch(undefined),
    SettingProfiles: profilesSchema.optional().catch(undefined),
    Platen: z.object({ PlatenInputCaps: inputSchema }).optional().catch(undefined),
    Adf: z.object({ AdfSimplexInputCaps: inputSchema }).optional().catch(undefined),
  }),
});

/** What one source can do. Empty lists: the scanner does not say. */
export interface SourceCapabilities {
  colorModes: string[];
  formats: string[];
  resolutions: number[];
  resolutionRange: { min: number; max: number } | null;
  maxWidth: number | null;
  maxHeight: number | null;
}

export interface ScannerCapabilities {
  model: string | null;
  platen: SourceCapabilities | null;
  feeder: SourceCapabilities | null;
}

function sourceOf(input: z.infer<typeof inputSchema> | undefined, shared: z.infer<typeof profilesSchema> | undefined): SourceCapabilities | null {
  if (input === undefined) return null;
  const own = input.SettingProfiles?.SettingProfile ?? [];
  // Profiles may be defined once for all sources and referred to by attribute.
  const profiles = own.some((profile) => profile.SupportedResolutions !== undefined) ? own : [...own, ...(shared?.SettingProfile ?? [])];
  const range = profiles.map((profile) => profile.SupportedResolutions?.ResolutionRange?.XResolutionRange).find((found) => found !== undefined);
  return {
    colorModes: profiles.flatMap((profile) => profile.ColorModes?.ColorMode ?? []),
    formats: profiles.flatMap((profile) => [...(profile.DocumentFormats?.DocumentFormat ?? []), ...(profile.DocumentFormats?.DocumentFormatExt ?? [])]),
    resolutions: profiles.flatMap((profile) => profile.SupportedResolutions?.DiscreteResolutions?.DiscreteResolution.map((one) => one.XResolution) ?? []),
    resolutionRange: range === undefined ? null : { min: range.Min, max: range.Max },
    maxWidth: input.MaxWidth ?? null,
    maxHeight: input.MaxHeight ?? null,
  };
}

export function parseCapabilities(bytes: Uint8Array): Result<ScannerCapabilities> {
  const xml = parseXml(bytes);
  if (!xml.ok) return xml;
  const parsed = capabilitiesSchema.safeParse(xml.value);
  if (!parsed.success) return fail('wrong-device', 'not an eSCL ScannerCapabilities');
  const { MakeAndModel, SettingProfiles, Platen, Adf } = parsed.data.ScannerCapabilities;
  return ok({ model: MakeAndModel ?? null, platen: sourceOf(Platen?.PlatenInputCaps, SettingProfiles), feeder: sourceOf(Adf?.AdfSimplexInputCaps, SettingProfiles) });
}

// ----------------------------------------------------------------------------------------------- settings

export interface ScanSettings {
  source: 'Platen' | 'Feeder';
  colorMode: 'RGB24' | 'Grayscale8';
  format: 'image/jpeg' | 'image/png';
  resolution: number;
  width: number;
  height: number;
}

/** The settings that serve a request on this source, or `refused` with what the scanner cannot do. */
export function settingsFor(request: ScanRequest, source: 'Platen' | 'Feeder', can: SourceCapabilities): Result<ScanSettings> {
  const reachable =
    can.resolutions.includes(request.resolution) ||
    (can.resolutionRange !== null && can.resolutionRange.min <= request.resolution && request.resolution <= can.resolutionRange.max) ||
    (can.resolutions.length === 0 && can.resolutionRange === null);
  // A finer grid is fine, a coarser one is not; the scan is compressed afterwards.
  const resolution = reachable ? request.resolution : can.resolutions.filter((dpi) => dpi > request.resolution && dpi <= 600).toSorted((a, b) => a - b)[0];
  if (resolution === undefined) return fail('refused', `the scanner cannot scan at ${request.resolution} dpi`, { original: can.resolutions.join(' ') });
  const format = can.formats.length === 0 || can.formats.includes('image/jpeg') ? 'image/jpeg' : can.formats.includes('image/png') ? 'image/png' : null;
  if (format === null) return fail('refused', 'the scanner gives neither JPEG nor PNG', { original: can.formats.join(' ') });
  const modes = can.colorModes;
  const wanted = request.color === 'gray' ? 'Grayscale8' : 'RGB24';
  const colorMode = modes.length === 0 || modes.includes(wanted) ? wanted : modes.includes('RGB24') ? 'RGB24' : null;
  if (colorMode === null) return fail('refused', 'the scanner cannot scan in colour', { original: modes.join(' ') });
  return ok({ source, colorMode, format, resolution, width: Math.min(A4.width, can.maxWidth ?? A4.width), height: Math.min(A4.height, can.maxHeight ?? A4.height) });
}

/** Elements in the order that some devices insist on. Every value comes from a closed set or is a number: nothing to escape. */
export function buildSettings(settings: ScanSettings): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScanSettings xmlns:pwg="${PWG}" xmlns:scan="${SCAN}">
<pwg:Version>2.0</pwg:Version>
<scan:Intent>Document</scan:Intent>
<pwg:ScanRegions>
<pwg:ScanRegion>
<pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>
<pwg:XOffset>0</pwg:XOffset>
<pwg:YOffset>0</pwg:YOffset>
<pwg:Width>${settings.width}</pwg:Width>
<pwg:Height>${settings.height}</pwg:Height>
</pwg:ScanRegion>
</pwg:ScanRegions>
<pwg:InputSource>${settings.source}</pwg:InputSource>
<scan:ColorMode>${settings.colorMode}</scan:ColorMode>
<pwg:DocumentFormat>${settings.format}</pwg:DocumentFormat>
<scan:DocumentFormatExt>${settings.format}</scan:DocumentFormatExt>
<scan:XResolution>${settings.resolution}</scan:XResolution>
<scan:YResolution>${settings.resolution}</scan:YResolution>
<scan:Duplex>false</scan:Duplex>
</scan:ScanSettings>
`;
}

// -------------------------------------------------------------------------------------------------- pages

const endsWithMarker = (bytes: Uint8Array, marker: string): boolean => Buffer.from(bytes.subarray(-1024)).includes(Buffer.from(marker, 'latin1'));

/** What a page's bytes are, by the bytes themselves and not by what the scanner calls them; whole to the end marker. */
export function pageOf(bytes: Uint8Array): Result<'image/jpeg' | 'image/png'> {
  if (bytes.byteLength === 0) return fail('media-empty', 'the scanner gave an empty page');
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return endsWithMarker(bytes, '\xff\xd9') ? ok('image/jpeg') : fail('bad-frame', 'the page ends in the middle');
  if (head === '\x89PNG\r\n\x1a\n') return endsWithMarker(bytes, 'IEND') ? ok('image/png') : fail('bad-frame', 'the page ends in the middle');
  return fail('bad-frame', `the scanner gave ${bytes.byteLength} bytes that are no image`);
}
