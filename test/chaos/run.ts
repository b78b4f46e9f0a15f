/** A run: rounds one after another on one home, with the looks between them; ends at its time or with the first violation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SPECIMENS } from '../../drivers/id-card/specimens.ts';
import { until } from '../e2e/terminal.ts';
import { toldBooks } from './books.ts';
import { hallPeople } from './hall-people.ts';
import { goAway, Violation, walk, type VisitNotes } from './person.ts';
import { lockerPeople } from './locker-people.ts';
import { openSecondTerminal, SECOND } from './second-terminal.ts';
import { openStage, PATIENCE, type Stage, type StaffWork } from './stage.ts';
import { nameOf, type Act, type Mode, type Round } from './steps.ts';
import { openWatcher } from './watcher.ts';
import type { Figures } from './watch-wire.ts';

export interface RunOptions {
  mode: Mode;
  /** The n-th round; null: there are no more. */
  round: (n: number) => Round | null;
  /** No round begins after so many milliseconds. */
  forMs: number;
  say: (line: string) => void;
}

export interface RunResult {
  rounds: Round[];
  minutes: number;
  /** What really happened, by kind. */
  steps: Record<string, number>;
  /** How people's visits ended: `goal: end`. */
  visits: Record<string, number>;
  cases: number;
  tickets: number;
  violations: string[];
  /** Milliseconds from the end of all faults until all devices serve, and until all items are open. */
  recovery: { devices: number[]; everything: number[] };
  figures: Figures | null;
  queueCheck: string;
  home: string;
  /** Takes the home away. */
  forget(): void;
}

