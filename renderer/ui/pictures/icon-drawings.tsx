import type { ReactNode } from 'react';

/** Drawn on a grid of 48 with a line of 3; the part with class "lit" is what one touches or gets. */
const dot = (cx: number, cy: number) => <circle className="solid" cx={cx} cy={cy} r="2" stroke="none" />;

const printer = (
  <>
    <path d="M14 16V5h20v11" />
    <path d="M12 36H5V16h38v20h-7" />
    <path className="lit" d="M13 28h22v15H13z" />
  </>
);

export const ICONS = {
  house: (
    <>
      <path d="M4 24 24 7l20 17" />
      <path d="M10 19v23h28V19" />
      <path className="lit" d="M19 42V28h10v14z" />
    </>
  ),
  shield: (
    <>
      <path d="M24 4 41 10v13c0 10-7 17-17 21C14 40 7 33 7 23V10z" />
      <path className="lit" d="M20.5 14.5h7v6h6v7h-6v6h-7v-6h-6v-7h6z" />
    </>
  ),
  document: (
    <>
      <path d="M29 5H10v38h28V14z" />
      <path d="M29 5v9h9" />
      <path className="lit" d="M17 19h14v8H17z" />
      <path d="M17 34h14" />
    </>
  ),
  locker: (
    <>
      <path d="M6 6h36v36H6zM6 18h36M6 30h36M22 6v36" />
      <path className="lit" d="M22 18h20v12H22z" />
      <path d="M28 24h3" />
    </>
  ),
  printer,
  print: printer,
  ticket: (
    <>
      <path d="M4 11h40v8a5 5 0 0 0 0 10v8H4v-8a5 5 0 0 0 0-10z" />
      <path className="lit" d="M18 18h12v12H18z" />
    </>
  ),
  shop: (
    <>
      <path d="M10 6h28l5 12v2a4.75 4.75 0 0 1-9.5 0 4.75 4.75 0 0 1-9.5 0 4.75 4.75 0 0 1-9.5 0 4.75 4.75 0 0 1-9.5 0v-2z" />
      <path d="M8 25v17h32V25" />
      <path className="lit" d="M19 42V31h10v11z" />
    </>
  ),
  apply: (
    <>
      <path d="M36 12.5 28.5 5H9v38h27v-8" />
      <path d="M16 23h8" />
      <path className="lit" d="m19.5 37 2-8.5L37 13l6.5 6.5L28 35z" />
    </>
  ),
  progress: (
    <>
      <circle cx="8" cy="9" r="4.5" />
      <circle cx="8" cy="39" r="4.5" />
      <path d="M11.5 12.5C17 19 24 21 32 23M11.5 35.5C17 29 24 27 32 25" />
      <circle className="lit" cx="38" cy="24" r="6" />
    </>
  ),
  guide: (
    <>
      <path d="M24 12C18 8 11 7 4 8v31c7-1 14 0 20 4 6-4 13-5 20-4V8c-7-1-14 0-20 4z" />
      <path d="M24 12v31" />
      <path className="lit" d="M30.5 17.5 38 16v9.5l-7.5 1.5z" />
    </>
  ),
  all: (
    <>
      <path d="M6 6h14v14H6zM6 28h14v14H6zM28 28h14v14H28z" />
      <path className="lit" d="M28 6h14v14H28z" />
    </>
  ),
  card: (
    <>
      <rect x="3" y="9" width="42" height="30" rx="2" />
      <path d="M10 18h12M10 24h12M10 30h18" />
      <path className="lit" d="M29 16h9v10h-9z" />
    </>
  ),
  skip: <path d="M8 8l16 16L8 40M24 8l16 16-16 16" />,
  pause: <path d="M15 8v32M33 8v32" />,
  swap: <path d="M4 16h36M30 6l10 10-10 10M44 34H8M18 24 8 34l10 10" />,
  network: (
    <>
      <path d="M4 19a28 28 0 0 1 40 0M11 27a18 18 0 0 1 26 0M18 34a9 9 0 0 1 12 0" />
      {dot(24, 41)}
    </>
  ),
  search: (
    <>
      <circle cx="20" cy="20" r="14" />
      <path d="m30.5 30.5 12 12" />
    </>
  ),
  bell: (
    <>
      <path className="lit" d="M8 34a16 16 0 0 1 32 0z" />
      <path d="M4 41h40M24 17v-5M18.5 11h11" />
    </>
  ),
  leave: <path d="M29 6H7v36h22M18 24h25M34 15l9 9-9 9" />,
  elder: <path d="M3 39 14.5 9 26 39M7 29h15M27.5 39 36 18l8.5 21M30.5 32h11" />,
  reach: (
    <>
      <circle cx="19" cy="7" r="4" />
      <path d="M19 14v15h12l5 12h6M19 20h11" />
      <path d="M14 22a11.5 11.5 0 1 0 16.5 14" />
    </>
  ),
  contrast: (
    <>
      <circle cx="24" cy="24" r="18" />
      <path className="solid" d="M24 6a18 18 0 0 1 0 36z" />
    </>
  ),
  speak: (
    <>
      <path d="M5 17h9L25 8v32l-11-9H5z" />
      <path d="M31 18.5a7.5 7.5 0 0 1 0 11M36 11.5a17 17 0 0 1 0 25" />
    </>
  ),
  globe: (
    <>
      <circle cx="24" cy="24" r="18" />
      <ellipse cx="24" cy="24" rx="8" ry="18" />
      <path d="M6 24h36" />
    </>
  ),
  tick: <path d="m7 25 11.5 12L41 12" />,
  warning: (
    <>
      <path className="lit" d="M24 6 45 42H3z" />
      <path d="M24 19v11" />
      {dot(24, 36)}
    </>
  ),
  calendar: (
    <>
      <path d="M7 9h34v33H7z" />
      <path d="M7 18h34M16 4v9M32 4v9" />
      <path className="lit" d="M26 26h9v9h-9z" />
    </>
  ),
  clock: (
    <>
      <circle cx="24" cy="24" r="18" />
      <path d="M24 13v12l8 5" />
    </>
  ),
  pencil: (
    <>
      <path className="lit" d="m6 42 3-11.5L32.5 7l8.5 8.5L17.5 39z" />
      <path d="m27 12.5 8.5 8.5" />
    </>
  ),
  eye: (
    <>
      <path d="M3 24c6-9.5 13-14 21-14s15 4.5 21 14c-6 9.5-13 14-21 14S9 33.5 3 24z" />
      <circle className="lit" cx="24" cy="24" r="6.5" />
    </>
  ),
  scan: (
    <>
      <path d="M5 30h38v11H5z" />
      <path d="m7 30 7-22h20l7 22" />
      <path className="lit" d="m14 24 2.5-9h15l2.5 9z" />
    </>
  ),
  plus: <path d="M24 7v34M7 24h34" />,
  rotate: <path d="M41 24a17 17 0 1 1-5-12M37 3v10H27" />,
  'arrow-left': <path d="M42 24H6M19 11 6 24l13 13" />,
  'arrow-right': <path d="M6 24h36M29 11l13 13-13 13" />,
  trash: <path d="M7 13h34M18 13V6h12v7M11.5 13 14 42h20l2.5-29M20 21v13M28 21v13" />,
  up: <path d="M24 42V6M11 19 24 6l13 13" />,
  down: <path d="M24 6v36M11 29l13 13 13-13" />,
  phone: (
    <>
      <rect x="12" y="3" width="24" height="42" rx="4" />
      <path className="lit" d="M12 11h24v23H12z" />
      <path d="M21.5 39.5h5" />
    </>
  ),
  place: (
    <>
      <path d="M24 45C14 33 9 26 9 19a15 15 0 0 1 30 0c0 7-5 14-15 26z" />
      <circle className="lit" cx="24" cy="19" r="5.5" />
    </>
  ),
  sheet: (
    <>
      <path d="M10 4h28v40H10z" />
      <path className="lit" d="M16.5 11h15v8h-15z" />
      <path d="M16.5 27h15M16.5 35h9" />
    </>
  ),
  lock: (
    <>
      <path className="lit" d="M8 21h32v22H8z" />
      <path d="M15 21v-6a9 9 0 0 1 18 0v6M24 29.5v5" />
    </>
  ),
  person: (
    <>
      <circle className="lit" cx="24" cy="14" r="9" />
      <path d="M7 44c0-11 7-16 17-16s17 5 17 16" />
    </>
  ),
} satisfies Record<string, ReactNode>;
