/**
 * A person at the glass who looks at what is shown and does the next sensible thing towards a goal: faults may put any page before anybody. Speaks the page's
 * own API.
 */
import type { CitizenEvent, SessionView } from '../../electron/session/page-contract.ts';
import { ANSWERS, SIGNATURE } from '../e2e/api-walk.ts';
import type { ToldBooks } from './books.ts';
import type { LockerPeople } from './locker-people.ts';
import { PATIENCE, type Stage } from './stage.ts';
import { MOMENTS, nameOf, type Visit } from './steps.ts';

/** What must never be. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export interface VisitNotes {
  told: ToldBooks;
  /** Cases told of while the present database is in use. */
  keptCases: string[];
  /** Agreed times that nobody may check in with here today, by goal. */
  appointments: Partial<Record<Visit['goal'], string>>;
  lockers: LockerPeople;
  /** A step that really happened. */
  count(kind: string): void;
  wrong(what: string): void;
}

export type VisitEnd = 'done' | 'closed' | 'gave-up' | 'sent-home' | 'got-number' | 'no-number' | 'left' | 'fetched' | 'nothing-there' | 'staff-look';

/** Longer for many presses. */
const VISIT_MS = 240_000 * PATIENCE;
const PRESS_MS = 40 * PATIENCE;
const CLOSED_PATIENCE_MS = 6_000;
const MAINTENANCE_MS = 60_000 * PATIENCE;
const LOOK_MS = 60;
const AT_ONCE = 50;
/** What a citizen is told of an agreed time that nobody may check in with here today; the others while the platform cannot be asked. */
const RIGHT_WORD: Partial<Record<Visit['goal'], string>> = { 'check-in-other-day': 'other-day', 'check-in-other-hall': 'other-hall' };
const CANNOT_BE_ASKED = ['appointment-unchecked', 'unreachable'];
const BAD_ANSWERS = ['😀', '\ud800', 'x'.repeat(4_000)];

type Screen = SessionView['screen'];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const ITEM: Partial<Record<Visit['goal'], string>> = { housing: 'public-rental-housing', 'walks-away': 'public-rental-housing', insurance: 'social-insurance-certificate' };

