import { createServer, type AddressInfo, type Server } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCutProxy, type CutProxy } from './cut-proxy.ts';

const ended = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let error = 'closed';
    socket.on('error', (reason: NodeJS.ErrnoException) => (error = reason.code ?? reason.message));
    socket.on('close', () => resolve(error));
    socket.resume();
  });
const echo = (socket: Socket, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('error', reject);
    socket.write(text);
  });

describe('the line between terminal and platform', () => {
  let far: Server;
  let proxy: CutProxy;
  beforeEach(async () => {
    far = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((resolve) => far.listen(0, '127.0.0.1', resolve));
    proxy = await startCutProxy(0, { host: '127.0.0.1', port: (far.address() as AddressInfo).port });
  });
  afterEach(async () => {
    await proxy.close();
    far.close();
  });
  const dial = (): Socket => connect(proxy.port, '127.0.0.1');

  it('hands bytes on both ways', async () => {
    const socket = dial();
    expect(await echo(socket, '受理')).toBe('受理');
    expect(proxy.connections()).toBe(1);
    socket.destroy();
  });

  it('when cut, breaks what is open and what is begun, and when mended carries again on the same port', async () => {
    const before = dial();
    await echo(before, 'a');
    const broken = ended(before);
    proxy.setCut(true);
    expect(await broken).toBe('ECONNRESET');
    expect(['ECONNRESET', 'EPIPE']).toContain(await ended(dial()));
    expect(proxy.connections()).toBe(0);
    proxy.setCut(false);
    const after = dial();
    expect(await echo(after, 'b')).toBe('b');
    after.destroy();
  });

  it('resets the caller when the platform is down', async () => {
    await new Promise((resolve) => far.close(resolve));
    expect(['ECONNRESET', 'EPIPE']).toContain(await ended(dial()));
  });
});
