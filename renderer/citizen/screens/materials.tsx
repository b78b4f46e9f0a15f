import { useState, type ReactNode } from 'react';
import type { CitizenEvent, ScreenOf } from '../../api/types.ts';
import { faultCure, faultWhat, useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { MaterialStrip, PagePreview, PageThumb } from '../../ui/papers.tsx';
import { ActPicture, Icon, WhereInset, type IconName } from '../../ui/pictures/index.ts';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { Camera } from './camera.tsx';

type Screen = ScreenOf<'materials'>;

const Problem = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  if (screen.fault !== null) {
    const device = screen.way === 'camera' ? 'document-camera' : 'scanner';
    const gone = screen.way === 'camera' && screen.ways.some(({ way, ready }) => way === 'camera' && !ready);
    return (
      <Note tone="attention" icon="warning" title={faultWhat(say, screen.fault, device)}>
        {gone ? say(screen.ways.some(({ ready }) => ready) ? 'materials.camera.goneScanner' : 'materials.camera.goneCounter') : faultCure(say, screen.fault, device, 'wait')}
      </Note>
    );
  }
  return screen.correction === null ? null : (
    <Note tone="attention" icon="person" title={say('question.correction')}>
      {text(screen.correction)}
    </Note>
  );
};

/** Hand in one paper: put it in, scan, look at every page. */
export const Materials = ({ screen }: { screen: Screen }): ReactNode =>
  screen.phase === 'camera' ? <Camera screen={screen} /> : screen.phase === 'review' && screen.pages.length > 0 ? <Review screen={screen} /> : <Insert screen={screen} />;

/** The way offered first, and another one that works. */
const waysOf = (screen: Screen): { first: 'scanner' | 'camera'; other: 'scanner' | 'camera' | null } => {
  const first = screen.ways[0]?.way ?? 'scanner';
  return { first, other: screen.ways.find(({ way, ready }) => ready && way !== first)?.way ?? null };
};

const strip = (screen: Screen, elder: boolean, narrow: boolean): ReactNode => <MaterialStrip strip={screen.strip} most={elder || narrow ? 2 : 4} />;

const Insert = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, join } = useWords();
  const { view, send, narrow } = usePage();
  const { material } = screen;
  const name = text(material.name);
  const scanning = screen.phase === 'scanning';
  const { first, other } = waysOf(screen);
  const camera = first === 'camera' && !scanning;
  const range = material.minPages === material.maxPages ? say('materials.rangeOne', { min: material.minPages }) : say('materials.range', { min: material.minPages, max: material.maxPages });
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall
          head={
            <>
              {strip(screen, view.modes.elder, narrow)}
              <PageTitle lead={scanning ? say('materials.scanningBody') : camera ? join(say('materials.camera.lead'), range) : join(text(material.hint), range)}>{say(scanning ? 'materials.scanningTitle' : camera ? 'materials.camera.title' : 'materials.insertTitle', { name })}</PageTitle>
            </>
          }
        >
          {screen.fault === null && screen.correction === null ? null : (
            <Block key="problem">
              <Problem screen={screen} />
            </Block>
          )}
          <Block key="picture" grow>
            <div className="act-card">
              <ActPicture act={camera ? 'lay-page' : 'insert-page'} still={scanning} />
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
        </Wall>
      }
      counter={
        <CounterBand>
          {scanning ? (
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
          )}
        </CounterBand>
      }
    />
  );
};

