import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CitizenEvent } from './page-contract.ts';
import { config, DOCUMENT, draft, RESIDENT, scannedPage, SUBMISSION, TICKET, World } from './fixtures.ts';
import { isActing, wantsCard } from './machine.ts';
import type { SessionEvent, SessionState } from './state.ts';
import { viewOf } from './view.ts';

const view = (world: World) => viewOf(world.state, { ...world.env(), nowText: '2026-11-22T03:12:00+08:00', clockKnown: true, pageDevices: [] }, 1);

describe('applying for public rental housing', () => {
  it('asks only what card and platform do not answer', () => {
    const world = new World();
    world.toForm();
    const asked: string[] = [];
    while (world.state.page.at === 'question') {
      asked.push(world.state.page.field);
      const answers: Record<string, string> = { phone: '13800006620', maritalStatus: 'single', householdSize: '1', housingNow: 'rented', housingWanted: 'any', contactByPhone: 'no' };
      world.touch({ type: 'answer', field: world.state.page.field, value: answers[world.state.page.field] ?? '' });
    }
    expect(asked).toEqual(['phone', 'maritalStatus', 'householdSize', 'housingNow', 'housingWanted', 'contactByPhone']);
    expect(world.state.page.at).toBe('materials');
  });

  it('asks for the spouse once a marriage is stated', () => {
    const world = new World();
    world.toForm();
    world.touch({ type: 'answer', field: 'phone', value: '13800006620' });
    world.touch({ type: 'answer', field: 'maritalStatus', value: 'married' });
    expect(world.state.page).toMatchObject({ at: 'question', field: 'spouseName' });
    world.touch({ type: 'answer', field: 'spouseName', value: '' });
    expect(world.state.page).toMatchObject({ field: 'spouseName', error: { code: 'required' } });
  });

  it('goes from card to stored, and only the submission brings the done page', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.scanAll();
    expect(world.state.page.at).toBe('check');
    world.touch({ type: 'all-correct' });
    expect(world.state.page.at).toBe('sign');
    const effects = world.touch({ type: 'sign', strokes: [[[1, 1, 0, 0.5]]], widthMm: 200, heightMm: 80 });
    expect(effects.map((effect) => effect.do)).toEqual(['submit']);
    expect(world.state.page).toMatchObject({ at: 'working', what: 'saving' });
    world.on({ type: 'submitted', submission: SUBMISSION, promisedBy: '2026-12-11' });
    expect(world.state.page).toMatchObject({ at: 'done', caseNumber: SUBMISSION.caseNumber });
    expect(view(world).screen).toMatchObject({ kind: 'done', next: [{ title: { zh: '12月11日前，审核' } }, {}] });
  });

  it('works without the platform: everything is asked, nothing waits', () => {
    const world = new World();
    world.touch({ type: 'open-item', item: 'public-rental-housing' });
    world.layCard();
    world.on({ type: 'draft-opened', record: draft('public-rental-housing') });
    world.on({ type: 'looked-up', values: {}, licences: [] });
    world.touch({ type: 'agree' });
    expect(world.state.page).toMatchObject({ at: 'question', field: 'phone' });
    expect(world.state.flow?.answers['name']).toEqual({ value: RESIDENT.name, source: 'card' });
  });

  it('a change from the check page leads back to it', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.scanAll();
    world.touch({ type: 'change', field: 'housingWanted' });
    expect(world.state.page).toMatchObject({ at: 'question', fromCheck: true });
    world.touch({ type: 'answer', field: 'housingWanted', value: 'any' });
    expect(world.state.page.at).toBe('check');
  });

  it('what comes from the card cannot be changed', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.scanAll();
    world.touch({ type: 'change', field: 'name' });
    expect(world.state.page.at).toBe('check');
  });

  it('but whoever has moved since the card was made says where home is now', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.scanAll();
    expect(world.state.flow?.answers['currentAddress']?.source).toBe('card');
    const { screen } = view(world);
    const rows = screen.kind === 'check' ? screen.groups.flatMap((group) => group.rows) : [];
    expect(rows.filter(({ source }) => source === 'card').map(({ field, target }) => [field, target])).toEqual([['name', 'none'], ['idNumber', 'none'], ['currentAddress', 'question']]);
    world.touch({ type: 'change', field: 'currentAddress' });
    expect(world.state.page).toMatchObject({ at: 'question', field: 'currentAddress', fromCheck: true });
    world.touch({ type: 'answer', field: 'currentAddress', value: '青溪市城东区万松路18号' });
    expect(world.state.page.at).toBe('check');
    expect(world.state.flow?.answers['currentAddress']).toEqual({ value: '青溪市城东区万松路18号', source: 'typed' });
  });

  it('an answer that no longer applies is not sent', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.scanAll();
    world.touch({ type: 'change', field: 'maritalStatus' });
    world.touch({ type: 'answer', field: 'maritalStatus', value: 'single' });
    world.touch({ type: 'all-correct' });
    expect(world.state.flow?.answers).not.toHaveProperty('spouseName');
  });

  it('a material without a page is not accepted as done', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.touch({ type: 'material-done' });
    expect(world.state.page).toMatchObject({ at: 'materials', materialId: 'labour-contract' });
  });

  it('a card that the item does not accept leaves nothing behind', () => {
    const world = new World();
    world.touch({ type: 'open-item', item: 'public-rental-housing' });
    world.layCard({ ...RESIDENT, kind: 'hmt', passNumber: 'H00000000' });
    expect(world.state).toMatchObject({ person: null, id: null, photo: null, page: { at: 'card', state: 'not-accepted' } });
  });

  it('an expired card is told, and an unknown clock refuses no card', () => {
    const expired = { ...RESIDENT, validTo: '2020-01-01' };
    const world = new World();
    world.layCard(expired);
    expect(world.state).toMatchObject({ person: null, page: { at: 'card', state: 'expired' } });
    const lost = new World();
    lost.today = null;
    lost.layCard(expired);
    expect(lost.state.page.at).toBe('mine');
  });

  it('an item that cannot be finished here is not begun', () => {
    const world = new World();
    world.readiness = { open: false, reasons: [{ kind: 'consumables', device: 'receipt-printer', condition: 'paper-out', remedy: 'replenish', since: null }] };
    world.touch({ type: 'open-item', item: 'public-rental-housing' });
    expect(view(world).screen).toMatchObject({ kind: 'closed', reasons: [{ condition: 'paper-out' }], canPrintPlaces: false });
    expect(wantsCard(world.state)).toBe(false);
  });
});

