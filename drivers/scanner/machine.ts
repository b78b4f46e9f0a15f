/**
 * One scan from the first look to the deleted job. Pure: no clock, no wire. Whatever ends it, a job that was created is
 * deleted, for a forgotten one keeps the scanner busy for the next citizen.
 */
import { fail, ok } from '../contract.ts';
import type { Condition, Fault, Result, ScannedPage, ScanRequest } from '../contract.ts';
import { conditionOfFeeder, conditionOfState } from './codec.ts';
import type { ScannerState } from './codec.ts';

/** 503 means "not yet". sane-airscan waits as long for a page, and a third of it for anything else. */
export const RETRY = { waitMs: 1000, createTimes: 10, fetchTimes: 30 } as const;

export type Source = 'Platen' | 'Feeder';
type Outcome = Result<{ pages: number }>;

/** Why the scanner is looked at: before the job, between two tries, after the last page, or to learn why it refused. */
type Purpose = { why: 'first' } | { why: 'retry' } | { why: 'last' } | { why: 'refused'; fault: Fault };

interface Job {
  request: ScanRequest;
  source: Source | null;
  path: string | null;
  pages: number;
  tries: number;
}

export type ScanState =
  | { name: 'looking'; purpose: Purpose; job: Job }
  | { name: 'creating'; job: Job }
  | { name: 'waiting'; job: Job }
  | { name: 'fetching'; job: Job }
  | { name: 'deleting'; outcome: Outcome }
  | { name: 'ended'; outcome: Outcome };

export type ScanEvent =
  | { type: 'looked'; scanner: ScannerState; sources: readonly Source[] }
  | { type: 'created'; path: string }
  | { type: 'page'; page: Pick<ScannedPage, 'contentType' | 'data'> }
  | { type: 'no-more' }
  /** 503 */
  | { type: 'not-ready' }
  /** The scanner said no: the look at it afterwards tells why. */
  | { type: 'refused'; fault: Fault }
  | { type: 'failed'; fault: Fault }
  | { type: 'waited' }
  | { type: 'deleted' }
  | { type: 'cancelled' }
  | { type: 'deadline' };

export type ScanEffect =
  | { type: 'look' }
  | { type: 'create'; source: Source }
  | { type: 'fetch'; path: string }
  | { type: 'wait'; ms: number }
  | { type: 'report'; page: ScannedPage }
  | { type: 'delete'; path: string }
  | { type: 'end'; outcome: Outcome };

export interface ScanStep {
  state: ScanState;
  effects: ScanEffect[];
}

export const startScan = (request: ScanRequest): ScanStep => ({
  state: { name: 'looking', purpose: { why: 'first' }, job: { request, source: null, path: null, pages: 0, tries: 0 } },
  effects: [{ type: 'look' }],
});

const finish = (job: Job, outcome: Outcome, before: ScanEffect[] = []): ScanStep =>
  job.path === null
    ? { state: { name: 'ended', outcome }, effects: [...before, { type: 'end', outcome }] }
    : { state: { name: 'deleting', outcome }, effects: [...before, { type: 'delete', path: job.path }] };

const giveUp = (job: Job, fault: Fault): ScanStep => finish(job, { ok: false, fault });
const pagesText = (job: Job): string => (job.pages === 0 ? 'before the first page' : `after ${job.pages} page${job.pages === 1 ? '' : 's'}`);
const faultOf = (found: Condition, job: Job): Fault =>
  fail(found.code, `${found.original ?? found.code} ${pagesText(job)}`, found.original === undefined ? { remedy: found.remedy } : { remedy: found.remedy, original: found.original }).fault;

/** What stands in the way of scanning from this source. An empty feeder is judged apart: it is also how a batch ends. */
function obstacle(scanner: ScannerState, source: Source | null): Condition | null {
  const whole = conditionOfState(scanner.state);
  if (whole?.severity === 'error') return whole;
  const feeder = source === 'Platen' ? null : conditionOfFeeder(scanner.adf);
  return feeder?.severity === 'error' ? feeder : null;
}

const look = (job: Job, purpose: Purpose): ScanStep => ({ state: { name: 'looking', purpose, job }, effects: [{ type: 'look' }] });
const wait = (job: Job): ScanStep => ({ state: { name: 'waiting', job }, effects: [{ type: 'wait', ms: RETRY.waitMs }] });
const fetchNext = (job: Job, before: ScanEffect[] = []): ScanStep =>
  job.path === null ? giveUp(job, fail('device-fault', 'no job to fetch from').fault) : { state: { name: 'fetching', job }, effects: [...before, { type: 'fetch', path: job.path }] };

