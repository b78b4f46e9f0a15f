import type { ReactNode } from 'react';
import type { Screen } from '../../api/types.ts';
import { Appointment, Book, Times } from './booking.tsx';
import { Check } from './check.tsx';
import { Closed } from './closed.tsx';
import { ShownCode } from './code.tsx';
import { Confirm } from './confirm.tsx';
import { Done } from './done.tsx';
import { FaultStop } from './fault.tsx';
import { Guide } from './guide.tsx';
import { Materials } from './materials.tsx';
import { Mine } from './mine.tsx';
import { Notice } from './notice.tsx';
import { FetchOriginal, PickUps } from './pick-up.tsx';
import { Question } from './question.tsx';
import { Correction, Result } from './result.tsx';
import { CheckIn, NoNumber, NumberBack, NumberClasses } from './number.tsx';
import { Sign } from './sign.tsx';
import { Ticket } from './ticket.tsx';

/** The screens that nobody sees first. */
export const body = (screen: Exclude<Screen, { kind: 'home' | 'items' | 'card' | 'working' | 'take-card' | 'rest' | 'maintenance' }>): ReactNode => {
  switch (screen.kind) {
    case 'guide':
      return <Guide screen={screen} />;
    case 'closed':
      return <Closed screen={screen} />;
    case 'mine':
      return <Mine screen={screen} />;
    case 'notice':
      return <Notice screen={screen} />;
    case 'question':
      return <Question screen={screen} />;
    case 'materials':
      return <Materials screen={screen} />;
    case 'check':
      return <Check screen={screen} />;
    case 'sign':
      return <Sign screen={screen} />;
    case 'confirm':
      return <Confirm screen={screen} />;
    case 'done':
      return <Done screen={screen} />;
    case 'result':
      return <Result screen={screen} />;
    case 'correction':
      return <Correction screen={screen} />;
    case 'fault':
      return <FaultStop screen={screen} />;
    case 'number':
      return <NumberClasses screen={screen} />;
    case 'check-in':
      return <CheckIn screen={screen} />;
    case 'ticket':
      return <Ticket screen={screen} />;
    case 'times':
      return <Times screen={screen} />;
    case 'book':
      return <Book screen={screen} />;
    case 'appointment':
      return <Appointment screen={screen} />;
    case 'no-number':
      return <NoNumber screen={screen} />;
    case 'number-back':
      return <NumberBack screen={screen} />;
    case 'pick-ups':
      return <PickUps screen={screen} />;
    case 'fetch':
      return <FetchOriginal screen={screen} />;
    case 'code':
      return <ShownCode screen={screen} />;
  }
};
