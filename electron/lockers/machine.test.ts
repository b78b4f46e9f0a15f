import { describe, expect, test } from 'vitest';
import { documentIn, DOUBTS, FINDINGS, nextCell, TASKS, type CellEvent, type CellState } from './machine.ts';

const D = 'c'.padEnd(25, '1');
const OTHER = 'c'.padEnd(25, '2');

const STATES: CellState[] = [
  { is: 'free' },
  { is: 'loaded', document: D },
  { is: 'out-of-use' },
  ...DOUBTS.flatMap((why): CellState[] => (['load', 'rest'] as const).flatMap((after): CellState[] => [D, null].map((document) => ({ is: 'doubtful', document, after, why })))),
  ...TASKS.flatMap((task): CellState[] =>
    (['opening', 'open', 'closed'] as const).flatMap((step): CellState[] =>
      task === 'look' ? (['load', 'rest'] as const).flatMap((after) => [D, null].map((document): CellState => ({ is: 'busy', task, step, document, doubt: { after, why: 'unknown' } }))) : [{ is: 'busy', task, step, document: D, doubt: null }],
    ),
  ),
];
const DOORS = ['open', 'closed', 'unknown'] as const;
const EVENTS: CellEvent[] = [
  { type: 'load', document: OTHER },
  { type: 'hand-over' },
  { type: 'take-back' },
  { type: 'look' },
  ...(['opened', 'stuck', 'unknown', 'unopened'] as const).map((how): CellEvent => ({ type: 'pulsed', how })),
  ...DOORS.flatMap((door) => [true, false, null].flatMap((occupied): CellEvent[] => [{ type: 'door', door, occupied }, { type: 'found', door, occupied }])),
  { type: 'late' },
  { type: 'put' },
  { type: 'not-put' },
  { type: 'taken' },
  ...FINDINGS.map((found): CellEvent => ({ type: 'settle', found })),
  { type: 'close-cell' },
  { type: 'use-cell' },
];
const everything = [true, false].flatMap((watched) => STATES.flatMap((state) => EVENTS.map((event) => ({ state, event, watched, step: nextCell(state, event, watched) }))));
const told = ({ state, event, watched }: (typeof everything)[number]): string => JSON.stringify({ state, event, watched });

describe('a cell, walked over every state and event', () => {
  test('never holds two documents, and never loses one without a word of what became of it', () => {
    const wrong = everything.filter(({ state, event, step }) => {
      if (!step.ok) return false;
      const before = documentIn(state);
      const after = documentIn(step.state);
      const changes = step.effects.flatMap((effect) => (effect.type === 'document' ? [effect] : []));
      if (changes.length > 1 || (before !== null && after !== null && before !== after)) return true;
      if (before !== null && after === null) return changes[0]?.document !== before || changes[0].becomes === 'loaded';
      return before === null && after !== null && (event.type !== 'load' || state.is !== 'free');
    });
    expect(wrong.map(told)).toEqual([]);
  });

  test('pulses its lock only where somebody asks for it, and into a state that knows of it', () => {
    for (const one of everything) {
      if (!one.step.ok || !one.step.effects.some(({ type }) => type === 'pulse')) continue;
      expect(['load', 'hand-over', 'take-back', 'look'], told(one)).toContain(one.event.type);
      expect(one.step.state, told(one)).toMatchObject({ is: 'busy', step: 'opening' });
      expect(one.state.is, told(one)).not.toBe('busy');
    }
  });

  test('is collected only out of a hand-over, or by what staff found; where a door can be asked, nobody\'s word is enough', () => {
    const wrong = everything.filter(({ state, event, watched, step }) => {
      const collected = step.ok ? step.effects.flatMap((effect) => (effect.type === 'document' && effect.becomes === 'collected' ? [effect] : [])) : [];
      return collected.some(({ proof }) => {
        if (proof === 'staff') return event.type !== 'settle' || event.found !== 'collected';
        return state.is !== 'busy' || state.task !== 'hand-over' || state.step !== 'open' || (proof === 'word' && watched);
      });
    });
    expect(wrong.map(told)).toEqual([]);
  });

  test('is loaded by word only with the door seen closed, or where there is nothing to see', () => {
    const wrong = everything.filter(({ state, event, watched, step }) => step.ok && event.type === 'put' && (state.is !== 'busy' || state.task !== 'load' || state.step === 'opening' || (watched && state.step !== 'closed')));
    expect(wrong.map(told)).toEqual([]);
  });

  test('has a way to "free" out of every state', () => {
    for (const watched of [true, false]) {
      for (const start of STATES) {
        const seen = new Map<string, CellState>([[JSON.stringify(start), start]]);
        const open = [start];
        for (let state = open.pop(); state !== undefined; state = open.pop()) {
          for (const event of EVENTS) {
            const step = nextCell(state, event, watched);
            if (!step.ok || seen.has(JSON.stringify(step.state))) continue;
            seen.set(JSON.stringify(step.state), step.state);
            open.push(step.state);
          }
        }
        expect([...seen.values()].some(({ is }) => is === 'free'), JSON.stringify(start)).toBe(true);
      }
    }
  });
});

