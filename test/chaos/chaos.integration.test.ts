/** The short form of `npm run chaos`: always the same steps, each kind of them once. */
import { describe, expect, it, vi } from 'vitest';
import { bundle } from '../../build/bundle.mjs';
import { run } from './run.ts';
import { shrink } from './shrink.ts';
import { roundOf, type Round } from './steps.ts';

// Whole suites run beside this one: what is waited for here comes, only later.
vi.hoisted(() => {
  process.env['HALL24_CHAOS_PATIENCE'] = '5';
});

const plain = { specimen: 'resident', cardLeftMs: 0, presses: 1_500, byCode: false, disturb: [] };
const ROUNDS: readonly Round[] = [
  {
    visit: { ...plain, goal: 'housing', specimen: 'rare-character', disturb: [{ at: 'sign', when: 'before', blow: { kind: 'network', cut: true } }, { at: 'sign', when: 'after', blow: { kind: 'kill', process: 'agent' } }, { at: 'materials', when: 'before', blow: { kind: 'fault', device: 'scanner', fault: 'feeder-jam' } }] },
    meanwhile: [{ kind: 'counter', clerk: 0, acts: ['take', 'next', 'start', 'finish'] }],
    between: [],
    mend: true,
  },
  { visit: { ...plain, goal: 'presses' }, meanwhile: [{ kind: 'second-clerk', clerk: 1 }, { kind: 'forged-ticket' }, { kind: 'second-terminal', acts: ['split', 'take', 'line-mended', 'take'] }, { kind: 'overlapping-rules' }], between: [], mend: true },
  { visit: { ...plain, goal: 'walks-away', cardLeftMs: 500, disturb: [{ at: 'question', when: 'before', blow: { kind: 'fault', device: 'locker', fault: 'silent' } }, { at: 'card', when: 'before', blow: { kind: 'fault', device: 'id-card', fault: 'bad-checksum-once' } }] }, meanwhile: [{ kind: 'finished-number', clerk: 2 }, { kind: 'class-closed', class: 'insurance' }], between: [], mend: true },
  { visit: { ...plain, goal: 'check-in-other-day' }, meanwhile: [], between: [], mend: true },
  { visit: { ...plain, goal: 'check-in-other-hall' }, meanwhile: [], between: [], mend: true },
  { visit: { ...plain, goal: 'pick-up', specimen: 'long-name', byCode: true, disturb: [{ at: 'fetch', when: 'before', blow: { kind: 'kill', process: 'device-host' } }] }, meanwhile: [{ kind: 'original', clerk: 1, specimen: 'resident' }], between: [], mend: true },
];

describe('a short run of chaos', () => {
  it('loses no case, gives no number twice, leaves no trace of anybody, and every step really happened', async () => {
    await bundle(['queue-check']);
    const said: string[] = [];
    const result = await run({ mode: 'chaos', round: (n) => ROUNDS[n] ?? null, forMs: 1_200_000, say: (line) => said.push(line) });
    try {
      expect(result.violations, said.join('\n')).toEqual([]);
      expect(result.rounds).toHaveLength(ROUNDS.length);
      expect(result.cases).toBe(1);
      for (const kind of ['kill agent', 'network', 'scanner feeder-jam', 'id-card bad-checksum-once', 'presses × 1500', 'second-clerk', 'forged-ticket', 'class-closed', 'overlapping-rules', 'locker silent', 'second terminal: paired', 'second terminal: everything joined', 'card left on the reader', 'case told', 'ticket told', 'counter: next', 'check-in-other-day: other-day', 'check-in-other-hall: other-hall', 'original', 'original put in']) expect(result.steps, said.join('\n')).toHaveProperty([kind]);
      // Whoever came for an original had a cell opened, however that ended.
      expect(Object.keys(result.steps).filter((kind) => kind.startsWith('cell ')), said.join('\n')).not.toEqual([]);
      expect(result.figures?.searches).toBeGreaterThan(ROUNDS.length);
      expect(JSON.parse(result.queueCheck)).toMatchObject({ wrong: 0 });
    } finally {
      result.forget();
    }
  }, 1_500_000);
});

describe('shrinking', () => {
  it('leaves the one step that fails', async () => {
    const rounds = Array.from({ length: 9 }, (_, n) => roundOf(5, n, 'chaos'));
    const guilty: Round = { visit: { ...plain, goal: 'housing', disturb: [{ at: 'sign', when: 'before', blow: { kind: 'kill', process: 'world' } }, { at: 'home', when: 'after', blow: { kind: 'lift-card' } }] }, meanwhile: [{ kind: 'forged-ticket' }], between: [{ kind: 'backup' }], mend: true };
    const fails = async (fewer: readonly Round[]): Promise<boolean> => fewer.some(({ visit, meanwhile }) => meanwhile.length > 0 && visit.disturb.some(({ blow }) => blow.kind === 'kill' && blow.process === 'world' && visit.disturb[0]?.at === 'sign'));
    const fewer = await shrink(rounds.toSpliced(4, 0, guilty), fails, 100);
    expect(fewer).toHaveLength(1);
    expect(fewer[0]).toMatchObject({ visit: { disturb: [{ blow: { kind: 'kill', process: 'world' } }] }, meanwhile: [{}], between: [] });
  });
});
