/** From the day's state to what each screen is told. Pure; the estimate comes in as a function. */
import type { Hall, Item, Queue, QueueCounter } from '../../kiosk-config/index.ts';
import { isoWithOffset } from '../clock/index.ts';
import { callsAfter, cursorOf, isAwaited } from './calls.ts';
import { isOpen, type Appointment } from './rules/decide.ts';
import type { Day, Ticket } from './rules/day.ts';
import { openingOf } from './rules/opening.ts';
import { howManyWait, keyFor, waitingFor, waitingIn, type Ranked, type Why } from './rules/order.ts';
import type { BoardView, ClassView, CounterView, Hits, PadPressView, PersonView, Range, TicketView, WhyView } from './wire.ts';

export interface ViewContext {
  hall: Pick<Hall, 'id' | 'name' | 'area' | 'demo' | 'timeZone'>;
  rules: Queue;
  items: readonly Pick<Item, 'id' | 'name'>[];
  /** Milliseconds since 1970. */
  now: number;
  local: { weekday: number; minutes: number };
  /** Wait of somebody who stands at this place (0: nobody ahead) in a class now; null: nobody can say. */
  estimate: (classId: string, ahead: number, openCounters: number) => Range | null;
  record: (classId: string | null) => Hits | null;
  platform: { reachable: boolean | null; since: number | null };
  /** Agreed times as the platform tells them; left out: none. */
  appointments?: readonly Appointment[];
  /** What was pressed last on a counter's own pad; left out: there are none. */
  pad?: (counter: string) => PadPressView | null;
}

const MINUTE = 60_000;
/** What a screen shows that was just switched on. */
const LAST_CALLS = 12;
/** Who is later than this is not expected any more. */
const EXPECTED_FOR_MS = 60 * MINUTE;
const MOST_EXPECTED = 40;

const isoOf = (context: ViewContext, at: number): string => isoWithOffset(at, context.hall.timeZone);
const isoOrNull = (context: ViewContext, at: number | null): string | null => (at === null ? null : isoOf(context, at));

const classOf = (context: ViewContext, id: string) => {
  const found = context.rules.classes.find((one) => one.id === id);
  // A class taken out of the configuration while people wait in it keeps its id for a name.
  return found ?? { id, name: { zh: id, en: id }, prefix: '', where: { zh: '', en: '' }, way: { zh: '', en: '' } };
};

const reasonOf = (context: ViewContext, why: Why): WhyView => {
  switch (why.rule) {
    case 'priority':
      return { ...why, name: context.rules.priorities.find(({ id }) => id === why.priority)?.name ?? { zh: why.priority, en: why.priority } };
    case 'appointment':
    case 'appointment-late':
      return { rule: why.rule, at: isoOf(context, why.slot) };
    default:
      return why;
  }
};

const personOf = (context: ViewContext, ticket: Ticket, why: readonly Why[] = []): PersonView => ({
  number: ticket.number,
  class: ticket.class,
  className: classOf(context, ticket.class).name,
  itemName: context.items.find(({ id }) => id === ticket.item)?.name ?? null,
  state: ticket.state,
  since: isoOf(context, ticket.since),
  // Whoever missed a call or was set aside waits again, from when the number was taken.
  waitedMinutes: Math.max(0, Math.floor(((ticket.counter === null && ticket.endedAt === null ? context.now : (ticket.calledAt ?? context.now)) - ticket.since) / MINUTE)),
  calls: ticket.calls,
  misses: ticket.misses,
  calledAt: isoOrNull(context, ticket.calledAt),
  startedAt: isoOrNull(context, ticket.startedAt),
  counter: ticket.counter,
  note: ticket.note,
  why: why.map((one) => reasonOf(context, one)),
});
const ranked = (context: ViewContext, found: Ranked): PersonView => personOf(context, found.ticket, found.why);

/** Counters that serve a class now. */
export const openCounters = (day: Day, rules: Queue, classId: string): number =>
  rules.counters.filter(({ id, skills }) => {
    const state = day.counters.get(id);
    return state !== undefined && state.clerk !== null && !state.paused && skills.some((skill) => skill.class === classId);
  }).length;

