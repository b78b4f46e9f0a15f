/** Fields in rows of a table: what is not written to the end yet changes nothing. */
import { useState, type ReactNode } from 'react';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A number. */
export const Count = ({ value, onChange, name, least = 0, most = 600, step = 1 }: { value: number; onChange: (value: number) => void; name: string; least?: number; most?: number; step?: number }): ReactNode => (
  <input
    type="number"
    className="cell count"
    aria-label={name}
    value={value}
    min={least}
    max={most}
    step={step}
    onChange={({ target }) => {
      if (target.value !== '' && Number.isFinite(target.valueAsNumber)) onChange(target.valueAsNumber);
    }}
  />
);

/** A line of text. */
export const Line = ({ value, onChange, name }: { value: string; onChange: (value: string) => void; name: string }): ReactNode => <input type="text" className="cell" aria-label={name} value={value} spellCheck={false} onChange={({ target }) => onChange(target.value)} />;

/** 09:00, in 24 hours whatever the browser's own language. */
export const Time = ({ value, onChange, name }: { value: string; onChange: (value: string) => void; name: string }): ReactNode => {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? value;
  return (
    <input
      type="text"
      inputMode="numeric"
      className="cell time"
      aria-label={name}
      aria-invalid={!TIME.test(shown)}
      data-wrong={TIME.test(shown) ? undefined : ''}
      maxLength={5}
      value={shown}
      onChange={({ target }) => {
        setTyped(target.value);
        if (TIME.test(target.value)) onChange(target.value);
      }}
      onBlur={() => setTyped(null)}
    />
  );
};
