import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { answers, newHome, openFixture, people, removeHome, type Fixture } from './fixture.ts';
import type { Signature } from './index.ts';

const ITEM = 'public-rental-housing';
const SIGNATURE: Signature = { widthMm: 100, heightMm: 40, strokes: [[[10, 10, 0, 0.5], [12.25, 11, 16, 0.75]]] };

let home: string;
let fixture: Fixture;
beforeEach(() => {
  home = newHome();
  fixture = openFixture(home, { clock: new ManualClock() });
});
afterEach(async () => {
  await fixture.close();
  removeHome(home);
});

const filled = (phone: string, person = people.zhang): string => {
  const { cases } = fixture;
  const { caseId } = cases.openDraft(ITEM, person);
  cases.saveAnswers(caseId, { ...answers, phone: { value: phone, source: 'typed' } });
  cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.from(phone), findings: [] });
  return caseId;
};
const submit = (caseId: string) => fixture.cases.submit(caseId, { signature: SIGNATURE, promisedWorkingDays: 15 });
/** What waits for the platform, as it is sent. */
const sent = (caseId: string): string => {
  const { storage } = fixture;
  const { sequence, sealed } = storage.prepare("SELECT sequence, sealed FROM outbox WHERE case_id = ? AND recipient = 'platform' ORDER BY sequence DESC LIMIT 1").get(caseId) as { sequence: number; sealed: Buffer };
  return storage.caseKeys.open(caseId, { table: 'outbox:platform', sequence }, sealed).toString('utf8');
};

describe('a case opened while the citizen signs', () => {
  it('is sent and kept as one that was not opened before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (words) => {
        const caseId = filled(words);
        fixture.cases.prepareSubmission(caseId);
        const { digest } = submit(caseId);
        const plain = filled(words);
        const again = submit(plain);
        const bodyOf = (id: string) => ({ ...(JSON.parse(sent(id).split('\n')[1] ?? '') as { body: Record<string, unknown> }).body, caseNumber: '', statement: '', materials: [] });
        expect(bodyOf(caseId)).toEqual(bodyOf(plain));
        expect(digest).not.toBe(again.digest);
        expect(fixture.cases.get(caseId)).toMatchObject({ state: 'stored', answers: { phone: { value: words } }, materials: [{ id: 'income', pages: [{ index: 0 }] }] });
      }),
      { numRuns: 25 },
    );
  });
  it('is opened anew when it changed since', () => {
    const caseId = filled('13800000001');
    fixture.cases.prepareSubmission(caseId);
    fixture.cases.saveAnswers(caseId, { ...answers, phone: { value: '13900000002', source: 'typed' } });
    submit(caseId);
    expect(sent(caseId)).toContain('13900000002');
    expect(sent(caseId)).not.toContain('13800000001');
    expect(fixture.cases.get(caseId)?.answers).toMatchObject({ phone: { value: '13900000002' } });
  });
  it('stays apart from the case of somebody else', () => {
    const first = filled('13800000001');
    const second = filled('13900000002', people.rare);
    fixture.cases.prepareSubmission(first);
    submit(second);
    expect(sent(second)).toContain('𠮷示例');
    expect(sent(second)).not.toContain('13800000001');
    submit(first);
    expect(sent(first)).toContain('张示例');
  });
  it('is what it was when nothing could be kept', () => {
    const caseId = filled('13800000001');
    fixture.cases.prepareSubmission(caseId);
    expect(() => fixture.cases.submit(caseId, { signature: SIGNATURE, promisedWorkingDays: 15, also: () => { throw new Error('no room'); } })).toThrow('no room');
    expect(fixture.cases.get(caseId)).toMatchObject({ state: 'draft', caseNumber: null });
    expect(submit(caseId)).toMatchObject({ chainNumber: 1 });
  });
  it('cannot be read any more once its key was dropped, whether it was let go or not', () => {
    const caseId = filled('13800000001');
    fixture.cases.prepareSubmission(caseId);
    fixture.cases.forget(caseId);
    expect(() => submit(caseId)).toThrow('no such case');
    expect(() => fixture.storage.caseKeys.seal(caseId, { table: 'x', sequence: 1 }, Buffer.from('x'))).toThrow('dropped');
  });
  it('need not be there to be asked for', () => {
    fixture.cases.prepareSubmission('c000');
    fixture.cases.letGo();
    const caseId = filled('1');
    submit(caseId);
    fixture.cases.prepareSubmission(caseId);
    expect(submit(caseId).chainNumber).toBe(1);
  });
});
