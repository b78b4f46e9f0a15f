/** Serves the built page and, in place of the agent, one fixed view per page. Same addresses, same content-security policy. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { SessionView, SpokenKey } from '../../renderer/api/types.ts';

export const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";
/** Characters beyond the bundled font: the agent serves a face for them; here Debian's, else any face that loads. */
const RARE = ['/usr/share/fonts/truetype/hanazono/HanaMinB.ttf', join(process.cwd(), 'node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-latin-400-normal.woff2')].find((file) => existsSync(file)) ?? '';
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png' };

export type Hall = { url: string; show: (view: SessionView) => void; /** Drops the page's stream and refuses new ones. */ away: (away: boolean) => void; posts: unknown[]; /** Presses a key of the navigation pad. */ key: (key: SpokenKey) => void; /** What the page had said, oldest first. */ said: string[]; /** What the page said of its own devices, and the pictures that it sent. */ reports: unknown[]; pictures: Buffer[]; close: () => Promise<void> };

/** A side of a card in place of what was cut out of a scan. */
const cardPicture = (side: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 856 540"><rect width="856" height="540" rx="32" fill="${side === 'front' ? '#cfe3ee' : '#e6d3c4'}"/>${
    side === 'front' ? '<rect x="560" y="90" width="220" height="280" fill="#8fa3ad"/>' : '<circle cx="170" cy="160" r="84" fill="#c3272b"/>'
  }<g fill="#5d6a70"><rect x="60" y="80" width="300" height="24"/><rect x="60" y="150" width="420" height="24"/><rect x="60" y="430" width="620" height="30"/></g></svg>`;

/**
 * @param folder the built renderer
 * @param pageImage PNG that stands for every scanned page
 */
export async function serve(folder: string, pageImage: Buffer): Promise<Hall> {
  let shown: SessionView | null = null;
  let isAway = false;
  const streams = new Set<ServerResponse>();
  const posts: unknown[] = [];
  const reports: unknown[] = [];
  const said: string[] = [];
  const pictures: Buffer[] = [];
  const frame = (): string => `event: view\ndata: ${JSON.stringify(shown)}\n\n`;
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    response.setHeader('content-security-policy', POLICY);
    if (path === '/api/citizen/stream') {
      if (isAway) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      if (shown !== null) response.write(frame());
      return;
    }
    if (path === '/api/citizen/events') {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => {
        posts.push(JSON.parse(body));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"accepted":true,"reason":null}');
      });
      return;
    }
    if (path === '/api/citizen/speech') {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => {
        said.push((JSON.parse(body) as { text: string }).text);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"accepted":true,"reason":null}');
      });
      return;
    }
    if (path === '/api/citizen/devices') {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => {
        reports.push(JSON.parse(body));
        response.writeHead(204).end();
      });
      return;
    }
    if (path === '/api/citizen/camera-pages') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        pictures.push(Buffer.concat(parts));
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":true,"reason":null}');
      });
      return;
    }
    const side = /^\/pages\/(front|back)\.png$/.exec(path)?.[1];
    if (side !== undefined) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(cardPicture(side));
      return;
    }
    if (path.startsWith('/pages/')) {
      response.writeHead(200, { 'content-type': 'image/png' }).end(pageImage);
      return;
    }
    const file = path.startsWith('/fonts/') ? RARE : normalize(join(folder, path === '/' ? 'index.html' : path));
    if (!file.startsWith(folder) && file !== RARE) {
      response.writeHead(404).end();
      return;
    }
    readFile(file).then(
      (content) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content),
      () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    show: (view) => {
      shown = view;
      for (const stream of streams) stream.write(frame());
    },
    away: (away) => {
      isAway = away;
      if (away) for (const stream of streams) stream.destroy();
    },
    key: (key) => {
      for (const stream of streams) stream.write(`event: key\ndata: ${JSON.stringify(key)}\n\n`);
    },
    said,
    posts,
    reports,
    pictures,
    close: () =>
      new Promise((resolve) => {
        for (const stream of streams) stream.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
