import type { ReactNode } from 'react';
import { Key } from './key.tsx';
import type { Labels } from './labels.ts';
import type { KeyboardEvent, KeyboardState } from './state.ts';

type StrokeKeysProps = { state: KeyboardState; offered: readonly number[]; labels: Labels; onEvent: (event: KeyboardEvent) => void };

/** 难字: narrows a reading by the number of strokes, or asks for the character's code instead. */
export const StrokeKeys = ({ state, offered, labels, onEvent }: StrokeKeysProps): ReactNode => {
  const at = state.strokes === null ? -1 : offered.indexOf(state.strokes);
  const step = (to: number) => onEvent({ type: 'strokes', strokes: offered[to] ?? null });
  return (
    <>
      <Key kind="quiet" area="side" onPress={() => onEvent({ type: 'by-code', on: !state.byCode })}>
        {state.byCode ? labels.byReading : labels.byCode}
      </Key>
      {state.byCode ? (
        <span className="kb-fill" />
      ) : (
        <>
          <Key area="side" disabled={at <= 0} onPress={() => step(at - 1)}>
            {labels.fewerStrokes}
          </Key>
          <Key area="side" on={state.strokes !== null} disabled={offered.length === 0} onPress={() => onEvent({ type: 'strokes', strokes: null })}>
            {state.strokes === null ? labels.anyStrokes : labels.strokes(state.strokes)}
          </Key>
          <Key area="side" disabled={offered.length === 0 || at >= offered.length - 1} onPress={() => step(at + 1)}>
            {labels.moreStrokes}
          </Key>
        </>
      )}
    </>
  );
};
