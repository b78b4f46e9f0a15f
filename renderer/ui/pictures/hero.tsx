import type { ReactNode } from 'react';
import './hero.css';

export type HourOfHall = 'night' | 'dawn' | 'day' | 'dusk';

/** Which of the four colour sets belongs to an hour of the day (0–23). */
export const hourOfHall = (hour: number): HourOfHall => (hour < 5 || hour >= 20 ? 'night' : hour < 8 ? 'dawn' : hour < 17 ? 'day' : 'dusk');

const WINDOWS = [247, 329.5];
const LIGHTS = [
  [33.5, 194.5],
  [41, 200.5],
  [61, 197.5],
  [86.5, 202],
  [113, 196],
  [150, 200.5],
  [181, 199],
];

/**
 * The hall at the present hour; its light falls towards the counter. Words lie over its upper left.
 * The sky's colour is also the page's --hero-sky while the picture is shown.
 * @param hour 0–23
 */
export const Hero = ({ hour }: { hour: number }): ReactNode => (
  <svg className="hero" data-time={hourOfHall(hour)} viewBox="0 0 398 240" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
    <path className="sky" d="M0 0h398v240H0z" />
    <path className="far" d="M0 184C28 170 58 163 84 164 114 165 126 175 148 173.5 178 171 194 149.5 236 149 280 149 316 165 348 169 366 171 384 162 398 157V240H0z" />
    <path className="near" d="M0 210C30 200 68 195.5 108 196 156 197 178 205 228 203 300 200 340 190.5 398 190.5V240H0z" />
    {LIGHTS.map(([x, y]) => (
      <rect key={x} className="lights" x={x} y={y} width="2.6" height="3.4" />
    ))}
    <path className="ground" d="M0 226.4h398V240H0z" />
    <path className="glow" d="M272 226.4h52l23.5 13.6h-99z" />
    <path className="wall" d="M238 178h119.5v48.4H238z" />
    <path className="roof" d="M233.5 176v-4.8L297.8 150.4 362 171.2v4.8z" />
    <path className="beam" d="M226.4 175.4h143v5.6h-143zM238 181h3.9v45.4H238zM268.3 181h3.9v45.4h-3.9zM323.7 181h3.9v45.4h-3.9zM353.6 181h3.9v45.4h-3.9z" />
    {WINDOWS.map((x) => (
      <g key={x}>
        <rect className="pane" x={x} y="186.6" width="19" height="30.6" />
        <path className="bars" d={`M${String(x + 9.5)} 186.6v30.6M${String(x)} 201.8h19`} />
      </g>
    ))}
    <path className="door" d="M272.2 186.6h51.5v39.8h-51.5z" />
    <path className="leaf" d="M277.2 192.4h15.9v34h-15.9zM302.6 192.4h15.9v34h-15.9z" />
    <path className="gap" d="M297.9 186.6v39.8" />
    <path className="sign" d="M288.9 162h18v10.7h-18z" />
    <path className="sign-door" d="M293.2 170.2v-3.6l4.7-2.3 4.7 2.3v3.6" />
  </svg>
);
