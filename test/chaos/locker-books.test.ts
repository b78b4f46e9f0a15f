import { describe, expect, it } from 'vitest';
import { lockerBooks } from './locker-books.ts';

const filled = () => {
  const books = lockerBooks();
  for (const [caseNumber, owner] of [['1', 'resident'], ['2', 'long-name'], ['3', 'resident']] as const) books.ready({ caseNumber, owner, code: `QJ${caseNumber}` });
  books.laid('1', '4');
  books.laid('2', '5');
  return books;
};

describe('what lies where in the locker', () => {
  it('agrees with a terminal that knows it', () => {
    const books = filled();
    expect(books.inside('resident').map(({ caseNumber }) => caseNumber)).toEqual(['1']);
    expect(books.judgeCells([{ cell: '4', state: 'loaded', caseNumber: '1' }, { cell: '5', state: 'doubtful', caseNumber: '2' }, { cell: '6', state: 'free', caseNumber: null }])).toEqual([]);
    expect(books.judgePlatform([{ caseNumber: '1', state: 'loaded' }, { caseNumber: '2', state: 'loaded' }, { caseNumber: '3', state: 'told' }])).toEqual([]);
  });

  it('is told against one that calls a full cell free, an empty one loaded, or names another original', () => {
    const books = filled();
    expect(books.judgeCells([{ cell: '4', state: 'free', caseNumber: null }])).toEqual(['cell 4 is said to be free, and holds the original of 1']);
    expect(books.judgeCells([{ cell: '7', state: 'loaded', caseNumber: '1' }])).toEqual(['cell 7 is said to hold the original of 1, and holds nothing']);
    expect(books.judgeCells([{ cell: '5', state: 'loaded', caseNumber: '1' }])).toEqual(['cell 5 is said to hold the original of 1, and holds that of 2']);
  });

  it('is told against a platform that heard something else of what was fetched, taken out, or never put in', () => {
    const books = filled();
    expect(books.taken('4', 'owner')?.caseNumber).toBe('1');
    expect(books.taken('5', 'staff')?.caseNumber).toBe('2');
    expect(books.taken('5', 'staff')).toBeNull();
    expect(books.judgePlatform([{ caseNumber: '1', state: 'collected' }, { caseNumber: '2', state: 'returned' }, { caseNumber: '3', state: 'told' }])).toEqual([]);
    expect(books.judgePlatform([{ caseNumber: '1', state: 'loaded' }, { caseNumber: '2', state: 'collected' }, { caseNumber: '3', state: 'loaded' }])).toHaveLength(3);
    expect(books.judgePlatform([])).toHaveLength(3);
    books.forget();
    expect(books.judgePlatform([])).toEqual([]);
  });
});
