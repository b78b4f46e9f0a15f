/**
 * Paper in doubt at the terminals of a hall, as they tell it with each look, and what a manager decided of it. A decision is kept here, told at every
 * look, and goes when the terminal says what its ledger made of it: a terminal that is away hears it when it comes back, and one that hears it
 * twice has settled that paper already.
 */
import { z } from 'zod';
import type { HallRecords } from './records.ts';
import { doubtDecision, toldDoubt, type DoubtBecame, type DoubtDecision, type ToldDoubt, type ToldDoubts } from './terminal-wire.ts';

/** `at`: milliseconds since 1970. */
const decided = z.strictObject({ ...doubtDecision.shape, doubtNumber: z.string(), at: z.number() });
type Decided = z.infer<typeof decided>;
const kept = z.strictObject({ open: z.array(toldDoubt), decided: z.array(decided) });
type Kept = z.infer<typeof kept>;
const NOTHING: Kept = { open: [], decided: [] };

export interface TerminalDoubt extends ToldDoubt {
  terminal: string;
  /** The terminal has not heard it yet; null: nobody has decided. */
  decided: { outcome: DoubtDecision['outcome']; by: string; at: number } | null;
}

/** A decision that its terminal has heard, and what came of it: something else when staff at the terminal were faster. */
export interface ReachedDecision {
  terminal: string;
  doubtNumber: string;
  became: DoubtBecame['became'];
}

export interface TerminalDoubts {
  /** What a terminal has told. @returns what it is to settle. @throws StoreAway when something new could not be kept */
  hear(terminal: string, told: ToldDoubts): Promise<DoubtDecision[]>;
  /** What is to be settled, as far as it is known now. */
  decisionsFor(terminal: string): DoubtDecision[];
  /** Oldest first. */
  list(): TerminalDoubt[];
  /** @returns the doubt's number; null: no such doubt is open, or it was decided before */
  decide(terminal: string, decision: DoubtDecision): Promise<string | null>;
  /** It is no terminal of this hall any more: its paper is for whoever stands there. */
  forget(terminal: string): Promise<void>;
}

/** @param records shared by all agents of the hall: whichever was told, a manager sees and decides it at each of them */
export const createTerminalDoubts = ({ records, clock, onReached }: { records: HallRecords; clock: { wall(): number }; onReached: (reached: ReachedDecision) => void }): TerminalDoubts => {
  const read = (value: unknown): Kept => {
    const parsed = kept.safeParse(value);
    return parsed.success ? parsed.data : NOTHING;
  };
  const of = (terminal: string): Kept => read(records.get('paper-doubts', terminal));
  const toSettle = ({ decided: all }: Kept): DoubtDecision[] => all.map(({ paper, outcome, by }) => ({ paper, outcome, by }));
  const after = (before: Kept, told: ToldDoubts): Kept => ({ open: told.open, decided: before.decided.filter(({ paper }) => !told.settled.some((one) => one.paper === paper)) });
  const isEmpty = ({ open, decided: all }: Kept): boolean => open.length === 0 && all.length === 0;
  return {
    hear: async (terminal, told) => {
      const known = of(terminal);
      // Terminals look every other second: what stands there already is not kept anew.
      if (JSON.stringify(after(known, told)) === JSON.stringify(known)) return toSettle(known);
      const { now, reached } = await records.change('paper-doubts', terminal, (value) => {
        const before = read(value);
        const next = after(before, told);
        const gone = before.decided.flatMap(({ paper, doubtNumber }) => {
          const heard = told.settled.find((one) => one.paper === paper);
          return heard === undefined ? [] : [{ terminal, doubtNumber, became: heard.became }];
        });
        return { answer: { now: next, reached: gone }, keep: isEmpty(next) ? null : next };
      });
      for (const one of reached) onReached(one);
      return toSettle(now);
    },
    decisionsFor: (terminal) => toSettle(of(terminal)),
    list: () =>
      records
        .all('paper-doubts')
        .flatMap(([terminal, value]) => {
          const { open, decided: all } = read(value);
          return open.map((one): TerminalDoubt => {
            const decision: Decided | undefined = all.find(({ paper }) => paper === one.paper);
            return { ...one, terminal, decided: decision === undefined ? null : { outcome: decision.outcome, by: decision.by, at: decision.at } };
          });
        })
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    decide: (terminal, decision) =>
      records.change('paper-doubts', terminal, (value) => {
        const before = read(value);
        const one = before.open.find(({ paper }) => paper === decision.paper);
        if (one === undefined || before.decided.some(({ paper }) => paper === decision.paper)) return { answer: null };
        const next: Kept = { ...before, decided: [...before.decided, { ...decision, doubtNumber: one.doubtNumber, at: clock.wall() }] };
        return { answer: one.doubtNumber, keep: next };
      }),
    forget: (terminal) => records.change('paper-doubts', terminal, () => ({ answer: undefined, keep: null })),
  };
};
