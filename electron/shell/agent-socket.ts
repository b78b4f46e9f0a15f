/** The shell's side of the agent's socket: HTTP over a Unix socket whose file mode is the authentication. */
import { request } from 'node:http';
import { join } from 'node:path';

const ASK_MS = 2_000;

/** Where the agent of a home listens for shells. */
export const socketOf = (home: string): string => join(home, 'run', 'shell.sock');

const parsed = (body: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** @returns the answer's JSON body; null when no agent answers */
const ask = (socketPath: string, method: 'GET' | 'POST', path: string): Promise<Record<string, unknown> | null> =>
  new Promise((resolve) => {
    const outgoing = request({ socketPath, method, path, timeout: ASK_MS }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => resolve(null));
      incoming.on('end', () => resolve(incoming.statusCode === 200 ? parsed(Buffer.concat(chunks).toString('utf8')) : null));
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(null));
    outgoing.end();
  });

/** A fresh one-time address of the citizen's page; null while no agent runs. */
export const askTicket = async (socketPath: string): Promise<string | null> => {
  const url = (await ask(socketPath, 'POST', '/ticket'))?.['url'];
  return typeof url === 'string' ? url : null;
};

/** The same from an agent that may have no processor to answer with just now: asked so many times, so long after each other. */
export const ticketInTime = async (socketPath: string, times: number, everyMs: number): Promise<string | null> => {
  for (let asked = 0; asked < times; asked += 1) {
    const url = await askTicket(socketPath);
    if (url !== null) return url;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return null;
};

/** Is a citizen page connected? null while no agent runs. */
export const askPage = async (socketPath: string): Promise<boolean | null> => {
  const connected = (await ask(socketPath, 'GET', '/page'))?.['connected'];
  return typeof connected === 'boolean' ? connected : null;
};

/** May the citizen's page open a camera? False while no agent runs. */
export const askCamera = async (socketPath: string): Promise<boolean> => (await ask(socketPath, 'GET', '/window'))?.['camera'] === true;

/** Lets a refused second start be recorded by the agent that runs. True when one runs. */
export const tellSecondStart = async (socketPath: string): Promise<boolean> => (await ask(socketPath, 'POST', '/second-agent')) !== null;
