/**
 * `printer-state-reasons` → conditions. Every keyword that IANA registers (RFC 8011 §5.4.12, PWG 5100.9, 5100.13, 5100.21)
 * and those that CUPS and AirPrint printers add. A keyword that is in no table is kept as `unknown-reason` with what the printer said.
 */
import { condition } from '../contract.ts';
import type { Condition, ConditionCode, Severity } from '../contract.ts';

/** [condition, the worst it can be, does it block the one path that the paper takes?] */
type Meaning = readonly [code: ConditionCode, worst: Severity, path?: 'path'];

const all = (words: string, meaning: Meaning | null): [string, Meaning | null][] => words.split(/\s+/).filter(Boolean).map((word) => [word, meaning]);

/** null: an event or a state that is nothing the matter. */
const TABLE: ReadonlyMap<string, Meaning | null> = new Map<string, Meaning | null>([
  ...all('none identify-printer-requested printer-ready-to-print resuming power-up interlock-closed printer-manual-reset printer-nms-reset', null),
  ...all('deactivated-ready alert-removal-of-binary-change-entry interpreter-cartridge-added interpreter-cartridge-deleted interpreter-resource-added interpreter-resource-deleted', null),
  ...all('interpreter-memory-decrease interpreter-memory-increase configuration-change wifi-not-configured-report cups-insecure-filter-warning cups-missing-filter-warning', null),
  // Paper
  ...all('media-empty media-needed media-path-input-empty media-path-input-request input-manual-input-request', ['paper-out', 'error', 'path']),
  ...all('input-media-size-change input-media-type-change input-media-weight-change input-media-color-change input-media-form-parts-change input-cannot-feed-size-selected', ['paper-out', 'error', 'path']),
  ...all('media-low', ['paper-low', 'warning']),
  ...all('media-jam input-media-tray-jam media-path-jam media-path-input-jam media-path-output-jam output-media-tray-jam extruder-jam', ['paper-jam', 'error', 'path']),
  ...all('input-media-tray-feed-error media-path-input-feed-error media-path-output-feed-error output-media-tray-feed-error', ['paper-jam', 'error', 'path']),
  ...all('input-tray-missing media-path-media-tray-missing output-tray-missing', ['tray-missing', 'error', 'path']),
  ...all('output-area-full media-path-media-tray-full media-path-output-full', ['output-full', 'error', 'path']),
  ...all('output-area-almost-full media-path-media-tray-almost-full', ['output-full', 'warning']),
  ...all('cover-open door-open interlock-open', ['cover-open', 'error', 'path']),
  // Supplies
  ...all('toner-empty marker-supply-empty developer-empty marker-toner-empty marker-ink-empty marker-developer-empty marker-print-ribbon-empty material-empty material-needed', ['toner-out', 'error']),
  ...all('marker-supply-missing marker-toner-missing marker-toner-cartridge-missing marker-ink-missing marker-developer-missing marker-print-ribbon-missing', ['toner-out', 'error']),
  ...all('toner-low marker-supply-low marker-supply-almost-empty developer-low marker-toner-almost-empty marker-toner-low marker-ink-low marker-ink-almost-empty', ['toner-low', 'warning']),
  ...all('marker-developer-almost-empty marker-print-ribbon-almost-empty material-low', ['toner-low', 'warning']),
  ...all('marker-waste-full marker-waste-ink-receptacle-full marker-waste-toner-receptacle-full', ['waste-full', 'error']),
  ...all('marker-waste-missing marker-waste-ink-receptacle-missing marker-waste-toner-receptacle-missing', ['waste-full', 'error']),
  ...all('marker-waste-almost-full marker-waste-ink-receptacle-almost-full marker-waste-toner-receptacle-almost-full', ['waste-full', 'warning']),
  // Somebody stopped it
  ...all('paused moving-to-paused stopping stopped-partly hold-new-jobs deactivated', ['paused', 'error']),
  // Not there
  ...all('offline shutdown power-down connecting-to-device timed-out', ['offline', 'error']),
  // Busy with itself, passes
  ...all('media-drying testing marker-adjusting-print-quality warming-up', ['busy-elsewhere', 'warning']),
  ...all('fuser-over-temp fuser-under-temp', ['head-hot', 'error']),
  ...all('spool-area-full interpreter-resource-unavailable interpreter-complex-page-encountered', ['busy-elsewhere', 'error']),
  // Worn, soon or now
  ...all('opc-near-eol lamp-near-eol laser-near-eol marker-opc-near-eol fuser-near-eol', ['device-fault', 'warning']),
  ...all('opc-life-over lamp-at-eol lamp-failure laser-at-eol laser-failure fan-failure marker-cleaner-missing marker-fuser-missing marker-opc-missing', ['device-fault', 'error']),
  ...all('marker-fuser-thermistor-failure marker-fuser-timing-failure input-media-tray-failure input-pick-roller-failure output-media-tray-failure output-mailbox-select-failure', ['device-fault', 'error']),
  ...all('media-path-failure media-path-pick-roller-failure media-path-pick-roller-life-over media-path-pick-roller-missing input-pick-roller-life-over input-pick-roller-missing', ['device-fault', 'error']),
  ...all('media-path-cannot-duplex-media-selected camera-failure chamber-failure other unknown', ['device-fault', 'error']),
  ...all('media-path-pick-roller-life-warn input-pick-roller-life-warn cleaner-life-almost-over fax-modem-life-almost-over', ['device-fault', 'warning']),
  ...all('input-tray-elevation-failure input-tray-position-failure cleaner-life-over motor-failure', ['device-fault', 'error']),
  // Parts of a multifunction device that paper for a print job does not pass
  ...all('fax-modem-life-over fax-modem-missing fax-modem-turned-off scanner-light-failure scanner-light-life-over scanner-light-missing scanner-sensor-failure', ['device-fault', 'warning']),
  ...all('scanner-light-life-almost-over scanner-sensor-life-almost-over scanner-sensor-life-over scanner-sensor-missing', ['device-fault', 'warning']),
  ...all('scan-media-path-failure scan-media-path-pick-roller-failure scan-media-path-pick-roller-life-over scan-media-path-pick-roller-life-warn scan-media-path-pick-roller-missing', ['device-fault', 'warning']),
  ...all('scan-media-path-jam scan-media-path-input-jam scan-media-path-output-jam scan-media-path-input-feed-error scan-media-path-output-feed-error', ['feeder-jam', 'warning']),
  ...all('scan-media-path-input-request', ['feeder-empty', 'info']),
  ...all('scan-media-path-output-full scan-media-path-tray-full scan-media-path-tray-almost-full', ['output-full', 'warning']),
  ...all('scan-media-path-tray-missing', ['tray-missing', 'warning']),
  ...all('fax-modem-turned-on', null),
  // Printers of things: registered, and told apart from unknown words, though no hall has one
  ...all('chamber-heating chamber-cooling extruder-heating extruder-cooling platform-heating platform-cooling', ['busy-elsewhere', 'warning']),
  ...all('chamber-temperature-high chamber-temperature-low extruder-temperature-high extruder-temperature-low platform-temperature-high platform-temperature-low', ['head-hot', 'error']),
  ...all('extruder-failure platform-failure', ['device-fault', 'error']),
]);

