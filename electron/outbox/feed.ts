/** The change feed: the one way in. A page of changes, its effects and the cursor are one transaction. */
import { changes as changesSchema, verifyJson, WIRE, type PlatformLink } from '../platform/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Storage } from '../storage/index.ts';
import type { OutboxEffects } from './types.ts';

const PAGE = 100;
const CURSOR = 'feed-cursor';

export type FeedStep = 'more' | 'up-to-date' | 'failed';

/** Reads and applies one page. */
export const readFeed = async (options: { storage: Storage; audit: Audit; link: PlatformLink; effects: OutboxEffects }, signal: AbortSignal): Promise<FeedStep> => {
  const { storage, audit, link, effects } = options;
  const cursor = Number((storage.prepare('SELECT value FROM meta WHERE name = ?').get(CURSOR) as { value: string } | undefined)?.value ?? '0');
  const answer = await link.request({ method: 'GET', path: `${WIRE.changes}?after=${cursor}&limit=${PAGE}`, signal });
  if (answer.kind !== 'answer') return 'failed';
  const page = changesSchema.safeParse(answer.json);
  const key = link.platformKey();
  const refuse = (reason: string): FeedStep => {
    audit.write('platform.feed-refused', { reason });
    return 'failed';
  };
  if (!page.success) return refuse('not-understood');
  if (key === null || !verifyJson(key, answer.json as object)) return refuse('wrong-signature');
  const { changes, next, terminal } = page.data;
  if (terminal !== link.terminalId) return refuse('other-terminal');
  if (!changes.every((change, index) => change.cursor > (changes[index - 1]?.cursor ?? cursor)) || next < (changes.at(-1)?.cursor ?? cursor)) return refuse('out-of-order');
  if (next === cursor) return 'up-to-date';
  storage.transaction(() => {
    for (const change of changes) effects.change(change);
    storage.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(CURSOR, String(next));
  });
  return changes.length === PAGE ? 'more' : 'up-to-date';
};
