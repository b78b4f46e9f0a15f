import type { ReactNode } from 'react';
import './pictures.css';

/** The hall's mark: a doorway in a seal. */
export const HallMark = (): ReactNode => (
  <svg className="hall-mark" viewBox="0 0 48 48" aria-hidden="true">
    <rect className="ground" width="48" height="48" rx="7" />
    <path className="door" d="M12 39V18.5L24 9l12 9.5V39" />
    <path className="light" d="M19.5 26.5h9V39h-9z" />
  </svg>
);

const CENTRE = 42;
const RING = 29;
/** Degrees from the first character to the last, and most between two neighbours. */
const SPREAD = 240;
const STEP = 34;
const SIZE = 11.2;

/** An organisation's round seal, as an example of where its full name stands. */
export const SealPicture = ({ text }: { text: string }): ReactNode => {
  const characters = [...text];
  const step = Math.min(STEP, SPREAD / Math.max(1, characters.length - 1));
  // Beside each other on the ring, characters have this much room.
  const size = Math.min(SIZE, ((step * Math.PI) / 180) * RING * 0.92);
  return (
    <svg className="seal-picture" viewBox="0 0 84 84" aria-hidden="true">
      <circle cx={CENTRE} cy={CENTRE} r="39.5" strokeWidth="2.8" />
      <path className="star" d="M42 29.5l3.1 8.6 9.1.3-7.2 5.6 2.5 8.8-7.5-5.2-7.5 5.2 2.5-8.8-7.2-5.6 9.1-.3z" />
      {characters.map((character, at) => (
        <text
          // A name may have the same character twice; its place is what it is known by.
          key={`${String(at)}${character}`}
          x={CENTRE}
          y={CENTRE - RING + size * 0.4}
          fontSize={size}
          textAnchor="middle"
          transform={`rotate(${String((at - (characters.length - 1) / 2) * step)} ${String(CENTRE)} ${String(CENTRE)})`}
        >
          {character}
        </text>
      ))}
    </svg>
  );
};
