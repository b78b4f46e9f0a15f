/** Runs the outside world of a demonstration: prints one line when all of it serves, ends with its parent or on SIGTERM. */
import { Command, InvalidArgumentError } from 'commander';
import { DEVICES } from './context.ts';
import { startWorld } from './world.ts';

const whole = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
};

const options = new Command('world')
  .description('Emulated devices, the line to the platform and the bench panel. See test/world/README.md.')
  .requiredOption('--home <dir>', "the terminal's home")
  .requiredOption('--platform <url>', "the platform's own address")
  .option('--port <port>', 'of the bench panel; 0: any free one', whole, 0)
  .option('--proxy-port <port>', 'of the line to the platform', whole, 0)
  .option('--device-ports <a,b,c,d>', `of ${DEVICES.join(', ')}`, (text) => text.split(',').map(whole), [])
  .option('--ms-per-sheet <ms>', 'what one sheet of the document printer takes', whole, 2_500)
  .option('--ms-per-page <ms>', 'what one page of the scanner takes', whole, 1_200)
  .option('--end-with-stdin', 'end when standard input closes: the program that started this one is gone')
  .parse()
  .opts<{ home: string; platform: string; port: number; proxyPort: number; devicePorts: number[]; msPerSheet: number; msPerPage: number; endWithStdin?: boolean }>();

const world = await startWorld(options);

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  // What hangs on an open connection must not hold the end up.
  setTimeout(() => process.exit(1), 3_000).unref();
  void world.close().then(() => process.exit(0));
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
process.on('disconnect', end);
if (options.endWithStdin === true) {
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdin.resume();
}

process.stdout.write(`${JSON.stringify(world.ready)}\n`);
