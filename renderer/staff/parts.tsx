import { useEffect, useState, type ReactNode } from 'react';
import { Button, Dialog, FieldError, Heading, Input, Label, Modal, ModalOverlay, Text as HelpText, TextField } from 'react-aria-components';
import { HallMark, Icon, type IconName } from '../ui/pictures/index.ts';
import { keepInAddress, languageOfAddress, SpeechProvider, useWords, type Language } from './words.ts';

/** The language of everything beneath, as the address says. */
export const Speaking = ({ children }: { children: ReactNode }): ReactNode => {
  const [language, setLanguage] = useState<Language>(languageOfAddress);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    keepInAddress('lang', language === 'zh' ? null : language);
  }, [language]);
  return <SpeechProvider value={{ language, setLanguage }}>{children}</SpeechProvider>;
};

export const LanguageButton = (): ReactNode => {
  const { language, setLanguage, say } = useWords();
  return (
    <Button className="plain-button" onPress={() => setLanguage(language === 'zh' ? 'en' : 'zh')} data-name="language">
      {say('common.otherLanguage')}
    </Button>
  );
};

export type Tone = 'good' | 'attention' | 'stop' | 'quiet' | 'next';
export const Tag = ({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }): ReactNode => (
  <span className="tag" data-tone={tone}>
    {icon === undefined ? null : <Icon name={icon} size={18} />}
    {children}
  </span>
);

/** A key as it is painted on the keyboard. */
export const Key = ({ name }: { name: string }): ReactNode => <kbd aria-hidden="true">{name}</kbd>;

type Act = { onPress: () => void; children: ReactNode; name: string; hint?: ReactNode; icon?: IconName; keyName?: string; disabled?: boolean; kind?: 'plain' | 'outlined' | 'green' };
/** One act; its key stands at its right edge. */
export const ActButton = ({ onPress, children, name, hint, icon, keyName, disabled, kind }: Act): ReactNode => (
  <Button className="act" data-kind={kind ?? 'plain'} isDisabled={disabled === true} onPress={onPress} data-name={name} aria-keyshortcuts={keyName}>
    {icon === undefined ? null : <Icon name={icon} size={kind === 'green' ? 36 : 24} />}
    <span className="words">
      <span>{children}</span>
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </span>
    {keyName === undefined ? null : <Key name={keyName} />}
  </Button>
);

type Line = { label: string; value: string; onChange: (value: string) => void; name: string; type?: 'text' | 'password' | 'date'; hint?: string | null; mistake?: string | null; autoFocus?: boolean; autoComplete?: string; maxLength?: number };
/** One line to write, with its name above and what is wrong beneath. */
export const LineField = ({ label, value, onChange, name, type, hint, mistake, autoFocus, autoComplete, maxLength }: Line): ReactNode => (
  <TextField className="line-field" value={value} onChange={onChange} isInvalid={mistake != null} type={type ?? 'text'} name={name} autoFocus={autoFocus === true} autoComplete={autoComplete ?? 'off'} maxLength={maxLength ?? 200}>
    <Label>{label}</Label>
    <Input spellCheck={false} />
    {hint == null ? null : <HelpText slot="description">{hint}</HelpText>}
    <FieldError>{mistake}</FieldError>
  </TextField>
);

/** A question over the page; Escape closes it, Enter in a field answers it. */
export const Ask = ({ title, open, onClose, onAnswer, answer, disabled, children }: { title: string; open: boolean; onClose: () => void; onAnswer: () => void; answer: string; disabled?: boolean; children: ReactNode }): ReactNode => {
  const { say } = useWords();
  return (
    <ModalOverlay className="veil" isOpen={open} onOpenChange={(now) => (now ? undefined : onClose())} isDismissable>
      <Modal className="ask">
        <Dialog className="ask-dialog">
          <Heading slot="title">{title}</Heading>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (disabled !== true) onAnswer();
            }}
          >
            {children}
            <div className="ask-acts">
              <Button className="plain-button" onPress={onClose} data-name="ask-close">
                {say('common.back')}
                <Key name="Esc" />
              </Button>
              <Button className="green-button" type="submit" isDisabled={disabled === true} data-name="ask-answer">
                {answer}
                <Key name="Enter" />
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};

/** The line over every page of staff: where one is, how things stand, who one is. */
export const TopLine = ({ title, about, children, right, demo }: { title: string; about?: string; children?: ReactNode; right?: ReactNode; demo: boolean }): ReactNode => {
  const { say } = useWords();
  return (
    <header className="top-line">
      <HallMark />
      <h1>{title}</h1>
      {about === undefined ? null : <span className="about">{about}</span>}
      <div className="states">{children}</div>
      <div className="right">
        {right}
        <LanguageButton />
        {demo ? <span className="demo">{say('common.demo')}</span> : null}
      </div>
    </header>
  );
};
