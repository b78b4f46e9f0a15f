/** card-to-fields and touch-to-told: whole sessions at a real terminal, the ID-card reader at the speed of its line. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { startIdCardEmulator, type IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { paintOfSessions, type Painted } from './browser.ts';
import { ANSWERS, atAnyMoment, Citizen, inventedCard, POLL_MS, SIGNATURE } from './citizen.ts';
import { FEWEST, load, median, percentile, round, say, type Effort, type Figure } from './figures.ts';
import { openHall, type Hall } from './hall.ts';

const BAUD = 115_200;
/** One answer with text, photo and frame at ten bits a byte: 1295 bytes. */
const WIRE_MS = 112;
const BEYOND_MS = 60;
const TOLD_MS = 150;
const ITEM = 'public-rental-housing';

const hasSocat = (): boolean => (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'socat')));

/** From the home page by the card to a signature and out again. @returns both samples in ms */
const oneSession = async (hall: Hall, citizen: Citizen, reader: IdCardEmulator, number: number, random: () => number): Promise<{ card: number; told: number }> => {
  await citizen.see('home', (screen) => screen.reader === 'waiting' && screen.items.some((item) => item.id === ITEM && item.open));
  await atAnyMoment(random);
  const laid = performance.now();
  reader.layCard(inventedCard(number));
  const { at: fieldsAt } = await citizen.see('mine', (screen) => screen.name !== '');
  await citizen.say({ type: 'open-item', item: ITEM });
  await citizen.see('notice');
  await citizen.say({ type: 'agree' });
  const asked = new Set<string>();
  for (;;) {
    const next = await Promise.race([citizen.see('question', ({ question }) => !asked.has(question.field)), citizen.see('materials'), citizen.see('check')]);
    if (next.screen.kind !== 'question') break;
    const { field } = next.screen.question;
    asked.add(field);
    await citizen.say({ type: 'answer', field, value: next.screen.value === '' ? (ANSWERS[field] ?? '') : next.screen.value });
  }
  const scanned = new Set<string>();
  for (;;) {
    const next = await Promise.race([citizen.see('materials', ({ material }) => !scanned.has(material.id)), citizen.see('check')]);
    if (next.screen.kind !== 'materials') break;
    const { id } = next.screen.material;
    scanned.add(id);
    await hall.play('/scanner/load', { sheets: 1 });
    await citizen.say({ type: 'scan' });
    await citizen.see('materials', (screen) => screen.material.id === id && screen.phase === 'review' && screen.pages.length > 0);
    await citizen.say({ type: 'material-done' });
  }
  await citizen.say({ type: 'all-correct' });
  await citizen.see('sign');
  const signed = performance.now();
  const [, { at: toldAt }] = await Promise.all([citizen.say({ type: 'sign', ...SIGNATURE }), citizen.see('done')]);
  reader.liftCard();
  await citizen.say({ type: 'leave' });
  return { card: fieldsAt - laid, told: toldAt - signed };
};

/** Repeats whole sessions, then takes citizens through the page of a real browser. */
export const measureSessions = async ({ forSeconds, random }: Effort): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-bench-reader-'));
  const pty = hasSocat();
  const reader = await startIdCardEmulator({ listen: pty ? { kind: 'pty', link: join(folder, 'reader') } : { kind: 'tcp', host: '127.0.0.1', port: 0 }, baudPaced: BAUD });
  const hall = await openHall({ 'id-card': reader.uri });
  try {
    const agent = await hall.startAgent();
    try {
      const citizen = await Citizen.enter(await hall.freshUrl());
      const card: number[] = [];
      const told: number[] = [];
      const end = performance.now() + forSeconds * 1_000;
      // The first session opens fonts and compiles code; a terminal does that once after its start.
      await oneSession(hall, citizen, reader, 0, random);
      for (let number = 1; number < 999 && (card.length < FEWEST || performance.now() < end); number += 1) {
        const sample = await oneSession(hall, citizen, reader, number, random);
        card.push(sample.card);
        told.push(sample.told);
        if (number % 10 === 0) say(`sessions: ${number}, card ${round(median(card))} ms, told ${round(median(told))} ms`);
      }
      await citizen.see('home');
      citizen.close();
      const paint = await paintOfSessions(hall, reader, ITEM, random);
      return [...cardFigures(card, paint, pty), toldFigure(paint.told, told)];
    } finally {
      await agent.stop();
    }
  } finally {
    await hall.stop();
    await reader.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const cardFigures = (card: readonly number[], { whole, paint }: Painted, pty: boolean): Figure[] => {
  const line = `${pty ? 'PTY' : 'TCP (no socat here)'} at ${BAUD} baud, ${card.length} sessions, ${load()}`;
  return [
    {
      name: 'card-to-fields',
      value: round(percentile(card, 0.95) - WIRE_MS - POLL_MS),
      unit: 'ms',
      against: `p95 beyond ${WIRE_MS} ms on the wire and a whole poll interval of ${POLL_MS} ms, goal at most ${BEYOND_MS}; in all p95 ${round(percentile(card, 0.95))} ms, longest ${round(Math.max(...card))} ms; ${line}`,
      goal: { atMost: BEYOND_MS },
    },
    {
      name: 'card-to-fields-median',
      value: round(median(card) - WIRE_MS - POLL_MS / 2),
      unit: 'ms',
      against: `median beyond ${WIRE_MS} ms on the wire and half a poll interval, which a card waits on average, goal at most ${BEYOND_MS}; in all ${round(median(card))} ms; ${line}`,
      goal: { atMost: BEYOND_MS },
    },
    {
      name: 'card-to-screen',
      value: round(percentile(whole, 0.95) - WIRE_MS - POLL_MS),
      unit: 'ms',
      against: `the same to the painted frame in a browser (headless Chromium 1080 × 1920), p95 of ${whole.length} cards, goal at most ${BEYOND_MS}; in all median ${round(median(whole))} ms, p95 ${round(percentile(whole, 0.95))} ms, ${load()}`,
      goal: { atMost: BEYOND_MS },
    },
    { name: 'card-paint', value: round(median(paint)), unit: 'ms', against: `view in the browser → painted: what the page itself adds; p95 ${round(percentile(paint, 0.95))} ms of ${paint.length} cards, ${load()}`, goal: null },
  ];
};

const toldFigure = (told: readonly number[], views: readonly number[]): Figure => ({
  name: 'touch-to-told-p95',
  value: round(percentile(told, 0.95)),
  unit: 'ms',
  against: `finger on the button beside the signature → the painted frame with the case number, in a browser, goal at most ${TOLD_MS}; median ${round(median(told))} ms, longest ${round(Math.max(...told))} ms of ${told.length} sessions; without a page, signature posted → view that names the case, p95 ${round(percentile(views, 0.95))} ms of ${views.length}, ${load()}`,
  goal: { atMost: TOLD_MS },
});
