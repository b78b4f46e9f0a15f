import { useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { WindowView } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { LanguageProvider, useWords as useCitizenWords } from '../i18n/words.ts';
import { ask } from '../staff/api.ts';
import { useHallTime, useLive, type Live } from '../staff/live.ts';
import { Speaking } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { RatingRow } from '../ui/done.tsx';

/** How long the thanks stay. */
const THANKS_MS = 8_000;

const counterOfAddress = (): string => {
  const asked = new URLSearchParams(window.location.search).get('counter') ?? '';
  return /^[0-9A-Z]{1,4}$/.test(asked) ? asked : '';
};

type Rated = { number: string; score: number };

/** The number that is at the counter now. */
const NowThere = ({ view }: { view: WindowView }): ReactNode => {
  const { say, text } = useWords();
  const { counter, current } = view;
  const state = current !== null ? say(`rating.${current.state}`) : say(counter.paused ? 'rating.paused' : counter.open ? 'rating.free' : 'rating.closed');
  return (
    <section className="rating-now">
      <p className="rating-counter">
        {say('counter.name', { counter: counter.id })}
        <span>{text(counter.name)}</span>
      </p>
      <p className="rating-number" data-name="current" data-called={current?.state === 'called' ? '' : undefined}>
        {current?.number ?? '—'}
      </p>
      <p className="rating-state">{state}</p>
    </section>
  );
};

const Rate = ({ view, rated, onRated, now }: { view: WindowView; rated: Rated | null; onRated: (rated: Rated) => void; now: number }): ReactNode => {
  const { say } = useWords();
  const { counter, finished } = view;
  const open = finished !== null && Date.parse(finished.until) > now ? finished.number : null;
  const number = rated?.number ?? open;
  if (number === null) return <p className="rating-quiet">{say('rating.after')}</p>;
  const send = async (score: number): Promise<void> => {
    const answer = await ask('POST', `/hall/windows/${counter.id}/rate`, { number, score });
    // Rated a moment ago on the same glass: the first one counts, and thanks are due all the same.
    const before = !answer.ok && typeof answer.body === 'object' && answer.body !== null && 'refusal' in answer.body && answer.body.refusal === 'already-rated';
    if (answer.ok || before) onRated({ number, score });
  };
  return (
    <section className="rating-ask" data-name="rating" data-rated={rated === null ? undefined : ''}>
      <p className="rating-whose">{say('rating.whose', { number })}</p>
      <RatingRow rating={rated?.score ?? null} onRate={(score) => (rated === null ? void send(score) : undefined)} />
    </section>
  );
};

const Shown = ({ live }: { live: Live<WindowView> & { view: WindowView } }): ReactNode => {
  const { say, text, language, setLanguage } = useWords();
  const citizen = useCitizenWords();
  const { view } = live;
  const now = useHallTime(live);
  const [rated, setRated] = useState<Rated | null>(null);
  useEffect(() => {
    if (rated === null) return undefined;
    const timer = window.setTimeout(() => setRated(null), THANKS_MS);
    return () => window.clearTimeout(timer);
  }, [rated]);
  return (
    <div className="rating-page">
      <header>
        <span>{text(view.hall.name)}</span>
        <time>{clock(new Date(now), view.hall.timeZone)}</time>
        {view.hall.demo ? <span className="rating-demo">{citizen.say('common.demo')}</span> : null}
        <Button className="rating-language" onPress={() => setLanguage(language === 'zh' ? 'en' : 'zh')} data-name="language">
          {say('common.otherLanguage')}
        </Button>
      </header>
      <NowThere view={view} />
      <Rate view={view} rated={rated} onRated={setRated} now={now} />
      {live.away ? <p className="rating-away">{say('rating.away')}</p> : null}
    </div>
  );
};

const Page = (): ReactNode => {
  const { say, language } = useWords();
  const [counter] = useState(counterOfAddress);
  const live = useLive<WindowView>(counter === '' ? null : `/hall/windows/${counter}/stream`, `/hall/windows/${counter}`);
  const { view } = live;
  return <LanguageProvider value={language}>{view === null ? <p className="rating-quiet">{say(counter === '' ? 'rating.noCounter' : 'common.asking')}</p> : <Shown live={{ ...live, view }} />}</LanguageProvider>;
};

/** The small screen at a counter that faces the citizen: `/rating/?counter=3`. */
export const RatingPage = (): ReactNode => (
  <Speaking>
    <Page />
  </Speaking>
);
