/** An agent's paper desk that prints one slip and waits to be killed: `mouth-child.ts HOME PRINTER TAKE_MS`. Says `sent`, and `lies` when its ledger does. */
import { writeSync } from 'node:fs';
import { createAudit } from '../audit/index.ts';
import { ManualClock } from '../clock/index.ts';
import { createLedger } from '../printing/index.ts';
import { openStorage } from '../storage/index.ts';
import { openPaperDesk } from './mouth-fixture.ts';

const [home = '', uri = '', takeMs = '0'] = process.argv.slice(2);
const clock = new ManualClock();
const storage = openStorage({ home, clock });
const desk = openPaperDesk(createLedger({ storage, audit: createAudit({ storage, clock }), clock, timeZone: 'Asia/Shanghai' }), uri, { profile: 'pyramid-reliance', takeMs: Number(takeMs), retractMs: 60_000 });
const printing = desk.print();
writeSync(1, 'sent\n');
await printing;
writeSync(1, 'lies\n');
setInterval(() => undefined, 1_000);
