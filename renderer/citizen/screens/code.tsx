import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Icon } from '../../ui/pictures/index.ts';
import { Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

/** Codes that one's card stands for. */
const BY_CARD: ReadonlySet<ScreenOf<'code'>['found']> = new Set(['identity', 'slip']);

/** A code was shown that leads nowhere by itself: what it is, and where to go with it. */
export const ShownCode = ({ screen }: { screen: ScreenOf<'code'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle>{say(`codes.title.${screen.found}`)}</PageTitle>}>
          <Note key="why" tone="attention" icon="warning">
            {say(`codes.body.${screen.found}`)}
          </Note>
          {BY_CARD.has(screen.found) && screen.cardWhere !== null ? (
            <p key="card" className="reader" data-state="waiting">
              <Icon name="card" size={17} lit />
              <span>{say('codes.card', { where: text(screen.cardWhere) })}</span>
            </p>
          ) : null}
        </Wall>
      }
      counter={
        <CounterBand>
          {screen.numbers ? (
            <SideButton onPress={() => send({ type: 'open-numbers' })} icon="ticket" name="numbers">
              {say('codes.numbers')}
            </SideButton>
          ) : null}
          <PrimaryButton onPress={() => send({ type: 'home' })} after="arrow-right" name="home">
            {say('common.home')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
