import type { ReactNode } from 'react';

/** A hand that comes from the right and holds what lies at its thumb; the part behind that thing. */
export const PalmFromRight = (): ReactNode => (
  <path className="hand" d="M243 79.7 246 75.8C289 75 322 91 340.5 109.5L287 158C270 147 252 143 234 140z" />
);

/** The same hand closed around a pen. */
export const PalmAroundPen = (): ReactNode => (
  <>
    <path className="hand" d="M340.5 109.5C322 91 288 70 252 76 240 78 233 85 227 93L205 121C199 130 206 140 215 136 214 145 225 148 232 142 233 150 243 151 250 145L255 140.5C266 145 277 151 287 158z" />
    <path d="M215 136C219 134 222 131 225 127M232 142C236 140 239 137 241 133" />
  </>
);

/** The thumb, cuff and sleeve of the same hand, before that thing. The sleeve goes on beyond the picture. */
export const ThumbFromRight = (): ReactNode => (
  <>
    <path className="hand bare" d="M297 122.4C281 124 262 114 242 110 229 107.6 221.6 115 222.4 122.6 223.3 131 232 132 241 130.5 259 131 275 146 294 149.7" />
    <path d="M234.5 112.6C227 114 226.5 124.5 231.5 127.2" />
    <path className="sleeve" d="M340.5 109.5 400 160V282L303.2 174.4z" />
    <path className="cuff" d="M340.5 109.5 356.2 125.4 303.2 174.4 287 158z" />
  </>
);

/** A hand that comes from below and pulls paper out of a slot; the fingers behind the paper. */
export const FingersFromBelow = (): ReactNode => (
  <path className="hand" d="M106 100 123 98.6C140 115 148 129 147 151L106 148C101 137 98 128 91 117z" />
);

export const ThumbFromBelow = (): ReactNode => (
  <>
    <path className="hand bare" d="M124 138.5C117.5 129.5 114.5 113 107 106.8 101 102 93 106.5 94 113.5 94.6 119 100 122.5 103 131.5" />
    <path d="M104 108.6C99 105.5 94.5 112 98.5 116.5" />
    <path className="sleeve" d="M105 161.5 147.5 164.5V230H104z" />
    <path className="cuff" d="M106 148 147 151 147.5 164.5 105 161.5z" />
  </>
);
