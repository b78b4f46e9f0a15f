/** `npm run -s device -- <class> <command> --transport <uri>`: talks to one real device from the command line. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { DEVICE_CLASSES, fail, ok, type CommandContext, type DeviceClass, type Driver, type IdCard, type Result } from '../contract.ts';
import { createDriver, systemDriverClock } from '../index.ts';
import { parseSlipFile } from '../receipt-printer/slip-file.ts';
import { printResult, say } from './output.ts';

interface Options {
  transport: string;
  json: boolean;
  timeout: number;
  file?: string;
  out?: string;
  jobName: string;
  source: 'platen' | 'feeder' | 'auto';
  option: Record<string, unknown>;
}

type Work<C extends DeviceClass> = (device: Driver<C>, options: Options, context: () => CommandContext) => Promise<Result<unknown>>;
type Run = (options: Options, context: () => CommandContext) => Promise<Result<unknown>>;

/** A command on a device that is opened for it and closed after it. */
const on =
  <C extends DeviceClass>(deviceClass: C, work: Work<C>): Run =>
  async (options, context) => {
    const device = createDriver(deviceClass, options.transport, options.option, systemDriverClock);
    try {
      return await work(device, options, context);
    } finally {
      await device.close();
    }
  };

/** Opening asks the device how it is. */
const status = (deviceClass: DeviceClass): Run => on(deviceClass, (device, _options, context) => device.open(context()));

const readable = async (path: string | undefined, what: string): Promise<Result<Buffer>> => {
  if (path === undefined) return fail('bad-input', `--file ${what} is needed`);
  try {
    return ok(await readFile(path));
  } catch (error) {
    return fail('bad-input', `${path} cannot be read`, { original: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
  }
};

const withoutPhoto = ({ photo, ...card }: IdCard) => ({ ...card, photoBytes: photo?.length ?? 0 });

const readCard: Work<'id-card'> = async (device, _options, context) => {
  const card = await device.run('read', undefined, context(), () => say('card found, reading'));
  return card.ok ? ok(withoutPhoto(card.value)) : card;
};

const printSlip: Work<'receipt-printer'> = async (device, { file }, context) => {
  const text = await readable(file, 'slip.json');
  if (!text.ok) return text;
  const slip = parseSlipFile(text.value.toString());
  return slip.ok ? device.run('print', slip.value, context(), () => say('sending the slip')) : slip;
};

const printPdf: Work<'document-printer'> = async (device, { file, jobName }, context) => {
  const pdf = await readable(file, 'document.pdf');
  if (!pdf.ok) return pdf;
  const created = await device.run('createJob', { jobName, copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' }, context());
  if (!created.ok) return created;
  const { jobId } = created.value;
  say(`job ${jobId} created`);
  const sent = await device.run('sendDocument', { jobId, pdf: pdf.value }, context());
  if (!sent.ok) return sent;
  const job = await device.run('followJob', { jobId }, context(), ({ state }) => say(`job ${jobId}: ${state}`));
  if (!job.ok || job.value.state === 'completed') return job;
  const reasons = job.value.stateReasons.join(', ');
  return fail(job.value.state === 'canceled' ? 'cancelled' : 'device-fault', `job ${jobId} ended ${job.value.state}`, { original: reasons });
};

const scanPages: Work<'scanner'> = async (device, { out, source }, context) => {
  if (out === undefined) return fail('bad-input', '--out DIR is needed: the folder for the pages');
  await mkdir(out, { recursive: true });
  const files: string[] = [];
  const writing: Promise<void>[] = [];
  const scanned = await device.run('scan', { source, color: 'color', resolution: 300, maxPages: 50 }, context(), ({ index, contentType, data }) => {
    const file = join(out, `page-${index + 1}.${contentType === 'image/png' ? 'png' : 'jpg'}`);
    files.push(file);
    writing.push(writeFile(file, data));
    say(`${file}: ${data.length} bytes`);
  });
  await Promise.all(writing);
  return scanned.ok ? ok({ ...scanned.value, files }) : scanned;
};

const COMMANDS: Readonly<Record<DeviceClass, Readonly<Record<string, Run>>>> = {
  'id-card': {
    status: status('id-card'),
    read: on('id-card', readCard),
    present: on('id-card', (device, _options, context) => device.run('present', undefined, context())),
  },
  'receipt-printer': { status: status('receipt-printer'), print: on('receipt-printer', printSlip) },
  'document-printer': { status: status('document-printer'), print: on('document-printer', printPdf) },
  scanner: { status: status('scanner'), scan: on('scanner', scanPages) },
};

const isDeviceClass = (text: string): text is DeviceClass => DEVICE_CLASSES.some((known) => known === text);

const execute = async (deviceClass: DeviceClass, command: string, options: Options): Promise<Result<unknown>> => {
  const commands = COMMANDS[deviceClass];
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (run === undefined) return fail('bad-input', `${deviceClass} has no command "${command}"; it has ${Object.keys(commands).join(', ')}`);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abort);
  const began = systemDriverClock.now();
  return run(options, () => ({ signal: stop.signal, deadlineMs: Math.max(1, options.timeout - (systemDriverClock.now() - began)) }));
};

const milliseconds = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3_600_000) throw new InvalidArgumentError('a whole number of milliseconds up to an hour is expected.');
  return value;
};

const keyValue = (text: string, before: Record<string, unknown>): Record<string, unknown> => {
  const [key = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (key === '' || value === '') throw new InvalidArgumentError('KEY=VALUE is expected.');
  return { ...before, [key]: /^\d+$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value };
};

const source = (text: string): Options['source'] => {
  if (text !== 'platen' && text !== 'feeder' && text !== 'auto') throw new InvalidArgumentError('platen, feeder or auto is expected.');
  return text;
};

const main = async (args: readonly string[]): Promise<Result<unknown>> => {
  let outcome: Result<unknown> = ok(null);
  const program = new Command('device')
    .description('Talks to one device. Exit code 0 when the device answered, else 1.')
    .argument('<class>', DEVICE_CLASSES.join(', '))
    .argument('<command>', 'status; id-card read, present; receipt-printer print; document-printer print; scanner scan')
    .requiredOption('--transport <uri>', 'serial:/dev/ttyUSB0?baud=115200, tcp:host:port, ipp://host:port/path, escl:http://host:port/eSCL')
    .option('--json', 'exactly one line of JSON on standard output', false)
    .option('--timeout <ms>', 'time for the whole command', milliseconds, 60_000)
    .option('--file <path>', 'slip.json or document.pdf to print')
    .option('--out <dir>', 'folder for scanned pages')
    .option('--job-name <name>', 'name of the print job, no personal data', 'device test')
    .option('--source <source>', 'platen, feeder or auto', source, 'auto' as const)
    .option('--option <key=value>', "one of the device's own settings; may be repeated", keyValue, {})
    .exitOverride()
    .configureOutput({ writeOut: (text) => process.stderr.write(text) })
    .action(async (deviceClass: string, command: string, options: Options) => {
      outcome = isDeviceClass(deviceClass)
        ? await execute(deviceClass, command, options)
        : fail('bad-input', `"${deviceClass}" is no class of devices; there are ${DEVICE_CLASSES.join(', ')}`);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') process.exit(0);
    return fail('bad-input', error.message.replace(/^error: /, ''));
  }
  return outcome;
};

const args = process.argv.slice(2);
const result = await main(args);
printResult(result, args.includes('--json'));
// A port that hangs in the driver must not keep the program.
process.exit(result.ok ? 0 : 1);
