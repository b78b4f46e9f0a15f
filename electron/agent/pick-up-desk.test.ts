import { expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import type { Fate, Fetchable, Lockers } from '../lockers/index.ts';
import { nobody, type SessionEvent, type SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { PickUpDesk } from './pick-up-desk.ts';

const HERE: Fetchable = { document: 'a', caseNumber: '2026112200500012', itemName: { zh: '公租房申请', en: 'Public rental housing' }, cell: '12', where: { zh: '机器左边', en: 'Left' }, ready: true };
const PICK_UP = { cells: [{ device: 'locker', board: 1, from: 1, to: 12 }], doors: 'watched', leftOpenSeconds: 90, overdueDays: 15, codeAlone: true };

const put = (state: Partial<SessionState> = {}, outcome: ReturnType<Lockers['handOver']> = { ok: true, cell: '12' }) => {
  const clock = new ManualClock();
  const said: SessionEvent[] = [];
  const listeners = new Set<() => void>();
  const world: { fate: Fate } = { fate: { at: 'opening', cell: '12' } };
  const lockers = { ofCode: (code: string) => (code === 'QJ12345678' ? HERE : null), ofPerson: () => [HERE], handOver: () => outcome, fate: () => world.fate, onChange: (listener: () => void) => (listeners.add(listener), () => listeners.delete(listener)) } as unknown as Lockers;
  const deps = { lockers, clock, config: { terminal: { pickUp: PICK_UP, devices: [{ id: 'locker', where: HERE.where }] } } } as unknown as Deps;
  const desk = new PickUpDesk(deps, (event) => said.push(event), () => ({ ...nobody(0), ...state }));
  desk.start(() => undefined);
  return { desk, said, clock, world, changed: () => listeners.forEach((listener) => listener()), listeners };
};

test('after five codes that name nothing within ten minutes the right one does not open either, and after that time it does', () => {
  const { desk, said, clock } = put();
  for (let time = 0; time < 5; time += 1) desk.find(`QJ0000000${String(time)}`);
  desk.find('QJ12345678');
  expect(said.map((event) => event.type === 'original-found' && [event.original?.document ?? null, event.tooOften])).toEqual([...Array.from({ length: 5 }, () => [null, false]), [null, true]]);
  clock.advance(10 * 60_000);
  desk.find('QJ12345678');
  expect(said.at(-1)).toMatchObject({ original: { document: 'a' }, tooOften: false });
});

test('the page that shows a cell hears of it, any other page nothing; a refused opening is told', () => {
  const fetching = put({ page: { at: 'fetching', original: HERE, step: 'opening' } });
  fetching.world.fate = { at: 'open', cell: '12' };
  fetching.changed();
  expect(fetching.said).toEqual([{ type: 'fetch-changed', document: 'a', fate: 'open' }]);
  fetching.desk.stop();
  expect(fetching.listeners.size).toBe(0);
  const elsewhere = put();
  elsewhere.changed();
  expect(elsewhere.said).toEqual([]);
  const refused = put({}, { ok: false, refusal: 'locker-away' });
  refused.desk.handOver('a');
  expect(refused.said).toEqual([{ type: 'fetch-changed', document: 'a', fate: 'refused' }]);
});

test('it is offered where a locker is set up, open or with the reason why not', () => {
  const { desk } = put();
  expect(desk.offered(() => [])).toMatchObject({ open: true, codeAlone: true, watched: true, where: HERE.where });
  expect(desk.offered(() => [{ kind: 'hardware', device: 'locker', condition: 'not-responding', remedy: 'reset', since: null }])).toMatchObject({ open: false });
  const none = new PickUpDesk({ config: { terminal: { devices: [] } } } as unknown as Deps, () => undefined, () => nobody(0));
  expect(none.offered(() => [])).toBeNull();
});
