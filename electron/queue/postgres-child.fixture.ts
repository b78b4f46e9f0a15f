/**
 * An agent of the hall as a process of its own, to be killed: postgres-child work|hang URL HOME FIRST-TICKET. `work` takes and calls without end and
 * prints what was answered; `hang` stops inside of a transaction.
 */
import { ManualClock } from '../clock/index.ts';
import { openHallQueue } from './hall.ts';
import { openAgent } from './postgres-engine.fixture.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import { DAY, HALL, takeFrom, takenEvent, ticketId } from './store.contract.ts';

const [mode, url = '', home = '', first = '1'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const agent = await openAgent(url, home);

if (mode === 'hang') {
  await agent.store.append(DAY, 0, () => {
    say('inside');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return [takenEvent(1)];
  });
}

const queue = await openHallQueue({ ...agent, rules: () => RULES, clock: new ManualClock(NINE), hall: HALL });
const counter = { counter: '3', clerk: 'zhao' };
await queue.run({ type: 'open', ...counter });
for (let next = Number(first); ; next += 10) {
  const takes = Array.from({ length: 9 }, (_, n) => takeFrom(queue, ticketId(next + n)));
  const estate = await takeFrom(queue, ticketId(next + 9), 'estate');
  for (const number of [...(await Promise.all(takes)), estate]) say(`taken ${number}`);
  const outcome = await queue.run({ type: 'finish-and-next', ...counter });
  if (outcome.ok) for (const event of outcome.events) if (event.type === 'called') say(`called ${event.number}`);
}
