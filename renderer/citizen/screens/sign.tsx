import { useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { lengthOf, SignPad, type Signature } from '../../ui/sign-pad.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

/** Less line than this is a slip of the finger. */
const LEAST_MM = 40;

/** A signature on the glass: kept as lines, never as a picture. */
export const Sign = ({ screen }: { screen: ScreenOf<'sign'> }): ReactNode => {
  const { say } = useWords();
  const { send } = usePage();
  const [cleared, setCleared] = useState(0);
  const [signature, setSignature] = useState<Signature | null>(null);
  const written = signature === null ? 0 : lengthOf(signature.strokes);
  const ready = signature !== null && written >= LEAST_MM;
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall head={<PageTitle lead={say('sign.lead', { name: screen.name })}>{say('sign.title')}</PageTitle>}>
          <Block key="pad" grow>
            <div className="sign-area">
              <i className="line" aria-hidden="true" />
              {signature === null ? (
                <p className="here" aria-hidden="true">
                  {say('sign.here')}
                </p>
              ) : null}
              <SignPad key={cleared} label={say('sign.title')} onChange={setSignature} />
            </div>
          </Block>
          <div key="wipe" className="sign-foot">
            <p className="quiet">{ready ? '' : say(written > 0 ? 'sign.short' : 'sign.first')}</p>
            <SideButton
              onPress={() => {
                setCleared((count) => count + 1);
                setSignature(null);
              }}
              icon="rotate"
              disabled={signature === null}
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
          <PrimaryButton onPress={() => (signature === null ? undefined : send({ type: 'sign', ...signature }))} disabled={!ready} after="arrow-right" name="signed">
            {say('sign.done')}
          </PrimaryButton>
        </CounterBand>
      }
    />
  );
};
