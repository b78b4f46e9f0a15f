/**
 * The agent's local door: HTTP over a Unix socket whose file mode (0600) is the authentication.
 * POST /ticket → {"url"} opens the citizen's page; GET /page → {"connected"} tells a shell whether its page lives;
 * GET /window → {"camera"} tells it whether that page may open one;
 * POST /second-agent lets a refused second start be recorded by the first; /staff… is what staff settle by hand.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { chmodSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { StaffDesk } from './staff-desk.ts';

export interface ShellSocket {
  close(): Promise<void>;
}

export interface ShellSocketHandlers {
  ticket(): string;
  pageConnected(): boolean;
  /** May the window's page open a camera? Nothing else is ever allowed. */
  camera: boolean;
  secondAgent(): void;
  /** null: the terminal is out of service, and there is nothing to settle. */
  staff: StaffDesk | null;
  /** With the hall manager's one-time code; null: this terminal takes its numbers from no other machine. */
  pair: ((code: string) => Promise<string>) | null;
}

const by = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a short code such as clerk-1');
const settle = z.strictObject({ doubtNumber: z.string(), outcome: z.enum(['printed', 'not-printed']), by });
const release = z.strictObject({ caseNumber: z.string(), by });
const item = z.string().max(64).nullable();
const close = z.strictObject({ item, by, reason: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a short code such as cleaning') });
const reopen = z.strictObject({ item, by });
const pair = z.strictObject({ code: z.string().min(1).max(40) });
const MAX_BODY_BYTES = 10_000;

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new Error('too long');
    chunks.push(chunk);
  }
  return bytes === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
};

interface Reply {
  status: number;
  body: unknown;
}

const reply = async (request: IncomingMessage, on: ShellSocketHandlers): Promise<Reply> => {
  const body = await bodyOf(request);
  switch (`${request.method} ${request.url}`) {
    case 'POST /ticket':
      return { status: 200, body: { url: on.ticket() } };
    case 'GET /page':
      return { status: 200, body: { connected: on.pageConnected() } };
    case 'GET /window':
      return { status: 200, body: { camera: on.camera } };
    case 'POST /second-agent':
      on.secondAgent();
      return { status: 200, body: {} };
    case 'GET /staff':
      return on.staff === null ? { status: 503, body: { title: 'out of service' } } : { status: 200, body: on.staff.open() };
    case 'POST /staff/settle': {
      const asked = settle.safeParse(body);
      if (!asked.success) return { status: 400, body: { title: asked.error.issues[0]?.message ?? 'not understood' } };
      const done = on.staff?.settle(asked.data) ?? false;
      return done ? { status: 200, body: {} } : { status: 404, body: { title: `no open doubt ${asked.data.doubtNumber}` } };
    }
    case 'POST /staff/release': {
      const asked = release.safeParse(body);
      if (!asked.success) return { status: 400, body: { title: asked.error.issues[0]?.message ?? 'not understood' } };
      const done = on.staff?.release(asked.data) ?? false;
      return done ? { status: 200, body: {} } : { status: 404, body: { title: `no quarantined case ${asked.data.caseNumber}` } };
    }
    case 'POST /staff/pair': {
      const asked = pair.safeParse(body);
      if (!asked.success) return { status: 400, body: { title: asked.error.issues[0]?.message ?? 'not understood' } };
      if (on.pair === null) return { status: 409, body: { title: 'this terminal takes its numbers from no other machine' } };
      const result = await on.pair(asked.data.code);
      return result === 'paired' ? { status: 200, body: {} } : { status: 409, body: { title: result } };
    }
    case 'POST /staff/close': {
      const asked = close.safeParse(body);
      if (!asked.success) return { status: 400, body: { title: asked.error.issues[0]?.message ?? 'not understood' } };
      const done = on.staff?.close(asked.data) ?? false;
      return done ? { status: 200, body: {} } : { status: 404, body: { title: `no item ${asked.data.item ?? ''}` } };
    }
    case 'POST /staff/open': {
      const asked = reopen.safeParse(body);
      if (!asked.success) return { status: 400, body: { title: asked.error.issues[0]?.message ?? 'not understood' } };
      const done = on.staff?.reopen(asked.data) ?? false;
      return done ? { status: 200, body: {} } : { status: 404, body: { title: `${asked.data.item ?? 'the terminal'} was not closed by staff` } };
    }
    default:
      return { status: 404, body: { title: 'nothing here' } };
  }
};

/** @param path kept short: a Unix socket's path holds 107 bytes */
export const openShellSocket = async (path: string, on: ShellSocketHandlers): Promise<ShellSocket> => {
  const server: Server = createServer((request, response) => {
    const answer = ({ status, body }: Reply): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    reply(request, on).then(answer, () => answer({ status: 400, body: { title: 'not understood' } }));
  });
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(before);
  }
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          rmSync(path, { force: true });
          resolve();
        });
      }),
  };
};
