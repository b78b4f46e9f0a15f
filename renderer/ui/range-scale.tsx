import type { ReactNode } from 'react';

/** Minutes at the end of the scale; one that does not hold the range is doubled until it does. */
const LEAST_END = 60;
export const scaleEnd = (to: number): number => {
  let end = LEAST_END;
  while (to > end) end *= 2;
  return end;
};

/** A range of minutes on its scale. An estimate is never amber. */
export const RangeScale = ({ range, end = scaleEnd(range.to), ticks = true }: { range: { from: number; to: number }; end?: number; ticks?: boolean }): ReactNode => (
  <div className="range-scale" aria-hidden="true">
    <svg viewBox="0 0 300 10" preserveAspectRatio="none">
      <rect x="0" y="0" width="300" height="10" rx="4" className="track" />
      <rect x={(range.from / end) * 300} y="0" width={Math.max(6, (Math.min(end, range.to) - range.from) / end * 300)} height="10" rx="4" className="held" />
    </svg>
    {ticks ? (
      <p>
        {[0, 1, 2, 3].map((third) => (
          <span key={third}>{(end / 3) * third}</span>
        ))}
      </p>
    ) : null}
  </div>
);
