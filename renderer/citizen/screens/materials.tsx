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

type Screen = ScreenOf<'materials'>;

const Problem = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  if (screen.fault !== null) {
    return (
      <Note tone="attention" icon="warning" title={faultWhat(say, screen.fault, 'scanner')}>
        {faultCure(say, screen.fault, 'scanner', 'wait')}
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
export const Materials = ({ screen }: { screen: Screen }): ReactNode => (screen.phase === 'review' && screen.pages.length > 0 ? <Review screen={screen} /> : <Insert screen={screen} />);

const strip = (screen: Screen, elder: boolean, narrow: boolean): ReactNode => <MaterialStrip strip={screen.strip} most={elder || narrow ? 2 : 4} />;

const Insert = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text, join } = useWords();
  const { view, send, narrow } = usePage();
  const { material } = screen;
  const name = text(material.name);
  const scanning = screen.phase === 'scanning';
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
              <PageTitle lead={scanning ? say('materials.scanningBody') : join(text(material.hint), range)}>{say(scanning ? 'materials.scanningTitle' : 'materials.insertTitle', { name })}</PageTitle>
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
              <ActPicture act="insert-page" still={scanning} />
              <div className="foot">
                <p className="sides" />
                <div className="where-box">
                  <WhereInset slot="scanner" />
                  <p>
                    <b>{say('materials.insertWhere', { where: text(screen.where) })}</b>
                    {say('card.nearby')}
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
              <PrimaryButton onPress={() => send({ type: 'scan' })} icon="scan" name="scan">
                {say('materials.scan')}
              </PrimaryButton>
            </>
          )}
        </CounterBand>
      }
    />
  );
};

const Review = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  const { view, send, narrow } = usePage();
  const { pages, material } = screen;
  const faulty = pages.filter((page) => page.findings.length > 0);
  const [chosen, setChosen] = useState<{ id: string; among: string } | null>(null);
  // A page just scanned is the one to look at, one with something wrong even more so: a choice lasts until the pages change.
  const among = `${String(pages.length)} ${pages.at(-1)?.id ?? ''}`;
  const page = (chosen?.among === among ? pages.find((one) => one.id === chosen.id) : undefined) ?? pages.findLast((one) => one.findings.length > 0) ?? pages.at(-1);
  if (page === undefined) return null;
  const position = pages.indexOf(page);
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
            {say(`materials.cures.${one}`)}
          </Note>
        ));
  const act = (name: string, icon: IconName, words: string, event: CitizenEvent): ReactNode => (
    <SideButton key={name} onPress={() => send(event)} icon={icon} name={name}>
      {say(words)}
    </SideButton>
  );
  const acts = [
    pages.length > 1 && position > 0 ? act('move-earlier', 'up', 'materials.forward', { type: 'move-page', page: page.id, by: -1 }) : null,
    pages.length > 1 && position < pages.length - 1 ? act('move-later', 'down', 'materials.backward', { type: 'move-page', page: page.id, by: 1 }) : null,
    act('remove-page', 'trash', 'materials.remove', { type: 'remove-page', page: page.id }),
    full ? null : act('scan', 'plus', 'materials.another', { type: 'scan' }),
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
              <PageTitle lead={faulty.length === 0 ? say('materials.allClear', { n: pages.length }) : say('materials.somePale', { n: faulty.length })}>{say('materials.reviewTitle', { name: text(material.name) })}</PageTitle>
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
            {faulty.length > 0 ? say('materials.rescanHint') : full ? say('materials.full', { max: material.maxPages }) : ''}
          </p>
        </Wall>
      }
      counter={
        <CounterBand>
          <BackButton onPress={() => send({ type: 'back' })} />
          {missing > 0 ? (
            <PrimaryButton onPress={() => send({ type: 'scan' })} icon="scan" name="scan-more">
              {`${say('materials.need', { n: missing })} · ${say('materials.another')}`}
            </PrimaryButton>
          ) : (
            <PrimaryButton onPress={() => send({ type: 'material-done' })} after="arrow-right" name="material-done">
              {say(screen.fromCheck ? 'question.backToCheck' : 'materials.done')}
            </PrimaryButton>
          )}
        </CounterBand>
      }
    />
  );
};

const rows = <T,>(list: readonly T[], width: number): T[][] => Array.from({ length: Math.ceil(list.length / width) }, (_, index) => list.slice(index * width, (index + 1) * width));
