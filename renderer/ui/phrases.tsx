import type { ReactNode } from 'react';

/** After a mark that ends a part of a sentence; a closing bracket or a second mark belongs to it. */
const ENDS = /(?<=[\uFF0C\u3002\uFF1B\uFF1A\uFF01\uFF1F])(?![\uFF0C\u3002\uFF1B\uFF1A\uFF01\uFF1F\u300D\u300F\uFF09\u201D])/u;

/**
 * A Chinese text whose lines end after its marks wherever the part before a mark fits on one line: no word is cut in two
 * while there is room. Text without such marks stays as it is.
 */
export const Phrases = ({ children }: { children: string }): ReactNode => {
  const parts = children.split(ENDS).filter((part) => part !== '');
  return parts.length < 2
    ? children
    : parts.map((part, index) => (
        <span key={index} className="phrase">
          {part}
        </span>
      ));
};
