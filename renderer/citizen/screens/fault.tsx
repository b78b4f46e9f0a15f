import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { faultCure, faultWhat, useWords } from '../../i18n/words.ts';
import { PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { DoubtNumber, FaultPanel, WayRow } from '../../ui/fault.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Phrases } from '../../ui/phrases.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { grouped } from './mine.tsx';

type Screen = ScreenOf<'fault'>;
const SAFE: Readonly<Record<Screen['safe'], string>> = { stored: 'fault.safeStored', 'draft-kept': 'fault.safeDraft', 'nothing-begun': 'fault.safeNothing' };

/** Of a slip: drawn back, or whole but not cut, or as its state says. */
const slipWord = ({ state, fault }: NonNullable<Screen['slip']>): string => (fault === 'media-left' ? 'retracted' : state === 'doubt' && fault === 'cutter-fault' ? 'uncut' : state);

/** A stop: what happened, what is safe, what to do now. */
export const FaultStop = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, join, language } = useWords();
  const { view, send } = usePage();
  const what = faultWhat(say, screen.fault, screen.device);
  const { sheets } = screen;
  const printed = sheets === null ? null : sheets.printed === null ? say('fault.printedUnknown', { total: sheets.total }) : sheets.printed === 0 ? say('fault.printedNone') : say('fault.printed', { printed: sheets.printed, total: sheets.total });
  const kicker = [screen.item === null ? null : text(screen.item.name), screen.caseNumber === null ? null : say('mine.caseNumber', { number: grouped(screen.caseNumber) })].filter((part) => part !== null).join('　');
  const doubt = screen.doubtNumber !== null;
  const cure = doubt ? '' : faultCure(say, screen.fault, screen.device, screen.canRetry ? 'wait' : 'clear');
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle kicker={kicker === '' ? null : kicker}>{sheets === null ? what : say('fault.titleSheet', { what })}</PageTitle>}>
          <FaultPanel
            key="panel"
            happened={
              <>
                {/* The title says already what is the matter with a step that printed nothing. */}
                <b>{printed ?? (cure === '' ? what : cure)}</b>
                {printed === null || cure === '' ? null : `${language === 'zh' ? '' : ' '}${cure}`}
              </>
            }
            safe={<Phrases>{join(say(SAFE[screen.safe]), doubt ? say('fault.noSecond') : '')}</Phrases>}
          />
          {screen.doubtNumber === null ? null : (
            <DoubtNumber key="doubt" number={screen.doubtNumber} qr={screen.doubtQr} lines={[say('fault.doubtBody'), ...(screen.slip === null ? [] : [say(`fault.doubtSlip.${slipWord(screen.slip)}`)])]} />
          )}
          <Block key="ways" keep>
            <GroupTitle>{say('fault.ways')}</GroupTitle>
          </Block>
          {screen.places.map((place) => (
            <WayRow key={place.name.zh} icon="place" title={say('fault.wayPlace', { name: text(place.name) })} hint={`${text(place.how)} · ${text(place.hours)}`} onPress={null} name="place" />
          ))}
          <WayRow key="call" icon="bell" title={say('fault.wayCall')} hint={view.hall.hotline === '' ? say('fault.wayCallHint') : `${say('fault.wayCallHint')} · ${view.hall.hotline}`} onPress={() => send({ type: 'help', open: true })} name="call-duty" />
        </Wall>
      }
      counter={
        <CounterBand>
          {screen.canRetry ? (
            <SideButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
              {say('fault.leavePlain')}
            </SideButton>
          ) : doubt ? (
            <SideButton onPress={() => send({ type: 'print-slip' })} icon="printer" name="print-slip">
              {say('fault.slipAgain')}
            </SideButton>
          ) : null}
          {screen.canRetry ? (
            <PrimaryButton onPress={() => send({ type: 'retry' })} icon="rotate" name="retry">
              {say('fault.retry')}
            </PrimaryButton>
          ) : (
            <PrimaryButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
              {say(doubt || screen.safe === 'stored' ? 'fault.leave' : 'fault.leavePlain')}
            </PrimaryButton>
          )}
        </CounterBand>
      }
    />
  );
};
