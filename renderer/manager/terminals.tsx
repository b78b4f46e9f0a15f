import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { PairCode, TerminalRow } from '../api/hall-types.ts';
import { clock, shortDay } from '../citizen/time.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { Ask, LineField, Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';

/** As the hall takes it: what stands as `id` in the terminal's file. */
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const LOOK_MS = 3_000;
/** A terminal looks every two seconds. */
const HERE_MS = 30_000;

const State = ({ row, now }: { row: TerminalRow; now: number }): ReactNode => {
  const { say } = useWords();
  if (row.invited && (row.revoked || row.enrolledAt === null)) return <Tag tone="quiet">{say('terminals.invited')}</Tag>;
  if (row.revoked) return <Tag tone="stop">{say('terminals.revoked')}</Tag>;
  return row.seenAt !== null && now - row.seenAt < HERE_MS ? <Tag tone="good">{say('terminals.here')}</Tag> : <Tag tone="attention">{say('terminals.away')}</Tag>;
};

/** What the technician does with the code, shown once. */
const Code = ({ code, onSeen }: { code: PairCode; onSeen: () => void }): ReactNode => {
  const { say } = useWords();
  const readable = code.code.replace(/(.{5})/, '$1-');
  return (
    <div className="once" role="alert" data-name="pairing">
      <p>{say('terminals.once', { terminal: code.id })}</p>
      <p className="code" data-name="pair-code">
        {readable}
      </p>
      <p>{say('terminals.onceHint', { minutes: code.minutes })}</p>
      <ol className="steps">
        <li>
          {say('terminals.stepFile', { terminal: code.id })}
          <pre data-name="pair-file">{`id: ${code.id}\nqueue:\n  at: ${window.location.origin}\n  authority: ${code.authority}`}</pre>
        </li>
        <li>
          {say('terminals.stepType')}
          <pre data-name="pair-command">{`npm run -s staff -- pair ${readable} --home /var/lib/hall24`}</pre>
        </li>
        <li>{say('terminals.stepLook')}</li>
      </ol>
      <Button className="wide-button" onPress={onSeen} data-name="pair-seen">
        {say('terminals.seen')}
      </Button>
    </div>
  );
};

/** Today's time, or the day with it. */
const useMoment = (now: number, timeZone: string): ((at: number) => string) => {
  const { language } = useWords();
  const day = (at: number): string => shortDay(new Date(at), timeZone, language);
  return (at) => (day(at) === day(now) ? clock(new Date(at), timeZone) : `${day(at)} ${clock(new Date(at), timeZone)}`);
};

/** Terminals that take their numbers from this hall: paired by a one-time code, seen, revoked. */
export const Terminals = ({ now, timeZone }: { now: number; timeZone: string }): ReactNode => {
  const { say } = useWords();
  const moment = useMoment(now, timeZone);
  const { value: told, again } = useAsked<TerminalRow[]>('/hall/terminals', 0, LOOK_MS);
  const [name, setName] = useState('');
  const [code, setCode] = useState<PairCode | null>(null);
  const [leaving, setLeaving] = useState<TerminalRow | null>(null);
  const [refused, setRefused] = useState<Why | null>(null);
  const rows = told ?? [];
  const fits = NAME.test(name);
  const known = rows.some(({ id }) => id === name);

  const pair = async (id: string): Promise<void> => {
    const answer = await ask<PairCode>('POST', '/hall/terminals', { id });
    setRefused(answer.ok ? null : whyOf(answer));
    if (!answer.ok) return;
    setCode(answer.value);
    setName('');
    again();
  };
  const revoke = async ({ id }: TerminalRow): Promise<void> => {
    setLeaving(null);
    const answer = await ask('POST', `/hall/terminals/${id}/revoke`, {});
    setRefused(answer.ok ? null : whyOf(answer));
    if (code?.id === id) setCode(null);
    again();
  };
  return (
    <div className="place two">
      <section>
        <h2>
          {say('terminals.title')}
          <b>{rows.length}</b>
        </h2>
        <p className="quiet">{say(rows.length === 0 ? 'terminals.none' : 'terminals.hint')}</p>
        {rows.length === 0 ? null : (
          <table>
            <thead>
              <tr>
                <th>{say('terminals.name')}</th>
                <th>{say('terminals.state')}</th>
                <th>{say('terminals.seenAt')}</th>
                <th>{say('terminals.acts')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} data-name={`terminal-${row.id}`}>
                  <th scope="row">{row.id}</th>
                  <td>
                    <State row={row} now={now} />
                  </td>
                  <td>{row.seenAt === null ? say('terminals.notSeen') : moment(row.seenAt)}</td>
                  <td>
                    <span className="row-acts">
                      <Button className="small-act" onPress={() => void pair(row.id)} data-name={`pair-${row.id}`}>
                        {say('terminals.again')}
                      </Button>
                      <Button className="small-act" onPress={() => setLeaving(row)} isDisabled={row.revoked && !row.invited} data-name={`revoke-${row.id}`}>
                        {say(row.enrolledAt === null ? 'terminals.drop' : 'terminals.revoke')}
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p className="mistake-line" role="alert">
          {refused === null ? null : say(`refusals.${refused}`)}
        </p>
      </section>
      <section>
        <h2>{say('terminals.pair')}</h2>
        {code === null ? (
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (fits && !known) void pair(name);
            }}
          >
            <LineField label={say('terminals.name')} value={name} onChange={(value) => setName(value.toLowerCase())} name="terminal" maxLength={40} hint={say('terminals.nameHint')} mistake={name !== '' && !fits ? say('terminals.badName') : known ? say('terminals.known') : null} />
            <Button className="green-button" type="submit" isDisabled={!fits || known} data-name="pair">
              {say('terminals.pairAnswer')}
            </Button>
            <p className="quiet small">{say('terminals.pairHint')}</p>
          </form>
        ) : (
          <Code code={code} onSeen={() => setCode(null)} />
        )}
      </section>
      {leaving === null ? null : (
        <Ask open title={say(leaving.enrolledAt === null ? 'terminals.dropTitle' : 'terminals.revokeTitle', { terminal: leaving.id })} onClose={() => setLeaving(null)} onAnswer={() => void revoke(leaving)} answer={say(leaving.enrolledAt === null ? 'terminals.drop' : 'terminals.revokeAnswer')}>
          <p>{say(leaving.enrolledAt === null ? 'terminals.dropBody' : 'terminals.revokeBody')}</p>
        </Ask>
      )}
    </div>
  );
};
