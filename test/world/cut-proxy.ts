/** The line between terminal and platform: a TCP proxy that can be cut, so that a network failure is a real one. */
import { connect, createServer, type Socket } from 'node:net';

export interface CutProxy {
  readonly port: number;
  isCut(): boolean;
  /** Connections that are open now. */
  connections(): number;
  /** Cut: every open connection is reset at once, and every new one as it comes. */
  setCut(cut: boolean): void;
  close(): Promise<void>;
}

/**
 * Listens on loopback and hands every connection on to `target`.
 * The port stays bound while cut: given back, another program could take it before the line is mended.
 * @param port 0: any free one
 * @param target a port, or a Unix socket
 * @throws Error when the port is taken
 */
export const startCutProxy = async (port: number, target: { host: string; port: number } | { path: string }): Promise<CutProxy> => {
  const open = new Set<Socket>();
  let cut = false;

  const drop = (socket: Socket): void => {
    socket.resetAndDestroy();
  };
  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => undefined);
    if (cut) return drop(near);
    const far = connect({ ...target });
    far.setNoDelay();
    open.add(near);
    far.on('error', () => near.destroyed || drop(near));
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
    return undefined;
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    isCut: () => cut,
    connections: () => open.size,
    setCut: (now) => {
      cut = now;
      if (cut) for (const socket of open) drop(socket);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
