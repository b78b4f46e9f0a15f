import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from '../staff/words.ts';

const SYSTEMS = ['windows', 'linux', 'mac'] as const;

/** SHA-256 of a PEM certificate, in groups of four. */
const fingerprintOf = async (pem: string): Promise<string> => {
  const body = pem.replaceAll(/-----[^-]+-----|\s/g, '');
  const der = Uint8Array.from(atob(body), (one) => one.codePointAt(0) ?? 0);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
  return (
    [...hash]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase()
      .match(/.{4}/g)
      ?.join(' ') ?? ''
  );
};

/** How a browser comes to trust the hall: once, by hand, after the fingerprint was compared with what the hall's machine shows. */
export const Trust = (): ReactNode => {
  const { say } = useWords();
  const [fingerprint, setFingerprint] = useState<{ given: boolean; words: string } | null>(null);
  useEffect(() => {
    let over = false;
    const look = async (): Promise<void> => {
      try {
        const answer = await fetch('/hall/authority.pem', { cache: 'no-store' });
        const told = answer.ok ? { given: false, words: await fingerprintOf(await answer.text()) } : { given: answer.status === 404, words: '' };
        if (!over) setFingerprint(told);
      } catch {
        if (!over) setFingerprint(null);
      }
    };
    void look();
    return () => {
      over = true;
    };
  }, []);
  if (fingerprint?.given === true) {
    return (
      <div className="place">
        <h2>{say('trust.title')}</h2>
        <p>{say('trust.given')}</p>
      </div>
    );
  }
  return (
    <div className="place trust">
      <h2>{say('trust.title')}</h2>
      <p>{say('trust.why')}</p>
      <ol>
        <li>
          <p>{say('trust.compare')}</p>
          <p className="code" data-name="fingerprint">
            {fingerprint?.words ?? say('common.asking')}
          </p>
        </li>
        <li>
          <p>{say('trust.fetch')}</p>
          <a className="green-button" href="/hall/authority.pem" download="hall24-authority.pem" data-name="authority">
            {say('trust.download')}
          </a>
        </li>
        <li>
          <p>{say('trust.install')}</p>
          <ul>
            {SYSTEMS.map((one) => (
              <li key={one}>
                <b>{say(`trust.systems.${one}.name`)}</b>
                <span>{say(`trust.systems.${one}.how`)}</span>
              </li>
            ))}
          </ul>
        </li>
        <li>
          <p>{say('trust.again')}</p>
        </li>
      </ol>
    </div>
  );
};
