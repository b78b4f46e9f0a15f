import type { ReactNode } from 'react';
import { cellsOf, pagesOf } from './bar.ts';
import type { Choice } from './choices.ts';
import { ArrowFace, Key } from './key.tsx';
import type { Labels } from './labels.ts';

type ChoiceBarProps = {
  choices: readonly Choice[];
  page: number;
  /** Said when there is nothing to choose, or when `told` asks for it. */
  note: string;
  told: boolean;
  labels: Labels;
  onChoose: (choice: Choice) => void;
  onPage: (page: number) => void;
};

/** Seven cells: choices with their numbers, and turning pages. Its place is kept when there is nothing to choose. */
export const ChoiceBar = ({ choices, page, note, told, labels, onChoose, onPage }: ChoiceBarProps): ReactNode => {
  const pages = pagesOf(choices);
  const shown = pages[page] ?? [];
  if (told || choices.length === 0) {
    return (
      <div className="kb-bar" data-empty="">
        <p role="status">{note}</p>
      </div>
    );
  }
  return (
    <div className="kb-bar" role="group" aria-label={labels.choices}>
      {shown.map((choice, at) => (
        <div key={choice.text} className="kb-choice" data-cells={cellsOf(choice.text)} data-first={page === 0 && at === 0 ? '' : undefined}>
          <Key onPress={() => onChoose(choice)} name={`${String(at + 1)} ${choice.text}`}>
            <small>{at + 1}</small>
            <span data-long={[...choice.text].length > 2 ? '' : undefined}>{choice.text}</span>
          </Key>
        </div>
      ))}
      <div className="kb-turn">
        {pages.length > 1 ? (
          <>
            <Key name={labels.previous} disabled={page === 0} onPress={() => onPage(page - 1)}>
              <ArrowFace back />
            </Key>
            <Key name={labels.next} disabled={page >= pages.length - 1} onPress={() => onPage(page + 1)}>
              <ArrowFace />
            </Key>
          </>
        ) : null}
      </div>
    </div>
  );
};

