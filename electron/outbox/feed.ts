/**
 * The change feed: the one way in. A page of changes, its effects and the cursor are one transaction.
 *
 * A kind of change that only a newer program knows is passed over and put on record: decisions that follow must not wait for an
 * update. Which kinds, and from where on, is kept; a program that knows one of them reads these pages again, for these kinds alone.
 */
import { z } from 'zod';
import { change as changeSchema, CHANGE_KINDS, toldChanges, verifyJson, WIRE, type Change, type PlatformLink } from '../platform/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Storage } from '../storage/index.ts';
import type { OutboxEffects } from './types.ts';

const PAGE = 100;
const CURSOR = 'feed-cursor';
const PASSED_OVER = 'feed-passed-over';

export type FeedStep = 'more' | 'up-to-date' | 'failed';

/** `after`: all changes of these kinds come later than this. `at`: so far they were read again. */
const passedOver = z.strictObject({ after: z.number().int().nonnegative(), kinds: z.array(z.string()), at: z.number().int().nonnegative() });
type PassedOver = z.infer<typeof passedOver>;

export interface FeedOptions {
  storage: Storage;
  audit: Audit;
  link: PlatformLink;
  effects: OutboxEffects;
  /** Kinds of changes that this program knows. */
  kinds?: readonly string[];
}

/** Reads and applies one page. */
export const readFeed = async ({ storage, audit, link, effects, kinds = CHANGE_KINDS }: FeedOptions, signal: AbortSignal): Promise<FeedStep> => {
  const kept = (name: string): string | null => (storage.prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: string } | undefined)?.value ?? null;
  const keep = (name: string, value: string): void => void storage.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(name, value);
  const keepPassedOver = (passed: PassedOver | null): void => void (passed === null ? storage.prepare('DELETE FROM meta WHERE name = ?').run(PASSED_OVER) : keep(PASSED_OVER, JSON.stringify(passed)));

  const cursor = Number(kept(CURSOR) ?? '0');
  const before = kept(PASSED_OVER);
  const passed = before === null ? null : passedOver.parse(JSON.parse(before));
  const known = new Set(kinds);
  const again = passed !== null && passed.kinds.some((kind) => known.has(kind)) ? passed : null;
  const from = again?.at ?? cursor;

  const answer = await link.request({ method: 'GET', path: `${WIRE.changes}?after=${from}&limit=${PAGE}`, signal });
  if (answer.kind !== 'answer') return 'failed';
  const page = toldChanges.safeParse(answer.json);
  const key = link.platformKey();
  const refuse = (reason: string): FeedStep => {
    audit.write('platform.feed-refused', { reason });
    return 'failed';
  };
  if (!page.success) return refuse('not-understood');
  if (key === null || !verifyJson(key, answer.json as object)) return refuse('wrong-signature');
  const { changes, next, terminal } = page.data;
  if (terminal !== link.terminalId) return refuse('other-terminal');
  if (!changes.every((change, index) => change.cursor > (changes[index - 1]?.cursor ?? from)) || next < (changes.at(-1)?.cursor ?? from)) return refuse('out-of-order');
  // When pages are read again, what lies behind the cursor is the next page's.
  const [foreign, ours] = [changes.filter(({ body }) => !known.has(body.kind)), changes.filter(({ body, cursor: at }) => known.has(body.kind) && (again === null || (at <= cursor && again.kinds.includes(body.kind))))];
  const read: Change[] = [];
  for (const one of ours) {
    const change = changeSchema.safeParse(one);
    if (!change.success) return refuse('not-understood');
    read.push(change.data);
  }
  if (again !== null) {
    const isOver = next >= cursor || changes.length === 0;
    const left = again.kinds.filter((kind) => !known.has(kind));
    storage.transaction(() => {
      for (const change of read) effects.change(change);
      if (!isOver) keepPassedOver({ ...again, at: next });
      else keepPassedOver(left.length === 0 ? null : { after: again.after, kinds: left, at: again.after });
    });
    return 'more';
  }
  if (next === cursor) return 'up-to-date';
  storage.transaction(() => {
    for (const change of read) effects.change(change);
    for (const { body, cursor: at } of foreign) audit.write('platform.change-unknown', { kind: body.kind, cursor: at });
    const [first] = foreign;
    if (first !== undefined) keepPassedOver({ after: passed?.after ?? first.cursor - 1, kinds: [...new Set([...(passed?.kinds ?? []), ...foreign.map(({ body }) => body.kind)])], at: passed?.after ?? first.cursor - 1 });
    keep(CURSOR, String(next));
  });
  return changes.length === PAGE ? 'more' : 'up-to-date';
};
