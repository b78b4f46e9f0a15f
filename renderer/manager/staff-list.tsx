import { useState, type ReactNode } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import type { Invited, Member } from '../api/hall-types.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';
import { useAsked } from '../staff/asked.ts';
import { LineField, Tag } from '../staff/parts.tsx';
import { useWords } from '../staff/words.ts';

const NAME = /^[a-z0-9][a-z0-9.-]{0,39}$/;

/** The one-time code, shown once: it is kept nowhere as it stands. */
const Code = ({ invited, onSeen }: { invited: Invited; onSeen: () => void }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="once" role="alert" data-name="once">
      <p>{say('staff.once', { name: invited.name })}</p>
      <p className="code" data-name="code">
        {invited.code.replace(/(.{5})/, '$1-')}
      </p>
      <p className="quiet small">{say('staff.onceHint')}</p>
      <Button className="wide-button" onPress={onSeen} data-name="code-seen">
        {say('staff.seen')}
      </Button>
    </div>
  );
};

/** Who may sign in: create, reset, disable, enable. */
export const StaffList = ({ me, now }: { me: string; now: number }): ReactNode => {
  const { say } = useWords();
  const { value: told, again } = useAsked<Member[]>('/hall/clerks');
  const members = told ?? [];
  const [name, setName] = useState('');
  const [role, setRole] = useState<Member['role']>('clerk');
  const [invited, setInvited] = useState<Invited | null>(null);
  const [refused, setRefused] = useState<Why | null>(null);

  const invite = async (wanted: string, as: Member['role']): Promise<void> => {
    const answer = await ask<Invited>('POST', '/hall/clerks', { name: wanted, role: as });
    setRefused(answer.ok ? null : whyOf(answer));
    if (!answer.ok) return;
    setInvited(answer.value);
    setName('');
    again();
  };
  const set = async (wanted: string, act: 'disable' | 'enable'): Promise<void> => {
    const answer = await ask('POST', `/hall/clerks/${wanted}/${act}`, {});
    setRefused(answer.ok ? null : whyOf(answer));
    again();
  };
  const known = members.some((one) => one.name === name);
  const fits = NAME.test(name);
  return (
    <div className="place two">
      <section>
        <h2>
          {say('staff.title')}
          <b>{members.length}</b>
        </h2>
        <table>
          <thead>
            <tr>
              <th>{say('staff.name')}</th>
              <th>{say('staff.role')}</th>
              <th>{say('staff.state')}</th>
              <th>{say('staff.acts')}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((one) => (
              <tr key={one.name} data-name={`member-${one.name}`}>
                <th scope="row">{one.name}</th>
                <td>{say(`staff.roles.${one.role}`)}</td>
                <td>
                  {one.disabled ? <Tag tone="stop">{say('staff.disabled')}</Tag> : one.lockedUntil > now ? <Tag tone="attention">{say('staff.locked', { seconds: Math.ceil((one.lockedUntil - now) / 1_000) })}</Tag> : one.invited ? <Tag tone="quiet">{say('staff.invited')}</Tag> : <Tag tone="good">{say('staff.active')}</Tag>}
                </td>
                <td>
                  <span className="row-acts">
                    <Button className="small-act" onPress={() => void invite(one.name, one.role)} isDisabled={one.name === me} data-name={`reset-${one.name}`}>
                      {say('staff.reset')}
                    </Button>
                    <Button className="small-act" onPress={() => void set(one.name, one.disabled ? 'enable' : 'disable')} isDisabled={one.name === me} data-name={`switch-${one.name}`}>
                      {say(one.disabled ? 'staff.enable' : 'staff.disable')}
                    </Button>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="mistake-line" role="alert">
          {refused === null ? null : say(`refusals.${refused}`)}
        </p>
      </section>
      <section>
        <h2>{say('staff.create')}</h2>
        {invited === null ? (
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (fits && !known) void invite(name, role);
            }}
          >
            <LineField label={say('staff.name')} value={name} onChange={(value) => setName(value.toLowerCase())} name="new-name" maxLength={40} hint={say('signIn.nameHint')} mistake={name !== '' && !fits ? say('staff.badName') : known ? say('staff.known') : null} />
            <RadioGroup className="choices" value={role} onChange={(value) => setRole(value as Member['role'])}>
              <Label>{say('staff.role')}</Label>
              <div>
                <Radio value="clerk">{say('staff.roles.clerk')}</Radio>
                <Radio value="manager">{say('staff.roles.manager')}</Radio>
              </div>
            </RadioGroup>
            <Button className="green-button" type="submit" isDisabled={!fits || known} data-name="create">
              {say('staff.createAnswer')}
            </Button>
            <p className="quiet small">{say('staff.createHint')}</p>
          </form>
        ) : (
          <Code invited={invited} onSeen={() => setInvited(null)} />
        )}
      </section>
    </div>
  );
};
