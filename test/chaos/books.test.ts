import { describe, expect, it } from 'vitest';
import { newlyListed, numberedTwice, paperWithoutRow, slopePerHour, toldBooks, type PaperLine } from './books.ts';
import { explained, readResults } from './results.ts';
import { DEVICES, round, roundOf, SECOND_ACTS } from './steps.ts';

const row = (id: string, more: Partial<PaperLine> = {}): PaperLine => ({ id, kind: 'ticket', numbered: 1, number: '20261122 A001', state: 'confirmed', outcome: null, ...more });

describe('what a run finds wrong', () => {
  it('a number of a day told to two people, and not one told twice to the same', () => {
    const told = toldBooks();
    const one = { day: '20261122', number: 'A001', ticket: 'a', by: 'terminal' };
    expect(told.ticket(one)).toBeNull();
    expect(told.ticket(one)).toBeNull();
    expect(told.ticket({ ...one, day: '20261123', ticket: 'b' })).toBeNull();
    expect(told.ticket({ ...one, ticket: 'c', by: 'desk' })).toMatch(/A001 was given to two people/);
  });

  it('numbered paper in the ledger twice, unless nothing came out of one', () => {
    expect(numberedTwice([row('p1'), row('p2', { state: 'failed' }), row('p3', { state: 'settled', outcome: 'not-printed' })])).toEqual([]);
    expect(numberedTwice([row('p1'), row('p2', { state: 'settled', outcome: 'void' })])).toHaveLength(1);
    expect(numberedTwice([row('p1', { numbered: 0 }), row('p2', { numbered: 0 })])).toEqual([]);
  });

  it('paper that came out without a row, or more often than it has rows', () => {
    const slips = [{ ticket: 'a', caseNumber: null }];
    const numberOf = (ticket: string): string | null => (ticket === 'a' ? '20261122 A001' : null);
    expect(paperWithoutRow(slips, [row('p1')], numberOf)).toEqual([]);
    expect(paperWithoutRow(slips, [row('p1', { state: 'failed' })], numberOf)).toHaveLength(1);
    expect(paperWithoutRow([...slips, ...slips], [row('p1')], numberOf)).toHaveLength(1);
    expect(paperWithoutRow([{ ticket: 'forged', caseNumber: null }], [row('p1')], numberOf)).toHaveLength(1);
  });

  it('what is new in a list that forgets its oldest', () => {
    expect(newlyListed(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual(['d']);
    expect(newlyListed([], ['a'])).toEqual(['a']);
    expect(newlyListed(['a', 'b'], ['x'])).toEqual(['x']);
    expect(newlyListed(['a'], ['a'])).toEqual([]);
  });

  it('growth an hour, once there is something to tell it from', () => {
    const grows = Array.from({ length: 61 }, (_, minute) => ({ at: minute * 60_000, value: 100 + minute }));
    expect(slopePerHour(grows)).toBeCloseTo(60);
    expect(slopePerHour(grows.slice(0, 2))).toBeNull();
  });
});

describe('rounds of a seed', () => {
  it('are the same each time, and can be read back', () => {
    for (let n = 0; n < 200; n += 1) {
      const one = roundOf(7, n, 'chaos');
      expect(roundOf(7, n, 'chaos')).toEqual(one);
      expect(round.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
    }
  });

  it('reach every kind of step, and a soak kills neither agent nor device host', () => {
    const chaos = Array.from({ length: 600 }, (_, n) => roundOf(3, n, 'chaos'));
    const kinds = new Set(chaos.flatMap(({ visit, meanwhile, between }) => [visit.goal, ...visit.disturb.map(({ blow }) => blow.kind), ...meanwhile.map(({ kind }) => kind), ...between.map(({ kind }) => kind)]));
    for (const kind of ['housing', 'insurance', 'presses', 'kill', 'network', 'platform', 'fault', 'unplug', 'lift-card', 'clock', 'counter', 'second-clerk', 'finished-number', 'forged-ticket', 'class-closed', 'backup', 'restore', 'kill-everything', 'second-start']) expect(kinds, kind).toContain(kind);
    const soak = Array.from({ length: 300 }, (_, n) => roundOf(3, n, 'soak'));
    expect(soak.flatMap(({ visit }) => visit.disturb).filter(({ blow }) => blow.kind === 'kill' || blow.kind === 'clock')).toEqual([]);
  });
});

describe('a run of some length', () => {
  const rounds = Array.from({ length: 240 }, (_, n) => roundOf(11, n, 'chaos'));
  const blows = rounds.flatMap(({ visit, meanwhile }) => [...visit.disturb.map(({ blow }) => blow), ...meanwhile.flatMap((act) => (act.kind === 'blows' ? act.blows.map(({ blow }) => blow) : []))]);

  it('strikes every device of the demonstration, presses ten thousand times once, and does everything that can happen at the second terminal', () => {
    expect([...new Set(blows.flatMap((blow) => (blow.kind === 'fault' ? [blow.device] : [])))].toSorted()).toEqual([...DEVICES].toSorted());
    expect(rounds.filter(({ visit }) => visit.goal === 'presses' && visit.presses === 10_000)).toHaveLength(1);
    expect([...new Set(rounds.flatMap(({ meanwhile }) => meanwhile.flatMap((act) => (act.kind === 'second-terminal' ? act.acts : []))))].toSorted()).toEqual([...SECOND_ACTS].toSorted());
    for (const kind of ['backup', 'restore', 'kill-everything', 'second-start', 'overlapping-start']) expect(rounds.some(({ between }) => between.some((one) => one.kind === kind)), kind).toBe(true);
  });

  it('leaves processes, clock and databases alone when it is a soak', () => {
    const soak = Array.from({ length: 240 }, (_, n) => roundOf(11, n, 'soak'));
    expect(soak.flatMap(({ between }) => between)).toEqual([]);
    expect(soak.flatMap(({ visit }) => visit.disturb).some(({ blow }) => blow.kind === 'kill' || blow.kind === 'clock')).toBe(false);
    expect(soak.flatMap(({ meanwhile }) => meanwhile.flatMap((act) => (act.kind === 'second-terminal' ? act.acts : []))).some((act) => /kill|clock|restore/.test(act))).toBe(false);
  });
});

describe('the results', () => {
  it('keep a violation counted when its cause is mended, and say by which commit', () => {
    const results = readResults('/nowhere');
    const run = { mode: 'chaos' as const, seed: 7, at: '', minutes: 1, rounds: 1, cases: 0, tickets: 0, violations: [{ what: 'A001 was given to two people', cause: null, mended: null }], recovery: { devices: null, everything: null }, growth: [], paper: { slips: 0, sheets: 0, rows: 0 }, queueCheck: '' };
    const found = { total: { ...results.total, violations: 1 }, runs: [run] };
    const mended = explained(found, 7, { cause: 'marks were not synced', mended: 'abc1234' });
    expect(mended.total).toMatchObject({ violations: 1, mended: 1 });
    expect(mended.runs[0]?.violations).toEqual([{ what: 'A001 was given to two people', cause: 'marks were not synced', mended: 'abc1234' }]);
    expect(() => explained(mended, 7, { cause: '', mended: 'def' })).toThrow('no violation of seed 7');
  });
});
