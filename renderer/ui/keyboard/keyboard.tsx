import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { labelsOf } from './labels.ts';
import { NumberPad } from './number-pad.tsx';
import { TextKeys } from './text-keys.tsx';
import './keyboard.css';

export type KeyboardMode = 'text' | 'number' | 'phone' | 'date' | 'amount';

export type KeyboardProps = {
  mode: KeyboardMode;
  value: string;
  onChange: (value: string) => void;
  /** Most code points that the field takes, or null for no limit. */
  maxLength: number | null;
  language: 'zh' | 'en';
  /** Letters and digits as they are, whatever the language: for codes. */
  latin?: boolean;
  /** If given, the text keys have a key for it. */
  onEnter?: (() => void) | undefined;
  /** The Pinyin not yet turned into characters, to be shown inside the field after the value; '' when there is none. */
  onComposition?: ((pinyin: string) => void) | undefined;
};

/**
 * The on-screen keyboard. It keeps nothing but the Pinyin of the word now typed; give each field its own `key`, so that
 * this too is gone with the field. Fills the width of its place.
 */
export function Keyboard({ mode, value, onChange, maxLength, language, latin, onEnter, onComposition }: KeyboardProps): ReactNode {
  const labels = labelsOf(language);
  // Two keys may be pressed before the page has drawn the first: both must count.
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  }, [value]);
  const current = () => latest.current;
  const change = (next: string) => {
    if (next === latest.current) return;
    latest.current = next;
    onChange(next);
  };
  return (
    <div className="kb" lang="zh-CN">
      {mode === 'text' ? (
        <TextKeys current={current} value={value} onChange={change} maxLength={maxLength} language={latin === true ? 'en' : language} labels={labels} onEnter={onEnter} onComposition={onComposition} />
      ) : (
        <NumberPad mode={mode} current={current} onChange={change} maxLength={maxLength} labels={labels} />
      )}
    </div>
  );
}
