import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail } from '../contract.ts';
import type { Result, ScanRequest } from '../contract.ts';
import { faultOfExit, parseOptions, SANE_STATUS, scanArguments, sourceName } from './sane-codec.ts';
import type { SaneCapabilities } from './sane-codec.ts';
import { sane, startSane } from './sane-machine.ts';
import type { SaneEvent, SaneState } from './sane-machine.ts';

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
};

/** As `scanimage -A` prints for a duplex feeder scanner with sensors. */
const LISTED = `
Options specific to device \`fujitsu:fi-7030:1\`:
  Scan Mode:
    --source Flatbed|ADF Front|ADF Back|ADF Duplex [ADF Front]
        Selects the scan source (such as a document-feeder).
    --mode Lineart|Halftone|Gray|Color [Lineart]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --resolution 50..600dpi (in steps of 1) [300]
  Geometry:
    --page-width 0..221.121mm (in steps of 0.0211639) [215.872]
    -l 0..215.872mm (in steps of 0.0211639) [0]
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    -y 0..355.567mm (in steps of 0.0211639) [279.364]
    --brightness -127..127 (in steps of 1) [0]
    --threshold 0..255 (in steps of 1) [inactive]
    --adf-loaded[=(yes|no)] [no] [hardware]
    --cover-open[=(yes|no)] [no] [hardware]
`;
const REQUEST: ScanRequest = { source: 'feeder', color: 'gray', resolution: 200, maxPages: 4 };

describe('what scanimage lists', () => {
  it('is read: ways in, modes, resolutions, sizes, sensors', () => {
    const can = value(parseOptions(LISTED));
    expect(can).toMatchObject({ sources: ['Flatbed', 'ADF Front', 'ADF Back', 'ADF Duplex'], resolutionRange: { min: 50, max: 600 }, maxX: 215.872, maxY: 355.567, pageLoaded: false, coverOpen: false });
    expect(can.names.has('--threshold')).toBe(false);
    expect([sourceName(can, 'platen', {}, false), sourceName(can, 'feeder', {}, false), sourceName(can, 'feeder', { feeder: 'Slot' }, false)]).toEqual(['Flatbed', 'ADF Front', 'Slot']);
    expect(scanArguments(REQUEST, 'ADF Front', false, can, { brightness: 5, swdeskew: true }, '/run/x')).toEqual({
      ok: true,
      value: ['--source=ADF Front', '--mode=Gray', '--resolution=200', '--page-width=210', '-l', '0', '-x', '210', '-y', '297', '--brightness=5', '--swdeskew=yes', '--format=png', '--batch=/run/x/page%d.png', '--batch-count=4', '--batch-print'],
    });
  });

  it('serves a scanner with one way in that it does not name', () => {
    const can = value(parseOptions("Options specific to device `x':\n    --resolution auto|75|150|300dpi [75]\n"));
    expect(can).toMatchObject({ sources: [], resolutions: [75, 150, 300], maxX: null });
    expect([sourceName(can, 'platen', {}, false), sourceName(can, 'feeder', {}, false), sourceName(can, 'feeder', {}, true)]).toEqual([null, undefined, null]);
    expect(scanArguments({ ...REQUEST, color: 'color' }, null, true, can, {}, '/f')).toMatchObject({ ok: true, value: expect.arrayContaining(['--resolution=300', '--batch-count=1']) });
  });

  it('refuses what is coarser than asked, or has no colour', () => {
    const coarse = value(parseOptions("Options specific to device `x':\n    --mode Gray|Lineart [Gray]\n    --resolution 75|150dpi [75]\n"));
    expect(scanArguments(REQUEST, null, true, coarse, {}, '/f')).toMatchObject({ ok: false, fault: { code: 'refused' } });
    expect(scanArguments({ ...REQUEST, color: 'color' }, null, true, { ...coarse, resolutions: [300] }, {}, '/f')).toMatchObject({ ok: false, fault: { code: 'refused' } });
  });

  it('may be any text at all', () => {
    fc.assert(fc.property(fc.string({ maxLength: 3000 }), (text) => ['bad-frame', 'ok'].includes(outcome(parseOptions(text)))));
    fc.assert(
      fc.property(fc.nat(LISTED.length), fc.string({ maxLength: 12 }), (at, noise) => ['bad-frame', 'ok'].includes(outcome(parseOptions(LISTED.slice(0, at) + noise + LISTED.slice(at + noise.length))))),
    );
    expect(outcome(parseOptions('x'.repeat(300_000)))).toBe('bad-frame');
    expect(outcome(parseOptions(`    --mode ${'|'.repeat(100_000)}`))).toBe('bad-frame');
  });
});

