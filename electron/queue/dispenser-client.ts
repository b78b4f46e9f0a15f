/**
 * Numbers at a terminal whose hall runs elsewhere: from the hall while it answers in time, else from the reserve that the hall set aside for this
 * terminal. What was given meanwhile joins when the hall is back, in order and once. Everything is kept before anybody sees a number.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Item, Queue } from '../../kiosk-config/index.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { hallTime } from './business-day.ts';
import type { TakeOutcome, TicketCounter } from './counter-port.ts';
import { createDispenserHolders } from './dispenser-holders.ts';
import type { HallAnswer, HallWire } from './dispenser-link.ts';
import type { DispenserStore } from './dispenser-store.ts';
import { createRefusalRecord } from './refusal-record.ts';
import { giveFromLease, onDay, onGivenBack, onJoined, onLease, onUnanswered, wantsLeases, type Dispenser, type Given } from './rules/dispenser.ts';
import { isOpen, type Refusal } from './rules/decide.ts';
import { openingOf } from './rules/opening.ts';
import { leaseGrant, MOST_DOUBTS, terminalRefused, terminalSight, type DoubtBecame, type DoubtDecision, type TerminalSight, type ToldDoubt } from './terminal-wire.ts';
import { ticketView, type ClassView, type TicketView } from './wire.ts';

/** A citizen who pressed is told a number within this and a disk's time more. */
const ANSWER_MS = 1_500;
/** Nobody waits for these. */
const PATIENT_MS = 5_000;
const LOOK_EVERY_MS = 2_000;
const SPREAD_MS = 500;
/** Tickets whose state is followed: the page of the one who just took it, and a few before. */
const FOLLOWED = 20;
const MINUTE_MS = 60_000;
const OVER: readonly TicketView['state'][] = ['finished', 'given-back', 'void'];

export interface DispenserClientOptions {
  wire: HallWire;
  store: DispenserStore;
  clock: Clock;
  hall: { timeZone: string; businessDayStartsAt: string };
  /** Of queue.yaml; what the hall tells goes before it. */
  rules: Queue;
  items: readonly Pick<Item, 'id' | 'name'>[];
  terminalId: string;
  /** This terminal's paper in doubt, oldest first: the hall's manager sees it and may settle it. Left out: the hall is told of none. */
  papers?: {
    open(): ToldDoubt[];
    /** In the ledger, once, however often it is told. @returns what the ledger says of it now */
    settle(decision: DoubtDecision): DoubtBecame['became'];
  };
  /** What goes on record. */
  audit: {
    hallLost(): void;
    hallBack(joined: number): void;
    joinRefused(given: Given, refusal: string): void;
    reserveBurned(leases: number): void;
    takeRefused(by: string, refusal: string, times: number): void;
    paired(): void;
  };
}

export interface DispenserClient extends TicketCounter {
  /** Begins to look for the hall. */
  start(): void;
  /** With the manager's one-time code. @returns `paired`, the hall's reason, or `unreachable` */
  pair(code: string): Promise<string>;
  /** Does the hall answer, with everything told that happened meanwhile? */
  reachable(): boolean;
  stop(): Promise<void>;
}

const reasonBody = z.object({ title: z.string() });

