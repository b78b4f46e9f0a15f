import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Phrases } from '../../ui/phrases.tsx';
import { Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, shortDay } from '../time.ts';

/** What to know before beginning, in a few numbered sentences. */
export const Notice = ({ screen }: { screen: ScreenOf<'notice'> }): ReactNode => {
  const { say, text, language } = useWords();
  const { view, send } = usePage();
  const saved = screen.resume === null ? null : asDate(screen.resume.savedAt);
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall head={<PageTitle kicker={say('notice.kicker')}>{text(screen.title)}</PageTitle>}>
          {saved === null ? null : (
            <Note key="resume" tone="good" icon="clock">
              {say('notice.resume', { day: shortDay(saved, view.hall.timeZone, language), time: clock(saved, view.hall.timeZone) })}
            </Note>
          )}
          {screen.paragraphs.map((paragraph, index) => (
            <div key={index} className="numbered" data-together="">
              <b>{index + 1}</b>
              <p>
                <Phrases>{text(paragraph)}</Phrases>
              </p>
            </div>
          ))}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send({ type: 'agree' })} after="arrow-right" name="agree">
            {text(screen.agree)}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
