import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { BoardView, CertificateEnd, CounterRow } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { usePadSaid } from '../staff/pad-said.ts';
import { Ask, Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';
import { opensSaid } from '../ui/opening.ts';

/** A counter whose clerk went home without leaving it is opened for the next one. */
const Release = ({ row, onClose }: { row: CounterRow; onClose: () => void }): ReactNode => {
  const { say } = useWords();
  const [refused, setRefused] = useState<Why | null>(null);
  const release = async (): Promise<void> => {
    const answer = await ask('POST', `/hall/counters/${row.id}/release`, {});
    if (answer.ok) onClose();
    else setRefused(whyOf(answer));
  };
  return (
    <Ask open title={say('live.releaseTitle', { counter: row.id })} onClose={onClose} onAnswer={() => void release()} answer={say('live.release')}>
      <p>{say('live.releaseBody', { clerk: row.clerk ?? '' })}</p>
      {row.current === null ? null : <p>{say('live.releaseCurrent', { number: row.current })}</p>}
      <p className="mistake-line" role="alert">
        {refused === null ? null : say(`refusals.${refused}`)}
      </p>
    </Ask>
  );
};

const LOOK_MS = 3_600_000;

/** A certificate that the hall was given is renewed by its house, and by nobody in time who was not told. */
const EndOfCertificate = (): ReactNode => {
  const { say } = useWords();
  const days = useAsked<CertificateEnd>('/hall/certificate/end', 0, LOOK_MS).value?.days ?? null;
  if (days === null) return null;
  return (
    <p className="mistake-line wide" role="alert" data-name="certificate-ends">
      {days < 0 ? say('live.certificateEnded') : say('live.certificateEnds', { days })}
    </p>
  );
};

/** The hall as it stands: who sits where and serves whom, who waits for what. */
export const LiveHall = ({ view }: { view: BoardView }): ReactNode => {
  const { say, text, language } = useWords();
  const padSaid = usePadSaid();
  const [released, setReleased] = useState<CounterRow | null>(null);
  const rows = useAsked<CounterRow[]>('/hall/counters', view.version).value ?? [];
  const classes = new Map(view.classes.map((one) => [one.id, one]));
  return (
    <div className="place two">
      <EndOfCertificate />
      <section>
        <h2>
          {say('live.counters')}
          <b>{say('live.open', { open: rows.filter(({ open }) => open).length, of: rows.length })}</b>
        </h2>
        <table>
          <thead>
            <tr>
              <th>{say('live.counter')}</th>
              <th>{say('live.state')}</th>
              <th>{say('live.clerk')}</th>
              <th>{say('live.current')}</th>
              <th>{say('live.serves')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} data-name={`live-${row.id}`}>
                <th scope="row">{row.id}</th>
                <td>
                  {padSaid(row.pad) === null ? null : <span className="small pad-said">{padSaid(row.pad)}</span>}
                  <Tag tone={row.open ? (row.paused ? 'attention' : 'good') : 'quiet'}>{say(row.open ? (row.paused ? 'live.paused' : 'live.isOpen') : 'live.closed')}</Tag>
                </td>
                <td>
                  {row.clerk ?? '—'}{' '}
                  {row.open ? (
                    <Button className="small-act" onPress={() => setReleased(row)} data-name={`release-${row.id}`}>
                      {say('live.release')}
                    </Button>
                  ) : null}
                </td>
                <td className="strong">{row.current ?? '—'}</td>
                <td>{row.classes.map((id) => text(classes.get(id)?.name ?? { zh: id, en: id })).join(' · ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h2>
          {say('live.waiting')}
          <b>{view.classes.reduce((sum, one) => sum + one.waiting, 0)}</b>
        </h2>
        <table>
          <thead>
            <tr>
              <th>{say('live.class')}</th>
              <th>{say('live.people')}</th>
              <th>{say('live.range')}</th>
            </tr>
          </thead>
          <tbody>
            {view.classes.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  {one.prefix} {text(one.name)}
                </th>
                <td className="strong">{one.waiting}</td>
                <td>{one.range === null ? (opensSaid(one.opening, language) ?? say('live.unknown')) : say('live.minutes', { from: one.range.from, to: one.range.to })}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="quiet small">{view.record === null ? say('live.noRecord') : say('live.record', { share: Math.round(view.record.share * 100), of: view.record.of })}</p>
        <h2>{say('live.calls')}</h2>
        <ul className="calls">
          {view.calls.slice(0, 8).map((call) => (
            <li key={call.id}>
              <time>{clock(new Date(call.at), view.hall.timeZone)}</time>
              <b>{call.number}</b>
              <span>{say(call.again ? 'live.calledAgain' : 'live.calledTo', { counter: call.counter })}</span>
            </li>
          ))}
        </ul>
      </section>
      {released === null ? null : <Release row={released} onClose={() => setReleased(null)} />}
    </div>
  );
};
