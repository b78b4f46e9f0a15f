import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../i18n/words.ts';
import { Icon, type IconName } from './pictures/index.ts';

const KNOWN: ReadonlySet<string> = new Set<IconName>(['house', 'shield', 'document', 'printer', 'ticket', 'shop']);
/** The icon that an item's file names, or a plain sheet. */
export const itemIcon = (name: string): IconName => (KNOWN.has(name) ? (name as IconName) : 'document');

type Entry = { kind: 'main' | 'plain' | 'elder'; icon: IconName; name: string; hint?: string | undefined; onPress: () => void; id: string };

/** One entry of the home page: main ones green, plain ones on paper. */
export const EntryTile = ({ kind, icon, name, hint, onPress, id }: Entry): ReactNode => (
  <Button className="entry-tile" data-kind={kind} onPress={onPress} data-name={id}>
    <Icon name={icon} size={kind === 'main' ? 38 : kind === 'elder' ? 38 : 24} lit />
    <span className="words">
      <span className="name">{name}</span>
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </span>
  </Button>
);

/** A state in one word, with its own shape. */
export const StateTag = ({ tone, children }: { tone: 'good' | 'attention' | 'quiet' | 'stop'; children: ReactNode }): ReactNode => (
  <span className="state-tag" data-tone={tone}>
    {tone === 'good' ? <Icon name="tick" size={8} /> : tone === 'attention' || tone === 'stop' ? <Icon name="warning" size={8} /> : null}
    {children}
  </span>
);

type Row = { icon: IconName; name: ReactNode; hint?: ReactNode; tag?: ReactNode; onPress: () => void; id: string };

/** One line of a list that can be pressed: icon, name, one line, state. */
export const RowTile = ({ icon, name, hint, tag, onPress, id }: Row): ReactNode => (
  <Button className="row-tile" onPress={onPress} data-name={id}>
    <Icon name={icon} size={24} lit />
    <span className="words">
      <span className="name">{name}</span>
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </span>
    {tag}
    <Icon name="arrow-right" size={13} />
  </Button>
);

/** Looks like a field; on home it opens the list with its keyboard. */
export const SearchField = ({ prompt, value, composing, active, onPress }: { prompt: string; value?: string; composing?: string; active?: boolean; onPress: () => void }): ReactNode => (
  <Button className="search-field" data-active={active === true ? '' : undefined} onPress={onPress} data-name="search">
    <Icon name="search" size={15} />
    {(value ?? '') === '' && (composing ?? '') === '' ? (
      <span className="prompt">{prompt}</span>
    ) : (
      <span className="value">
        {value}
        {composing === undefined || composing === '' ? null : <u>{composing}</u>}
      </span>
    )}
  </Button>
);

/** The terminal's own line on the counter: what works here now, what does not. */
export const TerminalLine = ({ open, closed, onClosed }: { open: number; closed: number; onClosed: () => void }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="terminal-line">
      <span className="state">
        <Icon name={open === 0 ? 'warning' : 'tick'} size={12} />
        <b>{say(closed === 0 ? 'home.allWell' : open === 0 ? 'home.none' : 'home.partly')}</b>
      </span>
      {open === 0 && closed > 0 ? null : <span className="count">{say('home.openCount', { n: open })}</span>}
      <span className="spring" />
      {closed === 0 ? null : (
        <Button className="small-button" onPress={onClosed} data-name="closed-items">
          {say('home.closedCount', { n: closed })}
          <Icon name="arrow-right" size={10} />
        </Button>
      )}
    </div>
  );
};
