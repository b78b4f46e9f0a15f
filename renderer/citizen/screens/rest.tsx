import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from '../../i18n/words.ts';
import { Hero, HallMark } from '../../ui/pictures/index.ts';
import '../../ui/rest.css';
import { usePage } from '../context.ts';
import { clock, dayAndWeekday, hourOf } from '../time.ts';

/** Nobody is near: the time, the hall, and that it serves whoever comes. Any touch wakes it (the page tells of every touch). */
export const Rest = (): ReactNode => {
  const { say, text, language } = useWords();
  const { view, now } = usePage();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => tick((count) => count + 1), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  const at = new Date(now());
  const zone = view.hall.timeZone;
  return (
    <main className="rest">
      <header>
        <HallMark />
        <span className="hall-name">{text(view.hall.name)}</span>
        {view.terminal.demo ? <span className="demo-mark">{say('common.demo')}</span> : null}
      </header>
      <div className="rest-clock">
        {view.clockKnown ? (
          <>
            <p className="rest-time">{clock(at, zone)}</p>
            <p className="rest-day">{dayAndWeekday(at, zone, language)}</p>
          </>
        ) : null}
        <p className="rest-words">
          {say('rest.title')}
          <br />
          <span>{say('rest.body')}</span>
        </p>
      </div>
      <Hero hour={view.clockKnown ? hourOf(at, zone) : 0} />
    </main>
  );
};
