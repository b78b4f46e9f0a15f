import type { ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { CardThere } from '../../ui/papers.tsx';
import { ActPicture, WhereInset } from '../../ui/pictures/index.ts';
import { Block } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { Camera } from './camera.tsx';
import { MaterialFrame, problemBlock, waysOf } from './material-parts.tsx';
import { Binding, CardReview, Review } from './review.tsx';

type Screen = ScreenOf<'materials'>;

/** Hand in one paper: put it in, scan, look at every page. */
export const Materials = ({ screen }: { screen: Screen }): ReactNode => {
  if (screen.phase === 'camera') return <Camera screen={screen} />;
  if (screen.phase === 'binding') return <Binding screen={screen} />;
  if (screen.phase !== 'review' || screen.pages.length === 0) return <Insert screen={screen} />;
  return screen.material.kind === 'id-copy' ? <CardReview screen={screen} /> : <Review screen={screen} />;
};

const Insert = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, join } = useWords();
  const { send } = usePage();
  const { material } = screen;
  const name = text(material.name);
  const scanning = screen.phase === 'scanning';
  const { first, other } = waysOf(screen);
  const camera = first === 'camera' && !scanning;
  const { side } = screen;
  const front = screen.pages.find((page) => page.side === 'front');
  const range = material.minPages === material.maxPages ? say('materials.rangeOne', { min: material.minPages }) : say('materials.range', { min: material.minPages, max: material.maxPages });
  const asked =
    side === null
      ? {
          title: say(scanning ? 'materials.scanningTitle' : camera ? 'materials.camera.title' : 'materials.insertTitle', { name }),
          lead: scanning ? say('materials.scanningBody') : camera ? join(say('materials.camera.lead'), range) : join(text(material.hint), range, material.kind === 'several-pages' ? say('materials.several.lead') : ''),
        }
      : {
          title: say(`materials.card.${scanning ? 'scanning' : 'insert'}.${side}`, { name }),
          lead: scanning ? say('materials.card.scanningBody') : say(`materials.card.${camera ? 'cameraLead' : 'lead'}.${side}`),
        };
  return (
    <MaterialFrame
      screen={screen}
      {...asked}
      counter={
        scanning ? (
          <p className="says">{say('working.body')}</p>
        ) : (
          <>
            <BackButton onPress={() => send({ type: 'back' })} />
            {other === null ? null : (
              <SideButton onPress={() => send({ type: 'scan', way: other })} icon="scan" name={`use-${other}`}>
                {say(`materials.camera.${other === 'camera' ? 'useCamera' : 'useScanner'}`)}
              </SideButton>
            )}
            <PrimaryButton onPress={() => send({ type: 'scan', way: first })} icon="scan" name="scan">
              {say(camera ? 'materials.camera.open' : 'materials.scan')}
            </PrimaryButton>
          </>
        )
      }
    >
      {problemBlock(screen)}
      {side === 'back' && front !== undefined && !scanning ? (
        <Block key="front">
          <CardThere front={front} onAgain={() => send({ type: 'scan', way: first, instead: front.id })} camera={camera} />
        </Block>
      ) : null}
      <Block key="picture" grow>
        <div className="act-card">
          <ActPicture act={camera ? 'lay-page' : side === null ? 'insert-page' : side === 'front' ? 'lay-card-face-down' : 'lay-card'} still={scanning} />
          <div className="foot">
            <p className="sides" />
            <div className="where-box">
              <WhereInset slot={camera ? 'camera' : 'scanner'} />
              <p>
                <b>{say('materials.insertWhere', { where: text(screen.where) })}</b>
              </p>
            </div>
          </div>
        </div>
      </Block>
      {scanning ? (
        <div key="bar" className="work-bar wide" data-open="" role="status">
          <i />
        </div>
      ) : null}
    </MaterialFrame>
  );
};
