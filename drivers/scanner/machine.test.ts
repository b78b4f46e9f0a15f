import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail } from '../contract.ts';
import type { ScanRequest } from '../contract.ts';
import { RETRY, scan, startScan } from './machine.ts';
import type { ScanEvent, ScanState, ScanStep } from './machine.ts';

const BOTH = ['Platen', 'Feeder'] as const;
const looked = (adf: string | null, state = 'Idle', sources: readonly ('Platen' | 'Feeder')[] = BOTH): ScanEvent => ({ type: 'looked', scanner: { state, adf }, sources });
const created: ScanEvent = { type: 'created', path: '/eSCL/ScanJobs/1' };
const page: ScanEvent = { type: 'page', page: { contentType: 'image/jpeg', data: Uint8Array.of(1) } };
const refused: ScanEvent = { type: 'refused', fault: fail('refused', 'no', { original: 'http=409' }).fault };
const failed: ScanEvent = { type: 'failed', fault: fail('disconnected', 'gone').fault };
const simple = (type: 'no-more' | 'not-ready' | 'waited' | 'deleted' | 'cancelled' | 'deadline'): ScanEvent => ({ type });

const request = (more: Partial<ScanRequest> = {}): ScanRequest => ({ source: 'auto', color: 'color', resolution: 300, maxPages: 10, ...more });
const walk = (asked: ScanRequest, ...events: ScanEvent[]): ScanStep => {
  let step = startScan(asked);
  for (const event of events) step = scan(step.state, event);
  return step;
};
const outcome = (step: ScanStep): unknown => (step.state.name === 'ended' || step.state.name === 'deleting' ? step.state.outcome : step.state.name);
const faultCode = (step: ScanStep): unknown => {
  const end = outcome(step);
  return typeof end === 'object' && end !== null && 'fault' in end ? (end.fault as { code: string }).code : end;
};

const LOADED = looked('ScannerAdfLoaded');
const EMPTY = looked('ScannerAdfEmpty');
const JAM = looked('ScannerAdfJam');
const STATES: Readonly<Record<string, ScanState>> = {
  looking: startScan(request()).state,
  creating: walk(request(), LOADED).state,
  'waiting to create': walk(request(), LOADED, simple('not-ready')).state,
  fetching: walk(request(), LOADED, created).state,
  'waiting to fetch': walk(request(), LOADED, created, simple('not-ready')).state,
  'looking again': walk(request(), LOADED, created, simple('not-ready'), simple('waited')).state,
  'looking at the end': walk(request(), LOADED, created, page, simple('no-more')).state,
  'looking why refused': walk(request(), LOADED, created, refused).state,
  deleting: walk(request(), LOADED, created, simple('cancelled')).state,
  ended: walk(request(), simple('cancelled')).state,
};
const EVENTS: Readonly<Record<string, ScanEvent>> = {
  'looked, loaded': LOADED,
  'looked, empty': EMPTY,
  'looked, jam': JAM,
  'looked, down': looked(null, 'Down'),
  created,
  page,
  refused,
  failed,
  ...Object.fromEntries((['no-more', 'not-ready', 'waited', 'deleted', 'cancelled', 'deadline'] as const).map((type) => [type, simple(type)])),
};

