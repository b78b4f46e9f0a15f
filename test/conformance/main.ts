/**
 * `npm run -s conformance -- <class> --transport <uri>`: the safe part on real hardware, or on any address.
 * `npm run -s conformance -- <class>|all`: the whole suite on emulated devices, ten thousand commands each. With `--keep` what was run
 * is added to results.json beside this; with `--for` it begins no further device when the time is over.
 */
import { CommanderError } from 'commander';
import { conformanceCommand } from './command.ts';

try {
  process.exit((await conformanceCommand(process.argv.slice(2), (text) => void process.stdout.write(text))) ? 0 : 1);
} catch (error) {
  // The command line's own mistakes have been told already.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 1);
  process.stderr.write(`${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}\n`);
  process.exit(1);
}
