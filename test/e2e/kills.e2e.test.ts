/**
 * Pull the network out at any moment, kill any process at any moment: the citizen still gets the slip, and the case
 * reaches the platform exactly once.
 */
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS, answerQuestions, enterHousing, scanMaterials, SIGNATURE, walkToSign } from './api-walk.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { startHeldLine, statementOn, type HeldLine } from './peers.ts';
import { ApiCitizen, startTerminal, until, type Terminal } from './terminal.ts';

interface Counts {
  cases: Record<string, { state: string; messages: number; receipts: number; kinds: Record<string, number>; certificates: number; bureauForms: number }>;
}

const left = watchLeftBehind();
let home: string;
/** Between the terminal and its receipt printer. */
let line: HeldLine;
let terminal: Terminal;
let citizen: ApiCitizen;
let contractSheets = 1;

const platformHas = async (): Promise<Counts> => (await (await fetch(`${terminal.platform}/control/cases`)).json()) as Counts;
const sheets = async (): Promise<unknown[]> => (await (await terminal.look('/sheets')).json()) as unknown[];
/** Is there paper with this case's signed statement on it? */
const slipOf = async (caseNumber: string): Promise<boolean> => {
  const printed = ((await (await terminal.look('/slips')).json()) as unknown[]).length;
  for (let number = printed; number > 0; number -= 1) {
    const picture = Buffer.from(await (await terminal.look(`/slips/${number}.png`)).arrayBuffer());
    if (statementOn(picture)?.payload.includes(caseNumber) === true) return true;
  }
  return false;
};

/** Kills a process and waits until another one has its place. */
const killAndWait = async (name: string): Promise<void> => {
  const before = await until(`${name} to run`, () => terminal.processId(name));
  process.kill(before, 'SIGKILL');
  await until(`another ${name}`, () => {
    const now = terminal.processId(name);
    return now !== null && now !== before;
  });
};

const arrivedOnce = async (caseNumber: string): Promise<void> => {
  const one = await until(`case ${caseNumber} at the platform and the bureau`, async () => {
    const found = await platformHas().then((has) => has.cases[caseNumber], () => undefined);
    return found !== undefined && found.receipts > 0 && found.bureauForms > 0 ? found : null;
  }, 90_000);
  expect(one).toMatchObject({ messages: 1, receipts: 1, bureauForms: 1, kinds: { submitted: 1 } });
};

const doneWithSlip = async (): Promise<string> => {
  const done = await citizen.at('done', ({ slip }) => slip?.state === 'take' || slip?.state === 'confirmed', 60_000);
  return done.caseNumber;
};

beforeAll(async () => {
  home = mkdtempSync(join(left.temp, 'home-'));
  left.outside(join(home, 'platform'));
  line = await startHeldLine();
  terminal = await startTerminal({ home, transports: { 'receipt-printer': line.uri } });
  const { devices } = (await (await terminal.look('/state')).json()) as { devices: Record<string, { uri: string }> };
  line.to(devices['receipt-printer']?.uri ?? '');
  citizen = await ApiCitizen.enter(terminal.url);
});

afterAll(async () => {
  citizen?.close();
  await terminal?.stop();
  line?.close();
  left.close();
});

afterEach(async () => {
  if (citizen.view?.inSession === true) {
    await terminal.play('/card', { lift: true });
    await citizen.say({ type: 'leave' });
  }
  await citizen.at('home');
  for (const person of ['resident', 'long-term']) left.nothingOf(secretsOf(person, ANSWERS['phone'] ?? ''));
});

