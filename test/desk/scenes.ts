/** A hall in the middle of a morning, and the pages of staff in it: what tests measure and pictures are painted of. */
import { generateKeyPairSync } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { exportPublicKey } from '../../electron/platform/index.ts';
import { open } from './browser.ts';
import { NOW, type DeskHall } from './hall.ts';

export type Language = 'zh' | 'en';
const MINUTE = 60_000;
const PASSWORD = 'nine blue doors';

/** One counter serves so many tickets of a class, one after another, each some minutes long, from so many minutes ago on. */
type Shift = { counter: string; clerk: string; class: string; from: number; each: number; count: number };
const SHIFTS: readonly Shift[] = [
  { counter: '4', clerk: 'zhou', class: 'real-estate', from: 112, each: 9, count: 9 },
  { counter: '1', clerk: 'chen', class: 'insurance', from: 110, each: 6, count: 13 },
  { counter: '5', clerk: 'he', class: 'company', from: 104, each: 14, count: 5 },
  { counter: '2', clerk: 'wu', class: 'insurance', from: 107, each: 7, count: 9 },
];

type Step = { at: number; run: () => Promise<unknown> };

/** What is known of the days before, as the estimator keeps it. */
const estimates = ['20261119', '20261120', '20261121', '20261122', '20261123'].flatMap((day, index) => [
  { day, class: 'insurance', held: 66 + index, of: 80, meanErrorMinutes: 3.4 + index / 10 },
  { day, class: 'real-estate', held: 41, of: 52, meanErrorMinutes: 6.1 },
  { day, class: 'general', held: 30 - index, of: 37, meanErrorMinutes: 4.75 },
  { day, class: 'company', held: 9, of: 11, meanErrorMinutes: 7 },
]);

/**
 * Four counters have served for two hours; counter 3 missed one, finished one and now serves `lin`'s next; some wait, one number and two sheets are in
 * doubt, somebody is booked, the platform is out of reach, terminals are paired.
 */
export const aBusyMorning = async (hall: DeskHall): Promise<void> => {
  const steps: Step[] = [];
  const step = (at: number, run: Step['run']): void => void steps.push({ at, run });
  for (const { counter, clerk, class: classId, from, each, count } of SHIFTS) {
    const at = { counter, clerk };
    step(from + 1, () => hall.run({ type: 'open', ...at }));
    for (let index = 0; index < count; index += 1) {
      const start = from - index * each;
      let number = '';
      step(start, async () => (number = await hall.take(classId, start)));
      step(start - 1, () => hall.run({ type: 'call', number, reason: '按次序', ...at, first: 'finish' }));
      step(start - 1.5, () => hall.run({ type: 'start', ...at }));
      step(start - each + 0.5, () => hall.run({ type: 'finish', ...at }));
      if (index % 3 === 0) step(start - each + 0.4, () => hall.run({ type: 'rate', number, score: index % 2 === 0 ? 5 : 4 }));
    }
  }
  const mine = { counter: '3', clerk: 'lin' };
  step(60, () => hall.run({ type: 'open', ...mine }));
  const waiting: readonly [classId: string, minutes: number, priority?: string][] = [
    ['real-estate', 52], ['real-estate', 47], ['real-estate', 44], ['real-estate', 31], ['real-estate', 28], ['general', 26, 'elder'], ['real-estate', 22], ['general', 20], ['real-estate', 15], ['general', 12], ['real-estate', 9], ['insurance', 6], ['company', 4], ['general', 3],
  ];
  const taken: string[] = [];
  waiting.forEach(([classId, minutes, priority], index) => step(minutes, async () => (taken[index] = await hall.take(classId, minutes, priority, classId === 'general' ? 'public-rental-housing' : undefined))));
  const by = (type: 'start' | 'recall' | 'miss' | 'finish'): (() => Promise<unknown>) => () => hall.run({ type, ...mine });
  const next = (index: number): (() => Promise<unknown>) => () => hall.run({ type: 'call', number: taken[index] ?? '', reason: '按次序', ...mine });
  step(21, next(0));
  step(20.2, by('recall'));
  step(19, by('miss'));
  step(17, next(1));
  step(16, by('start'));
  step(8, by('finish'));
  step(7, next(2));
  step(6.3, by('start'));
  step(6.1, () => hall.run({ type: 'come-back', number: taken[0] ?? '', by: 't9' }));
  step(2, () => hall.run({ type: 'paper-doubtful', number: taken[13] ?? '' }));
  for (const { at, run } of steps.sort((a, b) => b.at - a.at)) {
    hall.until(Math.max(at, 0));
    await run();
  }
  hall.until(0);
  hall.platform.reachable = false;
  hall.platform.since = NOW - 6 * MINUTE;
  hall.appointments.push({ id: 'SOON', class: 'real-estate', item: null, slot: NOW + 4 * MINUTE, day: '20261123', hall: 'qingxi' });
  hall.doubts.push({ paper: 'p0000000000000731', doubtNumber: '0731-6', kind: 'certificate', caseNumber: null, certificateNumber: 'SB2026000123', sheets: 3, sheetsDone: 2, fault: 'paper-jam', at: '2026-11-23T03:26:00+08:00' });
  await hall.elsewhere.hear('terminal-6', { open: [{ paper: 'p0000000000000118', doubtNumber: '0118-3', kind: 'receipt-slip', caseNumber: '2026112200000071', certificateNumber: null, sheets: 1, sheetsDone: null, fault: 'timed-out', at: '2026-11-23T09:12:00+08:00' }], settled: [] });
  await hall.joins.note({ day: '20261123', class: 'real-estate', ordinal: 31, number: 'B031', ticket: 'b'.repeat(24), by: 'terminal-7', refusal: 'unknown-lease', takenAt: NOW - 60 * MINUTE });
  hall.estimates.push(...estimates);
  for (const id of ['terminal-6', 'terminal-7', 'terminal-8']) await hall.terminals.enrol(await hall.terminals.pair(id), id, exportPublicKey(generateKeyPairSync('ed25519').publicKey));
  hall.terminals.seen('terminal-6');
  await hall.terminals.revoke('terminal-8');
  await hall.terminals.pair('terminal-9');
  for (const name of ['zhou', 'chen']) await hall.invite(name, 'clerk');
};

