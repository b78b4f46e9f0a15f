/** The launcher's command line. */
import { homedir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { parseArgs } from 'node:util';

export const SHELLS = ['auto', 'electron', 'chromium', 'none'] as const;
export type Shell = (typeof SHELLS)[number];

export interface LaunchOptions {
  shell: Shell;
  /** Of the agent on loopback; 0: any free one, the same for the whole run. */
  port: number;
  home: string;
  /** null: the demonstration. */
  config: string | null;
  terminal: string | null;
  /** Demonstration: real devices (or a test's own) in place of emulated ones, by device id. */
  transports: Record<string, string>;
}

/** Linux holds the path of a Unix socket in 108 bytes, the last of them zero. */
const LONGEST_SOCKET_BYTES = 107;

const transport = (pair: string): [id: string, uri: string] => {
  const cut = pair.indexOf('=');
  if (cut < 1) throw new Error(`--transport ${pair}: DEVICE=URI, for example id-card=serial:/dev/ttyUSB0`);
  return [pair.slice(0, cut), pair.slice(cut + 1)];
};

/**
 * Where a real terminal keeps what it must not lose, when nobody says otherwise: the folder that systemd gives the
 * service (`StateDirectory=`), else the user's own state folder.
 */
const stateFolder = (env: NodeJS.ProcessEnv = process.env): string => env['STATE_DIRECTORY'] ?? join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'hall24');

/**
 * @param root folder of the repository or package: a demonstration without --home keeps its data there
 * @throws Error with one plain sentence when the command line does not make sense
 */
export const launchOptions = (args: string[], root: string): LaunchOptions => {
  const { values } = parseArgs({
    args,
    options: {
      shell: { type: 'string', default: 'auto' },
      port: { type: 'string', default: '0' },
      home: { type: 'string' },
      config: { type: 'string' },
      terminal: { type: 'string' },
      transport: { type: 'string', multiple: true, default: [] },
    },
  });
  const transports = Object.fromEntries(values.transport.map(transport));
  const shell = SHELLS.find((one) => one === values.shell);
  if (shell === undefined) throw new Error(`--shell ${values.shell}: one of ${SHELLS.join(', ')}`);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new Error(`--port ${values.port}: a port is a whole number from 0 to 65535`);
  if (values.config !== undefined && values.transport.length > 0) throw new Error('--transport is for the demonstration; a real hall names its devices in its terminal file');
  const home = absolute(values.home ?? (values.config === undefined ? join(root, '.demo-home') : stateFolder()));
  if (process.platform !== 'win32' && Buffer.byteLength(join(home, 'run', 'shell.sock')) > LONGEST_SOCKET_BYTES) throw new Error(`--home ${home}: this path is too long for a socket below it; choose a shorter one`);
  return { shell, port, home, config: values.config === undefined ? null : absolute(values.config), terminal: values.terminal ?? null, transports };
};
