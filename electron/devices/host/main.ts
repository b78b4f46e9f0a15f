/** The device host: a process of its own, so that a native crash or a hung port takes no case and no session with it. */
import { createDriver, systemDriverClock } from '../../../drivers/index.ts';
import { createHostServer } from './server.ts';

const complain = (line: string): void => void process.stderr.write(`${line}\n`);

if (process.send === undefined) {
  complain('the device host is started by the agent, not by hand');
  process.exit(2);
}

const server = createHostServer(
  createDriver,
  systemDriverClock,
  (message) => {
    // A closed channel means that the agent is gone; 'disconnect' below ends this process.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  },
  complain,
);
process.on('message', (message) => server.receive(message));

let ending = false;
/** Ports are closed properly when there is time, but a port that hangs must not keep the process. */
const end = (): void => {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(1), 1_000).unref();
  void server.close().then(() => process.exit(0));
};
process.on('disconnect', end);
process.on('SIGTERM', end);
// Ctrl+C in a terminal reaches the whole group: the agent decides when its host ends.
process.on('SIGINT', () => undefined);

process.send({ type: 'ready', pid: process.pid });
