/** Runs the reference central platform: prints one line when it serves, ends cleanly on SIGTERM. */
import { Command } from 'commander';
import { createPlatform, DEMO_CODE } from './server.ts';

const program = new Command('platform')
  .requiredOption('--db <dir>', 'folder for database, key and materials')
  .option('--port <port>', 'port; 0: any free one', '0')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--control', 'serve /control, for the bench and for tests')
  .option('--code <code...>', 'enrolment codes', [DEMO_CODE])
  .option('--catalogue <dir>', 'hall whose items give the office its labels')
  .option('--end-with-stdin', 'end when standard input closes: the program that started this one is gone')
  .parse();
const options = program.opts<{ db: string; port: string; host: string; control?: boolean; code: string[]; catalogue?: string; endWithStdin?: boolean }>();

const { app, close } = await createPlatform({
  dir: options.db,
  control: options.control === true,
  enrolmentCodes: options.code,
  ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }),
});

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  // What hangs on an open connection must not hold the end up.
  setTimeout(() => process.exit(1), 5_000).unref();
  void close().then(() => process.exit(0));
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
if (options.endWithStdin === true) {
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdin.resume();
}

const url = await app.listen({ host: options.host, port: Number(options.port) });
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