const Review = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, join } = useWords();
  const { view, send, narrow } = usePage();
  const { pages, material } = screen;
  const faulty = pages.filter((page) => page.findings.length > 0);
  const [chosen, setChosen] = useState<{ id: string; among: string } | null>(null);
  // A page just scanned is the one to look at, one with something wrong even more so: a choice lasts until the pages change.
  const among = `${String(pages.length)} ${pages.at(-1)?.id ?? ''}`;
  const page = (chosen?.among === among ? pages.find((one) => one.id === chosen.id) : undefined) ?? pages.findLast((one) => one.findings.length > 0) ?? pages.at(-1);
  if (page === undefined) return null;
  const position = pages.indexOf(page);
  const byCamera = waysOf(screen).first === 'camera';
  /** Pages under a camera are taken, not scanned: some words differ. */
  const own = (key: string, values?: Record<string, string | number>): string => say(`materials.${byCamera ? 'camera.' : ''}${key}`, values);
  const another = own('another');
  const missing = material.minPages - pages.length;
  const full = pages.length >= material.maxPages;
  // Where columns fold, notes, page and buttons stand one beneath the other, over several pages if need be.
  const folded = view.modes.elder || narrow;
  const notes =
    page.findings.length === 0
      ? [
          <p key="fine" className="fine">
            <Icon name="tick" size={13} />
            {say('materials.good')}
          </p>,
        ]
      : page.findings.slice(0, 2).map((one) => (
          <Note key={one} tone="attention" title={say(`materials.findings.${one}`)}>
            {own(`cures.${one}`)}
          </Note>
        ));
  const act = (name: string, icon: IconName, words: string, event: CitizenEvent): ReactNode => (
    <SideButton key={name} onPress={() => send(event)} icon={icon} name={name}>
      {words}
    </SideButton>
  );
  const acts = [
    pages.length > 1 && position > 0 ? act('move-earlier', 'up', say('materials.forward'), { type: 'move-page', page: page.id, by: -1 }) : null,
    pages.length > 1 && position < pages.length - 1 ? act('move-later', 'down', say('materials.backward'), { type: 'move-page', page: page.id, by: 1 }) : null,
    byCamera ? act('retake', 'rotate', say('materials.camera.retake'), { type: 'scan', way: 'camera', instead: page.id }) : act('remove-page', 'trash', say('materials.remove'), { type: 'remove-page', page: page.id }),
    full ? null : act('scan', 'plus', another, { type: 'scan' }),
  ].filter((one) => one !== null);
  return (
    <StepFrame
      item={screen.item.name}
      rail={screen.rail}
      wall={
        <Wall
          head={
            <>
              {strip(screen, view.modes.elder, narrow)}
              <PageTitle lead={join(faulty.length === 0 ? own('allClear', { n: pages.length }) : say('materials.somePale', { n: faulty.length }), screen.dropped === 0 ? '' : say('materials.dropped', { n: screen.dropped }))}>{own('reviewTitle', { name: text(material.name) })}</PageTitle>
            </>
          }
        >
          {screen.fault === null && screen.correction === null ? null : (
            <Block key="problem">
              <Problem screen={screen} />
            </Block>
          )}
          {folded ? notes.map((note) => <div key={note.key} className="folded-note">{note}</div>) : null}
          {folded ? (
            <PagePreview key="preview" page={page} />
          ) : (
            <div key="review" className="review">
              <PagePreview page={page} />
              <div className="aside">
                {notes}
                <span className="spring" />
                {acts}
              </div>
            </div>
          )}
          {folded ? rows(acts, 2).map((row, index) => (
            <div key={`acts ${String(index)}`} className="acts">
              {row}
            </div>
          )) : null}
          {rows(pages, folded ? 3 : 4).map((row) => (
            <div key={row.map((one) => one.id).join(' ')} className="page-thumbs">
              {row.map((one) => (
                <PageThumb key={one.id} page={one} chosen={one.id === page.id} onPress={() => setChosen({ id: one.id, among })} />
              ))}
            </div>
          ))}
          <p key="hint" className="after-panel quiet">
            {faulty.length > 0 ? say(byCamera ? 'materials.camera.retakeHint' : 'materials.rescanHint') : full ? say('materials.full', { max: material.maxPages }) : ''}
          </p>
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          {missing > 0 ? (
            <PrimaryButton onPress={() => send({ type: 'scan' })} icon="scan" name="scan-more">
              {`${say('materials.need', { n: missing })} · ${another}`}
            </PrimaryButton>
          ) : (
            <PrimaryButton onPress={() => send({ type: 'material-done' })} after="arrow-right" name="material-done">
              {screen.fromCheck ? say('question.backToCheck') : own('done')}
            </PrimaryButton>
          )}
        </CounterBand>
      }
    />
  );
};

const rows = <T,>(list: readonly T[], width: number): T[][] => Array.from({ length: Math.ceil(list.length / width) }, (_, index) => list.slice(index * width, (index + 1) * width));
