import type { ReactNode } from 'react';
import type { ClosedReason, ScreenOf, SessionView } from '../../api/types.ts';
import { faultCure, faultWhat, useWords } from '../../i18n/words.ts';
import { PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { ClosedPanel, PlaceList } from '../../ui/fault.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import type { IconName } from '../../ui/pictures/index.ts';
import { RowTile } from '../../ui/tiles.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock } from '../time.ts';

const DEVICE_ICON: Readonly<Record<NonNullable<ClosedReason['device']>, IconName>> = {
  'id-card': 'card',
  'code-scanner': 'phone',
  'receipt-printer': 'printer',
  'ticket-dispenser': 'printer',
  'document-printer': 'printer',
  scanner: 'scan',
  'document-camera': 'scan',
  locker: 'document',
  'window-display': 'document',
  'call-pad': 'document',
  signals: 'document',
  'nav-pad': 'document',
  'signature-pad': 'document',
  sound: 'document',
};

/** Icon, what is the matter and what ends it, in the citizen's words. */
export const reasonWords = ({ say, join }: Pick<ReturnType<typeof useWords>, 'say' | 'join'>, reason: ClosedReason, view: SessionView): { icon: IconName; what: string; body: string } => {
  const since = reason.since === null || !view.clockKnown ? '' : say('closed.since', { time: clock(asDate(reason.since), view.hall.timeZone) });
  if (reason.condition === null) {
    return { icon: reason.kind === 'hours' ? 'clock' : reason.device === null ? 'warning' : DEVICE_ICON[reason.device], what: say(`closed.kind.${reason.kind}`), body: join(since, say(`closed.kindBody.${reason.kind}`)) };
  }
  return {
    icon: reason.device === null ? 'warning' : DEVICE_ICON[reason.device],
    what: faultWhat(say, reason.condition, reason.device),
    body: join(since, faultCure(say, reason.condition, reason.device, reason.remedy ?? 'clear')),
  };
};

/** Closed here now: why, that nothing was begun, and where else. */
export const Closed = ({ screen }: { screen: ScreenOf<'closed'> }): ReactNode => {
  const words = useWords();
  const { say, text } = words;
  const { view, send } = usePage();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle kicker={text(screen.item.name)}>{say('closed.title')}</PageTitle>}>
          {screen.reasons.map((reason, index) => {
            const reasoned = reasonWords(words, reason, view);
            return <ClosedPanel key={index} icon={reasoned.icon} what={reasoned.what} body={reasoned.body} nothing={index === 0 ? say('closed.nothing') : null} />;
          })}
          {screen.places.length === 0 ? null : (
            <Block key="places-title" keep>
              <GroupTitle>{say('closed.places')}</GroupTitle>
            </Block>
          )}
          {screen.places.map((place) => (
            <PlaceList key={place.name.zh} places={[{ name: text(place.name), how: text(place.how), hours: say('common.hoursLine', { hours: text(place.hours) }) }]} />
          ))}
          {screen.numbers === null ? null : <RowTile key="number" id="number" icon="ticket" name={say('numbers.here')} hint={say('numbers.hereHint', { name: text(screen.numbers) })} onPress={() => send({ type: 'open-numbers', item: screen.item.id })} />}
          {screen.places.length === 0 && screen.numbers === null ? (
            <p key="none" className="after-panel quiet">
              {say('closed.noPlaces')}
            </p>
          ) : null}
        </Wall>
      }
      counter={
        <CounterBand>
          {screen.canPrintPlaces && screen.places.length > 0 ? (
            <SideButton onPress={() => send({ type: 'print-places' })} icon="printer" name="print-places">
              {say('closed.printPlaces')}
            </SideButton>
          ) : null}
          <PrimaryButton onPress={() => send({ type: 'home' })} after="arrow-right" name="home">
            {say('common.home')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
