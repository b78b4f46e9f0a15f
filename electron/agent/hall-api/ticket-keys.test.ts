/** TLS sessions with the hall outlive its process, and not their day. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hallCertificate } from './authority.ts';
import { SESSION_SECONDS, ticketKeys } from './ticket-keys.ts';

const NOON = Date.parse('2026-11-22T12:00:00+08:00');
const HOUR_MS = 3_600_000;
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tickets-'));
  mkdirSync(join(home, 'keys'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const file = (): string => join(home, 'keys', 'hall-session-tickets.json');

test('the keys are the same after a restart, others the next day, and nobody but the agent reads them', () => {
  const first = ticketKeys(home, NOON);
  expect(first.byteLength).toBe(48);
  expect(ticketKeys(home, NOON + 23 * HOUR_MS)).toEqual(first);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  const next = ticketKeys(home, NOON + 24 * HOUR_MS);
  expect(next).not.toEqual(first);
  expect(ticketKeys(home, NOON + 25 * HOUR_MS)).toEqual(next);
});

test('a clock that was set back, a file that says something else, and a home that takes nothing: others are made', () => {
  const first = ticketKeys(home, NOON);
  const earlier = ticketKeys(home, NOON - HOUR_MS);
  expect(earlier).not.toEqual(first);
  writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, 40));
  expect(ticketKeys(home, NOON).byteLength).toBe(48);
  // Nothing can be written where the folder is gone.
  rmSync(join(home, 'keys'), { recursive: true });
  expect(ticketKeys(home, NOON).byteLength).toBe(48);
});

test('whoever was connected before a restart takes up the session after it, and gets a whole handshake with other keys', async () => {
  const { key, certificate, authority } = await hallCertificate(home, '清溪', [], NOON);
  const agent = new Agent({ keepAlive: false, ca: authority ?? '' });
  let port = 0;
  const ask = async (keys: Buffer): Promise<boolean> => {
    const server = createServer({ key, cert: certificate, ticketKeys: keys, sessionTimeout: SESSION_SECONDS }, (_request, response) => response.end('here'));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    const asked = request({ hostname: '127.0.0.1', port, agent }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const reused = (answer.socket as TLSSocket).isSessionReused();
    await once(answer.resume(), 'end');
    server.close();
    return reused;
  };
  const keys = ticketKeys(home, NOON);
  expect(await ask(keys)).toBe(false);
  expect(await ask(ticketKeys(home, NOON + HOUR_MS))).toBe(true);
  expect(await ask(ticketKeys(home, NOON + 30 * HOUR_MS))).toBe(false);
});
