/** 换成预约: free times in place of a number, one of them agreed on, and what the citizen then has. */
import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { faultWhat, useWords } from '../../i18n/words.ts';
import { BackButton, ChoiceButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { DoneMark } from '../../ui/done.tsx';
import { Code } from '../../ui/fault.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { Phrases } from '../../ui/phrases.tsx';
import { RowTile } from '../../ui/tiles.tsx';
import { Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, dayAndWeekday, shortDay } from '../time.ts';

const DAY_MS = 86_400_000;

/** How a time is said that somebody is to come at. */
export const useWhen = (): { day: (time: string) => string; date: (time: string) => string; hour: (time: string) => string; when: (time: string) => string } => {
  const { say, language } = useWords();
  const { view } = usePage();
  const zone = view.hall.timeZone;
  const date = (time: string): string => dayAndWeekday(asDate(time), zone, language);
  const hour = (time: string): string => clock(asDate(time), zone).replace(/^0/, '');
  const day = (time: string): string => {
    const wanted = shortDay(asDate(time), zone, 'en');
    const now = asDate(view.now).getTime();
    if (wanted === shortDay(new Date(now), zone, 'en')) return say('booking.today');
    return wanted === shortDay(new Date(now + DAY_MS), zone, 'en') ? say('booking.tomorrow') : date(time);
  };
  return { day, date, hour, when: (time) => say('booking.when', { day: day(time), time: hour(time) }) };
};

/** A handful of free times, by day. */
export const Times = ({ screen }: { screen: ScreenOf<'times'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const { day, date, hour, when } = useWhen();
  const { number } = screen;
  const days = [...new Set(screen.times.map(date))];
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle lead={screen.times.length === 0 ? text(screen.className) : say('booking.timesLead', { name: text(screen.className), number })}>{say('booking.timesTitle')}</PageTitle>}>
          {screen.gone === null ? null : (
            <Note key="gone" tone="attention" icon="warning">
              {say('booking.gone', { when: when(screen.gone), number })}
            </Note>
          )}
          {screen.times.length === 0 ? (
            <Note key="none" tone="attention" icon="clock">
              {say('booking.none', { number })}
            </Note>
          ) : null}
          {days.map((one) => {
            const times = screen.times.filter((time) => date(time) === one);
            const said = day(times[0] ?? '');
            return (
              <div key={one} className="times-day">
                <GroupTitle>{said === one ? one : `${said} · ${one}`}</GroupTitle>
                <div className="quick-row">
                  {times.map((time) => (
                    <ChoiceButton key={time} onPress={() => send({ type: 'choose-time', time })} name={`time-${time.slice(0, 16)}`}>
                      {hour(time)}
                    </ChoiceButton>
                  ))}
                </div>
              </div>
            );
          })}
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <span className="spring" />
          {screen.later ? (
            <SideButton onPress={() => send({ type: 'later-times' })} after="arrow-right" name="later">
              {say('booking.later')}
            </SideButton>
          ) : null}
        </CounterBand>
      }
    />
  );
};

const Fact = ({ label, children, personal }: { label: string; children: ReactNode; personal?: boolean }): ReactNode => (
  <dl className="fact large">
    <dt>{label}</dt>
    <dd data-personal={personal === true ? '' : undefined}>{children}</dd>
  </dl>
);