describe('a certificate on the spot', () => {
  it('takes three touches from item to leaving', () => {
    const world = new World();
    let touches = 0;
    const touch = (event: CitizenEvent): void => {
      touches += 1;
      world.touch(event);
    };
    touch({ type: 'open-item', item: 'social-insurance-certificate' });
    world.layCard();
    world.on({ type: 'draft-opened', record: draft('social-insurance-certificate') });
    expect(view(world).screen.kind).toBe('confirm');
    touch({ type: 'confirm' });
    world.on({ type: 'issued', certificate: { number: 'N1', issuedAt: SUBMISSION.storedAt, values: {}, verificationCode: 'v' } });
    world.on({ type: 'certificate-printing', done: 0, total: 1 });
    world.on({ type: 'certificate-printed', caseId: 'c000000000000000000000001', stored: SUBMISSION });
    expect(view(world).screen).toMatchObject({ kind: 'done', certificate: { state: 'take' } });
    touch({ type: 'leave' });
    expect(touches).toBe(3);
    expect(world.state.person).toBeNull();
  });

  it('a doubtful sheet gives a number and is never printed again here', () => {
    const world = new World();
    world.touch({ type: 'open-item', item: 'social-insurance-certificate' });
    world.layCard();
    world.on({ type: 'draft-opened', record: draft('social-insurance-certificate') });
    world.touch({ type: 'confirm' });
    world.on({ type: 'issued', certificate: { number: 'N1', issuedAt: '', values: {}, verificationCode: 'v' } });
    const effects = world.on({ type: 'certificate-failed', caseId: 'c000000000000000000000001', fault: 'paper-jam', device: 'document-printer', sheets: { printed: 0, total: 1 }, doubt: { number: '0731-6', qr: 'q' }, caseNumber: '1' });
    expect(effects.map((effect) => effect.do)).toEqual(['print-doubt-slip']);
    expect(view(world).screen).toMatchObject({ kind: 'fault', doubtNumber: '0731-6', canRetry: false });
    expect(world.touch({ type: 'retry' })).toEqual([]);
  });
});

