import type { ReactNode } from 'react';
import type { CaseState, ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton } from '../../ui/buttons.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import type { IconName } from '../../ui/pictures/index.ts';
import { RowTile, StateTag } from '../../ui/tiles.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, shortDay } from '../time.ts';
import { ItemRow } from './items.tsx';

/** A case number as it is read out: in groups of four. */
export const grouped = (caseNumber: string): string => (/^\d{8,}$/.test(caseNumber) ? caseNumber.replaceAll(/(\d{4})(?=\d)/g, '$1 ') : caseNumber);

const TONE: Readonly<Record<CaseState, 'good' | 'attention' | 'quiet' | 'stop'>> = { draft: 'attention', stored: 'quiet', received: 'quiet', 'to-correct': 'attention', approved: 'good', refused: 'stop', issued: 'good', quarantined: 'quiet' };
const ICON: Readonly<Record<CaseState, IconName>> = { draft: 'pencil', stored: 'document', received: 'clock', 'to-correct': 'pencil', approved: 'document', refused: 'document', issued: 'document', quarantined: 'person' };

/** A promised day counts while the reviewer has the case: not while the citizen has to correct it, nor after it. */
const PROMISED: ReadonlySet<CaseState> = new Set(['stored', 'received']);

/** After the card: what this person has done here, and what can be done now. */
export const Mine = ({ screen }: { screen: ScreenOf<'mine'> }): ReactNode => {
  const { say, text, language } = useWords();
  const { view, send } = usePage();
  const zone = view.hall.timeZone;
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle lead={say('mine.lead')} said={say('mine.helloSaid')}>{say('mine.hello', { name: screen.name })}</PageTitle>}>
          <Block key="cases" keep>
            {screen.cases.length === 0 ? <p className="t-body quiet">{say('mine.none')}</p> : <GroupTitle>{say('mine.cases')}</GroupTitle>}
          </Block>
          {screen.cases.map((one) => {
            const at = asDate(one.at);
            return (
              <RowTile
                key={one.caseNumber}
                id={`case-${one.caseNumber}`}
                icon={one.printable ? 'print' : ICON[one.state]}
                name={text(one.item.name)}
                hint={
                  <>
                    {say('mine.caseNumber', { number: grouped(one.caseNumber) })}
                    <br />
                    {one.printable ? <b className="ready">{say('mine.printable')}</b> : one.promisedBy === null || !PROMISED.has(one.state) ? say('mine.at', { day: shortDay(at, zone, language), time: clock(at, zone) }) : say('mine.promised', { day: shortDay(asDate(one.promisedBy), zone, language) })}
                  </>
                }
                tag={<StateTag tone={TONE[one.state]}>{say(`states.${one.state}`)}</StateTag>}
                onPress={() => send({ type: 'open-case', caseNumber: one.caseNumber })}
              />
            );
          })}
          {screen.pickUp === null ? null : (
            <RowTile key="pick-up" id="pick-up" icon="locker" name={say('pickUp.mine.name')} hint={screen.pickUp === 0 ? say('pickUp.mine.none') : <b className="ready">{say('pickUp.mine.some', { n: screen.pickUp })}</b>} onPress={() => send({ type: 'open-pick-up' })} />
          )}
          {screen.items.length === 0 && !screen.numbers ? null : (
            <Block key="items" keep>
              <GroupTitle>{say('mine.items')}</GroupTitle>
            </Block>
          )}
          {screen.items.map((item) => (
            <ItemRow key={item.id} item={item} onPress={() => send({ type: 'open-item', item: item.id })} />
          ))}
          {screen.numbers ? <RowTile key="number" id="number" icon="ticket" name={say('numbers.entry.name')} hint={say('numbers.entry.hint')} onPress={() => send({ type: 'open-numbers' })} /> : null}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <p className="says">{screen.cases.length === 0 ? say('mine.noneHint') : ''}</p>
        </CounterBand>
      }
    />
  );
};
