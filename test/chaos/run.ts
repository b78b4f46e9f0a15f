/** A run: rounds one after another on one home, with the looks between them; ends at its time or with the first violation. */
import { SPECIMENS } from '../../drivers/id-card/specimens.ts';
import { until } from '../e2e/terminal.ts';
import { toldBooks } from './books.ts';
import { hallPeople } from './hall-people.ts';
import { goAway, Violation, walk, type VisitNotes } from './person.ts';
import { openStage, type Stage, type StaffWork } from './stage.ts';
import type { Mode, Round } from './steps.ts';
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

const RECOVERED_MS = 120_000;
const ARRIVED_MS = 240_000;
/** Rounds between two waits until everything has arrived. */
const ARRIVAL_EVERY = 6;
/** What must be found nowhere: of everybody who may have stood there, and of what they typed. */
const SECRETS = [...new Set(SPECIMENS.filter(({ id }) => ['resident', 'rare-character', 'long-name', 'long-term'].includes(id)).flatMap(({ card }) => [card.name, card.idNumber, ...(card.address === null ? [] : [card.address])])), '13800006620'];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What staff do in the morning: papers in doubt are looked at, refused cases sent again. */
const staffWork = (stage: Stage, count: (kind: string) => void): StaffWork | null => {
  const listed = stage.staff('list', '--json');
  if (!listed.ok) return null;
  const work = JSON.parse(listed.out) as StaffWork;
  // Counted as printed: what may lie in somebody's hand is not printed again.
  for (const { doubtNumber } of work.doubts) if (stage.staff('settle', doubtNumber, 'printed', '--by', 'clerk-1').ok) count('doubt settled');
  for (const { caseNumber } of work.quarantined) if (caseNumber !== null && stage.staff('release', caseNumber, '--by', 'clerk-1').ok) count('case released');
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
  const notes: VisitNotes = { told, keptCases: [], count, wrong };
  const recovery: RunResult['recovery'] = { devices: [], everything: [] };
  const played: Round[] = [];
  let figures: Figures | null = null;
  let queueCheck = '';
  let replaced = false;
  const stage = await openStage();
  say(`home ${stage.home}`);
  const people = hallPeople(stage, told, count, wrong);
  const watcher = openWatcher(stage.home, stage.temp);

  const look = async (about: { arrived?: boolean; secrets?: boolean; final?: boolean }): Promise<void> => {
    const answer = await watcher.look({ kept: notes.keptCases, arrived: about.arrived === true ? told.cases() : [], secrets: about.secrets === true ? SECRETS : null, bench: stage.terminal().bench, replaced, final: about.final === true });
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
        const work = staffWork(stage, count);
        if (work === null || work.waiting > 0 || work.quarantined.length > 0) return false;
        const { cases } = (await (await fetch(`${stage.terminal().platform}/control/cases`)).json()) as { cases: Record<string, { bureauForms: number; kinds: Record<string, number> }> };
        return told.cases().every(({ caseNumber, item }) => (item === 'public-rental-housing' ? (cases[caseNumber]?.bureauForms ?? 0) > 0 : cases[caseNumber] !== undefined));
      },
      ARRIVED_MS,
    ).catch((error: unknown) => wrong(`${messageOf(error)}; staff's list says ${stage.staff('list').out}`));
  };

  /** @param start when the outside began to be well again */
  const recovered = async (everything: boolean, start = performance.now()): Promise<void> => {
    let devices: number | null = null;
    const citizen = stage.citizen();
    await until(
      'all items to be open',
      () => {
        const { view } = citizen;
        if (view?.screen.kind !== 'home' || view.inSession) return false;
        const reasons = view.screen.items.flatMap((item) => item.reasons);
        if (devices === null && reasons.every(({ device }) => device === null)) devices = performance.now() - start;
        return everything ? view.screen.items.every(({ open }) => open) : devices !== null;
      },
      RECOVERED_MS,
    ).catch((error: unknown) => wrong(`${messageOf(error)}; the screen is ${JSON.stringify(citizen.view?.screen).slice(0, 1_500)}`));
    if (devices !== null) recovery.devices.push(devices);
    if (everything) recovery.everything.push(performance.now() - start);
  };

  const between = async (kind: Round['between'][number]['kind']): Promise<void> => {
    switch (kind) {
      case 'backup':
        await stage.backup();
        return count(kind);
      case 'restore': {
        // What only this database knew would be gone with it: a restore is of a terminal whose cases have arrived.
        await allArrived();
        await look({ arrived: true });
        const { wrong: found, counted } = await watcher.endQueueCheck();
        for (const one of found) wrong(one);
        queueCheck = counted;
        if (await stage.restore()) {
          count(kind);
          notes.keptCases.length = 0;
          replaced = true;
        }
        return watcher.beginQueueCheck();
      }
      case 'kill-everything':
        await stage.killEverything();
        return count(kind);
      case 'second-start': {
        const code = stage.secondStart();
        if (code !== 3) wrong(`a second start on the same home ended with ${code}`);
        return count(kind);
      }
    }
  };

  const playRound = async (n: number, one: Round): Promise<void> => {
    for (const { kind } of one.between) await between(kind);
    const { visit } = one;
    const others = Promise.all(
      one.meanwhile.map(async (act) => {
        if (await people.act(act)) count(act.kind);
      }),
    );
    const end = await walk(stage, visit, notes);
    visits[`${visit.goal}: ${end}`] = (visits[`${visit.goal}: ${end}`] ?? 0) + 1;
    await goAway(stage, visit, notes);
    await others;
    const well = performance.now();
    await stage.mend(one.mend);
    await recovered(one.mend, well);
    if (one.mend) await people.reopen();
    await look({ secrets: true });
    if (watcher.queueFoundWrong()) for (const what of (await watcher.endQueueCheck()).wrong) wrong(what);
    if (n % ARRIVAL_EVERY === ARRIVAL_EVERY - 1) {
      await allArrived();
      await look({ arrived: true });
    }
    say(`round ${n}: ${visit.goal} ${end}${one.between.length === 0 ? '' : ` after ${one.between.map(({ kind }) => kind).join(', ')}`}; struck by ${visit.disturb.map(({ blow }) => blow.kind).join(', ') || 'nothing'}`);
  };

  try {
    await until('the home page', () => stage.citizen().view?.screen.kind === 'home', RECOVERED_MS);
    await people.hire();
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
    // News of queue and devices go by themselves, a moment behind the cases.
    await until('all news to be told', async () => {
      const { wrong: found } = await watcher.look({ kept: [], arrived: [], secrets: null, bench: stage.terminal().bench, replaced: false, final: true });
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
    await stage.stop().catch((error: unknown) => wrong(`the terminal did not stop: ${messageOf(error)}`));
  }
  say(`${mode} ended after ${played.length} rounds`);
  return { rounds: played, minutes: (performance.now() - began) / 60_000, steps, visits, cases: told.cases().length, tickets: told.tickets().length, violations, recovery, figures, queueCheck, home: stage.home, forget: () => stage.forget() };
};
