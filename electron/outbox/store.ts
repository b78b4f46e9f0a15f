/** Rows of the outbox: what is sent is sealed with its case's key, beside it only what sending needs. */
import { allListed, filterOutbound, OutboundFieldError, platformFields, sha256Hex, AdapterMappingError, receipt as receiptSchema, type Adapter, type Receipt, type WireMessage } from '../platform/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Storage } from '../storage/index.ts';
import type { CaseFacts, NeededMaterial, OutboxEffects, OutboxRow, Recipient } from './types.ts';

/** What is kept sealed: the very bytes to send, and what must be there before. */
export interface Parcel {
  key: string;
  body: string;
  materials: NeededMaterial[];
}

/** A line of what sending needs, then the body as it is. */
const packed = ({ key, body, materials }: Parcel): Buffer => Buffer.from(`${JSON.stringify({ key, materials })}\n${body}`);
const unpacked = (bytes: Buffer): Parcel => {
  const end = bytes.indexOf(0x0a);
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as Omit<Parcel, 'body'>;
  return { ...head, body: bytes.toString('utf8', end + 1) };
};

interface Row {
  id: number;
  case_id: string;
  recipient: string;
  sequence: number;
  incarnation: string;
  kind: OutboxRow['kind'];
  digest: string;
  state: OutboxRow['state'];
  attempts: number;
  reason: string | null;
  receipt: string | null;
  sealed: Buffer;
}

export type Head = OutboxRow & { digest: string };

export interface OutboxStore {
  enqueue(facts: CaseFacts): void;
  /** Who somebody waits to reach. */
  recipients(): Recipient[];
  /** First row of each of a recipient's lanes that may be sent, oldest first. */
  heads(recipient: Recipient, limit: number): Head[];
  parcel(row: Head): Parcel;
  delivered(row: Head, receipt: Receipt | null): void;
  quarantine(row: Head, status: number, reason: string): void;
  release(caseId: string, by: string): Recipient[];
  rows(caseId: string): OutboxRow[];
  quarantined(): OutboxRow[];
  counts(): { waiting: number; quarantined: number };
}

export interface OutboxStoreOptions {
  storage: Storage;
  audit: Audit;
  adapters: ReadonlyMap<string, Adapter>;
  terminalId: string;
  /** A field that is not on its recipient's list: throw (tests) instead of leaving it out and putting it on record. */
  strictFields: boolean;
  effects: () => OutboxEffects | null;
}

const COLUMNS = 'id, case_id, recipient, sequence, incarnation, kind, digest, state, attempts, reason, receipt';

