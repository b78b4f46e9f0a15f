/** The platform's own database: everything it was ever told, never pruned. */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMA = `
CREATE TABLE terminals (
  id TEXT PRIMARY KEY, hall TEXT NOT NULL, incarnation TEXT NOT NULL, public_key TEXT NOT NULL, enrolled_at TEXT NOT NULL
) STRICT;
-- Keys a terminal ever had: its old slips must stay provable.
CREATE TABLE terminal_keys (
  terminal TEXT NOT NULL, public_key TEXT NOT NULL, enrolled_at TEXT NOT NULL, PRIMARY KEY (terminal, public_key)
) STRICT;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, terminal TEXT NOT NULL, incarnation TEXT NOT NULL,
  case_id TEXT NOT NULL, sequence INTEGER NOT NULL, kind TEXT NOT NULL, case_number TEXT NOT NULL,
  digest TEXT NOT NULL, body TEXT NOT NULL, received_at TEXT NOT NULL, receipt TEXT NOT NULL
) STRICT;
CREATE INDEX messages_case ON messages (terminal, case_id, sequence);
CREATE INDEX messages_number ON messages (case_number);
CREATE TABLE cases (
  case_number TEXT PRIMARY KEY, case_id TEXT NOT NULL, terminal TEXT NOT NULL, hall TEXT NOT NULL,
  item_code TEXT NOT NULL, item_id TEXT NOT NULL, state TEXT NOT NULL, round INTEGER NOT NULL,
  submitted TEXT, stored_at TEXT NOT NULL, received_at TEXT NOT NULL, decided_at TEXT
) STRICT;
CREATE TABLE materials (
  digest TEXT PRIMARY KEY, bytes INTEGER NOT NULL, content_type TEXT NOT NULL, received_at TEXT NOT NULL
) STRICT;
-- AUTOINCREMENT: a certificate's serial is never given twice.
CREATE TABLE certificates (
  serial INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT UNIQUE, idempotency_key TEXT NOT NULL UNIQUE, request_digest TEXT NOT NULL,
  case_id TEXT NOT NULL, terminal TEXT NOT NULL, item_code TEXT NOT NULL, body TEXT NOT NULL, issued_at TEXT NOT NULL
) STRICT;
CREATE INDEX certificates_case ON certificates (terminal, case_id);
CREATE TABLE changes (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT, terminal TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX changes_terminal ON changes (terminal, cursor);
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, case_number TEXT NOT NULL, round INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL,
  UNIQUE (case_number, round)
) STRICT;
-- What happened in the halls' queues. A restored hall tells its day anew under its new incarnation; the old telling stays.
CREATE TABLE queue_events (
  hall TEXT NOT NULL, day TEXT NOT NULL, incarnation TEXT NOT NULL, version INTEGER NOT NULL, terminal TEXT NOT NULL, event TEXT NOT NULL, received_at TEXT NOT NULL,
  PRIMARY KEY (hall, day, incarnation, version)
) STRICT;
-- What became of the terminals' devices, in each life of a terminal's database.
CREATE TABLE device_events (
  terminal TEXT NOT NULL, incarnation TEXT NOT NULL, sequence INTEGER NOT NULL, event TEXT NOT NULL, received_at TEXT NOT NULL,
  PRIMARY KEY (terminal, incarnation, sequence)
) STRICT;
-- Agreed times. Who comes is the platform's alone.
CREATE TABLE appointments (id TEXT PRIMARY KEY, hall TEXT NOT NULL, day TEXT NOT NULL, class TEXT NOT NULL, item TEXT, at TEXT NOT NULL) STRICT;
-- The housing bureau's own system, with its own words.
CREATE TABLE bureau_forms (
  slbh INTEGER PRIMARY KEY AUTOINCREMENT, trans_no TEXT NOT NULL UNIQUE, ywlsh TEXT NOT NULL, digest TEXT NOT NULL, fields TEXT NOT NULL, received_at TEXT NOT NULL
) STRICT;
`;

/** What halls are called: whoever comes to the wrong one is told. */
const HALLS = 'CREATE TABLE IF NOT EXISTS halls (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;';

/**
 * How many may come to a class at one time (0: it takes no appointments), and what was asked for under which key; `appointment` null: withdrawn,
 * and nothing is agreed under that key any more.
 */
const BOOKING = `
CREATE TABLE IF NOT EXISTS appointment_offers (hall TEXT NOT NULL, class TEXT NOT NULL, capacity INTEGER NOT NULL, PRIMARY KEY (hall, class)) STRICT;
CREATE TABLE IF NOT EXISTS bookings (key TEXT PRIMARY KEY, terminal TEXT NOT NULL, digest TEXT NOT NULL, appointment TEXT, at TEXT NOT NULL) STRICT;
`;

/** Originals that are to be put into a terminal's locker; whose they are stands in the case. */
const ORIGINALS = `
CREATE TABLE IF NOT EXISTS originals (
  document TEXT PRIMARY KEY, case_number TEXT NOT NULL UNIQUE, terminal TEXT NOT NULL, code TEXT, state TEXT NOT NULL, cell TEXT, proof TEXT, at TEXT NOT NULL
) STRICT;
`;

/** Opens (or makes) the database in `dir`. */
export const openDatabase = (dir: string): Database.Database => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const db = new Database(join(dir, 'platform.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.exec(HALLS);
  db.exec(BOOKING);
  db.exec(ORIGINALS);
  if (db.pragma('user_version', { simple: true }) === 0) {
    db.transaction(() => {
      db.exec(SCHEMA);
      db.pragma('user_version = 1');
    })();
  }
  return db;
};
