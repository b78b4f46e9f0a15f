/** The hand that takes tickets out of the mouth of the dispenser, as people do: not at once. */
import type { World } from './context.ts';

const LOOK_MS = 250;
const TAKES_AFTER_MS = 4_000;

export const takesTickets = (world: Pick<World, 'devices' | 'hand'>): { stop(): void } => {
  let since: number | null = null;
  const timer = setInterval(() => {
    const printer = world.devices['ticket-dispenser'];
    if (!printer.inMouth()) since = null;
    else {
      since ??= performance.now();
      if (world.hand && performance.now() - since >= TAKES_AFTER_MS) printer.takeTicket();
    }
  }, LOOK_MS);
  return { stop: () => clearInterval(timer) };
};
