/** A platform for tests: signed, idempotent, with tus by @tus/server, and faults to order. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server as TusServer } from '@tus/server';
import { claimedKeyId, exportPublicKey, importPublicKey, message, sha256Hex, signJson, verifyRequest, type Change, type WireMessage } from '../platform/index.ts';

/** What the platform does with the next requests instead of what it should. */
export type Trick = 'reset-before' | 'reset-after' | '500' | '503-after' | '429' | 'html' | 'half-body' | 'bad-json' | 'wrong-digest' | 'wrong-signature' | 'wrong-key' | '409' | '401';

export interface StandIn {
  url: string;
  /** Messages as stored, in order of storing. */
  stored: WireMessage[];
  /** Bodies of forms as posted to the line-of-business system, by key. */
  forms: Map<string, string>;
  pages: Map<string, Buffer>;
  tricks: Trick[];
  /** Case ids of which every message is refused with 422. */
  rejects: Set<string>;
  changes: Change['body'][];
  patches: number;
  /** Breaks the connection of the next uploads after this many bytes. */
  cutUploadsAfter: number | null;
  requests: string[];
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

export const startStandIn = async (): Promise<StandIn> => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-stand-in-'));
  mkdirSync(join(folder, 'uploads'));
  const keys = generateKeyPairSync('ed25519');
  const terminals = new Map<string, string>();
  const receipts = new Map<string, { digest: string; receipt: object }>();
  const standIn: StandIn = { url: '', stored: [], forms: new Map(), pages: new Map(), tricks: [], rejects: new Set(), changes: [], patches: 0, cutUploadsAfter: null, requests: [], close: () => Promise.resolve() };
  const tus = new TusServer({
    path: '/v1/materials',
    datastore: new FileStore({ directory: join(folder, 'uploads') }),
    respectForwardedHeaders: false,
    onUploadFinish: (_request, upload) => {
      const bytes = readFileSync(join(folder, 'uploads', upload.id));
      if (sha256Hex(bytes) === upload.metadata?.['digest']) standIn.pages.set(sha256Hex(bytes), bytes);
      return Promise.resolve({});
    },
  });

  const say = (response: ServerResponse, status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }).end(JSON.stringify(value));
  };
  const problem = (response: ServerResponse, status: number, type: string): void => say(response, status, { type, title: type, status });
  const sign = <T extends object>(value: T) => ({ ...value, signature: signJson(keys.privateKey, value) });

  const answerMessage = (response: ServerResponse, key: string, body: Buffer, trick: Trick | undefined): void => {
    const digest = sha256Hex(body);
    const parsed = message.parse(JSON.parse(body.toString('utf8')));
    if (standIn.rejects.has(parsed.caseId)) return problem(response, 422, 'https://platform.example/problems/not-acceptable');
    let kept = receipts.get(key);
    const status = kept === undefined ? 201 : 200;
    if (kept !== undefined && kept.digest !== digest) return problem(response, 422, 'key-reused');
    if (kept === undefined) {
      if (parsed.body.kind === 'submitted' && parsed.body.materials.some((material) => material.pages.some((page) => !standIn.pages.has(page.digest)))) return problem(response, 422, 'materials-missing');
      kept = { digest, receipt: sign({ key, digest, receivedAt: new Date().toISOString() }) };
      receipts.set(key, kept);
      standIn.stored.push(parsed);
    }
    const text = JSON.stringify(kept.receipt);
    switch (trick) {
      case 'reset-after':
        response.destroy();
        break;
      case '503-after':
        problem(response, 503, 'busy');
        break;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel Wi-Fi</html>');
        break;
      case 'bad-json':
        response.writeHead(201).end(text.slice(0, 30));
        break;
      case 'half-body':
        response.writeHead(201, { 'content-length': String(text.length) }).write(text.slice(0, 40), () => response.destroy());
        break;
      case 'wrong-digest':
        say(response, 201, sign({ key, digest: sha256Hex('other'), receivedAt: new Date().toISOString() }));
        break;
      case 'wrong-key':
        say(response, 201, sign({ key: `${key}0`, digest, receivedAt: new Date().toISOString() }));
        break;
      case 'wrong-signature':
        say(response, 201, { key, digest, receivedAt: new Date().toISOString(), signature: randomBytes(64).toString('base64url') });
        break;
      default:
        say(response, status, kept.receipt);
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    standIn.requests.push(`${method} ${url}`);
    if (url.startsWith('/line-of-business/')) {
      const form = (await bodyOf(request)).toString('latin1');
      const key = new URLSearchParams(form).get('TRANS_NO') ?? '';
      if (standIn.forms.has(key)) return problem(response, 409, 'kept-before');
      standIn.forms.set(key, form);
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>OK</html>');
      return undefined;
    }
    const upload = url.startsWith('/v1/materials') && !url.includes('by-digest');
    const body = upload ? null : await bodyOf(request);
    if (url === '/v1/terminals') {
      const asked = JSON.parse(body?.toString('utf8') ?? '') as { terminal: string; publicKey: string };
      terminals.set(asked.terminal, asked.publicKey);
      return say(response, 201, { platformKey: exportPublicKey(keys.publicKey), time: new Date().toISOString() });
    }
    const known = terminals.get(claimedKeyId(request.headers) ?? '');
    if (known === undefined) return problem(response, 401, 'unknown-terminal');
    const verdict = await verifyRequest({ publicKey: importPublicKey(known), method, path: url, headers: request.headers, body: upload ? 'streamed' : body, maxSkewSeconds: null });
    if (!verdict.ok) return problem(response, 401, verdict.reason);
    if (upload) {
      if (method === 'PATCH') {
        standIn.patches += 1;
        if (standIn.cutUploadsAfter !== null) {
          let seen = 0;
          const most = standIn.cutUploadsAfter;
          request.on('data', (piece: Buffer) => {
            seen += piece.length;
            if (seen > most) request.destroy();
          });
        }
      }
      await tus.handle(request, response);
      return undefined;
    }
    if (url.startsWith('/v1/materials/by-digest/')) {
      const digest = url.split('/').pop() ?? '';
      return standIn.pages.has(digest) ? say(response, 200, { confirmed: true, digest }) : problem(response, 404, 'unknown');
    }
    if (url.startsWith('/v1/changes')) {
      const after = Number(new URL(url, 'http://x').searchParams.get('after'));
      const changes = standIn.changes.map((change, index) => ({ cursor: index + 1, at: '2026-11-22T03:24:07+08:00', body: change })).filter((change) => change.cursor > after).slice(0, 100);
      return say(response, 200, sign({ terminal: claimedKeyId(request.headers), changes, next: changes.at(-1)?.cursor ?? after, time: new Date().toISOString() }));
    }
    if (url === '/v1/messages' && method === 'POST') {
      const trick = standIn.tricks.shift();
      if (trick === 'reset-before') return void response.destroy();
      if (trick === '500' || trick === '429' || trick === '409' || trick === '401') return problem(response, Number(trick), 'told-to');
      return answerMessage(response, String(request.headers['idempotency-key']), body ?? Buffer.alloc(0), trick);
    }
    return problem(response, 404, 'unknown');
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  standIn.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    // The store of uploads makes sure of its folder in its own time, and throws when it is gone by then.
    await readdir(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  return standIn;
};
