import { describe, expect, it } from 'vitest';
import { newlyListed, numberedTwice, paperWithoutRow, slopePerHour, toldBooks, type PaperLine } from './books.ts';
import { round, roundOf } from './steps.ts';

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
