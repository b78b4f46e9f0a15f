import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { Icon } from '../../ui/pictures/index.ts';
import { Block } from '../../ui/wall.tsx';
import type { Shown, Shutter } from '../camera/shutter.ts';
import { usePage } from '../context.ts';
import { sendPicture } from '../stream.ts';
import { MaterialFrame } from './material-parts.tsx';

type Screen = ScreenOf<'materials'>;

const OPENING: Shown = { at: 'opening', corners: null, cutOff: false, long: false, why: null };
/** A hand at the paper is somebody at the terminal; the idle clock needs to know no more often than this. */
const TOUCH_EVERY_MS = 5_000;

/** The key of what is said beneath the picture. */
const sayingOf = ({ at, cutOff, long, why }: Shown): string => {
  if (at === 'opening' || at === 'holding' || at === 'taking' || at === 'sending') return at;
  if (cutOff) return 'cut-off';
  if (why !== null) return why;
  return at === 'searching' && long ? 'nothing' : at;
};

const isWrong = (saying: string): boolean => ['cut-off', 'nothing', 'dark', 'glare', 'blurred', 'not-kept'].includes(saying);

/** The document camera: the live picture with the paper's edge, and a shutter that goes by itself. */
export const Camera = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  const { view, send } = usePage();
  const video = useRef<HTMLVideoElement>(null);
  const shutter = useRef<Shutter | null>(null);
  const [shown, setShown] = useState<Shown>(OPENING);
  const [size, setSize] = useState({ width: 4, height: 3 });
  const camera = view.terminal.pageDevices.find(({ thing }) => thing === 'camera');
  const label = camera?.label ?? null;
  const revision = useRef(view.revision);
  const touchedAt = useRef(-Infinity);
  useEffect(() => {
    revision.current = view.revision;
  }, [view.revision]);

  useEffect(() => {
    let wanted = true;
    const picture = video.current;
    const open = async (): Promise<void> => {
      const [{ Shutter: Opened }, { report }] = await Promise.all([import('../camera/shutter.ts'), import('../camera/presence.ts')]);
      if (!wanted || picture === null) return;
      const opened = new Opened({
        video: picture,
        label,
        send: (jpeg) => sendPicture(revision.current, jpeg),
        show: setShown,
        lost: (state) => void report({ device: 'document-camera', state, name: null }),
      });
      shutter.current = opened;
      await opened.start();
    };
    void open();
    return () => {
      wanted = false;
      shutter.current?.stop();
      shutter.current = null;
    };
  }, [label]);

  const moving = shown.at === 'placing';
  useEffect(() => {
    if (!moving || performance.now() - touchedAt.current < TOUCH_EVERY_MS) return;
    touchedAt.current = performance.now();
    send({ type: 'touch' });
  }, [moving, send]);

  const saying = sayingOf(shown);
  const scanner = screen.ways.find(({ way, ready }) => way === 'scanner' && ready);
  const busy = shown.at === 'opening' || shown.at === 'taking' || shown.at === 'sending';
  return (
    <MaterialFrame
      screen={screen}
      title={say(screen.side === null ? 'materials.camera.title' : `materials.card.insert.${screen.side}`, { name: text(screen.material.name) })}
      lead={screen.side === null ? undefined : say(`materials.card.cameraLead.${screen.side}`)}
      counter={
        <>
          <BackButton onPress={() => send({ type: 'back' })} />
          {scanner === undefined ? null : (
            <SideButton onPress={() => send({ type: 'scan', way: 'scanner' })} icon="scan" name="use-scanner">
              {say('materials.camera.useScanner')}
            </SideButton>
          )}
          <PrimaryButton onPress={() => shutter.current?.press()} disabled={busy} name="shutter">
            {say('materials.camera.press')}
          </PrimaryButton>
        </>
      }
    >
      <Block key="picture" grow>
        <div className="camera">
          <div className="camera-view">
            <video ref={video} muted playsInline disablePictureInPicture onLoadedMetadata={({ currentTarget }) => setSize({ width: currentTarget.videoWidth, height: currentTarget.videoHeight })} aria-label={say('materials.camera.live')} />
            <Edge shown={shown} {...size} />
          </div>
          <div className="camera-says" data-tone={isWrong(saying) ? 'wrong' : undefined} data-name={`camera-${saying}`} role="status">
            <Icon name={isWrong(saying) ? 'warning' : shown.at === 'holding' || shown.at === 'taking' || shown.at === 'sending' ? 'tick' : 'scan'} size={17} />
            <p>
              <b>{say(`materials.camera.says.${saying}`)}</b>
              {say(`materials.camera.hints.${saying}`)}
            </p>
          </div>
        </div>
      </Block>
    </MaterialFrame>
  );
};

/** The paper's edge over the picture, its corners marked. */
const Edge = ({ shown, width, height }: { shown: Shown; width: number; height: number }): ReactNode => {
  if (shown.corners === null) return null;
  const points = shown.corners.map(([x, y]) => [x * width, y * height] as const);
  return (
    <svg viewBox={`0 0 ${String(width)} ${String(height)}`} preserveAspectRatio="xMidYMid meet" data-at={shown.cutOff ? 'placing' : shown.at} aria-hidden="true">
      <polygon points={points.map((point) => point.join(',')).join(' ')} />
      {points.map(([x, y], index) => (
        <circle key={String(index)} cx={x} cy={y} r={width / 70} />
      ))}
    </svg>
  );
};
