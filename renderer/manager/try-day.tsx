import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { AssumedView, Assumptions, Rules, Simulation, TriedView } from '../api/hall-types.ts';
import { ask } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { useWords } from '../staff/words.ts';
import { Count, Time } from './cells.tsx';
import { orDash } from './figures.tsx';
import { BarPlot } from './plots.tsx';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** Hours that a plot shows: halls sleep at night. */
const FIRST_HOUR = 7;
const LAST_HOUR = 21;

const peopleOf = (perHour: readonly number[]): number => Math.round(perHour.reduce((sum, one) => sum + one, 0));
/** The same shape of the day with so many people in all. */
const scaled = (perHour: readonly number[], people: number): number[] => {
  const now = perHour.reduce((sum, one) => sum + one, 0);
  return now === 0 ? perHour.map((_, hour) => (hour >= 9 && hour < 17 ? people / 8 : 0)) : perHour.map((one) => (one * people) / now);
};

const Assumed = ({ given, rules, onChange }: { given: Assumptions; rules: Rules; onChange: (given: Assumptions) => void }): ReactNode => {
  const { say, text } = useWords();
  const nameOf = (id: string): string => text(rules.classes.find((one) => one.id === id)?.name ?? { zh: id, en: id });
  const setClass = (id: string, change: Partial<Assumptions['classes'][number]>): void => onChange({ ...given, classes: given.classes.map((one) => (one.class === id ? { ...one, ...change } : one)) });
  const setCounter = (id: string, open: Assumptions['counters'][number]['open']): void => onChange({ ...given, counters: [...given.counters.filter(({ counter }) => counter !== id), { counter: id, open }] });
  return (
    <div className="assumed">
      <table>
        <thead>
          <tr>
            <th>{say('live.class')}</th>
            <th>{say('try.people')}</th>
            <th>{say('try.service')}</th>
          </tr>
        </thead>
        <tbody>
          {given.classes.map((one) => (
            <tr key={one.class}>
              <th scope="row">{nameOf(one.class)}</th>
              <td>
                <Count name={`${nameOf(one.class)} ${say('try.people')}`} value={peopleOf(one.perHour)} most={5_000} onChange={(people) => setClass(one.class, { perHour: scaled(one.perHour, Math.max(0, people)) })} />
              </td>
              <td>
                <Count name={`${nameOf(one.class)} ${say('try.service')}`} value={one.serviceMinutes} least={0.5} step={0.5} most={240} onChange={(serviceMinutes) => (serviceMinutes > 0 ? setClass(one.class, { serviceMinutes }) : undefined)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <thead>
          <tr>
            <th>{say('live.counter')}</th>
            <th>{say('try.open')}</th>
          </tr>
        </thead>
        <tbody>
          {rules.counters.map(({ id }) => {
            const [open] = given.counters.find(({ counter }) => counter === id)?.open ?? [];
            return (
              <tr key={id}>
                <th scope="row">{say('counter.name', { counter: id })}</th>
                <td>
                  <div className="hours">
                    <input type="checkbox" aria-label={say('try.open')} checked={open !== undefined} onChange={() => setCounter(id, open === undefined ? [{ from: '09:00', to: '17:00' }] : [])} />
                    {open === undefined ? (
                      say('live.closed')
                    ) : (
                      <>
                        <Time name={say('forms.from')} value={open.from} onChange={(from) => setCounter(id, [{ ...open, from }])} />
                        <span>–</span>
                        <Time name={say('forms.to')} value={open.to} onChange={(to) => setCounter(id, [{ ...open, to }])} />
                      </>
                    )}
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <label className="weekday">
        {say('try.weekday')}
        <select className="cell" value={given.weekday} onChange={({ target }) => onChange({ ...given, weekday: Number(target.value) })}>
          {DAYS.map((day) => (
            <option key={day} value={day}>
              {say(`forms.days.${String(day)}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
};

const Outcome = ({ tried, rules }: { tried: TriedView; rules: Rules }): ReactNode => {
  const { say, text } = useWords();
  const { now, draft } = tried;
  const nameOf = (id: string): string => text(rules.classes.find((one) => one.id === id)?.name ?? { zh: id, en: id });
  const priorityOf = (id: string | null): string => (id === null ? say('try.nobodySpecial') : text(rules.priorities.find((one) => one.id === id)?.name ?? { zh: id, en: id }));
  const rows: [label: string, value: (one: Simulation) => string][] = [
    [say('try.tickets'), ({ tickets }) => String(tickets)],
    [say('try.left'), ({ left }) => String(left)],
    [say('try.turnedAway'), ({ turnedAway }) => String(turnedAway)],
    [say('figures.waitMedian'), ({ wait }) => orDash(wait.median)],
    [say('figures.waitP90'), ({ wait }) => orDash(wait.p90)],
    [say('figures.waitLongest'), ({ wait }) => orDash(wait.longest)],
    ...draft.classes.map(({ class: id }): [string, (one: Simulation) => string] => [say('try.p90Of', { name: nameOf(id) }), ({ classes }) => orDash(classes.find((one) => one.class === id)?.wait.p90 ?? null)]),
    ...draft.priorities.map(({ priority }): [string, (one: Simulation) => string] => [say('try.p90Of', { name: priorityOf(priority) }), ({ priorities }) => orDash(priorities.find((one) => one.priority === priority)?.wait.p90 ?? null)]),
    [say('try.overtaking'), ({ longestOvertakingMinutes, boundMinutes }) => say('try.overtakingOf', { longest: longestOvertakingMinutes, bound: boundMinutes })],
    ...draft.counters.map(({ counter }): [string, (one: Simulation) => string] => [say('try.busy', { counter }), ({ counters }) => `${String(Math.round((counters.find((one) => one.counter === counter)?.busyShare ?? 0) * 100))}%`]),
  ];
  const hours = Array.from({ length: LAST_HOUR - FIRST_HOUR }, (_, index) => index + FIRST_HOUR);
  return (
    <div className="tried" data-name="tried">
      <table>
        <thead>
          <tr>
            <th aria-label={say('rules.way.try')} />
            <th>{say('try.now')}</th>
            <th>{say('try.draft')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, value]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{value(now)}</td>
              <td data-differs={value(now) === value(draft) ? undefined : ''}>{value(draft)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <figure>
        <figcaption>{say('try.plot')}</figcaption>
        <BarPlot name={say('try.plot')} bars={hours.map((hour) => ({ label: String(hour), value: draft.hours[hour] ?? null }))} second={hours.map((hour) => now.hours[hour] ?? null)} />
      </figure>
    </div>
  );
};

/** The same people, once under the rules that hold now and once under the draft. Nothing is kept. */
export const TryDay = ({ rules, changed }: { rules: Rules; changed: boolean }): ReactNode => {
  const { say } = useWords();
  const assumed = useAsked<AssumedView>('/hall/rules/assumed-day').value;
  const [changedGiven, setGiven] = useState<Assumptions | null>(null);
  const [tried, setTried] = useState<{ rules: Rules; given: Assumptions; view: TriedView } | null>(null);
  const [state, setState] = useState<'ready' | 'trying' | 'failed'>('ready');
  const given = changedGiven ?? assumed?.given ?? null;
  if (assumed === null || given === null) return <p className="asking">{say('common.asking')}</p>;
  const run = async (): Promise<void> => {
    setState('trying');
    const answer = await ask<TriedView>('POST', '/hall/rules/simulate', { rules, given, seed: 1 });
    setState(answer.ok ? 'ready' : 'failed');
    setTried(answer.ok ? { rules, given, view: answer.value } : null);
  };
  return (
    <div className="try">
      <p className="quiet">{assumed.days === 0 ? say('try.usual') : say('try.like', { days: assumed.days })}</p>
      <Assumed given={given} rules={rules} onChange={setGiven} />
      <div className="try-act">
        <Button className="green-button" onPress={() => void run()} isDisabled={state === 'trying'} data-name="try">
          {say(state === 'trying' ? 'try.trying' : 'try.go')}
        </Button>
        <p className="mistake-line" role="alert">
          {state === 'failed' ? say('try.failed') : null}
        </p>
        {changed ? null : <p className="quiet small">{say('try.unchanged')}</p>}
      </div>
      {/* A day that was tried with other rules or other people says nothing about these. */}
      {tried?.rules === rules && tried.given === given ? <Outcome tried={tried.view} rules={rules} /> : null}
    </div>
  );
};
