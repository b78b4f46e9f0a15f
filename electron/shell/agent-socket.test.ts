import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ticketInTime } from './agent-socket.ts';

const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

const agent = async (answersFrom: number): Promise<{ path: string; asked: () => number }> => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-socket-'));
  const path = join(folder, 'shell.sock');
  let asked = 0;
  const server: Server = createServer((_request, reply) => {
    asked += 1;
    // As one that has no processor: the line breaks before it comes to answer.
    if (asked < answersFrom) reply.destroy();
    else reply.end(JSON.stringify({ url: 'http://127.0.0.1:1/enter?ticket=a' }));
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  clean.push(() => rmSync(folder, { recursive: true, force: true }), () => server.close());
  return { path, asked: () => asked };
};

it("asks a busy agent again for the page's address, so that the line that says ready has one", async () => {
  const { path, asked } = await agent(4);
  expect(await ticketInTime(path, 10, 1)).toBe('http://127.0.0.1:1/enter?ticket=a');
  expect(asked()).toBe(4);
});

it('gives up when no agent answers at all', async () => {
  const { path, asked } = await agent(100);
  expect(await ticketInTime(path, 3, 1)).toBeNull();
  expect(asked()).toBe(3);
});
