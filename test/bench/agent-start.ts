/** agent-start: process → ready line, on a home that has served and on a new one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, median, round, type Effort, type Figure } from './figures.ts';
import { openHall } from './hall.ts';

const TIMES = 7;
const GOAL_MS = 2_000;

export const measureAgentStart = async (_effort: Effort): Promise<Figure[]> => {
  const hall = await openHall();
  try {
    const again: number[] = [];
    const fresh: number[] = [];
    const first = await hall.startAgent();
    await first.stop();
    for (let time = 0; time < TIMES; time += 1) {
      const agent = await hall.startAgent();
      again.push(agent.readyMs);
      await agent.stop();
      const home = mkdtempSync(join(tmpdir(), 'hall24-bench-new-'));
      const born = await hall.startAgent(home);
      fresh.push(born.readyMs);
      await born.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
    return [
      {
        name: 'agent-start',
        value: round(median(again), 0),
        unit: 'ms',
        against: `process started → ready, all emulated devices of the demonstration and the queue, goal at most ${GOAL_MS}; longest ${round(Math.max(...again), 0)} ms of ${TIMES}; on a new home ${round(median(fresh), 0)} ms; ${load()}`,
        goal: { atMost: GOAL_MS },
      },
    ];
  } finally {
    await hall.stop();
  }
};
