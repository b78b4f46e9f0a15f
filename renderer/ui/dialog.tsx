import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../i18n/words.ts';
import { Icon } from './pictures/index.ts';

/** The veil over a page whose content is replaced by bars: nothing of it can be read behind a question. */
export const Veil = ({ children, label }: { children: ReactNode; label: string }): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="veil">
      <div className="bars" aria-hidden="true">
        {[64, 100, 100, 47, 100, 82, 100, 58].map((width, index) => (
          <i key={index} data-width={width} />
        ))}
      </div>
      <div className="veil-box" role="alertdialog" aria-modal="true" aria-label={label} tabIndex={-1} ref={box}>
        {children}
      </div>
    </div>
  );
};

type Idle = { secondsLeft: number; totalSeconds: number; draftKept: boolean; receivedAt: number; onStay: () => void; onLeave: () => void };

/** 您还在吗？ The page counts down; the agent decides. */
export const IdleDialog = ({ secondsLeft, totalSeconds, draftKept, receivedAt, onStay, onLeave }: Idle): ReactNode => {
  const { say } = useWords();
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(performance.now()), 250);
    return () => window.clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.min(secondsLeft, Math.ceil(secondsLeft - (now - receivedAt) / 1000)));
  const share = totalSeconds <= 0 ? 0 : left / totalSeconds;
  return (
    <Veil label={say('idle.title')}>
      <h1>{say('idle.title')}</h1>
      <div className="idle-ring">
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle cx="50" cy="50" r="45" className="track" />
          <circle cx="50" cy="50" r="45" className="left" pathLength={100} strokeDasharray={`${String(share * 100)} 100`} transform="rotate(-90 50 50)" />
        </svg>
        <p>
          <b>{left}</b>
          <span>{say('idle.seconds')}</span>
        </p>
      </div>
      <p className="t-lead lines plain">{say('idle.body')}</p>
      {draftKept ? <p className="t-body quiet balance">{say('idle.kept')}</p> : null}
      <Button className="primary-button stay" onPress={onStay} data-name="stay">
        {say('idle.stay')}
      </Button>
      <Button className="side-button" data-wide="" onPress={onLeave} data-name="leave-now">
        <Icon name="leave" size={14} />
        <span>{say('idle.leave')}</span>
      </Button>
    </Veil>
  );
};

type Help = { dutyPhone: string; dutyExtension: string | null; note: string; counterHours: string; hotline: string; onClose: () => void };

/** How a person is reached from here. */
export const HelpPanel = ({ dutyPhone, dutyExtension, note, counterHours, hotline, onClose }: Help): ReactNode => {
  const { say } = useWords();
  return (
    <Veil label={say('help.title')}>
      <h1>{say('help.title')}</h1>
      <dl className="help-ways">
        <div className="first">
          <dt>
            <Icon name="phone" size={18} lit />
            {say('help.duty')}
          </dt>
          <dd className="phone">{dutyExtension === null ? dutyPhone : say('help.extension', { phone: dutyPhone, extension: dutyExtension })}</dd>
          <dd>{note}</dd>
        </div>
        <div>
          <dt>
            <Icon name="clock" size={16} />
            {say('help.counter')}
          </dt>
          <dd>{counterHours}</dd>
        </div>
        {hotline === '' ? null : (
          <div>
            <dt>
              <Icon name="phone" size={16} />
              {say('help.hotline')}
            </dt>
            <dd className="strong">{hotline}</dd>
          </div>
        )}
      </dl>
      <Button className="primary-button stay" onPress={onClose} data-name="close-help">
        {say('help.close')}
      </Button>
    </Veil>
  );
};