/** A cabinet in the middle of its life: one original lies in it, one cell is in doubt, one is out of use, three originals wait. */
export const aCabinet = async (hall: DeskHall): Promise<void> => {
  const { lockers, cabinet, clock } = hall;
  /** Somebody closes the door, and it is looked at. */
  const shut = async (cell: number): Promise<void> => {
    cabinet.open.delete(cell);
    clock.advance(800);
    await lockers.idle();
  };
  for (const [index, name] of ['欧阳示例', '李示例'].entries()) {
    const cell = String(index + 1);
    lockers.load({ document: hall.original(name, `202611220050001${cell}`), cell, by: 'lin' });
    await lockers.idle();
    await shut(index + 1);
    lockers.put(cell, 'lin');
  }
  cabinet.answer = 'unknown';
  lockers.takeBack('2', 'lin');
  await lockers.idle();
  cabinet.answer = 'opened';
  lockers.closeCell('5', 'lin');
  for (const [index, name] of ['王示例', '阿不都克里木·吾买尔江·玉素甫', '赵示例'].entries()) hall.original(name, `202611230050002${String(index)}`);
};

export const atLocker = async (page: Page, hall: DeskHall, language: Language): Promise<void> => {
  await page.goto(`${hall.url}/counter/?counter=3&at=locker&lang=${language}`);
  await page.waitForSelector('[data-name=cell-12]');
  await settled(page);
};

/** A browser in which this member is signed in. */
export const signedIn = async (browser: Browser, hall: DeskHall, name: string, role: 'clerk' | 'manager'): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> => {
  const code = await hall.invite(name, role);
  const opened = await open(browser);
  const answer = await opened.context.request.post(`${hall.url}/hall/sign-in`, { data: { name, password: code, newPassword: PASSWORD } });
  if (!answer.ok()) throw new Error(`${name} cannot sign in`);
  return opened;
};

/** Fonts are there and nothing moves. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });

export const atCounter = async (page: Page, hall: DeskHall, language: Language): Promise<void> => {
  await page.goto(`${hall.url}/counter/?counter=3&lang=${language}`);
  await page.waitForSelector('.console [data-name=paper-0731-6]');
  await settled(page);
};

export const PLACES = ['now', 'figures', 'rules', 'staff', 'terminals', 'doubts', 'trust'] as const;
/** What is there when a place has its answers. */
const THERE: Readonly<Record<(typeof PLACES)[number], string>> = {
  now: '[data-name=live-5]',
  figures: '[data-name=told]',
  rules: '.forms',
  staff: '[data-name=member-wang]',
  terminals: '[data-name=terminal-terminal-6]',
  doubts: '[data-name=printed-0731-6]',
  trust: '[data-name=authority]',
};
export const atPlace = async (page: Page, hall: DeskHall, place: (typeof PLACES)[number], language: Language): Promise<void> => {
  await page.goto(`${hall.url}/manager/?place=${place}&lang=${language}`);
  await page.waitForSelector(THERE[place]);
  await settled(page);
};
