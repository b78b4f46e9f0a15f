/**
 * Every schema this program has had, in order. A migration only adds, so that the version before still runs on the result.
 * What names a person is in columns called `sealed`, nowhere else.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- wrapped: the case's key, sealed under the terminal's. Deleting the row deletes the case for ever.
  CREATE TABLE case_keys (case_id TEXT PRIMARY KEY, incarnation TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;

  -- Files under materials/: one row each; a file without a row is a crash's rest.
  CREATE TABLE materials (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_keys (case_id), bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX materials_of_case ON materials (case_id);

  CREATE TABLE session (id INTEGER PRIMARY KEY CHECK (id = 1), incarnation TEXT NOT NULL, wrapped BLOB NOT NULL, sequence INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;

  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, fields TEXT NOT NULL, hash BLOB NOT NULL) STRICT;

  CREATE TABLE cases (
    ordinal INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,
    case_number TEXT UNIQUE,
    item_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'stored', 'received', 'to-correct', 'approved', 'refused', 'issued')),
    quarantined INTEGER NOT NULL DEFAULT 0,
    person BLOB NOT NULL,
    at TEXT NOT NULL,
    promised_by TEXT,
    round INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX cases_of_person ON cases (person, ordinal);

  -- Signed statements as printed on slips; nothing in them names a person.
  CREATE TABLE statements (chain_number INTEGER PRIMARY KEY, case_id TEXT NOT NULL, round INTEGER NOT NULL, stored_at TEXT NOT NULL, clock_known INTEGER NOT NULL, digest TEXT NOT NULL, statement TEXT NOT NULL) STRICT;
  CREATE INDEX statements_of_case ON statements (case_id, round);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'quarantined')),
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    receipt TEXT,
    sealed BLOB NOT NULL,
    UNIQUE (case_id, recipient, sequence)
  ) STRICT;

  CREATE INDEX outbox_waiting ON outbox (recipient, id) WHERE state = 'waiting';

  CREATE TABLE uploads (material_id TEXT PRIMARY KEY REFERENCES materials (id) ON DELETE CASCADE, url TEXT, confirmed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

  CREATE TABLE papers (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT,
    kind TEXT NOT NULL,
    numbered INTEGER NOT NULL,
    number TEXT,
    copy INTEGER NOT NULL,
    sheets INTEGER NOT NULL,
    sheets_done INTEGER,
    state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'confirmed', 'taken', 'failed', 'doubt', 'settled')),
    proof TEXT,
    job_id INTEGER,
    doubt_number TEXT,
    fault TEXT,
    settled_by TEXT,
    outcome TEXT,
    at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX papers_of_case ON papers (case_id, ordinal);
  CREATE INDEX papers_open ON papers (state) WHERE state IN ('intended', 'sent', 'doubt');
  CREATE UNIQUE INDEX papers_doubt ON papers (doubt_number) WHERE state = 'doubt';
  `,
  `
  -- What happened in the hall's queue, by business day; nothing in it names a person. told = 0: the platform has not confirmed it.
  CREATE TABLE queue_events (day TEXT NOT NULL, version INTEGER NOT NULL, event TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day, version)) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_untold ON queue_events (day, version) WHERE told = 0;
  -- The last defence of "no two people hold the same number": the rules never get here with a number twice.
  CREATE TABLE queue_numbers (day TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (day, number)) STRICT, WITHOUT ROWID;
  -- Staff of the hall. secret: scrypt of the password or of the one-time code; no password is kept.
  CREATE TABLE staff (name TEXT PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('clerk', 'manager')), secret TEXT NOT NULL, once INTEGER NOT NULL, disabled INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
  -- The rules of the queue as the manager changed them; the newest row holds.
  CREATE TABLE queue_rules (version INTEGER PRIMARY KEY, rules TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  `,
  `
  -- From which tray a paper was drawn, and what the printer counted in it before and after: numbered stock is accounted for sheet by sheet.
  ALTER TABLE papers ADD COLUMN tray TEXT;
  ALTER TABLE papers ADD COLUMN tray_before INTEGER;
  ALTER TABLE papers ADD COLUMN tray_after INTEGER;
  `,
  `
  -- What the platform is told of the devices, numbered within one life of the database. Told rows go, but for the newest: the next number follows it.
  CREATE TABLE device_news (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, incarnation TEXT NOT NULL, sequence INTEGER NOT NULL, event TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0, UNIQUE (incarnation, sequence)) STRICT;
  CREATE INDEX device_untold ON device_news (ordinal) WHERE told = 0;
  -- What staff closed by hand: an item, or everything (''). It stays closed until staff open it, also after the agent was started again.
  CREATE TABLE closed_by_staff (what TEXT PRIMARY KEY, by TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Terminals that take numbers from this hall's queue, known by their key; and one-time codes by which one becomes known, as SHA-256.
  CREATE TABLE hall_terminals (id TEXT PRIMARY KEY, public_key TEXT NOT NULL, enrolled_at INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
  CREATE TABLE hall_pairings (id TEXT PRIMARY KEY, code BLOB NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- A terminal of a hall that runs elsewhere: what it holds in reserve, gave meanwhile, and was told last. JSON by name; nothing in it names a person.
  CREATE TABLE dispenser (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What the hall role keeps beside the queue's log, by kind and name; value: JSON. Passwords and codes stand in it as scrypt, SHA-256 or not at all.
  CREATE TABLE hall_records (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
  INSERT INTO hall_records SELECT 'staff', name, json_object('role', role, 'secret', secret, 'once', json(iif(once, 'true', 'false')), 'disabled', json(iif(disabled, 'true', 'false')), 'failures', failures, 'lockedUntil', locked_until) FROM staff;
  INSERT INTO hall_records SELECT 'rules', printf('%09d', version), json_object('rules', json(rules), 'by', by, 'at', at) FROM queue_rules;
  INSERT INTO hall_records SELECT 'terminal', id, json_object('publicKey', public_key, 'enrolledAt', enrolled_at, 'revoked', json(iif(revoked, 'true', 'false')), 'pairing', NULL) FROM hall_terminals;
  `,
  `
  -- Position of the case's last statement: an index by case would be one more random page in every submission.
  ALTER TABLE cases ADD COLUMN statement INTEGER;
  UPDATE cases SET statement = (SELECT MAX(chain_number) FROM statements WHERE statements.case_id = cases.case_id);
  DROP INDEX statements_of_case;
  -- What waits, in order; whom it is for stands beside it, so that rows for the platform and an office share a page.
  DROP INDEX outbox_waiting;
  CREATE INDEX outbox_unsent ON outbox (id, recipient) WHERE state = 'waiting';
  `,
  `
  -- Cases that are over, all of what was said of them delivered: since when (wall ms). collected = 0: a certificate still waits for its owner.
  CREATE TABLE over_cases (case_id TEXT PRIMARY KEY, since INTEGER NOT NULL, collected INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Agreed times asked for in place of a number, until platform and hall both have their word. asked: the platform was asked under this key; owed: it agreed
  -- and the citizen was shown it, the number is to be given back; withdraw: nobody wants what it may have agreed on. The appointment's code is never here.
  CREATE TABLE bookings (key TEXT PRIMARY KEY, ticket TEXT NOT NULL, class TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('asked', 'owed', 'withdraw'))) STRICT, WITHOUT ROWID;
  `,
  `
  -- Originals for the pick-up locker. id names its key in case_keys and its lane in the outbox; told: the platform's own name for it; person, code: keyed hashes.
  CREATE TABLE locker_documents (
    id TEXT PRIMARY KEY,
    told TEXT NOT NULL UNIQUE,
    person BLOB NOT NULL,
    code BLOB,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'placed', 'collected', 'returned')),
    known_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX locker_documents_of_person ON locker_documents (person);
  -- A cell without a row is free. No document is in two cells, and no cell has two.
  CREATE TABLE locker_cells (place TEXT PRIMARY KEY, document TEXT UNIQUE REFERENCES locker_documents (id), state TEXT NOT NULL, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];
