import { describe, expect, it } from 'vitest';
import { TICKET, World } from './fixtures.ts';
import { isActing } from './machine.ts';
import type { Screen } from './page-contract.ts';
import { viewOf } from './view.ts';

const TIMES = ['09:30', '10:00', '10:30', '11:00', '14:00', '14:30', '15:00', '15:30'].map((at) => `2026-11-23T${at}:00+08:00`);
const [FIRST = '', SECOND = ''] = TIMES;
const KEY = 'life.terminal-5.one.appointment';
const booked = { type: 'time-booked', ticket: TICKET.ticket, key: KEY, appointmentCode: 'Y0123456789AB', time: FIRST, sessionId: 'three' } as const;
const find = { do: 'find-times', ticket: TICKET.ticket, classId: 'real-estate' };
const screen = (world: World): Screen => viewOf(world.state, { ...world.env(), nowText: '2026-11-22T10:24:09+08:00', clockKnown: true, pageDevices: [] }, 1).screen;

/** Before a ticket, and the platform has said which times are free. */
const withTimes = (times = TIMES): World => {
  const world = new World();
  world.touch({ type: 'open-numbers' });
  world.touch({ type: 'take-number', class: 'real-estate' });
  world.on({ type: 'number-taken', ticket: TICKET, code: 'https://hall/ticket/?t=1', sessionId: 'two' });
  world.on({ type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'take', fault: null, copies: 1 } });
  world.on({ type: 'times-found', ticket: TICKET.ticket, times });
  return world;
};
const asked = (): World => {
  const world = withTimes();
  world.touch({ type: 'open-times' });
  world.touch({ type: 'choose-time', time: FIRST });
  world.touch({ type: 'book' });
  return world;
};
const agreed = (): World => {
  const world = asked();
  world.on(booked);
  return world;
};

describe('the tile beside a ticket', () => {
  it('tells the earliest time, once the platform has said it', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'real-estate' });
    expect(world.on({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket, sessionId: 'two' })).toContainEqual(find);
    expect(screen(world)).toMatchObject({ kind: 'ticket', earliest: null });
    world.on({ type: 'times-found', ticket: TICKET.ticket, times: TIMES });
    expect(screen(world)).toMatchObject({ kind: 'ticket', earliest: FIRST, notBooked: null });
  });

  it('is not there without the platform, without a free time, for a number that is called, and for an agreed time', () => {
    const away = withTimes();
    away.booking = false;
    expect(screen(away)).toMatchObject({ kind: 'ticket', earliest: null });
    away.touch({ type: 'open-times' });
    expect(away.state.page.at).toBe('ticket');
    expect(screen(withTimes([]))).toMatchObject({ earliest: null });
    for (const ticket of [{ ...TICKET, state: 'called' as const, counter: '3' }, { ...TICKET, agreed: '2026-11-22T10:40:00+08:00' }]) {
      const world = withTimes();
      world.on({ type: 'ticket-changed', ticket });
      expect(screen(world)).toMatchObject({ kind: 'ticket', earliest: null });
    }
  });

  it('is asked for again for a ticket that somebody shows or holds already, and is about no other ticket', () => {
    const world = new World();
    world.codes['shown'] = { ticket: TICKET, code: 'shown' };
    expect(world.on({ type: 'code-shown', text: 'shown', kind: 'unknown' })).toEqual([find]);
    world.on({ type: 'times-found', ticket: 'another', times: TIMES });
    expect(screen(world)).toMatchObject({ earliest: null });
  });
});

describe('choosing a time', () => {
  it('shows a handful, then later ones and back, and asks the platform anew', () => {
    const world = withTimes();
    expect(world.touch({ type: 'open-times' })).toEqual([find]);
    expect(screen(world)).toMatchObject({ kind: 'times', number: 'B047', times: TIMES.slice(0, 6), later: true, gone: null });
    world.touch({ type: 'later-times' });
    expect(screen(world)).toMatchObject({ times: TIMES.slice(6), later: false });
    world.touch({ type: 'later-times' });
    expect(screen(world)).toMatchObject({ times: TIMES.slice(6) });
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ times: TIMES.slice(0, 6) });
    world.on({ type: 'times-found', ticket: TICKET.ticket, times: [SECOND] });
    expect(screen(world)).toMatchObject({ times: [SECOND], later: false });
  });

  it('asks once, leads back without having asked for anything, and takes no time that was not offered', () => {
    const world = withTimes();
    world.touch({ type: 'open-times' });
    world.touch({ type: 'choose-time', time: '2026-11-23T03:00:00+08:00' });
    expect(world.state.page.at).toBe('times');
    expect(world.touch({ type: 'choose-time', time: TIMES[7] ?? '' })).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'book', number: 'B047', time: TIMES[7], where: TICKET.where });
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ kind: 'times', times: TIMES.slice(6) });
    world.touch({ type: 'back' });
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ kind: 'ticket', ticket: { number: 'B047' } });
    expect(world.effects.filter((one) => one.do === 'book-time' || one.do === 'give-back')).toEqual([]);
  });

  it('ends when the number is called meanwhile: that is what counts', () => {
    for (const steps of [[{ type: 'open-times' }], [{ type: 'open-times' }, { type: 'choose-time', time: FIRST }]] as const) {
      const world = withTimes();
      for (const step of steps) world.touch(step);
      world.on({ type: 'ticket-changed', ticket: { ...TICKET, state: 'called', counter: '3' } });
      expect(screen(world)).toMatchObject({ kind: 'ticket', ticket: { state: 'called' } });
    }
  });
});