/** Takes up what the store holds; nothing is sent before `start` or the first press. */
export const createDispenserClient = (options: DispenserClientOptions): DispenserClient => {
  const { wire, store, clock, hall, items, terminalId, papers, audit } = options;
  let memory = store.load();
  if (memory.toBurn.length > 0 && memory.dispenser.leases.length === 0) audit.reserveBurned(memory.toBurn.length);
  let sight = store.sight();
  /** Of the rules that the hall told; null: not since this agent started. */
  let rulesId: string | null = null;
  let tickets = store.tickets();
  let reachable: boolean | null = null;
  /** False: the hall says that this terminal is none of its own. Nothing is given from the reserve then, for it would never join. */
  let known = true;
  /** When the hall told last how things stand there, milliseconds since 1970; null: not since this agent started. */
  let seenAt: number | null = null;
  let presses: number[] = [];
  /** Decisions of the last sight, as the ledger has them; told with the next look. After a restart the hall tells them once more. */
  let settledPapers: DoubtBecame[] = [];
  let stopped = false;
  let looking: Promise<void> | null = null;
  let cancel: () => void = () => undefined;
  const listeners = new Set<() => void>();
  const holders = createDispenserHolders(() => tickets);
  const record = createRefusalRecord(clock, ({ by, refusal }: { by: string; refusal: string }, times) => audit.takeRefused(by, refusal, times), { by: terminalId, refusal: 'others' });

  const rules = (): Queue => sight.rules ?? options.rules;
  const local = () => hallTime(clock, hall.timeZone, hall.businessDayStartsAt, memory.dispenser.day);
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  /** On the disk first; a change that cannot be kept did not happen. */
  const keep = (change: Partial<typeof memory>): void => {
    const next = { ...memory, ...change };
    store.save(next);
    memory = next;
  };
  const keepTickets = (next: TicketView[]): void => {
    const shown = next.slice(-FOLLOWED);
    store.saveTickets(shown);
    tickets = shown;
  };
  /** A number is about to be shown: it and its ticket, in one transaction. */
  const shown = (dispenser: Dispenser, view: TicketView): void => {
    const next = { ...memory, dispenser };
    const followed = [...tickets.filter(({ ticket }) => ticket !== view.ticket), view].slice(-FOLLOWED);
    store.together(() => {
      store.save(next);
      store.saveTickets(followed);
    });
    memory = next;
    tickets = followed;
    tell();
  };
  const heard = (now: boolean): void => {
    if (reachable === now) return;
    if (!now) audit.hallLost();
    reachable = now;
    tell();
  };
  const ask = async (path: string, body: unknown, ms: number): Promise<HallAnswer> => {
    const answer = await wire.ask(`/hall/terminal/${path}`, body, ms);
    if (answer.kind === 'answer') known = answer.status !== 401;
    return answer;
  };
  /** The hall's word for no; null: the answer is none of the hall's words. */
  const refusalOf = (answer: HallAnswer): Refusal | null => {
    if (answer.kind !== 'answer' || answer.status !== 409) return null;
    const said = terminalRefused.safeParse(answer.json);
    return said.success ? said.data.refusal : null;
  };
  const refuse = (refusal: Refusal | 'unreachable', more: Pick<Extract<TakeOutcome, { ok: false }>, 'has' | 'from' | 'agreed'> = {}): TakeOutcome => {
    record.note({ by: terminalId, refusal });
    return { ok: false, refusal, ...more };
  };

  // ------------------------------------------------------------------------------------------ without the hall
  const localView = (given: Given): TicketView => {
    const queueClass = rules().classes.find(({ id }) => id === given.class);
    const last = sight.classes.find(({ id }) => id === given.class);
    const text = { zh: given.class, en: given.class };
    return {
      number: given.number,
      ticket: given.ticket,
      day: given.day,
      state: 'waiting',
      class: given.class,
      className: queueClass?.name ?? text,
      itemName: items.find(({ id }) => id === given.item)?.name ?? null,
      since: isoWithOffset(given.takenAt, hall.timeZone),
      // Who waited when the hall was heard last, and who took a number here since. How long it takes nobody can say.
      ahead: (last?.waiting ?? 0) + memory.dispenser.given.filter((one) => one.class === given.class && one.ticket !== given.ticket).length,
      aheadBooked: 0,
      range: null,
      record: null,
      where: queueClass?.where ?? text,
      way: queueClass?.way ?? text,
      openCounters: last?.openCounters ?? 0,
      counter: null,
      toleranceCalls: rules().noShow.toleranceCalls,
      behind: rules().noShow.behind,
      agreed: null,
      asOf: null,
    };
  };
  /** What the hall said last is told with how old it is while the hall does not answer. */
  const asItStands = (ticket: TicketView): TicketView => (reachable === false ? { ...ticket, asOf: isoWithOffset(seenAt ?? Date.parse(ticket.since), hall.timeZone) } : ticket);
  const fromReserve = (request: Parameters<TicketCounter['take']>[0]): TakeOutcome => {
    const { class: classId, priority, item, identified } = request;
    const queueClass = rules().classes.find(({ id }) => id === classId);
    if (queueClass === undefined) return refuse('unknown-class');
    if (!isOpen(queueClass, local())) return refuse('class-closed');
    if (queueClass.identify !== 'none' && !identified) return refuse('identify-first');
    const held = queueClass.onePerPerson ? holders.held(memory.dispenser.day, classId, request.holder) : null;
    if (held !== null) return refuse('has-number', { has: asItStands(held) });
    if (priority !== null && !rules().priorities.some(({ id }) => id === priority)) return refuse('unknown-priority');
    const given = !known ? null : giveFromLease(onDay(memory.dispenser, local().day), rules(), { class: classId, ticket: randomBytes(12).toString('hex'), priority, item, now: clock.wall() });
    if (given === null) return refuse('unreachable');
    const view = localView(given.given);
    shown(given.state, view);
    if (queueClass.onePerPerson) holders.note(memory.dispenser.day, classId, request.holder, view.ticket);
    return { ok: true, ticket: asItStands(view) };
  };

  // --------------------------------------------------------------------------------------------- with the hall
  /** @returns the number, the hall's no, or null: nobody knows, and whatever the hall gave is given back later */
  const fromHall = async (path: string, body: { ticket: string }): Promise<TakeOutcome | null> => {
    // Kept before it is asked: should this terminal die now, nobody holds what the hall gave.
    keep({ dispenser: onUnanswered(memory.dispenser, body.ticket) });
    const answer = await ask(path, body, ANSWER_MS);
    const view = answer.kind === 'answer' && answer.status === 201 ? ticketView.safeParse(answer.json) : null;
    if (view?.success === true && view.data.ticket === body.ticket) {
      seenAt = clock.wall();
      shown(onGivenBack(memory.dispenser, body.ticket), view.data);
      return { ok: true, ticket: view.data };
    }
    const refusal = refusalOf(answer);
    if (refusal !== null) {
      keep({ dispenser: onGivenBack(memory.dispenser, body.ticket) });
      const said = terminalRefused.safeParse(answer.kind === 'answer' ? answer.json : null).data;
      if (said?.has !== undefined) {
        // From now on it is followed here as well, and somebody holds it whose answer was lost before.
        const { has } = said;
        keepTickets([...tickets.filter(({ ticket }) => ticket !== has.ticket), has]);
        keep({ dispenser: onGivenBack(memory.dispenser, has.ticket) });
      }
      return refuse(refusal, { ...(said?.has === undefined ? {} : { has: said.has }), ...(said?.from === undefined ? {} : { from: said.from }), ...(said?.agreed === undefined ? {} : { agreed: said.agreed }) });
    }
    heard(false);
    return null;
  };
  /** How often somebody presses is judged here already: the hall is not asked for what it must refuse. */
  const tooOften = (): boolean => {
    const now = clock.monotonic();
    presses = presses.filter((at) => at > now - MINUTE_MS);
    if (presses.length >= rules().ticketsPerMinute) return true;
    presses.push(now);
    return false;
  };

  // ------------------------------------------------------------------------------------------- when it is back
  /** Everything that happened meanwhile, in order; each is told until it is answered. @returns how many numbers joined; null: the hall is gone again */
  const settle = async (): Promise<number | null> => {
    let joined = 0;
    for (;;) {
      const [given] = memory.dispenser.given;
      if (given === undefined) break;
      const { day, lease, class: classId, ordinal, ticket, priority, item, takenAt } = given;
      const answer = await ask('joins', { day, lease, class: classId, ordinal, ticket, priority, item, takenAt: Math.max(0, Math.floor(takenAt)) }, PATIENT_MS);
      const refusal = refusalOf(answer);
      if (answer.kind === 'none' || (answer.status !== 200 && refusal === null)) return null;
      const dispenser = onJoined(memory.dispenser, ticket);
      keep(refusal === null ? { dispenser } : { dispenser, unjoined: [...memory.unjoined, { given, refusal }] });
      if (refusal === null) joined += 1;
      else audit.joinRefused(given, refusal);
    }
    const tellAll = async (waiting: () => { path: string; body: unknown; done: () => void }[]): Promise<boolean> => {
      for (let one = waiting()[0]; one !== undefined; one = waiting()[0]) {
        const answer = await ask(one.path, one.body, PATIENT_MS);
        if (answer.kind === 'none' || (answer.status !== 200 && refusalOf(answer) === null)) return false;
        one.done();
      }
      return true;
    };
    const settled =
      (await tellAll(() => memory.toBurn.map(({ lease, day }) => ({ path: `leases/${lease}/burn`, body: { day }, done: () => keep({ toBurn: memory.toBurn.filter((one) => one.lease !== lease) }) })))) &&
      (await tellAll(() => memory.dispenser.abandoned.filter((ticket) => !asked.has(ticket)).map((ticket) => ({ path: `tickets/${ticket}/give-back`, body: {}, done: () => keep({ dispenser: onGivenBack(memory.dispenser, ticket) }) })))) &&
      (await tellAll(() => memory.doubtful.map((ticket) => ({ path: `tickets/${ticket}/paper`, body: { became: 'doubtful' }, done: () => keep({ doubtful: memory.doubtful.filter((one) => one !== ticket) }) }))));
    return settled ? joined : null;
  };
  /** Questions for a number that are under way: nothing of them is given back yet. */
  const asked = new Set<string>();

  const renew = async (): Promise<void> => {
    for (const day of [memory.dispenser.day, memory.next]) {
      if (day === null) continue;
      for (const classId of wantsLeases(memory.dispenser, rules(), day)) {
        const lease = randomBytes(8).toString('hex');
        const answer = await ask('leases', { lease, day, class: classId }, PATIENT_MS);
        if (answer.kind === 'none') return;
        const granted = answer.status === 200 ? leaseGrant.safeParse(answer.json) : null;
        if (granted?.success !== true || granted.data.lease !== lease) continue;
        const own = rules().classes.find(({ id }) => id === classId);
        const { prefix, after999, morePrefixes } = granted.data;
        // Counted under other letters than this terminal knows: none of them is given before it knows the new rules.
        if (own?.prefix === prefix && own.after999 === after999 && own.morePrefixes.join() === morePrefixes.join()) keep({ dispenser: onLease(memory.dispenser, granted.data) });
        else keep({ toBurn: [...memory.toBurn, { lease, day }] });
      }
    }
  };

  const see = ({ day, next, rulesId: newestId, rules: newest, classes, tickets: seen }: TerminalSight): void => {
    // Rules come with the first look and when they changed; how many wait changes all the time.
    if (newest !== null && JSON.stringify(newest) !== JSON.stringify(sight.rules)) {
      store.saveSight({ rules: newest });
      sight = { ...sight, rules: newest };
    }
    rulesId = newestId;
    if (JSON.stringify(classes) !== JSON.stringify(sight.classes)) {
      store.saveSight({ classes });
      sight = { ...sight, classes };
    }
    if (day !== memory.dispenser.day || next !== memory.next) keep({ dispenser: onDay(memory.dispenser, day), next });
    const updated = tickets.map((one) => seen.find(({ ticket }) => ticket === one.ticket) ?? one);
    if (JSON.stringify(updated) !== JSON.stringify(tickets)) keepTickets(updated);
  };

  /** What cannot be kept now is told by the hall again. */
  const settlePaper = (decision: DoubtDecision): DoubtBecame[] => {
    try {
      return papers === undefined ? [] : [{ paper: decision.paper, became: papers.settle(decision) }];
    } catch {
      return [];
    }
  };

  const look = async (): Promise<void> => {
    const doubts = papers === undefined ? {} : { doubts: { open: papers.open().slice(0, MOST_DOUBTS), settled: settledPapers } };
    const answer = await ask('look', { tickets: tickets.filter(({ state }) => !OVER.includes(state)).map(({ ticket }) => ticket), ...(rulesId === null ? {} : { rulesId }), ...doubts }, PATIENT_MS);
    const seen = answer.kind === 'answer' && answer.status === 200 ? terminalSight.safeParse(answer.json) : null;
    if (seen?.success !== true) {
      heard(false);
      return;
    }
    const before = JSON.stringify([sight.classes, tickets]);
    seenAt = clock.wall();
    see(seen.data);
    settledPapers = (seen.data.settle ?? []).slice(0, MOST_DOUBTS).flatMap(settlePaper);
    const joined = await settle();
    if (joined === null) {
      heard(false);
      return;
    }
    if (reachable !== true) audit.hallBack(joined);
    heard(true);
    if (before !== JSON.stringify([sight.classes, tickets])) tell();
    await renew();
  };
  const lookOnce = (): Promise<void> =>
    (looking ??= look()
      .catch(() => heard(false))
      .finally(() => {
        looking = null;
      }));
  const lookOn = (): void => {
    void lookOnce().finally(() => {
      // Terminals that found their hall again at one moment do not all look at one moment ever after.
      if (!stopped) cancel = clock.after(LOOK_EVERY_MS - Math.random() * SPREAD_MS, lookOn);
    });
  };

  const number = async (path: string, body: { ticket: string }): Promise<TakeOutcome | null> => {
    asked.add(body.ticket);
    try {
      return await fromHall(path, body);
    } finally {
      asked.delete(body.ticket);
    }
  };

  return {
    start: lookOn,
    reachable: () => reachable === true,
    classes: () => {
      if (reachable === true) return sight.classes;
      const last = new Map(sight.classes.map((one): [string, ClassView] => [one.id, one]));
      // The hall does not answer: hours are known here, a wait is not.
      return rules().classes.map((one) => ({
        id: one.id,
        name: one.name,
        prefix: one.prefix,
        open: isOpen(one, local()),
        opening: openingOf(one, local()),
        identify: one.identify,
        waiting: last.get(one.id)?.waiting ?? 0,
        openCounters: last.get(one.id)?.openCounters ?? 0,
        range: null,
        record: last.get(one.id)?.record ?? null,
        where: one.where,
        way: one.way,
        items: one.items,
      }));
    },
    take: async (request) => {
      if (tooOften()) return refuse('too-often');
      const answer = reachable === false ? null : await number('tickets', { ticket: randomBytes(12).toString('hex'), ...request });
      if (answer?.ok === true && rules().classes.some(({ id, onePerPerson }) => id === request.class && onePerPerson)) holders.note(memory.dispenser.day, request.class, request.holder, answer.ticket.ticket);
      return answer ?? fromReserve(request);
    },
    checkIn: async (code, priority) => {
      if (tooOften()) return refuse('too-often');
      const wish = { ticket: randomBytes(12).toString('hex'), code, priority };
      // Only the hall knows who has an agreed time.
      const answer = reachable === false ? null : await number('check-in', wish);
      return answer ?? refuse('unreachable');
    },
    giveBack: async (ticket) => {
      const gone = (): { ok: true } => {
        keepTickets(tickets.map((one) => (one.ticket === ticket ? { ...one, state: 'given-back' as const } : one)));
        tell();
        return { ok: true };
      };
      const answer: HallAnswer = reachable === true && !memory.dispenser.given.some((one) => one.ticket === ticket) ? await ask(`tickets/${ticket}/give-back`, {}, ANSWER_MS) : { kind: 'none', reason: 'not-asked' };
      const refusal = refusalOf(answer);
      // Perhaps by this very terminal, before its answer was lost: the newest state says so.
      if (refusal === 'already-over') await lookOnce();
      if (refusal !== null) return { ok: false, refusal };
      // Nobody holds it from now on; the hall is told as soon as it answers.
      if (answer.kind === 'none' || answer.status !== 200) keep({ dispenser: onUnanswered(memory.dispenser, ticket) });
      return gone();
    },
    paper: async (ticket, became) => {
      if (became !== 'doubtful' || memory.doubtful.includes(ticket)) return;
      keep({ doubtful: [...memory.doubtful, ticket] });
      if (reachable === true) await lookOnce();
    },
    view: (ticket) => {
      const found = tickets.find((one) => one.ticket === ticket && one.day === memory.dispenser.day);
      return found === undefined ? null : asItStands(found);
    },
    link: (ticket) => `${wire.at()}/ticket/?t=${ticket}`,
    places: () => wire.places(),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pair: async (code) => {
      const answer = await wire.enrol(code, PATIENT_MS);
      if (answer.kind === 'none') return 'unreachable';
      if (answer.status !== 200) return reasonBody.safeParse(answer.json).data?.title ?? 'refused';
      audit.paired();
      await lookOnce();
      return 'paired';
    },
    stop: async () => {
      stopped = true;
      cancel();
      record.flush();
      await looking;
      wire.close();
      listeners.clear();
    },
  };
};
