/** A ticket that stands in the mouth of its printer and is not taken, under the real agent: what the page, the ledger and the next citizen get. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { startTicketDispenserEmulator } from '../../drivers/ticket-dispenser/emulator.ts';
import { ApiCitizen } from '../../test/e2e/terminal.ts';
import { entry } from '../entry.ts';
import { askTicket } from '../shell/agent-socket.ts';
import { freePorts } from '../shell/ports.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall');
const OPTIONS = 'takeMs: 1000, retractMs: 20000';
const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

/** A terminal with nothing but its printer of tickets, which draws back after so long; and whoever stands before it. */
const start = async (retractMs: number) => {
  const [root, home] = [mkdtempSync(join(tmpdir(), 'hall24-left-')), mkdtempSync(join(tmpdir(), 'hall24-left-home-'))];
  clean.push(() => [root, home].forEach((path) => rmSync(path, { recursive: true, force: true })));
  const printer = await startTicketDispenserEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  clean.push(() => printer.close());
  const config = join(root, 'hall');
  cpSync(DEMO, config, { recursive: true });
  const terminal = join(config, 'terminals', 'terminal-5.yaml');
  const text = readFileSync(terminal, 'utf8');
  expect(text).toContain(OPTIONS);
  writeFileSync(terminal, text.replace('tcp:127.0.0.1:9105', printer.uri).replace(OPTIONS, `takeMs: 300, retractMs: ${retractMs}`));
  const [port = 0] = await freePorts(1);
  const agent = spawn(process.execPath, [entry('agent'), '--config', config, '--home', home, '--demo', '--port', String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
  clean.push(() => agent.kill('SIGKILL'));
  for await (const said of agent.stdout.setEncoding('utf8')) if (String(said).includes('"ready":true')) break;
  const citizen = await ApiCitizen.enter((await askTicket(join(home, 'run', 'shell.sock'))) ?? '');
  clean.push(() => citizen.close());
  return {
    printer,
    citizen,
    /** From the home page to a ticket that stands in the mouth. @returns the number on the glass */
    take: async (): Promise<string> => {
      await citizen.at('home');
      await citizen.say({ type: 'open-numbers' });
      await citizen.at('number');
      await citizen.say({ type: 'take-number', class: 'general' });
      const { ticket } = await citizen.at('ticket', ({ paper }) => paper?.state === 'take');
      expect(printer.inMouth()).toBe(true);
      return ticket.number;
    },
    leave: () => citizen.say({ type: 'leave' }),
    /** What the ledger keeps of each ticket, in the order of their rows. */
    ledger: () => {
      const db = new Database(join(home, 'terminal.db'), { readonly: true, fileMustExist: true });
      try {
        return db.prepare("SELECT number, state, outcome, proof FROM papers WHERE kind = 'ticket' ORDER BY ordinal").all() as { number: string; state: string; outcome: string | null; proof: string | null }[];
      } finally {
        db.close();
      }
    },
    audited: (event: string): number => {
      const db = new Database(join(home, 'terminal.db'), { readonly: true, fileMustExist: true });
      try {
        return (db.prepare('SELECT COUNT(*) AS n FROM audit WHERE event = ?').get(event) as { n: number }).n;
      } finally {
        db.close();
      }
    },
  };
};
const row = (number: string, how: { state: string; outcome: string | null }) => ({ number: expect.stringMatching(` ${number}$`) as string, ...how, proof: 'sensor' });
const RETRACTED = { state: 'settled', outcome: 'retracted' };
const TAKEN = { state: 'taken', outcome: null };

it('is drawn back after its time: the page says so, the ledger keeps it, and the next citizen finds an empty mouth and gets a ticket of their own', async () => {
  const { printer, citizen, take, leave, ledger, audited } = await start(6_000);
  const first = await take();
  const shown = await citizen.at('ticket', ({ paper }) => paper?.state !== 'take');
  expect(shown).toMatchObject({ paper: { state: 'failed', fault: 'media-left' }, ticket: { number: first } });
  expect([printer.inMouth(), printer.drawnBack()]).toEqual([false, 1]);
  expect(ledger()).toEqual([row(first, RETRACTED)]);
  expect(audited('paper.retracted')).toBe(1);
  await leave();

  const second = await take();
  expect(second).not.toBe(first);
  printer.takeTicket();
  await citizen.at('ticket', ({ paper }) => paper?.state === 'confirmed');
  expect(printer.drawnBack()).toBe(1);
  expect(ledger()).toEqual([row(first, RETRACTED), row(second, TAKEN)]);
  expect(printer.slips()).toHaveLength(2);
}, 120_000);

it('goes back before its time when the next citizen wants a number: what then stands in the mouth is theirs alone', async () => {
  const { printer, citizen, take, leave, ledger } = await start(200_000);
  const first = await take();
  await leave();
  const second = await take();
  expect(second).not.toBe(first);
  expect(printer.drawnBack()).toBe(1);
  printer.takeTicket();
  await citizen.at('ticket', ({ paper }) => paper?.state === 'confirmed');
  expect(ledger()).toEqual([row(first, RETRACTED), row(second, TAKEN)]);
  expect(printer.slips()).toHaveLength(2);
}, 120_000);
