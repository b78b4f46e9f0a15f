/** Live screens of the hall: one server-sent stream each, every message a whole view. What is the same for many is made and written once. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const HEART_BEAT_MS = 10_000;
/** A page that takes nothing for so many bytes is gone or hopeless: it comes back by itself and gets a whole view then. */
const MOST_UNSENT_BYTES = 1_000_000;

export interface LiveScreens {
  /** Turns a request into a stream of what `view` answers for `key`: at once, and whenever {@link LiveScreens.changed} is called. */
  open(request: FastifyRequest, reply: FastifyReply, key: string, view: () => unknown): void;
  /** Tells every screen. Calls within one turn of the event loop are one. */
  changed(): void;
  /** Screens that are connected. */
  count(): number;
  close(): void;
}

interface Screen {
  key: string;
  reply: FastifyReply;
  view: () => unknown;
}

export const liveScreens = (): LiveScreens => {
  const screens = new Set<Screen>();
  let due = false;

  const tellAll = (): void => {
    due = false;
    /** Two boards are told the same bytes. */
    const made = new Map<string, string>();
    for (const screen of screens) {
      let message = made.get(screen.key);
      if (message === undefined) {
        message = `event: view\ndata: ${JSON.stringify(screen.view())}\n\n`;
        made.set(screen.key, message);
      }
      const { raw } = screen.reply;
      if (raw.writableLength > MOST_UNSENT_BYTES) raw.destroy();
      else raw.write(message);
    }
  };
  const beat = setInterval(() => {
    for (const { reply } of screens) reply.raw.write(': here\n\n');
  }, HEART_BEAT_MS);

  return {
    open: (request, reply, key, view) => {
      const screen: Screen = { key, reply, view };
      reply.hijack();
      reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream; charset=utf-8', connection: 'keep-alive' });
      reply.raw.write(`event: view\ndata: ${JSON.stringify(view())}\n\n`);
      screens.add(screen);
      request.raw.on('close', () => screens.delete(screen));
    },
    changed: () => {
      if (due) return;
      due = true;
      setImmediate(tellAll);
    },
    count: () => screens.size,
    close: () => {
      clearInterval(beat);
      for (const { reply } of screens) reply.raw.end();
      screens.clear();
    },
  };
};
