/** A demo hall, a synthetic citizen and a hand-moved world for tests of the session. */
import { join } from 'node:path';
import type { DeviceClass, IdCard } from '../../drivers/contract.ts';
import { loadHall } from '../../kiosk-config/index.ts';
import type { CaseRecord, DocumentRef, PageRef, Submission } from '../cases/types.ts';
import type { ClassView, TicketView } from '../queue/index.ts';
import type { Readiness } from '../devices/types.ts';
import { next } from './machine.ts';
import { nobody, type Effect, type SessionEnv, type SessionEvent, type SessionState } from './state.ts';

const loaded = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
export const config = loaded.config;

export const RESIDENT: IdCard = {
  kind: 'resident',
  name: '欧阳吉祥',
  nameLatin: null,
  sex: 'male',
  ethnicity: '汉',
  birthDate: '1988-03-14',
  address: '青溪市城东区万松路18号302室',
  idNumber: '990101198803140037',
  issuer: '青溪市公安局',
  validFrom: '2018-05-01',
  validTo: '2038-05-01',
  nationality: null,
  passNumber: null,
  issueCount: null,
  photo: new Uint8Array([1, 2, 3]),
};

export const SUBMISSION: Submission = {
  caseNumber: '2026112200500017',
  storedAt: '2026-11-22T03:24:07+08:00',
  clockKnown: true,
  digest: 'a'.repeat(64),
  statement: 'HALL24.1.x.y',
  chainNumber: 1,
};

export const draft = (itemId: string, more: Partial<CaseRecord> = {}): CaseRecord => {
  const { photo: _photo, ...person } = RESIDENT;
  return {
    caseId: 'c000000000000000000000001',
    caseNumber: null,
    itemId,
    state: 'draft',
    quarantined: false,
    at: '2026-11-22T03:12:00+08:00',
    promisedBy: null,
    person,
    answers: {},
    materials: [],
    corrections: [],
    decisionNote: null,
    decidedAt: null,
    certificate: null,
    certificatePrinted: false,
    ...more,
  };
};

export const CLASSES: ClassView[] = (config.queue?.classes ?? []).map(({ id, name, prefix, identify, where, way, items }) => ({ id, name, prefix, open: true, opening: { today: [{ from: '00:00', to: '23:59' }], until: '23:59', opens: null }, identify, waiting: 3, openCounters: 2, range: { from: 10, to: 20 }, record: { share: 0.8, of: 40 }, where, way, items }));

export const TICKET: TicketView = {
  number: 'B047',
  ticket: 'a0b1c2d3e4f5a6b7c8d9e0f1',
  day: '20261122',
  state: 'waiting',
  class: 'real-estate',
  className: { zh: '不动产登记', en: 'Real-estate registration' },
  itemName: null,
  since: '2026-11-22T10:24:09+08:00',
  ahead: 12,
  aheadBooked: 2,
  range: { from: 25, to: 40 },
  record: { share: 0.8, of: 120 },
  where: { zh: '二楼 B 区', en: 'Area B, first floor' },
  way: { zh: '上电梯右转，看屏幕、听广播', en: 'Up the escalator, then right' },
  openCounters: 4,
  counter: null,
  toleranceCalls: 3,
  behind: 2,
  agreed: null,
  asOf: null,
};

export const scannedPage = (id: string): PageRef => ({ id, index: 0, contentType: 'image/jpeg', bytes: 10, digest: 'd', findings: [] });

export const DOCUMENT: DocumentRef = { id: 'pdf', contentType: 'application/pdf', bytes: 20, digest: 'e' };

export class World {
  state: SessionState;
  now = 1_000;
  effects: Effect[] = [];
  readiness: Readiness = { open: true, reasons: [] };
  today: string | null = '2026-11-22';
  terminal = config.terminal;
  /** The hall's classes as this terminal is told them. */
  classes = CLASSES;
  /** Nobody has been near for so long. */
  alone: SessionEnv['alone'] = null;
  /** What codes of tickets name. */
  codes: Record<string, ReturnType<NonNullable<SessionEnv['numbers']>['ticketIn']>> = {};
  /** The locker of this terminal. */
  pickUp: SessionEnv['pickUp'] = { open: true, reasons: [], codeAlone: true, watched: true, where: { zh: '机器左边的取件柜', en: 'The cabinet left of the terminal' } };
  /** Can the platform be asked for a time in place of a number? */
  booking = true;
  /** Classes that cannot do their work now. */
  readonly broken = new Set<DeviceClass>();
  /** Languages that can be said here. */
  speaks: SessionEnv['speaks'] = ['zh', 'en'];

