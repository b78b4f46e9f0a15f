/**
 * What a session must not leave: after it, every file that the terminal, the browser and whatever they started can have written is
 * searched for the citizen. Temporary files of a test lie in a folder of its own, so that all of them are seen.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { specimen } from '../../drivers/id-card/specimens.ts';
import { filesBelow, findResidue, type Searched, type Trace } from './residue.ts';

/** Words and bytes by which somebody is known. */
export type Secrets = readonly (string | Uint8Array)[];

/** Behind the header that every photo begins with. */
const PHOTO_SLICE = [40, 104] as const;

/** Everything on a card that names its holder, and what else this person told. */
export const secretsOf = (specimenId: string, ...more: string[]): Secrets => {
  const found = specimen(specimenId);
  if (found === null) throw new Error(`no specimen ${specimenId}`);
  const { name, idNumber, address, photo } = found.card;
  return [name, idNumber, ...(address === null ? [] : [address]), ...(photo === null ? [] : [photo.slice(...PHOTO_SLICE)]), ...more];
};

export interface LeftBehind {
  /** Where this test, and all that it starts, keeps what is temporary. */
  readonly temp: string;
  /** What lies in there but not on the terminal: the platform, paper that came out, a picture that the test took. */
  outside(...paths: string[]): void;
  /** Where something of these people lies in the clear, or a page of their papers. @throws Error where there is nothing to search */
  tracesOf(secrets: Secrets): Trace[];
  /** For what ends a test. @throws Error with all that was found */
  nothingOf(secrets: Secrets): void;
  close(): void;
}

/** Memory that programs share is a file as well. Profiles of other terminals on this machine are those terminals' matter. */
const sharedMemory = (owners: readonly number[]): string[] => {
  try {
    return readdirSync('/dev/shm').flatMap((name) => (/^hall24-page-\d+-/.test(name) && !owners.some((pid) => name.startsWith(`hall24-page-${pid}-`)) ? [] : [join('/dev/shm', name)]));
  } catch {
    return [];
  }
};

/**
 * Call it before anything is started: from here on `TMPDIR` and `HOME` are folders of the test's own.
 * @param pids launchers whose windows are searched too; those that this process opens always are
 */
export const watchLeftBehind = (pids: () => readonly number[] = () => []): LeftBehind => {
  const before = { TMPDIR: process.env['TMPDIR'], HOME: process.env['HOME'] };
  const temp = mkdtempSync(join(tmpdir(), 'hall24-own-'));
  const user = join(temp, 'user');
  mkdirSync(user);
  Object.assign(process.env, { TMPDIR: temp, HOME: user });
  const outside: string[] = [];
  /** One for each set of secrets: files are read again only when they changed. */
  const searched = new Map<string, Searched>();
  const tracesOf: LeftBehind['tracesOf'] = (secrets) => {
    const key = secrets.map((secret) => (typeof secret === 'string' ? secret : Buffer.from(secret).toString('hex'))).join('\n');
    const known = searched.get(key) ?? new Map<string, string>();
    searched.set(key, known);
    const mine = filesBelow(temp).filter((file) => !outside.some((path) => file === path || file.startsWith(path + sep)));
    // A search of the wrong folders finds nothing either.
    if (!mine.some((file) => file.endsWith(`${sep}terminal.db`))) throw new Error('no database to search');
    return findResidue([...mine, ...sharedMemory([process.pid, ...pids()]), '/var/spool/cups'], secrets, known, true);
  };
  return {
    temp,
    outside: (...paths) => void outside.push(...paths),
    tracesOf,
    nothingOf: (secrets) => {
      const traces = tracesOf(secrets);
      if (traces.length > 0) throw new Error(`left behind: ${traces.map(({ file, what, encoding }) => `${what} in ${file} (${encoding})`).join('; ')}`);
    },
    close: () => {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      rmSync(temp, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