/** Walks to the goal or away. Afterwards the terminal shows some page, perhaps still this person's: `leave` below ends it. */
export const walk = async (stage: Stage, visit: Visit, notes: VisitNotes): Promise<VisitEnd> => {
  const began = performance.now();
  const citizen = stage.citizen();
  const { goal, specimen } = visit;
  const item = ITEM[goal] ?? '';
  const checksIn = goal === 'check-in-other-day' || goal === 'check-in-other-hall';
  const struck = new Set<number>();
  const tries = new Map<string, number>();
  const tried = (what: string): number => {
    const now = (tries.get(what) ?? 0) + 1;
    tries.set(what, now);
    return now;
  };
  let begun = false;
  let bad = 0;
  /** Case of the original that was asked for last. */
  let fetching: string | null = null;
  let end: VisitEnd | null = null;
  let since = performance.now();
  let last = '';

  const blows = async (at: Screen['kind'], when: 'before' | 'after'): Promise<void> => {
    if (!(MOMENTS as readonly string[]).includes(at)) return;
    for (const [index, one] of visit.disturb.entries()) {
      if (struck.has(index) || one.at !== at || one.when !== when) continue;
      struck.add(index);
      const { blow } = one;
      if (await stage.strike(blow)) notes.count(nameOf(blow));
    }
  };
  const say = async (event: CitizenEvent): Promise<true> => {
    await citizen.press(event);
    return true;
  };
  const leave = (how: VisitEnd): true => {
    end = how;
    return true;
  };
  const layCard = async (): Promise<true> => {
    if (await stage.terminal().play('/card', { specimen }).then(() => true, () => false)) notes.count('card laid');
    return true;
  };
  const staffMends = async (device: string): Promise<void> => {
    await stage.terminal().play(`/${device}/fault`, { fault: null }).catch(() => undefined);
  };
  const toldCase = (caseNumber: string, of: string): void => {
    if (notes.told.cases().some((one) => one.caseNumber === caseNumber)) return;
    notes.told.case({ caseNumber, item: of });
    notes.keptCases.push(caseNumber);
    notes.count('case told');
  };
  const patience = (limitMs: number): boolean => performance.now() - since > limitMs;

  /** @returns whether something was done at this page */
  const doNext = async (screen: Screen): Promise<boolean> => {
    switch (screen.kind) {
      case 'home': {
        if (begun && citizen.view?.inSession === false) return leave('sent-home');
        if (goal === 'results') {
          if (patience(2 * CLOSED_PATIENCE_MS)) return leave('closed');
          if (screen.reader === 'waiting' && tried('lay') % 60 === 1) return layCard();
          return false;
        }
        if (goal === 'pick-up') {
          if (patience(2 * CLOSED_PATIENCE_MS)) return leave('closed');
          const code = visit.byCode ? notes.lockers.codeOf(specimen) : null;
          if (code === null) return say({ type: 'open-pick-up' });
          return tried('code') % 40 === 1 && (await stage.terminal().play('/code', { text: code }).then(() => true, () => false));
        }
        if (item !== '') {
          const tile = screen.items.find(({ id }) => id === item);
          if (tile?.open === true) return say({ type: 'open-item', item });
          if (tile !== undefined && tile.reasons.length === 0) notes.wrong(`${item} is closed without a reason`);
          return patience(CLOSED_PATIENCE_MS) && leave('closed');
        }
        if (screen.numbers) return say({ type: 'open-numbers' });
        return patience(2 * CLOSED_PATIENCE_MS) && leave('closed');
      }
      case 'items':
      case 'guide':
        return say({ type: 'home' });
      case 'closed':
        if (screen.reasons.length === 0) notes.wrong(`${screen.item.id} is closed without a reason`);
        return leave('closed');
      case 'card': {
        begun = true;
        if (screen.state === 'reading') return false;
        const times = tried('card looked at');
        if (screen.state === 'failed' && times > 80) await staffMends('id-card');
        if (times > 600) return leave('gave-up');
        // A hand moves no faster than this, and a card that lies badly is laid again.
        if (times % 40 === 1) return layCard();
        return false;
      }
      case 'mine':
        begun = true;
        if (goal === 'results') return leave('left');
        if (item !== '' && screen.items.some(({ id, open }) => id === item && open) && tried('open from mine') < 20) return say({ type: 'open-item', item });
        return leave('closed');
      case 'notice':
        begun = true;
        return say({ type: 'agree' });
      case 'question': {
        const { field } = screen.question;
        if (goal === 'walks-away') {
          if (bad >= BAD_ANSWERS.length) return leave('left');
          if (screen.question.input === 'choice' && screen.error === null) return say({ type: 'answer', field, value: BAD_ANSWERS[bad++] ?? '' });
          if (screen.error === null && bad > 0 && tried('bad answer') > 40) notes.wrong(`a bad answer to ${field} was taken without a word`);
          if (screen.error !== null) notes.count(`refused answer: ${screen.error.code}`);
          return say({ type: 'answer', field, value: BAD_ANSWERS[bad++] ?? '' });
        }
        if (tried(`answer ${field}`) > 50) throw new Violation(`the answer to ${field} is not taken: ${JSON.stringify(screen.error)}`);
        return say({ type: 'answer', field, value: screen.value === '' ? (ANSWERS[field] ?? '') : screen.value });
      }
      case 'materials': {
        if (screen.phase === 'scanning' || screen.phase === 'binding') return false;
        if (screen.phase === 'camera') return say({ type: 'back' });
        if (screen.pages.length >= screen.material.minPages) return tried(`bind ${screen.material.id}`) > 25 ? leave('gave-up') : say({ type: 'material-done' });
        if (screen.side !== null) await stage.terminal().play('/scanner/glass', { page: `card-${screen.side}` }).catch(() => undefined);
        const times = tried(`scan ${screen.material.id}`);
        if (screen.fault !== null) notes.count(`scan refused: ${screen.fault}`);
        if (times > 3) await staffMends('scanner');
        if (times > 25) return leave('gave-up');
        await stage.terminal().play('/scanner/load', { sheets: 1 }).catch(() => undefined);
        if (times > 1) await pause(400);
        return say({ type: 'scan' });
      }
      case 'check':
        return say({ type: 'all-correct' });
      case 'sign':
        return say(SIGNATURE);
      case 'confirm':
        begun = true;
        return say({ type: 'confirm' });
      case 'working':
        return false;
      case 'done': {
        toldCase(screen.caseNumber, screen.item.id);
        const papers = [screen.slip, screen.certificate].flatMap((one) => one ?? []);
        if (papers.some(({ state }) => state === 'waiting' || state === 'printing')) return false;
        if (screen.slip?.state === 'failed' && tried('slip') <= 2) {
          await staffMends('receipt-printer');
          await pause(1_500);
          return say({ type: 'print-slip' });
        }
        for (const { state } of papers) notes.count(`paper ${state}`);
        return leave('done');
      }
      case 'result':
        if (screen.printable && screen.closed.length === 0 && tried('print') === 1) return say({ type: 'print' });
        return leave('left');
      case 'correction':
        return leave('left');
      case 'fault':
        if (screen.safe === 'stored' && screen.caseNumber !== null) toldCase(screen.caseNumber, item === '' ? (screen.item?.id ?? '') : item);
        if (screen.slip?.state === 'printing' || screen.slip?.state === 'waiting') return false;
        if (screen.canRetry && tried('retry') <= 2) {
          await stage.mend(false);
          await pause(1_000);
          return say({ type: 'retry' });
        }
        notes.count(`fault shown: ${screen.fault}`);
        return leave('gave-up');
      case 'number': {
        begun = true;
        if (checksIn) return say({ type: 'open-check-in' });
        const wanted = screen.classes.find(({ open, identify }) => open && (goal === 'number-with-card') === (identify === 'card-or-code'));
        if (wanted === undefined) return leave('closed');
        const event = { type: 'take-number' as const, class: wanted.id };
        if (goal !== 'presses') return say(event);
        const revision = citizen.view?.revision ?? 0;
        for (let left = visit.presses; left > 0; left -= AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, () => citizen.press(event, revision)));
        notes.count(`presses × ${visit.presses}`);
        return true;
      }
      case 'check-in': {
        if (screen.refusal !== null) {
          notes.count(`${goal}: ${screen.refusal}`);
          if (screen.refusal !== RIGHT_WORD[goal] && !CANNOT_BE_ASKED.includes(screen.refusal)) notes.wrong(`${goal}: it is told ${screen.refusal}`);
          return leave('left');
        }
        const times = tried('check-in');
        if (times > 100) return leave('gave-up');
        if (times !== 1) return false;
        return say({ type: 'check-in', code: notes.appointments[goal] ?? 'Y000000000000' });
      }
      case 'ticket': {
        begun = true;
        const { ticket, number, day } = screen.ticket;
        if (checksIn) notes.wrong(`${goal}: it became number ${number}`);
        const twice = notes.told.ticket({ day, number, ticket, by: 'terminal' });
        if (twice !== null) notes.wrong(twice);
        if (tried(`told ${ticket}`) === 1) notes.count('ticket told');
        if (tries.size > 0 && [...tries.keys()].filter((key) => key.startsWith('told ')).length > 1) notes.wrong('one session was given two numbers');
        if (screen.paper?.state === 'waiting' || screen.paper?.state === 'printing' || screen.giving) return false;
        if (goal === 'number-given-back' && screen.refusal === null && tried('give back') === 1) return say({ type: 'give-back' });
        if (screen.canPrint && tried('ticket paper') <= 1) {
          await staffMends(screen.device ?? 'receipt-printer');
          await pause(1_500);
          return say({ type: 'print-ticket' });
        }
        if (screen.paper !== null) notes.count(`ticket paper ${screen.paper.state}`);
        return leave('got-number');
      }
      case 'no-number':
        notes.count(`no number: ${screen.refusal}`);
        return leave('no-number');
      case 'number-back':
        notes.count('number given back');
        return leave('got-number');
      case 'pick-ups': {
        begun = true;
        for (const { caseNumber, cell } of screen.originals) if (notes.lockers.isOf(caseNumber, specimen) === false) notes.wrong(`${specimen} is offered the original of ${caseNumber} in cell ${cell}, which is somebody else's`);
        if (screen.closed.length > 0) return leave('closed');
        const wanted = screen.originals.find(({ ready, caseNumber }) => ready && notes.lockers.isOf(caseNumber, specimen) === true);
        if (wanted === undefined) return leave('nothing-there');
        if (tried('fetch') > 10) return leave('gave-up');
        notes.lockers.asked(wanted.caseNumber);
        fetching = wanted.caseNumber;
        return say({ type: 'fetch', document: wanted.document });
      }
      case 'fetch': {
        const { step, caseNumber, cell } = screen;
        if (step === 'opening') return false;
        if (step === 'open') {
          if (tried(`reach into ${cell}`) > 1) return false;
          const found = await notes.lockers.reachIn(cell);
          if (found !== null && found !== caseNumber) notes.wrong(`cell ${cell} was opened for the original of ${caseNumber}, and that of ${found} lay there`);
          notes.count(found === null ? 'cell opened and empty' : 'original fetched');
          return false;
        }
        notes.count(`cell ${step}`);
        if (step === 'collected') {
          notes.lockers.saidCollected(caseNumber, cell);
          return leave('fetched');
        }
        return leave(step === 'not-opened' || step === 'inside' ? 'gave-up' : 'staff-look');
      }
      case 'code':
        return goal === 'pick-up' ? leave('nothing-there') : say({ type: 'home' });
      case 'take-card':
        await stage.terminal().play('/card', { lift: true }).catch(() => undefined);
        return false;
      case 'maintenance':
        if (patience(MAINTENANCE_MS)) throw new Violation(`the terminal is out of service: ${screen.reason}, ${screen.detail}`);
        return false;
      default:
        // A page that this person did not want.
        return say({ type: 'home' });
    }
  };

  for (;;) {
    if (performance.now() - began > VISIT_MS + (goal === 'presses' ? visit.presses * PRESS_MS : 0)) throw new Violation(`the person stood there for ${VISIT_MS / 1_000} s; the screen is ${JSON.stringify(citizen.view?.screen).slice(0, 1_500)}`);
    const { view } = citizen;
    if (view === null) throw new Violation('no page is shown');
    if (view.idle !== null) await citizen.press({ type: 'stay' });
    const { screen } = view;
    if (screen.kind !== last) {
      last = screen.kind;
      since = performance.now();
    }
    await blows(screen.kind, 'before');
    const did = await doNext(screen);
    if (end !== null) {
      await blows(screen.kind, 'after');
      if (fetching !== null) await notes.lockers.lookBehind(fetching);
      return end;
    }
    if (did) await blows(screen.kind, 'after');
    await pause(LOOK_MS);
  }
};

