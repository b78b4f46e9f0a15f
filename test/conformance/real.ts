/**
 * The part of the suite that a device in a hall may be asked to pass: nothing moves, nothing is printed, no lock is pulsed.
 * What is left out is told, so that nobody takes the report for more than it is.
 */
import type { CommandContext, DeviceClass, Driver, Result } from '../../drivers/contract.ts';
import { createDriver, systemDriverClock } from '../../drivers/index.ts';
import { deviceStatus } from '../../drivers/schemas.ts';
import { codeOf, endOf, fail, within } from './bench.ts';
import { lineOf, notTried, reportOf, type Report, type ReportLine } from './report.ts';
import { samplePdf } from '../../drivers/document-printer/sample-pdf.ts';

const ANSWER_MS = 8_000;
/** In this time after its deadline, or after it was cancelled, a command must have ended. */
const GRACE_MS = 3_000;
const SHORT_MS = 300;
const STATUS_TIMES = 20;
const REOPENINGS = 5;

type AnyDriver = Driver<DeviceClass>;
type Command = (driver: AnyDriver, context: CommandContext) => Promise<Result<unknown>>;

/** A command by its name: the table below keeps class and command together. */
const command =
  (name: string, input?: unknown): Command =>
  (driver, context) =>
    (driver.run as (name: string, input: unknown, context: CommandContext) => Promise<Result<unknown>>)(name, input, context);

/** Commands that wait for a person and change nothing: what a time-out and a cancelling are tried with, where a class has one. */
const WAITING: Readonly<Partial<Record<DeviceClass, { name: string; run: Command }>>> = {
  'id-card': { name: 'read', run: command('read') },
  'code-scanner': { name: 'read', run: command('read') },
  'call-pad': { name: 'read', run: command('read') },
  'nav-pad': { name: 'read', run: command('read') },
};

const slip = { parts: [{ type: 'text', text: 'CONFORMANCE', align: 'center', width: 2 }, { type: 'rule', style: 'solid' }, { type: 'feed', mm: 3 }, { type: 'cut', mode: 'partial' }] };

