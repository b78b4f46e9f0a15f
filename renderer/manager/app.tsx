import { useCallback, useState, type ReactNode } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { BoardView } from '../api/hall-types.ts';
import { clock } from '../citizen/time.ts';
import { useHallTime, useLive } from '../staff/live.ts';
import { Speaking, Tag, TopLine } from '../staff/parts.tsx';
import { Signed, type Session } from '../staff/session.tsx';
import { keepInAddress, useWords } from '../staff/words.ts';
import { Doubts } from './doubts.tsx';
import { FiguresPage } from './figures.tsx';
import { LiveHall } from './live-hall.tsx';
import { RulesPage } from './rules.tsx';
import { StaffList } from './staff-list.tsx';
import { Terminals } from './terminals.tsx';
import { Trust } from './trust.tsx';

const PLACES = ['now', 'figures', 'rules', 'staff', 'terminals', 'doubts', 'trust'] as const;
type Place = (typeof PLACES)[number];

const placeOfAddress = (): Place => PLACES.find((one) => one === new URLSearchParams(window.location.search).get('place')) ?? 'now';

const Manager = ({ session }: { session: Session }): ReactNode => {
  const { say, text } = useWords();
  const [place, setPlace] = useState<Place>(placeOfAddress);
  const live = useLive<BoardView>('/hall/board/stream', '/hall/me', session.onSignedOut);
  const now = useHallTime(live);
  const go = useCallback((wanted: Place) => {
    keepInAddress('place', wanted === 'now' ? null : wanted);
    setPlace(wanted);
  }, []);
  const { view } = live;
  if (view === null) return <p className="asking">{say('common.asking')}</p>;
  return (
    <div className="staff-page" data-version={view.version}>
      <TopLine
        title={say('manager.title')}
        about={text(view.hall.name)}
        demo={view.hall.demo}
        right={
          <>
            <span className="who">{session.member.name}</span>
            <Button className="plain-button" onPress={() => void session.signOut()} data-name="sign-out">
              {say('common.signOut')}
            </Button>
            <time>{clock(new Date(now), view.hall.timeZone)}</time>
          </>
        }
      >
        {live.away ? (
          <Tag tone="stop" icon="warning">
            {say('states.hallAway', { time: clock(new Date(view.now), view.hall.timeZone) })}
          </Tag>
        ) : null}
      </TopLine>
      <Tabs className="manager" orientation="vertical" selectedKey={place} onSelectionChange={(key) => go(key as Place)}>
        <TabList aria-label={say('manager.places')}>
          {PLACES.map((one) => (
            <Tab key={one} id={one} data-name={`place-${one}`}>
              {say(`manager.place.${one}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="now">
          <LiveHall view={view} />
        </TabPanel>
        <TabPanel id="figures">
          <FiguresPage board={view} />
        </TabPanel>
        <TabPanel id="rules">
          <RulesPage />
        </TabPanel>
        <TabPanel id="staff">
          <StaffList me={session.member.name} now={now} />
        </TabPanel>
        <TabPanel id="terminals">
          <Terminals now={now} timeZone={view.hall.timeZone} />
        </TabPanel>
        <TabPanel id="doubts">
          <Doubts version={view.version} timeZone={view.hall.timeZone} />
        </TabPanel>
        <TabPanel id="trust">
          <Trust />
        </TabPanel>
      </Tabs>
    </div>
  );
};

const Page = (): ReactNode => {
  const { say } = useWords();
  return (
    <Signed title={say('manager.title')} first>
      {(session) =>
        session.member.role === 'manager' ? (
          <Manager session={session} />
        ) : (
          <main className="sign-in">
            <div className="sign-in-box">
              <p>{say('manager.notManager', { name: session.member.name })}</p>
              <Button className="green-button" onPress={() => void session.signOut()} data-name="sign-out">
                {say('common.signOut')}
              </Button>
            </div>
          </main>
        )
      }
    </Signed>
  );
};

export const ManagerPage = (): ReactNode => (
  <Speaking>
    <Page />
  </Speaking>
);
