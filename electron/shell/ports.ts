/** Ports on loopback. */
import { createServer } from 'node:net';

const listen = (port: number): Promise<ReturnType<typeof createServer>> =>
  new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done(server));
  });

/** Ports that are free now: fixed for a whole run, so that a program that was killed comes back at its address. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
};

/** @throws Error with one plain sentence when another program listens there */
export const checkFree = async (port: number): Promise<void> => {
  try {
    const server = await listen(port);
    await new Promise((done) => server.close(done));
  } catch (error) {
    throw new Error(`--port ${port}: cannot be used (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
};
