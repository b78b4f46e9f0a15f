import { useEffect, useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { PrimaryButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { ActPicture, HallMark } from '../../ui/pictures/index.ts';
import { StateTag } from '../../ui/tiles.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { useBell } from '../bell.ts';
import { usePage } from '../context.ts';

/** After this long the citizen is told that it is slow, and of the way out. */
const LONG_MS = 10_000;

/** No agent answers: the page waits, quietly, and shows nothing of anybody. */
export const Starting = ({ shown }: { shown: boolean }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="starting" data-screen="away">
      {shown ? (
        <>
          <HallMark />
          <h1>{say('starting.title')}</h1>
          <p>{say('starting.body')}</p>
        </>
      ) : null}
    </div>
  );
};

const Patience = (): ReactNode => {
  const { say } = useWords();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLong(true), LONG_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return <p className="says">{say(long ? 'working.long' : 'working.body')}</p>;
};

/** Work in progress: which step, how far; when it takes long, a way out. */
export const Working = ({ screen }: { screen: ScreenOf<'working'> }): ReactNode => {
  const { say } = useWords();
  const { progress } = screen;
  return (
    <StepFrame
      item={screen.item?.name ?? null}
      rail={screen.rail}
      wall={
        <Wall>
          <Block key="work" grow>
            <div className="work" role="status">
              <h1>{say(`working.${screen.what}`)}</h1>
              <div className="work-bar" data-open={progress === null ? '' : undefined} aria-hidden="true">
                <i style={progress === null ? undefined : { transform: `scaleX(${String(progress.total <= 0 ? 0 : Math.min(1, progress.done / progress.total))})` }} />
              </div>
              <p className="progress">{progress === null ? '\u00a0' : say(screen.what === 'printing' ? 'working.sheet' : 'working.progress', progress)}</p>
            </div>
          </Block>
        </Wall>
      }
      counter={
        <CounterBand>
          <Patience key={screen.what} />
        </CounterBand>
      }
    />
  );
};

/** The card still lies on the reader: told with a bell, since whoever left it may have turned away. */
export const TakeCard = (): ReactNode => {
  const { say } = useWords();
  useBell();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle lead={say('takeCard.body')}>{say('takeCard.title')}</PageTitle>}>
          <Block key="picture" grow>
            <div className="act-card">
              <ActPicture act="take-card" />
            </div>
          </Block>
        </Wall>
      }
      counter={
        <CounterBand>
          <p className="wait-state flat" role="status">
            <StateTag tone="attention">{say('takeCard.state')}</StateTag>
          </p>
        </CounterBand>
      }
    />
  );
};

/** Nothing can be done here; what is the matter, and whom to phone. Never a black screen. */
export const Maintenance = ({ screen }: { screen: ScreenOf<'maintenance'> }): ReactNode => {
  const { say } = useWords();
  const { view, send } = usePage();
  if (screen.reason === 'starting') {
    return (
      <StepFrame
        wall={
          <Wall>
            <Block key="work" grow>
              <div className="work" role="status">
                <HallMark />
                <h1>{say('maintenance.starting')}</h1>
                <p className="quiet">{say('maintenance.startingBody')}</p>
              </div>
            </Block>
          </Wall>
        }
        counter={
          <CounterBand>
            <p className="says" />
          </CounterBand>
        }
      />
    );
  }
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle>{say('maintenance.title')}</PageTitle>}>
          <Note key="reason" tone="attention" icon="warning" title={say(`maintenance.reason.${screen.reason}`)}>
            {say('maintenance.staff')}
          </Note>
          {view.hall.phone === '' ? null : (
            <p key="phone" className="big-phone">
              {say('maintenance.phone')}
              <b>{view.hall.phone}</b>
            </p>
          )}
          {screen.detail === '' ? null : (
            <p key="detail" className="detail" lang="en">
              {say('maintenance.forStaff')}
              <br />
              {screen.detail.slice(0, 400)}
            </p>
          )}
        </Wall>
      }
      counter={
        <CounterBand>
          <span className="spring" />
          <PrimaryButton onPress={() => send({ type: 'help', open: true })} icon="bell" name="help">
            {say('help.title')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
