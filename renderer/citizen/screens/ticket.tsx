/** The ticket: shown when the number is stored, as the paper has it, with how long, how many, where; and the ways not to wait. */
import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { faultWhat, useWords } from '../../i18n/words.ts';
import { PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { DoneMark } from '../../ui/done.tsx';
import { Code } from '../../ui/fault.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, GroupTitle, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { isLying } from '../../ui/lying.ts';
import { Phrases } from '../../ui/phrases.tsx';
import { RowTile } from '../../ui/tiles.tsx';
import { RangeScale } from '../../ui/range-scale.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { asDate, clock, clockWithSeconds } from '../time.ts';
import { useWhen } from './booking.tsx';

type Screen = ScreenOf<'ticket'>;

/** The minutes as people say them; null: not known. */
const minutesOf = ({ range }: Screen['ticket']): string | null => (range === null ? null : range.from === range.to ? String(range.from) : `${String(range.from)}–${String(range.to)}`);

const titleOf = ({ ticket, paper, had }: Screen): string => {
  if (ticket.state === 'called') return 'numbers.ticketTitleCalled';
  if (ticket.state === 'serving') return 'numbers.ticketTitleServing';
  if (had) return 'numbers.ticketTitleHad';
  if (paper === null || paper.state === 'failed') return 'numbers.ticketTitleScreen';
  if (paper.state === 'doubt') return 'numbers.ticketTitleDoubt';
  return paper.state === 'confirmed' ? 'numbers.ticketTitleTaken' : paper.state === 'take' ? 'numbers.ticketTitle' : 'numbers.ticketTitlePrinting';
};

/** Somebody at a counter has called it, or serves it. */
const isTurn = (ticket: Screen['ticket']): boolean => ticket.counter !== null && (ticket.state === 'called' || ticket.state === 'serving');

/** Picture of the paper, with nothing on it that the paper does not have. */
const Preview = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  const { view } = usePage();
  const { ticket } = screen;
  const minutes = minutesOf(ticket);
  const at = asDate(ticket.since);
  return (
    <div className="ticket-preview">
      <p className="ticket-hall">{text(view.hall.name)}</p>
      <p className="ticket-class">
        {text(ticket.className)}
        {view.terminal.demo ? <b className="ticket-demo">{say('common.demo')}</b> : null}
      </p>
      <p className="ticket-number" data-long={ticket.number.length > 4 ? '' : undefined}>
        {ticket.number}
      </p>
      <dl>
        {isTurn(ticket) ? null : (
          <>
            <dt>{say('numbers.ahead')}</dt>
            <dd>{say('numbers.people', { n: ticket.ahead })}</dd>
          </>
        )}
        {minutes === null || isTurn(ticket) ? null : (
          <>
            <dt>{say('numbers.wait')}</dt>
            <dd>
              {minutes} {say('numbers.waitUnit')}
            </dd>
          </>
        )}
        <dt>{say('numbers.go')}</dt>
        <dd>{text(ticket.where)}</dd>
      </dl>
      <div className="ticket-foot">
        <Code content={screen.code} />
        <div>
          <p>{say('numbers.scan')}</p>
          <p className="lines">{ticket.toleranceCalls > 0 ? say('numbers.missed', { n: ticket.toleranceCalls }) : say('numbers.missedNone')}</p>
          <p>
            {ticket.since.slice(0, 10)} {clock(at, view.hall.timeZone)}
          </p>
        </div>
      </div>
    </div>
  );
};

type Fact = { screen: Screen };

