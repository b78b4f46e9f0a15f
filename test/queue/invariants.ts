/**
 * What must hold in every log of a hall's queue, whatever broke. Written without the product's rules: it keeps its own small books, so that a
 * mistake in the rules does not hide itself.
 */
import { z } from 'zod';

/** Only what is looked at; a log of a later program may say more. */
const logged = z.looseObject({
  type: z.string(),
  at: z.number(),
  number: z.string().optional(),
  class: z.string().optional(),
  ordinal: z.number().nullable().optional(),
  ticket: z.string().optional(),
  by: z.string().optional(),
  takenAt: z.number().optional(),
  slot: z.number().optional(),
  lease: z.string().nullable().optional(),
  first: z.number().optional(),
  last: z.number().optional(),
  to: z.string().optional(),
  counter: z.string().optional(),
  clerk: z.string().nullable().optional(),
  reason: z.string().nullable().optional(),
  behind: z.number().optional(),
  toCounter: z.string().nullable().optional(),
});
type Logged = z.infer<typeof logged>;

/** What the promise on the order needs to know of the hall's rules. */
export interface OrderRules {
  /** Nobody who came more than this after somebody is called before him in turn. */
  boundMinutes: number;
  /** Counter → classes. */
  serves: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Held {
  number: string;
  class: string;
  since: number;
  place: 'waiting' | 'aside' | 'counter' | 'over';
  counter: string | null;
  /** The counter that it was sent to or set aside at, and since when it waits for it. */
  only: string | null;
  onlySince: number;
  /** Missed a call or came back late: the promise does not speak of him. */
  forfeited: boolean;
}

export interface Invariants {
  /** Takes the next event of a day; answers what is wrong with it, nothing when all is well. */
  look(day: string, version: number, event: unknown): string[];
  counts(): { days: number; events: number; numbers: number; calls: number };
  /** Numbers given on a day. */
  numbers(day: string): ReadonlySet<string>;
}

interface Books {
  version: number;
  lastAt: number;
  held: Map<string, Held>;
  waiting: Set<Held>;
  tickets: Set<string>;
  desks: Map<string, { clerk: string | null; number: string | null }>;
  leases: Map<string, { class: string; first: number; last: number; to: string }>;
  /** class:ordinal of numbers given without a lease, and those given from one. */
  given: Set<string>;
}

const MINUTE = 60_000;
/** What the queue's README promises: a number waits for one counter at most so long, and no longer than until that closes. */
const ONE_COUNTER_MS = 20 * MINUTE;

/** One day's books. @returns what is wrong */
const enter = (books: Books, event: Logged, order: OrderRules | null): string[] => {
  const wrong: string[] = [];
  const say = (what: string): void => void wrong.push(what);
  const { type, number = '', counter = '' } = event;
  if (event.at < books.lastAt) say(`time goes back at ${type}`);
  books.lastAt = Math.max(books.lastAt, event.at);
  const desk = (): { clerk: string | null; number: string | null } => {
    let found = books.desks.get(counter);
    if (found === undefined) {
      found = { clerk: null, number: null };
      books.desks.set(counter, found);
    }
    return found;
  };
  const held = books.held.get(number);
  const move = (one: Held, place: Held['place'], at: string | null = null): void => {
    if (one.counter !== null) {
      const left = books.desks.get(one.counter);
      if (left?.number === one.number) left.number = null;
    }
    one.place = place;
    one.counter = at;
    if (place === 'waiting') books.waiting.add(one);
    else books.waiting.delete(one);
  };

  switch (type) {
    case 'leased': {
      const { first = 0, last = 0, lease = '', class: of = '', to = '' } = event;
      for (const other of books.leases.values()) if (other.class === of && first <= other.last && other.first <= last) say(`the lease ${lease} of ${of} ${first}–${last} overlaps one of ${other.to}`);
      for (let one = first; one <= last; one += 1) if (books.given.has(`${of}:${one}`)) say(`the lease ${lease} of ${of} holds number ${one}, which was given already`);
      books.leases.set(lease ?? '', { class: of, first, last, to });
      return wrong;
    }
    case 'taken':
    case 'checked-in': {
      if (held !== undefined) say(`${number} was given twice`);
      if (books.tickets.has(event.ticket ?? '')) say(`the ticket ${event.ticket} stands for two numbers`);
      books.tickets.add(event.ticket ?? '');
      const of = type === 'taken' ? (event.class ?? '') : 'appointments';
      if (typeof event.ordinal === 'number') {
        const key = `${of}:${event.ordinal}`;
        if (books.given.has(key)) say(`number ${event.ordinal} of ${of} was given twice`);
        books.given.add(key);
        const lease = typeof event.lease === 'string' ? books.leases.get(event.lease) : undefined;
        if (lease !== undefined && (lease.class !== of || event.ordinal < lease.first || event.ordinal > lease.last || lease.to !== event.by)) say(`${number} was given by ${event.by} out of a lease that does not hold it`);
        if (typeof event.lease !== 'string') for (const other of books.leases.values()) if (other.class === of && event.ordinal >= other.first && event.ordinal <= other.last) say(`${number} was given out of the lease of ${other.to}`);
      }
      const fresh: Held = { number, class: event.class ?? '', since: type === 'taken' ? (event.takenAt ?? event.at) : event.at, place: 'waiting', counter: null, only: null, onlySince: 0, forfeited: false };
      books.held.set(number, fresh);
      books.waiting.add(fresh);
      return wrong;
    }
    case 'counter-opened': {
      for (const [other, { clerk }] of books.desks) if (other !== counter && clerk !== null && clerk === event.clerk) say(`${clerk} sits at ${other} and at ${counter}`);
      const mine = desk();
      if (mine.clerk !== null) say(`${event.clerk} sat down at ${counter}, where ${mine.clerk} sits`);
      mine.clerk = event.clerk ?? null;
      return wrong;
    }
    case 'counter-closed': {
      const mine = desk();
      if (mine.number !== null) say(`${counter} closed with ${mine.number} at it`);
      mine.clerk = null;
      for (const one of books.held.values()) if (one.only === counter) one.only = null;
      return wrong;
    }
    case 'lease-burned':
    case 'numbers-burned':
    case 'counter-paused':
    case 'counter-resumed':
      return wrong;
    default:
  }

  if (held === undefined) return [...wrong, `${type} of ${number}, which nobody took`];
  if (held.place === 'over' && type !== 'rated') return [...wrong, `${type} of ${number}, which is over`];
  const atCounter = (): void => {
    if (held.place !== 'counter' || held.counter !== counter) say(`${type} of ${number} at ${counter}, where it is not`);
  };
  switch (type) {
    case 'called': {
      if (held.place === 'counter') say(`${number} was called to ${counter} while at ${held.counter}`);
      const mine = desk();
      if (mine.number !== null) say(`${number} was called to ${counter}, where ${mine.number} is`);
      if (mine.clerk === null || mine.clerk !== event.clerk) say(`${number} was called to ${counter} by ${event.clerk}, who does not sit there`);
      if (event.reason == null) {
        if (held.place !== 'waiting') say(`${number} was called in turn while it was not waiting`);
        const classes = order?.serves.get(counter);
        /** A counter that is not in the rules any more keeps nobody. */
        const keptElsewhere = ({ only, onlySince }: Held): boolean => only !== null && only !== counter && event.at - onlySince < ONE_COUNTER_MS && (order?.serves.has(only) ?? true);
        const served = (one: Held): boolean => one.only === counter || (!keptElsewhere(one) && (classes?.has(one.class) ?? order === null));
        if (!served(held)) say(`${counter} called ${number}, which it does not serve`);
        for (const other of order === null || held.forfeited ? [] : books.waiting) {
          if (other === held || other.forfeited || !served(other)) continue;
          if (held.since > other.since + (order?.boundMinutes ?? 0) * MINUTE) say(`${counter} called ${number} before ${other.number}, who came ${Math.round((held.since - other.since) / MINUTE)} minutes earlier`);
        }
      }
      move(held, 'counter', counter);
      mine.number = number;
      break;
    }
    case 'recalled':
    case 'started':
      atCounter();
      break;
    case 'missed':
      atCounter();
      held.forfeited = true;
      move(held, 'aside');
      break;
    case 'parked':
      atCounter();
      move(held, 'aside');
      held.only = counter;
      held.onlySince = event.at;
      break;
    case 'transferred':
      atCounter();
      move(held, 'waiting');
      held.class = event.class ?? held.class;
      held.only = event.toCounter ?? null;
      held.onlySince = event.at;
      break;
    case 'finished':
      atCounter();
      move(held, 'over');
      break;
    case 'paper-doubtful':
      move(held, 'aside');
      break;
    case 'paper-confirmed':
    case 'unparked':
    case 'came-back':
      if (held.place === 'counter') say(`${type} of ${number} while it is at ${held.counter}`);
      if (type === 'unparked') held.onlySince = event.at;
      move(held, 'waiting');
      break;
    case 'given-back':
      if (held.place === 'counter') say(`${number} was given back while at ${held.counter}`);
      move(held, 'over');
      break;
    case 'voided':
      move(held, 'over');
      break;
    case 'rated':
      break;
    default:
      say(`${type} is nothing that can happen`);
  }
  return wrong;
};

/** @param order null: the order of calls is not looked at */
export const createInvariants = (order: OrderRules | null): Invariants => {
  const days = new Map<string, Books>();
  const counts = { events: 0, numbers: 0, calls: 0 };
  return {
    look: (day, version, event) => {
      let books = days.get(day);
      if (books === undefined) {
        books = { version: 0, lastAt: 0, held: new Map(), waiting: new Set(), tickets: new Set(), desks: new Map(), leases: new Map(), given: new Set() };
        days.set(day, books);
      }
      const wrong: string[] = [];
      if (version !== books.version + 1) wrong.push(`version ${version} follows ${books.version}`);
      books.version = version;
      counts.events += 1;
      const parsed = logged.safeParse(event);
      if (!parsed.success) wrong.push('not an event');
      else {
        if (parsed.data.type === 'taken' || parsed.data.type === 'checked-in') counts.numbers += 1;
        if (parsed.data.type === 'called') counts.calls += 1;
        wrong.push(...enter(books, parsed.data, order));
      }
      return wrong.map((what) => `${day} ${version}: ${what}`);
    },
    counts: () => ({ days: days.size, ...counts }),
    numbers: (day) => new Set(days.get(day)?.held.keys()),
  };
};
