/**
 * Live screens of the hall: one server-sent stream each, every message a whole view. What is the same for many is made and encoded once. Boards, and
 * the screens that a change is about, are told at once; the other counters' lists follow one after the other, so that a call is never behind them.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

const HEART_BEAT_MS = 10_000;
/** A page that takes nothing for so many bytes is gone or hopeless: it comes back by itself and gets a whole view then. */
const MOST_UNSENT_BYTES = 4_000_000;
/** No screen is told more often: nobody reads faster, and a hall at its busiest has time left for the next call. */
const AT_ONCE_MS = 20;
const IN_TURN_MS = 500;
const COME_BACK_MS = 500;
/** After a restart all boards come within a moment, most of them from the same place: what one is told first, the others are told, too. */
const TOGETHER_MS = 100;

export interface LiveScreens {
  /**
   * Turns a request into a stream of what `view` answers for `key`: at once, and after every change. A view that says where it stands (`cursor`) is
   * numbered by it, and asked for behind the one that its screens had last: what came between two views is in the second.
   * @param options `pace` `in-turn`: told within {@link IN_TURN_MS} or a little more, unless a change names the key · `after`: the cursor of the last view
   * that this screen had, however long ago
   */
  open(request: FastifyRequest, reply: FastifyReply, key: string, view: View, options?: { pace?: Pace; after?: string | null }): void;
  /** Something changed. Calls within one turn of the event loop are one. @param about keys that it concerns most */
  changed(about?: readonly string[]): void;
  /** Screens that are connected. */
  count(): number;
  close(): void;
}

type Pace = 'at-once' | 'in-turn';
type View = (after: string | null) => unknown;

/** Screens that are told the same bytes. */
interface Group {
  view: View;
  pace: Pace;
  replies: Set<FastifyReply>;
  /** Where the view stands that all of them had. */
  cursor: string | null;
  /** What whoever came lately was told first, by where he stood. Not older than what all were told last. */
  firsts: Map<string | null, { message: Buffer; at: number }>;
  stale: boolean;
  /** A change named it. */
  concerned: boolean;
  /** Monotonic. */
  toldAt: number;
}

const cursorOf = (view: unknown): string | null => (typeof view === 'object' && view !== null && 'cursor' in view && typeof view.cursor === 'string' ? view.cursor : null);
const messageOf = (view: unknown, cursor: string | null): Buffer => Buffer.from(`${cursor === null ? '' : `id: ${cursor}\n`}event: view\ndata: ${JSON.stringify(view)}\n\n`);

export const liveScreens = (): LiveScreens => {
  const groups = new Map<string, Group>();
  let turn: NodeJS.Immediate | null = null;
  let timer: NodeJS.Timeout | null = null;

  const tell = (group: Group): void => {
    group.stale = false;
    group.concerned = false;
    group.toldAt = performance.now();
    const view = group.view(group.cursor);
    group.cursor = cursorOf(view);
    group.firsts.clear();
    const message = messageOf(view, group.cursor);
    for (const { raw } of group.replies) {
      if (raw.writableLength > MOST_UNSENT_BYTES) raw.destroy();
      else raw.write(message);
    }
  };
  const hurries = ({ pace, concerned }: Group): boolean => pace === 'at-once' || concerned;
  const dueAt = (group: Group): number => group.toldAt + (hurries(group) ? AT_ONCE_MS : IN_TURN_MS);

  const work = (): void => {
    turn = null;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const now = performance.now();
    const stale = [...groups.values()].filter((group) => group.stale);
    for (const group of stale) if (hurries(group) && dueAt(group) <= now) tell(group);
    // One of the others, the one told longest ago; whatever came in meanwhile goes first.
    const [next] = stale.filter((group) => group.stale && !hurries(group) && dueAt(group) <= now).sort((a, b) => a.toldAt - b.toldAt);
    if (next !== undefined) tell(next);
    const left = stale.filter((group) => group.stale).map(dueAt);
    if (left.length === 0) return;
    const wait = Math.min(...left) - performance.now();
    if (wait <= 0) soon();
    else timer = setTimeout(work, wait);
  };
  function soon(): void {
    turn ??= setImmediate(work);
  }
  const beat = setInterval(() => {
    for (const { replies } of groups.values()) for (const { raw } of replies) raw.write(': here\n\n');
  }, HEART_BEAT_MS);

  return {
    open: (request, reply, key, view, { pace = 'at-once', after = null } = {}) => {
      const now = performance.now();
      let group = groups.get(key);
      let first = group?.firsts.get(after);
      if (group === undefined || first === undefined || now - first.at > TOGETHER_MS) {
        const seen = view(after);
        const cursor = cursorOf(seen);
        first = { message: messageOf(seen, cursor), at: now };
        // Whoever comes to a group that stands further back is told some of it again, and nobody is told too little.
        group ??= { view, pace, replies: new Set(), cursor, firsts: new Map(), stale: false, concerned: false, toldAt: Number.NEGATIVE_INFINITY };
        groups.set(key, group);
        for (const [place, { at }] of group.firsts) if (now - at > TOGETHER_MS) group.firsts.delete(place);
        group.firsts.set(after, first);
      }
      const mine = group;
      reply.hijack();
      reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream; charset=utf-8', connection: 'keep-alive' });
      // A browser comes back so soon after the line broke.
      reply.raw.write(`retry: ${COME_BACK_MS}\n\n`);
      reply.raw.write(first.message);
      mine.replies.add(reply);
      request.raw.on('close', () => {
        mine.replies.delete(reply);
        if (mine.replies.size === 0 && groups.get(key) === mine) groups.delete(key);
      });
    },
    changed: (about = []) => {
      for (const group of groups.values()) group.stale = true;
      for (const key of about) {
        const group = groups.get(key);
        if (group !== undefined) group.concerned = true;
      }
      soon();
    },
    count: () => [...groups.values()].reduce((sum, { replies }) => sum + replies.size, 0),
    close: () => {
      clearInterval(beat);
      if (turn !== null) clearImmediate(turn);
      if (timer !== null) clearTimeout(timer);
      for (const { replies } of groups.values()) for (const { raw } of replies) raw.end();
      groups.clear();
    },
  };
};
