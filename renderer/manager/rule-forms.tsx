import { Fragment, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Rules } from '../api/hall-types.ts';
import { useWords } from '../staff/words.ts';
import { AddClass } from './add-class.tsx';
import { Count, Line, Time } from './cells.tsx';

type Class = Rules['classes'][number];
type Hours = Class['hours'][number];
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const WEIGHTS = [0, 1, 2, 3, 4, 5] as const;

const changedAt = <T,>(list: readonly T[], index: number, change: Partial<T>): T[] => list.map((one, at) => (at === index ? { ...one, ...change } : one));
const without = <T,>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

const HoursRow = ({ hours, onChange, onRemove }: { hours: Hours; onChange: (hours: Hours) => void; onRemove: (() => void) | null }): ReactNode => {
  const { say } = useWords();
  const toggle = (day: number): void => {
    const days = hours.days.includes(day) ? hours.days.filter((one) => one !== day) : [...hours.days, day].sort((a, b) => a - b);
    if (days.length > 0) onChange({ ...hours, days });
  };
  return (
    <div className="hours">
      {DAYS.map((day) => (
        <label key={day}>
          <input type="checkbox" checked={hours.days.includes(day)} onChange={() => toggle(day)} />
          {say(`forms.days.${String(day)}`)}
        </label>
      ))}
      <Time name={say('forms.from')} value={hours.from} onChange={(from) => onChange({ ...hours, from })} />
      <span>–</span>
      <Time name={say('forms.to')} value={hours.to} onChange={(to) => onChange({ ...hours, to })} />
      {onRemove === null ? null : (
        <Button className="small-act" onPress={onRemove}>
          {say('forms.remove')}
        </Button>
      )}
    </div>
  );
};

