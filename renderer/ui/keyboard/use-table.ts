import { useEffect, useState } from 'react';

export type Table<T> = {
  /** null until it is loaded */
  table: T | null;
  failed: boolean;
  /** Tries again after a failure; else does nothing. */
  retry: () => void;
};

/** A table that is fetched when it is first wanted. */
export function useTable<T extends object>(load: () => Promise<T>, wanted: boolean): Table<T> {
  const [table, setTable] = useState<T | null>(null);
  const [failed, setFailed] = useState(false);
  const due = wanted && !failed && table === null;
  useEffect(() => {
    if (!due) return;
    let here = true;
    load().then(
      (loaded) => here && setTable(loaded),
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [load, due]);
  return { table, failed, retry: () => setFailed(false) };
}