/** What `--paper` allows. */
const PAPER: Readonly<Partial<Record<DeviceClass, Command>>> = {
  'receipt-printer': command('print', slip),
  'ticket-dispenser': command('print', slip),
  'document-printer': async (driver, context) => {
    const created = await command('createJob', { jobName: 'conformance', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' })(driver, context);
    if (!created.ok) return created;
    const { jobId } = created.value as { jobId: number };
    const sent = await command('sendDocument', { jobId, pdf: await samplePdf(1) })(driver, context);
    return sent.ok ? command('followJob', { jobId })(driver, context) : sent;
  },
};

/** What is never tried on a real device of this class, and why. */
const NEVER: Readonly<Partial<Record<DeviceClass, readonly [what: string, why: string][]>>> = {
  locker: [['open, learn', 'a lock is never pulsed by a test: behind it lies what belongs to somebody']],
  'window-display': [['show, clear', 'people in the hall would read it']],
  signals: [['set', 'a relay may drive more than a lamp']],
  sound: [['say', 'people in the hall would hear it']],
  scanner: [['scan', 'it would draw in what lies in the feeder']],
};

const ALWAYS: readonly [what: string, why: string][] = [
  ['unplugged, hung, or noise in every state', 'only a person can pull the plug; the emulated device is tried in every state'],
  ['restarted with media inside', 'only a person can take its power'],
];

const timed = async (what: string, allowedMs: number, run: Promise<Result<unknown>>): Promise<{ result: Result<unknown>; ms: number }> => {
  const began = performance.now();
  const late = new AbortController();
  const result = await Promise.race([
    run.catch((error: unknown) => fail(`${what} threw ${error instanceof Error ? error.message : String(error)}`)),
    systemDriverClock.sleep(allowedMs + GRACE_MS, late.signal).then(() => fail(`${what} did not end within ${allowedMs + GRACE_MS} ms`)),
  ]);
  late.abort();
  return { result, ms: performance.now() - began };
};

const good = <T>(what: string, result: Result<T>): T => {
  if (result.ok) return result.value;
  return fail(`${what}: ${codeOf(result.fault)}, ${result.fault.message}${result.fault.original === undefined ? '' : ` (${result.fault.original})`}`);
};

/** Tests the device at an address. `paper`: printers may print one slip or sheet. */
export const testReal = async (deviceClass: DeviceClass, uri: string, { paper }: { paper: boolean }): Promise<Report> => {
  const driver: AnyDriver = createDriver(deviceClass, uri, {}, systemDriverClock);
  const status = command('status');
  const waiting = WAITING[deviceClass];
  const lines: ReportLine[] = [];
  let model: string | null = null;
  const check = async (name: string, run: () => Promise<string>): Promise<boolean> => {
    const line = await lineOf(name, run);
    lines.push(line);
    return line.outcome === 'passed';
  };

  const opens = await check('open', async () => {
    const { result, ms } = await timed('open', ANSWER_MS, driver.open(within(ANSWER_MS)));
    const found = deviceStatus.safeParse(good('open', result));
    if (!found.success) return fail('the status is not as the contract has it');
    ({ model } = found.data);
    const conditions = found.data.conditions.map(({ code, severity, original }) => `${code} (${severity}${original === undefined ? '' : `, ${original}`})`).join(', ');
    return `after ${Math.round(ms)} ms; online ${String(found.data.online)}, ${found.data.component}, media ${found.data.media}, conditions: ${conditions === '' ? 'none' : conditions}`;
  });

  if (opens) {
    await check(`status, ${STATUS_TIMES} times`, async () => {
      const took: number[] = [];
      for (let at = 0; at < STATUS_TIMES; at += 1) {
        const { result, ms } = await timed('status', ANSWER_MS, status(driver, within(ANSWER_MS)));
        if (!deviceStatus.safeParse(good('status', result)).success) fail('a status is not as the contract has it');
        took.push(ms);
      }
      took.sort((one, other) => one - other);
      return `median ${Math.round(took[took.length >> 1] ?? 0)} ms, slowest ${Math.round(took.at(-1) ?? 0)} ms`;
    });

    await check('time-out', async () => {
      const what = waiting?.name ?? 'status';
      const deadline = waiting === undefined ? 1 : SHORT_MS;
      const { result, ms } = await timed(what, deadline, (waiting?.run ?? status)(driver, within(deadline)));
      const seen = `${what} with a deadline of ${deadline} ms: ${endOf(result)} after ${Math.round(ms)} ms`;
      good('status after it', (await timed('status', ANSWER_MS, status(driver, within(ANSWER_MS)))).result);
      return `${seen}; status after it ok`;
    });

    await check('two at once', async () => {
      const first = timed('the first', ANSWER_MS, (waiting?.run ?? status)(driver, within(waiting === undefined ? ANSWER_MS : SHORT_MS * 3)));
      const second = await timed('the second', ANSWER_MS, status(driver, within(ANSWER_MS)));
      await first;
      if (second.result.ok || second.result.fault.code !== 'busy') return fail(`the second command: ${endOf(second.result)}`);
      return 'the second got busy';
    });

    await check('cancel', async () => {
      const stop = new AbortController();
      const what = waiting?.name ?? 'status';
      const running = timed(what, ANSWER_MS, (waiting?.run ?? status)(driver, within(ANSWER_MS, stop.signal)));
      if (waiting !== undefined) await systemDriverClock.sleep(SHORT_MS);
      const began = performance.now();
      stop.abort();
      const { result } = await running;
      const ms = performance.now() - began;
      if (endOf(result) !== 'cancelled' && !result.ok) fail(`${what}: ${endOf(result)}`);
      if (ms > GRACE_MS) fail(`${what} ended ${Math.round(ms)} ms after it was cancelled`);
      good('status after it', (await timed('status', ANSWER_MS, status(driver, within(ANSWER_MS)))).result);
      return `${what}: ${endOf(result)} after ${Math.round(ms)} ms; status after it ok`;
    });

    await check(`closed and opened ${REOPENINGS} times`, async () => {
      let slowest = 0;
      for (let at = 0; at < REOPENINGS; at += 1) {
        await driver.close();
        const { result, ms } = await timed('open', ANSWER_MS, driver.open(within(ANSWER_MS)));
        good('open', result);
        slowest = Math.max(slowest, ms);
      }
      return `slowest ${Math.round(slowest)} ms`;
    });

    const print = PAPER[deviceClass];
    if (print !== undefined && paper) await check('one slip or sheet', async () => JSON.stringify(good('print', (await timed('print', 60_000, print(driver, within(60_000)))).result)));
    else if (print !== undefined) lines.push(notTried('one slip or sheet', 'no paper without --paper'));
  } else {
    lines.push(notTried('everything else', 'the device did not open'));
  }
  for (const [what, why] of [...(NEVER[deviceClass] ?? []), ...ALWAYS]) lines.push(notTried(what, why));
  await driver.close();
  return reportOf(deviceClass, uri, model, lines);
};
