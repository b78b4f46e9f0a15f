/** The rules that hold now: those of queue.yaml until a manager changed them, then the newest of the manager's. Every version is kept. */
import { z } from 'zod';
import type { Queue } from '../../../kiosk-config/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { HallRecords } from '../../queue/index.ts';
import { readRules } from './rules-check.ts';

const kept = z.strictObject({ rules: z.unknown(), by: z.string(), at: z.number() });
/** Each version is a record under its number, in an order in which text sorts, too. */
const nameOf = (version: number): string => String(version).padStart(9, '0');

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
  keep(rules: Queue, by: string, basedOn: number): Promise<KeptRules | null>;
  /** Other rules hold, by a manager at this agent or at another one of the hall. */
  onChange(listener: () => void): () => void;
}

export interface RulesBookOptions {
  records: HallRecords;
  clock: Clock;
  /** The rules of queue.yaml. */
  configured: Queue;
  /** A kept version that this program no longer understands: the one before it holds. */
  onUnreadable?: (version: number) => void;
}

export const createRulesBook = ({ records, clock, configured, onUnreadable }: RulesBookOptions): RulesBook => {
  const listeners = new Set<() => void>();
  const versions = (): [version: number, value: unknown][] => records.all('rules').map(([name, value]): [number, unknown] => [Number(name), value]).reverse();
  const load = (): KeptRules => {
    for (const [version, value] of versions()) {
      const row = kept.safeParse(value);
      const read = row.success ? readRules(row.data.rules) : null;
      if (row.success && read?.ok === true) return { version, rules: read.rules, by: row.data.by, at: row.data.at };
      onUnreadable?.(version);
    }
    return { version: 0, rules: configured, by: null, at: null };
  };
  let held = load();
  records.onChange((kinds) => {
    if (!kinds.has('rules')) return;
    const before = held.version;
    held = load();
    if (held.version !== before) for (const listener of listeners) listener();
  });
  return {
    current: () => held,
    keep: async (rules, by, basedOn) => {
      // What another manager changed at another agent.
      await records.refresh();
      if (basedOn !== held.version) return null;
      const at = clock.wall();
      const version = (versions()[0]?.[0] ?? 0) + 1;
      const first = await records.change('rules', nameOf(version), (before) => (before === undefined ? { answer: true, keep: { rules, by, at } } : { answer: false }));
      return first ? { version, rules, by, at } : null;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
