/** What every engine of the hall's records must do. The same tests run on SQLite and on a real PostgreSQL server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HallRecords } from './records.ts';

export interface RecordsEngine {
  /** Opens what was kept before, as after a restart. */
  open(): Promise<HallRecords>;
  end(): Promise<void>;
}

const keep = (records: HallRecords, id: string, value: unknown): Promise<null> => records.change('staff', id, () => ({ answer: null, keep: value }));

export const recordsContract = (name: string, start: () => Promise<RecordsEngine>): void => {
  describe(`the hall's records on ${name}`, () => {
    let engine: RecordsEngine;
    let records: HallRecords;
    beforeEach(async () => {
      engine = await start();
      records = await engine.open();
    });
    afterEach(() => engine.end());

    test('are there at once, in the order of their names, and after a restart', async () => {
      await keep(records, 'wang', { role: 'clerk', note: '王 “”   \u0000 \ud800' });
      await keep(records, 'lin', { role: 'manager' });
      await records.change('terminal', 'lin', () => ({ answer: null, keep: { revoked: true } }));
      const all = records.all('staff');
      expect(all.map(([id]) => id)).toEqual(['lin', 'wang']);
      expect(records.get('staff', 'lin')).toEqual({ role: 'manager' });
      expect((await engine.open()).all('staff')).toEqual(all);
    });

    test('that are dropped are gone, also after a restart', async () => {
      await keep(records, 'lin', 1);
      await keep(records, 'lin', null);
      expect([records.get('staff', 'lin'), records.all('staff')]).toEqual([undefined, []]);
      const again = await engine.open();
      expect(again.all('staff')).toEqual([]);
      await keep(again, 'lin', 2);
      expect(again.all('staff')).toEqual([['lin', 2]]);
    });

    test('change by what they were: fifty at once count to fifty', async () => {
      const counted = await Promise.all(Array.from({ length: 50 }, () => records.change('staff', 'count', (before) => ({ answer: Number(before ?? 0) + 1, keep: Number(before ?? 0) + 1 }))));
      expect(counted.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
      expect(records.get('staff', 'count')).toBe(50);
    });

    test('stay as they are when nothing is to be kept, and when the one who changes fails', async () => {
      await keep(records, 'lin', 1);
      expect(await records.change('staff', 'lin', (before) => ({ answer: before }))).toBe(1);
      await expect(
        records.change('staff', 'lin', () => {
          throw new Error('no such role');
        }),
      ).rejects.toThrow('no such role');
      expect(records.get('staff', 'lin')).toBe(1);
      expect((await engine.open()).get('staff', 'lin')).toBe(1);
    });

    test('tell of what kind changed, and of nothing when nothing did', async () => {
      const heard: string[][] = [];
      const stop = records.onChange((kinds) => heard.push([...kinds]));
      await keep(records, 'lin', 1);
      await records.change('staff', 'lin', () => ({ answer: null }));
      stop();
      await keep(records, 'lin', 2);
      expect(heard).toEqual([['staff']]);
    });
  });
};
