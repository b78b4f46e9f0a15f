import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton } from '../../ui/buttons.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

/** 办事指南: everything the item's file says, a page at a time. */
export const Guide = ({ screen }: { screen: ScreenOf<'guide'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle kicker={say('guide.kicker')}>{text(screen.item.name)}</PageTitle>}>
          {screen.rows.map((row, index) => (
            <dl key={index} className="fact">
              <dt>{text(row.label)}</dt>
              <dd className="lines">{text(row.value)}</dd>
            </dl>
          ))}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          {screen.open ? (
            <PrimaryButton onPress={() => send({ type: 'open-item', item: screen.item.id })} after="arrow-right" name="start">
              {say('guide.start')}
            </PrimaryButton>
          ) : (
            <p className="says">{say('guide.closed')}</p>
          )}
        </CounterBand>
      }
    />
  );
};
