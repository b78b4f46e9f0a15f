import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Member, RefusedSignIn } from '../api/hall-types.ts';
import { HallMark } from '../ui/pictures/index.ts';
import { ask } from './api.ts';
import { LanguageButton, LineField } from './parts.tsx';
import { useWords } from './words.ts';

type Refused = RefusedSignIn['reason'] | 'away' | 'differs';

/** Seconds that are left of a lock-out; 0: none. */
const useCountdown = (): [number, (seconds: number) => void] => {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = window.setTimeout(() => setLeft(left - 1), 1_000);
    return () => window.clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
};

/** Name and password; with a one-time code a password of one's own, twice. `first`: the first manager, by the code that the hall printed. */
const SignIn = ({ title, first, onMember }: { title: string; first: boolean; onMember: (member: Member) => void }): ReactNode => {
  const { say } = useWords();
  const [isFirst, setFirst] = useState(false);
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [choosing, setChoosing] = useState(false);
  const [chosen, setChosen] = useState('');
  const [again, setAgain] = useState('');
  const [refused, setRefused] = useState<Refused | null>(null);
  const [locked, setLocked] = useCountdown();
  const [busy, setBusy] = useState(false);
  const needsOwn = choosing || isFirst;

  const send = async (): Promise<void> => {
    if (busy || locked > 0) return;
    if (needsOwn && chosen !== again) {
      setRefused('differs');
      return;
    }
    setBusy(true);
    const small = name.trim().toLowerCase();
    const answer = isFirst
      ? await ask<Member>('POST', '/hall/first-manager', { code: secret, name: small, password: chosen })
      : await ask<Member>('POST', '/hall/sign-in', { name: small, password: secret, ...(choosing ? { newPassword: chosen } : {}) });
    setBusy(false);
    if (answer.ok) {
      onMember(answer.value);
      return;
    }
    const told = answer.status === 401 ? (answer.body as RefusedSignIn) : null;
    if (told?.reason === 'choose-password') {
      setChoosing(true);
      setRefused(null);
      return;
    }
    setLocked(told?.retryAfterSeconds ?? 0);
    setRefused(told?.reason ?? (answer.status === 400 ? 'wrong' : 'away'));
  };

  const message = refused === null || (refused === 'locked' && locked === 0) ? null : say(`signIn.refused.${refused}`, { seconds: locked });
  return (
    <main className="sign-in">
      <form
        className="sign-in-box"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="sign-in-head">
          <HallMark />
          <h1>{title}</h1>
          <LanguageButton />
        </div>
        <p className="quiet">{say(isFirst ? 'signIn.firstHint' : choosing ? 'signIn.chooseHint' : 'signIn.hint')}</p>
        <LineField label={say('signIn.name')} value={name} onChange={setName} name="name" autoFocus autoComplete="username" maxLength={40} hint={isFirst ? say('signIn.nameHint') : null} />
        <LineField label={say(isFirst ? 'signIn.code' : 'signIn.secret')} value={secret} onChange={setSecret} name="secret" type={isFirst || choosing ? 'text' : 'password'} autoComplete="current-password" />
        {needsOwn ? <LineField key="chosen" label={say('signIn.chosen')} value={chosen} onChange={setChosen} name="chosen" type="password" autoComplete="new-password" hint={say('signIn.chosenHint')} autoFocus={choosing} /> : null}
        {needsOwn ? <LineField key="again" label={say('signIn.again')} value={again} onChange={setAgain} name="again" type="password" autoComplete="new-password" /> : null}
        <p className="mistake-line" role="alert">
          {message}
        </p>
        <Button className="green-button" type="submit" isDisabled={busy || locked > 0} data-name="sign-in">
          {locked > 0 ? say('signIn.wait', { seconds: locked }) : say(needsOwn ? 'signIn.keepAndGo' : 'signIn.go')}
        </Button>
        {first && !choosing ? (
          <Button className="plain-button" onPress={() => setFirst(!isFirst)} data-name="first-manager">
            {say(isFirst ? 'signIn.notFirst' : 'signIn.first')}
          </Button>
        ) : null}
      </form>
    </main>
  );
};

export type Session = { member: Member; signOut: () => Promise<void>; onSignedOut: () => void };

/** Shows its children to whoever is signed in, and the sign-in page to everybody else. */
export const Signed = ({ title, first, children }: { title: string; first?: boolean; children: (session: Session) => ReactNode }): ReactNode => {
  const { say } = useWords();
  const [member, setMember] = useState<Member | null | 'asking'>('asking');
  const onSignedOut = useCallback(() => setMember(null), []);
  useEffect(() => {
    let over = false;
    let timer = 0;
    const look = async (): Promise<void> => {
      const answer = await ask<Member>('GET', '/hall/me');
      if (over) return;
      if (answer.ok) setMember(answer.value);
      else if (answer.status === 401) setMember(null);
      else timer = window.setTimeout(() => void look(), 1_500);
    };
    void look();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, []);
  if (member === 'asking') return <p className="asking">{say('common.asking')}</p>;
  if (member === null) return <SignIn title={title} first={first === true} onMember={setMember} />;
  return children({
    member,
    onSignedOut,
    signOut: async () => {
      await ask('POST', '/hall/sign-out', {});
      setMember(null);
    },
  });
};
