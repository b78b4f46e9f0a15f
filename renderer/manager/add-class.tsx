import { useState, type ReactNode } from 'react';
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components';
import type { Rules } from '../api/hall-types.ts';
import { Ask, LineField } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { freePrefix, missingIn, withClass, type Begun } from './new-class.ts';

/** One more class: its names, its letter, where one waits for it, which counters serve it. Hours and everything else are changed in the forms after that. */
export const AddClass = ({ rules, onAdd, onClose }: { rules: Rules; onAdd: (rules: Rules) => void; onClose: () => void }): ReactNode => {
  const { say, text } = useWords();
  const [begun, setBegun] = useState<Begun>(() => ({ zh: '', en: '', prefix: freePrefix(rules), whereZh: '', whereEn: '', wayZh: '', wayEn: '', counters: [] }));
  const missing = missingIn(begun, rules);
  const line = (field: Exclude<keyof Begun, 'counters'>, label: string, autoFocus = false): ReactNode => <LineField label={label} value={begun[field]} onChange={(value) => setBegun({ ...begun, [field]: field === 'prefix' ? value.toUpperCase() : value })} name={`new-${field}`} maxLength={field === 'prefix' ? 2 : 60} autoFocus={autoFocus} mistake={field === 'prefix' && missing.includes('prefix') ? say('forms.badPrefix') : null} />;
  const both = (label: string): string => say('forms.inEnglish', { label });
  return (
    <Ask
      open
      title={say('forms.addClass')}
      onClose={onClose}
      onAnswer={() => {
        onAdd(withClass(rules, begun));
        onClose();
      }}
      answer={say('forms.addClassAnswer')}
      disabled={missing.length > 0}
    >
      <p className="quiet">{say('forms.addClassHint')}</p>
      <div className="pair">
        {line('zh', say('forms.name'), true)}
        {line('en', both(say('forms.name')))}
        {line('whereZh', say('forms.where'))}
        {line('whereEn', both(say('forms.where')))}
        {line('wayZh', say('forms.wayThere'))}
        {line('wayEn', both(say('forms.wayThere')))}
        {line('prefix', say('forms.prefix'))}
      </div>
      <CheckboxGroup className="choices" value={[...begun.counters]} onChange={(counters) => setBegun({ ...begun, counters })}>
        <Label>{say('forms.servedAt')}</Label>
        <div>
          {rules.counters.map(({ id, name }) => (
            <Checkbox key={id} value={id} data-name={`new-counter-${id}`}>
              {say('counter.name', { counter: id })}
              <span className="quiet">{text(name)}</span>
            </Checkbox>
          ))}
        </div>
      </CheckboxGroup>
    </Ask>
  );
};
