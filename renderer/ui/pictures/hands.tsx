import type { ReactNode } from 'react';

/** A hand that comes from the right and holds what lies at its thumb; the part behind that thing. */
export const PalmFromRight = (): ReactNode => (
  <path className="hand" d="M243 79.7 246 75.800C289 75 322 91 340.5 109.500L287 158C270 147 252 143 234 140z" />
);

/** The thumb, cuff and sleeve of the same hand, before that thing. The sleeve goes on beyond the picture. */
export const ThumbFromRight = (): ReactNode => (
  <>
    <path className="hand bare" d="M297 122.400C281 124 262 114 242 110 229 107.6 221.6 115 222.4 122.6 223.3 131 232 132 241 130.5 259 131 275 146 294 149.7" />
    <path d="M234.5 112.600C227 114 226.5 124.5 231.5 127.2" />
    <path className="sleeve" d="M340.5 109.5 400 62V300L303.2 174.4 356.2 125.400z" />
    <path className="cuff" d="M340.5 109.5 356.2 125.4 303.2 174.4 287 158z" />
  </>
);

/** A hand that comes from below and pulls paper out of a slot; the fingers behind the paper. */
export const FingersFromBelow = (): ReactNode => (
  <path className="hand" d="M106 100 123 98.600C140 115 148 129 147 151L106 148C101 137 98 128 91 117z" />
);

export const ThumbFromBelow = (): ReactNode => (
  <>
    <path className="hand bare" d="M124 138.500C117.5 129.5 114.5 113 107 106.8 101 102 93 106.5 94 113.5 94.6 119 100 122.5 103 131.5" />
    <path d="M104 108.600C99 105.5 94.5 112 98.5 116.5" />
    <path className="sleeve" d="M105 161.5 147.5 164.500V230H104z" />
    <path className="cuff" d="M106 148 147 151 147.5 164.5 105 161.500z" />
  </>
);