const openTickets = (day: Day): Ticket[] => [...day.open].flatMap((number) => day.tickets.get(number) ?? []);

/** What every counter is told alike. */
interface Shared {
  all: PersonView[];
  parked: PersonView[];
  missed: PersonView[];
  doubtful: PersonView[];
  classes: Omit<CounterView['classes'][number], 'served'>[];
}
const SECOND = 1_000;
/** Sixty counters ask for the same lists: made once for each version of a day and each second of its waits. */
const made = new WeakMap<Day, { version: number; second: number; rules: Queue; items: ViewContext['items']; shared: Shared }>();

const makeShared = (day: Day, context: ViewContext): Shared => {
  const { rules } = context;
  const open = openTickets(day);
  const inState = (wanted: Ticket['state']): PersonView[] => open.filter((ticket) => ticket.state === wanted).map((ticket) => personOf(context, ticket));
  return {
    all: rules.classes.flatMap(({ id }) => waitingIn(day, rules, id)).sort((a, b) => a.key - b.key).map((one) => ranked(context, one)),
    parked: inState('parked'),
    missed: inState('missed'),
    doubtful: inState('doubtful'),
    classes: rules.classes.map((one) => {
      const { id, name, prefix } = one;
      return { id, name, prefix, waiting: howManyWait(day, rules, id), open: isOpen(one, context.local), opening: openingOf(one, context.local) };
    }),
  };
};

const sharedOf = (day: Day, context: ViewContext): Shared => {
  const { rules, items } = context;
  const second = Math.floor(context.now / SECOND);
  const before = made.get(day);
  if (before !== undefined && before.version === day.version && before.second === second && before.rules === rules && before.items === items) return before.shared;
  const shared = makeShared(day, context);
  made.set(day, { version: day.version, second, rules, items, shared });
  return shared;
};

const expectedAt = (day: Day, context: ViewContext, { skills }: QueueCounter, waiting: readonly Ranked[]): CounterView['expected'] => {
  const { appointments } = context.rules;
  if (appointments === undefined) return [];
  return (context.appointments ?? [])
    .filter((one) => one.day === day.day && skills.some((skill) => skill.class === one.class) && !day.appointments.has(one.id) && one.slot > context.now - EXPECTED_FOR_MS)
    .sort((a, b) => a.slot - b.slot)
    .slice(0, MOST_EXPECTED)
    .map(({ slot, class: classId, item }) => {
      const late = context.now > slot + appointments.lateMinutes * MINUTE;
      // Whoever comes in time counts from before the agreed time; whoever is late, from now.
      const key = keyFor(late ? context.now : slot - appointments.headStartMinutes * MINUTE, skills.find((skill) => skill.class === classId)?.weight ?? 1);
      return {
        at: isoOf(context, slot),
        class: classId,
        className: classOf(context, classId).name,
        itemName: context.items.find(({ id }) => id === item)?.name ?? null,
        late,
        place: waiting.filter((one) => one.due && one.key <= key).length,
      };
    });
};

/** @throws RangeError for a counter that the configuration does not have */
export const counterViewOf = (day: Day, context: ViewContext, counterId: string, recent: CounterView['recent']): CounterView => {
  const { rules } = context;
  const config = rules.counters.find(({ id }) => id === counterId);
  if (config === undefined) throw new RangeError(`no counter ${counterId}`);
  const state = day.counters.get(counterId);
  const current = state?.current == null ? undefined : day.tickets.get(state.current);
  const waiting = waitingFor(day, rules, config, context.now);
  const mine = waiting.map((one) => ranked(context, one));
  const { all, parked, missed, doubtful, classes } = sharedOf(day, context);
  const own = day.served.get(counterId);
  return {
    version: day.version,
    now: isoOf(context, context.now),
    day: day.day,
    hall: { name: context.hall.name, demo: context.hall.demo, timeZone: context.hall.timeZone },
    counter: { id: config.id, name: config.name, paused: state?.paused ?? false, clerk: state?.clerk ?? null },
    current: current === undefined ? null : personOf(context, current),
    // The rule's own next is the first of those who wait for this counter.
    next: mine[0] ?? null,
    mine,
    all,
    parked,
    missed,
    doubtful,
    averageServiceMinutes: own === undefined ? null : Math.round((own.totalMs / own.count / MINUTE) * 10) / 10,
    recent,
    counters: rules.counters.map(({ id, name }) => {
      const one = day.counters.get(id);
      return { id, name, open: one?.clerk != null, paused: one?.paused ?? false, current: one?.current ?? null };
    }),
    classes: classes.map((one) => ({ ...one, served: config.skills.some((skill) => skill.class === one.id) })),
    expected: expectedAt(day, context, config, waiting),
    pad: context.pad?.(counterId) ?? null,
    platform: { reachable: context.platform.reachable, since: isoOrNull(context, context.platform.since) },
  };
};