const walk = (events: CellEvent[], watched = true, from: CellState = { is: 'free' }): { state: CellState; said: string[] } => {
  let state = from;
  const said: string[] = [];
  for (const event of events) {
    const step = nextCell(state, event, watched);
    if (!step.ok) {
      said.push(step.refusal);
      continue;
    }
    state = step.state;
    for (const effect of step.effects) said.push(effect.type === 'pulse' ? 'pulse' : `${effect.becomes} by ${effect.proof}`);
  }
  return { state, said };
};
const door = (is: 'open' | 'closed' | 'unknown', occupied: boolean | null = null): CellEvent => ({ type: 'door', door: is, occupied });

describe('a cell in words', () => {
  test('"put in" counts only after the door was seen closed', () => {
    expect(walk([{ type: 'load', document: D }, { type: 'pulsed', how: 'opened' }, { type: 'put' }, door('closed'), { type: 'put' }])).toEqual({ state: { is: 'loaded', document: D }, said: ['pulse', 'door-open', 'loaded by door'] });
  });
  test('where doors cannot be asked, words count, and are told as words', () => {
    expect(walk([{ type: 'load', document: D }, { type: 'pulsed', how: 'unknown' }, { type: 'put' }, { type: 'hand-over' }, { type: 'pulsed', how: 'stuck' }, { type: 'taken' }], false)).toEqual({ state: { is: 'free' }, said: ['pulse', 'loaded by word', 'pulse', 'collected by word'] });
  });
  test('a cell that nobody could ask after a pulse is doubtful, also after a crash, and is not pulsed again', () => {
    const stood: CellState = { is: 'loaded', document: D };
    expect(walk([{ type: 'hand-over' }, { type: 'pulsed', how: 'unknown' }, { type: 'hand-over' }], true, stood)).toEqual({ state: { is: 'doubtful', document: D, after: 'rest', why: 'unknown' }, said: ['pulse', 'not-loaded'] });
    expect(walk([{ type: 'hand-over' }, { type: 'found', door: 'closed', occupied: null }], true, stood).state).toEqual({ is: 'doubtful', document: D, after: 'rest', why: 'interrupted' });
    expect(walk([{ type: 'hand-over' }, { type: 'found', door: 'open', occupied: null }, door('closed')], true, stood)).toEqual({ state: { is: 'free' }, said: ['pulse', 'collected by door'] });
  });
  test('an opening that certainly did not happen leaves everything as it was', () => {
    expect(walk([{ type: 'load', document: D }, { type: 'pulsed', how: 'unopened' }])).toEqual({ state: { is: 'free' }, said: ['pulse', 'waiting by staff'] });
    expect(walk([{ type: 'hand-over' }, { type: 'pulsed', how: 'unopened' }], true, { is: 'loaded', document: D })).toEqual({ state: { is: 'loaded', document: D }, said: ['pulse'] });
  });
  test('a document that a sensor still sees was not taken', () => {
    expect(walk([{ type: 'hand-over' }, { type: 'pulsed', how: 'opened' }, door('closed', true)], true, { is: 'loaded', document: D }).state).toEqual({ is: 'loaded', document: D });
  });
  test('staff look into a doubtful cell and say what they found; what they say must fit', () => {
    const doubtful: CellState = { is: 'doubtful', document: D, after: 'rest', why: 'left-open' };
    expect(walk([{ type: 'settle', found: 'empty' }, { type: 'settle', found: 'waiting' }, { type: 'look' }, { type: 'pulsed', how: 'opened' }, { type: 'settle', found: 'inside' }, door('closed'), { type: 'settle', found: 'inside' }], true, doubtful)).toEqual({ state: { is: 'loaded', document: D }, said: ['not-now', 'not-now', 'pulse', 'door-open', 'loaded by staff'] });
    expect(walk([{ type: 'settle', found: 'collected' }], true, doubtful)).toEqual({ state: { is: 'free' }, said: ['collected by staff'] });
  });
});
