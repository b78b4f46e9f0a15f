import type { ReactNode } from 'react';
import { DeleteFace, Key } from './key.tsx';
import type { Labels } from './labels.ts';
import { typeDigit, type PadMode } from './number.ts';
import { withoutLast } from './text.ts';

type PadProps = { mode: PadMode; current: () => string; onChange: (value: string) => void; maxLength: number | null; labels: Labels };

/** The large keypad; an amount has its point where others have the key that clears. */
export const NumberPad = ({ mode, current, onChange, maxLength, labels }: PadProps): ReactNode => {
  const key = (typed: string) => (
    <Key key={typed} onPress={() => onChange(typeDigit(mode, current(), typed, maxLength))}>
      {typed}
    </Key>
  );
  return (
    <div className="kb-pad" data-mode={mode} role="group">
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((typed) => key(typed))}
      {mode === 'amount' ? (
        key('.')
      ) : (
        <Key kind="quiet" area="clear" onPress={() => onChange('')}>
          {labels.clear}
        </Key>
      )}
      {key('0')}
      <Key kind="quiet" area="delete" name={labels.delete} onPress={() => onChange(removeDigit(mode, current()))}>
        <DeleteFace />
      </Key>
    </div>
  );
};

const removeDigit = (mode: PadMode, value: string): string => (mode === 'date' && value.endsWith('-') ? withoutLast(withoutLast(value)) : withoutLast(value));
