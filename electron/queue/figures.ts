/**
 * What a day or a month was like, from the logs of its days and nothing else: tickets, waits, services, people who did not come, ratings; by class,
 * counter, hour and day. A ticket counts in the hour in which it was taken, its service at the counter and in the class that served it.
 */
import { z } from 'zod';
import { localTimeIn } from './local-time.ts';
import type { QueueEvent } from './rules/events.ts';
import { spread, spreadOf } from './spread.ts';

const count = z.number().int().nonnegative();
const day = z.string().regex(/^\d{8}$/);

const figures = z.strictObject({
  /** Taken or checked in. */
  tickets: count,
  /** Called at least once. */
  called: count,
  /** How often somebody was called; a call repeated at once is one. */
  calls: count,
  served: count,
  /** Calls that nobody came to. */
  noShows: count,
  givenBack: count,
  /** Ended without service: by staff, for paper, missed too often, or the day was over. */
  voided: count,
  /** From the ticket to the first call. */
  wait: spread,
  /** From the start of a service to its end; from the call where nobody pressed start. */
  service: spread,
  /** How many gave one star, … five. */
  ratings: z.strictObject({ of: count, mean: z.number().min(1).max(5).nullable(), stars: z.array(count).length(5) }),
});
export type Figures = z.infer<typeof figures>;

export const queueFigures = z.strictObject({
  from: day.nullable(),
  to: day.nullable(),
  all: figures,
  classes: z.array(figures.extend({ class: z.string() })),
  counters: z.array(figures.extend({ counter: z.string() })),
  /** Hours that had tickets, 0 to 23. */
  hours: z.array(figures.extend({ hour: z.number().int().min(0).max(23) })),
  days: z.array(figures.extend({ day })),
});
export type QueueFigures = z.infer<typeof queueFigures>;

export interface DayLog {
  /** YYYYMMDD */
  day: string;
  events: readonly QueueEvent[];
}

interface Group {
  tickets: number;
  called: number;
  calls: number;
  served: number;
  noShows: number;
  givenBack: number;
  voided: number;
  waits: number[];
  services: number[];
  stars: number[];
}

interface OpenTicket {
  class: string;
  since: number;
  hour: string;
  calledAt: number | null;
  startedAt: number | null;
}

const emptyGroup = (): Group => ({ tickets: 0, called: 0, calls: 0, served: 0, noShows: 0, givenBack: 0, voided: 0, waits: [], services: [], stars: [0, 0, 0, 0, 0] });

const told = ({ waits, services, stars, ...counts }: Group): Figures => {
  const of = stars.reduce((sum, one) => sum + one, 0);
  const total = stars.reduce((sum, one, at) => sum + one * (at + 1), 0);
  return { ...counts, wait: spreadOf(waits), service: spreadOf(services), ratings: { of, mean: of === 0 ? null : Math.round((total / of) * 100) / 100, stars } };
};

class Groups {
  private readonly groups = new Map<string, Group>();
  of(key: string): Group {
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, (group = emptyGroup()));
    return group;
  }
  /** Numbers by size, everything else by letters. */
  all(): [string, Figures][] {
    return [...this.groups].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })).map(([key, group]) => [key, told(group)]);
  }
}

/**
 * Days may come in any order; each day's events in theirs.
 * @param timeZone of the hall: it says what hour a ticket was taken in
 */
export const figuresOf = (days: readonly DayLog[], timeZone: string): QueueFigures => {
  const local = localTimeIn(timeZone);
  const all = emptyGroup();
  const classes = new Groups();
  const counters = new Groups();
  const hours = new Groups();
  const byDay = new Groups();

  for (const { day: name, events } of days) {
    const tickets = new Map<string, OpenTicket>();
    /** Everywhere that something of this ticket counts; at a counter only what happened there. */
    const places = (ticket: OpenTicket, counter: string | null): Group[] => [all, classes.of(ticket.class), hours.of(ticket.hour), byDay.of(name), ...(counter === null ? [] : [counters.of(counter)])];
    const note = (ticket: OpenTicket, counter: string | null, add: (group: Group) => void): void => places(ticket, counter).forEach(add);
    for (const event of events) {
      if (event.type === 'taken' || event.type === 'checked-in') {
        const since = event.type === 'taken' ? event.takenAt : event.at;
        const ticket: OpenTicket = { class: event.class, since, hour: String(Math.floor(local(since).minutes / 60)), calledAt: null, startedAt: null };
        tickets.set(event.number, ticket);
        note(ticket, null, (group) => (group.tickets += 1));
        continue;
      }
      const ticket = 'number' in event ? tickets.get(event.number) : undefined;
      if (ticket === undefined) continue;
      switch (event.type) {
        case 'called': {
          const first = ticket.calledAt === null;
          ticket.calledAt = event.at;
          ticket.startedAt = null;
          note(ticket, event.counter, (group) => {
            group.calls += 1;
            if (!first) return;
            group.called += 1;
            group.waits.push(event.at - ticket.since);
          });
          break;
        }
        case 'started':
          ticket.startedAt = event.at;
          break;
        case 'missed':
          note(ticket, event.counter, (group) => (group.noShows += 1));
          break;
        case 'finished': {
          const from = ticket.startedAt ?? ticket.calledAt ?? event.at;
          note(ticket, event.counter, (group) => {
            group.served += 1;
            group.services.push(event.at - from);
          });
          break;
        }
        case 'given-back':
          note(ticket, null, (group) => (group.givenBack += 1));
          break;
        case 'voided':
          note(ticket, null, (group) => (group.voided += 1));
          break;
        case 'rated':
          note(ticket, event.counter, (group) => (group.stars[event.score - 1] = (group.stars[event.score - 1] ?? 0) + 1));
          break;
        case 'transferred':
          ticket.class = event.class;
          break;
        default:
          break;
      }
    }
  }
  const names = days.map((one) => one.day).sort();
  return {
    from: names[0] ?? null,
    to: names.at(-1) ?? null,
    all: told(all),
    classes: classes.all().map(([key, one]) => ({ class: key, ...one })),
    counters: counters.all().map(([key, one]) => ({ counter: key, ...one })),
    hours: hours.all().map(([key, one]) => ({ hour: Number(key), ...one })),
    days: byDay.all().map(([key, one]) => ({ day: key, ...one })),
  };
};
