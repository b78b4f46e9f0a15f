import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONDITION_CODES, REMEDIES } from '../contract.ts';
import { conditionOfReason, conditionsOfReasons, KNOWN_REASONS } from './reasons.ts';

/** RFC 8011 §5.4.12, every keyword, and what it must come to here. */
const RFC_8011: Readonly<Record<string, string | null>> = {
  none: null,
  other: 'device-fault',
  'connecting-to-device': 'offline',
  'cover-open': 'cover-open',
  'developer-empty': 'toner-out',
  'developer-low': 'toner-low',
  'door-open': 'cover-open',
  'fuser-over-temp': 'head-hot',
  'fuser-under-temp': 'head-hot',
  'input-tray-missing': 'tray-missing',
  'interlock-open': 'cover-open',
  'interpreter-resource-unavailable': 'busy-elsewhere',
  'marker-supply-empty': 'toner-out',
  'marker-supply-low': 'toner-low',
  'marker-waste-almost-full': 'waste-full',
  'marker-waste-full': 'waste-full',
  'media-empty': 'paper-out',
  'media-jam': 'paper-jam',
  'media-low': 'paper-low',
  'media-needed': 'paper-out',
  'moving-to-paused': 'paused',
  'opc-life-over': 'device-fault',
  'opc-near-eol': 'device-fault',
  'output-area-almost-full': 'output-full',
  'output-area-full': 'output-full',
  'output-tray-missing': 'tray-missing',
  paused: 'paused',
  shutdown: 'offline',
  'spool-area-full': 'busy-elsewhere',
  'stopped-partly': 'paused',
  stopping: 'paused',
  'timed-out': 'offline',
  'toner-empty': 'toner-out',
  'toner-low': 'toner-low',
};

/** Every other keyword that IANA registers for printer-state-reasons, as the registry spells it (PWG 5100.9, 5100.13, 5100.15, 5100.21). */
const FINISHERS = 'bander binder die-cutter folder imprinter inserter make-envelope perforater puncher separation-cutter sheet-rotator slitter stacker stapler stitcher trimmer wrapper'.split(' ');
const OF_A_FINISHER =
  'added almost-empty almost-full at-limit closed configuration-change cover-closed cover-open empty full interlock-closed interlock-open jam life-almost-over life-over memory-exhausted missing motor-failure near-limit offline opened over-temperature power-saver recoverable-failure recoverable-storage removed resource-added resource-removed thermistor-failure timing-failure turned-off turned-on under-temperature unrecoverable-failure unrecoverable-storage-error warming-up'.split(' ');
const OF_A_SUBUNIT =
  'added almost-empty almost-full at-limit closed cooling-down empty full life-almost-over life-over memory-exhausted missing motor-failure near-limit offline opened over-temperature power-saver recoverable-failure recoverable-storage removed resource-added resource-removed thermistor-failure timing-Failure turned-off turned-on under-temperature unrecoverable-failure unrecoverable-storage warming-up'.split(' ');
const SINGLE = `alert-removal-of-binary-change-entry camera-failure chamber-cooling chamber-failure chamber-heating chamber-temperature-high chamber-temperature-low cleaner-life-almost-over
cleaner-life-over configuration-change deactivated extruder-cooling extruder-failure extruder-heating extruder-jam extruder-temperature-high extruder-temperature-low fan-failure
fax-modem-life-almost-over fax-modem-life-over fax-modem-missing fax-modem-turned-off fax-modem-turned-on hold-new-jobs identify-printer-requested input-cannot-feed-size-selected
input-manual-input-request input-media-color-change input-media-form-parts-change input-media-size-change input-media-tray-failure input-media-tray-feed-error input-media-tray-jam
input-media-type-change input-media-weight-change input-pick-roller-failure input-pick-roller-life-over input-pick-roller-life-warn input-pick-roller-missing input-tray-elevation-failure
input-tray-position-failure interlock-closed interpreter-cartridge-added interpreter-cartridge-deleted interpreter-complex-page-encountered interpreter-memory-decrease
interpreter-memory-increase interpreter-resource-added interpreter-resource-deleted lamp-at-eol lamp-failure lamp-near-eol laser-at-eol laser-failure laser-near-eol
marker-adjusting-print-quality marker-cleaner-missing marker-developer-almost-empty marker-developer-empty marker-developer-missing marker-fuser-missing marker-fuser-thermistor-failure
marker-fuser-timing-failure marker-ink-almost-empty marker-ink-empty marker-ink-missing marker-opc-missing marker-print-ribbon-almost-empty marker-print-ribbon-empty
marker-print-ribbon-missing marker-supply-almost-empty marker-supply-missing marker-toner-cartridge-missing marker-toner-missing marker-waste-ink-receptacle-almost-full
marker-waste-ink-receptacle-full marker-waste-ink-receptacle-missing marker-waste-missing marker-waste-toner-receptacle-almost-full marker-waste-toner-receptacle-full
marker-waste-toner-receptacle-missing material-empty material-low material-needed media-drying media-path-cannot-duplex-media-selected media-path-failure media-path-input-empty
media-path-input-feed-error media-path-input-jam media-path-input-request media-path-jam media-path-media-tray-almost-full media-path-media-tray-full media-path-media-tray-missing
media-path-output-feed-error media-path-output-full media-path-output-jam media-path-pick-roller-failure media-path-pick-roller-life-over media-path-pick-roller-life-warn
media-path-pick-roller-missing motor-failure output-mailbox-select-failure output-media-tray-failure output-media-tray-feed-error output-media-tray-jam platform-cooling platform-failure
platform-heating platform-temperature-high platform-temperature-low power-down power-up printer-manual-reset printer-nms-reset printer-ready-to-print resuming scan-media-path-failure
scan-media-path-input-feed-error scan-media-path-input-jam scan-media-path-input-request scan-media-path-jam scan-media-path-output-feed-error scan-media-path-output-full
scan-media-path-output-jam scan-media-path-pick-roller-failure scan-media-path-pick-roller-life-over scan-media-path-pick-roller-life-warn scan-media-path-pick-roller-missing
scan-media-path-tray-almost-full scan-media-path-tray-full scan-media-path-tray-missing scanner-light-failure scanner-light-life-almost-over scanner-light-life-over scanner-light-missing
scanner-sensor-failure scanner-sensor-life-almost-over scanner-sensor-life-over scanner-sensor-missing testing unknown`.split(/\s+/);
const PWG = [...SINGLE, ...FINISHERS.flatMap((unit) => OF_A_FINISHER.map((ending) => `${unit}-${ending}`)), ...OF_A_SUBUNIT.map((ending) => `subunit-${ending}`)];

