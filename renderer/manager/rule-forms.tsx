import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../staff/words.ts';
import { Line } from './cells.tsx';
import { Classes, type Shown } from './class-forms.tsx';
import { Counters } from './counter-forms.tsx';
import { MistakeList, WrongPaths } from './mistakes.tsx';
import { changedAt, without } from './rule-changes.ts';
import type { Placed } from './rules-text.ts';
import { Priorities, Turns } from './turn-forms.tsx';

const Notices = ({ rules, onChange }: Shown): ReactNode => {
  const { say } = useWords();
  return (
    <section>
      <h2>{say('forms.notices')}</h2>
      {rules.notices.map((notice, index) => (
        // A line on the board is known by its place alone.
        <div className="notice" key={index}>
          <Line name={say('forms.notice')} at={`notices.${String(index)}.zh`} value={notice.zh} onChange={(zh) => onChange({ ...rules, notices: changedAt(rules.notices, index, { zh }) })} />
          <Line name={say('forms.english')} at={`notices.${String(index)}.en`} value={notice.en} onChange={(en) => onChange({ ...rules, notices: changedAt(rules.notices, index, { en }) })} />
          <Button className="small-act" onPress={() => onChange({ ...rules, notices: without(rules.notices, index) })}>
            {say('forms.remove')}
          </Button>
        </div>
      ))}
      <Button className="small-act" onPress={() => onChange({ ...rules, notices: [...rules.notices, { zh: say('forms.newNotice'), en: say('forms.newNotice') }] })} data-name="add-notice">
        {say('forms.addNotice')}
      </Button>
    </section>
  );
};

/** The rules as forms. What is wrong is said above them and marked in its field; the forms stay, so that it can be put right. */
export const RuleForms = ({ mistakes, ...shown }: Shown & { mistakes: readonly Placed[] }): ReactNode => (
  <WrongPaths value={mistakes.map(({ path }) => path)}>
    {mistakes.length === 0 ? null : <MistakeList mistakes={mistakes} rules={shown.rules} />}
    <div className="forms">
      <Classes {...shown} />
      <Counters {...shown} />
      <Priorities {...shown} />
      <Turns {...shown} />
      <Notices {...shown} />
    </div>
  </WrongPaths>
);