const WaitFact = ({ screen: { ticket } }: Fact): ReactNode => {
  const { say } = useWords();
  const minutes = minutesOf(ticket);
  return (
    <div>
      <p className="label">{say('numbers.wait')}</p>
      {minutes === null || ticket.range === null ? (
        <>
          <p className="plain-fact">{say('numbers.waitNone')}</p>
          <p className="quiet">
            <Phrases>{say('numbers.waitNoneHint')}</Phrases>
          </p>
        </>
      ) : (
        <>
          <p className="figure" data-long={minutes.length > 5 ? '' : undefined}>
            <b>{minutes}</b> {say('numbers.waitUnit')}
          </p>
          <RangeScale range={ticket.range} />
          <p className="quiet">{ticket.record === null ? say('numbers.recordNone') : say('numbers.record', { times: say(`numbers.times.n${String(Math.round(ticket.record.share * 10))}`) })}</p>
        </>
      )}
    </div>
  );
};

const AheadFact = ({ screen: { ticket } }: Fact): ReactNode => {
  const { say } = useWords();
  return (
    <div>
      <p className="label">{say('numbers.aheadLong')}</p>
      <p className="figure">
        <b>{ticket.ahead}</b> {say('numbers.person')}
      </p>
      {ticket.aheadBooked === 0 ? null : <p className="quiet">{say('numbers.booked', { n: ticket.aheadBooked })}</p>}
    </div>
  );
};

const PlaceFact = ({ screen: { ticket } }: Fact): ReactNode => {
  const { say, text } = useWords();
  return (
    <div>
      <p className="label">{say('numbers.where')}</p>
      <p className="place">{text(ticket.where)}</p>
      <p className="quiet">
        <Phrases>{text(ticket.way)}</Phrases>
      </p>
    </div>
  );
};

const TurnFact = ({ screen: { ticket } }: Fact): ReactNode => {
  const { say } = useWords();
  return (
    <div>
      <p className="label">{say('numbers.turn')}</p>
      <p className="place">{say('numbers.turnCounter', { counter: ticket.counter ?? '' })}</p>
    </div>
  );
};

/** How long, how many, where; once it is called nobody waits any more. */
const factsOf = ({ ticket }: Screen): readonly ((fact: Fact) => ReactNode)[] => (isTurn(ticket) ? [TurnFact, PlaceFact] : [WaitFact, AheadFact, PlaceFact]);

/** What is the matter with the paper, and what the citizen does then; null: nothing is. */
const usePaperWords = (screen: Screen): { title: string; body: string } | null => {
  const { say, join } = useWords();
  const { ticket, paper } = screen;
  const values = { number: ticket.number };
  if (paper === null) return { title: say('numbers.noPrinter'), body: say('numbers.noPrinterBody', values) };
  if (paper.state === 'doubt') return { title: say('numbers.doubt', values), body: say('numbers.doubtBody') };
  if (paper.state !== 'failed') return null;
  if (paper.fault === 'media-left') return { title: say('numbers.left'), body: say('numbers.leftBody', values) };
  return { title: say('numbers.noPaper'), body: join(paper.fault === null ? '' : say('numbers.because', { what: faultWhat(say, paper.fault, screen.device) }), say('numbers.noPaperBody', values)) };
};

