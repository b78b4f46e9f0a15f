/** What the pages of a material share. */
import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { faultCure, faultWhat, useWords } from '../../i18n/words.ts';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { MaterialStrip } from '../../ui/papers.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';

type Screen = ScreenOf<'materials'>;

/** What went wrong, what is safe, and what to do now. */
const Problem = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, join } = useWords();
  if (screen.fault !== null) {
    const camera = screen.way === 'camera';
    const device = camera ? 'document-camera' : 'scanner';
    const gone = camera && screen.ways.some(({ way, ready }) => way === 'camera' && !ready);
    const tooLarge = screen.fault === 'media-too-large';
    const [title, body] = screen.unbound
      ? [say(tooLarge ? 'materials.unbound.tooLarge' : 'materials.unbound.title'), say(tooLarge ? 'materials.unbound.takeOut' : 'materials.unbound.body')]
      : screen.side !== null && screen.fault === 'no-media'
        ? [say('materials.card.none'), say(camera ? 'materials.card.noneCamera' : 'materials.card.noneBody')]
        : [
            faultWhat(say, screen.fault, device),
            gone
              ? say(screen.ways.some(({ ready }) => ready) ? 'materials.camera.goneScanner' : 'materials.camera.goneCounter')
              : // A stack that broke off: what came before it is there, and it goes on where it stopped.
                screen.pages.length > 0 && screen.side === null && !camera
                ? join(faultCure(say, screen.fault, device, 'wait'), say('materials.keptSoFar', { n: screen.pages.length }), say('materials.goOn'))
                : faultCure(say, screen.fault, device, 'wait'),
          ];
    return (
      <Note tone="attention" icon="warning" title={title}>
        {body}
      </Note>
    );
  }
  return screen.correction === null ? null : (
    <Note tone="attention" icon="person" title={say('question.correction')}>
      {text(screen.correction)}
    </Note>
  );
};

/** The way offered first, and another one that works. */
export const waysOf = (screen: Screen): { first: 'scanner' | 'camera'; other: 'scanner' | 'camera' | null } => {
  const first = screen.ways[0]?.way ?? 'scanner';
  return { first, other: screen.ways.find(({ way, ready }) => ready && way !== first)?.way ?? null };
};

/** The first block of a page on which something went wrong, or was found wrong by whoever decides. */
export const problemBlock = (screen: Screen): ReactNode =>
  screen.fault === null && screen.correction === null ? null : (
    <Block key="problem">
      <Problem screen={screen} />
    </Block>
  );

/** Every page of a material: which one of the item's it is, what is asked, the wall's blocks, and what is pressed. */
export const MaterialFrame = ({ screen, title, lead, counter, children }: { screen: Screen; title: string; lead?: string | undefined; counter: ReactNode; children: ReactNode }): ReactNode => {
  const { view, narrow } = usePage();
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall
          head={
            <>
              <MaterialStrip strip={screen.strip} most={view.modes.elder || narrow ? 2 : 4} />
              <PageTitle lead={lead}>{title}</PageTitle>
            </>
          }
        >
          {children}
        </Wall>
      }
      counter={<CounterBand>{counter}</CounterBand>}
    />
  );
};
