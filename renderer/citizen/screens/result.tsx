import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton } from '../../ui/buttons.tsx';
import { ClosedPanel } from '../../ui/fault.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { ActPicture, Icon } from '../../ui/pictures/index.ts';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, shortDay } from '../time.ts';
import { reasonWords } from './closed.tsx';
import { grouped } from './mine.tsx';

/** How far a case is, and its certificate when it can be printed. */
export const Result = ({ screen }: { screen: ScreenOf<'result'> }): ReactNode => {
  const words = useWords();
  const { say, text, join, language } = words;
  const { view, send } = usePage();
  const zone = view.hall.timeZone;
  const decided = screen.decidedAt === null ? null : asDate(screen.decidedAt);
  const canPrint = screen.printable && screen.closed.length === 0;
  const meaning = screen.state !== 'approved' ? `result.body.${screen.state}` : !screen.printable ? 'result.body.approvedNoPaper' : canPrint ? 'result.body.approved' : 'result.body.approvedElsewhere';
  return (
    <StepFrame
      wall={
        <Wall
          head={
            <PageTitle kicker={`${text(screen.item.name)}　${say('mine.caseNumber', { number: grouped(screen.caseNumber) })}`} lead={decided === null ? say(meaning) : join(say(meaning), say('result.decided', { day: shortDay(decided, zone, language), time: clock(decided, zone) }))}>
              {say(`result.title.${screen.state}`)}
            </PageTitle>
          }
        >
          {screen.note === null ? null : (
            <Note key="note" tone={screen.state === 'refused' ? 'stop' : 'attention'} icon="person" title={say('result.note')}>
              {text(screen.note)}
            </Note>
          )}
          {screen.printable
            ? screen.closed.map((reason, index) => {
                const reasoned = reasonWords(words, reason, view);
                return <ClosedPanel key={index} icon={reasoned.icon} what={reasoned.what} body={reasoned.body} nothing={null} />;
              })
            : null}
          {canPrint ? (
            <Block key="picture" grow>
              <div className="act-card">
                <ActPicture act="take-sheet" still />
                <p className="sheets-line">
                  <Icon name="sheet" size={16} />
                  {say('confirm.sheets', { n: screen.sheets })}
                </p>
              </div>
            </Block>
          ) : null}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          {canPrint ? (
            <PrimaryButton onPress={() => send({ type: 'print' })} icon="printer" name="print">
              {say('result.print', { n: screen.sheets })}
            </PrimaryButton>
          ) : (
            <PrimaryButton onPress={() => send({ type: 'home' })} after="arrow-right" name="home">
              {say('common.home')}
            </PrimaryButton>
          )}
        </CounterBand>
      }
    />
  );
};

/** The case came back: everything to correct, told at once. */
export const Correction = ({ screen }: { screen: ScreenOf<'correction'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  return (
    <StepFrame
      wall={
        <Wall
          head={
            <PageTitle kicker={`${text(screen.item.name)}　${say('mine.caseNumber', { number: grouped(screen.caseNumber) })}`} lead={say('correction.lead')}>
              {say('correction.title', { n: screen.points.length })}
            </PageTitle>
          }
        >
          {screen.points.map((point, index) => (
            <div key={index} className="point">
              <Note tone="attention" title={`${say('correction.number', { n: index + 1 })} · ${text(point.label)}`}>
                {text(point.note)}
              </Note>
            </div>
          ))}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send({ type: 'correct' })} after="arrow-right" name="correct">
            {say('correction.start')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
