import { expect, test } from 'vitest';
import { createHolders } from './holders.ts';
import type { HallRecords } from './records.ts';

/** Records that two agents of a hall share. */
const shared = (): HallRecords & { kept: Map<string, unknown> } => {
  const kept = new Map<string, unknown>();
  return {
    kept,
    get: (kind, id) => kept.get(`${kind}/${id}`),
    all: () => [],
    refresh: async () => undefined,
    change: async (kind, id, decide) => {
      const { answer, keep } = decide(kept.get(`${kind}/${id}`));
      if (keep !== undefined) kept.set(`${kind}/${id}`, keep);
      return answer;
    },
    onChange: () => () => undefined,
  };
};
const SOMEBODY = 'a'.repeat(64);

test('all agents of a hall know a holder under the same digest, and the day after nobody does', async () => {
  const records = shared();
  let day = '20261123';
  const [one, other] = [createHolders(records, () => day), createHolders(records, () => '20261123')];
  const digest = await one(SOMEBODY);
  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  expect(await other(SOMEBODY)).toBe(digest);
  expect(await one('b'.repeat(64))).not.toBe(digest);
  const yesterday = JSON.stringify(records.get('holders', 'hall'));
  day = '20261124';
  expect(await one(SOMEBODY)).not.toBe(digest);
  expect(JSON.stringify(records.get('holders', 'hall'))).not.toContain((JSON.parse(yesterday) as { key: string }).key);
});

test('an agent that is behind takes the newest key, and never brings the old day back', async () => {
  const records = shared();
  const ahead = await createHolders(records, () => '20261124')(SOMEBODY);
  expect(await createHolders(records, () => '20261123')(SOMEBODY)).toBe(ahead);
  expect(records.get('holders', 'hall')).toMatchObject({ day: '20261124' });
});

test('who is not known has no digest, and no key is made for him', async () => {
  const records = shared();
  expect(await createHolders(records, () => '20261123')(null)).toBeNull();
  expect(records.kept.size).toBe(0);
});
