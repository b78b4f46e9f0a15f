/** The terminal's memory put together as the agent does, with drafts ready to be submitted. Nothing is sent. */
import { loadHall, type Item } from '../../kiosk-config/index.ts';
import { createAudit } from '../../electron/audit/index.ts';
import { createCases, type Answers, type Person } from '../../electron/cases/index.ts';
import { isoWithOffset, systemClock as clock } from '../../electron/clock/index.ts';
import { createOutbox } from '../../electron/outbox/index.ts';
import { createPlatformLink, loadAdapters } from '../../electron/platform/index.ts';
import { createLedger } from '../../electron/printing/index.ts';
import { next, nobody, type SessionEnv, type SessionState } from '../../electron/session/index.ts';
import { openStorage } from '../../electron/storage/index.ts';
import { keptSession } from '../../electron/agent/resume.ts';
import { specimenPhoto } from '../../drivers/id-card/specimens.ts';
import { inventedCard, SIGNATURE } from './citizen.ts';
import { DEMO_HALL } from './hall.ts';

const ITEM = 'public-rental-housing';
const ANSWERS: Answers = Object.fromEntries(
  Object.entries({ phone: '13800006620', maritalStatus: 'single', householdSize: '3', currentAddress: '青溪市城东区万松路18号302室', housingNow: 'rented', employer: '青溪市第二纺织厂', monthlyIncome: '3860', housingWanted: 'two-rooms', contactByPhone: 'yes' }).map(([field, value]) => [field, { value, source: 'typed' as const }]),
);
/** What a scan is does not matter here: it lies sealed before the signature, and only its digest goes along. */
const PAGE = new Uint8Array(40_000).fill(0x55);

export interface Memory {
  /** Drafts of as many citizens, whole but for the signature. */
  drafts(count: number): SessionState[];
  /** What the agent does when the page to sign on appears: see pump() in electron/agent/runner.ts. */
  signing(state: SessionState): void;
  /** What the agent does when a signature arrives: see submit() in electron/agent/runner.ts. */
  submit(state: SessionState): void;
  close(): void;
}

export const openMemory = (home: string): Memory => {
  const loaded = loadHall(DEMO_HALL);
  if (!loaded.ok) throw new Error('the demonstration hall does not load');
  const { hall, terminal, items } = loaded.config;
  const item = items.find(({ id }) => id === ITEM) as Item;
  const storage = openStorage({ home, clock });
  const audit = createAudit({ storage, clock });
  const link = createPlatformLink({ storage, audit, clock, hall, terminalId: terminal.id });
  const outbox = createOutbox({ storage, audit, clock, link, adapters: loadAdapters(DEMO_HALL, hall.platform.url) });
  const ledger = createLedger({ storage, audit, clock, timeZone: hall.timeZone });
  const cases = createCases({ storage, audit, clock, hall, terminal, outbox, ledger, items: (id) => items.find((one) => one.id === id) ?? null });
  const { sessions } = storage;
  const env = (): SessionEnv => ({
    now: clock.monotonic(),
    today: isoWithOffset(clock.wall(), hall.timeZone).slice(0, 10),
    hall,
    terminal,
    items,
    readiness: () => ({ open: true, reasons: [] }),
    usable: () => true,
    paperReadiness: () => ({ open: true, reasons: [] }),
    numbers: null,
    alone: null,
    speaks: [], pickUp: null,
  });
  let people = 0;

  const draft = (): SessionState => {
    people += 1;
    const { photo: _, ...person } = inventedCard(people % 1_000);
    const someone: Person = { ...person, idNumber: `${person.idNumber}-${people}` };
    const { caseId } = cases.openDraft(ITEM, someone);
    cases.saveAnswers(caseId, ANSWERS);
    for (const material of item.materials) {
      const how = material.from[0] ?? 'scan';
      cases.setMaterial(caseId, material.id, how);
      if (how === 'scan') cases.addPage(caseId, material.id, { contentType: 'image/jpeg', data: PAGE, findings: [] });
    }
    const materials = cases.get(caseId)?.materials ?? [];
    return {
      ...nobody(clock.monotonic()),
      id: '5a0c7be2-94b1-4e0e-9a52-6f1f0f5b9c11',
      person: someone,
      photo: Buffer.from(specimenPhoto(1)).toString('base64'),
      page: { at: 'working', what: 'saving', progress: null },
      flow: { itemId: ITEM, caseId, resumedFrom: null, answers: ANSWERS, licences: ['household-register'], materials, corrections: [], pending: [] },
    };
  };

  return {
    drafts: (count) => Array.from({ length: count }, draft),
    signing: (state) => cases.prepareSubmission(state.flow?.caseId ?? ''),
    submit: (state) => {
      const caseId = state.flow?.caseId ?? '';
      cases.submit(caseId, {
        signature: SIGNATURE,
        promisedWorkingDays: item.guide.promisedWorkingDays ?? null,
        also: (submission) => {
          ledger.intend({ caseId, kind: 'receipt-slip', numbered: false, number: submission.caseNumber, sheets: 1 });
          const after = next(state, { type: 'submitted', submission, promisedBy: submission.promisedBy }, env());
          sessions.save(keptSession(after.state, clock));
        },
      });
    },
    close: () => storage.close(),
  };
};
