import { Fragment, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../staff/words.ts';
import { Count, Line, MaybeCount } from './cells.tsx';
import type { Shown } from './class-forms.tsx';
import { changedAt, withAge, withAppointments, without, withPriority } from './rule-changes.ts';

/** Who comes a little earlier, and by how much. */
export const Priorities = ({ rules, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  const change = (index: number, one: Partial<Shown['rules']['priorities'][number]>): void => onChange({ ...rules, priorities: changedAt(rules.priorities, index, one) });
  return (
    <section>
      <h2>{say('forms.priorities')}</h2>
      <p className="quiet small">{say('forms.prioritiesHint')}</p>
      {rules.priorities.length === 0 ? null : (
        <table className="priority-table">
          <thead>
            <tr>
              {['name', 'english', 'headStart', 'fromAge'].map((column) => (
                <th key={column}>{say(`forms.${column}`)}</th>
              ))}
              <th aria-label={say('forms.remove')} />
            </tr>
          </thead>
          <tbody>
            {rules.priorities.map((one, index) => {
              const at = `priorities.${String(index)}`;
              return (
                <tr key={one.id} data-name={`priority-${one.id}`}>
                  <td>
                    <Line name={say('forms.name')} at={`${at}.name.zh`} value={one.name.zh} onChange={(zh) => change(index, { name: { ...one.name, zh } })} />
                  </td>
                  <td>
                    <Line name={say('forms.english')} at={`${at}.name.en`} value={one.name.en} onChange={(en) => change(index, { name: { ...one.name, en } })} />
                  </td>
                  <td>
                    <Count name={say('forms.headStart')} at={`${at}.headStartMinutes`} value={one.headStartMinutes} onChange={(headStartMinutes) => change(index, { headStartMinutes })} />
                  </td>
                  <td>
                    <MaybeCount name={say('forms.fromAge')} at={`${at}.fromAge`} value={one.fromAge ?? null} most={120} onChange={(fromAge) => onChange(withAge(rules, index, fromAge))} />
                  </td>
                  <td>
                    <Button className="small-act" onPress={() => onChange({ ...rules, priorities: without(rules.priorities, index) })} data-name={`remove-priority-${one.id}`}>
                      {say('forms.remove')}
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <Button className="small-act" onPress={() => onChange(withPriority(rules, { zh: '', en: '' }))} data-name="add-priority">
        {say('forms.addPriority')}
      </Button>
    </section>
  );
};

/** Who was called and did not come, who is booked, and what terminals may do. */
export const Turns = ({ rules, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  const { noShow, appointments } = rules;
  const row = (label: string, field: ReactNode): ReactNode => (
    <Fragment key={label}>
      <dt>{label}</dt>
      <dd>{field}</dd>
    </Fragment>
  );
  const missed = (['recalls', 'toleranceCalls', 'behind', 'misses'] as const).map((field) => row(say(`forms.${field}`), <Count name={say(`forms.${field}`)} at={`noShow.${field}`} value={noShow[field]} least={field === 'misses' ? 1 : 0} most={50} onChange={(value) => onChange({ ...rules, noShow: { ...noShow, [field]: value } })} />));
  return (
    <section className="turns">
      <div>
        <h2>{say('forms.missed')}</h2>
        <dl>{missed}</dl>
      </div>
      <div>
        <h2>{say('forms.appointments')}</h2>
        <label className="switch">
          <input type="checkbox" checked={appointments !== undefined} onChange={({ target }) => onChange(withAppointments(rules, target.checked))} data-name="appointments" /> {say('forms.bookedHere')}
        </label>
        {appointments === undefined ? null : (
          <dl>
            {row(say('forms.prefix'), <Line kind="letters" maxLength={2} name={say('forms.prefix')} at="appointments.prefix" value={appointments.prefix} onChange={(prefix) => onChange({ ...rules, appointments: { ...appointments, prefix } })} />)}
            {(['earlyMinutes', 'lateMinutes', 'headStartMinutes'] as const).map((field) => row(say(`forms.booked.${field}`), <Count name={say(`forms.booked.${field}`)} at={`appointments.${field}`} value={appointments[field]} onChange={(value) => onChange({ ...rules, appointments: { ...appointments, [field]: value } })} />))}
          </dl>
        )}
      </div>
      <div>
        <h2>{say('forms.terminals')}</h2>
        <dl>
          {row(say('forms.leaseNumbers'), <Count name={say('forms.leaseNumbers')} at="leaseNumbers" value={rules.leaseNumbers} least={5} most={200} onChange={(leaseNumbers) => onChange({ ...rules, leaseNumbers })} />)}
          {row(say('forms.ticketsPerMinute'), <Count name={say('forms.ticketsPerMinute')} at="ticketsPerMinute" value={rules.ticketsPerMinute} least={1} most={600} onChange={(ticketsPerMinute) => onChange({ ...rules, ticketsPerMinute })} />)}
        </dl>
      </div>
    </section>
  );
};
