import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Rules } from '../api/hall-types.ts';
import { useWords } from '../staff/words.ts';
import { Line } from './cells.tsx';
import type { Shown } from './class-forms.tsx';
import { useWrong } from './mistakes.tsx';
import { changedAt, withCounter, without, withWeight } from './rule-changes.ts';

const WEIGHTS = [0, 1, 2, 3, 4, 5] as const;

const Row = ({ rules, index, onChange }: Pick<Shown, 'rules' | 'onChange'> & { index: number }): ReactNode => {
  const { say, text } = useWords();
  const at = `counters.${String(index)}`;
  const nothing = useWrong(`${at}.skills`);
  const counter = rules.counters[index];
  if (counter === undefined) return null;
  const change = (one: Partial<Rules['counters'][number]>): void => onChange({ ...rules, counters: changedAt(rules.counters, index, one) });
  return (
    <tr data-name={`skills-${counter.id}`}>
      <td>
        <Line kind="letters" maxLength={4} name={say('forms.counterId')} at={`${at}.id`} value={counter.id} onChange={(id) => change({ id })} />
      </td>
      <td className="names">
        <Line name={say('forms.name')} at={`${at}.name.zh`} value={counter.name.zh} onChange={(zh) => change({ name: { ...counter.name, zh } })} />
        <Line name={say('forms.english')} at={`${at}.name.en`} value={counter.name.en} onChange={(en) => change({ name: { ...counter.name, en } })} />
      </td>
      {rules.classes.map(({ id, name }) => (
        <td key={id}>
          <select className="cell weight" aria-label={`${say('counter.name', { counter: counter.id })} ${text(name)}`} data-wrong={nothing ? '' : undefined} value={counter.skills.find((skill) => skill.class === id)?.weight ?? 0} onChange={({ target }) => onChange(withWeight(rules, index, id, Number(target.value)))}>
            {WEIGHTS.map((weight) => (
              <option key={weight} value={weight}>
                {weight === 0 ? '—' : weight}
              </option>
            ))}
          </select>
        </td>
      ))}
      <td>
        <Button className="small-act" onPress={() => onChange({ ...rules, counters: without(rules.counters, index) })} isDisabled={rules.counters.length === 1} data-name={`remove-counter-${counter.id}`}>
          {say('forms.remove')}
        </Button>
      </td>
    </tr>
  );
};

/** Counters: the sign above each, its names, what it serves and how gladly. */
export const Counters = ({ rules, onChange }: Shown): ReactNode => {
  const { say, text } = useWords();
  return (
    <section>
      <h2>{say('forms.counters')}</h2>
      <p className="quiet small">{say('forms.countersHint')}</p>
      <div className="wide-table">
        <table className="counter-table">
          <thead>
            <tr>
              <th>{say('forms.counterId')}</th>
              <th>{say('forms.bothNames')}</th>
              {rules.classes.map((one) => (
                <th key={one.id}>{text(one.name)}</th>
              ))}
              <th aria-label={say('forms.remove')} />
            </tr>
          </thead>
          <tbody>
            {rules.counters.map((_, index) => (
              // Its sign is what is being written.
              <Row key={index} rules={rules} index={index} onChange={onChange} />
            ))}
          </tbody>
        </table>
      </div>
      <Button className="small-act" onPress={() => onChange(withCounter(rules))} data-name="add-counter">
        {say('forms.addCounter')}
      </Button>
    </section>
  );
};
