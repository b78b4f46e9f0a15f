import type { ReactNode } from 'react';
import { ICONS } from './icon-drawings.tsx';
import './pictures.css';

/** Names of the icons; every icon stands beside a word. */
export type IconName = keyof typeof ICONS;

/**
 * An icon in the colour of its text.
 * @param size side in millimetres
 * @param lit whether the part that one touches or gets is filled with amber
 */
export const Icon = ({ name, size = 14, lit = false }: { name: IconName; size?: number | undefined; lit?: boolean | undefined }): ReactNode => {
  const side = `calc(${String(size)} * var(--mm))`;
  return (
    <svg className="icon" data-icon={name} data-lit={lit ? '' : undefined} viewBox="0 0 48 48" width={side} height={side} aria-hidden="true">
      {ICONS[name]}
    </svg>
  );
};