describe('with the network cut', () => {
  it('the citizen still gets the slip, which says so, and the case arrives once when the line is mended', async () => {
    await walkToSign(terminal, citizen);
    await terminal.play('/network', { cut: true });
    await citizen.say(SIGNATURE);
    const caseNumber = await doneWithSlip();
    expect((await platformHas()).cases[caseNumber]).toBeUndefined();
    expect(await slipOf(caseNumber)).toBe(true);
    await terminal.play('/network', { cut: false });
    await arrivedOnce(caseNumber);
  });

  it('while the form is filled in, and again in the middle of an upload: both go on when the line is mended, and the case arrives once', async () => {
    const uploads = join(home, 'platform', 'uploads');
    const begun = (): string[] => readdirSync(uploads).filter((name) => !name.endsWith('.json'));
    const before = new Set(begun());
    await enterHousing(terminal, citizen);
    await terminal.play('/network', { cut: true });
    await answerQuestions(citizen);
    await terminal.play('/network', { cut: false });
    // What the platform has already is not sent again: these are more sheets than anybody handed in before.
    contractSheets += 1;
    await scanMaterials(terminal, citizen, contractSheets);
    await citizen.say({ type: 'all-correct' });
    await citizen.at('sign');
    // Each request waits at the platform's door: between the first sign of an upload and its bytes lies such a wait.
    await terminal.play('/platform', { mode: 'slow', delayMs: 1_500 });
    await citizen.say(SIGNATURE);
    const upload = await until('an upload to begin', () => begun().find((name) => !before.has(name)));
    await terminal.play('/network', { cut: true });
    expect(statSync(join(uploads, upload)).size, 'bytes that came before the line was cut').toBe(0);
    await terminal.play('/platform', { mode: 'normal' });
    const caseNumber = await doneWithSlip();
    expect((await platformHas()).cases[caseNumber]).toBeUndefined();
    await terminal.play('/network', { cut: false });
    await arrivedOnce(caseNumber);
    expect(await slipOf(caseNumber)).toBe(true);
  });

  it('while a certificate is issued: it is told, one touch tries again, and there is one certificate', async () => {
    await citizen.at('home', ({ items }) => items.every((item) => item.open));
    const before = (await sheets()).length;
    await citizen.say({ type: 'open-item', item: 'social-insurance-certificate' });
    await citizen.at('card');
    await terminal.play('/card', { specimen: 'long-term' });
    await citizen.at('confirm');
    await terminal.play('/platform', { mode: 'slow', delayMs: 2_000 });
    await citizen.say({ type: 'confirm' });
    await citizen.at('working', ({ what }) => what === 'issuing');
    await terminal.play('/network', { cut: true });
    const told = await citizen.at('fault', ({ canRetry }) => canRetry, 60_000);
    expect(told).toMatchObject({ fault: 'offline', safe: 'nothing-begun' });
    await terminal.play('/platform', { mode: 'normal' });
    await terminal.play('/network', { cut: false });
    await citizen.say({ type: 'retry' });
    const done = await citizen.at('done', ({ certificate }) => certificate?.state === 'take', 60_000);
    expect((await sheets()).length - before).toBe(1);
    const one = await until('the platform to know', async () => {
      const found = (await platformHas()).cases[done.caseNumber];
      return (found?.kinds['printed'] ?? 0) > 0 ? found : null;
    });
    expect(one).toMatchObject({ certificates: 1, kinds: { issued: 1, printed: 1 } });
  });

  it.each(['5xx', 'html', 'half-body', 'wrong-digest'])('a platform that answers %s gets the case once it is well again', async (mode) => {
    await walkToSign(terminal, citizen);
    await terminal.play('/platform', { mode });
    await citizen.say(SIGNATURE);
    const caseNumber = await doneWithSlip();
    await terminal.play('/platform', { mode: 'normal' });
    await arrivedOnce(caseNumber);
    expect(await slipOf(caseNumber)).toBe(true);
  });
});

