/** One attempt to hand a row over, and what its answer means. */
import { AdapterMappingError, receipt as receiptSchema, sha256Hex, uploadMaterial, verifyJson, WIRE, type Adapter, type CaseMessage, type PlatformLink, type Receipt } from '../platform/index.ts';
import { UnsealError, type Storage } from '../storage/index.ts';
import type { Head, Parcel } from './store.ts';

/**
 * `dead`: nobody answers at all, so nobody else need be tried before the next wait; `later`: this lane alone waits;
 * `unproved`: delivery was claimed, but not by the right receipt.
 */
export type Attempt =
  | { kind: 'delivered'; receipt: Receipt | null }
  | { kind: 'dead' | 'later'; reason: string }
  | { kind: 'unproved'; reason: 'wrong-key' | 'wrong-digest' | 'wrong-signature' | 'not-a-receipt' }
  | { kind: 'quarantine'; status: number; reason: string };

const DEAD = new Set(['network', 'time-out', 'not-enrolled']);
const unreachable = (reason: string): Attempt => ({ kind: DEAD.has(reason) ? 'dead' : 'later', reason });

export interface DeliverOptions {
  storage: Storage;
  link: PlatformLink;
  adapters: ReadonlyMap<string, Adapter>;
  parcel: (row: Head) => Parcel;
  source: (row: Head) => CaseMessage | null;
}

const forgetUpload = (storage: Storage, materialId: string): void => void storage.prepare('DELETE FROM uploads WHERE material_id = ?').run(materialId);

const uploadAll = async ({ storage, link }: DeliverOptions, row: Head, parcel: Parcel, signal: AbortSignal): Promise<Attempt | null> => {
  for (const material of parcel.materials) {
    const known = storage.prepare('SELECT url, confirmed FROM uploads WHERE material_id = ?').get(material.id) as { url: string | null; confirmed: number } | undefined;
    if (known?.confirmed === 1) continue;
    const outcome = await uploadMaterial(
      link,
      {
        materialId: material.id,
        caseId: row.caseId,
        digest: material.digest,
        bytes: material.bytes,
        contentType: material.contentType,
        url: known?.url ?? null,
        read: (start, end) => storage.materials.readRange(row.caseId, material.id, start, end),
        begun: (url) => void storage.prepare('INSERT INTO uploads (material_id, url) VALUES (?, ?) ON CONFLICT (material_id) DO UPDATE SET url = excluded.url').run(material.id, url),
        discarded: () => forgetUpload(storage, material.id),
      },
      signal,
    );
    if (outcome.kind === 'unreachable') return unreachable(outcome.reason);
    if (outcome.kind === 'refused') return { kind: 'quarantine', status: outcome.status, reason: outcome.reason };
    storage.prepare('INSERT INTO uploads (material_id, confirmed) VALUES (?, 1) ON CONFLICT (material_id) DO UPDATE SET confirmed = 1').run(material.id);
  }
  return null;
};

const toPlatform = async (options: DeliverOptions, row: Head, parcel: Parcel, signal: AbortSignal): Promise<Attempt> => {
  const { link } = options;
  const missing = await uploadAll(options, row, parcel, signal);
  if (missing !== null) return missing;
  const answer = await link.request({ method: 'POST', path: WIRE.messages, body: parcel.body, idempotencyKey: parcel.key, signal });
  if (answer.kind === 'unreachable') return unreachable(answer.reason);
  // The platform lost pages that it once confirmed (restored from a backup): they are sent again.
  if (answer.kind === 'refused' && answer.status === 409 && answer.reason === 'materials-missing') for (const material of parcel.materials) forgetUpload(options.storage, material.id);
  if (answer.kind === 'refused') return answer.status === 409 ? { kind: 'later', reason: answer.reason } : { kind: 'quarantine', status: answer.status, reason: answer.reason };
  const receipt = receiptSchema.safeParse(answer.json);
  if (!receipt.success) return { kind: 'unproved', reason: 'not-a-receipt' };
  if (receipt.data.key !== parcel.key) return { kind: 'unproved', reason: 'wrong-key' };
  if (receipt.data.digest !== sha256Hex(parcel.body)) return { kind: 'unproved', reason: 'wrong-digest' };
  const key = link.platformKey();
  if (key === null || !verifyJson(key, receipt.data)) return { kind: 'unproved', reason: 'wrong-signature' };
  return { kind: 'delivered', receipt: receipt.data };
};

const toAdapter = async ({ adapters, parcel, source }: DeliverOptions, row: Head, signal: AbortSignal): Promise<Attempt> => {
  const adapter = adapters.get(row.recipient.slice('adapter:'.length));
  if (adapter === undefined) return { kind: 'later', reason: 'no-adapter' };
  const message = source(row);
  let form: string;
  try {
    form = message === null || message.kind !== 'submitted' ? parcel(row).body : adapter.form(message, row.key);
  } catch (error) {
    // The platform has the case all the same; staff see that the other system's form could not be filled.
    if (error instanceof AdapterMappingError) return { kind: 'quarantine', status: 0, reason: 'mapping' };
    throw error;
  }
  const outcome = await adapter.send(form, signal);
  if (outcome.kind === 'kept') return { kind: 'delivered', receipt: null };
  if (outcome.kind === 'refused') return { kind: 'quarantine', status: outcome.status, reason: 'form-refused' };
  return unreachable(outcome.reason);
};

/** Never rejects for what the other side or the network does; what storage throws goes up. */
export const deliver = async (options: DeliverOptions, row: Head, signal: AbortSignal): Promise<Attempt> => {
  try {
    return row.recipient === 'platform' ? await toPlatform(options, row, options.parcel(row), signal) : await toAdapter(options, row, signal);
  } catch (error) {
    // A record or page that does not open any more: staff must know; others pass.
    if (error instanceof UnsealError) return { kind: 'quarantine', status: 0, reason: 'unreadable-here' };
    throw error;
  }
};
