import { describe, expect, it } from 'vitest';
import { CLASSES, RESIDENT, TICKET, World } from './fixtures.ts';
import { isActing, wantsCard } from './machine.ts';
import { wantsCode } from './codes.ts';
import type { Screen } from './page-contract.ts';
import { viewOf } from './view.ts';

const screen = (world: World): Screen => viewOf(world.state, { ...world.env(), nowText: '2026-11-22T10:24:09+08:00', clockKnown: true, pageDevices: [] }, 1).screen;
const taken = { type: 'number-taken', ticket: TICKET, code: 'https://hall/ticket/?t=1', sessionId: 'two' } as const;
const ELDER = { ...RESIDENT, birthDate: '1950-11-22' };

/** From home to the ticket, without a card. */
const withTicket = (): World => {
  const world = new World();
  world.touch({ type: 'open-numbers' });
  world.touch({ type: 'take-number', class: 'real-estate' });
  world.on(taken);
  return world;
};

describe('taking a number', () => {
  it('takes two touches, and no number is shown before the hall has kept it', () => {
    const world = new World();
    expect(screen(world)).toMatchObject({ kind: 'home', numbers: true });
    world.touch({ type: 'open-numbers' });
    expect(screen(world)).toMatchObject({ kind: 'number', item: null, appointments: true });
    const effects = world.touch({ type: 'take-number', class: 'real-estate' });
    expect(effects).toEqual([{ do: 'take-number', wish: { classId: 'real-estate', itemId: null, priority: null }, identified: false }]);
    expect(screen(world)).toMatchObject({ kind: 'working', what: 'taking-number' });
    expect(JSON.stringify(screen(world))).not.toContain('B047');
    expect(world.on(taken)).toEqual([{ do: 'print-ticket', ticket: TICKET.ticket }, { do: 'find-times', ticket: TICKET.ticket, classId: 'real-estate' }]);
    expect(screen(world)).toMatchObject({ kind: 'ticket', ticket: { number: 'B047' }, paper: { state: 'waiting' }, code: 'https://hall/ticket/?t=1' });
  });

  it('is not offered where no numbers are given', () => {
    const world = new World();
    world.classes = [];
    expect(screen(world)).toMatchObject({ kind: 'home', numbers: false });
    world.touch({ type: 'open-numbers' });
    expect(world.state.page.at).toBe('home');
  });

  it('for an item that is closed here offers only the classes whose counters do it', () => {
    const world = new World();
    world.readiness = { open: false, reasons: [] };
    world.touch({ type: 'open-item', item: 'social-insurance-certificate' });
    expect(screen(world)).toMatchObject({ kind: 'closed', numbers: { zh: '社保医保' } });
    world.touch({ type: 'open-numbers', item: 'social-insurance-certificate' });
    expect(screen(world)).toMatchObject({ kind: 'number', item: { id: 'social-insurance-certificate' }, classes: [{ id: 'insurance' }], appointments: false });
    expect(world.touch({ type: 'take-number', class: 'insurance' })).toMatchObject([{ wish: { itemId: 'social-insurance-certificate' } }]);
  });

  it('asks for the card only where the class wants to see one, and then takes the number at once', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    expect(world.touch({ type: 'take-number', class: 'company' })).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'card', forNumber: { zh: '企业开办' } });
    expect(wantsCard(world.state) && wantsCode(world.state)).toBe(true);
    expect(world.layCard()).toEqual([{ do: 'take-number', wish: { classId: 'company', itemId: null, priority: null }, identified: true }]);
  });

  it('takes a code of one’s own in place of the card, and no payment code', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'company' });
    expect(world.on({ type: 'code-shown', text: '134567890123456789', kind: 'payment' })).toEqual([]);
    expect(world.on({ type: 'code-shown', text: 'someone', kind: 'identity' })).toEqual([{ do: 'check-code', code: 'someone' }]);
    expect(screen(world)).toMatchObject({ kind: 'working', what: 'checking-code' });
    expect(JSON.stringify(world.state)).not.toContain('someone');
    expect(world.on({ type: 'code-checked', outcome: 'verified', holder: 'ab', birthDate: '1950-11-22' })).toEqual([{ do: 'take-number', wish: { classId: 'company', itemId: null, priority: 'elder' }, identified: true, holder: 'ab' }]);
    expect(world.on({ type: 'code-checked', outcome: 'verified', holder: 'ab', birthDate: null })).toEqual([]);
  });

  it.each(['expired', 'used', 'unknown', 'unchecked'] as const)('a code that is %s takes no number: the card does, or another code', (outcome) => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'company' });
    world.on({ type: 'code-shown', text: 'someone', kind: 'identity' });
    expect(world.on({ type: 'code-checked', outcome, holder: 'ab', birthDate: null })).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'card', forNumber: { zh: '企业开办' }, state: 'waiting', codeProblem: outcome });
    expect(world.layCard()).toMatchObject([{ do: 'take-number', identified: true }]);
  });

  it('a code that nobody can ask about holds a place where the class says that this is enough', () => {
    const world = new World();
    world.classes = CLASSES.map((one) => ({ ...one, identify: one.id === 'company' ? 'card-or-unchecked-code' : one.identify }));
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'company' });
    world.on({ type: 'code-shown', text: 'someone', kind: 'identity' });
    expect(world.on({ type: 'code-checked', outcome: 'unchecked', holder: 'cd', birthDate: null })).toMatchObject([{ do: 'take-number', identified: true, holder: 'cd' }]);
  });

  it('whoever has a number of the class already is shown that one, and nothing is printed for it', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'company' });
    world.layCard();
    expect(world.on({ type: 'number-refused', refusal: 'has-number', has: { ticket: TICKET, code: TICKET.ticket, sessionId: 'two' } })).not.toContainEqual(expect.objectContaining({ do: 'print-ticket' }));
    expect(screen(world)).toMatchObject({ kind: 'ticket', had: true, ticket: { number: 'B047' }, canPrint: false, paper: { state: 'confirmed' } });
  });

  it('back from the card page leads to the classes, with what was chosen', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'choose-priority', priority: 'soldier' });
    world.touch({ type: 'take-number', class: 'company' });
    world.touch({ type: 'back' });
    expect(world.state.page).toEqual({ at: 'number', itemId: null, priority: 'soldier' });
  });

  it('a class that closed meanwhile, or is gone, is told', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.classes = CLASSES.map((one) => ({ ...one, open: false }));
    expect(world.touch({ type: 'take-number', class: 'real-estate' })).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'no-number', refusal: 'class-closed' });
    world.touch({ type: 'back' });
    world.touch({ type: 'take-number', class: 'no-such-class' });
    expect(screen(world)).toMatchObject({ kind: 'no-number', refusal: 'unknown-class' });
  });

  it('a refusal of the hall is told, with the way back to the classes', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'real-estate' });
    world.on({ type: 'number-refused', refusal: 'too-often' });
    expect(screen(world)).toMatchObject({ kind: 'no-number', refusal: 'too-often', className: { zh: '不动产登记' } });
    world.touch({ type: 'back' });
    expect(world.state.page.at).toBe('number');
  });

  it('a number that comes after the citizen was told that there is none is given back, unseen', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'real-estate' });
    world.on({ type: 'number-refused', refusal: 'unreachable' });
    expect(world.on(taken)).toEqual([{ do: 'give-back', ticket: TICKET.ticket, unseen: true }]);
    expect(world.state.page.at).toBe('no-number');
  });
});

