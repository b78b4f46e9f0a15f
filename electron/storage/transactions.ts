import type Database from 'better-sqlite3';
import { asStorageFault } from './fault.ts';

/** Durable transactions on the one connection, and what is called once they are on the disk. */
export const createTransactions = (database: Database.Database, home: string) => {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  let hooks: (() => void)[] = [];
  let doomed = false;
  const ends: (() => void)[] = [];
  const rollbacks: (() => void)[] = [];
  const ended = (): void => {
    for (const end of ends) end();
  };

  const transaction = <T>(work: () => T): T => {
    if (database.inTransaction) {
      try {
        return work();
      } catch (error) {
        // Half of a part must never be committed by an outer transaction that caught the error.
        doomed = true;
        throw error;
      }
    }
    let value: T;
    doomed = false;
    hooks = [];
    try {
      begin.run();
      value = work();
      if (doomed) throw new Error('a part of this transaction failed');
      if (value instanceof Promise) throw new TypeError('a transaction cannot wait');
      commit.run();
    } catch (error) {
      hooks = [];
      // SQLite rolls back by itself when the disk is full.
      if (database.inTransaction) rollback.run();
      for (const forget of rollbacks) forget();
      ended();
      throw asStorageFault(error, home);
    }
    ended();
    const due = hooks;
    hooks = [];
    for (const hook of due) hook();
    return value;
  };

  const afterCommit = (callback: () => void): void => {
    if (database.inTransaction) hooks.push(callback);
    else callback();
  };
  /** Calls at the end of every transaction, committed or not: what was remembered inside is void. */
  const atEnd = (callback: () => void): void => void ends.push(callback);
  const onRollback = (callback: () => void): void => void rollbacks.push(callback);
  return { transaction, afterCommit, atEnd, onRollback };
};
