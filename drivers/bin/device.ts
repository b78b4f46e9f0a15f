/** `npm run -s device -- <class> <command> --transport <uri>`: talks to one real device from the command line. */
import { deviceCommand } from './device-command.ts';
import { printResult } from './output.ts';

const args = process.argv.slice(2);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const result = await deviceCommand(args, stop.signal);
if (result !== null) printResult(result, args.includes('--json'));
// A port that hangs in the driver must not keep the program.
process.exit(result === null || result.ok ? 0 : 1);
