import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';

type KeyProps = {
  children: ReactNode;
  onPress: () => void;
  /** What is read aloud, where the face is not words. */
  name?: string | undefined;
  kind?: 'plain' | 'quiet' | undefined;
  area?: string | undefined;
  on?: boolean | undefined;
  disabled?: boolean | undefined;
};

/** One key. Keys are reached by touch and by reading order; their face changes at once when touched. */
export const Key = ({ children, onPress, name, kind, area, on, disabled }: KeyProps): ReactNode => (
  <Button className="kb-key" onPress={onPress} aria-label={name} aria-pressed={on} isDisabled={disabled === true} data-kind={kind} data-area={area} data-on={on === true ? '' : undefined}>
    {children}
  </Button>
);

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 3, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

export const DeleteFace = (): ReactNode => (
  <svg className="kb-face" viewBox="0 0 48 48" aria-hidden="true" {...line}>
    <path d="M15 11h28v26H15L4 24z" />
    <path d="m23 18 12 12M35 18 23 30" />
  </svg>
);

export const ArrowFace = ({ back }: { back?: boolean }): ReactNode => (
  <svg className="kb-face" viewBox="0 0 48 48" aria-hidden="true" {...line}>
    <path d={back === true ? 'M42 24H6M19 11 6 24l13 13' : 'M6 24h36M29 11l13 13-13 13'} />
  </svg>
);

export const ShiftFace = (): ReactNode => (
  <svg className="kb-face" viewBox="0 0 48 48" aria-hidden="true" {...line}>
    <path d="M24 7 7 25h9v14h16V25h9z" />
  </svg>
);