describe('who comes earlier', () => {
  it('is said by the person where there is no card', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'choose-priority', priority: 'disabled' });
    expect(world.touch({ type: 'take-number', class: 'real-estate' })).toMatchObject([{ wish: { priority: 'disabled' }, identified: false }]);
  });

  it('is seen from the birth date on the card, from the birthday on', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.layCard({ ...ELDER, birthDate: '1956-11-22' });
    expect(screen(world)).toMatchObject({ kind: 'number', priorities: [{ id: 'elder', chosen: true, byCard: true }, { chosen: false }, { chosen: false }] });
    const young = new World();
    young.touch({ type: 'open-numbers' });
    young.layCard({ ...ELDER, birthDate: '1956-11-23' });
    expect(young.state.page).toMatchObject({ priority: null });
    expect(young.touch({ type: 'take-number', class: 'real-estate' })).toMatchObject([{ identified: true }]);
  });

  it('what the person said is not replaced by what the card says, and with the clock unknown nobody has an age', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'choose-priority', priority: 'disabled' });
    world.layCard(ELDER);
    expect(world.state.page).toMatchObject({ priority: 'disabled' });
    const unsure = new World();
    unsure.today = null;
    unsure.touch({ type: 'open-numbers' });
    unsure.layCard(ELDER);
    expect(unsure.state.page).toMatchObject({ priority: null });
  });

  it('a priority that is not configured is not taken up', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'choose-priority', priority: 'friends' });
    expect(world.state.page).toMatchObject({ priority: null });
  });
});

