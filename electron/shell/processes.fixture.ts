/** What tests of processes need: waiting for states, and what really runs on this machine according to /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Waits until `check` answers with something; a state, not a time. */
export const until = async <T>(what: string, check: () => T | null | false | undefined | Promise<T | null | false | undefined>, limitMs = 20_000): Promise<T> => {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await check();
    if (found !== null && found !== false && found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

export interface RunningProcess {
  pid: number;
  commandLine: string;
}

/** Every living process whose command line has this text; one that ended and was not yet collected has none. */
export const processesWith = (text: string): RunningProcess[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return commandLine.includes(text) ? [{ pid: Number(name), commandLine }] : [];
    } catch {
      return []; // gone meanwhile
    }
  });