const makeClassViews = (day: Day, context: ViewContext): ClassView[] =>
  context.rules.classes.map((one) => {
    const waiting = howManyWait(day, context.rules, one.id);
    return {
      id: one.id,
      name: one.name,
      prefix: one.prefix,
      open: isOpen(one, context.local),
      opening: openingOf(one, context.local),
      identify: one.identify,
      waiting,
      openCounters: openCounters(day, context.rules, one.id),
      range: context.estimate(one.id, waiting, openCounters(day, context.rules, one.id)),
      record: context.record(one.id),
      where: one.where,
      way: one.way,
      items: one.items,
    };
  });

/** Boards and terminals ask for the same: made once for each version of a day and each second of its waits. */
const madeClasses = new WeakMap<Day, { version: number; second: number; rules: Queue; views: ClassView[] }>();

/** Read, never change: what is answered is shared. */
export const classViewsOf = (day: Day, context: ViewContext): ClassView[] => {
  const second = Math.floor(context.now / SECOND);
  const before = madeClasses.get(day);
  if (before !== undefined && before.version === day.version && before.second === second && before.rules === context.rules) return before.views;
  const views = makeClassViews(day, context);
  madeClasses.set(day, { version: day.version, second, rules: context.rules, views });
  return views;
};

/** @param after the {@link cursorOf} of the view that the board had last: every call since is in this one; null: it had none */
export const boardViewOf = (day: Day, context: ViewContext, after: string | null): BoardView => ({
  version: day.version,
  cursor: cursorOf(day),
  now: isoOf(context, context.now),
  day: day.day,
  hall: { name: context.hall.name, area: context.hall.area, demo: context.hall.demo, timeZone: context.hall.timeZone },
  calls: day.callOrder
    .slice(-Math.max(LAST_CALLS, after === null ? 0 : callsAfter(day, after).length))
    .reverse()
    .map((call) => ({ id: call.id, number: call.number, counter: call.counter, at: isoOf(context, call.at), again: call.again, awaited: isAwaited(day, call) })),
  classes: classViewsOf(day, context).map(({ id, prefix, name, open, opening, waiting, range }) => ({ id, prefix, name, open, opening, waiting, range })),
  record: context.record(null),
  toleranceCalls: context.rules.noShow.toleranceCalls,
  notices: context.rules.notices,
});

export const ticketViewOf = (day: Day, context: ViewContext, ticket: Ticket): TicketView => {
  const line = waitingIn(day, context.rules, ticket.class);
  const place = line.findIndex((one) => one.ticket === ticket);
  const before = place === -1 ? [] : line.slice(0, place);
  const { name, where, way } = classOf(context, ticket.class);
  return {
    number: ticket.number,
    ticket: ticket.ticket,
    day: day.day,
    state: ticket.state,
    class: ticket.class,
    className: name,
    itemName: context.items.find(({ id }) => id === ticket.item)?.name ?? null,
    since: isoOf(context, ticket.since),
    ahead: before.length,
    aheadBooked: before.filter((one) => one.ticket.slot !== null).length,
    range: ticket.state === 'waiting' ? context.estimate(ticket.class, before.length, openCounters(day, context.rules, ticket.class)) : null,
    record: context.record(ticket.class),
    where,
    way,
    openCounters: openCounters(day, context.rules, ticket.class),
    counter: ticket.counter,
    toleranceCalls: context.rules.noShow.toleranceCalls,
    behind: context.rules.noShow.behind,
    agreed: ticket.slot === null ? null : isoOf(context, ticket.slot),
    asOf: null,
  };
};
