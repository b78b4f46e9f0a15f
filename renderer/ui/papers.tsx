import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { ScreenOf } from '../api/types.ts';
import { useWords } from '../i18n/words.ts';
import { SideButton } from './buttons.tsx';
import { Icon } from './pictures/index.ts';

type Strip = ScreenOf<'materials'>['strip'];
export type ScannedPage = ScreenOf<'materials'>['pages'][number];

/** Which papers are there, which is being handed in, which come next. At most four around the present one. */
export const MaterialStrip = ({ strip, most }: { strip: Strip; most: number }): ReactNode => {
  const { say, text } = useWords();
  const now = Math.max(0, strip.findIndex((one) => one.state === 'now'));
  const from = Math.max(0, Math.min(now - 1, strip.length - most));
  return (
    <ol className="material-strip">
      {strip.slice(from, from + most).map((one) => (
        <li key={one.id} data-state={one.state}>
          <span className="name">
            <Icon name={one.state === 'have' ? 'tick' : one.state === 'now' ? 'scan' : 'clock'} size={11} />
            {text(one.name)}
          </span>
          <span className="how">{one.state === 'have' ? (one.how === 'scan' ? say(one.kind === 'id-copy' ? 'materials.strip.sides' : 'materials.strip.pages', { n: one.pages }) : say(`materials.strip.${one.how}`)) : say(`materials.strip.${one.state}`)}</span>
        </li>
      ))}
    </ol>
  );
};

/** One scanned page, large, on paper-white. */
export const PagePreview = ({ page }: { page: ScannedPage }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="page-preview">
      <img src={page.url} alt={say('materials.page', { n: page.index + 1 })} draggable={false} />
    </div>
  );
};

/** One page among the others: pressed, it is shown large. */
export const PageThumb = ({ page, chosen, onPress }: { page: ScannedPage; chosen: boolean; onPress: () => void }): ReactNode => {
  const { say } = useWords();
  const [first] = page.findings;
  return (
    <Button className="page-thumb" data-chosen={chosen ? '' : undefined} aria-pressed={chosen} onPress={onPress} data-name="page">
      <img src={page.url} alt="" draggable={false} />
      <span className="words">
        <b>{say('materials.page', { n: page.index + 1 })}</b>
        <span data-wrong={first === undefined ? undefined : ''}>{first === undefined ? say('materials.clear') : say(`materials.findings.${first}`)}</span>
      </span>
    </Button>
  );
};

/** Both sides of a card as they stand on the A4 page that is made of them. */
export const CardSheet = ({ pages }: { pages: readonly ScannedPage[] }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="card-sheet">
      <div>
        {pages.map((page) => (
          <img key={page.id} src={page.url} alt={say(`materials.card.${page.side ?? 'front'}`)} data-side={page.side} draggable={false} />
        ))}
      </div>
    </div>
  );
};

/** Both sides, large enough to be read. */
export const CardPair = ({ pages }: { pages: readonly ScannedPage[] }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="card-pair">
      {pages.map((page) => (
        <figure key={page.id}>
          <img src={page.url} alt="" draggable={false} />
          <figcaption>{say(`materials.card.${page.side ?? 'front'}`)}</figcaption>
        </figure>
      ))}
    </div>
  );
};

/** The side that is there already, with the way to make it anew. */
export const CardThere = ({ front, camera, onAgain }: { front: ScannedPage; camera: boolean; onAgain: () => void }): ReactNode => {
  const { say } = useWords();
  const [finding] = front.findings;
  return (
    <div className="card-there">
      <img src={front.url} alt={say('materials.card.front')} draggable={false} />
      <p data-wrong={finding === undefined ? undefined : ''}>
        <Icon name={finding === undefined ? 'tick' : 'warning'} size={13} />
        {finding === undefined ? say('materials.card.there') : say(`materials.findings.${finding}`)}
      </p>
      <SideButton onPress={onAgain} icon="rotate" name="again-front">
        {say(`materials.card.${camera ? 'retake' : 'again'}.front`)}
      </SideButton>
    </div>
  );
};
