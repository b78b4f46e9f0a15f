/** The rules that hold now: those of queue.yaml until a manager changed them, then the newest of the manager's. Every version is kept. */
import type { Queue } from '../../../kiosk-config/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Storage } from '../../storage/index.ts';
import { readRules } from './rules-check.ts';

interface Row {
  version: number;
  rules: string;
  by: string;
  at: number;
}

export interface KeptRules {
  /** 0: as the configuration says. */
  version: number;
  rules: Queue;
  by: string | null;
  /** Milliseconds since 1970. */
  at: number | null;
}

export interface RulesBook {
  current(): KeptRules;
  /** Keeps them durably; they hold from the next command on. Null: `basedOn` is no longer the newest, nothing was kept. */
  keep(rules: Queue, by: string, basedOn: number): KeptRules | null;
  onChange(listener: () => void): () => void;
}

export interface RulesBookOptions {
  storage: Storage;
  clock: Clock;
  /** The rules of queue.yaml. */
  configured: Queue;
  /** A kept version that this program no longer understands: the one before it holds. */
  onUnreadable?: (version: number) => void;
}

export const createRulesBook = ({ storage, clock, configured, onUnreadable }: RulesBookOptions): RulesBook => {
  const listeners = new Set<() => void>();
  const newest = (): number => (storage.prepare('SELECT COALESCE(MAX(version), 0) AS version FROM queue_rules').get() as { version: number }).version;
  const load = (): KeptRules => {
    for (const row of storage.prepare('SELECT * FROM queue_rules ORDER BY version DESC LIMIT 20').all() as Row[]) {
      const read = readRules(JSON.parse(row.rules));
      if (read.ok) return { version: row.version, rules: read.rules, by: row.by, at: row.at };
      onUnreadable?.(row.version);
    }
    return { version: 0, rules: configured, by: null, at: null };
  };
  let held = load();
  return {
    current: () => held,
    keep: (rules, by, basedOn) => {
      if (basedOn !== held.version) return null;
      const at = clock.wall();
      const version = newest() + 1;
      storage.transaction(() => storage.prepare('INSERT INTO queue_rules (version, rules, by, at) VALUES (?, ?, ?, ?)').run(version, JSON.stringify(rules), by, at));
      held = { version, rules, by, at };
      for (const listener of listeners) listener();
      return held;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