describe('scanning', () => {
  it.each(Object.keys(STATES).flatMap((state) => Object.keys(EVENTS).map((event) => ({ state, event }))))('$state × $event leaves a way on', ({ state, event }) => {
    const before = STATES[state]!;
    const step = scan(before, EVENTS[event]!);
    const count = (...types: string[]): number => step.effects.filter(({ type }) => types.includes(type)).length;
    const isOver = step.state.name === 'ended';
    expect(count('end')).toBe(isOver && before.name !== 'ended' ? 1 : 0);
    expect(count('look', 'create', 'fetch', 'wait', 'delete')).toBe(isOver || step.state === before ? 0 : 1);
    const isAbort = event === 'cancelled' || event === 'deadline';
    expect(!isAbort || step.state.name === 'ended' || step.state.name === 'deleting').toBe(true);
  });

  it('scans from the feeder when paper lies in it, page after page, until there is no more', () => {
    const end = walk(request(), LOADED, created, page, page, simple('no-more'), EMPTY);
    expect(outcome(end)).toEqual({ ok: true, value: { pages: 2 } });
    expect(end.effects).toEqual([{ type: 'delete', path: '/eSCL/ScanJobs/1' }]);
    expect(walk(request(), LOADED, created, page).effects).toEqual([
      { type: 'report', page: { index: 0, contentType: 'image/jpeg', data: Uint8Array.of(1) } },
      { type: 'fetch', path: '/eSCL/ScanJobs/1' },
    ]);
  });

  it('scans from the glass when the feeder is empty, and takes one page from it', () => {
    expect(walk(request(), EMPTY).effects).toEqual([{ type: 'create', source: 'Platen' }]);
    expect(outcome(walk(request(), EMPTY, created, page))).toEqual({ ok: true, value: { pages: 1 } });
    expect(walk(request({ source: 'platen' }), JAM).effects).toEqual([{ type: 'create', source: 'Platen' }]);
  });

  it('stops at the number of pages that was asked for', () => {
    expect(outcome(walk(request({ maxPages: 2 }), LOADED, created, page, page))).toEqual({ ok: true, value: { pages: 2 } });
  });

  it.each<[string, ScanStep, string]>([
    ['an empty feeder', walk(request({ source: 'feeder' }), EMPTY), 'feeder-empty'],
    ['an empty feeder without glass', walk(request(), looked('ScannerAdfEmpty', 'Idle', ['Feeder'])), 'feeder-empty'],
    ['no feeder', walk(request({ source: 'feeder' }), looked(null, 'Idle', ['Platen'])), 'refused'],
    ['no glass', walk(request({ source: 'platen' }), looked('ScannerAdfLoaded', 'Idle', ['Feeder'])), 'refused'],
    ['a jam before', walk(request(), JAM), 'feeder-jam'],
    ['an open cover', walk(request(), looked('ScannerAdfDoorOpen')), 'cover-open'],
    ['a scanner that is down', walk(request({ source: 'platen' }), looked(null, 'Down')), 'offline'],
    ['a jam while the job is made', walk(request(), LOADED, refused, JAM), 'feeder-jam'],
    ['paper drawn away while the job is made', walk(request(), LOADED, refused, EMPTY), 'feeder-empty'],
    ['a refused job without a reason', walk(request(), LOADED, refused, LOADED), 'refused'],
    ['a jam in the middle', walk(request(), LOADED, created, page, refused, JAM), 'feeder-jam'],
    ['a jam that looks like the end', walk(request(), LOADED, created, page, simple('no-more'), JAM), 'feeder-jam'],
    ['a jam while waiting', walk(request(), LOADED, created, simple('not-ready'), simple('waited'), JAM), 'feeder-jam'],
    ['a feeder that gives nothing', walk(request(), LOADED, created, simple('no-more'), EMPTY), 'feeder-empty'],
    ['glass that gives nothing', walk(request(), EMPTY, created, simple('no-more'), EMPTY), 'no-media'],
    ['a page that breaks off', walk(request(), LOADED, created, page, failed), 'disconnected'],
    ['time running out', walk(request(), LOADED, created, page, simple('deadline')), 'timed-out'],
  ])('tells %s', (_, step, expected) => {
    expect(faultCode(step)).toBe(expected);
  });

  it('says how many pages had come', () => {
    expect(outcome(walk(request(), LOADED, created, page, refused, JAM))).toMatchObject({ fault: { message: 'ScannerAdfJam after 1 page', original: 'ScannerAdfJam', remedy: 'clear' } });
  });

  it('waits for a scanner that is not ready, as long as it should and no longer', () => {
    for (const [before, most] of [
      [[LOADED], RETRY.createTimes],
      [[LOADED, created], RETRY.fetchTimes],
    ] as const) {
      let step = walk(request(), ...before);
      let waits = 0;
      while (step.state.name !== 'ended' && step.state.name !== 'deleting') {
        step = scan(step.state, simple('not-ready'));
        if (step.state.name !== 'waiting') break;
        waits += 1;
        expect(step.effects).toEqual([{ type: 'wait', ms: RETRY.waitMs }]);
        step = scan(scan(step.state, simple('waited')).state, LOADED);
      }
      expect(waits).toBe(most - 1);
      expect(faultCode(step)).toBe('busy-elsewhere');
    }
  });

  it('deletes a job that exists, whatever ends the scan, and ends exactly once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(EVENTS)), { maxLength: 60 }), fc.constantFrom<ScanRequest['source']>('auto', 'platen', 'feeder'), (events, source) => {
        let step = startScan(request({ source }));
        let jobs = 0;
        let deletions = 0;
        let ends = 0;
        for (const event of [...events, simple('cancelled'), simple('deleted')]) {
          jobs += event.type === 'created' && step.state.name === 'creating' ? 1 : 0;
          step = scan(step.state, event);
          deletions += step.effects.filter(({ type }) => type === 'delete').length;
          ends += step.effects.filter(({ type }) => type === 'end').length;
        }
        expect(ends).toBe(1);
        expect(deletions).toBe(jobs);
        expect(step.state.name).toBe('ended');
      }),
    );
  });
});
