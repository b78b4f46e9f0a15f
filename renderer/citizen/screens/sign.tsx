import { useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { lengthOf, pixelsPerMm, SignPad, type Point, type Signature } from '../../ui/sign-pad.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

/** Less line than this is a slip of the finger. */
const LEAST_MM = 40;
/** Where what is written on a pad begins in the box. */
const LEFT_MM = 20;
const TOP_MM = 12;

type OnPad = NonNullable<ScreenOf<'sign'>['pad']>;

/** What stands on the pad beside the glass, as large as it was written there. */
const Written = ({ strokes }: Pick<OnPad, 'strokes'>): ReactNode => {
  const mm = pixelsPerMm();
  return (
    <svg className="on-pad" aria-hidden="true" data-name="on-pad">
      {strokes.map((stroke, index) => (
        <polyline key={index} points={stroke.map(([x, y]) => `${String((x + LEFT_MM) * mm)},${String((y + TOP_MM) * mm)}`).join(' ')} />
      ))}
    </svg>
  );
};

/** A signature on the glass, or on a pad beside it: kept as lines, never as a picture. */
export const Sign = ({ screen }: { screen: ScreenOf<'sign'> }): ReactNode => {
  const { say, text } = useWords();
  const { send } = usePage();
  const [cleared, setCleared] = useState(0);
  const [signature, setSignature] = useState<Signature | null>(null);
  // Whoever writes on the glass signs there, whatever stands on the pad.
  const onPad = signature === null && screen.pad !== null && screen.pad.strokes.length > 0 ? screen.pad : null;
  const written = signature === null ? lengthOf((onPad?.strokes ?? []).map((stroke) => stroke.map(([x, y]): Point => [x, y, 0, 0]))) : lengthOf(signature.strokes);
  const ready = written >= LEAST_MM && (signature !== null || onPad?.written === true);
  const foot = (): string => {
    if (ready) return '';
    if (onPad !== null && !onPad.written) return say('sign.padFinish');
    if (written > 0) return say('sign.short');
    return screen.pad === null ? say('sign.first') : say('sign.pad', { where: text(screen.pad.where) });
  };
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall head={<PageTitle lead={say('sign.lead', { name: screen.name })} leadSaid={say('sign.leadSaid')}>{say('sign.title')}</PageTitle>}>
          <Block key="pad" grow>
            <div className="sign-area">
              <i className="line" aria-hidden="true" />
              {signature === null && onPad === null ? (
                <p className="here" aria-hidden="true">
                  {say('sign.here')}
                </p>
              ) : null}
              {onPad === null ? null : <Written strokes={onPad.strokes} />}
              <SignPad key={cleared} label={say('sign.title')} onChange={setSignature} />
            </div>
          </Block>
          <div key="wipe" className="sign-foot">
            <p className="quiet">{foot()}</p>
            <SideButton
              onPress={() => {
                setCleared((count) => count + 1);
                setSignature(null);
                if (screen.pad !== null && screen.pad.strokes.length > 0) send({ type: 'clear-pad' });
              }}
              icon="rotate"
              disabled={signature === null && onPad === null}
              name="clear"
            >
              {say('sign.clear')}
            </SideButton>
          </div>
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send(signature === null ? { type: 'sign-on-pad' } : { type: 'sign', ...signature })} disabled={!ready} after="arrow-right" name="signed">
            {say('sign.done')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
