import { assert, constant, constantFrom, dictionary, double, integer, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearlyFits, queueEvent, readEvent, readEvents } from './events.ts';

const hex = (length: number) => 'a1'.repeat(length / 2);
/** One of each type, with what may be left out once there and once not. */
const EVENTS: Record<string, unknown>[] = [
  { type: 'leased', class: 'real-estate', first: 1, last: 20, to: 'terminal-5', lease: hex(16) },
  { type: 'numbers-burned', name: 'real-estate', last: 40 },
  { type: 'lease-burned', lease: hex(16) },
  { type: 'taken', number: 'A001', class: 'real-estate', ordinal: 1, ticket: hex(24), by: 'terminal-5', priority: null, item: 'deed', takenAt: 5, lease: null },
  { type: 'taken', number: 'AB1001', class: 'real-estate', ordinal: null, ticket: hex(24), by: 'terminal-5', priority: 'elder', item: null, takenAt: 5, lease: hex(16), holder: hex(32) },
  { type: 'checked-in', number: 'Y001', class: 'real-estate', ordinal: 1, ticket: hex(24), by: 'terminal-5', priority: null, item: null, slot: 9, appointment: '2026-A1' },
  { type: 'paper-doubtful', number: 'A001' },
  { type: 'paper-confirmed', number: 'A001', clerk: null },
  { type: 'given-back', number: 'A001' },
  { type: 'voided', number: 'A001', reason: 'day-over', clerk: 'lin' },
  ...['counter-opened', 'counter-closed', 'counter-paused', 'counter-resumed'].map((type) => ({ type, counter: '3', clerk: 'lin' })),
  { type: 'called', number: 'A001', counter: '3', clerk: 'lin', reason: '轮椅' },
  ...['recalled', 'missed', 'started', 'finished'].map((type) => ({ type, number: 'A001', counter: '3', clerk: 'lin' })),
  { type: 'came-back', number: 'A001', by: 'terminal-5', behind: 3 },
  { type: 'parked', number: 'A001', counter: '3', clerk: 'lin', note: '复印' },
  { type: 'unparked', number: 'A001', clerk: 'lin' },
  { type: 'transferred', number: 'A001', counter: '3', clerk: 'lin', class: 'tax', toCounter: null, note: '' },
  { type: 'rated', number: 'A001', counter: '3', score: 5 },
].map((event) => ({ at: 1_700_000_000_000, ...event }));

const strange = oneof(constantFrom<unknown>(null, undefined, '', 'A1', 'A00001', 'a', 'X'.repeat(200), '注'.repeat(121), -1, 0, 0.5, 51, 100_001, 2 ** 53, Number.NaN, true, [], {}, 'day-over', hex(16), hex(24), hex(32)), string(), integer(), double());
const changed = constantFrom(...EVENTS).chain((event) =>
  oneof(
    tuple(constantFrom(...Object.keys(event), 'other', 'holder', '__proto__', 'constructor'), strange).map(([field, value]) => Object.fromEntries([...Object.entries(event), [field, value]])),
    constantFrom(...Object.keys(event)).map((field) => Object.fromEntries(Object.entries(event).filter(([name]) => name !== field))),
    constant(event),
  ),
);

describe('events of a day, read from their log', () => {
  it('every type is read by the cheap checks alone, so that a hall is soon back', () => {
    expect(EVENTS.map(({ type }) => type)).toEqual(expect.arrayContaining(queueEvent.options.map(({ shape }) => shape.type.value)));
    expect(EVENTS.filter((event) => !clearlyFits(event))).toEqual([]);
  });

  it('nothing passes the cheap checks that the schema refuses, whatever is in a field or missing', () => {
    assert(
      property(oneof(changed, dictionary(string(), strange), strange), (given) => {
        const passes = clearlyFits(given);
        expect(passes && !queueEvent.safeParse(given).success).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  it('a row that is no event is told, whoever wrote it', () => {
    expect(() => readEvent('{"type":"taken","at":1}')).toThrow('expected');
    expect(() => readEvent('{"type":"__proto__","at":1}')).toThrow('discriminator');
    expect(() => readEvent('half a ro')).toThrow(SyntaxError);
    const [whole = '', other = ''] = EVENTS.map((event) => JSON.stringify(event));
    expect(readEvents([whole, other])).toEqual(EVENTS.slice(0, 2));
    expect(() => readEvents([whole, 'half a ro'])).toThrow(SyntaxError);
    expect(() => readEvents([`${whole},${other}`])).toThrow('two events stand where one should');
    expect(() => readEvents([])).not.toThrow();
  });
});
