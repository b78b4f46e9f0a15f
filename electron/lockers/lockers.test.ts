import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import { ManualClock } from '../clock/index.ts';
import type { OutboxEffects } from '../outbox/index.ts';
import { handMadeCabinet, TERMINAL } from './cabinet.fixture.ts';
import { createLockers } from './desk.ts';
import type { Lockers } from './types.ts';

const ZHANG = '990101199003074510';
const LI = '990101198501024513';
const DAY = 86_400_000;

let home: string;
let clock: ManualClock;
let fixture: Fixture;
let cabinet: ReturnType<typeof handMadeCabinet>;
let lockers: Lockers;
let told: OutboxEffects;
/** An agent that died says nothing any more. */
let dead = false;

const open = (terminal: Parameters<typeof createLockers>[0]['terminal'] = TERMINAL): void => {
  fixture = openFixture(home, { clock });
  const { storage, audit, outbox } = fixture;
  lockers = createLockers({
    storage,
    audit,
    clock,
    outbox: {
      enqueue: (facts) => outbox.enqueue(facts),
      attach: (effects) => {
        told = effects;
      },
    },
    devices: cabinet.devices,
    terminal,
    timeZone: 'Asia/Shanghai',
    log: { info: () => undefined, warn: (fields) => { if (!dead) throw new Error(JSON.stringify(fields)); } },
  });
  lockers.start();
};
beforeEach(() => {
  dead = false;
  home = newHome();
  clock = new ManualClock();
  cabinet = handMadeCabinet();
  open();
});
afterEach(async () => {
  if (cabinet.answer !== 'hangs') await lockers.stop();
  await fixture.close();
  removeHome(home);
});

let cursor = 0;
const ready = (document: string, idNumber = ZHANG, code: string | null = null, name = '张示例'): string => {
  cursor += 1;
  told.change({ cursor, at: '2026-11-21T19:12:00+08:00', body: { kind: 'original-ready', document, caseNumber: `20261121005000${String(10 + cursor)}`, itemName: { zh: '公租房申请', en: 'Public rental housing' }, person: { name, idNumber }, code } });
  return lockers.view()?.waiting.at(-1)?.document ?? '';
};
const cell = (name: string) => lockers.view()?.cells.find((one) => one.cell === name);
/** Doors are looked at in steps of time; each look ends before the next. */
const passes = async (ms = 800): Promise<void> => {
  for (let left = ms; left > 0; left -= 800) {
    clock.advance(Math.min(left, 800));
    await lockers.idle();
  }
};
const messages = (): string[] => (fixture.storage.prepare("SELECT kind FROM outbox ORDER BY id").all() as { kind: string }[]).map(({ kind }) => kind);
const events = (): string[] => (fixture.storage.prepare("SELECT event FROM audit WHERE event LIKE 'locker.%' ORDER BY sequence").all() as { event: string }[]).map(({ event }) => event.slice('locker.'.length));
const loadedInto = async (document: string, into = '1'): Promise<void> => {
  expect(lockers.load({ document, cell: into, by: 'lin' })).toEqual({ ok: true, cell: into });
  await lockers.idle();
  cabinet.open.delete(Number(into));
  await passes();
  expect(lockers.put(into, 'lin')).toEqual({ ok: true, cell: into });
};

