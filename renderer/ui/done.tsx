import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../i18n/words.ts';
import { ActPicture, Icon, type Act, type IconName } from './pictures/index.ts';
import { Phrases } from './phrases.tsx';
import { StateTag } from './tiles.tsx';

/** The tick in its disc: stored, and not before. */
export const DoneMark = (): ReactNode => (
  <span className="done-mark">
    <Icon name="tick" size={30} />
  </span>
);

type Take = { act: Act; lit: boolean; tag: string | null; title: string; lines: readonly string[]; button: ReactNode };

/** What waits for a hand: lit until the sensor says it was taken. */
export const TakePrompt = ({ act, lit, tag, title, lines, button }: Take): ReactNode => (
  <div className="take-prompt" data-lit={lit ? '' : undefined} data-paper={act === 'take-slip' ? '' : undefined}>
    <ActPicture act={act} still={!lit} />
    <div className="words">
      {tag === null ? null : <StateTag tone="attention">{tag}</StateTag>}
      <h2 role="status">{title}</h2>
      {lines.map((line) => (
        <p key={line}>
          <Phrases>{line}</Phrases>
        </p>
      ))}
      {button}
    </div>
  </div>
);

export type NextStep = { icon: IconName; done: boolean; title: string; body: string };

/** What happened and what comes next, in order. */
export const NextSteps = ({ steps }: { steps: readonly NextStep[] }): ReactNode => (
  <ol className="next-steps">
    {steps.map((step) => (
      <li key={step.title} data-done={step.done ? '' : undefined}>
        <span className="mark">
          <Icon name={step.icon} size={13} />
        </span>
        <div>
          <p className="title">{step.title}</p>
          <p className="body">
            <Phrases>{step.body}</Phrases>
          </p>
        </div>
      </li>
    ))}
  </ol>
);

const SCORES = [5, 4, 3, 2, 1] as const;

/** How did it go: dots, no faces; may be skipped. */
export const RatingRow = ({ rating, onRate }: { rating: number | null; onRate: (score: number) => void }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="rating">
      <p className="rating-title">
        <b>{say('done.rating')}</b>
        <span className="quiet">{say(rating === null ? 'done.ratingHint' : 'done.rated')}</span>
      </p>
      <div className="rating-row">
        {SCORES.map((score) => (
          <Button key={score} className="rate" data-chosen={rating === score ? '' : undefined} aria-pressed={rating === score} onPress={() => onRate(score)} data-name={`rate-${String(score)}`}>
            <span className="dots" aria-hidden="true">
              {Array.from({ length: score }, (_, index) => (
                <i key={index} />
              ))}
            </span>
            {say(`done.scores.${String(score)}`)}
          </Button>
        ))}
      </div>
    </div>
  );
};
