import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { DoubtsView } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';

const LOOK_MS = 5_000;
/** Why the hall did not take a number in, where there is something particular to do. */
const KNOWN_JOINS: readonly string[] = ['forged-ticket', 'unknown-lease', 'outside-lease', 'other-day', 'unknown-class'];

/** What nobody knows for certain until somebody looked: numbers whose ticket may not have come out, and sheets of paper. */
export const Doubts = ({ version, timeZone }: { version: number; timeZone: string }): ReactNode => {
  const { say, text } = useWords();
  // Paper is no part of the queue's day: it is looked at by itself.
  const { value: doubts, again } = useAsked<DoubtsView>('/hall/doubts', version, LOOK_MS);
  const [refused, setRefused] = useState<Why | null>(null);
  const settle = async (path: string, body: object): Promise<void> => {
    const answer = await ask('POST', path, body);
    setRefused(answer.ok ? null : whyOf(answer));
    again();
  };
  if (doubts === null) return <p className="asking">{say('common.asking')}</p>;
  const at = (iso: string): string => clock(new Date(iso), timeZone);
  return (
    <div className="place two">
      <section>
        <h2>
          {say('doubts.numbers')}
          <b>{doubts.numbers.length}</b>
        </h2>
        <p className="quiet">{say(doubts.numbers.length === 0 ? 'tasks.none' : 'doubts.numbersHint')}</p>
        {doubts.numbers.map((one) => (
          <div className="task" key={one.number}>
            <Tag tone="stop" icon="warning">
              {say('tasks.doubt', { number: one.number })}
            </Tag>
            <p>{say('doubts.number', { time: at(one.since), name: text(one.className), by: one.by })}</p>
            <div className="task-acts">
              <Button className="wide-button" onPress={() => void settle(`/hall/numbers/${one.number}/confirm`, {})} data-name={`confirm-${one.number}`}>
                {say('acts.confirmPaper')}
              </Button>
              <Button className="wide-button" onPress={() => void settle(`/hall/numbers/${one.number}/void`, {})} data-name={`void-${one.number}`}>
                {say('acts.voidNumber')}
              </Button>
            </div>
          </div>
        ))}
        <h2 className="below">
          {say('doubts.joins')}
          <b>{doubts.joins.length}</b>
        </h2>
        <p className="quiet">{say(doubts.joins.length === 0 ? 'doubts.noJoins' : 'doubts.joinsHint')}</p>
        {doubts.joins.map((one) => (
          <div className="task" key={one.ticket}>
            <Tag tone="stop" icon="warning">
              {say('doubts.join', { number: one.number ?? say('doubts.joinUnknown') })}
            </Tag>
            <p>{say('doubts.joinTaken', { by: one.by, time: one.takenAt.slice(0, 16).replace('T', ' '), name: text(one.className) })}</p>
            <p>{say(`doubts.joinDo.${KNOWN_JOINS.includes(one.refusal) ? one.refusal : 'other'}`)}</p>
            <div className="task-acts">
              <Button className="wide-button" onPress={() => void settle(`/hall/joins/${one.ticket}/settle`, {})} data-name={`settle-${one.ticket}`}>
                {say('doubts.joinDone')}
              </Button>
            </div>
          </div>
        ))}
      </section>
      <section>
        <h2>
          {say('doubts.papers')}
          <b>{doubts.papers.length}</b>
        </h2>
        <p className="quiet">{say(doubts.papers.length === 0 ? 'doubts.noPapers' : 'doubts.papersHint')}</p>
        {doubts.papers.map((one) => (
          <div className="task" key={one.paper}>
            <Tag tone="stop" icon="warning">
              {say('doubts.paper', { number: one.doubtNumber })}
            </Tag>
            <p>{one.sheetsDone === null ? say('doubts.paperUncounted', { time: at(one.at), sheets: one.sheets }) : say('doubts.paperSheets', { time: at(one.at), done: one.sheetsDone, sheets: one.sheets })}</p>
            <p>{say('doubts.paperWhere', { terminal: one.terminal, what: say(`doubts.paperKind.${one.kind}`) })}</p>
            {one.caseNumber === null ? null : <p>{say('doubts.paperCase', { number: one.caseNumber })}</p>}
            {one.certificateNumber === null ? null : <p>{say('doubts.paperNumber', { number: one.certificateNumber })}</p>}
            {one.decided === null ? (
              <div className="task-acts">
                <Button className="wide-button" onPress={() => void settle(`/hall/doubts/${one.terminal}/${one.paper}`, { outcome: 'printed' })} data-name={`printed-${one.doubtNumber}`}>
                  {say('doubts.printed')}
                </Button>
                <Button className="wide-button" onPress={() => void settle(`/hall/doubts/${one.terminal}/${one.paper}`, { outcome: 'not-printed' })} data-name={`not-printed-${one.doubtNumber}`}>
                  {say('doubts.notPrinted')}
                </Button>
              </div>
            ) : (
              <p data-name={`decided-${one.doubtNumber}`}>{say('doubts.paperDecided', { what: say(one.decided.outcome === 'printed' ? 'doubts.printed' : 'doubts.notPrinted'), by: one.decided.by, time: at(one.decided.at), terminal: one.terminal })}</p>
            )}
          </div>
        ))}
        <p className="mistake-line" role="alert">
          {refused === null ? null : say(`refusals.${refused}`)}
        </p>
      </section>
    </div>
  );
};
