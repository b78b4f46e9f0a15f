import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../i18n/words.ts';
import { Icon, type IconName } from './pictures/index.ts';

type Press = { onPress: () => void; children: ReactNode; icon?: IconName; after?: IconName; name?: string };

/** The one green button of a page, lower right. Not ready yet: says why beside or beneath it. */
export const PrimaryButton = ({ onPress, children, icon, after, disabled, name }: Press & { disabled?: boolean }): ReactNode => (
  <Button className="primary-button" onPress={onPress} isDisabled={disabled === true} data-name={name}>
    {icon === undefined ? null : <Icon name={icon} size={16} />}
    <span>{children}</span>
    {after === undefined ? null : <Icon name={after} size={16} />}
  </Button>
);

/** The other way on, beside the green one. */
export const SideButton = ({ onPress, children, icon, after, wide, disabled, name }: Press & { wide?: boolean; disabled?: boolean }): ReactNode => (
  <Button className="side-button" onPress={onPress} data-wide={wide === true ? '' : undefined} isDisabled={disabled === true} data-name={name}>
    {icon === undefined ? null : <Icon name={icon} size={14} />}
    <span>{children}</span>
    {after === undefined ? null : <Icon name={after} size={14} />}
  </Button>
);

/** 返回: where every step has its way back. */
export const BackButton = ({ onPress }: { onPress: () => void }): ReactNode => {
  const { say } = useWords();
  return (
    <SideButton onPress={onPress} icon="arrow-left" name="back">
      {say('common.back')}
    </SideButton>
  );
};

/** One of several answers or acts. */
export const ChoiceButton = ({ onPress, children, hint, chosen, icon, small, name, personal }: Press & { hint?: string | null; chosen?: boolean; small?: boolean; /** An answer of the citizen's: which one was chosen is not said aloud. */ personal?: boolean }): ReactNode => (
  <Button className="choice-button" onPress={onPress} data-chosen={chosen === true ? '' : undefined} data-small={small === true ? '' : undefined} aria-pressed={chosen} data-personal={personal === true ? '' : undefined} data-name={name}>
    {chosen === undefined || small === true ? null : <span className="dot">{chosen ? <Icon name="tick" size={11} /> : null}</span>}
    {icon === undefined ? null : <Icon name={icon} size={13} />}
    <span className="words">
      <span className="main">{children}</span>
      {hint === undefined || hint === null ? null : <span className="hint">{hint}</span>}
    </span>
  </Button>
);

/** The bell that brings a person. */
export const CallButton = ({ onPress }: { onPress: () => void }): ReactNode => {
  const { say } = useWords();
  return (
    <Button className="cell call" onPress={onPress} data-name="call">
      <Icon name="bell" size={12} />
      <span>{say('modes.call')}</span>
    </Button>
  );
};

export const LeaveButton = ({ onPress }: { onPress: () => void }): ReactNode => {
  const { say } = useWords();
  return (
    <Button className="cell leave" onPress={onPress} data-name="leave">
      <Icon name="leave" size={12} />
      <span>{say('modes.leave')}</span>
    </Button>
  );
};

type Modes = { elder: boolean; onElder: () => void; /** null: nothing here can say this language. */ spoken: boolean | null; onSpoken: () => void; /** null: the other language cannot be had now. */ onLanguage: (() => void) | null; onCall: () => void; onLeave: (() => void) | null; showCall: boolean };

/** Modes that work here, help, and the way out of a session: at the same place on every page. */
export const ModeBar = ({ elder, onElder, spoken, onSpoken, onLanguage, onCall, onLeave, showCall }: Modes): ReactNode => {
  const { say } = useWords();
  return (
    <nav className="mode-bar">
      <Button className="cell" onPress={onElder} data-on={elder ? '' : undefined} aria-pressed={elder} data-name="elder">
        <Icon name="elder" size={12} />
        <span>{say(elder ? 'modes.elderOn' : 'modes.elder')}</span>
      </Button>
      {spoken === null ? null : (
        <Button className="cell" onPress={onSpoken} data-on={spoken ? '' : undefined} aria-pressed={spoken} data-name="spoken">
          <Icon name="speak" size={12} />
          <span>{say(spoken ? 'modes.spokenOn' : 'modes.spoken')}</span>
        </Button>
      )}
      {onLanguage === null ? null : (
        <Button className="cell" onPress={onLanguage} data-name="language">
          <Icon name="globe" size={12} />
          <span>{say('common.otherLanguage')}</span>
        </Button>
      )}
      <span className="spring" />
      {showCall ? <CallButton onPress={onCall} /> : null}
      {onLeave === null ? null : <LeaveButton onPress={onLeave} />}
    </nav>
  );
};
