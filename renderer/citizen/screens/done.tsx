import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { ScreenOf } from '../../api/types.ts';
import { faultWhat, useWords, type Say } from '../../i18n/words.ts';
import { PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { DoneMark, NextSteps, RatingRow, TakePrompt, type NextStep } from '../../ui/done.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Icon } from '../../ui/pictures/index.ts';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, clockWithSeconds, shortDay, wholeDay } from '../time.ts';
import { grouped } from './mine.tsx';

type Screen = ScreenOf<'done'>;
type Paper = NonNullable<Screen['slip']>;
type Kind = 'slip' | 'sheet';

/** What of the paper concerns a hand most: to be taken, then on its way, then in doubt, then settled. */
const RANK: Readonly<Record<Paper['state'], number>> = { take: 0, printing: 1, waiting: 2, doubt: 3, failed: 4, confirmed: 5 };

/** The whole slip is on the paper; only the knife did not cut it. */
const hangsUncut = (kind: Kind, paper: Paper): boolean => kind === 'slip' && paper.state === 'doubt' && paper.fault === 'cutter-fault';

/** What happened to a paper: one that came out and was drawn back again was not lost by the printer. */
const titleOf = (say: Say, kind: Kind, paper: Paper): string => say(kind === 'slip' && paper.fault === 'media-left' ? 'done.slip.retracted' : hangsUncut(kind, paper) ? 'done.slip.uncut' : `done.${kind}.${paper.state}`);

const lines = (say: Say, kind: Kind, paper: Paper, where: string): string[] => {
  const outlet = say('done.outlet', { where });
  if (kind === 'slip' && paper.fault === 'media-left') return [say('done.retractedBody')];
  if (hangsUncut(kind, paper)) return [say('done.uncutBody')];
  if (paper.state === 'failed') return [paper.fault === null ? '' : faultWhat(say, paper.fault, kind === 'slip' ? 'receipt-printer' : 'document-printer'), say('done.failedBody')].filter((line) => line !== '');
  if (paper.state === 'doubt') return [outlet, say(kind === 'sheet' ? 'done.printSafe' : 'done.failedBody')];
  return [outlet, ...(kind === 'slip' ? [say('done.slipBody')] : paper.copies > 1 ? [say('done.copies', { n: paper.copies })] : [])];
};

/** Stored, with the time to the second; paper to take; what comes next; the way out. */
export const Done = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, language } = useWords();
  const { view, send, now } = usePage();
  const zone = view.hall.timeZone;
  const stored = asDate(screen.storedAt);
  const papers: { kind: Kind; paper: Paper }[] = [
    ...(screen.certificate === null ? [] : [{ kind: 'sheet' as const, paper: screen.certificate }]),
    ...(screen.slip === null ? [] : [{ kind: 'slip' as const, paper: screen.slip }]),
  ].sort((a, b) => RANK[a.paper.state] - RANK[b.paper.state]);
  const [first, ...others] = papers;
  const onTheSpot = screen.certificate !== null && (screen.certificate.state === 'take' || screen.certificate.state === 'confirmed');
  const paperOut = papers.some(({ paper }) => paper.state === 'take' || paper.state === 'confirmed');
  const slipAgain =
    screen.slip !== null && (screen.slip.state === 'take' || screen.slip.state === 'failed' || (screen.slip.state === 'doubt' && !hangsUncut('slip', screen.slip))) ? (
      <Button className="small-button" onPress={() => send({ type: 'print-slip' })} data-name="print-slip">
        <Icon name="printer" size={13} />
        {say(screen.slip.state === 'failed' ? 'done.slipOnceMore' : 'done.slipAgain')}
      </Button>
    ) : null;
  const sameDay = shortDay(stored, zone, 'en') === shortDay(new Date(now()), zone, 'en');
  const steps: NextStep[] = [
    {
      icon: 'tick',
      done: true,
      title: !screen.clockKnown ? say('done.title') : sameDay ? say('done.today', { time: clock(stored, zone) }) : `${shortDay(stored, zone, language)} ${say('done.accepted')}`,
      body: screen.materials.count === 0 ? say('done.noMaterials') : say('done.gathered', screen.materials),
    },
    ...screen.next.map((step, index): NextStep => ({ icon: index === screen.next.length - 1 && screen.next.length > 1 ? 'document' : 'clock', done: false, title: text(step.title), body: text(step.body) })),
  ];
  return (
    <StepFrame
      wall={
        <Wall
          head={
            <div className="done-head">
              <DoneMark />
              <div>
                <PageTitle>{say(onTheSpot ? 'done.titlePrint' : 'done.title')}</PageTitle>
                <p className="facts-line">
                  {text(screen.item.name)}　{say('done.number')} <b>{grouped(screen.caseNumber)}</b>
                </p>
                <p className="facts-line">{screen.clockKnown ? say('done.stored', { day: wholeDay(stored, zone, language), time: clockWithSeconds(stored, zone) }) : say('done.storedNoClock')}</p>
              </div>
            </div>
          }
        >
          {first === undefined ? null : first.paper.state === 'failed' || first.paper.state === 'doubt' ? (
            <div key="not-out" className="not-out">
              <Note tone="attention" icon="warning" title={titleOf(say, first.kind, first.paper)}>
                {lines(say, first.kind, first.paper, text(first.paper.where)).map((line) => (
                  <p key={line}>{line}</p>
                ))}
                {first.kind === 'slip' ? slipAgain : null}
              </Note>
            </div>
          ) : (
            <TakePrompt
              key="take"
              act={first.kind === 'slip' ? 'take-slip' : 'take-sheet'}
              lit={first.paper.state === 'take'}
              tag={first.paper.state === 'take' ? say('done.take') : null}
              title={titleOf(say, first.kind, first.paper)}
              lines={lines(say, first.kind, first.paper, text(first.paper.where))}
              button={first.kind === 'slip' ? slipAgain : null}
            />
          )}
          {others.map(({ kind, paper }) => (
            <Note key={kind} tone={paper.state === 'failed' || paper.state === 'doubt' ? 'attention' : 'good'} icon={paper.state === 'failed' || paper.state === 'doubt' ? 'warning' : 'tick'} title={titleOf(say, kind, paper)}>
              {lines(say, kind, paper, text(paper.where))[0]}
            </Note>
          ))}
          {screen.atPlatform ? null : (
            <p key="later" className="after-panel later-line">
              <Icon name="clock" size={13} />
              {say('done.later')}
            </p>
          )}
          <Block key="next-title" keep>
            <GroupTitle>{say('done.next')}</GroupTitle>
          </Block>
          <Block key="next" grow>
            <NextSteps steps={steps} />
          </Block>
          <RatingRow key="rating" rating={screen.rating} onRate={(score) => send({ type: 'rate', score })} />
        </Wall>
      }
      counter={
        <CounterBand>
          <SideButton onPress={() => send({ type: 'another' })} icon="apply" name="another">
            {say('done.another')}
          </SideButton>
          <PrimaryButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
            {say(paperOut ? 'done.leave' : 'done.leavePlain')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