const HOME_MS = 120_000 * PATIENCE;

/** Lifts the card, perhaps late, and leaves, until the home page shows and nobody is known. */
export const goAway = async (stage: Stage, visit: Visit, notes: VisitNotes): Promise<void> => {
  const citizen = stage.citizen();
  const began = performance.now();
  const leftCard = visit.cardLeftMs > 0 && (await stage.state()).card !== null;
  if (leftCard) notes.count('card left on the reader');
  for (;;) {
    const { view } = citizen;
    const waited = performance.now() - began;
    if (waited > visit.cardLeftMs || !leftCard) await stage.strike({ kind: 'lift-card' });
    if (view !== null && view.screen.kind === 'home' && !view.inSession) return;
    if (waited > HOME_MS) throw new Violation(`the terminal does not come back to its home page; the screen is ${JSON.stringify(view?.screen).slice(0, 1_500)}`);
    // Somebody's ticket or case may come late: it counts as told when it is shown.
    if (view?.screen.kind === 'ticket') {
      const { ticket, number, day } = view.screen.ticket;
      const twice = notes.told.ticket({ day, number, ticket, by: 'terminal' });
      if (twice !== null) notes.wrong(twice);
    }
    await citizen.press(view !== null && !view.inSession ? { type: 'home' } : { type: 'leave' });
    await pause(LOOK_MS * 3);
  }
};
