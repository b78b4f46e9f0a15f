import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, boolean, constant, constantFrom, double, integer, oneof, property, record, string, stringMatching, tuple } from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { fitting } from './catalogue.ts';
import { eventsDocument } from './document.ts';
import { createAudit, EVENTS, type Audit, type EventName } from './index.ts';

let home: string;
let storage: Storage;
let audit: Audit;
const clock = new ManualClock();
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-audit-'));
  storage = openStorage({ home, clock });
  audit = createAudit({ storage, clock });
});
afterEach(() => {
  storage.close();
  rmSync(home, { recursive: true, force: true });
});

it('EVENTS.md tells every event of the catalogue', async () => {
  await expect(eventsDocument()).toMatchFileSnapshot('EVENTS.md');
});

it('the record begins with the incarnation and is whole after a restart', () => {
  for (let index = 0; index < 20; index++) audit.write('session.ended', { reason: 'left' });
  storage.close();
  storage = openStorage({ home, clock });
  audit = createAudit({ storage, clock });
  expect(audit.atBoot).toEqual({ ok: true, rows: 21 });
  expect(audit.latest(100).map((row) => row.event).at(-1)).toBe('incarnation.new');
  expect(audit.verify(10)).toMatchObject({ ok: true });
});

it('a row that was changed, removed or put in between breaks the chain at its place, and the next start says so', () => {
  for (let index = 0; index < 10; index++) audit.write('rating.given', { caseId: `c${'0'.repeat(24)}`, score: 1 + (index % 5) });
  storage.prepare("UPDATE audit SET fields = replace(fields, '\"score\":3', '\"score\":5') WHERE sequence = 4").run();
  expect(audit.verify()).toEqual({ ok: false, brokenAt: 4 });
  storage.prepare('DELETE FROM audit WHERE sequence <= 4').run();
  expect(audit.verify()).toEqual({ ok: false, brokenAt: 1 });
  const again = createAudit({ storage, clock });
  expect(again.atBoot.ok).toBe(false);
  expect(again.latest(5).some((row) => row.event === 'storage.fault')).toBe(true);
});

it('an event is kept with its transaction or not at all', () => {
  expect(() =>
    storage.transaction(() => {
      audit.write('agent.stopped', {});
      throw new Error('power');
    }),
  ).toThrow('power');
  expect(audit.latest(1)[0]?.event).toBe('incarnation.new');
  expect(audit.verify().ok).toBe(true);
});

it('no event takes a name, an ID number, free text or a field of its own', () => {
  for (const reason of ['张三', '110101199003074514', 'Zhang San', '', 'x'.repeat(65)]) expect(() => audit.write('session.ended', { reason })).toThrow('reason');
  expect(() => audit.write('session.ended', { reason: 'left', name: 'a' } as never)).toThrow('name');
  expect(audit.latest(1)[0]?.event).toBe('incarnation.new');
});

it('the cheap check lets nothing through that an event\'s schema refuses, and leaves what it lets through as it is', () => {
  const values = oneof(
    string(),
    stringMatching(/^(?:c[0-9a-f]{24}|\d{16}|p[0-9a-f]{16}|\d{4}-\d|[0-9a-f]{12}|[a-z0-9][a-z0-9._-]{0,15}|[a-z]\d{12})$/),
    constantFrom('receipt-slip', 'certificate', '11010119900307451X', '张三', 'left\n'),
    integer(),
    double(),
    boolean(),
    constant(null),
    constant(undefined),
  );
  const names = Object.keys(EVENTS) as EventName[];
  const someEvent = constantFrom(...names).chain((event) => tuple(constant(event), record(Object.fromEntries([...Object.keys(EVENTS[event].fields.shape), 'name'].map((field) => [field, values])), { requiredKeys: [], noNullPrototype: true })));
  assert(
    property(someEvent, ([event, fields]) => {
      if (!fitting(event, fields)) return;
      expect(EVENTS[event].fields.parse(fields)).toEqual({ ...fields });
    }),
    { numRuns: 2_000 },
  );
  expect(fitting('case.stored', { caseId: `c${'0'.repeat(24)}`, caseNumber: '2026112200500017', round: 1, item: 'public-rental-housing', chainNumber: 1, clockKnown: true })).toBe(true);
  expect(fitting('paper.intended', { paper: `p${'0'.repeat(16)}`, kind: 'receipt-slip', numbered: false, copy: 1, sheets: 1 })).toBe(true);
});

it('a second agent on the home is on record', () => {
  expect(() => openStorage({ home, clock })).toThrow('another agent');
  storage.close();
  storage = openStorage({ home, clock });
  createAudit({ storage, clock });
  const events = (storage.prepare('SELECT event FROM audit').all() as { event: string }[]).map((row) => row.event);
  expect(events.filter((event) => event === 'agent.second-refused').length).toBeGreaterThanOrEqual(1);
});

it('every event of the catalogue is written by the product', () => {
  const electron = join(import.meta.dirname, '..');
  const files = (readdirSync(electron, { recursive: true }) as string[]).filter((path) => path.endsWith('.ts') && !/\.test\.ts$|fixture|catalogue\.ts$/.test(path));
  const sources = files.map((path) => readFileSync(join(electron, path), 'utf8')).join('\n');
  const isWritten = (name: string): boolean => {
    if (new RegExp(`(?:write|audit|record)\\([^;\\n]*'${name}'`).test(sources)) return true;
    // Named in two parts: write(`staff.${event}`), and 'refused' elsewhere.
    const dot = name.indexOf('.');
    return sources.includes(`write(\`${name.slice(0, dot)}.\${`) && sources.includes(`'${name.slice(dot + 1)}'`);
  };
  expect(Object.keys(EVENTS).filter((name) => !isWritten(name))).toEqual([]);
});

it('every event says what it means', () => {
  for (const [name, { means }] of Object.entries(EVENTS)) expect([name, means.length > 10]).toEqual([name, true]);
});
