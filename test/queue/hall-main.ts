/**
 * The hall role of an agent as a process of its own, without a terminal's devices around it, for measurements: `hall-main --home DIR --rules FILE [--port N]
 * [--wall MS --since MS --speed N] [--database URL] [--terminal ID] [--platform URL] [--pages DIR]`. Its wall time is `wall` at the real moment `since` and runs `speed`
 * times as fast. Without an address the platform is out of reach. HALL24_KEY seals what agents share; here one that everybody knows will do. Says one line when ready, and its memory as a line whenever a line comes in.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startHallRole } from '../../electron/agent/hall.ts';
import { createAudit } from '../../electron/audit/index.ts';
import { systemClock, type Clock } from '../../electron/clock/index.ts';
import { createPlatformLink } from '../../electron/platform/index.ts';
import { openStorage } from '../../electron/storage/index.ts';
import { keepLastGood, loadOrLastGood, queue as queueSchema } from '../../kiosk-config/index.ts';

const { values } = parseArgs({
  options: { home: { type: 'string', default: '' }, rules: { type: 'string', default: '' }, port: { type: 'string', default: '0' }, wall: { type: 'string', default: '0' }, since: { type: 'string', default: '0' }, speed: { type: 'string', default: '1' }, database: { type: 'string' }, terminal: { type: 'string', default: 'terminal-5' }, platform: { type: 'string', default: 'http://127.0.0.1:1' }, pages: { type: 'string' } },
});
const { home } = values;
mkdirSync(join(home, 'keys'), { recursive: true });
const [since, speed] = [Number(values.since) || Date.now(), Number(values.speed)];
const wall = Number(values.wall) || since;
const clock: Clock = { ...systemClock, wall: () => wall + (Date.now() - since) * speed };
const asked = { terminal: 'terminal-5', overrides: { platformUrl: values.platform } };
const loaded = loadOrLastGood(join(process.cwd(), 'kiosk-config', 'demo-hall'), home, asked);
if (!loaded.ok) throw new Error('the demonstration hall has mistakes');
if (!loaded.unchanged) keepLastGood(home, loaded.config, asked);
const { hall, terminal, items } = loaded.config;
process.env['HALL24_KEY'] ??= Buffer.alloc(32, 'measured').toString('base64');
const storage = openStorage({ home, clock });
const audit = createAudit({ storage, clock });
const said = (what: unknown, text?: string): void => void process.stderr.write(`${text ?? ''} ${JSON.stringify(what)}\n`);
const role = await startHallRole({
  config: { hall: { ...hall, demo: false }, terminal, items },
  rules: queueSchema.parse(JSON.parse(readFileSync(values.rules, 'utf8'))),
  desk: { doubts: () => [], settlePaper: () => 'unknown' },
  serve: { host: '127.0.0.1', port: Number(values.port), names: [], ...(values.database === undefined ? {} : { database: values.database, key: 'env:HALL24_KEY' }) },
  storage,
  clock,
  audit,
  link: createPlatformLink({ storage, audit, clock, hall, terminalId: values.terminal }),
  log: { debug: () => undefined, info: () => undefined, warn: said, error: said } as never,
  pages: values.pages ?? join(home, 'no-pages'),
});
process.stdout.write(`${JSON.stringify({ ready: true, url: new URL(role.addresses.board).origin, firstManager: role.firstCode, authority: join(home, 'keys', 'hall-certificate.json') })}\n`);

const collect = (globalThis as { gc?: () => void }).gc;
createInterface({ input: process.stdin })
  .on('line', () => {
    collect?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.stdout.write(`${JSON.stringify({ rss, heapUsed, version: role.queue.day().version, tickets: role.queue.day().tickets.size, open: role.queue.day().open.size })}\n`);
  })
  .on('close', () => process.exit(0));
