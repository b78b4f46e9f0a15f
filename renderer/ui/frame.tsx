import type { ReactNode } from 'react';
import type { RailStep, Text } from '../api/types.ts';
import { useWords } from '../i18n/words.ts';
import { Phrases } from './phrases.tsx';
import { HallMark } from './pictures/index.ts';

type Strip = { hall: Text; area: Text; terminal: number; day: string; time: string | null; demo: boolean; night: boolean };

/** Which hall, which terminal, what time; 演示 when nothing here is real. */
export const StatusStrip = ({ hall, area, terminal, day, time, demo, night }: Strip): ReactNode => {
  const { say, text } = useWords();
  return (
    <header className="status-strip" data-night={night ? '' : undefined}>
      <HallMark />
      <span className="hall-name">{text(hall)}</span>
      <span className="where">
        <span className="area">{text(area)} · </span>
        {say('common.terminalNumber', { number: terminal })}
      </span>
      <span className="time">
        {time === null ? (
          <span>{say('common.clockUnknown')}</span>
        ) : (
          <>
            <span className="day">{day}</span>
            <b>{time}</b>
          </>
        )}
        {demo ? <span className="demo-mark">{say('common.demo')}</span> : null}
      </span>
    </header>
  );
};

/** Which item, which step of how many. */
export const StepRail = ({ item, steps, current }: { item: Text; steps: readonly RailStep[]; current: number }): ReactNode => {
  const { say, text, language } = useWords();
  const step = steps[current];
  const [before = '', after = ''] = say('rail.line', { step: '\u0000', steps: steps.length }).split('\u0000');
  return (
    <div className="rail">
      <div className="rail-words">
        <span className="item">
          {text(item)}
          {language === 'en' ? <> <span className="legal">{item.zh}</span></> : null}
        </span>
        <span className="position">
          {before}
          <b>{current + 1}</b>
          {after}
          {step === undefined ? null : <span className="step-name"> · {say(`rail.steps.${step}`)}</span>}
        </span>
      </div>
      <div className="rail-bar" aria-hidden="true">
        {steps.map((name, index) => (
          <i key={name} data-state={index < current ? 'done' : index === current ? 'current' : 'left'} />
        ))}
      </div>
    </div>
  );
};

/** One question or sentence, at most two lines, with one line beneath. */
export const PageTitle = ({ kicker, children, lead, said, leadSaid }: { kicker?: string | null; children: ReactNode; lead?: ReactNode; /** In spoken mode, where the title or its line holds what is not said aloud. */ said?: string; leadSaid?: string }): ReactNode => (
  <div className="page-title">
    {kicker === undefined || kicker === null ? null : <p className="kicker">{kicker}</p>}
    <h1 data-said={said}>{typeof children === 'string' ? <Phrases>{children}</Phrases> : children}</h1>
    {lead === undefined ? null : <p className="lead" data-said={leadSaid}>{typeof lead === 'string' ? <Phrases>{lead}</Phrases> : lead}</p>}
  </div>
);

/** Heading of a part of the wall. */
export const GroupTitle = ({ children, beside }: { children: ReactNode; beside?: ReactNode }): ReactNode => (
  <div className="group-title">
    <h2>{children}</h2>
    {beside}
  </div>
);

/** The counter: hands work here. `keys`: holds a keyboard above its buttons. */
export const CounterBand = ({ children, keys }: { children: ReactNode; keys?: boolean }): ReactNode => (
  <section className="counter-band" data-keys={keys === true ? '' : undefined}>
    {children}
  </section>
);

type Step = { item?: Text | null; rail?: { steps: readonly RailStep[]; current: number } | null; wall: ReactNode; counter: ReactNode };

/** Rail, wall and counter of one page; strip and modes are the app's and stand still. */
export const StepFrame = ({ item, rail, wall, counter }: Step): ReactNode => (
  <>
    <div className="upper">
      {rail === undefined || rail === null || item === undefined || item === null ? null : <StepRail item={item} steps={rail.steps} current={rail.current} />}
      {wall}
    </div>
    {counter}
  </>
);