describe('a case that came back', () => {
  it('leads through everything to correct, and to the check page', () => {
    const world = new World();
    world.layCard();
    const record = draft('public-rental-housing', {
      state: 'to-correct',
      caseNumber: SUBMISSION.caseNumber,
      answers: Object.fromEntries(
        Object.entries({ name: RESIDENT.name, idNumber: RESIDENT.idNumber, phone: '13800006620', maritalStatus: 'single', householdSize: '1', currentAddress: '青溪市城东区万松路18号', housingNow: 'rented', employer: '青溪市第二纺织厂', monthlyIncome: '386000', housingWanted: 'any', contactByPhone: 'no' }).map(
          ([field, value]) => [field, { value, source: 'typed' as const }],
        ),
      ),
      materials: [
        { id: 'household-register', how: 'platform', pages: [] },
        { id: 'labour-contract', how: 'scan', pages: [scannedPage('a')], document: DOCUMENT },
        { id: 'income-statement', how: 'scan', pages: [scannedPage('b')] },
      ],
      corrections: [
        { target: { kind: 'field', id: 'employer' }, note: '单位名称不全' },
        { target: { kind: 'material', id: 'income-statement' }, note: '章太淡' },
      ],
    });
    world.on({ type: 'cases-listed', cases: [record] });
    world.touch({ type: 'open-case', caseNumber: SUBMISSION.caseNumber });
    world.on({ type: 'case-opened', record });
    expect(view(world).screen).toMatchObject({ kind: 'correction', points: [{ note: { zh: '单位名称不全' } }, { note: { zh: '章太淡' } }] });
    world.touch({ type: 'correct' });
    world.on({ type: 'draft-opened', record });
    expect(view(world).screen).toMatchObject({ kind: 'question', question: { field: 'employer' }, correction: { zh: '单位名称不全' } });
    world.touch({ type: 'answer', field: 'employer', value: '青溪市第二纺织厂有限公司' });
    expect(view(world).screen).toMatchObject({ kind: 'materials', material: { id: 'income-statement' } });
    world.touch({ type: 'material-done' });
    expect(world.state.page.at).toBe('check');
  });
});

describe('the idle timer', () => {
  it('asks at 45 s and ends 40 s later, with nothing of the citizen left', () => {
    const world = new World();
    world.toForm();
    world.wait(44);
    expect(view(world).idle).toBeNull();
    world.wait(1);
    expect(view(world).idle).toMatchObject({ secondsLeft: 40, draftKept: true });
    world.wait(39);
    expect(world.state.person).not.toBeNull();
    world.wait(1);
    expect(JSON.stringify(world.state)).not.toContain(RESIDENT.name);
    world.on({ type: 'card-left', present: false });
    expect(world.state.page.at).toBe('home');
  });

  it('waits twice as long in elder mode', () => {
    const world = new World();
    world.touch({ type: 'set-elder', on: true });
    world.toForm();
    world.wait(89);
    expect(view(world).idle).toBeNull();
    world.wait(1);
    expect(view(world).idle?.totalSeconds).toBe(80);
  });

  it('stands still while a device acts', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.touch({ type: 'scan' });
    world.wait(300);
    expect(world.state).toMatchObject({ askedAt: null, page: { phase: 'scanning' } });
  });

  it('is answered by a touch on the button, not by one beside it', () => {
    const world = new World();
    world.toForm();
    world.wait(45);
    world.touch({ type: 'touch' });
    expect(world.state.askedAt).not.toBeNull();
    world.touch({ type: 'stay' });
    expect(world.state.askedAt).toBeNull();
  });

  it('a card left on the reader is asked for until it is gone', () => {
    const world = new World();
    world.toForm();
    world.touch({ type: 'leave' });
    world.on({ type: 'card-left', present: true });
    expect(view(world).screen.kind).toBe('take-card');
    world.on({ type: 'card-left', present: false });
    expect(view(world).screen.kind).toBe('home');
  });
});

