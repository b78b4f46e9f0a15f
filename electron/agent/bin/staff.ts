/**
 * `npm run -s staff -- list | settle DOUBT printed|not-printed --by CODE | release CASE --by CODE |
 * close [ITEM] --reason CODE --by CODE | open [ITEM] --by CODE | pair CODE`, on the terminal itself:
 * whoever may open the home's socket is staff.
 */
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { StaffWork } from '../staff-desk.ts';

const DEMO_HOME = join(import.meta.dirname, '..', '.demo-home');
const ASK_MS = 10_000;

const ask = (home: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; body: unknown }> =>
  new Promise((done, failed) => {
    const outgoing = request({ socketPath: join(home, 'run', 'shell.sock'), method, path, timeout: ASK_MS, headers: { 'content-type': 'application/json' } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', failed);
      incoming.on('end', () => done({ status: incoming.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) }));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('the agent does not answer')));
    outgoing.on('error', failed);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });

const describe = (work: StaffWork): string => {
  const lines = [
    `疑单 Paper in doubt: ${work.doubts.length}`,
    ...work.doubts.map((one) => `  ${one.doubtNumber}  ${one.kind}  受理号 case ${one.caseNumber ?? '-'}  证书号 certificate ${one.certificateNumber ?? '-'}  印出 printed ${one.sheetsDone ?? '?'}/${one.sheets}  ${one.fault ?? ''}${one.fault === 'cutter-fault' ? ' 没切断，挂在出口 hangs uncut in the outlet' : ''}  ${one.at}`),
    `平台不收的 Refused by a recipient: ${work.quarantined.length}`,
    ...work.quarantined.map((one) => `  受理号 case ${one.caseNumber ?? '-'}  ${one.recipient}  ${one.kind}  ${one.reason ?? ''}`),
    `停办的 Closed by staff: ${work.closed.length}`,
    ...work.closed.map((one) => `  ${one.item ?? '整机 the whole terminal'}  ${one.reason}  ${one.by}  ${one.at}`),
    `不能用的设备 Devices that are out: ${work.devices.length}`,
    ...work.devices.map((one) => `  ${one.device}  ${one.condition}  ${one.remedy}  ${one.since ?? '-'}  ${one.said ?? ''}`),
    `等着送的 Waiting to be sent: ${work.waiting}`,
  ];
  return lines.join('\n');
};

const program = new Command('staff').description('What staff must look at on this terminal, and settle').option('--home <dir>', "the terminal's home", DEMO_HOME);
const home = (): string => resolve(program.opts<{ home: string }>().home);

const tell = async (path: string, body: unknown, done: string): Promise<void> => {
  const answer = await ask(home(), 'POST', path, body);
  if (answer.status === 200) {
    process.stdout.write(`${done}\n`);
    return;
  }
  const { title } = answer.body as { title?: string };
  throw new Error(title ?? `the agent answered ${answer.status}`);
};

program
  .command('list', { isDefault: true })
  .description('paper in doubt, refused cases, devices that are out, how much waits')
  .option('--json', 'one line of JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const { body } = await ask(home(), 'GET', '/staff');
    process.stdout.write(`${json === true ? JSON.stringify(body) : describe(body as StaffWork)}\n`);
  });
program
  .command('settle <doubt> <outcome>')
  .description('the sheets were looked at: printed or not-printed')
  .requiredOption('--by <code>', 'who looked: a short code such as clerk-1')
  .action((doubtNumber: string, outcome: string, { by }: { by: string }) => tell('/staff/settle', { doubtNumber, outcome, by }, `疑单 ${doubtNumber} 已了结 settled: ${outcome}`));
program
  .command('release <case>')
  .description('the cause is gone: send the case again')
  .requiredOption('--by <code>', 'who decided: a short code such as clerk-1')
  .action((caseNumber: string, { by }: { by: string }) => tell('/staff/release', { caseNumber, by }, `${caseNumber} 重新送出 sent again`));
program
  .command('pair <code>')
  .description("makes this terminal known to its hall, with the one-time code of the hall's manager")
  .action((code: string) => tell('/staff/pair', { code }, '本机已与大厅配对 this terminal is known to its hall'));
program
  .command('close [item]')
  .description('nobody begins this item any more, or, without one, anything; what is under way goes on')
  .requiredOption('--by <code>', 'who decided: a short code such as clerk-1')
  .requiredOption('--reason <code>', 'why: a short code such as cleaning or stock-take')
  .action((item: string | undefined, { by, reason }: { by: string; reason: string }) => tell('/staff/close', { item: item ?? null, by, reason }, `${item ?? '整机 the terminal'} 已停办 closed`));
program
  .command('open [item]')
  .description('what was closed by hand works again')
  .requiredOption('--by <code>', 'who decided: a short code such as clerk-1')
  .action((item: string | undefined, { by }: { by: string }) => tell('/staff/open', { item: item ?? null, by }, `${item ?? '整机 the terminal'} 已恢复 open again`));

try {
  await program.parseAsync();
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${/ENOENT|ECONNREFUSED/.test(why) ? `没有终端在这个目录运行 no terminal runs on ${home()}` : why}\n`);
  process.exit(1);
}
