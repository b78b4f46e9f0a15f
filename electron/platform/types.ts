/** The face of the platform folder: the few questions a session may ask the central platform while the citizen waits. */
import type { IssuedCertificate, Person } from '../cases/types.ts';

/** `unreachable`: network, 5xx, 429, time-out: try later. `refused`: the platform understood and said no. */
export type PlatformResult<T> = { ok: true; value: T } | { ok: false; kind: 'unreachable' | 'refused'; message: string };

/** What the platform says of a person's own code. */
export type CodeHolder = { outcome: 'verified'; idNumber: string; birthDate: string } | { outcome: 'expired' | 'used' | 'unknown' };

/** An agreed time. Whoever has the code has it. */
export interface Booked {
  code: string;
  /** ISO 8601. */
  at: string;
  /** YYYYMMDD */
  day: string;
}

export interface PlatformClient {
  /** What the platform already holds about the person for this item: values by name, and electronic licences by material id. */
  lookUp(itemCode: string, person: Person, signal: AbortSignal): Promise<PlatformResult<{ values: Record<string, string>; licences: string[] }>>;
  /** On-the-spot items: asks for the certificate; the same key always gets the same certificate. */
  issue(caseId: string, itemCode: string, person: Person, signal: AbortSignal): Promise<PlatformResult<IssuedCertificate>>;
  /** Whose code this is. A code is good once: who is asked again with the same one is told `used`. `unreachable`: nobody can tell now. */
  identify(code: string, signal: AbortSignal): Promise<PlatformResult<CodeHolder>>;
  /** Free times of a class of this hall from a business day (YYYYMMDD) on, the earliest first, ISO 8601. */
  freeTimes(classId: string, from: string, signal: AbortSignal): Promise<PlatformResult<string[]>>;
  /** A key under which {@link book} may ask: once kept, it can be withdrawn whatever became of the question. */
  bookingKey(): string;
  /** Agrees on a time; the same key always gets the same one. `refused`: certainly nothing was agreed. `unreachable`: nobody knows. */
  book(key: string, wish: { classId: string; item: string | null; at: string }, signal: AbortSignal): Promise<PlatformResult<Booked>>;
  /** Nobody has anything under this key from now on, not even if the question arrives later. */
  withdrawBooking(key: string, signal: AbortSignal): Promise<PlatformResult<null>>;
  /** Was the last exchange a success? Nobody has asked yet: `unknown`. */
  reachable(): boolean | 'unknown';
  onReachable(listener: (reachable: boolean) => void): () => void;
}