describe('a card that is not taken away', () => {
  const expired = { ...RESIDENT, validTo: '2026-11-21' };

  it('after an expired card the home page comes when it is lifted, not to read it again and again', () => {
    for (const leave of [{ type: 'back' }, { type: 'home' }, { type: 'leave' }] as const) {
      const world = new World();
      world.layCard(expired);
      expect(world.state).toMatchObject({ person: null, page: { at: 'card', state: 'expired' } });
      expect(world.touch(leave).map((effect) => effect.do)).toEqual(['ask-card-left']);
      expect(world.state.page).toMatchObject({ at: 'working', what: 'finishing' });
      world.on({ type: 'card-left', present: true });
      expect(wantsCard(world.state)).toBe(false);
      world.layCard();
      expect(world.state).toMatchObject({ person: null, page: { at: 'take-card' } });
      world.on({ type: 'card-left', present: false });
      expect(world.state.page.at).toBe('home');
    }
  });

  it('an expired card that nobody takes is asked for when the idle time is over', () => {
    const world = new World();
    world.layCard(expired);
    world.wait(90);
    world.on({ type: 'card-left', present: true });
    expect(world.state.page.at).toBe('take-card');
    world.effects = [];
    world.wait(2);
    expect(world.effects).toEqual([{ do: 'ask-card-left' }, { do: 'ask-card-left' }]);
  });

  it('the last day of a card still counts, and with the clock unknown nothing is judged', () => {
    const world = new World();
    world.layCard({ ...RESIDENT, validTo: '2026-11-22' });
    expect(world.state.person?.name).toBe(RESIDENT.name);
    const unsure = new World();
    unsure.today = null;
    unsure.layCard(expired);
    expect(unsure.state.person?.name).toBe(RESIDENT.name);
  });

  it('a card of someone before, found at home, is asked for and begins nothing', () => {
    const world = new World();
    world.on({ type: 'card-left', present: true });
    world.layCard();
    expect(world.state).toMatchObject({ id: null, person: null, page: { at: 'take-card' } });
    world.touch({ type: 'open-mine' });
    expect(world.state.page.at).toBe('take-card');
  });

  it('a card found late changes nothing for whoever is in a session', () => {
    const world = new World();
    world.toForm();
    world.on({ type: 'card-left', present: true });
    expect(world.state.page.at).toBe('question');
  });
});

describe('answers that no field may hold', () => {
  const judged = (value: string): unknown => {
    const world = new World();
    world.toForm();
    world.touch({ type: 'answer', field: 'phone', value: '13800006620' });
    world.touch({ type: 'answer', field: 'maritalStatus', value: 'married' });
    world.touch({ type: 'answer', field: 'spouseName', value });
    return world.state.page.at === 'question' && world.state.page.field === 'spouseName' ? world.state.page.error?.code : 'accepted';
  };
  it.each([
    ['an emoji', '小明😀', 'emoji'],
    ['a lone surrogate', '小\uD842', 'broken-character'],
    ['a control character', '小\u0007明', 'not-allowed'],
    ['a name too long', '长'.repeat(51), 'too-long'],
    ['a name too short', '李', 'too-short'],
  ])('%s is told beside the field', (_what, value, code) => {
    expect(judged(value)).toBe(code);
  });

  it.each(['𠮷田一郎', '买买提·阿卜杜热西提·吐尔逊', 'Maria Grün'])('the name %s is accepted', (name) => {
    expect(judged(name)).toBe('accepted');
  });

  it('takes yuan and keeps fen', () => {
    const world = new World();
    world.toForm();
    world.answerAll();
    world.scanAll();
    world.touch({ type: 'change', field: 'monthlyIncome' });
    expect(view(world).screen).toMatchObject({ kind: 'question', value: '3860.00' });
    world.touch({ type: 'answer', field: 'monthlyIncome', value: '12.345' });
    expect(world.state.page).toMatchObject({ error: { code: 'not-a-number' } });
    world.touch({ type: 'answer', field: 'monthlyIncome', value: '4500.5' });
    expect(world.state.flow?.answers['monthlyIncome']).toEqual({ value: '450050', source: 'typed' });
    expect(JSON.stringify(view(world).screen)).toContain('4,500.50 元');
  });

  it('says how many digits a phone number still needs', () => {
    const world = new World();
    world.toForm();
    world.touch({ type: 'answer', field: 'phone', value: '1380000' });
    expect(world.state.page).toMatchObject({ error: { code: 'too-short', amount: 4 } });
  });
});

