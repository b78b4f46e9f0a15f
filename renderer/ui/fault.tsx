import { create } from 'qrcode';
import { useMemo, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../i18n/words.ts';
import { Phrases } from './phrases.tsx';
import { Icon, type IconName } from './pictures/index.ts';

/** Why not here: what is the matter in one sentence, since when, and that nothing was begun. */
export const ClosedPanel = ({ icon, what, body, nothing }: { icon: IconName; what: string; body: string; nothing: string | null }): ReactNode => (
  <div className="closed-panel">
    <Icon name={icon} size={32} />
    <div>
      <p className="what">{what}</p>
      <p className="body">
        <Phrases>{body}</Phrases>
      </p>
      {nothing === null ? null : <p className="nothing">
          <Phrases>{nothing}</Phrases>
        </p>}
    </div>
  </div>
);

type Place = { name: string; how: string; hours: string };

/** One place where it can be done: read, not pressed. */
export const PlaceList = ({ places }: { places: readonly Place[] }): ReactNode => (
  <ul className="place-list">
    {places.map((place) => (
      <li key={`${place.name}${place.how}`}>
        <span className="mark">
          <Icon name="place" size={18} />
        </span>
        <div>
          <p className="name">{place.name}</p>
          <p className="how">{place.how}</p>
          <p className="hours">{place.hours}</p>
        </div>
      </li>
    ))}
  </ul>
);

/** What happened, what is safe: in this order. */
export const FaultPanel = ({ happened, safe }: { happened: ReactNode; safe: ReactNode }): ReactNode => {
  const { say } = useWords();
  return (
    <dl className="fault-panel">
      <div>
        <dt>{say('fault.happened')}</dt>
        <dd>{happened}</dd>
      </div>
      <div>
        <dt>{say('fault.safe')}</dt>
        <dd>{safe}</dd>
      </div>
    </dl>
  );
};

/** A two-dimensional code as one path: no picture is loaded, nothing leaves the page. */
export const Code = ({ content }: { content: string }): ReactNode => {
  const code = useMemo(() => {
    const { modules } = create(content, { errorCorrectionLevel: 'M' });
    const parts: string[] = [];
    for (let row = 0; row < modules.size; row += 1) for (let column = 0; column < modules.size; column += 1) if (modules.get(row, column) !== 0) parts.push(`M${String(column)} ${String(row)}h1v1h-1z`);
    return { size: modules.size, path: parts.join('') };
  }, [content]);
  return (
    <svg className="code" viewBox={`-2 -2 ${String(code.size + 4)} ${String(code.size + 4)}`} shapeRendering="crispEdges" aria-hidden="true">
      <path d={code.path} fill="#000" />
    </svg>
  );
};

/** The number with which staff find the doubtful paper, and its code. */
export const DoubtNumber = ({ number, qr, lines }: { number: string; qr: string | null; lines: readonly string[] }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="doubt-number" data-paper="">
      {qr === null ? null : <Code content={qr} />}
      <div>
        <p className="t-body quiet">{say('fault.doubtLabel')}</p>
        <p className="number">{number}</p>
        {lines.map((line) => (
          <p key={line} className="line">
            <Phrases>{line}</Phrases>
          </p>
        ))}
      </div>
    </div>
  );
};

/** One way on. Without `onPress` it is read. */
export const WayRow = ({ icon, title, hint, onPress, name }: { icon: IconName; title: string; hint: string; onPress: (() => void) | null; name: string }): ReactNode => {
  const inside = (
    <>
      <Icon name={icon} size={18} />
      <span className="words">
        <span className="title">{title}</span>
        <span className="hint">{hint}</span>
      </span>
    </>
  );
  return onPress === null ? (
    <div className="way-row">{inside}</div>
  ) : (
    <Button className="way-row" onPress={onPress} data-name={name}>
      {inside}
      <Icon name="arrow-right" size={13} />
    </Button>
  );
};
