/**
 * Follows one print job to its end. Pure: no clock, no wire. A job that the printer holds up (paper out, cover) is not
 * over: staff may fill paper and it goes on, so that it ends only when the printer says so, when it was held up for as long
 * as the caller bears, or when the caller's time is up.
 */
import { fail, ok } from '../contract.ts';
import type { Condition, Fault, JobState, PrintJob, Result } from '../contract.ts';

export type FollowState =
  | { name: 'asking'; seen: Seen }
  | { name: 'waiting'; seen: Seen }
  | { name: 'ended'; result: Result<PrintJob> };

/** What is known so far. */
export interface Seen {
  jobId: number;
  job: PrintJob | null;
  conditions: Condition[];
  /** Wire faults since the last answer. */
  failures: number;
  lastFault: Fault | null;
  waitMs: number;
  /** How long the printer has held the job up with nothing changing, in milliseconds waited. */
  stillMs: number;
  /** After so long the job is given up; null: only the caller's time ends it. */
  mostStillMs: number | null;
}

export type FollowEvent =
  /** `conditions` null: the printer could not be asked, what was known of it stands. */
  | { type: 'answered'; job: PrintJob; conditions: Condition[] | null }
  | { type: 'lost' }
  | { type: 'wire-failed'; fault: Fault }
  | { type: 'waited' }
  | { type: 'deadline' }
  | { type: 'cancelled' };

export type FollowEffect = { type: 'ask' } | { type: 'wait'; ms: number } | { type: 'report'; job: PrintJob } | { type: 'end'; result: Result<PrintJob> };

export interface FollowStep {
  state: FollowState;
  effects: FollowEffect[];
}

/** First wait after a change, and what unchanged answers stretch it to. A sheet takes seconds; a busy printer's HTTP server is slow. */
export const POLL = { firstMs: 250, factor: 1.5, mostMs: 2000 } as const;

const FINAL: ReadonlySet<JobState> = new Set<JobState>(['canceled', 'aborted', 'completed']);
export const isFinal = (job: PrintJob): boolean => FINAL.has(job.state);

const sameJob = (a: PrintJob | null, b: PrintJob): boolean =>
  a !== null && a.state === b.state && a.impressionsCompleted === b.impressionsCompleted && a.sheetsCompleted === b.sheetsCompleted && a.stateReasons.join() === b.stateReasons.join();

export const startFollowing = (jobId: number, mostStillMs: number | null = null): FollowStep => ({
  state: { name: 'asking', seen: { jobId, job: null, conditions: [], failures: 0, lastFault: null, waitMs: POLL.firstMs, stillMs: 0, mostStillMs } },
  effects: [{ type: 'ask' }],
});

const ended = (result: Result<PrintJob>, before: FollowEffect[] = []): FollowStep => ({ state: { name: 'ended', result }, effects: [...before, { type: 'end', result }] });
const waiting = (seen: Seen, before: FollowEffect[] = []): FollowStep => ({ state: { name: 'waiting', seen }, effects: [...before, { type: 'wait', ms: seen.waitMs }] });

/** Paper faults come first: they are what staff can end on the spot. */
const BLAME: readonly Condition['code'][] = ['paper-jam', 'cover-open', 'paper-out', 'tray-missing', 'output-full', 'toner-out', 'waste-full'];

/** The condition that best explains why a job does not go on, null when the printer names none. */
export function culprit(conditions: readonly Condition[]): Condition | null {
  for (const code of BLAME) {
    const found = conditions.find((one) => one.code === code && (one.severity === 'error' || code === 'paper-jam' || code === 'paper-out'));
    if (found !== undefined) return found;
  }
  return conditions.find((one) => one.severity === 'error') ?? null;
}

/** How far a job came, for technicians: `job 7 (stopped), 1 sheet done`. */
export function progressText(jobId: number, job: PrintJob | null): string {
  if (job === null) return `job ${jobId}, never heard of`;
  const sheets = job.sheetsCompleted ?? job.impressionsCompleted;
  return `job ${jobId} (${job.state}), ${sheets === null ? 'sheets not counted' : `${sheets} ${job.sheetsCompleted === null ? 'impression' : 'sheet'}${sheets === 1 ? '' : 's'} done`}`;
}

/** What is told when the time is up: the condition that holds the job up, else the wire's fault, else `timed-out`. */
function timeUp(seen: Seen): Result<PrintJob> {
  const text = progressText(seen.jobId, seen.job);
  const cause = culprit(seen.conditions);
  // One question that got no answer may be the one that our own deadline cut short: what the printer said before counts for more.
  const cutShort = seen.failures === 1 && seen.lastFault?.code === 'timed-out' && cause !== null;
  if (!cutShort && seen.failures > 0 && seen.lastFault !== null) return fail(seen.lastFault.code, `${text}; the printer stopped answering: ${seen.lastFault.message}`, { original: seen.lastFault.original ?? seen.lastFault.code });
  if (cause !== null) return fail(cause.code, `${text}; held up by ${cause.original ?? cause.code}`, cause.original === undefined ? {} : { original: cause.original });
  return fail('timed-out', `${text}; not finished in time`, seen.job === null ? {} : { original: seen.job.stateReasons.join(' ') });
}

export function follow(state: FollowState, event: FollowEvent): FollowStep {
  if (state.name === 'ended') return { state, effects: [] };
  const { seen } = state;
  switch (event.type) {
    case 'deadline':
      return ended(timeUp(seen));
    case 'cancelled':
      return ended(fail('cancelled', `${progressText(seen.jobId, seen.job)}; no longer followed`));
    case 'waited':
      return state.name === 'waiting' ? { state: { name: 'asking', seen }, effects: [{ type: 'ask' }] } : { state, effects: [] };
    case 'lost':
      return state.name === 'asking' ? ended(fail('job-lost', `${progressText(seen.jobId, seen.job)}; the printer no longer knows it`)) : { state, effects: [] };
    case 'wire-failed': {
      if (state.name !== 'asking') return { state, effects: [] };
      return waiting({ ...seen, failures: seen.failures + 1, lastFault: event.fault, waitMs: Math.min(seen.waitMs * POLL.factor, POLL.mostMs) });
    }
    case 'answered': {
      if (state.name !== 'asking') return { state, effects: [] };
      const changed = !sameJob(seen.job, event.job);
      const report: FollowEffect[] = changed ? [{ type: 'report', job: event.job }] : [];
      if (isFinal(event.job)) return ended(ok(event.job), report);
      const waitMs = changed ? POLL.firstMs : Math.min(seen.waitMs * POLL.factor, POLL.mostMs);
      const conditions = event.conditions ?? seen.conditions;
      const heldUp = event.job.state === 'stopped' || culprit(conditions) !== null;
      const now: Seen = { ...seen, job: event.job, conditions, failures: 0, lastFault: null, waitMs, stillMs: heldUp && !changed ? seen.stillMs + seen.waitMs : 0 };
      if (now.mostStillMs !== null && now.stillMs >= now.mostStillMs) return ended(timeUp(now), report);
      return waiting(now, report);
    }
  }
}
