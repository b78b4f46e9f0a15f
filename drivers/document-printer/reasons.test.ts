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

/** PWG 5100.9 and later, those a kiosk's printer can come to say. */
const PWG = ['input-media-tray-jam', 'media-path-jam', 'input-media-tray-feed-error', 'marker-toner-cartridge-missing', 'marker-waste-toner-receptacle-full', 'fan-failure', 'hold-new-jobs', 'stapler-empty', 'stacker-full', 'subunit-unrecoverable-storage-error', 'scanner-motor-failure', 'power-down', 'testing'];

describe('printer-state-reasons', () => {
  it.each(Object.entries(RFC_8011))('%s of RFC 8011 is known', (keyword, code) => {
    expect(conditionOfReason(keyword, 'one-path')?.code ?? null).toBe(code);
    expect(KNOWN_REASONS).toContain(keyword);
  });

  it.each(PWG)('%s of the PWG is known', (keyword) => {
    expect(KNOWN_REASONS).toContain(keyword);
    expect(conditionOfReason(keyword, 'one-path')?.code).not.toBe('unknown-reason');
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
