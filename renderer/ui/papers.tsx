import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { ScreenOf } from '../api/types.ts';
import { useWords } from '../i18n/words.ts';
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
          <span className="how">{one.state === 'have' ? (one.how === 'scan' ? say('materials.strip.pages', { n: one.pages }) : say(`materials.strip.${one.how}`)) : say(`materials.strip.${one.state}`)}</span>
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