function chooseSource(job: Job, scanner: ScannerState, sources: readonly Source[]): Result<Source> {
  const wanted = job.request.source;
  const loaded = scanner.adf === 'ScannerAdfLoaded' || scanner.adf === 'ScannerAdfProcessing';
  if (wanted === 'platen') return sources.includes('Platen') ? ok('Platen') : fail('refused', 'the scanner has no glass');
  if (sources.includes('Feeder')) {
    if (loaded || (wanted === 'feeder' && scanner.adf !== 'ScannerAdfEmpty')) return ok('Feeder');
    if (wanted === 'feeder' || !sources.includes('Platen')) return fail('feeder-empty', 'no paper in the feeder', { original: scanner.adf ?? '' });
  } else if (wanted === 'feeder') return fail('refused', 'the scanner has no feeder');
  return sources.includes('Platen') ? ok('Platen') : fail('refused', 'the scanner names neither glass nor feeder');
}

function looked(job: Job, purpose: Purpose, scanner: ScannerState, sources: readonly Source[]): ScanStep {
  const source = job.source ?? (job.request.source === 'platen' ? 'Platen' : null);
  const found = obstacle(scanner, source);
  if (found !== null) return giveUp(job, faultOf(found, job));
  switch (purpose.why) {
    case 'first': {
      const chosen = chooseSource(job, scanner, sources);
      return chosen.ok ? { state: { name: 'creating', job: { ...job, source: chosen.value } }, effects: [{ type: 'create', source: chosen.value }] } : giveUp(job, chosen.fault);
    }
    case 'retry':
      return job.path === null && job.source !== null ? { state: { name: 'creating', job }, effects: [{ type: 'create', source: job.source }] } : fetchNext(job);
    case 'last':
      if (job.pages > 0) return finish(job, ok({ pages: job.pages }));
      return giveUp(job, job.source === 'Feeder' ? fail('feeder-empty', 'the feeder gave no page').fault : fail('no-media', 'the scanner gave no page').fault);
    case 'refused':
      return giveUp(job, job.source === 'Feeder' && scanner.adf === 'ScannerAdfEmpty' ? fail('feeder-empty', `no paper in the feeder ${pagesText(job)}`, { original: 'ScannerAdfEmpty' }).fault : purpose.fault);
  }
}

export function scan(state: ScanState, event: ScanEvent): ScanStep {
  const stay: ScanStep = { state, effects: [] };
  if (state.name === 'ended') return stay;
  if (state.name === 'deleting') {
    // The job is being cleared away: nothing but that (or its failure) matters now.
    return event.type === 'deleted' || event.type === 'failed' ? { state: { name: 'ended', outcome: state.outcome }, effects: [{ type: 'end', outcome: state.outcome }] } : stay;
  }
  const { job } = state;
  if (event.type === 'cancelled') return giveUp(job, fail('cancelled', `the scan was cancelled ${pagesText(job)}`).fault);
  if (event.type === 'deadline') return giveUp(job, fail('timed-out', `the scan was not finished in time ${pagesText(job)}`).fault);
  if (event.type === 'failed' && state.name !== 'waiting') return giveUp(job, event.fault);
  switch (state.name) {
    case 'looking':
      if (event.type === 'looked') return looked(job, state.purpose, event.scanner, event.sources);
      // Too busy to say how it is: ask again, on the same count as whatever it delays.
      return event.type === 'not-ready' ? retry(job) : stay;
    case 'waiting':
      return event.type === 'waited' ? look(job, job.source === null ? { why: 'first' } : { why: 'retry' }) : stay;
    case 'creating':
      if (event.type === 'created') return fetchNext({ ...job, path: event.path, tries: 0 });
      if (event.type === 'refused') return look(job, { why: 'refused', fault: event.fault });
      return event.type === 'not-ready' ? retry(job) : stay;
    case 'fetching': {
      if (event.type === 'no-more') return look(job, { why: 'last' });
      if (event.type === 'refused') return look(job, { why: 'refused', fault: event.fault });
      if (event.type === 'not-ready') return retry(job);
      if (event.type !== 'page') return stay;
      const after: Job = { ...job, pages: job.pages + 1, tries: 0 };
      const report: ScanEffect = { type: 'report', page: { index: job.pages, ...event.page } };
      // Glass holds one page; some scanners would scan it again for every further request.
      const done = after.pages >= job.request.maxPages || job.source === 'Platen';
      return done ? finish(after, ok({ pages: after.pages }), [report]) : fetchNext(after, [report]);
    }
  }
}

function retry(job: Job): ScanStep {
  const most = job.path === null ? RETRY.createTimes : RETRY.fetchTimes;
  const tries = job.tries + 1;
  return tries >= most ? giveUp(job, fail('busy-elsewhere', `the scanner was not ready ${most} times ${pagesText(job)}`, { original: 'http=503' }).fault) : wait({ ...job, tries });
}
