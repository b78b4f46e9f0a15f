/** Rows of the outbox: what is sent is sealed with its case's key, beside it only what sending needs. */
import { allListed, filterOutbound, message as messageSchema, OutboundFieldError, platformFields, sha256Hex, receipt as receiptSchema, type Adapter, type CaseMessage, type Receipt, type WireMessage } from '../platform/index.ts';
import type { Audit } from '../audit/index.ts';
import { UnsealError, type Storage } from '../storage/index.ts';
import type { CaseFacts, NeededMaterial, OutboxEffects, OutboxRow, Recipient } from './types.ts';

/** An adapter's row holds nothing of its own. */
const NOTHING = Buffer.alloc(0);
const CLOSING = Buffer.from('}');

/** What is kept sealed: the very bytes to send, and what must be there before. */
export interface Parcel {
  key: string;
  body: string;
  materials: NeededMaterial[];
}

/** A line of what sending needs, then the body as it is. */
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
  /** The message that an adapter's row hands over, from what is kept for the platform; null: the row has its form already. */
  source(row: Head): CaseMessage | null;
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

  const next = (caseId: string, recipient: Recipient, first: boolean): number => (first ? 1 : ((lastSequence.get(caseId, recipient) as { last: number | null }).last ?? 0) + 1);
  const sealedOf = storage.prepare('SELECT sealed FROM outbox WHERE id = ?');
  const opened = (caseId: string, recipient: Recipient, sequence: number, sealed: Buffer): Parcel => unpacked(storage.caseKeys.open(caseId, { table: `outbox:${recipient}`, sequence }, sealed));

  return {
    enqueue: ({ caseId, message, json, listed, materials, adapter, first = false }) => {
      const list = platformFields[message.kind];
      const { value, dropped } = allListed(list, message, listed) ? { value: message, dropped: [] } : filterOutbound(list, message);
      if (dropped.length > 0) {
        if (strictFields) throw new OutboundFieldError('platform', dropped);
        for (const field of dropped) audit.write('outbound.field-dropped', { recipient: 'platform', message: message.kind, field });
      }
      const sequence = next(caseId, 'platform', first);
      const about: Omit<WireMessage, 'body'> = { incarnation: storage.incarnation, terminal: terminalId, caseId, sequence };
      const head = Buffer.from(`${JSON.stringify({ key: keyOf(storage.incarnation, caseId, sequence), materials } satisfies Omit<Parcel, 'body'>)}\n`);
      const packed = Buffer.concat([head, Buffer.from(`${JSON.stringify(about).slice(0, -1)},"body":`), dropped.length === 0 && json !== undefined ? json : Buffer.from(JSON.stringify(value)), CLOSING]);
      const digest = sha256Hex(packed.subarray(head.byteLength));
      const sealed = storage.caseKeys.seal(caseId, { table: 'outbox:platform', sequence }, packed);
      insert.run(caseId, 'platform', sequence, storage.incarnation, message.kind, digest, 'waiting', null, sealed);
      if (adapter === null || message.kind !== 'submitted') return;
      // Its form is made when it is sent, from the very message kept above, which the digest names: nobody waits for another
      // system's character set.
      const recipient: Recipient = `adapter:${adapter}`;
      const known = adapters.has(adapter);
      const turn = next(caseId, recipient, first);
      insert.run(caseId, recipient, turn, storage.incarnation, message.kind, digest, known ? 'waiting' : 'quarantined', known ? null : 'no-adapter', NOTHING);
      if (!known) audit.write('case.quarantined', { caseId, recipient: recipient.replace(':', '.'), sequence: turn, status: 0, reason: 'no-adapter' });
    },
    heads: (recipient, limit) => (headRows.all(recipient, limit) as Row[]).map(rowOf),
    recipients: () => (waitingFor.all() as { recipient: Recipient }[]).map((row) => row.recipient),
    parcel: (row) => {
      const { sealed } = sealedOf.get(row.id) as { sealed: Buffer };
      return opened(row.caseId, row.recipient, row.sequence, sealed);
    },
    source: (row) => {
      if ((sealedOf.get(row.id) as { sealed: Buffer }).sealed.byteLength > 0) return null;
      const kept = storage.prepare("SELECT sequence, sealed FROM outbox WHERE case_id = ? AND recipient = 'platform' AND digest = ?").get(row.caseId, row.digest) as { sequence: number; sealed: Buffer } | undefined;
      if (kept === undefined) throw new UnsealError('the message of this form is not there');
      return messageSchema.parse(JSON.parse(opened(row.caseId, 'platform', kept.sequence, kept.sealed).body)).body;
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
