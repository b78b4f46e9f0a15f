import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from './http.ts';
import type { HttpAsk, HttpClient } from './http.ts';
import { hastyClock } from './hasty-clock.ts';

const open: { server: Server; client: HttpClient; sockets: Set<Socket> }[] = [];

/** A device that says exactly these bytes to whatever it is asked, or does to the connection what the function does. */
async function device(behave: string | ((socket: Socket, asked: number) => void), speed = 1): Promise<HttpClient> {
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      asked += 1;
      if (typeof behave === 'string') socket.write(behave);
      else behave(socket, asked);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const client = createHttpClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, hastyClock(speed));
  open.push({ server, client, sockets });
  return client;
}

afterEach(async () => {
  for (const { server, client, sockets } of open.splice(0)) {
    client.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
});

const get = (more: Partial<HttpAsk> = {}): HttpAsk => ({ method: 'GET', path: '/x', signal: new AbortController().signal, deadlineMs: 5000, maxBytes: 1000, repeatable: true, ...more });
const codeOf = async (answer: Promise<Awaited<ReturnType<HttpClient['ask']>>>): Promise<string> => {
  const result = await answer;
  return result.ok ? 'ok' : result.fault.code;
};

describe('HTTP to devices', () => {
  it('gives status, headers and body', async () => {
    const client = await device('HTTP/1.1 201 Created\r\nLocation: /a\r\nContent-Length: 2\r\n\r\nhi');
    const answer = await client.ask(get());
    expect(answer).toMatchObject({ ok: true, value: { status: 201, headers: { location: '/a' } } });
    expect(answer.ok && Buffer.from(answer.value.body).toString()).toBe('hi');
  });

  it('tells a device that is not there as disconnected', async () => {
    const client = await device('');
    await new Promise<void>((resolve) => {
      open.at(-1)!.server.close(() => resolve());
    });
    expect(await codeOf(client.ask(get()))).toBe('disconnected');
  });

  it('tells noise, and half a body, as a bad frame', async () => {
    expect(await codeOf((await device('SSH-2.0-OpenSSH_9.2\r\n')).ask(get()))).toBe('bad-frame');
    const half = await device((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'));
    expect(await codeOf(half.ask(get()))).toBe('bad-frame');
    const chunked = await device((socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'));
    expect(await codeOf(chunked.ask(get()))).toBe('bad-frame');
  });

  it('times out on silence, before the answer and in the middle of it', async () => {
    expect(await codeOf((await device(() => undefined, 100)).ask(get()))).toBe('timed-out');
    expect(await codeOf((await device('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 100)).ask(get()))).toBe('timed-out');
  });

  it('ends with cancelled at once when the caller gives up', async () => {
    const abort = new AbortController();
    const client = await device(() => abort.abort());
    expect(await codeOf(client.ask(get({ signal: abort.signal })))).toBe('cancelled');
    expect(await codeOf(client.ask(get({ signal: abort.signal })))).toBe('cancelled');
  });

  it('cuts an answer that never ends at the bound, and an announced one before its first byte', async () => {
    const endless = await device((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write('x'.repeat(10_000)));
      };
      socket.on('drain', more);
      more();
    });
    expect(await codeOf(endless.ask(get()))).toBe('bad-frame');
    const announced = await device('HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n');
    expect(await codeOf(announced.ask(get({ tooLarge: 'media-too-large' })))).toBe('media-too-large');
  });

  it('asks again on a new connection when a kept one was closed by the device, but never sends a document twice', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok';
    let connections = 0;
    const client = await device((socket, asked) => {
      if (asked === 2) socket.destroy();
      else socket.write(answer);
    });
    open.at(-1)!.server.on('connection', () => {
      connections += 1;
    });
    expect(await codeOf(client.ask(get()))).toBe('ok');
    expect(await codeOf(client.ask(get()))).toBe('ok');
    expect(connections).toBe(2);

    let documents = 0;
    const printer = await device((socket) => {
      documents += 1;
      socket.destroy();
    });
    expect(await codeOf(printer.ask(get({ method: 'POST', body: Buffer.from('pdf'), repeatable: false })))).toBe('disconnected');
    expect(documents).toBe(1);
  });
});
