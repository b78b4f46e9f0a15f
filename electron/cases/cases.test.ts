import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { canonicalJson, sha256Hex, verifyStatement } from '../platform/index.ts';
import { businessDay, workingDaysAfter } from './days.ts';
import { answers, newHome, openFixture, people, removeHome, type Fixture } from './fixture.ts';
import { isCaseNumber } from './index.ts';

let home: string;
let clock: ManualClock;
let fixture: Fixture;
const submit = (caseId: string, also?: () => void) => fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: 15, ...(also === undefined ? {} : { also }) });
const draft = (item = 'public-rental-housing', person = people.zhang): string => fixture.cases.openDraft(item, person).caseId;
const reopen = async (): Promise<void> => {
  await fixture.close();
  fixture = openFixture(home, { clock });
};
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'none';
};
beforeEach(() => {
  home = newHome();
  clock = new ManualClock();
  fixture = openFixture(home, { clock });
});
afterEach(async () => {
  await fixture.close();
  removeHome(home);
});

describe('a draft', () => {
  it('is found again by the same card, with answers and pages, after a restart', async () => {
    const caseId = draft();
    fixture.cases.saveAnswers(caseId, answers);
    const first = fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.from('page 1'), findings: [] });
    const second = fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.from('page 2'), findings: ['pale'] });
    fixture.cases.movePage(caseId, second.id, -1);
    await reopen();
    const again = fixture.cases.openDraft('public-rental-housing', { ...people.zhang, idNumber: '11010119900307451x' });
    expect(again).toMatchObject({ caseId, state: 'draft', caseNumber: null, answers });
    expect(again.materials[0]?.pages.map((page) => [page.id, page.index])).toEqual([[second.id, 0], [first.id, 1]]);
    expect(Buffer.from(fixture.cases.readPage(caseId, first.id)).toString()).toBe('page 1');
    fixture.cases.setMaterial(caseId, 'income', 'platform');
    expect(readdirSync(join(home, 'materials'))).toEqual([]);
    expect(fixture.cases.openDraft('public-rental-housing', people.rare).caseId).not.toBe(caseId);
  });
  it('is forgotten when nobody came back for it, a stored case never', () => {
    const old = draft();
    const stored = draft('social-insurance-certificate');
    submit(stored);
    clock.advance(8 * 86_400_000);
    const fresh = draft('public-rental-housing', people.rare);
    expect(fixture.cases.forgetDrafts(clock.wall() - 7 * 86_400_000)).toBe(1);
    expect(fixture.cases.get(old)).toBeNull();
    expect(fixture.cases.get(fresh)).not.toBeNull();
    expect(fixture.cases.get(stored)).not.toBeNull();
  });

  it('takes a page again in its place, and a side of a card in its order', () => {
    const caseId = draft();
    const add = (materialId: string, words: string, more: { side?: 'front' | 'back'; instead?: string } = {}): string => fixture.cases.addPage(caseId, materialId, { contentType: 'image/jpeg', data: Buffer.from(words), findings: [], ...more }).id;
    const read = (materialId: string): string[] => fixture.cases.get(caseId)!.materials.find(({ id }) => id === materialId)!.pages.map((page) => `${page.index} ${Buffer.from(fixture.cases.readPage(caseId, page.id)).toString()}`);
    add('contract', 'one');
    const second = add('contract', 'two');
    add('contract', 'three');
    add('contract', 'two anew', { instead: second });
    expect(read('contract')).toEqual(['0 one', '1 two anew', '2 three']);
    const back = add('card', 'back', { side: 'back' });
    add('card', 'front', { side: 'front' });
    expect(read('card')).toEqual(['0 front', '1 back']);
    add('card', 'back anew', { side: 'back' });
    expect(read('card')).toEqual(['0 front', '1 back anew']);
    for (const gone of [second, back]) {
      expect(() => fixture.cases.readPage(caseId, gone)).toThrow('no such page');
      expect(existsSync(join(home, 'materials', gone))).toBe(false);
    }
  });

  it('sends the document made of its pages in their place, as long as they are those pages', () => {
    const { cases } = fixture;
    const caseId = draft();
    const add = (words: string): string => cases.addPage(caseId, 'contract', { contentType: 'image/jpeg', data: Buffer.from(words), findings: [] }).id;
    const pages = [add('one'), add('two')];
    expect(cases.keepDocument(caseId, 'contract', pages.toReversed(), Buffer.from('%PDF old'))).toBeNull();
    const old = cases.keepDocument(caseId, 'contract', pages, Buffer.from('%PDF old'))!;
    cases.movePage(caseId, pages[0]!, 1);
    expect(cases.get(caseId)!.materials[0]).not.toHaveProperty('document');
    expect(existsSync(join(home, 'materials', old.id))).toBe(false);
    for (const change of [() => cases.removePage(caseId, add('three')), () => add('three')]) {
      cases.keepDocument(caseId, 'contract', cases.get(caseId)!.materials[0]!.pages.map(({ id }) => id), Buffer.from('%PDF'));
      change();
      expect(cases.get(caseId)!.materials[0]).not.toHaveProperty('document');
    }
    cases.addPage(caseId, 'other', { contentType: 'image/jpeg', data: Buffer.from('a picture'), findings: [] });
    cases.addPage(caseId, 'not-wanted', { contentType: 'image/jpeg', data: Buffer.from('another'), findings: [] });
    cases.dropMaterial(caseId, 'not-wanted');
    const sent = cases.keepDocument(caseId, 'contract', cases.get(caseId)!.materials[0]!.pages.map(({ id }) => id), Buffer.from('%PDF sent'))!;
    expect(sent).toMatchObject({ contentType: 'application/pdf', bytes: 9, digest: sha256Hex('%PDF sent') });
    expect(Buffer.from(fixture.storage.materials.read(caseId, sent.id)).toString()).toBe('%PDF sent');
    expect(readFileSync(join(home, 'materials', sent.id)).includes('PDF')).toBe(false);
    submit(caseId);
    const row = fixture.storage.prepare('SELECT sealed FROM outbox').get() as { sealed: Buffer };
    const [head = '', wire = ''] = fixture.storage.caseKeys.open(caseId, { table: 'outbox:platform', sequence: 1 }, row.sealed).toString().split('\n');
    expect((JSON.parse(head) as { materials: unknown[] }).materials[0]).toEqual({ id: sent.id, digest: sent.digest, bytes: 9, contentType: 'application/pdf' });
    expect((JSON.parse(wire) as { body: { materials: unknown } }).body.materials).toEqual([
      { id: 'contract', how: 'scan', pages: [{ digest: sent.digest, bytes: 9, contentType: 'application/pdf' }] },
      { id: 'other', how: 'scan', pages: [expect.objectContaining({ contentType: 'image/jpeg' })] },
    ]);
  });

  it('that is forgotten leaves neither row nor key nor page', () => {
    const caseId = draft();
    fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.from('page'), findings: [] });
    fixture.cases.forget(caseId);
    expect(fixture.cases.get(caseId)).toBeNull();
    expect(readdirSync(join(home, 'materials'))).toEqual([]);
    expect(fixture.storage.prepare('SELECT COUNT(*) AS n FROM case_keys').get()).toEqual({ n: 0 });
    const stored = draft();
    submit(stored);
    expect(code(() => fixture.cases.forget(stored))).toBe('wrong-state');
  });
});