const Classes = ({ rules, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  const [adding, setAdding] = useState(false);
  const change = (index: number, one: Partial<Class>): void => onChange({ ...rules, classes: changedAt(rules.classes, index, one) });
  return (
    <section>
      <h2>{say('forms.classes')}</h2>
      <table>
        <thead>
          <tr>
            {['name', 'english', 'prefix', 'usual', 'identify', 'hours'].map((column) => (
              <th key={column}>{say(`forms.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.classes.map((one, index) => (
            <tr key={one.id} data-name={`class-${one.id}`}>
              <td>
                <Line name={say('forms.name')} value={one.name.zh} onChange={(zh) => change(index, { name: { ...one.name, zh } })} />
              </td>
              <td>
                <Line name={say('forms.english')} value={one.name.en} onChange={(en) => change(index, { name: { ...one.name, en } })} />
              </td>
              <td>
                <input className="cell prefix" aria-label={say('forms.prefix')} value={one.prefix} maxLength={2} onChange={({ target }) => change(index, { prefix: target.value.toUpperCase() })} />
              </td>
              <td>
                <Count name={say('forms.usual')} value={one.usualServiceMinutes} most={240} onChange={(usualServiceMinutes) => change(index, { usualServiceMinutes })} />
              </td>
              <td>
                <select className="cell" aria-label={say('forms.identify')} value={one.identify} onChange={({ target }) => change(index, { identify: target.value as Class['identify'], ...(target.value === 'none' ? { onePerPerson: false } : {}) })}>
                  <option value="none">{say('forms.identifyNone')}</option>
                  <option value="card-or-code">{say('forms.identifyCard')}</option>
                  <option value="card-or-unchecked-code">{say('forms.identifyUnchecked')}</option>
                </select>
                {one.identify === 'none' ? null : (
                  <label className="one-each">
                    <input type="checkbox" checked={one.onePerPerson} onChange={({ target }) => change(index, { onePerPerson: target.checked })} /> {say('forms.onePerPerson')}
                  </label>
                )}
              </td>
              <td>
                {one.hours.map((hours, at) => (
                  // Rows of hours have nothing but their place.
                  <HoursRow key={at} hours={hours} onChange={(next) => change(index, { hours: changedAt(one.hours, at, next) })} onRemove={one.hours.length > 1 ? () => change(index, { hours: without(one.hours, at) }) : null} />
                ))}
                <Button className="small-act" onPress={() => change(index, { hours: [...one.hours, { days: [1, 2, 3, 4, 5], from: '13:30', to: '17:00' }] })}>
                  {say('forms.moreHours')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button className="small-act" onPress={() => setAdding(true)} data-name="add-class">
        {say('forms.addClass')}
      </Button>
      {adding ? <AddClass rules={rules} onAdd={onChange} onClose={() => setAdding(false)} /> : null}
    </section>
  );
};

const Counters = ({ rules, onChange }: Shown): ReactNode => {
  const { say, text } = useWords();
  const set = (index: number, classId: string, weight: number): void => {
    const counter = rules.counters[index];
    if (counter === undefined) return;
    const skills = rules.classes.flatMap(({ id }) => {
      const now = id === classId ? weight : (counter.skills.find((skill) => skill.class === id)?.weight ?? 0);
      return now === 0 ? [] : [{ class: id, weight: now }];
    });
    onChange({ ...rules, counters: changedAt(rules.counters, index, { skills }) });
  };
  return (
    <section>
      <h2>{say('forms.counters')}</h2>
      <p className="quiet small">{say('forms.countersHint')}</p>
      <table>
        <thead>
          <tr>
            <th>{say('live.counter')}</th>
            {rules.classes.map((one) => (
              <th key={one.id}>{text(one.name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.counters.map((counter, index) => (
            <tr key={counter.id} data-name={`skills-${counter.id}`}>
              <th scope="row">
                {counter.id} {text(counter.name)}
              </th>
              {rules.classes.map(({ id, name }) => (
                <td key={id}>
                  <select className="cell" aria-label={`${say('counter.name', { counter: counter.id })} ${text(name)}`} value={counter.skills.find((skill) => skill.class === id)?.weight ?? 0} onChange={({ target }) => set(index, id, Number(target.value))}>
                    {WEIGHTS.map((weight) => (
                      <option key={weight} value={weight}>
                        {weight === 0 ? '—' : weight}
                      </option>
                    ))}
                  </select>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Turns = ({ rules, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  const { noShow, appointments } = rules;
  const row = (label: string, field: ReactNode): ReactNode => (
    <Fragment key={label}>
      <dt>{label}</dt>
      <dd>{field}</dd>
    </Fragment>
  );
  const missed = (['recalls', 'toleranceCalls', 'behind', 'misses'] as const).map((field) => row(say(`forms.${field}`), <Count name={say(`forms.${field}`)} value={noShow[field]} least={field === 'misses' ? 1 : 0} most={50} onChange={(value) => onChange({ ...rules, noShow: { ...noShow, [field]: value } })} />));
  const booked = appointments === undefined ? null : (['earlyMinutes', 'lateMinutes', 'headStartMinutes'] as const).map((field) => row(say(`forms.booked.${field}`), <Count name={say(`forms.booked.${field}`)} value={appointments[field]} onChange={(value) => onChange({ ...rules, appointments: { ...appointments, [field]: value } })} />));
  return (
    <section className="turns">
      <div>
        <h2>{say('forms.priorities')}</h2>
        <p className="quiet small">{say('forms.prioritiesHint')}</p>
        <dl>
          {rules.priorities.map((one, index) => (
            <Fragment key={one.id}>
              <dt>
                <Line name={say('forms.name')} value={one.name.zh} onChange={(zh) => onChange({ ...rules, priorities: changedAt(rules.priorities, index, { name: { ...one.name, zh } }) })} />
              </dt>
              <dd>
                <Count name={say('forms.headStart')} value={one.headStartMinutes} onChange={(headStartMinutes) => onChange({ ...rules, priorities: changedAt(rules.priorities, index, { headStartMinutes }) })} />
              </dd>
            </Fragment>
          ))}
        </dl>
      </div>
      <div>
        <h2>{say('forms.missed')}</h2>
        <dl>{missed}</dl>
      </div>
      {booked === null ? null : (
        <div>
          <h2>{say('forms.appointments')}</h2>
          <dl>{booked}</dl>
        </div>
      )}
    </section>
  );
};

const Notices = ({ rules, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  return (
    <section>
      <h2>{say('forms.notices')}</h2>
      {rules.notices.map((notice, index) => (
        // A line on the board is known by its place alone.
        <div className="notice" key={index}>
          <Line name={say('forms.notice')} value={notice.zh} onChange={(zh) => onChange({ ...rules, notices: changedAt(rules.notices, index, { zh }) })} />
          <Line name={say('forms.english')} value={notice.en} onChange={(en) => onChange({ ...rules, notices: changedAt(rules.notices, index, { en }) })} />
          <Button className="small-act" onPress={() => onChange({ ...rules, notices: without(rules.notices, index) })}>
            {say('forms.remove')}
          </Button>
        </div>
      ))}
      <Button className="small-act" onPress={() => onChange({ ...rules, notices: [...rules.notices, { zh: say('forms.newNotice'), en: say('forms.newNotice') }] })} data-name="add-notice">
        {say('forms.addNotice')}
      </Button>
    </section>
  );
};

type Shown = { rules: Rules; onChange: (rules: Rules) => void };

/** What changes often, as forms: hours, skills, head starts, notices. Everything else stands in the text. */
export const RuleForms = (shown: Shown): ReactNode => (
  <div className="forms">
    <Classes {...shown} />
    <Counters {...shown} />
    <Turns {...shown} />
    <Notices {...shown} />
  </div>
);
