/** The ticket on the telephone of whoever holds it: how many are ahead, how long, where, and giving it back. Known by the random id in its code. */
import { useCallback, useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import type { Refusal, TicketView } from '../api/hall-types.ts';
import { languageOf, WORDS, type Language, type Words } from '../board/words.ts';
import { numbersEn } from '../i18n/numbers-en.ts';
import { numbersZh } from '../i18n/numbers-zh.ts';
import { RangeScale } from '../ui/range-scale.tsx';

const LOOK_MS = 5_000;
/** After this the look is given up; the next one comes anyway. */
const ANSWER_MS = 8_000;

/** `at`: when the ticket was told last, by the page's own clock; `age`: whole minutes since then, while the hall does not answer. */
type State = { ticket: TicketView | null; at: number; age: number; none: boolean; away: boolean };

const outOfReach = (before: State): State => ({ ...before, away: true, age: Math.max(0, Math.floor((performance.now() - before.at) / 60_000)) });

const isTicketId = (id: string): boolean => /^[A-Za-z0-9-]{8,64}$/.test(id);

/** Looks now and then while the page is seen. */
const useTicket = (id: string): State & { look: () => Promise<void> } => {
  const [state, setState] = useState<State>({ ticket: null, at: 0, age: 0, none: !isTicketId(id), away: false });
  const look = useCallback(async () => {
    if (!isTicketId(id) || document.visibilityState === 'hidden') return;
    try {
      const answer = await fetch(`/hall/tickets/${encodeURIComponent(id)}`, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.ok) {
        const ticket = (await answer.json()) as TicketView;
        setState({ ticket, at: performance.now(), age: 0, none: false, away: false });
      } else if (answer.status < 500) setState({ ticket: null, at: 0, age: 0, none: true, away: false });
      else setState(outOfReach);
    } catch {
      setState(outOfReach);
    }
  }, [id]);
  useEffect(() => {
    const seen = (): void => void look();
    const first = window.setTimeout(seen, 0);
    const timer = window.setInterval(seen, LOOK_MS);
    document.addEventListener('visibilitychange', seen);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [look]);
  return { ...state, look };
};

/** @returns null when it was given back */
const giveBack = async (id: string): Promise<Refusal | 'unreachable' | null> => {
  try {
    const answer = await fetch(`/hall/tickets/${encodeURIComponent(id)}/give-back`, { method: 'POST', signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.ok) return null;
    return answer.status === 409 ? ((await answer.json()) as { refusal: Refusal }).refusal : 'unreachable';
  } catch {
    return 'unreachable';
  }
};

const stateOf = ({ state, counter, toleranceCalls }: TicketView, words: Words['ticket']): string => {
  switch (state) {
    case 'called':
      return words.states.called(counter ?? '');
    case 'serving':
      return words.states.serving(counter ?? '');
    case 'missed':
      return words.states.missed(toleranceCalls);
    default:
      return words.states[state];
  }
};

export function TicketPage(): ReactNode {
  const [id] = useState(() => new URLSearchParams(window.location.search).get('t') ?? '');
  const [language, setLanguage] = useState<Language>(() => languageOf(window.location.search, navigator.language));
  const { ticket, age, none, away, look } = useTicket(id);
  const words = WORDS[language].ticket;
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <main data-state={none ? 'none' : ticket?.state}>
      <header>
        <span>{words.title}</span>
        <button type="button" className="plain" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')} data-name="language">
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </header>
      {away ? (
        <p className="note" role="alert">
          {ticket === null ? words.away : words.awaySince(age)}
        </p>
      ) : null}
      {none ? (
        <section>
          <h1>{words.none}</h1>
          <p>{words.noneBody}</p>
        </section>
      ) : ticket === null ? null : (
        <Ticket ticket={ticket} language={language} id={id} look={look} />
      )}
    </main>
  );
}

const Ticket = ({ ticket, language, id, look }: { ticket: TicketView; language: Language; id: string; look: () => Promise<void> }): ReactNode => {
  const words = WORDS[language].ticket;
  const numbers = language === 'zh' ? numbersZh : numbersEn;
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | 'unreachable' | null>(null);
  const waits = ticket.state === 'waiting' || ticket.state === 'doubtful' || ticket.state === 'missed' || ticket.state === 'parked';
  const back = async (): Promise<void> => {
    setAsking(false);
    setRefusal(await giveBack(id));
    await look();
  };
  return (
    <>
      <section className="number" data-lit={ticket.state === 'called' ? '' : undefined} role="status">
        <p>{ticket.className[language]}</p>
        <h1>{ticket.number}</h1>
        <p className="state">{stateOf(ticket, words)}</p>
      </section>
      {ticket.state === 'waiting' ? (
        <section>
          <dl>
            <dt>{words.ahead}</dt>
            <dd>
              <b>{ticket.ahead}</b> {words.people}
            </dd>
            <dt>{words.wait}</dt>
            <dd>
              {ticket.range === null ? (
                WORDS[language].unknown
              ) : (
                <>
                  <b>{ticket.range.from === ticket.range.to ? ticket.range.from : `${String(ticket.range.from)}–${String(ticket.range.to)}`}</b> {WORDS[language].minutes}
                </>
              )}
            </dd>
          </dl>
          {ticket.range === null ? null : <RangeScale range={ticket.range} />}
          {ticket.record === null ? null : <p className="quiet">{words.record(Math.round(ticket.record.share * 10))}</p>}
        </section>
      ) : null}
      {waits || ticket.state === 'called' ? (
        <section>
          <p className="quiet">{words.where}</p>
          <p className="place">{ticket.where[language]}</p>
          <p className="quiet">{ticket.way[language]}</p>
        </section>
      ) : null}
      <p className="quiet since">
        {words.since} {ticket.since.slice(0, 10)} {ticket.since.slice(11, 16)}
      </p>
      {refusal === null ? null : (
        <p className="note" role="alert">
          {refusal === 'unreachable' ? numbers.notBackAway : numbers.refusals[refusal]}
        </p>
      )}
      {!waits ? null : asking ? (
        <section className="ask">
          <h2>{words.reallyTitle(ticket.number)}</h2>
          <p>{words.reallyBody}</p>
          <button type="button" className="primary" onClick={() => setAsking(false)} data-name="keep">
            {words.keep}
          </button>
          <button type="button" onClick={() => void back()} data-name="really">
            {words.really}
          </button>
        </section>
      ) : (
        <button type="button" onClick={() => setAsking(true)} data-name="give-back">
          {words.giveBack}
        </button>
      )}
    </>
  );
};