  constructor() {
    this.state = nobody(this.now);
  }

  env(): SessionEnv {
    return { now: this.now, today: this.today, hall: config.hall, terminal: this.terminal, items: config.items, readiness: () => this.readiness, usable: (deviceClass) => !this.broken.has(deviceClass), speaks: this.speaks, alone: this.alone, paperReadiness: () => this.readiness, pickUp: this.pickUp, numbers: { classes: this.classes, priorities: config.queue?.priorities ?? [], appointments: true, booking: this.booking, ticketIn: (code) => this.codes[code] ?? null } };
  }

  /** One event; answers with the effects that it caused. */
  on(event: SessionEvent): Effect[] {
    const step = next(this.state, event, this.env());
    this.state = step.state;
    this.effects.push(...step.effects);
    return step.effects;
  }

  touch(event: Extract<SessionEvent, { type: 'citizen' }>['event']): Effect[] {
    return this.on({ type: 'citizen', event });
  }

  /** Time passes with the clock looked at once a second. */
  wait(seconds: number): void {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.now += 1_000;
      this.on({ type: 'tick' });
    }
  }

  layCard(card: IdCard = RESIDENT): Effect[] {
    this.on({ type: 'card-found' });
    return this.on({ type: 'card-read', card, sessionId: 'one' });
  }

  /** From home to the first question of the housing application. */
  toForm(): void {
    this.touch({ type: 'open-item', item: 'public-rental-housing' });
    this.layCard();
    this.on({ type: 'draft-opened', record: draft('public-rental-housing') });
    this.on({ type: 'looked-up', values: { monthlyIncome: '386000', employer: '青溪市第二纺织厂' }, licences: ['household-register'] });
    this.touch({ type: 'agree' });
  }

  /** Answers every question that is asked. */
  answerAll(): void {
    const answers: Record<string, string> = { phone: '13800006620', maritalStatus: 'married', spouseName: '李小满', householdSize: '3', housingNow: 'rented', housingWanted: 'two-rooms', contactByPhone: 'yes' };
    for (let count = 0; count < 30 && this.state.page.at === 'question'; count += 1) {
      const { field } = this.state.page;
      this.touch({ type: 'answer', field, value: answers[field] ?? '' });
      if (this.state.page.at === 'question' && this.state.page.error !== null) throw new Error(`${field}: ${this.state.page.error.code}`);
    }
  }

  /** Scans one page of every material that is asked for. */
  scanAll(): void {
    for (let count = 0; count < 10 && this.state.page.at === 'materials'; count += 1) {
      this.scan('one');
      if (this.state.page.phase === 'insert') this.scan('two');
      this.accept();
    }
  }

  /** One page of the material that is asked for; of a card, the side that is. */
  scan(id: string, more: { findings?: string[] } = {}): void {
    if (this.state.page.at !== 'materials') throw new Error(`no material is asked for at ${this.state.page.at}`);
    const { materialId } = this.state.page;
    const [effect] = this.touch({ type: 'scan' });
    if (effect?.do !== 'scan') throw new Error('nothing is scanned');
    const { side, instead } = effect.order;
    this.on({ type: 'page-scanned', materialId, page: { ...scannedPage(`${materialId}-${id}`), ...more, ...(side === null ? {} : { side }) }, ...(instead === null ? {} : { instead }) });
    this.on({ type: 'scan-ended', fault: null });
  }

  /** Yes to the pages that are shown, and the document is made where they become one. */
  accept(): void {
    const { page } = this.state;
    const effect = this.touch({ type: 'material-done' }).find((one) => one.do === 'bind-material');
    if (effect !== undefined && page.at === 'materials') this.on({ type: 'material-bound', materialId: page.materialId, document: DOCUMENT, fault: null });
  }

  toDone(): void {
    this.toForm();
    this.answerAll();
    this.scanAll();
    this.touch({ type: 'all-correct' });
    this.touch({ type: 'sign', strokes: [[[1, 1, 0, 0.5]]], widthMm: 200, heightMm: 80 });
    this.on({ type: 'submitted', submission: SUBMISSION, promisedBy: '2026-12-11' });
  }
}
