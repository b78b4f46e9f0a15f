import { expect, test } from 'vitest';
import { eachOnce, toldOf } from './told-waits.ts';

const day = (name: string, held: number, of: number, meanErrorMinutes: number) => ({ day: name, class: 'insurance', held, of, meanErrorMinutes });

test('days count by how many ranges they told, not each alike', () => {
  expect(toldOf([day('20261123', 9, 10, 2), day('20261124', 60, 90, 6)])).toEqual({ of: 100, percent: 69, error: 5.6 });
  expect(toldOf([])).toBeNull();
});

test('names stand once, in order', () => {
  expect(eachOnce(['b', 'a', 'b'])).toEqual(['a', 'b']);
});