describe('submitting', () => {
  it('numbers, signs, keeps and enqueues the case in one go', () => {
    const caseId = draft();
    fixture.cases.saveAnswers(caseId, answers);
    const submission = submit(caseId);
    expect(submission.caseNumber).toMatch(/^202611220050001\d$/);
    expect(isCaseNumber(submission.caseNumber)).toBe(true);
    expect(submission.storedAt).toBe('2026-11-22T03:12:00+08:00');
    const verdict = verifyStatement(submission.statement, fixture.storage.identity.publicKey);
    expect(verdict).toMatchObject({ ok: true, statement: { terminal: 'zzt-05', caseNumber: submission.caseNumber, digest: submission.digest, clockKnown: true, chainNumber: 1, before: '' } });
    expect(submission.statement.length).toBeLessThanOrEqual(300);
    expect(fixture.cases.get(caseId)).toMatchObject({ state: 'stored', caseNumber: submission.caseNumber, promisedBy: '2026-12-11' });
    expect(fixture.outbox.rows(caseId)).toMatchObject([{ recipient: 'platform', sequence: 1, state: 'waiting', key: `${fixture.storage.incarnation}.zzt-05.${caseId}.1` }]);
    expect(fixture.cases.byNumber(submission.caseNumber)?.caseId).toBe(caseId);
    expect(fixture.cases.ofPerson(people.zhang.idNumber)).toMatchObject([{ caseId, state: 'stored' }]);
  });
  it('twice is submitting once', () => {
    const caseId = draft();
    const first = submit(caseId);
    const also: number[] = [];
    expect(submit(caseId, () => also.push(1))).toEqual(first);
    expect(fixture.cases.submissionOf(caseId)).toEqual(first);
    expect(also).toEqual([]);
    expect(fixture.outbox.rows(caseId)).toHaveLength(1);
  });
  it('keeps nothing at all when one part fails', async () => {
    const caseId = draft();
    expect(() =>
      submit(caseId, () => {
        throw new Error('no paper row');
      }),
    ).toThrow('no paper row');
    expect(fixture.cases.get(caseId)).toMatchObject({ state: 'draft', caseNumber: null });
    expect(fixture.outbox.rows(caseId)).toEqual([]);
    await reopen();
    expect(submit(caseId).chainNumber).toBe(1);
  });
  it('signs a digest that the platform can compute from what it gets', () => {
    const caseId = draft();
    const { digest, statement } = submit(caseId);
    const row = fixture.storage.prepare('SELECT sealed FROM outbox').get() as { sealed: Buffer };
    const [, wire = ''] = fixture.storage.caseKeys.open(caseId, { table: 'outbox:platform', sequence: 1 }, row.sealed).toString().split('\n');
    const { statement: sent, ...body } = (JSON.parse(wire) as { body: Record<string, unknown> }).body;
    expect([sent, sha256Hex(canonicalJson(body))]).toEqual([statement, digest]);
  });
  it('binds each statement to the one before', () => {
    const first = submit(draft('a'));
    const second = submit(draft('b'));
    const verdict = verifyStatement(second.statement, fixture.storage.identity.publicKey);
    expect(verdict.ok && verdict.statement.before).toHaveLength(11);
    expect([first.chainNumber, second.chainNumber]).toEqual([1, 2]);
  });
  it('promises no day while the clock is not known', () => {
    clock.isKnown = false;
    const caseId = draft();
    expect(submit(caseId).clockKnown).toBe(false);
    expect(fixture.cases.get(caseId)?.promisedBy).toBeNull();
  });
  it('refuses changes afterwards', () => {
    const caseId = draft();
    submit(caseId);
    expect(code(() => fixture.cases.saveAnswers(caseId, {}))).toBe('wrong-state');
    expect(code(() => fixture.cases.reopenForCorrection(caseId))).toBe('wrong-state');
    expect(code(() => fixture.cases.submit('c000', { signature: null, promisedWorkingDays: null }))).toBe('unknown-case');
  });
});