/** Asked once, before the number is gone. */
export const Book = ({ screen }: { screen: ScreenOf<'book'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const { date, hour, when } = useWhen();
  return (
    <StepFrame
      wall={
        <Wall head={<PageTitle lead={say('booking.bookLead', { number: screen.number })}>{say('booking.bookTitle', { when: when(screen.time) })}</PageTitle>}>
          <div key="gap" className="gap" />
          <Fact key="what" label={say('booking.what')}>
            {text(screen.className)}
          </Fact>
          <Fact key="day" label={say('booking.day')}>
            {date(screen.time)}
          </Fact>
          <Fact key="time" label={say('booking.time')}>
            {hour(screen.time)}
          </Fact>
          <Fact key="where" label={say('booking.where')}>
            {text(screen.where)}
          </Fact>
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send({ type: 'book' })} icon="tick" name="book">
            {say('booking.go')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};

type Agreed = ScreenOf<'appointment'>;

/** What is the matter with the slip; null: nothing is. */
const usePaperWords = ({ paper, device }: Agreed): { title: string; body: string } | null => {
  const { say, join } = useWords();
  if (paper === null) return { title: say('booking.noPrinter'), body: say('booking.noPrinterBody') };
  if (paper.state === 'doubt') return { title: say('booking.doubt'), body: say('booking.doubtBody') };
  if (paper.state !== 'failed') return null;
  if (paper.fault === 'media-left') return { title: say('booking.left'), body: say('booking.noPaperBody') };
  return { title: say('booking.noPaper'), body: join(paper.fault === null ? '' : say('numbers.because', { what: faultWhat(say, paper.fault, device) }), say('booking.noPaperBody')) };
};

const titleOf = ({ paper }: Agreed): string => (paper?.state === 'take' ? 'booking.doneTitleTake' : paper?.state === 'printing' || paper?.state === 'waiting' ? 'booking.doneTitlePrinting' : 'booking.doneTitle');

/** The agreed time, the code that checks its holder in, and what became of the number. */
export const Appointment = ({ screen }: { screen: Agreed }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const { date, hour, when } = useWhen();
  const { paper, number, numberBack } = screen;
  const trouble = usePaperWords(screen);
  const settled = numberBack === 'given-back' || numberBack === 'giving';
  return (
    <StepFrame
      wall={
        <Wall
          head={
            <div className="done-head" data-ticket="">
              <DoneMark />
              <div>
                <PageTitle>{say(titleOf(screen))}</PageTitle>
                <p className="facts-line">{say('booking.doneLead', { name: text(screen.className), when: when(screen.time) })}</p>
              </div>
            </div>
          }
        >
          {trouble === null ? null : (
            <div key="trouble" className="not-out">
              <Note tone="attention" icon="warning" title={trouble.title}>
                {trouble.body}
              </Note>
            </div>
          )}
          {screen.canPrint ? <RowTile key="print" id="print-appointment" icon="printer" name={say('booking.print')} onPress={() => send({ type: 'print-appointment' })} /> : null}
          <div key="agreed" className="agreed-body">
            <div className="agreed-code">
              <Code content={screen.appointmentCode} />
              <p className="label">{say('booking.code')}</p>
              <p className="code-text" data-personal="">
                {screen.appointmentCode}
              </p>
            </div>
            <div className="ticket-facts">
              <div>
                <p className="label">{date(screen.time)}</p>
                <p className="figure">
                  <b>{hour(screen.time)}</b>
                </p>
              </div>
              <div>
                <p className="label">{say('booking.where')}</p>
                <p className="place">{text(screen.where)}</p>
                <p className="quiet">
                  <Phrases>{text(screen.way)}</Phrases>
                </p>
              </div>
            </div>
          </div>
          <div key="number" className="agreed-line">
            <Note tone={settled ? 'good' : 'attention'} icon={settled ? 'tick' : 'warning'}>
              {say(`booking.number.${numberBack}`, { number })}
            </Note>
          </div>
          <p key="check-in" className="agreed-line">
            <Phrases>{say('booking.checkIn')}</Phrases>
          </p>
          {paper === null || trouble !== null ? null : (
            <p key="at" className="agreed-line quiet">
              <Phrases>{say('booking.at', { where: text(paper.where) })}</Phrases>
            </p>
          )}
        </Wall>
      }
      counter={
        <CounterBand>
          <PrimaryButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
            {say(trouble === null ? 'numbers.leave' : 'booking.leave')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