export const Ticket = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, language } = useWords();
  const { view, send, narrow } = usePage();
  const { ticket, paper } = screen;
  // Side by side while there is room; else ticket, meaning and place one after the other, over several pages if need be.
  const stacked = narrow || (view.modes.elder && language === 'en') || (isLying() && (view.modes.elder || language === 'en'));
  const at =
    paper === null || paper.state === 'failed' || paper.state === 'doubt' ? null : (
      <p className="ticket-at quiet">
        <Phrases>{say('numbers.at', { where: text(paper.where) })}</Phrases>
      </p>
    );
  const trouble = usePaperWords(screen);
  const { when } = useWhen();
  const over = ticket.state === 'void' || ticket.state === 'finished' || ticket.state === 'given-back';
  // 不想等？ As many ways as there are now.
  const ways = isTurn(ticket)
    ? []
    : [
        ...(screen.otherItems ? [<RowTile key="items" id="instead" icon="apply" name={say('numbers.items')} hint={say('numbers.itemsHint')} onPress={() => send({ type: 'open-items', entry: 'all' })} />] : []),
        ...(screen.earliest === null ? [] : [<RowTile key="times" id="open-times" icon="calendar" name={say('booking.tile')} hint={say('booking.earliest', { when: when(screen.earliest) })} onPress={() => send({ type: 'open-times' })} />]),
      ];
  const values = { name: text(ticket.className), time: clockWithSeconds(asDate(ticket.since), view.hall.timeZone), n: ticket.openCounters };
  return (
    <StepFrame
      wall={
        <Wall
          head={
            <div className="done-head" data-ticket="">
              <DoneMark />
              <div>
                <PageTitle>{say(titleOf(screen), { counter: ticket.counter ?? '' })}</PageTitle>
                <p className="facts-line">{say(ticket.openCounters === 0 ? 'numbers.storedNone' : 'numbers.stored', values)}</p>
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
          {ticket.asOf === null || over || isTurn(ticket) ? null : (
            <Note key="as-of" tone="attention" icon="clock">
              {say('numbers.asOf', { time: clock(asDate(ticket.asOf), view.hall.timeZone) })}
            </Note>
          )}
          {ticket.agreed === null || over || isTurn(ticket) ? null : (
            <Note key="agreed" tone="good" icon="clock">
              {say('numbers.agreed', { time: clock(asDate(ticket.agreed), view.hall.timeZone) })}
            </Note>
          )}
          {screen.had && !over ? (
            <Note key="had" tone="good" icon="tick">
              {say('numbers.hadHint')}
            </Note>
          ) : null}
          {over ? (
            <Note key="over" tone="attention" icon="warning">
              {say('numbers.over')}
            </Note>
          ) : null}
          {screen.refusal === null ? null : (
            <Note key="refusal" tone="attention" icon="warning" title={say('numbers.notBack')}>
              {say(screen.refusal === 'unreachable' ? 'numbers.notBackAway' : `numbers.refusals.${screen.refusal}`)}
            </Note>
          )}
          {screen.notBooked === null || over ? null : (
            <Note key="not-booked" tone="attention" icon="warning" title={say('booking.notTitle')}>
              {say(`booking.${screen.notBooked}`, { number: ticket.number })}
            </Note>
          )}
          {/* Beside what happened to the paper, and on the first page. */}
          {screen.canPrint ? <RowTile key="print" id="print-ticket" icon="printer" name={say('numbers.print')} onPress={() => send({ type: 'print-ticket' })} /> : null}
          {stacked ? (
            <Preview key="ticket" screen={screen} />
          ) : (
            <div key="ticket" className="ticket-body">
              <div>
                <Preview screen={screen} />
                {at}
              </div>
              <div className="ticket-facts">
                {factsOf(screen).map((Fact, index) => (
                  <Fact key={`fact-${String(index)}`} screen={screen} />
                ))}
              </div>
            </div>
          )}
          {stacked
            ? factsOf(screen).map((Fact, index) => (
                <div key={`fact-${String(index)}`} className="ticket-facts">
                  <Fact screen={screen} />
                </div>
              ))
            : null}
          {stacked && at !== null ? <div key="at">{at}</div> : null}
          {ways.length === 0 ? null : (
            <Block key="instead-title" keep>
              <GroupTitle>{say('numbers.noWait')}</GroupTitle>
            </Block>
          )}
          {stacked || ways.length < 2 ? (
            ways
          ) : (
            <div key="instead" className="tile-pair">
              {ways}
            </div>
          )}
        </Wall>
      }
      counter={
        <CounterBand>
          {over || ticket.state === 'serving' ? null : (
            <SideButton onPress={() => send({ type: 'give-back' })} disabled={screen.giving} name="give-back">
              {say(screen.giving ? 'numbers.giving' : 'numbers.giveBack')}
            </SideButton>
          )}
          <PrimaryButton onPress={() => send({ type: 'leave' })} icon="leave" name="leave">
            {say(trouble === null ? 'numbers.leave' : 'numbers.leaveScreen')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