describe('staff put an original in', () => {
  test('once: the cell is kept as about to be opened before its lock is pulsed, and "put in" counts after the door was seen closed', async () => {
    const document = ready('original-1');
    expect(lockers.view()).toMatchObject({ works: true, waiting: [{ document, name: '张**', itemName: { zh: '公租房申请' } }] });
    expect(lockers.load({ document, cell: null, by: 'lin' })).toEqual({ ok: true, cell: '1' });
    expect(cell('1')).toMatchObject({ state: 'busy', task: 'load', step: 'opening' });
    expect(lockers.load({ document, cell: '2', by: 'mei' })).toEqual({ ok: false, refusal: 'not-waiting' });
    const second = ready('original-2', LI);
    expect(lockers.load({ document: second, cell: '1', by: 'mei' })).toEqual({ ok: false, refusal: 'not-free' });
    await lockers.idle();
    expect(cell('1')).toMatchObject({ step: 'open', door: 'open' });
    expect(lockers.put('1', 'lin')).toEqual({ ok: false, refusal: 'door-open' });
    cabinet.open.delete(1);
    await passes();
    expect(cell('1')).toMatchObject({ step: 'closed' });
    expect(lockers.put('1', 'lin')).toEqual({ ok: true, cell: '1' });
    expect(cell('1')).toMatchObject({ state: 'loaded', overdue: false, original: { document } });
    expect(cabinet.pulses).toEqual([1]);
    expect(messages()).toEqual(['original-loaded']);
    expect(events()).toEqual(['document-known', 'opening', 'document-known', 'opened', 'loaded']);
    expect(lockers.ofPerson(ZHANG)).toMatchObject([{ document, cell: '1', ready: true, where: { zh: '机器左边' } }]);
    expect(lockers.ofPerson(LI)).toEqual([]);
  });

  test('not at all where the platform tells of the same original twice', () => {
    ready('original-1');
    ready('original-1');
    expect(lockers.view()?.waiting).toHaveLength(1);
  });

  test('and take it back where it does not fit', async () => {
    const document = ready('original-1');
    lockers.load({ document, cell: '2', by: 'lin' });
    await lockers.idle();
    cabinet.open.delete(2);
    await passes();
    expect(lockers.notPut('2', 'lin').ok).toBe(true);
    expect([cell('2')?.state, lockers.view()?.waiting.length, messages()]).toEqual(['free', 1, []]);
  });

  test('never into a cell of which a sensor says that nothing lies there', async () => {
    const document = ready('original-1');
    lockers.load({ document, cell: '1', by: 'lin' });
    await lockers.idle();
    cabinet.open.delete(1);
    cabinet.occupied.set(1, false);
    await passes();
    expect(lockers.put('1', 'lin')).toEqual({ ok: false, refusal: 'nothing-inside' });
    cabinet.occupied.set(1, true);
    await passes();
    expect(lockers.put('1', 'lin').ok).toBe(true);
  });

  test('a cell that sticks is left for staff, and the original waits again', async () => {
    cabinet.answer = 'stuck';
    const document = ready('original-1');
    lockers.load({ document, cell: '3', by: 'lin' });
    await lockers.idle();
    expect(cell('3')).toMatchObject({ state: 'doubtful', why: 'stuck', original: null });
    expect(lockers.view()?.waiting).toHaveLength(1);
    expect(lockers.closeCell('3', 'lin').ok).toBe(true);
    expect(lockers.load({ document, cell: '3', by: 'lin' })).toEqual({ ok: false, refusal: 'not-free' });
    expect(lockers.useCell('3', 'lin').ok).toBe(true);
    expect([cell('3')?.state, cabinet.pulses]).toEqual(['free', [3]]);
  });

  test('a locker that does not answer opens nothing, and nothing changes', async () => {
    const document = ready('original-1');
    cabinet.away = true;
    expect(lockers.load({ document, cell: '1', by: 'lin' })).toEqual({ ok: false, refusal: 'locker-away' });
    cabinet.away = false;
    cabinet.answer = 'unopened';
    lockers.load({ document, cell: '1', by: 'lin' });
    await lockers.idle();
    expect([cell('1')?.state, lockers.view()?.waiting.length, cabinet.pulses]).toEqual(['free', 1, []]);
  });

  test('what nobody fetched is overdue after its days, and is taken back', async () => {
    await loadedInto(ready('original-1'));
    clock.advance(15 * DAY);
    await lockers.idle();
    expect(cell('1')?.overdue).toBe(true);
    clock.isKnown = false;
    expect(cell('1')?.overdue).toBe(false);
    clock.isKnown = true;
    expect(lockers.takeBack('1', 'lin').ok).toBe(true);
    await lockers.idle();
    cabinet.open.delete(1);
    await passes();
    expect([cell('1')?.state, messages()]).toEqual(['free', ['original-loaded', 'original-returned']]);
  });
});

