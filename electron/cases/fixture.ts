/** A terminal's memory put together for tests, with synthetic people. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAudit, type Audit } from '../audit/index.ts';
import { ManualClock, type Clock } from '../clock/index.ts';
import { createOutbox, type Outbox, type OutboxOptions } from '../outbox/index.ts';
import { createPlatformLink, loadAdapters, type PlatformLink } from '../platform/index.ts';
import { createLedger } from '../printing/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { createCases, type Cases, type Person } from './index.ts';

export const people: Record<'zhang' | 'rare', Person> = {
  zhang: { kind: 'resident', name: '张示例', nameLatin: null, sex: 'female', ethnicity: '汉', birthDate: '1990-03-07', address: '某市某区幸福路1号', idNumber: '11010119900307451X', issuer: '某市公安局', validFrom: '2020-01-01', validTo: null, nationality: null, passNumber: null, issueCount: null },
  rare: { kind: 'resident', name: '𠮷示例', nameLatin: null, sex: 'male', ethnicity: '汉', birthDate: '1985-01-02', address: '某市某区和平路2号', idNumber: '110101198501024513', issuer: '某市公安局', validFrom: '2020-01-01', validTo: null, nationality: null, passNumber: null, issueCount: null },
};

export const answers = Object.fromEntries(
  Object.entries({ phone: '13800138000', maritalStatus: 'married', spouseName: '李示例', householdSize: '3', currentAddress: '某市某区幸福路1号', housingNow: 'rented', employer: '示例公司', monthlyIncome: '420000', housingWanted: 'two-rooms', contactByPhone: 'yes' }).map(([field, value]) => [field, { value, source: 'typed' as const }]),
);

export interface Fixture {
  home: string;
  storage: Storage;
  audit: Audit;
  link: PlatformLink;
  outbox: Outbox;
  ledger: ReturnType<typeof createLedger>;
  cases: Cases;
  /** Ends everything but keeps the home, as a stop of the agent does. */
  close(): Promise<void>;
}

export const newHome = (): string => mkdtempSync(join(tmpdir(), 'hall24-home-'));
export const removeHome = (home: string): void => rmSync(home, { recursive: true, force: true });

/** Opens (or opens again) the memory under `home`. */
export const openFixture = (home: string, options: { clock?: Clock; platformUrl?: string; adapter?: boolean; outbox?: Partial<OutboxOptions> } = {}): Fixture => {
  const clock = options.clock ?? new ManualClock();
  const storage = openStorage({ home, clock });
  const audit = createAudit({ storage, clock });
  const url = options.platformUrl ?? 'http://127.0.0.1:1';
  const link = createPlatformLink({ storage, audit, clock, terminalId: 'zzt-05', hall: { id: 'hall', demo: true, platform: { url, enrolmentCode: 'code' } }, timeoutMs: 3_000 });
  const adapters = loadAdapters(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'), url);
  const outbox = createOutbox({ storage, audit, clock, link, adapters, strictFields: true, ...options.outbox });
  const ledger = createLedger({ storage, audit, clock, timeZone: 'Asia/Shanghai' });
  const cases = createCases({
    storage,
    audit,
    clock,
    outbox,
    ledger,
    hall: { id: 'hall', timeZone: 'Asia/Shanghai', businessDayStartsAt: '00:00' },
    terminal: { id: 'zzt-05', number: 5 },
    items: (id) => ({ id, code: `CODE-${id}`, ...(options.adapter === true ? { adapter: 'public-rental-housing' } : {}) }),
  });
  return {
    home,
    storage,
    audit,
    link,
    outbox,
    ledger,
    cases,
    close: async () => {
      await outbox.stop();
      storage.close();
    },
  };
};
