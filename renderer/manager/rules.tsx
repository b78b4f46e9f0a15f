import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { RuleMistake, Rules, RulesView } from '../api/hall-types.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { RuleForms } from './rule-forms.tsx';
import { Editor } from './rule-editor.tsx';
import { placed, readText, toText, type Placed } from './rules-text.ts';
import { TryDay } from './try-day.tsx';

/** The hall is asked when the hand rests, not with every key. */
const REST_MS = 400;

/** `rules`: as they would hold; null: they cannot be read. */
type Checked = { text: string; mistakes: Placed[]; rules: Rules | null };

/** What is wrong with the text, as the hall says it; null while it is being asked. */
const useCheck = (text: string): Omit<Checked, 'text'> | null => {
  const read = useMemo(() => readText(text), [text]);
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    if (!read.ok) return undefined;
    let over = false;
    const look = async (): Promise<void> => {
      const answer = await ask<{ mistakes: RuleMistake[]; rules: Rules | null }>('POST', '/hall/rules/check', { rules: read.data });
      if (!over && answer.ok) setChecked({ text, mistakes: placed(text, answer.value.mistakes), rules: answer.value.rules });
    };
    const timer = window.setTimeout(() => void look(), REST_MS);
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [read, text]);
  if (!read.ok) return { mistakes: read.mistakes, rules: null };
  return checked?.text === text ? checked : null;
};

const Draft = ({ held, onHeld, onReload }: { held: RulesView; onHeld: (held: RulesView) => void; onReload: () => void }): ReactNode => {
  const { say } = useWords();
  const heldText = useMemo(() => toText(held.rules), [held]);
  // Written in the forms the rules stay as they are, also while they hold a mistake; written as text they are what the hall reads in it.
  const [{ text, made }, setDraft] = useState<{ text: string; made: Rules | null }>({ text: heldText, made: held.rules });
  const [refused, setRefused] = useState<Why | null>(null);
  const [busy, setBusy] = useState(false);
  const checked = useCheck(text);
  const mistakes = checked?.mistakes ?? null;
  const changed = text !== heldText;
  const rules = checked !== null && checked.mistakes.length === 0 ? checked.rules : null;
  const shown = made ?? checked?.rules ?? null;
  const write = (next: Rules): void => setDraft({ text: toText(next), made: next });

  const hold = async (): Promise<void> => {
    if (rules === null) return;
    setBusy(true);
    const answer = await ask<RulesView>('PUT', '/hall/rules', { rules, basedOn: held.version });
    setBusy(false);
    setRefused(answer.ok ? null : whyOf(answer));
    if (answer.ok) onHeld(answer.value);
  };

  return (
    <>
      <div className="rules-head">
        <p>
          {held.version === 0 ? say('rules.asConfigured') : say('rules.heldSince', { version: held.version, by: held.by ?? '', at: (held.at ?? '').slice(0, 16).replace('T', ' ') })}
          <span className="quiet">{say('rules.bound', { minutes: held.overtakingBoundMinutes })}</span>
        </p>
        {mistakes === null ? <Tag tone="quiet">{say('rules.checking')}</Tag> : mistakes.length > 0 ? <Tag tone="stop">{say('rules.mistakes', { n: mistakes.length })}</Tag> : <Tag tone={changed ? 'attention' : 'good'}>{say(changed ? 'rules.goodDraft' : 'rules.unchanged')}</Tag>}
        <Button className="plain-button" onPress={() => setDraft({ text: heldText, made: held.rules })} isDisabled={!changed} data-name="discard">
          {say('rules.discard')}
        </Button>
        <Button className="green-button" onPress={() => void hold()} isDisabled={rules === null || !changed || busy} data-name="hold">
          {say('rules.hold')}
        </Button>
      </div>
      <p className="mistake-line" role="alert">
        {refused === null ? null : say(`refusals.${refused}`)}
        {refused === 'changed-meanwhile' ? (
          <Button className="small-act" onPress={onReload} data-name="reload">
            {say('rules.reload')}
          </Button>
        ) : null}
      </p>
      <Tabs className="rules-tabs">
        <TabList aria-label={say('rules.ways')}>
          {(['forms', 'text', 'try'] as const).map((way) => (
            <Tab key={way} id={way} data-name={`way-${way}`}>
              {say(`rules.way.${way}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="forms">{shown === null ? <p className="quiet">{say(mistakes === null ? 'rules.checking' : 'rules.formsLater')}</p> : <RuleForms rules={shown} items={held.items} mistakes={mistakes ?? []} onChange={write} />}</TabPanel>
        <TabPanel id="text">
          <Editor text={text} onChange={(next) => setDraft({ text: next, made: null })} mistakes={mistakes ?? []} rules={shown ?? held.rules} />
        </TabPanel>
        <TabPanel id="try">{rules === null ? <p className="quiet">{say(mistakes === null ? 'rules.checking' : 'rules.formsLater')}</p> : <TryDay rules={rules} changed={changed} />}</TabPanel>
      </Tabs>
    </>
  );
};

/** The rules of the queue: changed by forms or as text, tried on a day, then held from now on. */
export const RulesPage = (): ReactNode => {
  const { say } = useWords();
  const { value: held, set, again } = useAsked<RulesView>('/hall/rules');
  return (
    <div className="place" data-rules={held?.version}>
      {held === null ? <p className="asking">{say('common.asking')}</p> : <Draft key={held.version} held={held} onHeld={set} onReload={again} />}
    </div>
  );
};