describe('case numbers', () => {
  it('never repeat, with the clock set back, unknown, or the database restored', async () => {
    const given = new Set<string>();
    let count = 0;
    const give = (): string => {
      const { caseNumber } = submit(draft(`item-${count++}`));
      expect(given.has(caseNumber)).toBe(false);
      given.add(caseNumber);
      return caseNumber;
    };
    give();
    const backup = join(home, 'backup.db');
    await fixture.storage.backup(backup);
    give();
    clock.advance(24 * 3_600_000);
    expect(give()).toMatch(/^20261123/);
    clock.isKnown = false;
    clock.advance(5 * 24 * 3_600_000);
    expect(give()).toMatch(/^20261123/);
    clock = new ManualClock();
    await reopen();
    expect(give()).toMatch(/^20261122/);
    await fixture.close();
    copyFileSync(backup, join(home, 'terminal.db'));
    fixture = openFixture(home, { clock });
    expect(fixture.storage.boot.newIncarnation).toBe('restored');
    give();
    give();
  });
  it('end with a clear error after 9,999 a day, and go on the next day', () => {
    fixture.storage.prepare("INSERT INTO counters (name, value) VALUES ('case:20261122', 9998)").run();
    expect(submit(draft('a')).caseNumber).toMatch(/^202611220059999\d$/);
    const caseId = draft('b');
    expect(code(() => submit(caseId))).toBe('case-numbers-exhausted');
    expect(fixture.cases.get(caseId)?.state).toBe('draft');
    clock.advance(24 * 3_600_000);
    expect(submit(caseId).caseNumber).toMatch(/^202611230050001\d$/);
  });
  it('belong to the hall\'s business day', () => {
    const at = Date.UTC(2026, 10, 21, 19, 12);
    expect([businessDay(at, 'Asia/Shanghai', '00:00'), businessDay(at, 'Asia/Shanghai', '06:00')]).toEqual(['20261122', '20261121']);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 40 }), (day, days) => {
        const start = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
        const end = new Date(`${workingDaysAfter(start, days)}T00:00:00Z`);
        const weekdays = Array.from({ length: (end.getTime() - Date.parse(`${start}T00:00:00Z`)) / 86_400_000 }, (_, index) => new Date(Date.parse(`${start}T00:00:00Z`) + (index + 1) * 86_400_000).getUTCDay()).filter((weekday) => weekday % 6 !== 0);
        expect(weekdays).toHaveLength(days);
      }),
    );
  });
});

