import type { ReactNode } from 'react';
import './pictures.css';

export type Slot = 'card' | 'slip' | 'sheet' | 'scanner' | 'camera';

const PLACES: Record<Slot, { x: number; y: number; width: number; height: number }> = {
  scanner: { x: 5, y: 31, width: 8, height: 3.6 },
  camera: { x: 16, y: 28.6, width: 7, height: 3 },
  card: { x: 15, y: 36, width: 8, height: 5 },
  slip: { x: 5, y: 38.5, width: 7, height: 2.6 },
  sheet: { x: 5.5, y: 46, width: 17, height: 3.6 },
};

const CENTRE = 14;
const isLeft = (slot: Slot): boolean => PLACES[slot].x + PLACES[slot].width / 2 < CENTRE - 2;

/** The whole terminal with one slot lit, and an arrow at its side. */
export const WhereInset = ({ slot }: { slot: Slot }): ReactNode => (
  <svg className="where-inset" data-slot={slot} viewBox={isLeft(slot) ? '-8 0 36 60' : '0 0 36 60'} aria-hidden="true">
    <path className="body" d="M3 2h22v55H3z" />
    <path className="glass" d="M6 5h16v14H6z" />
    <path className="desk" d="M6 19h16v9H6z" />
    {(Object.keys(PLACES) as Slot[]).map((name) => (
      <rect key={name} className={name === slot ? 'lamp' : 'slot'} {...PLACES[name]} />
    ))}
    <path d="M1 57h26" />
    <Pointer slot={slot} />
  </svg>
);

const Pointer = ({ slot }: { slot: Slot }): ReactNode => {
  const y = String(PLACES[slot].y + PLACES[slot].height / 2);
  return <path className="points" d={isLeft(slot) ? `M-6 ${y}H1m-3-3 3 3-3 3` : `M34 ${y}H27m3-3-3 3 3 3`} />;
};
