import type { ReactNode } from 'react';
import { Phrases } from './phrases.tsx';
import { Icon, PaperPicture, PhonePicture, SealPicture } from './pictures/index.ts';

type FieldProps = { value: string; composing: string; placeholder: string; unit: string | null; wrong: boolean; label: string };

/** What has been written, with the Pinyin that is not yet characters inside it. Keys are on the counter. */
export const Field = ({ value, composing, placeholder, unit, wrong, label }: FieldProps): ReactNode => (
  <div className="field" data-wrong={wrong ? '' : undefined} role="group" aria-label={label} data-personal={[...value.replaceAll(/[ ,]/g, '')].length}>
    <span className="text" data-long={[...value].length + composing.length > 14 ? '' : undefined}>
      {value === '' && composing === '' ? <span className="placeholder">{placeholder}</span> : null}
      <span className="value">{value}</span>
      {composing === '' ? null : <u>{composing}</u>}
      <i className="caret" aria-hidden="true" />
    </span>
    {unit === null ? null : <span className="unit">{unit}</span>}
  </div>
);

/** The line beneath a field; its place is kept, so that nothing moves when it appears. */
export const FieldNote = ({ tone, children }: { tone: 'quiet' | 'wrong'; children: ReactNode }): ReactNode => (
  <p className="field-note" data-tone={tone} role={tone === 'wrong' ? 'alert' : undefined}>
    {tone === 'wrong' ? <Icon name="warning" size={11} /> : null}
    {children}
  </p>
);

/** Where the answer is found. */
export const Example = ({ title, body, picture, caption }: { title: string; body: string; picture: 'seal' | 'paper' | 'phone' | 'none'; caption: string }): ReactNode => (
  <div className="example">
    {picture === 'seal' ? <SealPicture text={caption} /> : picture === 'paper' ? <PaperPicture /> : picture === 'phone' ? <PhonePicture /> : null}
    <div>
      <p className="t-lead">{title}</p>
      <p className="t-body quiet">
        <Phrases>{body}</Phrases>
      </p>
    </div>
  </div>
);

/** A sentence beside a side bar: attention, or what a person wrote. */
export const Note = ({ tone, icon, title, children }: { tone: 'attention' | 'stop' | 'good'; icon?: 'warning' | 'person' | 'tick' | 'clock'; title?: string; children: ReactNode }): ReactNode => (
  <div className="note" data-tone={tone}>
    {icon === undefined ? null : <Icon name={icon} size={17} />}
    <div>
      {title === undefined ? null : <p className="title">{title}</p>}
      <div className="says">{typeof children === 'string' ? <Phrases>{children}</Phrases> : children}</div>
    </div>
  </div>
);
