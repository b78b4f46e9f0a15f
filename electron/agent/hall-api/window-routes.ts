/**
 * The list of counters for staff, and the small screen at a counter that faces the citizen: the number now there and, after it is finished, the
 * voluntary rating. That screen signs in nobody: what it shows stands on the boards, and only the number just finished there can be rated, once.
 */
import { z } from 'zod';
import type { Command, CounterView, Day, Outcome, PadPressView } from '../../queue/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { isoWithOffset } from '../../clock/index.ts';
import { counterParams, done, notAllowed, refused } from './contract.ts';
import type { LiveScreens } from './live.ts';
import { counterRow, windowRateBody, windowView, type WindowView } from './manager-contract.ts';
import { clerks, errors, open, type HallServer } from './routes.ts';

/** A citizen gathers his papers: after this the screen is for the next one. */
const MAY_RATE_MS = 3 * 60_000;

export interface WindowDeps {
  timeZone: string;
  day: () => Day;
  rules: () => Queue;
  version: () => number;
  counter: (id: string) => CounterView | null;
  run: (command: Command) => Promise<Outcome>;
  /** The newest press on a counter's own pad. */
  pad: (counter: string) => PadPressView | null;
}

/** What the citizen's side of a counter shows. */
export const windowOf = (view: CounterView, day: Day, timeZone: string): WindowView => {
  const { now, hall, counter, current } = view;
  const last = view.recent.find(({ what }) => what === 'finished');
  const until = last === undefined ? 0 : Date.parse(last.at) + MAY_RATE_MS;
  const unrated = last !== undefined && day.tickets.get(last.number)?.rating === null && until > Date.parse(now);
  return {
    version: view.version,
    now,
    hall,
    counter: { id: counter.id, name: counter.name, open: counter.clerk !== null, paused: counter.paused },
    current: current !== null && (current.state === 'called' || current.state === 'serving') ? { number: current.number, state: current.state } : null,
    finished: unrated ? { number: last.number, until: isoWithOffset(until, timeZone) } : null,
  };
};

export const windowRoutes = (app: HallServer, live: LiveScreens, deps: WindowDeps): void => {
  const { timeZone, day, rules, version, counter, run, pad } = deps;
  const view = (id: string): WindowView | null => {
    const found = counter(id);
    return found === null ? null : windowOf(found, day(), timeZone);
  };
  app.get('/hall/counters', { ...clerks, schema: { summary: 'The counters of the hall and who sits there', response: { 200: z.array(counterRow), ...errors } } }, async () =>
    rules().counters.map(({ id, name, skills }) => {
      const state = day().counters.get(id);
      return { id, name, classes: skills.map((skill) => skill.class), open: state?.clerk != null, paused: state?.paused ?? false, clerk: state?.clerk ?? null, current: state?.current ?? null, pad: pad(id) };
    }),
  );
  app.get('/hall/windows/:counter', { ...open, schema: { summary: 'What the screen at a counter shows the citizen', params: counterParams, response: { 200: windowView, 404: notAllowed } } }, async (request, reply) => view(request.params.counter) ?? reply.code(404).send({ title: 'no such counter' }));
  app.get('/hall/windows/:counter/stream', { config: { role: 'public', stream: windowView }, schema: { summary: 'Server-sent events: `view` with a whole WindowView at once and after every change', params: counterParams } }, (request, reply) => {
    const { counter: id } = request.params;
    if (view(id) === null) void reply.code(404).send({ title: 'no such counter' });
    else live.open(request, reply, `window:${id}`, () => view(id), { pace: 'in-turn' });
  });
  app.post('/hall/windows/:counter/rate', { ...open, schema: { summary: 'The citizen at the counter rates the service just finished there, once', params: counterParams, body: windowRateBody, response: { 200: done, 404: notAllowed, 409: refused } } }, async (request, reply) => {
    const { number, score } = request.body;
    const shown = view(request.params.counter);
    if (shown === null) return reply.code(404).send({ title: 'no such counter' });
    if (day().tickets.get(number)?.rating != null) return reply.code(409).send({ refusal: 'already-rated' as const });
    if (shown.finished?.number !== number) return reply.code(409).send({ refusal: 'not-at-this-counter' as const });
    const outcome = await run({ type: 'rate', number, score });
    if (!outcome.ok) return reply.code(409).send({ refusal: outcome.refusal });
    return { ok: true as const, version: version(), numbers: [number] };
  });
};
