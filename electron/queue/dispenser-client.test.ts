import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { createDispenserClient, type DispenserClient } from './dispenser-client.ts';
import type { HallAnswer } from './dispenser-link.ts';
import { createDispenserStore, type DispenserStore } from './dispenser-store.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import type { TicketView } from './wire.ts';

const TICKET: TicketView = { number: 'A007', ticket: 'a'.repeat(24), day: '20261123', state: 'waiting', class: 'insurance', className: { zh: '社保', en: 'Insurance' }, itemName: null, since: '2026-11-23T09:00:00+08:00', ahead: 2, aheadBooked: 0, range: null, record: null, where: { zh: '一楼', en: 'Ground floor' }, way: { zh: '直走', en: 'Straight on' }, openCounters: 1, counter: null, toleranceCalls: 3, behind: 2, agreed: null, asOf: null };

const WISH = { class: 'insurance', item: null, priority: null, identified: false };
const NONE: HallAnswer = { kind: 'none', reason: 'time-out' };
let home = '';
let clock: ManualClock;
let storage: Storage;
let store: DispenserStore;
let client: DispenserClient;
let asked: { path: string; body: Record<string, unknown> }[];
/** What the hall answers to a path; anything else is lost. */
let answers: Record<string, (body: Record<string, unknown>, path: string) => HallAnswer>;
let refusedJoins: string[];

const RULES_ID = '00112233445566aa';
const ok = (json: unknown, status = 200): HallAnswer => ({ kind: 'answer', status, json });
const refused = (refusal: string): HallAnswer => ok({ refusal }, 409);
let lastOrdinal = 0;
const HALL_ANSWERS: typeof answers = {
  look: ({ rulesId }) => ok({ day: '20261123', next: '20261124', rulesId: RULES_ID, rules: rulesId === RULES_ID ? null : RULES, classes: [], tickets: [] }),
  leases: ({ lease, day, class: classId }) => {
    const [{ prefix, after999, morePrefixes }] = RULES.classes.filter(({ id }) => id === classId) as [(typeof RULES.classes)[number]];
    lastOrdinal += 20;
    return ok({ lease, day, class: classId, first: lastOrdinal - 19, last: lastOrdinal, prefix, after999, morePrefixes });
  },
  joins: () => ok({ ok: true }),
  'give-back': () => ok({ ok: true }),
  burn: () => ok({ ok: true }),
  paper: () => ok({ ok: true }),
};
const open = (): void => {
  storage = openStorage({ home, clock });
  store = createDispenserStore(storage, () => '20261123');
  client = createDispenserClient({
    wire: {
      ask: async (path, body) => {
        asked.push({ path: path.replace('/hall/terminal/', ''), body: body as Record<string, unknown> });
        const word = path.split('/').findLast((part) => part in answers) ?? '';
        return answers[word]?.(body as Record<string, unknown>, path) ?? NONE;
      },
      enrol: async () => NONE,
      at: () => 'https://hall',
      places: () => ['https://hall'],
      close: () => undefined,
    },
    store,
    clock,
    hall: { timeZone: 'Asia/Shanghai', businessDayStartsAt: '04:00' },
    rules: RULES,
    items: [],
    terminalId: 'terminal-6',
    audit: { hallLost: () => undefined, hallBack: () => undefined, joinRefused: ({ number }, refusal) => refusedJoins.push(`${number} ${refusal}`), reserveBurned: () => undefined, takeRefused: () => undefined, paired: () => undefined },
  });
};
const reopen = async (): Promise<void> => {
  await client.stop();
  storage.close();
  open();
};
const looked = async (): Promise<void> => {
  clock.advance(2_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
};
const withReserve = async (): Promise<void> => {
  client.start();
  await looked();
  expect(store.load().dispenser.leases).toHaveLength(4);
  asked = [];
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-dispenser-'));
  clock = new ManualClock(NINE);
  asked = [];
  refusedJoins = [];
  lastOrdinal = 0;
  answers = { ...HALL_ANSWERS };
  open();
});
afterEach(async () => {
  await client.stop();
  storage.close();
  rmSync(home, { recursive: true, force: true });
});

