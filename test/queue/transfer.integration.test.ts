/** A number is sent on to a counter by name with a note, over the API of the counters' pages: what both clerks and the citizen see of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../electron/clock/index.ts';
import type { CounterView, TicketView } from '../../electron/queue/index.ts';
import { NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { openLanHall, type LanHall } from './lan-hall.ts';

let home = '';
let hall: LanHall;
let clock: ManualClock;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'hall24-transfer-'));
  clock = new ManualClock(NINE);
  hall = await openLanHall({ home, clock, rules: RULES });
}, 120_000);
afterEach(async () => {
  await hall.close();
  rmSync(home, { recursive: true, force: true });
});

test('the counter that it was sent to has it in its old place with the note, the others do not, and the ticket waits; when that counter closes it is everybody’s', { timeout: 120_000 }, async () => {
  const cookies: Record<string, string> = {};
  for (const clerk of ['lin', 'wu']) {
    const signedIn = await hall.staff.signIn(clerk, await hall.staff.invite(clerk, 'clerk'), 'correct horse battery');
    if (!signedIn.ok) throw new Error(signedIn.reason);
    cookies[clerk] = `hall24-staff=${signedIn.token}`;
  }
  const post = async (clerk: string, path: string, body: object = {}): Promise<Record<string, unknown>> => (await hall.api.app.inject({ method: 'POST', url: `/hall/${path}`, headers: { cookie: cookies[clerk] ?? '' }, payload: body })).json();
  const counter = async (id: string): Promise<CounterView> => (await hall.api.app.inject({ method: 'GET', url: `/hall/counters/${id}`, headers: { cookie: cookies['lin'] ?? '' } })).json();
  await post('lin', 'counters/1/open');
  await post('wu', 'counters/2/open');
  const sent = (await post('lin', 'tickets', { class: 'insurance' })) as unknown as TicketView;
  const later = (await post('lin', 'tickets', { class: 'insurance' })) as unknown as TicketView;
  await post('lin', 'counters/1/next');
  expect(await post('lin', 'counters/1/transfer', { class: 'insurance', toCounter: '2', note: '材料在二号窗' })).toMatchObject({ ok: true, numbers: [sent.number] });
  expect(await counter('2')).toMatchObject({ next: { number: sent.number, note: '材料在二号窗', why: [{ rule: 'for-this-counter' }] } });
  expect((await counter('1')).mine.map(({ number }) => number)).toEqual([later.number]);
  expect((await hall.api.app.inject({ method: 'GET', url: `/hall/tickets/${sent.ticket}` })).json()).toMatchObject({ state: 'waiting', counter: null });
  expect(await post('wu', 'counters/2/next')).toMatchObject({ numbers: [sent.number] });
  expect(await counter('2')).toMatchObject({ current: { number: sent.number, note: '材料在二号窗' } });
  // Back again, and then nobody sits there any more.
  await post('wu', 'counters/2/transfer', { class: 'insurance', toCounter: '1', note: '还差一份' });
  expect((await counter('2')).mine.map(({ number }) => number)).toEqual([later.number]);
  await post('lin', 'counters/1/close');
  expect((await counter('2')).mine.map(({ number, note }) => [number, note])).toEqual([[sent.number, '还差一份'], [later.number, null]]);
  expect(await post('wu', 'counters/2/next')).toMatchObject({ numbers: [sent.number] });
});
