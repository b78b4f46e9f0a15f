/** An agreed time between a session, a platform, a hall and a printer that misbehave, with the real memory of a terminal, which the agent's death does not end. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail, ok, type Result, type SlipOutcome } from '../../drivers/contract.ts';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import { ManualClock } from '../clock/index.ts';
import type { PlatformClient } from '../platform/index.ts';
import { createBookings, type Bookings, type TicketCounter } from '../queue/index.ts';
import type { AppointmentPage, SessionEvent, SessionState } from '../session/index.ts';
import { TICKET, World } from '../session/fixtures.ts';
import { BookingDesk } from './booking-desk.ts';
import type { Deps } from './deps.ts';
import { Mouth } from './mouth.ts';

const TIME = '2026-11-24T09:30:00+08:00';
const CODE = 'Y0123456789AB';
type Answers = Partial<Pick<PlatformClient, 'freeTimes' | 'book' | 'withdrawBooking'>> & { giveBack?: TicketCounter['giveBack']; state?: string; print?: () => Promise<Result<SlipOutcome>> };

let home: string;
let fixture: Fixture;
let clock: ManualClock;
let bookings: Bookings;
const open = (): void => {
  fixture = openFixture(home, { clock });
  bookings = createBookings(fixture.storage);
};
beforeEach(() => {
  home = newHome();
  clock = new ManualClock(Date.parse('2026-11-23T10:24:00+08:00'));
  open();
});
afterEach(async () => {
  await fixture.close();
  removeHome(home);
});

/** A session before its ticket, and the desk that serves it; platform, hall and printer answer as told. */
const desk = (answers: Answers, world = new World()) => {
  const [asked, given, withdrawn, printed]: [string[], string[], string[], unknown[]] = [[], [], [], []];
  const written: [string, object][] = [];
  let keys = 0;
  let reached: (reachable: boolean) => void = () => undefined;
  const config = { hall: { demo: true, timeZone: 'Asia/Shanghai', businessDayStartsAt: '00:00' }, terminal: { number: 5, devices: [{ class: 'ticket-dispenser', id: 'tickets' }] } };
  const deps = {
    clock,
    config,
    ledger: fixture.ledger,
    bookings,
    queue: { appointments: {} },
    printing: { appointmentSlip: async (input: unknown) => (printed.push(input), { ok: true, value: { parts: [] } }) },
    devices: {
      command: async (_device: string, _command: string, _input: unknown, how: { onProgress?: (progress: unknown) => void }) => {
        how.onProgress?.({ step: 'sent' });
        return answers.print?.() ?? ok({ delivery: 'taken' });
      },
    },
    tickets: { giveBack: answers.giveBack ?? (async (ticket: string) => (given.push(ticket), { ok: true })), view: () => ({ ...TICKET, state: answers.state ?? 'waiting' }) },
    platform: {
      onReachable: (listener: typeof reached) => ((reached = listener), () => undefined),
      bookingKey: () => `life.terminal-5.${(keys += 1)}.appointment`,
      freeTimes: answers.freeTimes,
      book: async (key: string, ...more: [never, never]) => (asked.push(key), answers.book?.(key, ...more) ?? { ok: true, value: { code: CODE, at: TIME, day: '20261124' } }),
      withdrawBooking: async (key: string, signal: AbortSignal) => {
        const answer = (await answers.withdrawBooking?.(key, signal)) ?? { ok: true, value: null };
        if (answer.ok) withdrawn.push(key);
        return answer;
      },
    },
    audit: { write: (event: string, fields: object) => written.push([event, fields]) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as Deps;
  const events: SessionEvent[] = [];
  const made = new BookingDesk(
    deps,
    (event) => {
      events.push(event);
      for (const effect of world.on(event)) if (effect.do === 'print-appointment') made.print(world.state);
    },
    new Mouth(deps),
  );
  const start = (left: AppointmentPage | null = null, resumed = left !== null): void => made.start(left, resumed, () => world.state);
  return { made, start, world, events, asked, given, withdrawn, printed, written, reach: () => reached(true) };
};

/** The session has asked: the page waits for the platform. */
const waiting = (): World => {
  const world = new World();
  world.touch({ type: 'open-numbers' });
  world.touch({ type: 'take-number', class: 'real-estate' });
  world.on({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' });
  world.on({ type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'take', fault: null, copies: 1 } });
  world.on({ type: 'times-found', ticket: TICKET.ticket, times: [TIME] });
  world.touch({ type: 'open-times' });
  world.touch({ type: 'choose-time', time: TIME });
  world.touch({ type: 'book' });
  return world;
};
const book = async (one: ReturnType<typeof desk>): Promise<void> => {
  one.made.book(TICKET.ticket, 'real-estate', TIME);
  await one.made.idle();
};
const shown = ({ page }: SessionState): AppointmentPage => {
  if (page.at !== 'appointment') throw new Error(page.at);
  return page;
};
const away = async () => ({ ok: false as const, kind: 'unreachable' as const, message: 'cut' });
const never = () => new Promise<never>(() => undefined);

describe('agreeing on a time', () => {
  it('gives the number back only after the platform has agreed and the page shows it, once', async () => {
    const order: string[] = [];
    const one = desk(
      {
        book: async (key) => {
          order.push(`asked ${bookings.list().map(({ state }) => state).join()}`, `key kept ${String(bookings.list()[0]?.key === key)}`);
          return { ok: true, value: { code: CODE, at: TIME, day: '20261124' } };
        },
        giveBack: async () => (order.push(`back at ${one.world.state.page.at}`), { ok: true }),
      },
      waiting(),
    );
    one.start();
    await book(one);
    expect(order).toEqual(['asked asked', 'key kept true', 'back at appointment']);
    expect(shown(one.world.state)).toMatchObject({ appointmentCode: CODE, time: TIME, numberBack: 'given-back', paper: { state: 'confirmed' } });
    expect(bookings.list()).toEqual([]);
    expect(one.printed).toMatchObject([{ code: CODE, time: TIME, queueClass: TICKET.className, where: TICKET.where }]);
    expect(one.written.map(([event]) => event)).toEqual(['appointment.asked', 'appointment.agreed', 'appointment.number-settled']);
    // The code is nobody's but his who has it: not on record.
    expect(JSON.stringify(one.written)).not.toContain(CODE);
  });

  it.each(['slot-full', 'no-such-slot'])('at a time that is %s gives nothing back, and the times are shown anew', async (message) => {
    const one = desk({ book: async () => ({ ok: false, kind: 'refused', message }) }, waiting());
    one.start();
    await book(one);
    expect(one.world.state.page).toMatchObject({ at: 'times', gone: TIME });
    expect([one.given, one.withdrawn, bookings.list()]).toEqual([[], [], []]);
    expect(one.written.at(-1)).toEqual(['appointment.refused', { class: 'real-estate', reason: message }]);
  });

  it('without an answer leaves the number, says so, and the platform is told that nobody wants the time, as often as it takes', async () => {
    let cut = true;
    const one = desk({ book: away, withdrawBooking: async () => (cut ? away() : { ok: true, value: null }) }, waiting());
    one.start();
    await book(one);
    expect(one.world.state.page).toMatchObject({ at: 'ticket', notBooked: 'unanswered', ticket: { number: 'B047' } });
    expect(one.given).toEqual([]);
    expect(bookings.list()).toMatchObject([{ state: 'withdraw' }]);
    clock.advance(20_000);
    await one.made.idle();
    expect(one.withdrawn).toEqual([]);
    cut = false;
    one.reach();
    await one.made.idle();
    expect(one.withdrawn).toEqual(one.asked);
    expect(bookings.list()).toEqual([]);
  });

  it('is not asked for again before what nobody answered is withdrawn: never two for one number', async () => {
    let cut = true;
    const one = desk({ book: async () => (cut ? away() : { ok: true, value: { code: CODE, at: TIME, day: '20261124' } }), withdrawBooking: async () => (cut ? away() : { ok: true, value: null }) }, waiting());
    one.start();
    await book(one);
    one.world.touch({ type: 'open-times' });
    one.world.touch({ type: 'choose-time', time: TIME });
    one.world.touch({ type: 'book' });
    await book(one);
    expect(one.asked).toHaveLength(1);
    expect(one.world.state.page).toMatchObject({ at: 'ticket', notBooked: 'unanswered' });
    cut = false;
    one.world.touch({ type: 'open-times' });
    one.world.touch({ type: 'choose-time', time: TIME });
    one.world.touch({ type: 'book' });
    await book(one);
    expect(one.withdrawn).toEqual([one.asked[0]]);
    expect(one.asked).toHaveLength(2);
    expect(one.world.state.page.at).toBe('appointment');
  });

  it('that nobody is shown is withdrawn, and the number stays', async () => {
    const one = desk({});
    one.start();
    await book(one);
    expect(one.withdrawn).toEqual(one.asked);
    expect([one.given, bookings.list()]).toEqual([[], []]);
  });

  it('is not asked for when its key cannot be kept', async () => {
    const kept = bookings;
    bookings = { ...kept, save: () => { throw new Error('disk full'); } };
    const one = desk({}, waiting());
    one.start();
    await book(one);
    expect(one.asked).toEqual([]);
    expect(one.world.state.page).toMatchObject({ at: 'ticket', notBooked: 'unanswered' });
  });
});

describe('the number in whose place it is', () => {
  it('goes back later where the hall cannot be told now, also by the next agent', async () => {
    const one = desk({ giveBack: async () => ({ ok: false, refusal: 'unreachable' }) }, waiting());
    one.start();
    await book(one);
    expect(shown(one.world.state)).toMatchObject({ numberBack: 'later' });
    expect(bookings.list()).toMatchObject([{ state: 'owed' }]);
    await one.made.stop();
    await fixture.close();
    open();
    // Its owner has gone meanwhile.
    const after = desk({});
    after.start();
    await after.made.idle();
    expect(after.given).toEqual([TICKET.ticket]);
    expect([after.withdrawn, bookings.list()]).toEqual([[], []]);
  });

  it('and is told where the hall does not take it back any more: it was called just now', async () => {
    const one = desk({ giveBack: async () => ({ ok: false, refusal: 'not-waiting' }) }, waiting());
    one.start();
    await book(one);
    expect(shown(one.world.state)).toMatchObject({ numberBack: 'not', appointmentCode: CODE });
    expect(bookings.list()).toEqual([]);
    expect(one.written.at(-1)).toEqual(['appointment.number-settled', { class: 'real-estate', outcome: 'not-waiting' }]);
  });

  it('counts as given back where the hall took it back and the answer was lost', async () => {
    const one = desk({ giveBack: async () => ({ ok: false, refusal: 'already-over' }), state: 'given-back' }, waiting());
    one.start();
    await book(one);
    expect(shown(one.world.state)).toMatchObject({ numberBack: 'given-back' });
  });
});

describe('when the agent is killed', () => {
  const kill = async (): Promise<void> => {
    await fixture.close();
    open();
  };

  it('while the platform is asked, the number stays and whatever was agreed on is withdrawn', async () => {
    const one = desk({ book: never }, waiting());
    one.start();
    one.made.book(TICKET.ticket, 'real-estate', TIME);
    expect(bookings.list()).toMatchObject([{ state: 'asked' }]);
    await kill();
    const after = desk({});
    after.start();
    await after.made.idle();
    expect(after.withdrawn).toEqual([expect.stringMatching(/\.appointment$/)]);
    expect([after.given, bookings.list()]).toEqual([[], []]);
  });

  it('after the page was kept that shows it, and before anything else was, the number goes back and the slip is printed', async () => {
    const one = desk({ giveBack: never, print: never }, waiting());
    one.start();
    one.made.book(TICKET.ticket, 'real-estate', TIME);
    while (one.world.state.page.at !== 'appointment') await new Promise((resolve) => setImmediate(resolve));
    const left = shown(one.world.state);
    bookings.save({ key: left.key, ticket: TICKET.ticket, class: 'real-estate', state: 'asked' });
    const { world } = one;
    await kill();
    // The ticket desk has settled the papers of before: nothing of this one had left.
    for (const row of fixture.ledger.unsettled()) {
      if (row.state === 'sent') fixture.ledger.voided(row.id, 'host-crashed');
      else fixture.ledger.failed(row.id, 'host-crashed');
    }
    const after = desk({}, world);
    after.start(left, true);
    await after.made.idle();
    expect(after.given).toEqual([TICKET.ticket]);
    expect(after.withdrawn).toEqual([]);
    expect(shown(world.state)).toMatchObject({ numberBack: 'given-back', paper: { state: expect.stringMatching(/doubt|confirmed/) } });
  });

  it('after everything but the page’s last word, the page is told', async () => {
    const { world } = await (async () => {
      const one = desk({}, waiting());
      one.start();
      await book(one);
      return one;
    })();
    const left = { ...shown(world.state), numberBack: 'giving' as const };
    world.state = { ...world.state, page: left };
    await kill();
    const after = desk({ state: 'given-back' }, world);
    after.start(left, true);
    await after.made.idle();
    expect(shown(world.state)).toMatchObject({ numberBack: 'given-back' });
    expect(after.given).toEqual([]);
  });
});

describe('the slip', () => {
  it.each([
    ['stopped under way', fail('paper-out', 'paper-out'), 'doubt'],
    ['in doubt', fail('timed-out', 'gone'), 'doubt'],
    ['taken', ok({ delivery: 'taken' as const }), 'confirmed'],
    ['there, as far as the printer knows', ok({ delivery: 'confirmed-no-sensor' as const }), 'take'],
    ['drawn back', ok({ delivery: 'retracted' as const }), 'failed'],
  ])('that is %s is told as it is, and has its row', async (_how, result, state) => {
    const one = desk({ print: async () => result }, waiting());
    one.start();
    await book(one);
    expect(shown(one.world.state)).toMatchObject({ paper: { state } });
    expect(fixture.ledger.ofNumber('appointment-slip', shown(one.world.state).key)).toHaveLength(1);
    // The key of the question, never the code.
    expect(JSON.stringify(fixture.ledger.ofNumber('appointment-slip', shown(one.world.state).key))).not.toContain(CODE);
  });
});

describe('free times', () => {
  it('are asked for again when the platform is back, and told of the ticket that is shown', async () => {
    let there = false;
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'real-estate' });
    world.on({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' });
    const one = desk({ freeTimes: async () => (there ? { ok: true, value: [TIME] } : away()) }, world);
    one.start();
    one.made.findTimes(TICKET.ticket, 'real-estate');
    clock.advance(200);
    await one.made.idle();
    expect(one.events).toEqual([]);
    there = true;
    one.reach();
    await one.made.idle();
    expect(world.state.page).toMatchObject({ at: 'ticket', times: [TIME] });
  });

  it('are not asked for before the ticket is on its way to the printer, and not at all for one that is gone by then', async () => {
    let asked = 0;
    const one = desk({ freeTimes: async () => ((asked += 1), { ok: true, value: [TIME] }) });
    one.start();
    one.made.findTimes(TICKET.ticket, 'real-estate');
    clock.advance(100);
    await one.made.idle();
    expect(asked).toBe(0);
    await one.made.stop();
    clock.advance(1_000);
    await one.made.idle();
    expect(asked).toBe(0);
  });
});