describe('exit codes of scanimage', () => {
  it('have a fault each, also unknown ones', () => {
    const codes = Object.values(SANE_STATUS).map((status) => faultOfExit(status, '').code);
    expect(codes).toEqual(['device-fault', 'refused', 'cancelled', 'busy-elsewhere', 'refused', 'media-empty', 'feeder-jam', 'feeder-empty', 'cover-open', 'not-responding', 'media-too-large', 'refused']);
    expect(faultOfExit(77, '')).toMatchObject({ code: 'device-fault', original: 'sane=77' });
    expect(faultOfExit(null, '')).toMatchObject({ code: 'host-crashed' });
    expect(faultOfExit(1, 'scanimage: open of device genesys:libusb:1 failed: Invalid argument')).toMatchObject({ code: 'disconnected' });
    expect(faultOfExit(11, 'scanimage: open of device x failed: Access to resource has been denied')).toMatchObject({ code: 'refused' });
  });
});

const CAN: SaneCapabilities = value(parseOptions(LISTED));
const LOADED: SaneCapabilities = { ...CAN, pageLoaded: null };
const page = { contentType: 'image/png' as const, data: new Uint8Array([1]) };
const EVENTS: SaneEvent[] = [
  { type: 'looked', can: LOADED, sources: ['feeder', 'platen'] },
  { type: 'looked', can: CAN, sources: ['feeder'] },
  { type: 'looked', can: { ...CAN, coverOpen: true }, sources: ['feeder', 'platen'] },
  { type: 'looked', can: CAN, sources: [] },
  { type: 'failed', fault: fail('bad-frame', 'x').fault },
  { type: 'page', page },
  ...[0, 2, 6, 7, 8, 9, 77, null].map((code): SaneEvent => ({ type: 'exited', code, said: '' })),
  { type: 'cancelled' },
  { type: 'deadline' },
];
const scanning: SaneState = { name: 'scanning', request: REQUEST, source: 'feeder', others: [], pages: 0 };
const STATES: SaneState[] = [startSane(REQUEST).state, startSane({ ...REQUEST, source: 'auto' }).state, scanning, { ...scanning, others: ['platen'] }, { ...scanning, pages: 3 }, { ...scanning, pages: 4 }, { name: 'stopping', outcome: fail('cancelled', 'x') }, { name: 'ended', outcome: { ok: true, value: { pages: 1 } } }];

describe('a scan through SANE', () => {
  it('has an answer to every event in every state, and a way out of each', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const step = sane(state, event);
        // Cancelled, and then the child seen to its end: that ends it from anywhere.
        const stopped = sane(step.state, { type: 'cancelled' });
        const ended = sane(stopped.state, { type: 'exited', code: null, said: '' });
        expect(ended.state.name, `${state.name} × ${event.type}`).toBe('ended');
        expect(step.effects.filter((effect) => effect.type === 'end')).toHaveLength(step.state.name === 'ended' && state.name !== 'ended' ? 1 : 0);
      }
    }
  });

  it('ends once on any walk, never with more pages than asked, and stops each child that it started', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 }), fc.constantFrom<ScanRequest['source']>('auto', 'feeder', 'platen'), (events, source) => {
        let { state } = startSane({ ...REQUEST, source });
        const seen: string[] = [];
        for (const event of [...events, { type: 'cancelled' } as const, { type: 'exited', code: 2, said: '' } as const]) {
          const step = sane(state, event);
          seen.push(...step.effects.map((effect) => effect.type));
          state = step.state;
        }
        expect(seen.filter((type) => type === 'end')).toHaveLength(1);
        expect(seen.filter((type) => type === 'report').length).toBeLessThanOrEqual(REQUEST.maxPages * 2);
      }),
    );
  });

  it('takes the glass when a feeder without sensor turns out to be empty, and only when it may choose', () => {
    const chosen = sane(startSane({ ...REQUEST, source: 'auto' }).state, EVENTS[0]!);
    expect(chosen.effects).toEqual([{ type: 'start', source: 'feeder' }]);
    expect(sane(chosen.state, { type: 'exited', code: 7, said: '' }).effects).toEqual([{ type: 'start', source: 'platen' }]);
    expect(sane(scanning, { type: 'exited', code: 7, said: '' }).state).toMatchObject({ name: 'ended', outcome: { fault: { code: 'feeder-empty' } } });
    expect(sane({ ...scanning, pages: 2 }, { type: 'exited', code: 7, said: '' }).state).toMatchObject({ name: 'ended', outcome: { value: { pages: 2 } } });
  });

  it('tells a jam after the pages that came', () => {
    expect(sane({ ...scanning, pages: 2 }, { type: 'exited', code: 6, said: '' }).state).toMatchObject({ outcome: { fault: { code: 'feeder-jam', message: 'the feeder is jammed after 2 pages', original: 'sane=6' } } });
  });
});

function outcome(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.fault.code;
}
