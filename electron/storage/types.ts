/** The face of the storage folder: one database, one writer, what names a person sealed. */
import type { KeyObject } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import type { Clock } from '../clock/index.ts';

/**
 * `home-in-use`: another agent owns the home. `database-damaged`: the file does not hold what SQLite wrote.
 * `key-lost`: the home was sealed under another terminal key, or the key file is gone. `disk-full`: nothing more can be kept.
 * `sqlite-too-old`: this SQLite has the WAL-reset bug.
 */
export type StorageFaultCode = 'home-in-use' | 'database-damaged' | 'key-lost' | 'disk-full' | 'sqlite-too-old';

export interface KeyProvider {
  /** For the health page: what protects the key. `file`: whoever takes the disk can read what waits. */
  readonly protection: 'file' | 'systemd-credential';
  /** 32 bytes, or null when there is none yet. */
  load(): Buffer | null;
  /** Makes the key, keeps it durably, and answers it. */
  create(): Buffer;
}

export interface OpenStorageOptions {
  /** Folder that holds everything the terminal keeps; made with mode 0700 where it is missing. */
  home: string;
  clock: Clock;
  /** Default: a file of mode 0600 in the home, or the systemd credential `hall24.terminal.key` where there is one. */
  keys?: KeyProvider;
}

/** What a sealed record belongs to; part of what is authenticated, so that no record can stand in for another. */
export interface SealContext {
  incarnation: string;
  /** Case, or the name of the thing sealed. */
  owner: string;
  table: string;
  sequence: number;
}

export interface CaseKeys {
  /** Makes the key of a new case (in the running transaction). */
  create(caseId: string): void;
  seal(caseId: string, context: { table: string; sequence: number }, plain: Uint8Array): Buffer;
  /** @throws when the key was dropped or the bytes were changed */
  open(caseId: string, context: { table: string; sequence: number }, sealed: Uint8Array): Buffer;
  /** Keeps the opened key of one case in memory until {@link CaseKeys.letGo}, so that the next use need not open it. */
  hold(caseId: string): void;
  /** Wipes the key held. */
  letGo(): void;
  /** Deletion: from here on everything sealed under the key is noise. */
  drop(caseId: string): void;
}

export interface MaterialWriter {
  append(data: Uint8Array): void;
  /** Ends the file, syncs it and answers length and digest of the plain bytes. */
  finish(): { id: string; bytes: number; digest: string };
  abandon(): void;
}

export interface Materials {
  /** Seals as it goes, 64 KiB at a time; at no moment is a plain byte on the disk. */
  writer(caseId: string): MaterialWriter;
  write(caseId: string, data: Uint8Array): { id: string; bytes: number; digest: string };
  /** @throws when a chunk was changed, moved or cut off */
  read(caseId: string, id: string): Buffer;
  /** Bytes [start, end) without opening the chunks before. */
  readRange(caseId: string, id: string, start: number, end: number): Buffer;
  size(id: string): number;
  remove(id: string): void;
}

/** The citizen's running session, sealed under a key of its own. All synchronous; each joins the running transaction. */
export interface SessionStore {
  save(bytes: Uint8Array): void;
  load(): Buffer | null;
  /** Drops row and key. */
  clear(): void;
}

export type Prepared = Statement<unknown[], unknown>;

/** What a transaction and the boot found that somebody else must audit. */
export interface BootFindings {
  /** The database was restored or copied, or is new beside an old home; null: it is the one that was closed. */
  newIncarnation: 'first' | 'restored' | null;
  previousIncarnation: string | null;
}

export interface Storage {
  readonly home: string;
  readonly incarnation: string;
  readonly boot: BootFindings;
  readonly keyProtection: KeyProvider['protection'];
  /** Ed25519 key pair of the terminal, and its short name. */
  readonly identity: { privateKey: KeyObject; publicKey: KeyObject; keyId: string };
  /**
   * Runs `work` in one durable transaction (BEGIN IMMEDIATE … COMMIT, fsynced). Inside another it joins that one;
   * what throws inside rolls all of it back.
   * @throws {StorageFault} `disk-full`, `database-damaged`
   */
  transaction<T>(work: () => T): T;
  /** Calls after the running transaction has committed (at once outside of one); dropped on rollback. */
  afterCommit(callback: () => void): void;
  /** Called after every rollback: what the one writer remembers of rows it wrote is void, and is read from the database again. */
  onRollback(callback: () => void): void;
  /** A prepared statement, cached by its text. */
  prepare(sql: string): Prepared;
  readonly caseKeys: CaseKeys;
  readonly materials: Materials;
  readonly sessions: SessionStore;
  /** Counters that never go back, not even with a restored database. */
  readonly numbers: Numbers;
  /** Keyed hash (HMAC-SHA-256) for look-up by ID number. */
  lookUpHash(idNumber: string): Buffer;
  /** Seals under the terminal's own key, for what belongs to no case. */
  seal(context: { owner: string; table: string; sequence: number }, plain: Uint8Array): Buffer;
  open(context: { owner: string; table: string; sequence: number }, sealed: Uint8Array): Buffer;
  /** Moves what was deleted out of the write-ahead log too. Call when a citizen left. */
  tidy(): void;
  /** Online backup to a file; the copy carries no incarnation, so that restoring it always starts a new one. */
  backup(file: string): Promise<void>;
  /** Called for every start of a second agent on this home, those missed before included. */
  onRefusal(listener: (at: string) => void): () => void;
  close(): void;
}

export interface Numbers {
  /**
   * Next number of a named counter, from 1; in the running transaction. Leased in blocks from a file outside the database,
   * which is synced before a number of the block is used.
   */
  next(counter: string): number;
}