describe('checking in for an appointment', () => {
  it('by a typed code or by one that is shown', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'open-check-in' });
    expect(world.touch({ type: 'check-in', code: '  ' })).toEqual([]);
    expect(world.touch({ type: 'check-in', code: ' YY-7 ' })).toEqual([{ do: 'check-in', code: 'YY-7', priority: null }]);
    world.on({ type: 'number-refused', refusal: 'too-early' });
    expect(screen(world)).toMatchObject({ kind: 'check-in', refusal: 'too-early' });
    expect(world.on({ type: 'code-shown', text: 'YY-8', kind: 'unknown' })).toEqual([{ do: 'check-in', code: 'YY-8', priority: null }]);
    world.on(taken);
    expect(screen(world)).toMatchObject({ kind: 'ticket' });
  });

  it('a payment code that is shown by mistake goes nowhere', () => {
    const world = new World();
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'open-check-in' });
    expect(world.on({ type: 'code-shown', text: '134567890123456789', kind: 'payment' })).toEqual([]);
    expect(world.state.page.at).toBe('check-in');
  });
});

describe('the ticket', () => {
  it('follows the hall: fewer ahead, then called', () => {
    const world = withTicket();
    world.on({ type: 'ticket-changed', ticket: { ...TICKET, ahead: 3 } });
    expect(screen(world)).toMatchObject({ ticket: { ahead: 3 } });
    world.on({ type: 'ticket-changed', ticket: { ...TICKET, ticket: 'another', ahead: 0 } });
    expect(screen(world)).toMatchObject({ ticket: { ahead: 3 } });
  });

  it('may be printed again only when certainly nothing came out', () => {
    const world = withTicket();
    const paper = (state: 'failed' | 'doubt' | 'take', fault: 'paper-out' | 'media-left' | null) => world.on({ type: 'ticket-paper', ticket: TICKET.ticket, paper: { state, fault, copies: 1 } });
    for (const [state, fault, again] of [['failed', 'paper-out', true], ['failed', 'media-left', false], ['doubt', null, false], ['take', null, false]] as const) {
      paper(state, fault);
      expect(screen(world), `${state} ${String(fault)}`).toMatchObject({ canPrint: again });
      expect(world.touch({ type: 'print-ticket' }).length).toBe(again ? 1 : 0);
    }
  });

  it('is told on the screen where nothing prints it', () => {
    const world = new World();
    world.terminal = { ...world.terminal, devices: world.terminal.devices.filter((device) => device.class !== 'receipt-printer' && device.class !== 'ticket-dispenser') };
    world.touch({ type: 'open-numbers' });
    world.touch({ type: 'take-number', class: 'real-estate' });
    expect(world.on(taken).map((one) => one.do)).toEqual(['find-times']);
    expect(screen(world)).toMatchObject({ kind: 'ticket', paper: null, canPrint: false });
  });

  it('is given back, or it is told why not', () => {
    const world = withTicket();
    expect(world.touch({ type: 'give-back' })).toEqual([{ do: 'give-back', ticket: TICKET.ticket, unseen: false }]);
    expect(world.touch({ type: 'give-back' })).toEqual([]);
    world.on({ type: 'number-given-back', ticket: TICKET.ticket, refusal: 'not-waiting' });
    expect(screen(world)).toMatchObject({ kind: 'ticket', refusal: 'not-waiting', giving: false });
    world.touch({ type: 'give-back' });
    world.on({ type: 'number-given-back', ticket: TICKET.ticket, refusal: null });
    expect(screen(world)).toEqual({ kind: 'number-back', number: 'B047' });
  });

  it('stays while other things are looked at, and what happens to its paper is not lost', () => {
    const world = withTicket();
    world.touch({ type: 'open-items', entry: 'all' });
    world.touch({ type: 'open-guide', item: 'public-rental-housing' });
    world.on({ type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'doubt', fault: 'timed-out', copies: 1 } });
    world.touch({ type: 'back' });
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ kind: 'ticket', paper: { state: 'doubt' } });
  });

  it('holds the idle time only while it is printed, and leaves nothing behind', () => {
    const world = withTicket();
    world.wait(300);
    expect(isActing(world.state)).toBe(true);
    world.on({ type: 'ticket-paper', ticket: TICKET.ticket, paper: { state: 'take', fault: null, copies: 1 } });
    world.effects = [];
    world.wait(90);
    expect(world.effects).toContainEqual({ do: 'end', reason: 'idle' });
    expect(JSON.stringify(world.state)).not.toContain(TICKET.ticket);
    world.on({ type: 'card-left', present: false });
    expect(screen(world).kind).toBe('home');
  });

  it('home ends the session of somebody of whom nothing is known', () => {
    const world = withTicket();
    world.touch({ type: 'home' });
    expect(world.effects).toContainEqual({ do: 'end', reason: 'home' });
  });
});
