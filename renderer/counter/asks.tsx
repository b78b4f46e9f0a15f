import { useState, type ReactNode } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import type { CounterView } from '../api/hall-types.ts';
import { Ask, LineField } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { opensSaid } from '../ui/opening.ts';
import type { Acts } from './acts.ts';
import { useBusiness } from './now-serving.tsx';

type Shown = { view: CounterView; acts: Acts; onClose: () => void };

/** The refusal of the act, told inside the question that it answers. */
const Refused = ({ acts }: { acts: Acts }): ReactNode => {
  const { say } = useWords();
  return (
    <p className="mistake-line" role="alert">
      {acts.refused === null ? null : say(`refusals.${acts.refused}`)}
    </p>
  );
};

/** Set aside for a while: what is missing, for whoever takes it up again. */
export const Park = ({ view, acts, onClose }: Shown): ReactNode => {
  const { say } = useWords();
  const [note, setNote] = useState('');
  const answer = async (): Promise<void> => {
    if (await acts.act('park', { note: note.trim() })) onClose();
  };
  return (
    <Ask open title={say('park.title', { number: view.current?.number ?? '' })} onClose={onClose} onAnswer={() => void answer()} answer={say('park.answer')} disabled={view.current === null}>
      <p className="quiet">{say('park.hint')}</p>
      <LineField label={say('park.note')} value={note} onChange={setNote} name="note" maxLength={120} autoFocus />
      <Refused acts={acts} />
    </Ask>
  );
};

const ANY = 'any';

/** To another class, to one counter by name, or both; the place in turn stays. */
export const Transfer = ({ view, acts, onClose }: Shown): ReactNode => {
  const { say, text, language } = useWords();
  const [to, setTo] = useState(view.current?.class ?? view.classes[0]?.id ?? '');
  const [counter, setCounter] = useState(ANY);
  const [note, setNote] = useState('');
  const answer = async (): Promise<void> => {
    if (await acts.act('transfer', { class: to, toCounter: counter === ANY ? null : counter, note: note.trim() })) onClose();
  };
  const nowhere = to === view.current?.class && counter === ANY;
  return (
    <Ask open title={say('transfer.title', { number: view.current?.number ?? '' })} onClose={onClose} onAnswer={() => void answer()} answer={say('transfer.answer')} disabled={view.current === null || nowhere}>
      <p className="quiet">{say('transfer.hint')}</p>
      <RadioGroup className="choices" value={to} onChange={setTo}>
        <Label>{say('transfer.class')}</Label>
        <div>
          {view.classes.map(({ id, name, waiting, opening }) => (
            <Radio key={id} value={id} autoFocus={id === to} data-name={`to-${id}`}>
              {text(name)}
              <span className="quiet">{opensSaid(opening, language) ?? say('transfer.waiting', { n: waiting })}</span>
            </Radio>
          ))}
        </div>
      </RadioGroup>
      <RadioGroup className="choices" value={counter} onChange={setCounter}>
        <Label>{say('transfer.counter')}</Label>
        <div>
          <Radio value={ANY}>{say('transfer.any')}</Radio>
          {view.counters
            .filter(({ id }) => id !== view.counter.id)
            .map(({ id, name, open }) => (
              <Radio key={id} value={id} data-name={`to-counter-${id}`}>
                {say('counter.name', { counter: id })}
                <span className="quiet">{open ? text(name) : say('transfer.closed')}</span>
              </Radio>
            ))}
        </div>
      </RadioGroup>
      <LineField label={say('transfer.note')} value={note} onChange={setNote} name="note" maxLength={120} />
      {nowhere ? <p className="quiet small">{say('transfer.nowhere')}</p> : null}
      <Refused acts={acts} />
    </Ask>
  );
};

const REASONS = ['unwell', 'child', 'onePaper', 'mistake'] as const;

/** Somebody else than the next: which number, and the reason, which is kept. */
export const CallOther = ({ view, acts, chosen, onClose }: Shown & { chosen: string | null }): ReactNode => {
  const { say } = useWords();
  const business = useBusiness();
  const [number, setNumber] = useState(chosen ?? '');
  const [reason, setReason] = useState('');
  const [first, setFirst] = useState<'park' | 'finish'>('park');
  const { current } = view;
  const wanted = number.trim().toUpperCase();
  const person = [...view.all, ...view.parked, ...view.missed].find((one) => one.number === wanted);
  const answer = async (): Promise<void> => {
    if (await acts.act('call', { number: wanted, reason: reason.trim(), ...(current === null ? {} : { first }) })) onClose();
  };
  return (
    <Ask open title={say('callOther.title')} onClose={onClose} onAnswer={() => void answer()} answer={person === undefined ? say('callOther.answerNobody') : say('callOther.answer', { number: wanted })} disabled={person === undefined || reason.trim() === ''}>
      <p className="quiet">{say('callOther.hint')}</p>
      {current === null ? null : (
        <RadioGroup className="choices" value={first} onChange={(how) => setFirst(how === 'finish' ? 'finish' : 'park')}>
          <Label>{say('callOther.current', { number: current.number })}</Label>
          <div>
            {(['park', 'finish'] as const).map((how) => (
              <Radio key={how} value={how} data-name={`first-${how}`}>
                {say(`callOther.first.${how}`)}
              </Radio>
            ))}
          </div>
        </RadioGroup>
      )}
      <LineField
        label={say('callOther.number')}
        value={number}
        onChange={setNumber}
        name="number"
        maxLength={6}
        autoFocus={chosen === null}
        hint={person === undefined ? null : say('callOther.person', { business: business(person), minutes: person.waitedMinutes })}
        mistake={wanted.length > 3 && person === undefined ? say('callOther.unknown') : null}
      />
      <LineField label={say('callOther.reason')} value={reason} onChange={setReason} name="reason" maxLength={120} autoFocus={chosen !== null} />
      <div className="quick">
        {REASONS.map((one) => (
          <Button key={one} className="small-act" onPress={() => setReason(say(`callOther.reasons.${one}`))}>
            {say(`callOther.reasons.${one}`)}
          </Button>
        ))}
      </div>
      <Refused acts={acts} />
    </Ask>
  );
};
