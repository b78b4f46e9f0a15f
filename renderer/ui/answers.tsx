import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { AnswerSource } from '../api/types.ts';
import { useWords } from '../i18n/words.ts';
import { Icon } from './pictures/index.ts';

/** A value with what hides its digits set as narrow as digits. */
export const Masked = ({ value }: { value: string }): ReactNode => value.split(/(•+)/).map((part, index) => (part.startsWith('•') ? <span key={index} className="hidden-digits">{part}</span> : part));

/** Where an answer came from. */
export const SourceTag = ({ source }: { source: AnswerSource }): ReactNode => {
  const { say } = useWords();
  return (
    <span className="source-tag" data-own={source === 'typed' || source === 'chosen' ? '' : undefined}>
      {say(`check.source.${source}`)}
    </span>
  );
};

type Row = { label: string; value: string; source: AnswerSource | null; onChange: (() => void) | null; showFixed: boolean; place: 'first' | 'middle' | 'last' | 'only' };

/** Question, answer, where it came from, and the way to change it. */
export const AnswerRow = ({ label, value, source, onChange, showFixed, place }: Row): ReactNode => {
  const { say } = useWords();
  return (
    <div className="answer-row" data-place={place}>
      <span className="label">{label}</span>
      <span className="value" data-personal="">{value === '' ? <span className="quiet">{say('check.empty')}</span> : <Masked value={value} />}</span>
      {source === null ? <span /> : <SourceTag source={source} />}
      {onChange === null ? (
        <span className="fixed">{showFixed ? say('check.fixed') : null}</span>
      ) : (
        <Button className="change" onPress={onChange} aria-label={`${say('check.change')} ${label}`} data-name="change">
          <Icon name="pencil" size={11} />
          {say('check.change')}
        </Button>
      )}
    </div>
  );
};

/** Heading of a group of answers. */
export const AnswerGroup = ({ title }: { title: string }): ReactNode => <h2 className="answer-group">{title}</h2>;

/** Shows the masked numbers while it is held, and not a moment longer. */
export const HoldToSee = ({ onHold }: { onHold: (held: boolean) => void }): ReactNode => {
  const { say } = useWords();
  return (
    <Button className="hold-to-see" onPressStart={() => onHold(true)} onPressEnd={() => onHold(false)} data-name="hold">
      <Icon name="eye" size={14} />
      {say('check.hold')}
    </Button>
  );
};
