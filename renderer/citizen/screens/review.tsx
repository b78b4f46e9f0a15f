/** What was scanned, looked at by the one who brought it: this is what is sent. */
import { useState, type ReactElement, type ReactNode } from 'react';
import type { CitizenEvent, ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, PrimaryButton, SideButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CardPair, CardSheet, PagePreview, PageThumb } from '../../ui/papers.tsx';
import { Icon, type IconName } from '../../ui/pictures/index.ts';
import { usePage } from '../context.ts';
import { MaterialFrame, problemBlock, waysOf } from './material-parts.tsx';

type Screen = ScreenOf<'materials'>;

/** Every page at the choice of the one who brought it: in which order, which again, which not. */
export const Review = ({ screen }: { screen: Screen }): ReactNode => {
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
  const several = material.kind === 'several-pages';
  const told = [
    faulty.length === 0 ? own(pages.length === 1 ? 'oneClear' : 'allClear', { n: pages.length }) : say('materials.somePale', { n: faulty.length }),
    screen.dropped === 0 ? '' : say('materials.dropped', { n: screen.dropped }),
    screen.over ? say('materials.over', { max: material.maxPages }) : '',
    several && pages.length > 1 && !screen.over && screen.fault === null ? say('materials.several.order') : '',
  ];
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
    byCamera ? act('retake', 'rotate', say('materials.camera.retake'), { type: 'scan', way: 'camera', instead: page.id }) : act('rescan', 'rotate', say('materials.again'), { type: 'scan', instead: page.id }),
    byCamera && !several ? null : act('remove-page', 'trash', say('materials.remove'), { type: 'remove-page', page: page.id }),
    full ? null : act('scan', 'plus', another, { type: 'scan' }),
  ].filter((one) => one !== null);
  return (
    <MaterialFrame
      screen={screen}
      title={own('reviewTitle', { name: text(material.name) })}
      lead={join(...told)}
      counter={
        <>
          <BackButton onPress={() => send({ type: 'back' })} />
          {missing > 0 ? (
            <PrimaryButton onPress={() => send({ type: 'scan' })} icon="scan" name="scan-more">
              {`${say('materials.need', { n: missing })} · ${another}`}
            </PrimaryButton>
          ) : (
            <PrimaryButton onPress={() => send({ type: 'material-done' })} after="arrow-right" name="material-done">
              {several ? say(pages.length === 1 ? 'materials.several.doneOne' : 'materials.several.done', { n: pages.length }) : screen.fromCheck ? say('question.backToCheck') : own('done')}
            </PrimaryButton>
          )}
        </>
      }
    >
      {problemBlock(screen)}
      {lookedAt(folded, notes, <PagePreview key="preview" page={page} />, acts)}
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
    </MaterialFrame>
  );
};

/** Both sides of a card on one sheet, as they will be handed in. */
export const CardReview = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  const { view, send, narrow } = usePage();
  const byCamera = waysOf(screen).first === 'camera';
  const folded = view.modes.elder || narrow;
  const wrong = screen.pages.flatMap(({ side, findings }) => findings.slice(0, 1).map((finding) => ({ side, finding })));
  const notes =
    wrong.length === 0
      ? [
          <p key="fine" className="fine">
            <Icon name="tick" size={13} />
            {say('materials.card.clear')}
          </p>,
        ]
      : wrong.map(({ side, finding }) => (
          <Note key={side} tone="attention" title={`${say(`materials.card.${side ?? 'front'}`)} · ${say(`materials.findings.${finding}`)}`}>
            {say(`materials.${byCamera ? 'camera.' : ''}cures.${finding}`)}
          </Note>
        ));
  const acts = screen.pages.map(({ id, side }) => (
    <SideButton key={id} onPress={() => send({ type: 'scan', instead: id })} icon="rotate" name={`again-${side ?? 'page'}`}>
      {say(`materials.card.${byCamera ? 'retake' : 'again'}.${side ?? 'front'}`)}
    </SideButton>
  ));
  return (
    <MaterialFrame
      screen={screen}
      title={say('materials.card.review', { name: text(screen.material.name) })}
      lead={say('materials.card.sheet')}
      counter={
        <>
          <BackButton onPress={() => send({ type: 'back' })} />
          <PrimaryButton onPress={() => send({ type: 'material-done' })} after="arrow-right" name="material-done">
            {say('materials.card.done')}
          </PrimaryButton>
        </>
      }
    >
      {problemBlock(screen)}
      {lookedAt(folded, notes, <CardSheet key="sheet" pages={screen.pages} />, acts)}
      <CardPair key="pair" pages={screen.pages} />
    </MaterialFrame>
  );
};

/** The pages become the one document that is sent. */
export const Binding = ({ screen }: { screen: Screen }): ReactNode => {
  const { say, text } = useWords();
  const [first] = screen.pages;
  return (
    <MaterialFrame
      screen={screen}
      title={say('materials.binding.title', { name: text(screen.material.name) })}
      lead={say('materials.binding.lead')}
      counter={<p className="says">{say('working.body')}</p>}
    >
      <div key="bar" className="work-bar wide" data-open="" role="status">
        <i />
      </div>
      {screen.material.kind === 'id-copy' ? <CardSheet key="sheet" pages={screen.pages} /> : first === undefined ? null : (
        <div key="preview" className="review">
          <PagePreview page={first} />
        </div>
      )}
    </MaterialFrame>
  );
};

const rows = <T,>(list: readonly T[], width: number): T[][] => Array.from({ length: Math.ceil(list.length / width) }, (_, index) => list.slice(index * width, (index + 1) * width));

/**
 * The wall's blocks: what is said of a page, the page, and what can be done with it. Where columns fold they stand one beneath the other, over several
 * pages if need be.
 */
const lookedAt = (folded: boolean, notes: readonly ReactElement[], picture: ReactElement, acts: readonly ReactNode[]): ReactNode[] =>
  folded
    ? [
        ...notes.map((note) => (
          <div key={`note ${String(note.key)}`} className="folded-note">
            {note}
          </div>
        )),
        picture,
        ...rows(acts, 2).map((row, index) => (
          <div key={`acts ${String(index)}`} className="acts">
            {row}
          </div>
        )),
      ]
    : [
        <div key="review" className="review">
          {picture}
          <div className="aside">
            {notes}
            <span className="spring" />
            {acts}
          </div>
        </div>,
      ];
