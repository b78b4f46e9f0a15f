/** The agent's command line. */
import { parseArgs } from 'node:util';
import { z } from 'zod';

const overrides = z.strictObject({
  transports: z.record(z.string(), z.string()).optional(),
  platformUrl: z.string().optional(),
  /** Port of the hall's API, chosen by the launcher so that it stays the same when the agent is started again. */
  hallPort: z.number().int().min(0).max(65_535).optional(),
});

export interface AgentOptions {
  config: string;
  home: string;
  port: number;
  terminal: string | null;
  /** What a demonstration knows only when it runs. */
  overrides: z.infer<typeof overrides>;
  demo: boolean;
  /** End when standard input ends: whoever started the agent is gone. */
  endWithStdin: boolean;
}

/** @throws Error with one plain sentence when the command line does not make sense */
export const agentOptions = (args: string[]): AgentOptions => {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string' },
      home: { type: 'string' },
      port: { type: 'string', default: '0' },
      terminal: { type: 'string' },
      overrides: { type: 'string', default: '{}' },
      demo: { type: 'boolean', default: false },
      'end-with-stdin': { type: 'boolean', default: false },
    },
  });
  if (values.config === undefined || values.home === undefined) throw new Error('the agent needs --config DIR and --home DIR');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port}: a port is a whole number from 0 to 65535`);
  return {
    config: values.config,
    home: values.home,
    port,
    terminal: values.terminal ?? null,
    overrides: overrides.parse(JSON.parse(values.overrides)),
    demo: values.demo,
    endWithStdin: values['end-with-stdin'],
  };
};
