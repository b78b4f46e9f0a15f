/** What staff must look at and settle: paper in doubt, cases that a recipient will never take as they are, devices that are out. */
import { mistakeLine, type BadDevice } from '../../kiosk-config/index.ts';
import type { ClosedByStaff, DeviceHealth, StaffClosures } from '../devices/index.ts';
import type { Cases } from '../cases/types.ts';
import type { Outbox } from '../outbox/index.ts';
import type { PaperRow, PrintLedger } from '../printing/types.ts';

export interface StaffWork {
  doubts: { paper: string; doubtNumber: string; kind: string; caseNumber: string | null; certificateNumber: string | null; sheets: number; sheetsDone: number | null; fault: string | null; at: string }[];
  quarantined: { caseNumber: string | null; recipient: string; kind: string; reason: string | null; attempts: number }[];
  /** Messages that wait for their recipient. */
  waiting: number;
  /** What staff closed by hand; `item` null: the whole terminal. */
  closed: ClosedByStaff[];
  /** Devices that cannot do their work, and why: what the device itself said, or file and line of what is configured for it. */
  devices: { device: string; condition: string; remedy: string; since: string | null; said: string | null }[];
}

export interface StaffDesk {
  /** Everything open; no name, no ID number. */
  open(): StaffWork;
  /** Paper in doubt alone, oldest first. */
  doubts(): StaffWork['doubts'];
  /** Staff looked at the sheets: the doubt ends. False: no such doubt. */
  settle(what: { doubtNumber: string; outcome: 'printed' | 'not-printed'; by: string }): boolean;
  /** The same by the ledger's own name of the sheets, once, however often it is told. @returns what the ledger says of them now */
  settlePaper(what: { paper: string; outcome: 'printed' | 'not-printed'; by: string }): NonNullable<PaperRow['outcome']> | 'unknown';
  /** The cause is gone: the case is sent again. False: no such case. */
  release(what: { caseNumber: string; by: string }): boolean;
  /** Nobody begins it any more until it is opened again; what is under way goes on. `item` null: the whole terminal. False: no such item. */
  close(what: { item: string | null; by: string; reason: string }): boolean;
  /** False: it was not closed. */
  reopen(what: { item: string | null; by: string }): boolean;
}

export const createStaffDesk = ({ ledger, outbox, cases, closures, items, devices, badDevices }: { ledger: PrintLedger; outbox: Outbox; cases: Cases; closures: StaffClosures; items: readonly { id: string }[]; devices: { health(): readonly DeviceHealth[] }; badDevices: readonly BadDevice[] }): StaffDesk => {
  const numberOf = (caseId: string | null): string | null => (caseId === null ? null : (cases.get(caseId)?.caseNumber ?? null));
  const doubts = (): StaffWork['doubts'] =>
    ledger.doubts().map((row) => ({
      paper: row.id,
      doubtNumber: row.doubtNumber ?? '',
      kind: row.kind,
      caseNumber: numberOf(row.caseId),
      certificateNumber: row.kind === 'certificate' ? row.number : null,
      sheets: row.sheets,
      sheetsDone: row.sheetsDone,
      fault: row.fault,
      at: row.at,
    }));
  return {
    doubts,
    open: () => ({
      doubts: doubts(),
      quarantined: outbox.quarantined().map((row) => ({ caseNumber: numberOf(row.caseId), recipient: row.recipient, kind: row.kind, reason: row.reason, attempts: row.attempts })),
      waiting: outbox.waiting().waiting,
      closed: closures.list(),
      devices: [
        ...badDevices.flatMap(({ id, mistakes }) => mistakes.map((mistake) => ({ device: id, condition: 'misconfigured', remedy: 'maintain', since: null, said: mistakeLine(mistake) }))),
        ...devices.health().flatMap(({ id, status }) => status.conditions.filter(({ severity }) => severity === 'error').map(({ code, remedy, since, original }) => ({ device: id, condition: code, remedy, since: since ?? null, said: original ?? null }))),
      ],
    }),
    settle: ({ doubtNumber, outcome, by }) => {
      const row = ledger.doubts().find((candidate) => candidate.doubtNumber === doubtNumber);
      if (row === undefined) return false;
      ledger.settle(row.id, by, outcome);
      return true;
    },
    settlePaper: ({ paper, outcome, by }) => {
      if (ledger.get(paper)?.state === 'doubt') ledger.settle(paper, by, outcome);
      return ledger.get(paper)?.outcome ?? 'unknown';
    },
    release: ({ caseNumber, by }) => {
      const record = cases.byNumber(caseNumber);
      if (record === null || !outbox.quarantined().some((row) => row.caseId === record.caseId)) return false;
      outbox.release(record.caseId, by);
      return true;
    },
    close: (what) => {
      if (what.item !== null && !items.some(({ id }) => id === what.item)) return false;
      closures.close(what);
      return true;
    },
    reopen: (what) => closures.open(what),
  };
};
