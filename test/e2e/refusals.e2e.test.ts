/** Who may not come in, and what is refused with a reason; each is on record. Nothing of all this is written outside the terminal's home. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS, answerQuestions, enterHousing } from './api-walk.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { ApiCitizen, startTerminal, until, type Terminal } from './terminal.ts';

const left = watchLeftBehind();
let terminal: Terminal;
let citizen: ApiCitizen;

beforeAll(async () => {
  const cwd = join(left.temp, 'cwd');
  mkdirSync(cwd);
  terminal = await startTerminal({ cwd });
  left.outside(join(terminal.home, 'platform'));
  citizen = await ApiCitizen.enter(terminal.url);
});

afterAll(async () => {
  citizen?.close();
  await terminal?.stop();
  left.close();
});

const leave = async (): Promise<void> => {
  await terminal.play('/card', { lift: true });
  await citizen.say({ type: 'leave' });
  await citizen.at('home');
  expect(left.tracesOf(secretsOf('resident', ANSWERS['phone'] ?? ''))).toEqual([]);
};

const audited = (event: string): number => {
  const db = new Database(join(terminal.home, 'terminal.db'), { readonly: true });
  try {
    return (db.prepare('SELECT COUNT(*) AS n FROM audit WHERE event = ?').get(event) as { n: number }).n;
  } finally {
    db.close();
  }
};

describe('what does not come in', () => {
  it('a second citizen page is refused while the first is connected', async () => {
    const response = await fetch(await terminal.freshUrl(), { redirect: 'manual' });
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('已经开着');
    expect(audited('citizen-page.refused')).toBeGreaterThan(0);
  });

  it('an address of another name, and a page of another origin, are refused', async () => {
    const { port } = new URL(terminal.url);
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(403);
    expect((await fetch(`http://127.0.0.1:${port}/api/citizen/events`, { method: 'POST', headers: { origin: 'http://127.0.0.1:1', 'content-type': 'application/json' }, body: '{}' })).status).toBe(403);
  });

  it('nobody reads the stream without the cookie', async () => {
    const { origin } = new URL(terminal.url);
    expect((await fetch(`${origin}/api/citizen/stream`)).status).toBe(401);
    expect((await fetch(`${origin}/`)).status).toBe(401);
  });

  it('a second start on the same home is refused with a word, and recorded', () => {
    const second = spawnSync(process.execPath, [join(import.meta.dirname, '..', '..', 'dist', 'launch.js'), '--shell', 'none', '--home', terminal.home], { encoding: 'utf8', timeout: 30_000 });
    expect(second.status).not.toBe(0);
    expect(second.stderr).toContain('already runs');
    expect(audited('agent.second-refused')).toBe(1);
  });

  it('every service tells its interface', async () => {
    for (const address of [new URL(terminal.url).origin, terminal.bench, terminal.platform]) {
      const document = (await (await fetch(`${address}/openapi.json`)).json()) as { openapi: string };
      expect(document.openapi, address).toMatch(/^3\.1/);
    }
  });

  it('the citizen’s page may ask nobody but the agent: no other origin is in its policy', async () => {
    const { origin } = new URL(terminal.url);
    const policy = (await fetch(`${origin}/`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});

describe('bad input at the glass', () => {
  it('a value too long, an emoji and half a character are told beside the field, and a good one goes on', async () => {
    await enterHousing(terminal, citizen);
    await citizen.say({ type: 'agree' });
    // Whoever is married is asked for a name: free text.
    for (const [field, value] of [['phone', ANSWERS['phone'] ?? ''], ['maritalStatus', 'married']] as const) {
      await citizen.at('question', ({ question }) => question.field === field);
      await citizen.say({ type: 'answer', field, value });
    }
    const { question } = await citizen.at('question', (screen) => screen.question.input === 'text');
    for (const [value, code] of [['李'.repeat(200), 'too-long'], ['李小满😀', 'emoji'], ['李\uD842满', 'broken-character']] as const) {
      await citizen.say({ type: 'answer', field: question.field, value });
      const told = await citizen.at('question', ({ error }) => error?.code === code);
      expect(told.question.field).toBe(question.field);
    }
    await citizen.say({ type: 'answer', field: question.field, value: '李小满' });
    await citizen.at('question', ({ question: { field } }) => field !== question.field);
    await leave();
  });
});

describe('bad input at the devices', () => {
  it.each(['noise', 'truncated', 'absurd-length', 'bad-checksum', 'lift-mid-read'])('a reader that plays %s gives a word, keeps nothing, and works with the next card', async (fault) => {
    await citizen.at('home', ({ items }) => items.every((item) => item.open));
    await citizen.say({ type: 'open-item', item: 'public-rental-housing' });
    await citizen.at('card');
    await terminal.play('/id-card/fault', { fault });
    await terminal.play('/card', { specimen: 'resident' });
    await citizen.at('card', ({ state }) => state === 'failed', 40_000);
    expect(JSON.stringify(citizen.view)).not.toContain('欧阳');
    await terminal.play('/id-card/fault', { fault: null });
    await terminal.play('/card', { specimen: 'resident' });
    await citizen.at('notice', () => true, 40_000);
    await leave();
  });

  it.each([
    ['huge-page', 'media-too-large'],
    ['empty-page', 'media-empty'],
    ['feeder-jam', 'feeder-jam'],
  ])('a scanner that plays %s is told as %s, with nothing kept', async (fault, code) => {
    await enterHousing(terminal, citizen);
    await answerQuestions(citizen);
    await citizen.at('materials');
    await terminal.play('/scanner/load', { sheets: 1 });
    await terminal.play('/scanner/fault', { fault });
    await citizen.say({ type: 'scan' });
    const screen = await citizen.at('materials', (now) => now.phase !== 'scanning' && now.fault !== null, 60_000);
    expect(screen.fault).toBe(code);
    expect(screen.pages).toEqual([]);
    await terminal.play('/scanner/fault', { fault: null });
    await leave();
  });

  it('paper out closes the items that need paper, says why, and opens them again', async () => {
    await citizen.at('home', ({ items }) => items.every((item) => item.open));
    await terminal.play('/receipt-printer/fault', { fault: 'paper-out' });
    await citizen.at('home', ({ items }) => items.some((item) => !item.open && item.reasons.some((reason) => reason.condition === 'paper-out')), 40_000);
    await citizen.say({ type: 'open-item', item: 'public-rental-housing' });
    await citizen.at('closed', ({ reasons }) => reasons.some(({ kind }) => kind === 'consumables'));
    await terminal.play('/receipt-printer/fault', { fault: null });
    await citizen.say({ type: 'home' });
    const home = await citizen.at('home', ({ items }) => items.every((item) => item.open), 40_000);
    expect(home.closedCount).toBe(0);
  });
});

describe('a ticket used twice', () => {
  it('voids itself and the page that it opened, and is recorded', async () => {
    const again = await fetch(terminal.url, { redirect: 'manual' });
    expect(again.status).toBe(403);
    await until('the record', () => audited('ticket.used-twice') === 1);
    const { origin } = new URL(terminal.url);
    expect((await fetch(`${origin}/`)).status).toBe(401);
  });
});

/** Files that a process has open to write to, beside what it was started with. */
const writtenBy = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/${pid}/fd/${fd}`);
      const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0', 8);
      return Number(fd) > 2 && (flags & 3) !== 0 && /^\/(?!dev\/(?:null|pts|ptmx)|memfd:)/.test(file) ? [file] : [];
    } catch {
      return []; // closed meanwhile
    }
  });

describe('a terminal that was told its home', () => {
  it('writes nowhere else: no file is open outside it, and folder of work, user’s folder and folder for temporary files stay empty', async () => {
    const pids = [terminal.pid, ...['agent', 'device-host', 'world', 'platform'].map((name) => terminal.processId(name) ?? 0)];
    expect(pids.filter((pid) => pid <= 1)).toEqual([]);
    const written = pids.flatMap(writtenBy);
    expect(written.some((file) => file.endsWith('terminal.db'))).toBe(true);
    expect(written.filter((file) => !file.startsWith(terminal.home + sep))).toEqual([]);
    citizen.close();
    await terminal.stop();
    expect(readdirSync(left.temp, { recursive: true }).map(String).sort()).toEqual(['cwd', 'user']);
  });
});
