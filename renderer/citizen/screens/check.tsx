import { useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { AnswerGroup, AnswerRow, HoldToSee } from '../../ui/answers.tsx';
import { BackButton, PrimaryButton } from '../../ui/buttons.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Block, useTurning, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

type Screen = ScreenOf<'check'>;

const placeOf = (index: number, count: number): 'first' | 'middle' | 'last' | 'only' => (count === 1 ? 'only' : index === 0 ? 'first' : index === count - 1 ? 'last' : 'middle');

/** Small groups turn the page as a whole; of a large one at least two rows stay with its heading. */
const together = (rows: number, index: number): boolean => index < rows - 1 && (rows <= 4 || index === 0);

/** All answers on one page, each with its way to change it; numbers whole only while held. */
export const Check = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const [held, setHeld] = useState(false);
  const hidden = screen.groups.some((group) => group.rows.some((row) => row.full.zh !== row.masked.zh));
  const turning = useTurning();
  const more = turning.page < turning.pages - 1;
  const signs = screen.rail.steps.includes('sign');
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall
          turning={turning}
          head={
            <div className="check-head">
              <PageTitle lead={say('check.lead')}>{say(signs ? 'check.title' : 'check.titleNoSign')}</PageTitle>
              {hidden ? <HoldToSee onHold={setHeld} /> : null}
            </div>
          }
        >
          {screen.groups.flatMap((group) => [
            <Block key={group.id} keep>
              <AnswerGroup title={text(group.title)} />
            </Block>,
            ...group.rows.map((row, index) => (
              <Block key={`${group.id} ${row.field}`} keep={together(group.rows.length, index)}>
                <AnswerRow
                  label={text(row.label)}
                  value={text(held ? row.full : row.masked)}
                  source={row.source}
                  place={placeOf(index, group.rows.length)}
                  showFixed={row.target !== 'materials'}
                  onChange={row.editable && row.target !== 'none' ? () => send(row.target === 'materials' ? { type: 'change-materials' } : { type: 'change', field: row.field }) : null}
                />
              </Block>
            )),
          ])}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          {more ? (
            <PrimaryButton key="next-page" onPress={() => turning.turn(turning.page + 1)} after="arrow-right" name="see-next">
              {say('check.seeNext')}
            </PrimaryButton>
          ) : (
            <PrimaryButton key="all-correct" onPress={() => send({ type: 'all-correct' })} after="arrow-right" name="all-correct">
              {say(signs ? 'check.toSign' : 'check.go')}
            </PrimaryButton>
          )}
        </CounterBand>
      }
    />
  );
};