describe('kill -9', () => {
  it('of the agent as the signature arrives: the slip comes, the case arrives once', async () => {
    await walkToSign(terminal, citizen);
    const killed = killAndWait('agent');
    await citizen.say(SIGNATURE);
    await killed;
    // Either the submission was committed as a whole, or the citizen signs again: never half.
    await until('done, or sign once more', async () => {
      const { kind } = citizen.screen();
      if (kind === 'check') await citizen.say({ type: 'all-correct' });
      if (kind === 'sign') await citizen.say(SIGNATURE);
      return kind === 'done';
    }, 60_000);
    const caseNumber = await doneWithSlip();
    expect(await slipOf(caseNumber)).toBe(true);
    await arrivedOnce(caseNumber);
  });

  it('of the agent while the slip is printed: the citizen finds the same page and has a slip', async () => {
    await walkToSign(terminal, citizen);
    await citizen.say(SIGNATURE);
    const { caseNumber } = await citizen.at('done');
    await killAndWait('agent');
    await citizen.at('done', (screen) => screen.caseNumber === caseNumber && screen.slip?.state === 'take', 60_000);
    expect(await slipOf(caseNumber)).toBe(true);
    await arrivedOnce(caseNumber);
  });

  it('of the device host while the slip is printed: the slip can be had by one touch', async () => {
    await walkToSign(terminal, citizen);
    const onTheLine = line.hold();
    await citizen.say(SIGNATURE);
    const { caseNumber } = await citizen.at('done');
    await onTheLine;
    await killAndWait('device-host');
    line.release();
    // Part of it may hang out of the printer: nobody prints a second one unasked.
    await citizen.at('done', ({ slip }) => slip?.state === 'doubt', 60_000);
    expect(await slipOf(caseNumber)).toBe(false);
    await until('a slip', async () => {
      const screen = citizen.screen();
      if (screen.kind === 'done' && (screen.slip?.state === 'failed' || screen.slip?.state === 'doubt')) await citizen.say({ type: 'print-slip' });
      return screen.kind === 'done' && screen.slip?.state === 'take';
    }, 60_000);
    expect(await slipOf(caseNumber)).toBe(true);
    await arrivedOnce(caseNumber);
  });

  it('of the device host while a page is scanned: it is told, and the page can be scanned again', async () => {
    await enterHousing(terminal, citizen);
    await answerQuestions(citizen);
    await citizen.at('materials');
    await terminal.play('/scanner/load', { sheets: 1 });
    await citizen.say({ type: 'scan' });
    await citizen.at('materials', ({ phase }) => phase === 'scanning');
    await killAndWait('device-host');
    await citizen.at('materials', ({ phase }) => phase !== 'scanning', 60_000);
    await scanMaterials(terminal, citizen);
    await citizen.say({ type: 'all-correct' });
    await citizen.say(SIGNATURE);
    const caseNumber = await doneWithSlip();
    await arrivedOnce(caseNumber);
    expect(await slipOf(caseNumber)).toBe(true);
  });

  it('of the platform while the case is on its way: it arrives once', async () => {
    await walkToSign(terminal, citizen);
    await citizen.say(SIGNATURE);
    const killed = killAndWait('platform');
    const caseNumber = await doneWithSlip();
    await killed;
    await arrivedOnce(caseNumber);
    expect(await slipOf(caseNumber)).toBe(true);
  });

  it('of every device at once: the terminal goes on when they are back', async () => {
    await enterHousing(terminal, citizen);
    await killAndWait('world');
    await until('the bench again', async () => (await terminal.look('/state').catch(() => null))?.ok);
    await answerQuestions(citizen);
    await scanMaterials(terminal, citizen);
    await citizen.say({ type: 'all-correct' });
    await citizen.say(SIGNATURE);
    const caseNumber = await doneWithSlip();
    await arrivedOnce(caseNumber);
    expect(await slipOf(caseNumber)).toBe(true);
  });

  it('of the agent while a certificate is printed: it comes out once, and is known to have', async () => {
    await citizen.at('home', ({ items }) => items.every((item) => item.open));
    const before = (await sheets()).length;
    await citizen.say({ type: 'open-item', item: 'social-insurance-certificate' });
    await citizen.at('card');
    await terminal.play('/card', { specimen: 'long-term' });
    await citizen.at('confirm');
    await citizen.say({ type: 'confirm' });
    await citizen.at('working', ({ what }) => what === 'printing');
    await killAndWait('agent');
    const done = await citizen.at('done', ({ certificate }) => certificate?.state === 'take', 60_000);
    expect((await sheets()).length - before).toBe(1);
    const one = await until('the platform to know', async () => {
      const found = (await platformHas()).cases[done.caseNumber];
      return (found?.kinds['printed'] ?? 0) > 0 ? found : null;
    });
    expect(one).toMatchObject({ certificates: 1, kinds: { issued: 1, printed: 1 } });
  });

  it('of everything: the next start finds the case and sends it once', async () => {
    await walkToSign(terminal, citizen);
    await terminal.play('/network', { cut: true });
    await citizen.say(SIGNATURE);
    const caseNumber = await doneWithSlip();
    await terminal.play('/card', { lift: true });
    await citizen.say({ type: 'leave' });
    await citizen.at('home');
    for (const name of ['agent', 'device-host', 'world', 'platform']) {
      const pid = terminal.processId(name);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    }
    process.kill(terminal.pid, 'SIGKILL');
    citizen.close();
    terminal = await startTerminal({ home });
    citizen = await ApiCitizen.enter(terminal.url);
    await arrivedOnce(caseNumber);
    expect((await platformHas()).cases[caseNumber]?.messages).toBe(1);
  });
});
