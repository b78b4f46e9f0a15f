import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { faultCure, useWords } from '../../i18n/words.ts';
import { BackButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { ActPicture, Icon, WhereInset } from '../../ui/pictures/index.ts';
import { Phrases } from '../../ui/phrases.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

const WORDS = {
  waiting: ['card.waiting', 'card.waitingHint', 'wait'],
  reading: ['card.reading', 'card.readingHint', 'busy'],
  failed: ['card.failed', 'card.failedHint', 'wrong'],
  'not-accepted': ['card.notAccepted', 'card.notAcceptedHint', 'wrong'],
  expired: ['card.expired', 'card.expiredHint', 'wrong'],
} as const;

/** Lay your card: the card is the button. */
export const Card = ({ screen }: { screen: ScreenOf<'card'> }): ReactNode => {
  const { say, text, join } = useWords();
  const { send } = usePage();
  const [title, hint, tone] = WORDS[screen.state];
  return (
    <StepFrame
      item={screen.item?.name ?? null}
      rail={screen.rail}
      wall={
        <Wall head={screen.forPickUp ? <PageTitle lead={join(say('pickUp.cardLead'), screen.codeWhere === null ? '' : say('pickUp.cardOrCode', { where: text(screen.codeWhere) }))}>{say('pickUp.cardTitle')}</PageTitle> : screen.forNumber === null ? <PageTitle lead={say('card.lead')}>{say('card.title')}</PageTitle> : <PageTitle lead={join(say('numbers.cardForLead'), screen.codeWhere === null ? '' : say('numbers.cardOrCode', { where: text(screen.codeWhere) }))}>{say('numbers.cardFor', { name: text(screen.forNumber) })}</PageTitle>}>
          <Block key="picture" grow>
            <div className="act-card">
              <ActPicture act="lay-card" still={screen.state !== 'waiting'} />
              <div className="foot">
                <p className="sides quiet lines">{say('card.sides')}</p>
                <div className="where-box">
                  <WhereInset slot="card" />
                  <p>
                    <b>{text(screen.where)}</b>
                  </p>
                </div>
              </div>
            </div>
          </Block>
          {screen.codeProblem === null ? null : (
            <Note key="code" tone="attention" icon="warning">
              {say(`numbers.codeProblem.${screen.codeProblem}`)}
            </Note>
          )}
          <p key="state" className="wait-state" role="status">
            <i className="light" data-tone={tone} />
            <b>{say(title)}</b>
            <span>{screen.state === 'failed' && screen.fault !== null ? faultCure(say, screen.fault, 'id-card', 'wait') : say(hint)}</span>
          </p>
          <p key="kept" className="kept-line">
            <Icon name="lock" size={11} />
            {say('card.kept')}
          </p>
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <p className="says">
            <Phrases>{say('card.broken')}</Phrases>
          </p>
        </CounterBand>
      }
    />
  );
};