describe('nothing of a person can be read', () => {
  it('in any table, file or write-ahead log of the home, in any encoding', () => {
    const person = { ...people.rare, name: '欧阳𠮷示例' };
    const caseId = draft('public-rental-housing', person);
    fixture.cases.saveAnswers(caseId, answers);
    fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.from(`${person.name} ${person.idNumber}`.repeat(50)), findings: [] });
    fixture.storage.sessions.save(Buffer.from(JSON.stringify(person)));
    const { caseNumber } = submit(caseId);
    fixture.ledger.intend({ caseId, kind: 'receipt-slip', numbered: false, number: null, sheets: 1 });
    const secrets = [person.name, '欧阳', person.idNumber, person.address ?? '', '13800138000', '李示例'];
    const needles = secrets.flatMap((secret) => [Buffer.from(secret), Buffer.from(secret, 'utf16le'), Buffer.from(secret, 'utf16le').swap16(), iconv.encode(secret, 'gb18030'), Buffer.from(JSON.stringify(secret).slice(1, -1)), Buffer.from(Buffer.from(secret).toString('base64').slice(0, -4) || 'unused-needle')]);
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.map((file) => file.name)).toContain('terminal.db-wal');
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect([file.name, needles.filter((needle) => bytes.includes(needle)).map(String)]).toEqual([file.name, []]);
    }
    const tables = (fixture.storage.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]).map((table) => table.name);
    const dump = tables.map((table) => JSON.stringify(fixture.storage.prepare(`SELECT * FROM ${table}`).all(), (_, value: unknown) => (value !== null && typeof value === 'object' && 'data' in value ? Buffer.from(value.data as number[]).toString('latin1') : value))).join('\n');
    for (const secret of secrets) expect(dump.includes(secret)).toBe(false);
    // The search would find what is there.
    expect(dump).toContain(caseNumber);
  });
});

describe('on the spot and after', () => {
  const certificate = { number: 'CB-1', issuedAt: '2026-11-22T03:12:00+08:00', values: { person: { name: 'x' } }, verificationCode: 'V' };
  it('an issued certificate is kept with its case once', () => {
    const caseId = draft('social-insurance-certificate');
    fixture.cases.keepIssued(caseId, certificate);
    fixture.cases.keepIssued(caseId, certificate);
    expect(fixture.cases.get(caseId)).toMatchObject({ state: 'issued', certificate, certificatePrinted: false });
    fixture.cases.rate(caseId, 5);
    fixture.cases.rate(caseId, 1);
    expect(fixture.outbox.rows(caseId).map((row) => row.kind)).toEqual(['issued', 'rated']);
  });
  it('a printed certificate is told with its proof, a doubtful one with its number, a settled one as printed', () => {
    const caseId = draft('social-insurance-certificate');
    fixture.cases.keepIssued(caseId, certificate);
    const paper = fixture.ledger.intend({ caseId, kind: 'certificate', numbered: true, number: 'CB-1', sheets: 1 });
    fixture.ledger.sent(paper.id, 7);
    const number = fixture.ledger.doubt(paper.id, 'paper-jam', 0);
    expect(number).toMatch(/^\d{4}-\d$/);
    fixture.ledger.settle(paper.id, 'clerk-1', 'printed');
    fixture.cases.markCertificatePrinted(caseId);
    expect(fixture.outbox.rows(caseId).map((row) => row.kind)).toEqual(['issued', 'print-in-doubt', 'printed']);
    expect(fixture.cases.get(caseId)?.certificatePrinted).toBe(true);
  });
});