describe('agreeing on a time', () => {
  it('asks the platform, cannot be left meanwhile, and gives no number back', () => {
    const world = asked();
    expect(world.effects.at(-1)).toEqual({ do: 'book-time', ticket: TICKET.ticket, classId: 'real-estate', time: FIRST });
    expect(screen(world)).toMatchObject({ kind: 'working', what: 'booking' });
    expect(isActing(world.state)).toBe(true);
    for (const type of ['leave', 'home', 'back', 'give-back', 'book'] as const) world.touch({ type });
    expect(screen(world)).toMatchObject({ kind: 'working', what: 'booking' });
    expect(world.effects.filter((one) => one.do === 'give-back' || one.do === 'end')).toEqual([]);
  });

  it('shows the code and when, prints the slip, and tells what became of the number', () => {
    const world = asked();
    expect(world.on(booked)).toEqual([{ do: 'print-appointment' }]);
    expect(screen(world)).toMatchObject({ kind: 'appointment', appointmentCode: 'Y0123456789AB', time: FIRST, number: 'B047', numberBack: 'giving', paper: { state: 'waiting' }, canPrint: false });
    expect(isActing(world.state)).toBe(true);
    world.on({ type: 'booked-number', key: KEY, numberBack: 'given-back' });
    world.on({ type: 'appointment-paper', key: KEY, paper: { state: 'take', fault: null, copies: 1 } });
    expect(screen(world)).toMatchObject({ numberBack: 'given-back', paper: { state: 'take' } });
    expect(isActing(world.state)).toBe(false);
    expect(world.touch({ type: 'leave' })).toContainEqual({ do: 'end', reason: 'left' });
  });

  it('begins a session where a ticket was only shown, so that a crash leaves nobody without what he has agreed on', () => {
    const world = new World();
    world.codes['shown'] = { ticket: TICKET, code: 'shown' };
    world.on({ type: 'code-shown', text: 'shown', kind: 'unknown' });
    world.on({ type: 'times-found', ticket: TICKET.ticket, times: TIMES });
    world.touch({ type: 'open-times' });
    world.touch({ type: 'choose-time', time: FIRST });
    world.touch({ type: 'book' });
    expect(world.state.id).toBeNull();
    world.on(booked);
    expect(world.state.id).toBe('three');
  });

  it('whose time others were quicker for shows the others that are left, and asks for them anew', () => {
    const world = asked();
    expect(world.on({ type: 'time-not-booked', ticket: TICKET.ticket, why: 'gone' })).toEqual([find]);
    expect(screen(world)).toMatchObject({ kind: 'times', gone: FIRST, times: TIMES.slice(1, 7) });
    world.touch({ type: 'choose-time', time: SECOND });
    world.touch({ type: 'book' });
    expect(world.effects.at(-1)).toMatchObject({ do: 'book-time', time: SECOND });
  });

  it.each(['unanswered', 'refused'] as const)('that is %s leaves the number as it was, and says so once', (why) => {
    const world = asked();
    expect(world.on({ type: 'time-not-booked', ticket: TICKET.ticket, why })).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'ticket', notBooked: why, ticket: { number: 'B047' }, paper: { state: 'take' } });
    expect(world.effects.filter((one) => one.do === 'give-back')).toEqual([]);
    world.touch({ type: 'open-times' });
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ kind: 'ticket', notBooked: null });
  });

  it('that is answered when nobody waits for it shows nothing', () => {
    const world = withTimes();
    const before = world.state;
    expect(world.on(booked)).toEqual([]);
    expect(world.on({ type: 'time-not-booked', ticket: TICKET.ticket, why: 'gone' })).toEqual([]);
    expect(world.state).toEqual(before);
  });
});

describe('the slip', () => {
  it.each(['failed', 'doubt'] as const)('may be printed again when it is %s, and not while it is on its way or there', (state) => {
    const world = agreed();
    expect(world.touch({ type: 'print-appointment' })).toEqual([]);
    world.on({ type: 'appointment-paper', key: KEY, paper: { state, fault: 'timed-out', copies: 1 } });
    expect(screen(world)).toMatchObject({ canPrint: true, paper: { state } });
    expect(world.touch({ type: 'print-appointment' })).toEqual([{ do: 'print-appointment' }]);
    expect(screen(world)).toMatchObject({ canPrint: false, paper: { state: 'printing' } });
    world.on({ type: 'appointment-paper', key: KEY, paper: { state: 'take', fault: null, copies: 1 } });
    expect(world.touch({ type: 'print-appointment' })).toEqual([]);
  });

  it('of another agreed time changes nothing', () => {
    const world = agreed();
    world.on({ type: 'appointment-paper', key: 'other', paper: { state: 'failed', fault: 'paper-out', copies: 1 } });
    world.on({ type: 'booked-number', key: 'other', numberBack: 'not' });
    expect(screen(world)).toMatchObject({ numberBack: 'giving', paper: { state: 'waiting' } });
  });

  it('is none where nothing prints: the code stands on the page', () => {
    const world = asked();
    world.terminal = { ...world.terminal, devices: world.terminal.devices.filter((one) => one.class !== 'receipt-printer' && one.class !== 'ticket-dispenser') };
    expect(world.on(booked)).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'appointment', paper: null, device: null });
  });
});