describe('a terminal whose hall runs elsewhere', () => {
  test('gives nothing before it has a reserve while the hall does not answer', async () => {
    answers = {};
    expect(await client.take(WISH)).toEqual({ ok: false, refusal: 'unreachable' });
  });

  test('is told the rules once, and anew when they changed', async () => {
    await withReserve();
    await looked();
    expect(asked.find(({ path }) => path === 'look')?.body['rulesId']).toBe(RULES_ID);
    const fewer = { ...RULES, ticketsPerMinute: 7 };
    answers['look'] = () => ok({ day: '20261123', next: '20261124', rulesId: 'aabbccddeeff0011', rules: fewer, classes: [], tickets: [] });
    await looked();
    expect(store.sight().rules?.ticketsPerMinute).toBe(7);
    answers['look'] = HALL_ANSWERS['look'] as (typeof answers)[string];
    asked = [];
    await looked();
    expect(asked.find(({ path }) => path === 'look')?.body['rulesId']).toBe('aabbccddeeff0011');
    expect(store.sight().rules).toEqual(RULES);
  });

  test('keeps the question before it is asked: after a power cut the hall’s number is given back', async () => {
    await withReserve();
    let kept: string[] = [];
    answers['tickets'] = () => {
      kept = store.load().dispenser.abandoned;
      return NONE;
    };
    await client.take(WISH);
    expect(kept).toEqual([asked[0]?.body['ticket']]);
    await reopen();
    delete answers['tickets'];
    client.start();
    await looked();
    expect(asked.filter(({ path }) => path === `tickets/${kept[0]}/give-back`)).toHaveLength(1);
    expect(store.load().dispenser.abandoned).toEqual([]);
  });

  test('a number from the reserve is on the disk when it is shown, is given by no later life, and joins once', async () => {
    await withReserve();
    answers = {};
    const first = await client.take(WISH);
    expect(store.load().dispenser.given.map(({ ticket }) => ticket)).toEqual([first.ok && first.ticket.ticket]);
    await reopen();
    const second = await client.take(WISH);
    expect(first.ok && second.ok && [first.ticket.number, second.ticket.number, second.ticket.range]).toEqual(['A001', 'A002', null]);
    answers = { ...HALL_ANSWERS };
    client.start();
    await looked();
    await looked();
    expect(asked.filter(({ path }) => path === 'joins').map(({ body }) => body['ordinal'])).toEqual([1, 2]);
    expect(client.reachable()).toBe(true);
  });

  test('says of a ticket how old what it shows is while the hall does not answer, and nothing of the kind when it does', async () => {
    await withReserve();
    answers = {};
    clock.advance(3 * 60_000);
    const taken = await client.take(WISH);
    if (!taken.ok) throw new Error(taken.refusal);
    expect(taken.ticket.asOf).toBe('2026-11-23T09:00:02+08:00');
    expect(client.view(taken.ticket.ticket)?.asOf).toBe('2026-11-23T09:00:02+08:00');
    answers = { ...HALL_ANSWERS };
    await expect.poll(async () => (await looked(), client.view(taken.ticket.ticket)?.asOf)).toBeNull();
  });

  test('a join whose answer is lost is told again; one that the hall refuses holds up nobody and is kept for staff', async () => {
    await withReserve();
    answers = {};
    for (let press = 0; press < 3; press += 1) await client.take(WISH);
    let lost = true;
    answers = {
      ...HALL_ANSWERS,
      joins: ({ ordinal }) => {
        if (ordinal === 2 && lost) {
          lost = false;
          return NONE;
        }
        return ordinal === 3 ? refused('unknown-lease') : ok({ ok: true });
      },
    };
    await looked();
    expect([client.reachable(), store.load().dispenser.given.length]).toEqual([false, 2]);
    await looked();
    expect([client.reachable(), store.load().dispenser.given.length, refusedJoins, store.load().unjoined.length]).toEqual([true, 0, ['A003 unknown-lease'], 1]);
    expect(asked.filter(({ path }) => path === 'joins').map(({ body }) => body['ordinal'])).toEqual([1, 2, 2, 3]);
  });

  test.each([
    ['an answer of somebody else', ok({ number: 'A001' }, 201)],
    ['a page of a proxy', ok('<html>', 200)],
    ['a word that is none of the hall’s', ok({ refusal: 'because' }, 409)],
    ['nothing in time', NONE],
  ])('%s to a press is no answer: the number comes from the reserve', async (_what, answer) => {
    await withReserve();
    answers['tickets'] = () => answer;
    const outcome = await client.take(WISH);
    expect(outcome.ok && outcome.ticket.number).toBe('A001');
  });

  test('the hall’s no is the citizen’s answer; a terminal that the hall does not know gives nothing from its reserve', async () => {
    await withReserve();
    answers['tickets'] = () => refused('numbers-exhausted');
    expect(await client.take(WISH)).toEqual({ ok: false, refusal: 'numbers-exhausted' });
    answers['tickets'] = () => ok({ title: 'no terminal of this hall' }, 401);
    expect(await client.take(WISH)).toEqual({ ok: false, refusal: 'unreachable' });
  });

  test('without the hall its rules hold all the same: card first, no unknown class, no unknown priority', async () => {
    await withReserve();
    answers = {};
    await client.take(WISH);
    expect([await client.take({ ...WISH, class: 'estate' }), await client.take({ ...WISH, class: 'tax' }), await client.take({ ...WISH, priority: 'king' })].map((one) => (one.ok ? null : one.refusal))).toEqual(['identify-first', 'unknown-class', 'unknown-priority']);
  });

  test('given back or doubtful while the hall is away: it joins first and is then taken back, in this order', async () => {
    await withReserve();
    answers = {};
    const [one, two] = [await client.take(WISH), await client.take(WISH)];
    const ids = [one, two].map((outcome) => (outcome.ok ? outcome.ticket.ticket : ''));
    expect(await client.giveBack(ids[0] ?? '')).toEqual({ ok: true });
    await client.paper(ids[1] ?? '', 'doubtful');
    expect(client.view(ids[0] ?? '')?.state).toBe('given-back');
    asked = [];
    answers = { ...HALL_ANSWERS };
    await looked();
    const told = asked.map(({ path }) => path).filter((path) => path !== 'look' && path !== 'leases');
    expect(told.slice(0, 2)).toEqual(['joins', 'joins']);
    expect(told).toContain(`tickets/${ids[0]}/give-back`);
    expect(told.at(-1)).toBe(`tickets/${ids[1]}/paper`);
  });

  test('numbers set aside under letters that this terminal does not know are burned, not given', async () => {
    answers['leases'] = (body, path) => {
      const granted = HALL_ANSWERS['leases']?.(body, path) as Extract<HallAnswer, { kind: 'answer' }>;
      return ok({ ...(granted.json as object), prefix: 'Z' });
    };
    client.start();
    await looked();
    expect([store.load().dispenser.leases, store.load().toBurn.length > 0]).toEqual([[], true]);
  });

  test('what cannot be kept is not shown', async () => {
    await withReserve();
    answers = {};
    await client.take(WISH);
    const kept = { ...store };
    store.save = () => {
      throw new Error('disk full');
    };
    await expect(client.take(WISH)).rejects.toThrow('disk full');
    Object.assign(store, kept);
    const next = await client.take(WISH);
    expect(next.ok && next.ticket.number).toBe('A002');
  });
});

