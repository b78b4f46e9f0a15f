import type { ReactNode } from 'react';
import './pictures.css';

export type Slot = 'card' | 'slip' | 'sheet' | 'scanner';

const PLACES: Record<Slot, { x: number; y: number; width: number; height: number }> = {
  scanner: { x: 5, y: 31, width: 8, height: 3.6 },
  card: { x: 15, y: 36, width: 8, height: 5 },
  slip: { x: 5, y: 38.5, width: 7, height: 2.6 },
  sheet: { x: 5.5, y: 46, width: 17, height: 3.6 },
};

/** The whole terminal with one slot lit and pointed at. */
export const WhereInset = ({ slot }: { slot: Slot }): ReactNode => (
  <svg className="where-inset" data-slot={slot} viewBox="0 0 36 60" aria-hidden="true">
    <path className="body" d="M3 2h22v55H3z" />
    <path className="glass" d="M6 5h16v14H6z" />
    <path className="desk" d="M6 19h16v9H6z" />
    {(Object.keys(PLACES) as Slot[]).map((name) => (
      <rect key={name} className={name === slot ? 'lamp' : 'slot'} {...PLACES[name]} />
    ))}
    <path d="M1 57h26" />
    <Pointer place={PLACES[slot]} />
  </svg>
);

const Pointer = ({ place }: { place: { x: number; y: number; width: number; height: number } }): ReactNode => {
  const y = place.y + place.height / 2;
  return <path className="points" d={`M34 ${String(y)}H27M30 ${String(y - 3)}l-3 3 3 3`} />;
};
