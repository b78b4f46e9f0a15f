/** A case comes back for correction, everything told at once; and one the platform will never take waits for staff. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StaffWork } from '../../electron/agent/staff-desk.ts';
import { scanMaterials, SIGNATURE, walkToSign } from './api-walk.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { ApiCitizen, startTerminal, until, type Terminal } from './terminal.ts';

interface Counts {
  cases: Record<string, { state: string; round: number; messages: number; kinds: Record<string, number> }>;
}

const left = watchLeftBehind();
let terminal: Terminal;
let citizen: ApiCitizen;

const platformHas = async (caseNumber: string): Promise<Counts['cases'][string] | undefined> => ((await (await fetch(`${terminal.platform}/control/cases`)).json()) as Counts).cases[caseNumber];
const office = (caseNumber: string, act: string, fields: [string, string][]): Promise<Response> =>
  fetch(`${terminal.platform}/office/cases/${caseNumber}/${act}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields), redirect: 'manual' });
const staff = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(import.meta.dirname, '..', '..', 'dist', 'staff.js'), '--home', terminal.home, ...args], { encoding: 'utf8' });

const leave = async (): Promise<void> => {
  await terminal.play('/card', { lift: true });
  await citizen.say({ type: 'leave' });
  await citizen.at('home');
  for (const person of ['resident', 'long-term']) expect(left.tracesOf(secretsOf(person, '13800006620', '13900001234'))).toEqual([]);
};

/** Files a case and leaves. */
const file = async (): Promise<string> => {
  await walkToSign(terminal, citizen);
  await citizen.say(SIGNATURE);
  const { caseNumber } = await citizen.at('done', ({ slip }) => slip?.state === 'take');
  await leave();
  return caseNumber;
};

beforeAll(async () => {
  terminal = await startTerminal();
  left.outside(join(terminal.home, 'platform'));
  citizen = await ApiCitizen.enter(terminal.url);
});

afterAll(async () => {
  citizen?.close();
  await terminal?.stop();
  left.close();
});

describe('a case that the platform returns', () => {
  it('shows everything to correct at once, and goes back under its number', async () => {
    const caseNumber = await file();
    await until('the case at the platform', async () => (await platformHas(caseNumber))?.state === 'received');
    const answer = await office(caseNumber, 'return', [
      ['round', '1'],
      ['point', 'field:phone'],
      ['note:field:phone', '打不通，请换一个号码'],
      ['point', 'material:income-statement'],
      ['note:material:income-statement', '章太淡，看不清是哪个单位盖的'],
    ]);
    expect(answer.status).toBeLessThan(400);
    await terminal.play('/card', { specimen: 'resident' });
    await citizen.at('mine', ({ cases }) => cases.some((one) => one.caseNumber === caseNumber && one.state === 'to-correct'));
    await citizen.say({ type: 'open-case', caseNumber });
    const told = await citizen.at('correction');
    expect(told.points.map(({ note }) => note.zh)).toEqual(['打不通，请换一个号码', '章太淡，看不清是哪个单位盖的']);
    await citizen.say({ type: 'correct' });
    await citizen.at('question', ({ question }) => question.field === 'phone');
    await citizen.say({ type: 'answer', field: 'phone', value: '13900001234' });
    const material = await citizen.at('materials', ({ material: { id } }) => id === 'income-statement');
    expect(material.correction?.zh).toContain('章太淡');
    for (const page of material.pages) await citizen.say({ type: 'remove-page', page: page.id });
    await citizen.at('materials', ({ pages }) => pages.length === 0);
    await scanMaterials(terminal, citizen);
    await citizen.say({ type: 'all-correct' });
    await citizen.at('sign');
    await citizen.say(SIGNATURE);
    const done = await citizen.at('done', ({ slip }) => slip?.state === 'take');
    expect(done.caseNumber).toBe(caseNumber);
    const one = await until('the second round', async () => {
      const found = await platformHas(caseNumber);
      return found?.round === 2 ? found : null;
    });
    expect(one).toMatchObject({ state: 'received', kinds: { submitted: 2 } });
    await leave();
  });
});

describe('a case that the platform will never take as it is', () => {
  it('is kept apart and shown to staff, lets others pass, and goes out when staff release it', async () => {
    await terminal.play('/platform', { mode: 'reject' });
    const stuck = await file();
    await until('staff to see it', () => {
      const work = JSON.parse(staff('list', '--json').stdout) as StaffWork;
      return work.quarantined.some(({ caseNumber }) => caseNumber === stuck);
    });
    await terminal.play('/platform', { mode: 'normal' });
    const other = await file();
    await until('the other case', async () => (await platformHas(other))?.state === 'received');
    expect(await platformHas(stuck)).toBeUndefined();
    expect(staff('release', '0000000000000000', '--by', 'clerk-1').status).toBe(1);
    expect(staff('release', stuck, '--by', 'clerk-1').status).toBe(0);
    const one = await until('the case after all', async () => platformHas(stuck));
    expect(one.messages).toBe(1);
  });
});

describe('paper in doubt', () => {
  it('gives the citizen a number, is never printed again by itself, and ends when staff have looked', async () => {
    await citizen.at('home', ({ items }) => items.every((item) => item.open));
    await citizen.say({ type: 'open-item', item: 'social-insurance-certificate' });
    await citizen.at('card');
    await terminal.play('/card', { specimen: 'long-term' });
    await citizen.at('confirm');
    await terminal.play('/document-printer/fault', { fault: 'jam-mid-job' });
    await citizen.say({ type: 'confirm' });
    const fault = await citizen.at('fault', ({ doubtNumber }) => doubtNumber !== null, 150_000);
    expect(fault.canRetry).toBe(false);
    const number = fault.doubtNumber ?? '';
    expect((JSON.parse(staff('list', '--json').stdout) as StaffWork).doubts.map((one) => one.doubtNumber)).toEqual([number]);
    await terminal.play('/document-printer/fault', { fault: null });
    await leave();
    expect(staff('settle', number, 'not-printed', '--by', 'clerk-1').status).toBe(0);
    expect((JSON.parse(staff('list', '--json').stdout) as StaffWork).doubts).toEqual([]);
    await citizen.at('home', ({ items }) => items.every((item) => item.open), 60_000);
    await terminal.play('/card', { specimen: 'long-term' });
    const mine = await citizen.at('mine', ({ cases }) => cases.some((one) => one.printable));
    await citizen.say({ type: 'open-case', caseNumber: mine.cases.find((one) => one.printable)!.caseNumber });
    await citizen.at('result', ({ printable }) => printable);
    await citizen.say({ type: 'print' });
    const done = await citizen.at('done', ({ certificate }) => certificate?.state === 'take', 60_000);
    expect(done.certificate?.copies).toBe(1);
    await leave();
  });
});
