/** Fields in rows of a table: what is not written to the end yet changes nothing. `at` is the rule that a field writes: it is marked when that is wrong. */
import { useState, type ReactNode } from 'react';
import { useWrong } from './mistakes.tsx';

const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

type Shared = { name: string; at?: string };

/** A number. */
export const Count = ({ value, onChange, name, at, least = 0, most = 600, step = 1 }: Shared & { value: number; onChange: (value: number) => void; least?: number; most?: number; step?: number }): ReactNode => {
  const wrong = useWrong(at);
  return (
    <input
      type="number"
      className="cell count"
      aria-label={name}
      aria-invalid={wrong}
      data-wrong={wrong ? '' : undefined}
      data-at={at}
      value={value}
      min={least}
      max={most}
      step={step}
      onChange={({ target }) => {
        if (target.value !== '' && Number.isFinite(target.valueAsNumber)) onChange(target.valueAsNumber);
      }}
    />
  );
};

/** A number, or nothing. */
export const MaybeCount = ({ value, onChange, name, at, most }: Shared & { value: number | null; onChange: (value: number | null) => void; most: number }): ReactNode => {
  const wrong = useWrong(at);
  return <input type="number" className="cell count" aria-label={name} aria-invalid={wrong} data-wrong={wrong ? '' : undefined} data-at={at} value={value ?? ''} min={1} max={most} placeholder="—" onChange={({ target }) => onChange(Number.isFinite(target.valueAsNumber) ? target.valueAsNumber : null)} />;
};

/** A line of text. @param kind `letters`: one or two capital letters, or the sign above a counter */
export const Line = ({ value, onChange, name, at, kind = 'text', maxLength }: Shared & { value: string; onChange: (value: string) => void; kind?: 'text' | 'letters'; maxLength?: number }): ReactNode => {
  const wrong = useWrong(at);
  return (
    <input
      type="text"
      className={kind === 'letters' ? 'cell prefix' : 'cell'}
      aria-label={name}
      aria-invalid={wrong}
      data-wrong={wrong ? '' : undefined}
      data-at={at}
      value={value}
      spellCheck={false}
      {...(maxLength === undefined ? {} : { maxLength })}
      onChange={({ target }) => onChange(kind === 'letters' ? target.value.toUpperCase() : target.value)}
    />
  );
};

/** 09:00, in 24 hours whatever the browser's own language. */
export const Time = ({ value, onChange, name, at }: Shared & { value: string; onChange: (value: string) => void }): ReactNode => {
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
      data-at={at}
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
