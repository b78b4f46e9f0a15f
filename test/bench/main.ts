/**
 * `npm run -s bench -- [--json] [--only NAME,NAME] [--for SECONDS] [--day SHARE] [--seed N]`: what "Measured" asks of a terminal, each figure beside
 * what it stands against in the same run. A benchmark: it never fails because a machine is slow.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { buildPage } from '../screens/browser.ts';
import { measureAgentStart } from './agent-start.ts';
import { measurePage } from './browser.ts';
import { measureDeviceHost } from './device-host.ts';
import { isMet, say, seeded, type Effort, type Figure } from './figures.ts';
import { measureEventLoop, measureCertificate } from './printing.ts';
import { measureReceipts } from './receipts.ts';
import { measureQueueDay } from './queue-day.ts';
import { measureQueueBoards, measureQueuePostgres, measureQueueSqlite } from './queue.ts';
import { measureQueueWirePostgres, measureQueueWireSqlite } from './queue-wire.ts';
import { measureSessions } from './sessions.ts';
import { measureSubmit } from './submit.ts';
import { measureTicketTouch } from './ticket-touch.ts';
import { measureWait } from './wait.ts';

/** Figures that are taken together. */
const GROUPS: readonly { names: readonly string[]; pages: boolean; measure: (effort: Effort) => Promise<Figure[]> }[] = [
  { names: ['submit-rate', 'submit-rate-one-table', 'submit-rate-one-table-ceiling'], pages: false, measure: measureSubmit },
  { names: ['agent-start'], pages: false, measure: measureAgentStart },
  { names: ['event-loop-p99'], pages: false, measure: measureEventLoop },
  { names: ['certificate-bytes', 'certificate-speed', 'certificate-checked-speed', 'certificate-speed-cold'], pages: false, measure: measureCertificate },
  { names: ['receipt-encoding-english', 'receipt-encoding-chinese', 'receipt-encoding-printed-ticket', 'receipt-encoding-printed-slip'], pages: false, measure: measureReceipts },
  { names: ['ticket-touch'], pages: false, measure: measureTicketTouch },
  { names: ['wait-coverage', 'wait-error-against-naive', 'wait-error-against-mmc'], pages: false, measure: measureWait },
  { names: ['device-polling', 'device-polling-growth', 'device-polling-resident', 'device-host-back'], pages: false, measure: measureDeviceHost },
  { names: ['queue-sqlite-rate', 'queue-sqlite-p99', 'queue-sqlite-ratio'], pages: false, measure: measureQueueSqlite },
  { names: ['queue-postgresql-rate', 'queue-postgresql-p99', 'queue-postgresql-ratio'], pages: false, measure: measureQueuePostgres },
  { names: ['queue-wire-sqlite-rate', 'queue-wire-sqlite-p99'], pages: false, measure: measureQueueWireSqlite },
  { names: ['queue-wire-postgresql-rate', 'queue-wire-postgresql-p99'], pages: false, measure: measureQueueWirePostgres },
  { names: ['queue-call-to-boards-p99', 'queue-call-painted'], pages: true, measure: measureQueueBoards },
  { names: ['queue-day-missed', 'queue-day-numbers', 'queue-day-take-p99', 'queue-day-heap', 'queue-day-resident', 'queue-day-restart'], pages: false, measure: measureQueueDay },
  { names: ['page-interactive', 'first-script-gzip'], pages: true, measure: measurePage },
  { names: ['card-to-fields', 'card-to-fields-median', 'card-to-screen', 'card-paint', 'touch-to-told-p95'], pages: true, measure: measureSessions },
];

const table = (figures: readonly Figure[]): string =>
  figures
    .map((figure) => {
      const met = isMet(figure);
      return `${met === null ? '      ' : met ? 'met   ' : 'MISSED'} ${figure.name.padEnd(24)} ${String(figure.value).padStart(8)} ${figure.unit.padEnd(6)} ${figure.against}`;
    })
    .join('\n');

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string' }, for: { type: 'string', default: '60' }, day: { type: 'string', default: '1' }, seed: { type: 'string', default: '24' } } });
const only = values.only?.split(',') ?? null;
const known = GROUPS.flatMap(({ names }) => names);
const unknown = (only ?? []).filter((name) => !known.includes(name));
const forSeconds = Number(values.for);
const dayShare = Number(values.day);
const seed = Number(values.seed);
if (unknown.length > 0 || !(forSeconds >= 0 && forSeconds <= 3_600) || !(dayShare >= 0.05 && dayShare <= 1) || !Number.isSafeInteger(seed)) {
  say(unknown.length > 0 ? `--only ${unknown.join(',')}: known are ${known.join(', ')}` : '--for takes seconds (0 to 3600), --day a share of the day (0.05 to 1), --seed a whole number');
  process.exit(2);
}

const wanted = GROUPS.filter(({ names }) => only === null || names.some((name) => only.includes(name)));
say(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.versions.node}, load ${loadavg().map((one) => one.toFixed(1)).join(' ')}`);
if (wanted.some(({ pages }) => pages)) await buildPage();
const figures: Figure[] = [];
for (const { names, measure } of wanted) {
  say(`${names.join(', ')} …`);
  try {
    figures.push(...(await measure({ forSeconds, dayShare, random: seeded(seed) })));
  } catch (error) {
    // The others are told all the same; the exit code says that something is missing.
    say(`not measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}
const told = figures.filter(({ name }) => only === null || only.includes(name));
process.stdout.write(values.json ? `${JSON.stringify(Object.fromEntries(told.map(({ name, value, unit, against }) => [name, { value, unit, against }])))}\n` : `${table(told)}\n`);