test('out of reach of the hall a terminal still gives nobody a second number of a class with one a person, and keeps nothing of who it was', async () => {
  const rules = { ...RULES, classes: RULES.classes.map((one) => ({ ...one, onePerPerson: one.id === 'estate' })) };
  answers = { ...HALL_ANSWERS, look: () => ok({ day: '20261123', next: '20261124', rulesId: RULES_ID, rules, classes: [], tickets: [] }) };
  client.start();
  await expect.poll(() => client.reachable()).toBe(true);
  await expect.poll(() => store.load().dispenser.leases.length).toBeGreaterThan(1);
  answers = {};
  const wish = { class: 'estate', item: null, priority: null, identified: true, holder: 'e'.repeat(64) };
  const first = await client.take(wish);
  if (!first.ok) throw new Error(first.refusal);
  expect(await client.take(wish)).toMatchObject({ ok: false, refusal: 'has-number', has: { number: first.ticket.number } });
  expect(JSON.stringify([store.load(), store.tickets()])).not.toContain('e'.repeat(64));
  expect((await client.take({ ...wish, holder: 'f'.repeat(64) })).ok).toBe(true);
  await client.giveBack(first.ticket.ticket);
  expect((await client.take(wish)).ok).toBe(true);
});

test("the hall's word on who has a number already comes with that number", async () => {
  client.start();
  await expect.poll(() => client.reachable()).toBe(true);
  let had: unknown;
  answers['tickets'] = () => ok({ refusal: 'has-number', has: had }, 409);
  const before = await client.take({ ...WISH, holder: 'e'.repeat(64) });
  expect(before).toEqual({ ok: false, refusal: 'has-number' });
  had = TICKET;
  expect(await client.take({ ...WISH, holder: 'e'.repeat(64) })).toEqual({ ok: false, refusal: 'has-number', has: TICKET });
  expect(client.view(TICKET.ticket)).toMatchObject({ number: TICKET.number });
});