const TIME = '2026-11-23T09:30:00+08:00';
const BOOKED: SessionEvent = { type: 'time-booked', ticket: TICKET.ticket, key: 'key', appointmentCode: 'Y0123456789AB', time: TIME, sessionId: 'three' };

const point: [number, number, number, number] = [1, 1, 0, 0.5];
const EVENTS: SessionEvent[] = [
  ...(
    [
      { type: 'touch' },
      { type: 'set-language', language: 'en' },
      { type: 'set-elder', on: true },
      { type: 'set-spoken', on: true },
      { type: 'help', open: true },
      { type: 'stay' },
      { type: 'leave' },
      { type: 'home' },
      { type: 'back' },
      { type: 'open-items', entry: 'all' },
      { type: 'open-item', item: 'public-rental-housing' },
      { type: 'open-item', item: 'social-insurance-certificate' },
      { type: 'open-item', item: 'no-such-item' },
      { type: 'open-guide', item: 'public-rental-housing' },
      { type: 'open-mine' },
      { type: 'open-case', caseNumber: SUBMISSION.caseNumber },
      { type: 'agree' },
      { type: 'answer', field: 'phone', value: '13800006620' },
      { type: 'answer', field: 'maritalStatus', value: 'single' },
      { type: 'change', field: 'phone' },
      { type: 'change-materials' },
      { type: 'scan' },
      { type: 'remove-page', page: 'p1' },
      { type: 'move-page', page: 'p1', by: 1 },
      { type: 'material-done' },
      { type: 'all-correct' },
      { type: 'sign', strokes: [[point]], widthMm: 100, heightMm: 50 },
      { type: 'confirm' },
      { type: 'correct' },
      { type: 'print' },
      { type: 'print-slip' },
      { type: 'print-places' },
      { type: 'retry' },
      { type: 'rate', score: 5 },
      { type: 'another' },
      { type: 'open-numbers' },
      { type: 'open-numbers', item: 'social-insurance-certificate' },
      { type: 'choose-priority', priority: 'disabled' },
      { type: 'choose-priority', priority: 'no-such-priority' },
      { type: 'take-number', class: 'real-estate' },
      { type: 'take-number', class: 'company' },
      { type: 'take-number', class: 'no-such-class' },
      { type: 'open-check-in' },
      { type: 'check-in', code: 'YY-2026-1' },
      { type: 'check-in', code: ' ' },
      { type: 'print-ticket' },
      { type: 'give-back' },
    ] satisfies CitizenEvent[]
  ).map((event) => ({ type: 'citizen' as const, event })),
  { type: 'tick' },
  { type: 'card-found' },
  { type: 'card-read', card: RESIDENT, sessionId: 'one' },
  { type: 'card-failed', fault: 'media-removed' },
  { type: 'card-failed', fault: 'no-media' },
  { type: 'reader-back' },
  { type: 'card-left', present: true },
  { type: 'card-left', present: false },
  { type: 'cases-listed', cases: [draft('public-rental-housing', { state: 'approved', caseNumber: SUBMISSION.caseNumber })] },
  { type: 'case-opened', record: draft('public-rental-housing', { state: 'approved', caseNumber: SUBMISSION.caseNumber }) },
  { type: 'draft-opened', record: draft('public-rental-housing') },
  { type: 'draft-opened', record: draft('social-insurance-certificate') },
  { type: 'looked-up', values: { employer: '青溪市第二纺织厂' }, licences: [] },
  { type: 'materials-changed', materials: [] },
  { type: 'page-scanned', materialId: 'labour-contract', page: scannedPage('p1') },
  { type: 'scan-ended', fault: null },
  { type: 'material-bound', materialId: 'labour-contract', document: DOCUMENT, fault: null },
  { type: 'material-bound', materialId: 'labour-contract', document: null, fault: 'media-too-large' },
  { type: 'scan-ended', fault: 'feeder-jam' },
  { type: 'submitted', submission: SUBMISSION, promisedBy: null },
  { type: 'store-failed', fault: 'device-fault' },
  { type: 'issued', certificate: { number: 'N1', issuedAt: '', values: {}, verificationCode: '' } },
  { type: 'issue-failed', refused: true },
  { type: 'issue-failed', refused: false },
  { type: 'slip-changed', caseId: 'c000000000000000000000001', paper: { state: 'take', fault: null, copies: 1 } },
  { type: 'certificate-making' },
  { type: 'certificate-printing', done: 1, total: 2 },
  { type: 'certificate-printed', caseId: 'c000000000000000000000001', stored: SUBMISSION },
  { type: 'certificate-failed', caseId: 'c000000000000000000000001', fault: 'paper-jam', device: 'document-printer', sheets: null, doubt: { number: '0731-6', qr: '' }, caseNumber: null },
  { type: 'case-changed', record: draft('public-rental-housing', { state: 'received' }) },
  { type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' },
  { type: 'number-refused', refusal: 'unreachable' },
  { type: 'number-refused', refusal: 'identify-first' },
  { type: 'ticket-changed', ticket: { ...TICKET, ahead: 11 } },
  { type: 'ticket-changed', ticket: { ...TICKET, state: 'called', counter: '3', range: null } },
  { type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'take', fault: null, copies: 1 } },
  { type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'failed', fault: 'paper-out', copies: 1 } },
  { type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'doubt', fault: 'timed-out', copies: 1 } },
  { type: 'code-checked', outcome: 'verified', holder: 'ab', birthDate: '1950-11-22' },
  { type: 'code-checked', outcome: 'unchecked', holder: 'ab', birthDate: null },
  { type: 'number-refused', refusal: 'has-number', has: { ticket: TICKET, code: TICKET.ticket, sessionId: 'two' } },
  { type: 'number-given-back', ticket: TICKET.ticket, refusal: null },
  { type: 'number-given-back', ticket: TICKET.ticket, refusal: 'not-waiting' },
  { type: 'code-shown', text: 'YY-2026-1', kind: 'appointment' },
  { type: 'code-shown', text: 'HALL-ID-1', kind: 'identity' },
  { type: 'code-shown', text: '6901234567892', kind: 'unknown' },
  { type: 'citizen', event: { type: 'open-times' } },
  { type: 'citizen', event: { type: 'later-times' } },
  { type: 'citizen', event: { type: 'choose-time', time: TIME } },
  { type: 'citizen', event: { type: 'book' } },
  { type: 'citizen', event: { type: 'print-appointment' } },
  { type: 'times-found', ticket: TICKET.ticket, times: [TIME] },
  { type: 'times-found', ticket: TICKET.ticket, times: [] },
  BOOKED,
  { type: 'time-not-booked', ticket: TICKET.ticket, why: 'gone' },
  { type: 'time-not-booked', ticket: TICKET.ticket, why: 'unanswered' },
  { type: 'booked-number', key: 'key', numberBack: 'given-back' },
  { type: 'appointment-paper', key: 'key', paper: { state: 'doubt', fault: 'timed-out', copies: 1 } },
  { type: 'presence', near: true },
  { type: 'presence', near: false },
];