const RECOVERED_MS = 120_000 * PATIENCE;
/** So soon every device is to be known again. */
const AIM_MS = 10_000;
const ARRIVED_MS = 240_000 * PATIENCE;
/** Rounds between two waits until everything has arrived. */
const ARRIVAL_EVERY = 6;
/** What must be found nowhere: of everybody who may have stood there, and of what they typed. */
const SECRETS = [...new Set(SPECIMENS.filter(({ id }) => ['resident', 'rare-character', 'long-name', 'long-term'].includes(id)).flatMap(({ card }) => [card.name, card.idNumber, ...(card.address === null ? [] : [card.address])])), '13800006620'];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Agreed times of the day after tomorrow here, and of today in another hall. */
const agreedElsewhere = async (platform: string): Promise<VisitNotes['appointments']> => {
  const agree = async (hall: string, inMs: number): Promise<string> => {
    const at = new Date(Date.now() + inMs).toISOString();
    const reply = await fetch(`${platform}/control/appointments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ hall, day: at.slice(0, 10).replaceAll('-', ''), class: 'general', at }) });
    return ((await reply.json()) as { id: string }).id;
  };
  return { 'check-in-other-day': await agree('qingxi', 48 * 3_600_000), 'check-in-other-hall': await agree('another-hall', 600_000) };
};

/** What staff do in the morning: papers in doubt are looked at, refused cases sent again. */
const staffWork = async (stage: Stage, count: (kind: string) => void): Promise<StaffWork | null> => {
  const listed = await stage.staff('list', '--json');
  if (!listed.ok) return null;
  const work = JSON.parse(listed.out) as StaffWork;
  // Counted as printed: what may lie in somebody's hand is not printed again.
  for (const { doubtNumber } of work.doubts) if ((await stage.staff('settle', doubtNumber, 'printed', '--by', 'clerk-1')).ok) count('doubt settled');
  for (const { caseNumber } of work.quarantined) if (caseNumber !== null && (await stage.staff('release', caseNumber, '--by', 'clerk-1')).ok) count('case released');
  return work;
};

export const run = async ({ mode, round: roundAt, forMs, say }: RunOptions): Promise<RunResult> => {
  const began = performance.now();
  const violations: string[] = [];
  const [steps, visits]: [Record<string, number>, Record<string, number>] = [{}, {}];
  const count = (kind: string): void => {
    steps[kind] = (steps[kind] ?? 0) + 1;
  };
  const wrong = (what: string): void => {
    if (violations.includes(what)) return;
    violations.push(what);
    say(`VIOLATION: ${what}`);
  };
  const told = toldBooks();
  const recovery: RunResult['recovery'] = { devices: [], everything: [] };
  const played: Round[] = [];
  let figures: Figures | null = null;
  let queueCheck = '';
  let replaced = false;
  const stage = await openStage();
  say(`home ${stage.home}`);
  const people = hallPeople(stage, told, count, wrong);
  const lockers = lockerPeople({ stage, as: (...asked) => people.as(...asked), count, wrong });
  const beside = { home: join(stage.home, '..', 'second-home'), temp: join(stage.home, '..', 'second-temp') };
  const watcher = openWatcher(stage.home, stage.temp, beside);
  const notes: VisitNotes = { told, keptCases: [], appointments: await agreedElsewhere(stage.terminal().platform), lockers, count, wrong };
  let second: Awaited<ReturnType<typeof openSecondTerminal>> | null = null;
  /** Tickets told before the database was last put back: it may not know them. */
  let ticketsBefore = 0;

  const look = async (about: { arrived?: boolean; secrets?: boolean; final?: boolean }): Promise<void> => {
    const answer = await watcher.look({ kept: notes.keptCases, tickets: told.tickets().slice(ticketsBefore).filter(({ by }) => by !== SECOND).map(({ ticket, day, number }) => ({ ticket, day, number })), arrived: about.arrived === true ? told.cases() : [], secrets: about.secrets === true ? SECRETS : null, bench: stage.terminal().bench, replaced, final: about.final === true });
    replaced = false;
    for (const one of answer.wrong) wrong(one);
    ({ figures } = answer);
  };

  /** Well again, and everything that waited is with the platform. */
  const allArrived = async (): Promise<void> => {
    await stage.mend(true);
    await until(
      'everything to arrive',
      async () => {
        const work = await staffWork(stage, count);
        if (work === null || work.waiting > 0 || work.quarantined.length > 0) return false;
        const { cases } = (await (await fetch(`${stage.terminal().platform}/control/cases`)).json()) as { cases: Record<string, { bureauForms: number; kinds: Record<string, number> }> };
        return told.cases().every(({ caseNumber, item }) => (item === 'public-rental-housing' ? (cases[caseNumber]?.bureauForms ?? 0) > 0 : cases[caseNumber] !== undefined));
      },
      ARRIVED_MS,
    ).catch(async (error: unknown) => wrong(`${messageOf(error)}; staff's list says ${(await stage.staff('list')).out}`));
  };

  /** What became of the originals, news of which go the way of the cases. */
  const lockersArrived = async (): Promise<void> => {
    let left: string[] = [];
    await until('what became of the originals to arrive', async () => (left = await lockers.judgePlatform()).length === 0, ARRIVED_MS).catch(() => {
      for (const one of left) wrong(one);
    });
  };

  /** @param start when the outside began to be well again */
  const recovered = async (everything: boolean, start = performance.now()): Promise<void> => {
    let devices: number | null = null;
    const citizen = stage.citizen();
    let last = 'nothing';
    await until(
      'all items to be open',
      async () => {
        const { view } = citizen;
        if (view?.screen.kind !== 'home' || view.inSession) {
          // Nobody stands there, and what a late code or a sensor put on the glass goes by itself after the idle time: that is no device's.
          last = `the page ${view?.screen.kind ?? 'none'}`;
          if (view !== null) await citizen.press(view.inSession ? { type: 'leave' } : { type: 'home' });
          return false;
        }
        const reasons = view.screen.items.flatMap((item) => item.reasons);
        const down = reasons.filter(({ device }) => device !== null);
        if (down.length > 0) last = [...new Set(down.map(({ device, condition }) => `${device ?? ''} ${condition ?? ''}`))].join(', ');
        if (devices === null && down.length === 0) devices = performance.now() - start;
        return everything ? view.screen.items.every(({ open }) => open) : devices !== null;
      },
      RECOVERED_MS,
    ).catch((error: unknown) => wrong(`${messageOf(error)}; the screen is ${JSON.stringify(citizen.view?.screen).slice(0, 1_500)}`));
    if (devices !== null) recovery.devices.push(devices);
    if (devices !== null && devices > AIM_MS) say(`all devices served again after ${(devices / 1_000).toFixed(1)} s; what was waited for last: ${last}`);
    if (everything) recovery.everything.push(performance.now() - start);
  };

  const between = async (kind: Round['between'][number]['kind']): Promise<void> => {
    switch (kind) {
      case 'backup':
        // A copy that says what lies in which cell would be wrong of it later.
        await allArrived();
        await recovered(true);
        await lockers.takeAllOut();
        await stage.backup();
        return count(kind);
      case 'restore': {
        // What only this database knew would be gone with it: a restore is of a terminal whose cases have arrived.
        await allArrived();
        await recovered(true);
        await lockers.takeAllOut();
        await lockersArrived();
        lockers.forget();
        await look({ arrived: true });
        const { wrong: found, counted } = await watcher.endQueueCheck();
        for (const one of found) wrong(one);
        queueCheck = counted;
        if (await stage.restore()) {
          count(kind);
          notes.keptCases.length = 0;
          ticketsBefore = told.tickets().length;
          second?.hallRestored();
          replaced = true;
        }
        return watcher.beginQueueCheck();
      }
      case 'kill-everything':
        await stage.killEverything();
        return count(kind);
      case 'overlapping-start': {
        // With a clock that jumps, a new file may have been begun since.
        const logs = join(stage.home, 'log');
        const refused = (): string[] => readdirSync(logs).flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n').filter((line) => line.includes('two people would hold the same number')));
        const before = new Set(refused());
        const said = (): boolean => refused().some((line) => !before.has(line));
        const { viewStream } = stage.citizen();
        await stage.withFile('queue.yaml', (text) => text.replace('prefix: B', 'prefix: A'), async () => {
          if (!said()) wrong('a configuration with overlapping letters is not in the log');
          // Not the page of the agent that was there before.
          await until('no numbers to be given', () => stage.citizen().viewStream > viewStream && stage.citizen().view?.screen.kind === 'home' && !stage.citizen().view?.inSession, RECOVERED_MS);
          const { view } = stage.citizen();
          if (view?.screen.kind === 'home' && view.screen.numbers) wrong('numbers are given by a configuration with overlapping letters');
        });
        await until('the hall to be open again', () => people.pairing('terminal-7').then((code) => code !== null), RECOVERED_MS);
        return count(kind);
      }
      case 'second-start': {
        const code = await stage.secondStart();
        if (code !== 3) wrong(`a second start on the same home ended with ${code}`);
        return count(kind);
      }
    }
  };

  const meanwhile = async (act: Act): Promise<void> => {
    switch (act.kind) {
      case 'second-terminal':
        await second?.act(act.acts);
        return;
      case 'original':
        if (await lockers.putIn(act.clerk, act.specimen)) count('original');
        return;
      case 'blows':
        for (const { blow, forMs: lasts } of act.blows) {
          if (await stage.strike(blow)) count(nameOf(blow));
          await pause(lasts);
        }
        return;
      default:
        if (await people.act(act)) count(act.kind);
    }
  };
  const joined = async (): Promise<void> => {
    for (const what of (await second?.join()) ?? []) wrong(what);
  };

  const playRound = async (n: number, one: Round): Promise<void> => {
    for (const { kind } of one.between) await between(kind);
    const { visit } = one;
    if (visit.goal === 'pick-up') await lockers.putIn(0, visit.specimen);
    const others = Promise.all(one.meanwhile.map((act) => meanwhile(act)));
    // Whoever waits for them hears of it below.
    others.catch(() => undefined);
    const end = await walk(stage, visit, notes);
    visits[`${visit.goal}: ${end}`] = (visits[`${visit.goal}: ${end}`] ?? 0) + 1;
    await goAway(stage, visit, notes);
    await others;
    const well = performance.now();
    await stage.mend(one.mend);
    await recovered(one.mend, well);
    if (one.mend) {
      await people.reopen();
      await lockers.setRight();
    }
    await look({ secrets: true });
    if (watcher.queueFoundWrong()) for (const what of (await watcher.endQueueCheck()).wrong) wrong(what);
    if (n % ARRIVAL_EVERY === ARRIVAL_EVERY - 1) {
      await allArrived();
      await recovered(true);
      await lockers.setRight();
      await lockersArrived();
      await joined();
      await look({ arrived: true });
    }
    say(`round ${n}: ${visit.goal} ${end}${one.between.length === 0 ? '' : ` after ${one.between.map(({ kind }) => kind).join(', ')}`}; struck by ${visit.disturb.map(({ blow }) => blow.kind).join(', ') || 'nothing'}`);
  };

  try {
    await until('the home page', () => stage.citizen().view?.screen.kind === 'home', RECOVERED_MS);
    await people.hire();
    second = await openSecondTerminal({ stage, pairing: () => people.pairing(SECOND), told, count, wrong });
    watcher.beginQueueCheck();
    for (let n = 0; performance.now() - began < forMs && violations.length === 0; n += 1) {
      const one = roundAt(n);
      if (one === null) break;
      played.push(one);
      await playRound(n, one);
    }
    await allArrived();
    await people.reopen();
    await recovered(true);
    await lockers.setRight();
    await lockersArrived();
    await joined();
    // News of queue and devices go by themselves, a moment behind the cases.
    await until('all news to be told', async () => {
      const { wrong: found } = await watcher.look({ kept: [], tickets: [], arrived: [], secrets: null, bench: stage.terminal().bench, replaced: false, final: true });
      return !found.some((line) => line.includes('were not told'));
    }, ARRIVED_MS).catch(() => undefined);
    await look({ arrived: true, secrets: true, final: true });
    const ended = await watcher.endQueueCheck();
    queueCheck = ended.counted;
    for (const what of ended.wrong) wrong(what);
  } catch (error) {
    wrong(error instanceof Violation ? error.message : `the run could not go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    people.close();
    watcher.close();
    await second?.stop().catch((error: unknown) => wrong(`the second terminal did not stop: ${messageOf(error)}`));
    await stage.stop().catch((error: unknown) => wrong(`the terminal did not stop: ${messageOf(error)}`));
  }
  say(`${mode} ended after ${played.length} rounds`);
  return { rounds: played, minutes: (performance.now() - began) / 60_000, steps, visits, cases: told.cases().length, tickets: told.tickets().length, violations, recovery, figures, queueCheck, home: stage.home, forget: () => stage.forget() };
};
