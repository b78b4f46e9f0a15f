import { expect, test } from 'vitest';
import { hitBookOf, hitsState } from './hits.ts';

const dayOf = (index: number): string => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10).replaceAll('-', '');

test('the record is of the last seven days, the errors of a quarter of a year stay, and both outlive a restart', () => {
  const book = hitBookOf([]);
  for (let day = 0; day < 120; day += 1) {
    for (let ticket = 0; ticket < 10; ticket += 1) book.add(dayOf(day), 'insurance', day >= 113 ? ticket < 8 : false, ticket);
  }
  book.add(dayOf(119), 'estate', true, 2.5);
  for (const one of [book, hitBookOf(hitsState.parse(JSON.parse(JSON.stringify(book.state()))))]) {
    expect(one.record('insurance')).toEqual({ share: 0.8, of: 70 });
    const days = one.days();
    expect(days).toHaveLength(101);
    expect(days[0]).toEqual({ day: dayOf(20), class: 'insurance', held: 0, of: 10, meanErrorMinutes: 4.5 });
    expect(days.at(-1)).toEqual({ day: dayOf(119), class: 'estate', held: 1, of: 1, meanErrorMinutes: 2.5 });
  }
});

test('a day that comes late stands in its place', () => {
  const book = hitBookOf([]);
  for (const day of ['20261124', '20261123']) book.add(day, 'insurance', true, 1);
  expect(book.days().map(({ day }) => day)).toEqual(['20261123', '20261124']);
});
