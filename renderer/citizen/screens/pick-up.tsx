/** 取件: which originals are here, one cell opened, and how it stands with its door. */
import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { ClosedPanel } from '../../ui/fault.tsx';
import { DoneMark } from '../../ui/done.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Phrases } from '../../ui/phrases.tsx';
import { RowTile, StateTag } from '../../ui/tiles.tsx';
import { Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { reasonWords } from './closed.tsx';
import { grouped } from './mine.tsx';

/** Originals that lie here for whoever stands there; or why no cell can be opened now. */
export const PickUps = ({ screen }: { screen: ScreenOf<'pick-ups'> }): ReactNode => {
  const words = useWords();
  const { say, text } = words;
  const { view, send } = usePage();
  const { originals, closed } = screen;
  const title = closed.length > 0 ? 'pickUp.closedTitle' : originals.length === 0 ? 'pickUp.titleNone' : originals.length === 1 ? 'pickUp.titleOne' : 'pickUp.title';
  return (
    <StepFrame
      wall={
        <Wall head={closed.length > 0 || originals.length === 0 ? <PageTitle>{say(title)}</PageTitle> : <PageTitle lead={say('pickUp.lead', { where: text(screen.where) })}>{say(title)}</PageTitle>}>
          {closed.map((reason, index) => {
            const reasoned = reasonWords(words, reason, view);
            return <ClosedPanel key={index} icon={reasoned.icon} what={reasoned.what} body={reasoned.body} nothing={index === 0 ? say('pickUp.closedSafe') : null} />;
          })}
          {closed.length > 0 ? (
            <p key="way" className="after-panel">
              {say('pickUp.closedWay')}
            </p>
          ) : null}
          {closed.length === 0 && originals.length === 0 ? (
            <Note key="none" tone="attention" icon="clock">
              {say('pickUp.none')}
            </Note>
          ) : null}
          {closed.length > 0
            ? null
            : originals.map((one) =>
                one.ready ? (
                  <RowTile
                    key={one.document}
                    id={`fetch-${one.cell}`}
                    icon="locker"
                    name={text(one.itemName)}
                    hint={say('pickUp.caseNumber', { number: grouped(one.caseNumber) })}
                    tag={<StateTag tone="good">{say('pickUp.cell', { cell: one.cell })}</StateTag>}
                    onPress={() => send({ type: 'fetch', document: one.document })}
                  />
                ) : (
                  <div key={one.document} className="pick-note">
                    <Note tone="attention" icon="warning" title={`${text(one.itemName)} · ${say('pickUp.cell', { cell: one.cell })}`}>
                      {say('pickUp.notReady')}
                      <br />
                      {say('pickUp.notReadyHint')}
                    </Note>
                  </div>
                ),
              )}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <span className="spring" />
        </CounterBand>
      }
    />
  );
};

type Fetch = ScreenOf<'fetch'>;

const TITLES: Readonly<Record<Fetch['step'], string>> = { opening: 'opening', open: 'openTitle', collected: 'collectedTitle', 'not-opened': 'notOpenedTitle', inside: 'insideTitle', stuck: 'stuckTitle', 'left-open': 'leftTitle' };

/** What is the matter with the cell; null: nothing is. */
const useTrouble = ({ step, cell }: Fetch): { body: string; way: string | null } | null => {
  const { say } = useWords();
  switch (step) {
    case 'not-opened':
      return { body: say('pickUp.notOpened'), way: null };
    case 'inside':
      return { body: say('pickUp.inside'), way: null };
    case 'stuck':
      return { body: say('pickUp.stuck', { cell }), way: say('pickUp.stuckWay') };
    case 'left-open':
      return { body: say('pickUp.left', { cell }), way: say('pickUp.leftWay') };
    default:
      return null;
  }
};

/** One cell, large: which, where, and what its door waits for. */
export const FetchOriginal = ({ screen }: { screen: Fetch }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const { step, cell, watched } = screen;
  const trouble = useTrouble(screen);
  const title = step === 'collected' && !watched ? 'collectedTitleWord' : TITLES[step];
  const lead = step === 'opening' ? say('pickUp.openingLead') : step === 'open' ? say('pickUp.openLead') : step === 'collected' ? say('pickUp.collected', { item: text(screen.itemName) }) : null;
  const head = lead === null ? <PageTitle>{say(`pickUp.${title}`, { cell })}</PageTitle> : <PageTitle lead={lead}>{say(`pickUp.${title}`, { cell })}</PageTitle>;
  return (
    <StepFrame
      wall={
        <Wall
          head={
            step === 'collected' ? (
              <div className="done-head">
                <DoneMark />
                <div>{head}</div>
              </div>
            ) : (
              head
            )
          }
        >
          <div key="cell" className="cell-door" data-step={step}>
            <p className="cell-number">{cell}</p>
            <p className="cell-where">
              <b>{say('pickUp.cell', { cell })}</b>
              <span>{text(screen.where)}</span>
            </p>
          </div>
          <dl key="what" className="fact large">
            <dt>{say('pickUp.what')}</dt>
            <dd>{text(screen.itemName)}</dd>
          </dl>
          {trouble === null ? null : (
            <div key="trouble" className="pick-note">
              <Note tone="attention" icon="warning">
                {trouble.body}
              </Note>
            </div>
          )}
          {trouble === null || trouble.way === null ? null : (
            <p key="way" className="after-panel">
              <Phrases>{trouble.way}</Phrases>
            </p>
          )}
          {step === 'open' && watched ? (
            <p key="state" className="wait-state" role="status">
              <i className="light" data-tone="wait" />
              <b>{say('pickUp.openWait')}</b>
              <span>{say('pickUp.openWaitHint')}</span>
            </p>
          ) : null}
          {step === 'open' && !watched ? (
            <div key="unwatched" className="pick-note">
              <Note tone="attention" icon="person">
                {say('pickUp.unwatched')}
              </Note>
            </div>
          ) : null}
        </Wall>
      }
      counter={
        <CounterBand>
          {step === 'opening' || step === 'open' || step === 'collected' ? null : <BackButton onPress={() => send({ type: 'back' })} />}
          {step === 'collected' && screen.others > 0 ? (
            <SideButton onPress={() => send({ type: 'back' })} icon="locker" name="others">
              {say('pickUp.others')}
            </SideButton>
          ) : null}
          {step === 'collected' ? null : <span className="spring" />}
          {step === 'open' && !watched ? (
            <PrimaryButton onPress={() => send({ type: 'fetched' })} icon="tick" name="fetched">
              {say('pickUp.fetched')}
            </PrimaryButton>
          ) : null}
          {step === 'collected' ? (
            <PrimaryButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
              {say('pickUp.leave')}
            </PrimaryButton>
          ) : null}
        </CounterBand>
      }
    />
  );
};