export const createOutboxStore = ({ storage, audit, adapters, terminalId, strictFields, effects }: OutboxStoreOptions): OutboxStore => {
  const lastSequence = storage.prepare('SELECT MAX(sequence) AS last FROM outbox WHERE case_id = ? AND recipient = ?');
  const insert = storage.prepare('INSERT INTO outbox (case_id, recipient, sequence, incarnation, kind, digest, state, reason, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const headRows = storage.prepare(
    `SELECT ${COLUMNS} FROM outbox AS head WHERE state = 'waiting' AND recipient = ? AND NOT EXISTS
      (SELECT 1 FROM outbox AS before WHERE before.case_id = head.case_id AND before.recipient = head.recipient AND before.sequence < head.sequence AND before.state <> 'delivered')
      ORDER BY id LIMIT ?`,
  );

  const waitingFor = storage.prepare("SELECT DISTINCT recipient FROM outbox WHERE state = 'waiting'");

  const keyOf = (incarnation: string, caseId: string, sequence: number): string => `${incarnation}.${terminalId}.${caseId}.${sequence}`;
  const rowOf = (row: Row): Head => ({
    id: row.id,
    caseId: row.case_id,
    recipient: row.recipient as Recipient,
    sequence: row.sequence,
    kind: row.kind,
    key: keyOf(row.incarnation, row.case_id, row.sequence),
    state: row.state,
    attempts: row.attempts,
    reason: row.reason,
    receipt: row.receipt === null ? null : receiptSchema.parse(JSON.parse(row.receipt)),
    digest: row.digest,
  });

  const put = (caseId: string, recipient: Recipient, kind: OutboxRow['kind'], make: (sequence: number, key: string) => { body: string; materials: NeededMaterial[]; problem: string | null }): void => {
    const sequence = ((lastSequence.get(caseId, recipient) as { last: number | null }).last ?? 0) + 1;
    const key = keyOf(storage.incarnation, caseId, sequence);
    const { body, materials, problem } = make(sequence, key);
    const sealed = storage.caseKeys.seal(caseId, { table: `outbox:${recipient}`, sequence }, packed({ key, body, materials }));
    insert.run(caseId, recipient, sequence, storage.incarnation, kind, sha256Hex(body), problem === null ? 'waiting' : 'quarantined', problem, sealed);
    if (problem !== null) audit.write('case.quarantined', { caseId, recipient: recipient.replace(':', '.'), sequence, status: 0, reason: problem });
  };

  return {
    enqueue: ({ caseId, message, json, materials, adapter }) => {
      const list = platformFields[message.kind];
      const { value, dropped } = allListed(list, message) ? { value: message, dropped: [] } : filterOutbound(list, message);
      if (dropped.length > 0) {
        if (strictFields) throw new OutboundFieldError('platform', dropped);
        for (const field of dropped) audit.write('outbound.field-dropped', { recipient: 'platform', message: message.kind, field });
      }
      put(caseId, 'platform', message.kind, (sequence) => {
        const about: Omit<WireMessage, 'body'> = { incarnation: storage.incarnation, terminal: terminalId, caseId, sequence };
        const told = dropped.length === 0 && json !== undefined ? json : JSON.stringify(value);
        return { body: `${JSON.stringify(about).slice(0, -1)},"body":${told}}`, materials, problem: null };
      });
      if (adapter === null || message.kind !== 'submitted') return;
      put(caseId, `adapter:${adapter}`, message.kind, (_sequence, key) => {
        const form = adapters.get(adapter);
        if (form === undefined) return { body: '', materials: [], problem: 'no-adapter' };
        try {
          return { body: form.form(message, key), materials: [], problem: null };
        } catch (error) {
          // The platform has the case all the same; staff see that the other system's form could not be filled.
          if (error instanceof AdapterMappingError) return { body: '', materials: [], problem: 'mapping' };
          throw error;
        }
      });
    },
    heads: (recipient, limit) => (headRows.all(recipient, limit) as Row[]).map(rowOf),
    recipients: () => (waitingFor.all() as { recipient: Recipient }[]).map((row) => row.recipient),
    parcel: (row) => {
      const { sealed } = storage.prepare('SELECT sealed FROM outbox WHERE id = ?').get(row.id) as { sealed: Buffer };
      return unpacked(storage.caseKeys.open(row.caseId, { table: `outbox:${row.recipient}`, sequence: row.sequence }, sealed));
    },
    delivered: (row, receipt) =>
      storage.transaction(() => {
        storage.prepare("UPDATE outbox SET state = 'delivered', receipt = ?, reason = NULL WHERE id = ? AND state = 'waiting'").run(receipt === null ? null : JSON.stringify(receipt), row.id);
        audit.write('case.delivered', { caseId: row.caseId, recipient: row.recipient.replace(':', '.'), sequence: row.sequence });
        effects()?.delivered({ ...row, state: 'delivered', receipt });
      }),
    quarantine: (row, status, reason) =>
      storage.transaction(() => {
        storage.prepare("UPDATE outbox SET state = 'quarantined', reason = ?, attempts = attempts + 1 WHERE id = ? AND state = 'waiting'").run(reason, row.id);
        audit.write('case.quarantined', { caseId: row.caseId, recipient: row.recipient.replace(':', '.'), sequence: row.sequence, status, reason });
        effects()?.quarantined({ ...row, state: 'quarantined', reason });
      }),
    release: (caseId, by) =>
      storage.transaction(() => {
        // A form that could not be filled has nothing to send.
        const recipients = (storage.prepare("SELECT DISTINCT recipient FROM outbox WHERE case_id = ? AND state = 'quarantined' AND reason NOT IN ('mapping', 'no-adapter')").all(caseId) as { recipient: Recipient }[]).map((row) => row.recipient);
        for (const recipient of recipients) {
          storage.prepare("UPDATE outbox SET state = 'waiting', reason = NULL WHERE case_id = ? AND recipient = ? AND state = 'quarantined'").run(caseId, recipient);
          audit.write('case.released', { caseId, recipient: recipient.replace(':', '.'), by });
        }
        if (recipients.length > 0) effects()?.released(caseId);
        return recipients;
      }),
    rows: (caseId) => (storage.prepare(`SELECT ${COLUMNS} FROM outbox WHERE case_id = ? ORDER BY id`).all(caseId) as Row[]).map(rowOf),
    quarantined: () => (storage.prepare(`SELECT ${COLUMNS} FROM outbox WHERE state = 'quarantined' ORDER BY id`).all() as Row[]).map(rowOf),
    counts: () => {
      const count = (state: string): number => (storage.prepare("SELECT COUNT(*) AS n FROM outbox WHERE state = ? AND state <> 'delivered'").get(state) as { n: number }).n;
      return { waiting: count('waiting'), quarantined: count('quarantined') };
    },
  };
};
