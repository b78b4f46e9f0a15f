import { useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { has, useWords, type Say } from '../../i18n/words.ts';
import { ChoiceButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { Example, Field, FieldNote, Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Keyboard, type KeyboardMode } from '../../ui/keyboard/index.ts';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

type Screen = ScreenOf<'question'>;
const KEYS: Readonly<Record<Screen['question']['input'], KeyboardMode | null>> = { text: 'text', address: 'text', number: 'number', phone: 'phone', date: 'date', amount: 'amount', choice: null, none: null };

const errorWords = (say: Say, error: NonNullable<Screen['error']>, input: Screen['question']['input']): string => {
  const ofText = `question.errors.${error.code}Text`;
  if (error.amount !== null && (input === 'text' || input === 'address') && has(ofText)) return say(ofText, { amount: error.amount });
  const bare = `question.errors.${error.code}None`;
  return error.amount === null && has(bare) ? say(bare) : say(`question.errors.${error.code}`, { amount: error.amount ?? '' });
};

/** As people read it: a mobile number in groups; an amount that came from elsewhere in thousands, one that is being typed as typed. */
const shown = (screen: Screen, value: string): string => {
  if (screen.question.input === 'phone' && /^\d{4,11}$/.test(value)) return value.replace(/^(\d{3})(\d{1,4})(\d*)$/, (_, a: string, b: string, c: string) => [a, b, c].filter((part) => part !== '').join(' '));
  if (screen.question.input === 'amount' && value === screen.value) return value.replace(/^\d+/, (yuan) => yuan.replaceAll(/\B(?=(?:\d{3})+$)/g, ','));
  return value;
};

/** One question. Choices stand on the wall; what must be typed has its keys on the counter. */
export const Question = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, language } = useWords();
  const { send, narrow } = usePage();
  const { question } = screen;
  const [value, setValue] = useState(screen.value);
  const [composing, setComposing] = useState('');
  const mode = KEYS[question.input];
  // Beside a keyboard a small panel has no room for everything: the hint follows the field, and may be on its second page.
  const folded = narrow && mode !== null;
  const quick = question.quick.find((one) => one.value === value);
  // What is wrong belongs to the answer that was sent; it fades as soon as the answer changes.
  const wrong = screen.error !== null && value === screen.value ? screen.error : null;
  const answer = (): void => send({ type: 'answer', field: question.field, value });
  const source = value === screen.value && value !== '' ? (screen.source === 'card' ? 'question.fromCard' : screen.source === 'platform' ? 'question.fromPlatform' : null) : null;

  const note = wrong !== null ? <FieldNote tone="wrong">{errorWords(say, wrong, question.input)}</FieldNote> : <FieldNote tone="quiet">{source === null ? '\u00a0' : say(source)}</FieldNote>;
  const buttons = (
    <>
      <SideButton onPress={() => send({ type: 'back' })} icon="arrow-left" name="back">
        {say(screen.fromCheck ? 'question.keep' : screen.index === 0 ? 'common.back' : 'question.previous')}
      </SideButton>
      <PrimaryButton onPress={answer} after="arrow-right" name="next">
        {say(screen.fromCheck ? 'question.backToCheck' : 'question.next')}
      </PrimaryButton>
    </>
  );
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall
          compact={mode !== null}
          head={
            <>
              <PageTitle kicker={screen.fromCheck || folded ? null : say('question.count', { index: screen.index + 1, total: screen.total })} lead={question.hint === null || folded ? undefined : text(question.hint)}>
                {text(question.title)}
              </PageTitle>
              {mode === null ? null : (
                <>
                  <Field label={text(question.label)} value={quick === undefined ? shown(screen, value) : text(quick.label)} composing={composing} placeholder={say(`question.placeholder.${question.input}`)} unit={question.unit === null || quick !== undefined ? null : text(question.unit)} wrong={wrong !== null} />
                  {note}
                </>
              )}
            </>
          }
        >
          {screen.correction === null ? null : (
            <Note key="correction" tone="attention" icon="person" title={say('question.correction')}>
              {text(screen.correction)}
            </Note>
          )}
          {mode === null
            ? question.choices.map((choice) => (
                <ChoiceButton key={choice.value} personal chosen={value === choice.value} hint={choice.hint === null ? null : text(choice.hint)} onPress={() => setValue(choice.value)} name={`choice-${choice.value}`}>
                  {text(choice.label)}
                </ChoiceButton>
              ))
            : null}
          {mode === null ? <div key="note">{note}</div> : null}
          {question.quick.length === 0 ? null : (
            <div key="quick" className="quick-row">
              {question.quick.map((one) => (
                <ChoiceButton key={one.value} personal small chosen={value === one.value} onPress={() => (setValue(one.value), setComposing(''))} name={`quick-${one.value}`}>
                  {text(one.label)}
                </ChoiceButton>
              ))}
            </div>
          )}
          {question.hint === null || !folded ? null : (
            <p key="hint" className="after-panel quiet">
              {text(question.hint)}
            </p>
          )}
          {question.example === null ? null : (
            <Block key="example" grow>
              <Example title={text(question.example.title)} body={text(question.example.body)} picture={question.example.picture} caption={question.example.caption === null ? '' : text(question.example.caption)} />
            </Block>
          )}
        </Wall>
      }
      counter={
        mode === null ? (
          <CounterBand>{buttons}</CounterBand>
        ) : (
          <CounterBand keys>
            <Keyboard mode={mode} value={quick === undefined ? value : ''} onChange={setValue} maxLength={question.maxLength} language={language} onComposition={setComposing} />
            <div className="row">{buttons}</div>
          </CounterBand>
        )
      }
    />
  );
};
