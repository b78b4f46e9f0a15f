/** A hall in a process of its own that dies (kill -9) when the first number is on the disk and before anybody is told: `hall-child.ts HOME PORT WALL-MS`. */
import { ManualClock } from '../../electron/clock/index.ts';
import { RULES } from '../../electron/queue/rules/fixtures.ts';
import { openLanHall } from './lan-hall.ts';

const [home = '', port = '0', wall = '0'] = process.argv.slice(2);
await openLanHall({
  home,
  clock: new ManualClock(Number(wall)),
  rules: RULES,
  port: Number(port),
  afterCommit: (command) => {
    if (command.type === 'take') process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write('ready\n');
