import { useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { HoldToSee, Masked } from '../../ui/answers.tsx';
import { BackButton, PrimaryButton } from '../../ui/buttons.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Icon } from '../../ui/pictures/index.ts';
import { Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

/** What the certificate will say, before it is printed. */
export const Confirm = ({ screen }: { screen: ScreenOf<'confirm'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const [held, setHeld] = useState(false);
  const hidden = screen.facts.some((fact) => fact.full !== fact.masked);
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall
          head={
            <div className="check-head">
              <PageTitle lead={say('confirm.lead')}>{say('confirm.title')}</PageTitle>
              {hidden ? <HoldToSee onHold={setHeld} /> : null}
            </div>
          }
        >
          <div key="gap" className="gap" />
          {screen.facts.map((fact, index) => (
            <dl key={index} className="fact large">
              <dt>{text(fact.label)}</dt>
              <dd data-personal="">
                <Masked value={held ? fact.full : fact.masked} />
              </dd>
            </dl>
          ))}
          {screen.sheets > 0 ? (
            <p key="sheets" className="sheets-line">
              <Icon name="sheet" size={16} />
              {say('confirm.sheets', { n: screen.sheets })}
            </p>
          ) : null}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send({ type: 'confirm' })} icon={screen.sheets > 0 ? 'printer' : 'tick'} name="confirm">
            {say(screen.sheets > 0 ? 'confirm.print' : 'confirm.go')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