describe('its owner fetches an original', () => {
  test('collected when the door was seen open and closed', async () => {
    const document = ready('original-1', ZHANG, 'QJ12345678');
    expect(lockers.ofCode('QJ12345678')).toBeNull();
    await loadedInto(document);
    expect(lockers.ofCode('QJ12345678')).toMatchObject({ document });
    expect(lockers.ofCode('QJ12345679')).toBeNull();
    expect(lockers.handOver(document)).toEqual({ ok: true, cell: '1' });
    expect(lockers.handOver(document)).toEqual({ ok: false, refusal: 'not-now' });
    expect(lockers.fate(document)).toEqual({ at: 'opening', cell: '1' });
    await lockers.idle();
    expect(lockers.fate(document)).toEqual({ at: 'open', cell: '1' });
    expect(lockers.taken(document)).toEqual({ ok: false, refusal: 'door-open' });
    cabinet.open.delete(1);
    await passes();
    expect(lockers.fate(document)).toEqual({ at: 'collected' });
    expect([cell('1')?.state, messages(), cabinet.pulses]).toEqual(['free', ['original-loaded', 'original-collected'], [1, 1]]);
  });

  test('a door that is left open is a doubt for staff, who look and say what they found', async () => {
    const document = ready('original-1');
    await loadedInto(document);
    lockers.handOver(document);
    await lockers.idle();
    await passes(61_000);
    expect(cell('1')).toMatchObject({ state: 'doubtful', why: 'left-open', door: 'open' });
    expect(lockers.fate(document)).toEqual({ at: 'doubtful', cell: '1' });
    cabinet.open.delete(1);
    await passes(16_000);
    expect(cell('1')).toMatchObject({ state: 'doubtful', door: 'closed' });
    expect(lockers.look('1', 'lin').ok).toBe(true);
    await lockers.idle();
    cabinet.open.delete(1);
    await passes();
    expect(lockers.settle({ cell: '1', found: 'empty', by: 'lin' })).toEqual({ ok: false, refusal: 'not-now' });
    expect(lockers.settle({ cell: '1', found: 'collected', by: 'lin' }).ok).toBe(true);
    expect([cell('1')?.state, messages()]).toEqual(['free', ['original-loaded', 'original-in-doubt', 'original-collected']]);
    expect(events().slice(-4)).toEqual(['opening', 'opened', 'settled', 'collected']);
  });

  test('a cell that somebody else opened is a doubt, but not because a contact bounced once', async () => {
    await loadedInto(ready('original-1'));
    await passes(16_000);
    cabinet.open.add(1);
    clock.advance(15_000);
    await lockers.idle();
    cabinet.open.delete(1);
    await passes(17_000);
    expect(cell('1')?.state).toBe('loaded');
    cabinet.open.add(1);
    await passes(18_000);
    expect(cell('1')).toMatchObject({ state: 'doubtful', why: 'found-open' });
  });

  test('where no door can be asked, the word of whoever stands there counts; without it staff look', async () => {
    await lockers.stop();
    await fixture.close();
    open({ ...TERMINAL, pickUp: { ...TERMINAL.pickUp, doors: 'unwatched' } });
    cabinet.answer = 'unknown';
    const document = ready('original-1');
    lockers.load({ document, cell: '1', by: 'lin' });
    await lockers.idle();
    expect(lockers.put('1', 'lin').ok).toBe(true);
    lockers.handOver(document);
    await lockers.idle();
    expect(lockers.taken(document).ok).toBe(true);
    const other = ready('original-2');
    lockers.load({ document: other, cell: '1', by: 'lin' });
    await lockers.idle();
    lockers.put('1', 'lin');
    lockers.handOver(other);
    await lockers.idle();
    await passes(61_000);
    expect(cell('1')).toMatchObject({ state: 'doubtful', why: 'unknown' });
    const proofs = fixture.storage.prepare("SELECT json_extract(fields, '$.proof') AS proof FROM audit WHERE event = 'locker.collected'").all() as { proof: string }[];
    expect(proofs).toEqual([{ proof: 'word' }]);
  });
});

describe('after the agent died between its word and the answer', () => {
  const die = async (): Promise<void> => {
    dead = true;
    await fixture.close();
    cabinet.answer = 'opened';
    open();
  };

  test('the door is asked, and the lock is not pulsed again: open is open', async () => {
    const document = ready('original-1');
    await loadedInto(document);
    cabinet.answer = 'hangs';
    lockers.handOver(document);
    await Promise.resolve();
    expect(cabinet.pulses).toEqual([1, 1]);
    cabinet.open.add(1);
    await die();
    expect(lockers.fate(document)).toEqual({ at: 'opening', cell: '1' });
    await passes();
    expect(lockers.fate(document)).toEqual({ at: 'open', cell: '1' });
    cabinet.open.delete(1);
    await passes();
    expect([lockers.fate(document), cabinet.pulses]).toEqual([{ at: 'collected' }, [1, 1]]);
  });

  test('closed tells nothing: staff look', async () => {
    const document = ready('original-1');
    await loadedInto(document);
    cabinet.answer = 'hangs';
    lockers.handOver(document);
    await die();
    await passes();
    expect(cell('1')).toMatchObject({ state: 'doubtful', why: 'interrupted', original: { document } });
    expect(cabinet.pulses).toEqual([1, 1]);
  });

  test('a locker that does not come back is staff\'s as well, and what waits is still known', async () => {
    const document = ready('original-1');
    lockers.load({ document, cell: '2', by: 'lin' });
    ready('original-2');
    await lockers.idle();
    cabinet.answer = 'hangs';
    cabinet.away = true;
    await die();
    expect(cell('2')).toMatchObject({ state: 'busy', step: 'open' });
    await passes(62_000);
    expect(cell('2')).toMatchObject({ state: 'busy', step: 'open' });
    expect(lockers.view()?.waiting).toHaveLength(1);
  });
});

test('who it is about stands nowhere in the clear, and goes after its time', async () => {
  const document = ready('original-1', ZHANG, 'QJ12345678', '欧阳示例');
  await loadedInto(document);
  lockers.handOver(document);
  await lockers.idle();
  cabinet.open.delete(1);
  await passes();
  fixture.storage.tidy();
  const bytes = readFileSync(join(home, 'terminal.db'));
  for (const secret of [ZHANG, 'QJ12345678', '欧阳示例']) expect(bytes.includes(Buffer.from(secret)), secret).toBe(false);
  clock.advance(31 * DAY);
  expect(lockers.tidy(30)).toBe(0);
  fixture.storage.prepare("UPDATE outbox SET state = 'delivered', receipt = '{}'").run();
  expect(lockers.tidy(30)).toBe(1);
  expect(fixture.storage.prepare('SELECT (SELECT COUNT(*) FROM locker_documents) + (SELECT COUNT(*) FROM case_keys) AS n').get()).toEqual({ n: 0 });
  expect(events().at(-1)).toBe('document-deleted');
});