/** Whatever stands open, the citizen can get home: by leaving, or by the world ending what it is doing. */
const waysHome = (world: World): boolean => {
  for (let step = 0; step < 6; step += 1) {
    if (world.state.page.at === 'home') return true;
    if (world.state.page.at === 'working') world.on(world.state.page.what === 'finishing' ? { type: 'card-left', present: false } : { type: 'issue-failed', refused: true });
    if (world.state.page.at === 'working') world.on({ type: 'store-failed', fault: 'device-fault' });
    if (world.state.page.at === 'working') world.on({ type: 'number-refused', refusal: 'unreachable' });
    if (world.state.page.at === 'working') world.on({ type: 'time-not-booked', ticket: TICKET.ticket, why: 'refused' });
    world.touch({ type: 'leave' });
    world.on({ type: 'card-left', present: false });
  }
  return world.state.page.at === 'home';
};

describe('every page × every event', () => {
  it('no event in any order breaks the session, and there is always a way home', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: EVENTS.length - 1 }), fc.integer({ min: 0, max: 60 })), { maxLength: 40 }), (moves) => {
        const world = new World();
        for (const [index, seconds] of moves) {
          world.now += seconds * 500;
          world.on(EVENTS[index]!);
          seen.add(world.state.page.at);
          view(world);
        }
        expect(waysHome(world)).toBe(true);
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('each page takes each event without an error', () => {
    const pages = reachPages();
    for (const [name, state] of pages) {
      for (const event of EVENTS) {
        const world = new World();
        world.state = state;
        world.on(event);
        expect(() => view(world), `${name} × ${JSON.stringify(event).slice(0, 80)}`).not.toThrow();
        expect(typeof isActing(world.state)).toBe('boolean');
      }
    }
    expect([...pages.keys()].sort()).toEqual(
      ['appointment', 'book', 'card', 'check', 'check-in', 'closed', 'code', 'confirm', 'correction', 'done', 'fault', 'guide', 'home', 'items', 'materials', 'mine', 'no-number', 'notice', 'number', 'number-back', 'question', 'rest', 'result', 'sign', 'take-card', 'ticket', 'times', 'working'],
    );
  });
});

