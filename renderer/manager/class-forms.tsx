import { useState, type ReactNode } from 'react';
import { Button, Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components';
import type { Rules, RulesView } from '../api/hall-types.ts';
import { Ask, LineField } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { AddClass } from './add-class.tsx';
import { Count, Line, Time } from './cells.tsx';
import { useWrong } from './mistakes.tsx';
import { changedAt, prefixesIn, without, withoutClass, type ClassMore } from './rule-changes.ts';

type Class = Rules['classes'][number];
type Hours = Class['hours'][number];
export type Shown = { rules: Rules; items: RulesView['items']; onChange: (rules: Rules) => void };

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

const HoursRow = ({ hours, at, onChange, onRemove }: { hours: Hours; at: string; onChange: (hours: Hours) => void; onRemove: (() => void) | null }): ReactNode => {
  const { say } = useWords();
  const toggle = (day: number): void => {
    const days = hours.days.includes(day) ? hours.days.filter((one) => one !== day) : [...hours.days, day].sort((a, b) => a - b);
    if (days.length > 0) onChange({ ...hours, days });
  };
  return (
    <div className="hours" data-name={`hours-${at}`}>
      {DAYS.map((day) => (
        <label key={day}>
          <input type="checkbox" checked={hours.days.includes(day)} onChange={() => toggle(day)} />
          {say(`forms.days.${String(day)}`)}
        </label>
      ))}
      <span className="from-to">
        <Time name={say('forms.from')} at={`${at}.from`} value={hours.from} onChange={(from) => onChange({ ...hours, from })} />
        –
        <Time name={say('forms.to')} at={`${at}.to`} value={hours.to} onChange={(to) => onChange({ ...hours, to })} />
        {onRemove === null ? null : (
          <Button className="small-act" onPress={onRemove}>
            {say('forms.remove')}
          </Button>
        )}
      </span>
    </div>
  );
};

/** Where one waits for it, what comes after 999, which of the terminals' items are of this class; and its end. */
const More = ({ one, items, last, onDone, onRemove, onClose }: { one: Class; items: Shown['items']; last: boolean; onDone: (more: ClassMore) => void; onRemove: () => void; onClose: () => void }): ReactNode => {
  const { say, text } = useWords();
  const [more, setMore] = useState<ClassMore>({ where: one.where, way: one.way, after999: one.after999, morePrefixes: one.morePrefixes, items: one.items });
  const [letters, setLetters] = useState(one.morePrefixes.join(' '));
  const both = (label: string): string => say('forms.inEnglish', { label });
  const line = (field: 'where' | 'way', language: 'zh' | 'en', label: string, autoFocus = false): ReactNode => <LineField label={label} value={more[field][language]} onChange={(value) => setMore({ ...more, [field]: { ...more[field], [language]: value } })} name={`more-${field}-${language}`} maxLength={120} autoFocus={autoFocus} />;
  // What a class names and the hall does not have stands there, too: it can be taken away.
  const known = [...items, ...more.items.filter((id) => !items.some((item) => item.id === id)).map((id) => ({ id, name: { zh: id, en: id } }))];
  const empty = [more.where.zh, more.where.en, more.way.zh, more.way.en].some((words) => words.trim() === '');
  return (
    <Ask open title={text(one.name)} onClose={onClose} onAnswer={() => onDone({ ...more, morePrefixes: prefixesIn(letters) })} answer={say('forms.moreAnswer')} disabled={empty}>
      <div className="pair">
        {line('where', 'zh', say('forms.where'), true)}
        {line('where', 'en', both(say('forms.where')))}
      </div>
      <div className="long-lines">
        {line('way', 'zh', say('forms.wayThereHere'))}
        {line('way', 'en', both(say('forms.wayThereHere')))}
      </div>
      <RadioGroup className="choices" value={more.after999} onChange={(value) => setMore({ ...more, after999: value === 'next-prefix' ? 'next-prefix' : 'four-digits' })}>
        <Label>{say('forms.after999')}</Label>
        <div>
          <Radio value="four-digits" data-name="after-four">
            {say('forms.fourDigits', { prefix: one.prefix })}
          </Radio>
          <Radio value="next-prefix" data-name="after-next">
            {say('forms.nextPrefix')}
          </Radio>
        </div>
      </RadioGroup>
      <LineField label={say('forms.morePrefixes')} value={letters} onChange={(value) => setLetters(value.toUpperCase())} name="more-prefixes" hint={say('forms.morePrefixesHint')} />
      {known.length === 0 ? null : (
        <CheckboxGroup className="choices" value={more.items} onChange={(ids) => setMore({ ...more, items: known.map(({ id }) => id).filter((id) => ids.includes(id)) })}>
          <Label>{say('forms.items')}</Label>
          <div>
            {known.map(({ id, name }) => (
              <Checkbox key={id} value={id} data-name={`more-item-${id}`}>
                {text(name)}
              </Checkbox>
            ))}
          </div>
        </CheckboxGroup>
      )}
      <Button className="small-act leave-act" onPress={onRemove} isDisabled={last} data-name="remove-class">
        {say('forms.removeClass')}
      </Button>
    </Ask>
  );
};

const Row = ({ one, index, change, onMore }: { one: Class; index: number; change: (one: Partial<Class>) => void; onMore: () => void }): ReactNode => {
  const { say } = useWords();
  const at = `classes.${String(index)}`;
  // What stands behind the button and is wrong must be found.
  const wrong = [useWrong(`${at}.where`), useWrong(`${at}.way`), useWrong(`${at}.morePrefixes`), useWrong(`${at}.items`)].includes(true);
  return (
    <tr data-name={`class-${one.id}`}>
      <td>
        <Line name={say('forms.name')} at={`${at}.name.zh`} value={one.name.zh} onChange={(zh) => change({ name: { ...one.name, zh } })} />
        <Line name={say('forms.english')} at={`${at}.name.en`} value={one.name.en} onChange={(en) => change({ name: { ...one.name, en } })} />
      </td>
      <td>
        <Line kind="letters" maxLength={2} name={say('forms.prefix')} at={`${at}.prefix`} value={one.prefix} onChange={(prefix) => change({ prefix })} />
      </td>
      <td>
        <Count name={say('forms.usual')} at={`${at}.usualServiceMinutes`} value={one.usualServiceMinutes} most={240} onChange={(usualServiceMinutes) => change({ usualServiceMinutes })} />
      </td>
      <td>
        <select className="cell" aria-label={say('forms.identify')} value={one.identify} onChange={({ target }) => change({ identify: target.value as Class['identify'], ...(target.value === 'none' ? { onePerPerson: false } : {}) })}>
          <option value="none">{say('forms.identifyNone')}</option>
          <option value="card-or-code">{say('forms.identifyCard')}</option>
          <option value="card-or-unchecked-code">{say('forms.identifyUnchecked')}</option>
        </select>
        {one.identify === 'none' ? null : (
          <label className="one-each">
            <input type="checkbox" checked={one.onePerPerson} onChange={({ target }) => change({ onePerPerson: target.checked })} /> {say('forms.onePerPerson')}
          </label>
        )}
      </td>
      <td>
        {one.hours.map((hours, row) => (
          // Rows of hours have nothing but their place.
          <HoursRow key={row} at={`${at}.hours.${String(row)}`} hours={hours} onChange={(next) => change({ hours: changedAt(one.hours, row, next) })} onRemove={one.hours.length > 1 ? () => change({ hours: without(one.hours, row) }) : null} />
        ))}
        <Button className="small-act" onPress={() => change({ hours: [...one.hours, { days: [1, 2, 3, 4, 5], from: '13:30', to: '17:00' }] })} data-name={`more-hours-${one.id}`}>
          {say('forms.moreHours')}
        </Button>
      </td>
      <td>
        <Button className="small-act" onPress={onMore} data-name={`more-${one.id}`} data-wrong={wrong ? '' : undefined}>
          {say('forms.more')}
        </Button>
      </td>
    </tr>
  );
};

/** Classes: names, letters, hours; the rest of each behind a button. */
export const Classes = ({ rules, items, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  const [adding, setAdding] = useState(false);
  const [opened, setOpened] = useState<number | null>(null);
  const change = (index: number, one: Partial<Class>): void => onChange({ ...rules, classes: changedAt(rules.classes, index, one) });
  const more = opened === null ? undefined : rules.classes[opened];
  return (
    <section>
      <h2>{say('forms.classes')}</h2>
      <table className="class-table">
        <thead>
          <tr>
            {['bothNames', 'prefix', 'usual', 'identify', 'hours', 'other'].map((column) => (
              <th key={column}>{say(`forms.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.classes.map((one, index) => (
            <Row key={one.id} one={one} index={index} change={(next) => change(index, next)} onMore={() => setOpened(index)} />
          ))}
        </tbody>
      </table>
      <Button className="small-act" onPress={() => setAdding(true)} data-name="add-class">
        {say('forms.addClass')}
      </Button>
      {adding ? <AddClass rules={rules} onAdd={onChange} onClose={() => setAdding(false)} /> : null}
      {more === undefined || opened === null ? null : (
        <More
          one={more}
          items={items}
          last={rules.classes.length === 1}
          onDone={(next) => {
            change(opened, next);
            setOpened(null);
          }}
          onRemove={() => {
            onChange(withoutClass(rules, opened));
            setOpened(null);
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
};
