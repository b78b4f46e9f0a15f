/** A terminal that deletes what is over until it is killed: `retention-child.ts HOME WALL`. Each look is one line. */
import { writeSync } from 'node:fs';
import { ManualClock } from '../clock/index.ts';
import { openFixture } from './fixture.ts';
import { createRetention } from './index.ts';

const [home = '', wall = ''] = process.argv.slice(2);
const clock = new ManualClock(Number(wall));
const { storage, audit } = openFixture(home, { clock });
const retention = createRetention({ storage, audit, clock, kept: { decidedKeptDays: 1, uncollectedKeptDays: 1 } });
writeSync(1, 'begins\n');
for (let more = true; more; ) {
  ({ more } = retention.look());
  writeSync(1, 'looked\n');
}
