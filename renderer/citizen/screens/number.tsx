/** On the way to a number: which class, who comes earlier, an appointment; and what is said when there is none. */
import { useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { opensSaid } from '../../ui/opening.ts';
import { BackButton, ChoiceButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { Field, FieldNote, Note } from '../../ui/field.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Keyboard } from '../../ui/keyboard/index.ts';
import { Phrases } from '../../ui/phrases.tsx';
import { RowTile, StateTag } from '../../ui/tiles.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, dayAndWeekday } from '../time.ts';

type Class = ScreenOf<'number'>['classes'][number];

/** How long, as far as anybody knows. */
const useWait = (): ((one: Class) => string) => {
  const { say } = useWords();
  return ({ range, openCounters }) => {
    if (range !== null && range.to === 0) return say('numbers.soon');
    if (range !== null) return range.from === range.to ? say('numbers.minutesOne', { from: range.from }) : say('numbers.minutes', range);
    return say(openCounters === 0 ? 'numbers.noCounter' : 'numbers.unknown');
  };
};

/** Which class: pressed, the number is taken. */
export const NumberClasses = ({ screen }: { screen: ScreenOf<'number'> }): ReactNode => {
  const { say, text, language } = useWords();
  const { send } = usePage();
  const wait = useWait();
  const byCard = screen.priorities.find((one) => one.byCard && one.chosen);
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle kicker={screen.item === null ? null : text(screen.item.name)} lead={say('numbers.lead')}>{say(screen.item === null ? 'numbers.title' : 'numbers.titleOne')}</PageTitle>}>
          {screen.classes.map((one) => (
            <RowTile
              key={one.id}
              id={`class-${one.id}`}
              icon="ticket"
              name={text(one.name)}
              hint={
                one.open ? (
                  <>
                    {one.waiting === 0 ? say('numbers.nobody') : say('numbers.waiting', { n: one.waiting })} · {wait(one)}
                  </>
                ) : (
                  (opensSaid(one.opening, language) ?? undefined)
                )
              }
              tag={one.open ? one.identify === 'none' ? undefined : <StateTag tone="quiet">{say('numbers.card')}</StateTag> : <StateTag tone="attention">{say('numbers.closed')}</StateTag>}
              onPress={() => send({ type: 'take-number', class: one.id })}
            />
          ))}
          {screen.appointments ? <RowTile key="check-in" id="check-in" icon="clock" name={say('numbers.checkIn')} onPress={() => send({ type: 'open-check-in' })} /> : null}
          {screen.priorities.length === 0 ? null : (
            <Block key="earlier-title" keep>
              <GroupTitle>{say('numbers.earlier')}</GroupTitle>
            </Block>
          )}
          {screen.priorities.length === 0 ? null : (
            <div key="earlier" className="number-earlier">
              <div className="quick-row">
                {screen.priorities.map((one) => (
                  <ChoiceButton key={one.id} small chosen={one.chosen} onPress={() => send({ type: 'choose-priority', priority: one.chosen ? null : one.id })} name={`priority-${one.id}`}>
                    {text(one.name)}
                  </ChoiceButton>
                ))}
              </div>
              <p className="quiet">
                <Phrases>{byCard === undefined ? say('numbers.earlierHint') : say('numbers.byCard', { name: text(byCard.name) })}</Phrases>
              </p>
            </div>
          )}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <span className="spring" />
        </CounterBand>
      }
    />
  );
};

/** Why somebody is not checked in: from when on he may be, or for when and where the appointment is. */
const useWhyNot = (screen: ScreenOf<'check-in'>): string => {
  const { say, text, language } = useWords();
  const { view } = usePage();
  const { refusal, from, agreed } = screen;
  const { timeZone } = view.hall;
  if (from !== null) return say('numbers.tooEarly', { time: clock(asDate(from), timeZone) });
  if (agreed !== null) {
    const at = asDate(agreed.at);
    const when = { day: dayAndWeekday(at, timeZone, language), time: clock(at, timeZone) };
    if (refusal === 'other-hall' && agreed.hall !== null) return say('numbers.otherHall', { ...when, hall: text(agreed.hall) });
    if (refusal === 'other-day') return say(at < asDate(view.now) ? 'numbers.pastDay' : 'numbers.otherDay', when);
  }
  return say(`numbers.refusals.${refusal ?? 'unreachable'}`);
};

/** The code of an appointment, typed or shown. */
export const CheckIn = ({ screen }: { screen: ScreenOf<'check-in'> }): ReactNode => {
  const { say, text, language, join } = useWords();
  const { send } = usePage();
  const whyNot = useWhyNot(screen);
  const [code, setCode] = useState('');
  // What was refused is told until something else is being typed.
  const wrong = screen.refusal !== null && code === '';
  const lead = join(say('numbers.checkInLead'), screen.codeWhere === null ? '' : say('numbers.checkInCode', { where: text(screen.codeWhere) }));
  return (
    <StepFrame
      wall={
        <Wall
          compact
          head={
            <>
              <PageTitle lead={lead}>{say('numbers.checkInTitle')}</PageTitle>
              <Field value={code} composing="" label={say('numbers.checkInField')} placeholder={say('numbers.checkInField')} wrong={wrong} unit={null} />
              <FieldNote tone={wrong ? 'wrong' : 'quiet'}>{wrong ? whyNot : '\u00a0'}</FieldNote>
            </>
          }
        />
      }
      counter={
        <CounterBand keys>
          <Keyboard mode="text" latin value={code} onChange={setCode} maxLength={40} language={language} />
          <div className="row">
            <BackButton onPress={() => send({ type: 'back' })} />
            <PrimaryButton onPress={() => send({ type: 'check-in', code })} disabled={code.trim() === ''} after="arrow-right" name="check-in-go">
              {say('numbers.checkInGo')}
            </PrimaryButton>
          </div>
        </CounterBand>
      }
    />
  );
};

/** No number: why, and what then. */
export const NoNumber = ({ screen }: { screen: ScreenOf<'no-number'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle kicker={screen.className === null ? null : text(screen.className)}>{say('numbers.noTitle')}</PageTitle>}>
          <Note key="why" tone="attention" icon="warning" >
            {say(`numbers.refusals.${screen.refusal}`)}
          </Note>
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send({ type: 'home' })} after="arrow-right" name="home">
            {say('common.home')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};

/** The number is given back: somebody else comes sooner. */
export const NumberBack = ({ screen }: { screen: ScreenOf<'number-back'> }): ReactNode => {
  const { say } = useWords();
  const { send } = usePage();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle lead={say('numbers.goneBody')}>{say('numbers.goneTitle', { number: screen.number })}</PageTitle>}>
          <Block key="rest" grow>
            <span />
          </Block>
        </Wall>
      }
      counter={
        <CounterBand>
          <SideButton onPress={() => send({ type: 'open-numbers' })} icon="ticket" name="again">
            {say('numbers.again')}
          </SideButton>
          <PrimaryButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
            {say('done.leavePlain')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