/** PWG 5100.9 §7: every finisher and subunit has the same endings. */
const SUBUNITS =
  'bander binder die-cutter folder imprinter inserter make-envelope perforater puncher separation-cutter sheet-rotator slitter stacker stapler stitcher subunit trimmer wrapper scanner';
const ENDINGS: ReadonlyMap<string, Meaning | null> = new Map<string, Meaning | null>([
  ...all('added removed closed cover-closed interlock-closed opened configuration-change resource-added resource-removed turned-on power-saver', null),
  ...all('jam', ['paper-jam', 'error', 'path']),
  ...all('cover-open interlock-open', ['cover-open', 'error', 'path']),
  ...all('full at-limit', ['output-full', 'error']),
  ...all('almost-full near-limit', ['output-full', 'warning']),
  ...all('warming-up cooling-down', ['busy-elsewhere', 'warning']),
  ...all('over-temperature under-temperature', ['head-hot', 'error']),
  ...all('offline turned-off', ['device-fault', 'error']),
  ...all('almost-empty life-almost-over', ['device-fault', 'warning']),
  ...all('empty missing failure life-over memory-exhausted motor-failure recoverable-failure recoverable-storage recoverable-storage-error thermistor-failure timing-failure', ['device-fault', 'error']),
  ...all('unrecoverable-failure unrecoverable-storage unrecoverable-storage-error', ['device-fault', 'error']),
]);
const SUBUNIT_REASON = new RegExp(`^(?:${SUBUNITS.split(' ').join('|')})-(.+)$`);

const meaningOf = (keyword: string): Meaning | null | undefined => {
  const direct = TABLE.get(keyword);
  if (direct !== undefined) return direct;
  const ending = SUBUNIT_REASON.exec(keyword)?.[1];
  return ending === undefined ? undefined : ENDINGS.get(ending);
};

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };
const milder = (a: Severity, b: Severity): Severity => (RANK[a] <= RANK[b] ? a : b);
const SUFFIX: Readonly<Record<string, Severity>> = { report: 'info', warning: 'warning', error: 'error' };

/**
 * How a printer's own severities are taken. `one-path`: paper out, jam, cover, tray and full output stop a printer that
 * has one way for its paper, whatever suffix it writes (several write `-report` while idle). `as-said`: the suffix
 * decides, for printers with several trays, where one empty tray is no harm.
 */
export type Severities = 'one-path' | 'as-said';

/**
 * One keyword with its suffix; null when nothing is the matter. A keyword without suffix is an error (RFC 8011 §5.4.12).
 * @param stopped the printer stands still: then what can stop it did, whatever the suffix says
 */
export function conditionOfReason(reason: string, severities: Severities, stopped = false): Condition | null {
  const word = reason.trim().toLowerCase();
  const original = reason.slice(0, 200);
  // The whole word first: some keywords themselves end in -error.
  const suffix = meaningOf(word) === undefined ? (/^(.+)-(report|warning|error)$/.exec(word) ?? []) : [];
  const [, keyword = word, ending = 'error'] = suffix;
  const meaning = meaningOf(keyword);
  if (meaning === null || word === '') return null;
  const said = stopped ? 'error' : (SUFFIX[ending] ?? 'error');
  if (meaning === undefined) return condition('unknown-reason', milder(said, 'warning'), original);
  const [code, worst, path] = meaning;
  return condition(code, path === 'path' && severities === 'one-path' ? worst : milder(worst, said), original);
}

/** All reasons of a printer; one condition per code, the worst one kept. */
export function conditionsOfReasons(reasons: readonly string[], severities: Severities, stopped = false): Condition[] {
  const worst = new Map<ConditionCode, Condition>();
  for (const reason of reasons) {
    const found = conditionOfReason(reason, severities, stopped);
    if (found === null) continue;
    const known = worst.get(found.code);
    if (known === undefined || RANK[found.severity] > RANK[known.severity]) worst.set(found.code, found);
  }
  return [...worst.values()];
}

/** Every keyword that has a meaning here, without suffix; for the README and the tests. */
export const KNOWN_REASONS: readonly string[] = [...TABLE.keys(), ...SUBUNITS.split(' ').flatMap((unit) => [...ENDINGS.keys()].map((ending) => `${unit}-${ending}`))];
