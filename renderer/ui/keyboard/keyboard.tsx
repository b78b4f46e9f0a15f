import { Button } from 'react-aria-components';

export type KeyboardMode = 'text' | 'number' | 'phone' | 'date' | 'amount';

export type KeyboardProps = {
  mode: KeyboardMode;
  value: string;
  onChange: (value: string) => void;
  /** Most graphemes the field takes, or null for no limit. */
  maxLength: number | null;
  language: 'zh' | 'en';
  onEnter?: () => void;
  /** The Pinyin not yet turned into characters, to be shown inside the field. */
  onComposition?: (pinyin: string) => void;
};

/** On-screen keyboard of the citizen's page. */
export function Keyboard({ mode, value, onChange, maxLength }: KeyboardProps) {
  const keys = mode === 'text' ? 'qwertyuiopasdfghjklzxcvbnm' : '1234567890';
  return (
    <div className="keyboard">
      {[...keys].map((key) => (
        <Button key={key} onPress={() => (maxLength === null || [...value].length < maxLength ? onChange(value + key) : undefined)}>
          {key}
        </Button>
      ))}
      <Button onPress={() => onChange([...value].slice(0, -1).join(''))}>⌫</Button>
    </div>
  );
}
