/**
 * One scan through SANE, from the first look to the ended child process. Pure: no clock, no process. Whatever ends it,
 * a child that was started is seen to its end, for one that lives on holds the scanner against the next citizen.
 */
import { fail, ok } from '../contract.ts';
import type { Fault, Result, ScannedPage, ScanRequest } from '../contract.ts';
import { faultOfExit, SANE_STATUS } from './sane-codec.ts';
import type { SaneCapabilities, SaneSource } from './sane-codec.ts';

type Outcome = Result<{ pages: number }>;

export type SaneState =
  | { name: 'looking'; request: ScanRequest }
  | { name: 'scanning'; request: ScanRequest; source: SaneSource; others: readonly SaneSource[]; pages: number }
  | { name: 'stopping'; outcome: Outcome }
  | { name: 'ended'; outcome: Outcome };

export type SaneEvent =
  /** `sources`: the ways in that it has, as far as the driver can name them. */
  | { type: 'looked'; can: SaneCapabilities; sources: readonly SaneSource[] }
  /** Something but the child itself went wrong: a look, a page that is no picture, a start that failed. */
  | { type: 'failed'; fault: Fault }
  | { type: 'page'; page: Pick<ScannedPage, 'contentType' | 'data'> }
  | { type: 'exited'; code: number | null; said: string }
  | { type: 'cancelled' }
  | { type: 'deadline' };

export type SaneEffect =
  | { type: 'look' }
  | { type: 'start'; source: SaneSource }
  | { type: 'report'; page: ScannedPage }
  /** End the child: it is asked first, then killed; `exited` follows in any case. */
  | { type: 'stop' }
  | { type: 'end'; outcome: Outcome };

export interface SaneStep {
  state: SaneState;
  effects: SaneEffect[];
}

export const startSane = (request: ScanRequest): SaneStep => ({ state: { name: 'looking', request }, effects: [{ type: 'look' }] });

const end = (outcome: Outcome): SaneStep => ({ state: { name: 'ended', outcome }, effects: [{ type: 'end', outcome }] });
const stop = (outcome: Outcome, before: SaneEffect[] = []): SaneStep => ({ state: { name: 'stopping', outcome }, effects: [...before, { type: 'stop' }] });
const pagesText = (pages: number): string => (pages === 0 ? 'before the first page' : `after ${pages} page${pages === 1 ? '' : 's'}`);
const after = (fault: Fault, pages: number): Outcome => ({ ok: false, fault: { ...fault, message: `${fault.message} ${pagesText(pages)}` } });

function looked(request: ScanRequest, can: SaneCapabilities, sources: readonly SaneSource[]): SaneStep {
  if (can.coverOpen === true) return end(fail('cover-open', 'the cover is open before the first page', { original: 'cover-open' }));
  const wanted: SaneSource[] = request.source === 'auto' ? ['feeder', 'platen'] : [request.source];
  const there = wanted.filter((source) => sources.includes(source));
  if (there.length === 0) return end(fail('refused', request.source === 'platen' ? 'the scanner has no glass' : request.source === 'feeder' ? 'the scanner has no feeder' : 'the scanner names neither glass nor feeder'));
  const [first, ...others] = there.filter((source) => source === 'platen' || can.pageLoaded !== false);
  return first === undefined ? end(fail('feeder-empty', 'no paper in the feeder', { original: 'page-loaded=no' })) : { state: { name: 'scanning', request, source: first, others, pages: 0 }, effects: [{ type: 'start', source: first }] };
}

function exited(state: Extract<SaneState, { name: 'scanning' }>, code: number | null, said: string): SaneStep {
  const { pages, source, others, request } = state;
  const emptyFeeder = source === 'feeder' && pages === 0 && (code === SANE_STATUS.noDocuments || code === SANE_STATUS.good);
  const [next, ...rest] = others;
  // A feeder without a sensor tells that it is empty only when it is asked for a page: then the glass is meant.
  if (emptyFeeder && next !== undefined) return { state: { name: 'scanning', request, source: next, others: rest, pages: 0 }, effects: [{ type: 'start', source: next }] };
  if (pages > 0 && (code === SANE_STATUS.good || code === SANE_STATUS.noDocuments)) return end(ok({ pages }));
  if (emptyFeeder) return end(fail('feeder-empty', 'no paper in the feeder', { original: `sane=${code}` }));
  return end(code === SANE_STATUS.good ? fail('no-media', 'the scanner gave no page', { original: 'sane=0' }) : after(faultOfExit(code, said), pages));
}

export function sane(state: SaneState, event: SaneEvent): SaneStep {
  const stay: SaneStep = { state, effects: [] };
  switch (state.name) {
    case 'ended':
      return stay;
    case 'stopping':
      return event.type === 'exited' ? end(state.outcome) : stay;
    case 'looking':
      if (event.type === 'looked') return looked(state.request, event.can, event.sources);
      if (event.type === 'failed') return end({ ok: false, fault: event.fault });
      if (event.type === 'cancelled') return end(fail('cancelled', 'the scan was cancelled before the first page'));
      return event.type === 'deadline' ? end(fail('timed-out', 'the scanner was not ready in time')) : stay;
    case 'scanning': {
      if (event.type === 'cancelled') return stop(after(fail('cancelled', 'the scan was cancelled').fault, state.pages));
      if (event.type === 'deadline') return stop(after(fail('timed-out', 'the scan was not finished in time').fault, state.pages));
      if (event.type === 'failed') return stop(after(event.fault, state.pages));
      if (event.type === 'exited') return exited(state, event.code, event.said);
      if (event.type !== 'page') return stay;
      // More than was asked for is nobody's: a back end that does not count is stopped here.
      if (state.pages >= state.request.maxPages) return stop(ok({ pages: state.pages }));
      return { state: { ...state, pages: state.pages + 1 }, effects: [{ type: 'report', page: { index: state.pages, ...event.page } }] };
    }
  }
}