/** One state for every page there is. */
const reachPages = (): Map<string, SessionState> => {
  const found = new Map<string, SessionState>();
  const note = (world: World): void => void found.set(world.state.page.at, world.state);
  const walk = (...steps: ((world: World) => void)[]): void => {
    const world = new World();
    note(world);
    for (const step of steps) {
      step(world);
      note(world);
    }
  };
  const touch = (event: CitizenEvent) => (world: World) => void world.touch(event);
  const on = (event: SessionEvent) => (world: World) => void world.on(event);
  const lay = (world: World): void => void world.layCard();
  const housing = draft('public-rental-housing', { state: 'approved', caseNumber: SUBMISSION.caseNumber });
  walk(touch({ type: 'open-items', entry: 'all' }), touch({ type: 'open-guide', item: 'public-rental-housing' }));
  walk(touch({ type: 'open-item', item: 'public-rental-housing' }), lay, on({ type: 'draft-opened', record: draft('public-rental-housing') }), on({ type: 'looked-up', values: {}, licences: [] }), touch({ type: 'agree' }));
  walk((world) => world.toForm(), (world) => world.answerAll(), (world) => world.scanAll(), touch({ type: 'all-correct' }));
  walk((world) => world.toDone());
  walk(touch({ type: 'open-item', item: 'social-insurance-certificate' }), lay, on({ type: 'draft-opened', record: draft('social-insurance-certificate') }), touch({ type: 'confirm' }), on({ type: 'issue-failed', refused: false }));
  walk(lay, on({ type: 'cases-listed', cases: [housing] }), touch({ type: 'open-case', caseNumber: SUBMISSION.caseNumber }), on({ type: 'case-opened', record: housing }));
  walk(lay, on({ type: 'cases-listed', cases: [housing] }), on({ type: 'case-opened', record: { ...housing, state: 'to-correct' } }));
  walk(lay, touch({ type: 'leave' }), on({ type: 'card-left', present: true }));
  walk((world) => {
    world.alone = { forMs: 600_000, restAfterMs: 60_000 };
  }, on({ type: 'tick' }));
  walk(on({ type: 'code-shown', text: '6901234567892', kind: 'unknown' }));
  walk(touch({ type: 'open-numbers' }), touch({ type: 'open-check-in' }), on({ type: 'number-refused', refusal: 'too-early' }));
  walk(touch({ type: 'open-numbers' }), touch({ type: 'take-number', class: 'real-estate' }), on({ type: 'number-refused', refusal: 'too-often' }));
  walk(touch({ type: 'open-numbers' }), touch({ type: 'take-number', class: 'real-estate' }), on({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' }));
  walk(touch({ type: 'open-numbers' }), touch({ type: 'take-number', class: 'real-estate' }), on({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' }), touch({ type: 'give-back' }), on({ type: 'number-given-back', ticket: TICKET.ticket, refusal: null }));
  walk(touch({ type: 'open-numbers' }), touch({ type: 'take-number', class: 'real-estate' }), on({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' }), on({ type: 'times-found', ticket: TICKET.ticket, times: [TIME] }), touch({ type: 'open-times' }), touch({ type: 'choose-time', time: TIME }), touch({ type: 'book' }), on(BOOKED));
  walk((world) => {
    world.readiness = { open: false, reasons: [] };
  }, touch({ type: 'open-item', item: config.items[0]!.id }));
  return found;
};
