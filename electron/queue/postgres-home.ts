/**
 * What this agent last knew of the hall's database, in a file of its own home: how a database is noticed that somebody put back from a copy.
 * The file is written after every transaction and before anybody is answered, without waiting for the disk: the death of the agent takes
 * nothing of it. Only a power cut may, and after one the agent believes its number marks rather than the database.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';

const knownSchema = z.strictObject({
  incarnation: z.string(),
  /** Which start of the machine wrote this; '' where the system does not say. */
  boot: z.string(),
  /** The file is on the disk as it is. */
  synced: z.boolean(),
  /** The last event of each of the newest days that this agent read or wrote. */
  last: z.array(z.strictObject({ day: z.string(), version: z.number().int().positive(), digest: z.string() })),
});
type Known = z.infer<typeof knownSchema>;

export interface LastKnown {
  day: string;
  version: number;
  /** Of the event's text. */
  digest: string;
}

export const digestOf = (event: string): string => createHash('sha256').update(event).digest('hex').slice(0, 24);

const bootOfMachine = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};

export interface HomeKnowledge {
  /** As the file said when it was opened; null: nothing that can be believed. */
  readonly before: { incarnation: string; last: LastKnown[] } | null;
  note(incarnation: string, last: readonly LastKnown[]): void;
  close(): void;
}

/** Opens the file, making it where it is missing. @param boot for tests: which start of the machine this is */
export const openHomeKnowledge = (path: string, boot: string = bootOfMachine()): HomeKnowledge => {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const text = readFileSync(file, 'utf8');
  const parsed = knownSchema.safeParse(((): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  })());
  const believed = parsed.success && (parsed.data.synced || (boot !== '' && parsed.data.boot === boot));
  let length = Buffer.byteLength(text);
  let now: Pick<Known, 'incarnation' | 'last'> | null = null;
  const write = (known: Known): void => {
    const line = Buffer.from(`${JSON.stringify(known)}\n`);
    // Blanks over what a longer line leaves: one write, so that a killed agent leaves the old line or the new one.
    const padded = line.byteLength < length ? Buffer.concat([line, Buffer.alloc(length - line.byteLength, ' ')]) : line;
    writeSync(file, padded, 0, padded.byteLength, 0);
    length = padded.byteLength;
    if (known.synced) fsyncSync(file);
  };
  if (!parsed.success) {
    ftruncateSync(file, 0);
    length = 0;
  }
  return {
    before: believed ? { incarnation: parsed.data.incarnation, last: parsed.data.last } : null,
    note: (incarnation, last) => {
      now = { incarnation, last: [...last] };
      // Where nobody can say later whether the machine was started again in between, each line waits for the disk.
      write({ ...now, boot, synced: boot === '' });
    },
    close: () => {
      if (now !== null) write({ ...now, boot, synced: true });
      closeSync(file);
    },
  };
};