describe('printer-state-reasons', () => {
  it.each(Object.entries(RFC_8011))('%s of RFC 8011 is known', (keyword, code) => {
    expect(conditionOfReason(keyword, 'one-path')?.code ?? null).toBe(code);
    expect(KNOWN_REASONS).toContain(keyword);
  });

  it('every other keyword that IANA registers has a meaning of its own, whatever its suffix', () => {
    expect(PWG.length).toBeGreaterThan(750);
    const known = new Set(KNOWN_REASONS);
    expect(PWG.filter((keyword) => !known.has(keyword.toLowerCase()))).toEqual([]);
    expect(PWG.filter((keyword) => ['', '-report', '-warning', '-error'].some((suffix) => conditionOfReason(keyword + suffix, 'one-path')?.code === 'unknown-reason'))).toEqual([]);
  });

  it('a jam of the copier part does not stop the printer', () => {
    expect(conditionOfReason('scan-media-path-jam-error', 'one-path', true)).toMatchObject({ code: 'feeder-jam', severity: 'warning' });
  });

  it('has a condition with remedy, or nothing the matter, for every keyword in the table and every suffix', () => {
    for (const keyword of KNOWN_REASONS) {
      for (const suffix of ['', '-report', '-warning', '-error']) {
        const found = conditionOfReason(keyword + suffix, 'as-said');
        if (found === null) continue;
        expect(CONDITION_CODES).toContain(found.code);
        expect(REMEDIES).toContain(found.remedy);
        expect(found.code).not.toBe('unknown-reason');
        expect(found.original).toBe(keyword + suffix);
      }
    }
  });

  it('takes a keyword without suffix as an error, and a suffix as the printer says it', () => {
    expect(conditionOfReason('toner-empty', 'one-path')?.severity).toBe('error');
    expect(conditionOfReason('toner-empty-warning', 'one-path')?.severity).toBe('warning');
    expect(conditionOfReason('toner-empty-report', 'one-path')?.severity).toBe('info');
    expect(conditionOfReason('media-low-error', 'one-path')?.severity).toBe('warning');
  });

  it('takes paper out as an error on a printer with one tray, whatever suffix an idle printer writes', () => {
    expect(conditionOfReason('media-empty-report', 'one-path')).toMatchObject({ code: 'paper-out', severity: 'error', remedy: 'replenish' });
    expect(conditionOfReason('media-empty-warning', 'as-said')).toMatchObject({ code: 'paper-out', severity: 'warning' });
    expect(conditionOfReason('toner-empty-warning', 'as-said', true)).toMatchObject({ severity: 'error' });
  });

  it('does not take the end of a keyword for a suffix', () => {
    expect(conditionOfReason('input-media-tray-feed-error', 'as-said')).toMatchObject({ code: 'paper-jam', severity: 'error' });
    expect(conditionOfReason('input-media-tray-feed-error-report', 'as-said')).toMatchObject({ code: 'paper-jam', severity: 'info' });
  });

  it('keeps what it does not know, and never throws', () => {
    expect(conditionOfReason('com.example-hopper-sad-error', 'one-path')).toMatchObject({ code: 'unknown-reason', severity: 'warning', original: 'com.example-hopper-sad-error' });
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect([null, word.slice(0, 200)]).toContain(conditionOfReason(word, 'one-path')?.original ?? null);
      }),
    );
  });

  it('tells each condition once, the worst one', () => {
    expect(conditionsOfReasons(['media-empty-warning', 'media-needed-error', 'toner-low-report', 'none'], 'as-said')).toMatchObject([
      { code: 'paper-out', severity: 'error', original: 'media-needed-error' },
      { code: 'toner-low', severity: 'info' },
    ]);
  });
});
