import { useState, type ReactNode } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import type { DoubtsView } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { Ask, Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';

export type Paper = DoubtsView['papers'][number];
type Outcome = 'printed' | 'not-printed';

/** What is known of the sheets: where, when, how many came out. */
const About = ({ paper, timeZone }: { paper: Paper; timeZone: string }): ReactNode => {
  const { say } = useWords();
  const { terminal, kind, at, sheets, sheetsDone } = paper;
  const values = { terminal, what: say(`doubts.paperKind.${kind}`), time: clock(new Date(at), timeZone), sheets };
  return <p>{sheetsDone === null ? say('tasks.paperUncounted', values) : say('tasks.paper', { ...values, done: sheetsDone })}</p>;
};

/** Somebody looks first, then says what he saw: it cannot be taken back. */
const Check = ({ paper, timeZone, onClose, onSettled }: { paper: Paper; timeZone: string; onClose: () => void; onSettled: () => void }): ReactNode => {
  const { say } = useWords();
  const [seen, setSeen] = useState<Outcome | null>(null);
  const [refused, setRefused] = useState<Why | null>(null);
  const settle = async (): Promise<void> => {
    const answer = await ask('POST', `/hall/doubts/${paper.terminal}/${paper.paper}`, { outcome: seen });
    // Settled by somebody else meanwhile: it is gone from the list.
    if (answer.ok || answer.status === 404) onSettled();
    else setRefused(whyOf(answer));
  };
  return (
    <Ask open title={say('tasks.checkTitle', { number: paper.doubtNumber })} onClose={onClose} onAnswer={() => void settle()} answer={say('tasks.checkAnswer')} disabled={seen === null}>
      <About paper={paper} timeZone={timeZone} />
      {paper.caseNumber === null ? null : <p>{say('doubts.paperCase', { number: paper.caseNumber })}</p>}
      {paper.certificateNumber === null ? null : <p>{say('doubts.paperNumber', { number: paper.certificateNumber })}</p>}
      <p className="quiet">{say('tasks.checkHint')}</p>
      <RadioGroup className="choices" value={seen} onChange={(value) => setSeen(value === 'printed' ? 'printed' : 'not-printed')}>
        <Label>{say('tasks.checkAsk')}</Label>
        <div>
          <Radio value="printed" autoFocus data-name="seen-printed">
            {say('doubts.printed')}
          </Radio>
          <Radio value="not-printed" data-name="seen-not-printed">
            {say('doubts.notPrinted')}
          </Radio>
        </div>
      </RadioGroup>
      <p className="mistake-line" role="alert">
        {refused === null ? null : say(`refusals.${refused}`)}
      </p>
    </Ask>
  );
};

/** Paper of which nobody knows whether it came out. */
export const PaperTasks = ({ papers, timeZone, onSettled }: { papers: readonly Paper[]; timeZone: string; onSettled: () => void }): ReactNode => {
  const { say } = useWords();
  const [checked, setChecked] = useState<Paper | null>(null);
  return (
    <>
      {papers.map((paper) => (
        <div className="task" key={`${paper.terminal} ${paper.paper}`} data-name={`paper-${paper.doubtNumber}`}>
          <Tag tone="stop" icon="warning">
            {say('doubts.paper', { number: paper.doubtNumber })}
          </Tag>
          <About paper={paper} timeZone={timeZone} />
          {paper.decided === null ? (
            <Button className="wide-button" onPress={() => setChecked(paper)} data-name={`check-${paper.doubtNumber}`}>
              {say('tasks.check')}
            </Button>
          ) : (
            <p>{say('tasks.decided', { what: say(paper.decided.outcome === 'printed' ? 'doubts.printed' : 'doubts.notPrinted'), by: paper.decided.by, terminal: paper.terminal })}</p>
          )}
        </div>
      ))}
      {checked === null ? null : (
        <Check
          paper={checked}
          timeZone={timeZone}
          onClose={() => setChecked(null)}
          onSettled={() => {
            setChecked(null);
            onSettled();
          }}
        />
      )}
    </>
  );
};
