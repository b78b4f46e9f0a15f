/** A ticket counter that is there from the start and gives numbers as soon as the hall's queue has been opened behind it. */
import type { TicketCounter } from '../queue/index.ts';

export interface LateTickets {
  counter: TicketCounter;
  attach(real: TicketCounter): void;
}

export const lateTickets = (): LateTickets => {
  let real: TicketCounter | null = null;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const closed = { ok: false, refusal: 'unreachable' } as const;
  return {
    counter: {
      classes: () => real?.classes() ?? [],
      take: async (request) => (real === null ? closed : real.take(request)),
      checkIn: async (code, priority) => (real === null ? closed : real.checkIn(code, priority)),
      giveBack: async (ticket) => (real === null ? closed : real.giveBack(ticket)),
      paper: async (ticket, became) => real?.paper(ticket, became),
      view: (ticket) => real?.view(ticket) ?? null,
      link: (ticket) => real?.link?.(ticket) ?? null,
      places: () => real?.places?.() ?? [],
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    attach: (opened) => {
      real = opened;
      opened.onChange(changed);
      changed();
    },
  };
};
