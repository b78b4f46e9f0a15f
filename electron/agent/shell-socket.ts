/**
 * The door for shells: HTTP over a Unix socket whose file mode (0600) is the authentication.
 * POST /ticket → {"url"} opens the citizen's page; GET /page → {"connected"} tells a shell whether its page lives; POST /second-agent lets a refused second agent be recorded by the first.
 */
import { createServer, type Server } from 'node:http';
import { chmodSync, rmSync } from 'node:fs';

export interface ShellSocket {
  close(): Promise<void>;
}

/** @param path kept short: a Unix socket's path holds 107 bytes */
export const openShellSocket = async (path: string, on: { ticket(): string; pageConnected(): boolean; secondAgent(): void }): Promise<ShellSocket> => {
  const server: Server = createServer((request, response) => {
    request.resume();
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.method === 'POST' && request.url === '/ticket') return answer(200, { url: on.ticket() });
    if (request.method === 'GET' && request.url === '/page') return answer(200, { connected: on.pageConnected() });
    if (request.method === 'POST' && request.url === '/second-agent') {
      on.secondAgent();
      return answer(200, {});
    }
    return answer(404, { title: 'nothing here' });
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
