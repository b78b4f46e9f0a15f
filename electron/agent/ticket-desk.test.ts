/** Numbers between a session, a hall and a printer that misbehave, with the real ledger. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail, type Result, type SlipOutcome } from '../../drivers/contract.ts';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import { ManualClock } from '../clock/index.ts';
import { createTicketPaper } from '../printing/index.ts';
import type { TakeOutcome, TakeRequest, TicketCounter, TicketView } from '../queue/index.ts';
import type { Page, SessionEvent, SessionState } from '../session/index.ts';
import { TICKET } from '../session/fixtures.ts';
import type { Deps } from './deps.ts';
import { TicketDesk } from './ticket-desk.ts';

const WISH = { classId: 'real-estate', itemId: null, priority: null };
const page = (ticket: TicketView = TICKET, paper: Extract<Page, { at: 'ticket' }>['paper'] = { state: 'waiting', fault: null, copies: 1 }): Extract<Page, { at: 'ticket' }> => ({ at: 'ticket', ticket, code: ticket.ticket, paper, giving: false, refusal: null });

let home: string;
let fixture: Fixture;
let clock: ManualClock;

beforeEach(() => {
  home = newHome();
  clock = new ManualClock();
  fixture = openFixture(home, { clock });
});
afterEach(async () => {
  await fixture.close();
  removeHome(home);
});

/** A desk whose hall and printer answer as told. */
const desk = (answers: { classes?: object[]; take?: (request: TakeRequest) => Promise<TakeOutcome>; identify?: (code: string) => ReturnType<Deps['platform']['identify']>; giveBack?: TicketCounter['giveBack']; view?: TicketCounter['view']; print?: () => Promise<Result<SlipOutcome>>; present?: () => Result<SlipOutcome>; sent?: boolean }) => {
  const events: SessionEvent[] = [];
  const became: string[] = [];
  const given: string[] = [];
  const used: string[] = [];
  const written: unknown[] = [];
  const laidOut: string[] = [];
  const deps = {
    clock,
    config: { hall: { demo: true, timeZone: 'Asia/Shanghai' }, terminal: { devices: [{ class: 'receipt-printer', id: 'slips' }, { class: 'ticket-dispenser', id: 'tickets' }] } },
    ledger: fixture.ledger,
    printing: { ticketSlip: async ({ number }: { number: string }) => (laidOut.push(number), { ok: true, value: { parts: [] } }) },
    devices: {
      command: async (deviceClass: string, command: string, _input: unknown, how: { onProgress?: (progress: unknown) => void }) => {
        used.push(`${deviceClass} ${command}`);
        if (command === 'present') return answers.present?.();
        if (answers.sent !== false) how.onProgress?.({ step: 'sent' });
        return answers.print?.();
      },
    },
    tickets: {
      classes: () => answers.classes ?? [],
      take: answers.take,
      giveBack: answers.giveBack ?? (async (ticket: string) => (given.push(ticket), { ok: true })),
      paper: async (_ticket: string, end: string) => void became.push(end),
      view: answers.view ?? (() => null),
      onChange: () => () => undefined,
    },
    platform: { identify: answers.identify },
    audit: { write: (event: string, fields: object) => written.push([event, fields]) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as Deps;
  const made = new TicketDesk(deps, (event) => events.push(event));
  const start = (left: Extract<Page, { at: 'ticket' }> | null, resumed: boolean): void => made.start(left, resumed, () => ({ page: { at: 'home' } }) as SessionState, () => undefined);
  return { made, start, events, became, given, used, written, laidOut };
};
const papers = (events: SessionEvent[]): string[] => events.flatMap((event) => (event.type === 'ticket-paper' ? [`${event.paper.state} ${event.paper.fault ?? ''}`.trim()] : []));
const gaveUp = { ok: false, fault: { code: 'timed-out', message: '', retryable: false } } as unknown as Result<SlipOutcome>;

describe('asking the hall', () => {
  it('a hall that throws, and one that is not there, are told as out of reach', async () => {
    const { made, events } = desk({ take: () => Promise.reject(new Error('gone')) });
    made.take(WISH, false);
    await made.idle();
    expect(events).toEqual([{ type: 'number-refused', refusal: 'unreachable' }]);
  });

  it('an answer that comes too late is passed on, so that the session gives the number back', async () => {
    let answer: (outcome: TakeOutcome) => void = () => undefined;
    const { made, events } = desk({ take: () => new Promise((resolve) => (answer = resolve)) });
    made.take(WISH, false);
    clock.advance(10_000);
    expect(events).toEqual([{ type: 'number-refused', refusal: 'unreachable' }]);
    answer({ ok: true, ticket: TICKET });
    await made.idle();
    expect(events.at(-1)).toMatchObject({ type: 'number-taken', ticket: TICKET, code: TICKET.ticket });
  });

  it('the same person is the same to the hall by card and by a code that the platform knows, and nothing says who it is', async () => {
    const asked: TakeRequest[] = [];
    const { made, events, written } = desk({ take: async (request) => (asked.push(request), { ok: false, refusal: 'too-often' }), identify: async () => ({ ok: true, value: { outcome: 'verified', idNumber: '990101198805120017', birthDate: '1988-05-12' } }) });
    made.take(WISH, true, { idNumber: '990101198805120017' });
    made.checkCode('CITYID-1234567890');
    await made.idle();
    const checked = events.find((event) => event.type === 'code-checked');
    expect(checked).toMatchObject({ outcome: 'verified', birthDate: '1988-05-12', holder: asked[0]?.holder });
    expect(asked[0]?.holder).toMatch(/^[0-9a-f]{64}$/);
    expect(written).toEqual([['code.checked', { outcome: 'verified' }]]);
    expect(JSON.stringify([events, written])).not.toMatch(/990101|CITYID/);
  });

  it('a code that nobody can ask about is known by its digest, and the answer about a code before it is nobody’s', async () => {
    let late: (answer: Awaited<ReturnType<Deps['platform']['identify']>>) => void = () => undefined;
    const { made, events } = desk({ identify: (code) => (code === 'first' ? new Promise((resolve) => (late = resolve)) : Promise.resolve({ ok: false, kind: 'unreachable', message: 'cut' })) });
    made.checkCode('first');
    made.checkCode('second');
    late({ ok: true, value: { outcome: 'verified', idNumber: '1', birthDate: '1950-01-01' } });
    await made.idle();
    expect(events).toEqual([{ type: 'code-checked', outcome: 'unchecked', holder: expect.stringMatching(/^[0-9a-f]{64}$/), birthDate: null }]);
  });

  it('a late refusal after the first one is not told again', async () => {
    let answer: (outcome: TakeOutcome) => void = () => undefined;
    const { made, events } = desk({ take: () => new Promise((resolve) => (answer = resolve)) });
    made.take(WISH, false);
    clock.advance(10_000);
    answer({ ok: false, refusal: 'too-often' });
    await made.idle();
    expect(events).toHaveLength(1);
  });
});

describe('the paper of a number', () => {
  it('comes from the ticket printer where there is one, and is told when it was taken', async () => {
    const { made, events, became, used } = desk({ print: async () => ({ ok: true, value: { delivery: 'taken' } }) });
    made.print(page());
    await made.idle();
    expect(used).toEqual(['ticket-dispenser print']);
    expect(papers(events)).toEqual(['printing', 'confirmed']);
    expect(became).toEqual(['taken']);
  });

  it('in doubt makes the number doubtful, and is never printed again', async () => {
    const { made, events, became } = desk({ print: async () => gaveUp });
    made.print(page());
    await made.idle();
    expect(papers(events)).toEqual(['printing', 'doubt timed-out']);
    expect(became).toEqual(['doubtful']);
    made.print(page());
    await made.idle();
    expect(papers(events).at(-1)).toBe('failed media-left');
  });

  it('that certainly did not come out may be printed again, as the same number', async () => {
    let paper = false;
    const { made, events, became } = desk({ sent: false, print: async () => (paper ? { ok: true, value: { delivery: 'confirmed-no-sensor' } } : ({ ok: false, fault: { code: 'paper-out', message: '', retryable: true } } as unknown as Result<SlipOutcome>)) });
    made.print(page());
    await made.idle();
    paper = true;
    made.print(page());
    await made.idle();
    expect(papers(events)).toEqual(['printing', 'failed paper-out', 'printing', 'take']);
    expect(became).toEqual(['failed', 'taken']);
  });

  it('waits until the paper of the number before is out: nobody goes without because somebody else was quick', async () => {
    let printing = 0;
    const { made, events } = desk({
      print: async () => {
        if (printing > 0) return fail('busy', 'another command is running');
        printing += 1;
        await new Promise((resolve) => setImmediate(resolve));
        printing -= 1;
        return { ok: true, value: { delivery: 'taken' } };
      },
    });
    made.print(page());
    made.print(page({ ...TICKET, ticket: 'another', number: 'B099' }));
    await made.idle();
    expect(papers(events)).toEqual(['printing', 'printing', 'confirmed', 'confirmed']);
  });

  it('in the mouth is watched until it is taken', async () => {
    let there = true;
    const { made, events } = desk({ print: async () => ({ ok: true, value: { delivery: 'presented' } }), present: () => ({ ok: true, value: { delivery: there ? 'presented' : 'taken' } }) });
    made.print(page());
    await expect.poll(() => papers(events)).toEqual(['printing', 'take']);
    const second = async (): Promise<void> => {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await second();
    expect(papers(events)).toEqual(['printing', 'take']);
    there = false;
    await second();
    await made.idle();
    expect(papers(events)).toEqual(['printing', 'take', 'confirmed']);
  });
});

describe('after a crash', () => {
  const number = { businessDay: TICKET.day, number: TICKET.number };

  it.each([true, false])('a ticket whose bytes had left is doubtful, its session resumed: %s', async (resumed) => {
    const paper = createTicketPaper(fixture.ledger);
    paper.sent(paper.intend(number).id);
    const { made, start, events, became } = desk({});
    start(page(TICKET, { state: 'printing', fault: null, copies: 1 }), resumed);
    await made.idle();
    expect(became).toEqual(['doubtful']);
    expect(papers(events)).toEqual(resumed ? ['doubt host-crashed'] : []);
  });

  it('one of which nothing had left is printed for whoever still stands there', async () => {
    createTicketPaper(fixture.ledger).intend(number);
    const { made, start, events } = desk({ print: async () => ({ ok: true, value: { delivery: 'taken' } }) });
    start(page(), true);
    await made.idle();
    expect(papers(events)).toEqual(['printing', 'confirmed']);
  });

  it('and is doubtful when nobody does: who comes with the number all the same is confirmed by staff', async () => {
    createTicketPaper(fixture.ledger).intend(number);
    const { made, start, became, used } = desk({});
    start(page(), false);
    await made.idle();
    expect([became, used]).toEqual([['doubtful'], []]);
  });

  it.each([
    ['taken', ['confirmed']],
    ['confirmed-no-sensor', ['take']],
    ['retracted', ['failed media-left']],
  ] as const)('a ticket that ended %s just before the crash is told so on the page that still says printing', async (delivery, said) => {
    const paper = createTicketPaper(fixture.ledger);
    const { id } = paper.intend(number);
    paper.sent(id);
    paper.ended(id, { ok: true, value: { delivery } }, true);
    const { made, start, events, used } = desk({});
    start(page(TICKET, { state: 'printing', fault: null, copies: 1 }), true);
    await made.idle();
    expect([papers(events), used]).toEqual([said, []]);
  });

  it('a ticket that lay in the mouth is followed on the page until the ledger knows what became of it', async () => {
    const paper = createTicketPaper(fixture.ledger);
    const { id } = paper.intend(number);
    paper.sent(id);
    paper.ended(id, { ok: true, value: { delivery: 'presented' } }, true);
    const { start, events } = desk({});
    start(page(TICKET, { state: 'take', fault: null, copies: 1 }), true);
    clock.advance(1_000);
    paper.left(id, { delivery: 'taken' });
    clock.advance(1_000);
    expect(papers(events)).toEqual(['take', 'confirmed']);
  });

  it('the page said printing and nothing was kept of it: it is printed', async () => {
    const { made, start, events } = desk({ print: async () => ({ ok: true, value: { delivery: 'taken' } }) });
    start(page(TICKET, { state: 'printing', fault: null, copies: 1 }), true);
    await made.idle();
    expect(papers(events)).toEqual(['printing', 'confirmed']);
  });

  it('a void ticket of which the hall was not told is told again', async () => {
    const paper = createTicketPaper(fixture.ledger);
    const { id } = paper.intend(number);
    paper.sent(id);
    paper.ended(id, gaveUp, true);
    const { made, start, events, became } = desk({});
    start(page(TICKET, { state: 'printing', fault: null, copies: 1 }), true);
    await made.idle();
    expect([papers(events), became]).toEqual([['doubt timed-out'], ['doubtful']]);
  });

  it.each([true, false])('a number that was being given back is given back, its session resumed: %s', async (resumed) => {
    const { made, start, events, given } = desk({});
    start({ ...page(TICKET, { state: 'confirmed', fault: null, copies: 1 }), giving: true }, resumed);
    await made.idle();
    expect(given).toEqual([TICKET.ticket]);
    expect(events).toEqual(resumed ? [{ type: 'number-given-back', ticket: TICKET.ticket, refusal: null }] : []);
  });

  it('one that the hall has back already is told as given back, and one that is over otherwise is not', async () => {
    for (const state of ['given-back', 'finished'] as const) {
      const { made, start, events } = desk({ giveBack: async () => ({ ok: false, refusal: 'already-over' }), view: () => ({ ...TICKET, state }) });
      start({ ...page(TICKET, { state: 'confirmed', fault: null, copies: 1 }), giving: true }, true);
      await made.idle();
      expect(events).toEqual([{ type: 'number-given-back', ticket: TICKET.ticket, refusal: state === 'given-back' ? null : 'already-over' }]);
    }
  });

  it('one that was out and taken is left alone', async () => {
    const { made, start, became } = desk({});
    start(page(TICKET, { state: 'confirmed', fault: null, copies: 1 }), false);
    await made.idle();
    expect(became).toEqual([]);
  });
});

describe('before the first ticket', () => {
  it('its letters are drawn once after the start, and nothing is printed', async () => {
    const { start, made, laidOut, used } = desk({ classes: [{ prefix: 'B', name: { zh: '不动产登记', en: 'Real estate' }, where: { zh: '二楼', en: '2F' } }] });
    start(null, false);
    expect(laidOut).toEqual([]);
    clock.advance(10_000);
    clock.advance(60_000);
    await made.idle();
    expect(laidOut).toEqual(['B0123']);
    expect([used, fixture.ledger.unsettled()]).toEqual([[], []]);
    await made.stop();
  });
});
