/** Clerks, the manager and strangers of a hall, over its API: what a counter's page would ask. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { Queue } from '../../kiosk-config/index.ts';
import type { ToldBooks } from './books.ts';
import { PATIENCE, type Stage } from './stage.ts';
import type { Act } from './steps.ts';

/** Those that people of the hall do; the others are done elsewhere. */
export type HallAct = Exclude<Act, { kind: 'second-terminal' | 'blows' | 'original' }>;

export interface HallPeople {
  /** Makes the manager and the clerks. */
  hire(): Promise<void>;
  /** @returns whether it happened: a hall that is just starting again answers nobody */
  act(act: HallAct): Promise<boolean>;
  /** Classes that a manager closed and could not open again are opened. */
  reopen(): Promise<void>;
  /** Asks as one of them, who signs in again when the hall does not know him any more; null: nobody answers. */
  as(name: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<HallReply | null>;
  /** A one-time code with which a terminal becomes known; null: nobody answers. */
  pairing(terminal: string): Promise<string | null>;
  close(): void;
}

export interface HallReply {
  status: number;
  body: unknown;
  cookie: string | null;
}

const CLERKS = 3;
const ASK_MS = 20_000 * PATIENCE;
const MANY = 120;
const CLASS_OF: Record<string, string> = { '1': 'insurance', '2': 'general', '3': 'real-estate' };
const passwordOf = (name: string): string => `secret words of ${name.toUpperCase()}`;
const counterOf = (clerk: number): string => String(clerk + 1);

export const hallPeople = (stage: Stage, told: ToldBooks, count: (kind: string) => void, wrong: (what: string) => void): HallPeople => {
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  const cookies = new Map<string, string>();
  let configured: unknown = null;
  const origin = (): URL => new URL(stage.terminal().hall.counter ?? 'https://127.0.0.1:1');
  const authority = (): string => (JSON.parse(readFileSync(join(stage.home, 'keys', 'hall-certificate.json'), 'utf8')) as { authority: { certificate: string } }).authority.certificate;

  /** @returns null when nobody answers */
  const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, cookie: string | null = null): Promise<HallReply | null> =>
    new Promise((resolve) => {
      const { hostname, port } = origin();
      const bytes = body === undefined ? '' : JSON.stringify(body);
      const headers = { ...(bytes === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }), ...(cookie === null ? {} : { cookie }) };
      const asked = request({ hostname, port, path, method, agent, ca: authority(), headers, timeout: ASK_MS }, (answer) => {
        let said = '';
        answer.setEncoding('utf8').on('data', (part: string) => (said += part));
        answer.on('error', () => resolve(null));
        answer.on('end', () => {
          let read: unknown = null;
          try {
            read = said === '' ? null : (JSON.parse(said) as unknown);
          } catch {
            read = said;
          }
          resolve({ status: answer.statusCode ?? 0, body: read, cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? null });
        });
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.on('error', () => resolve(null));
      asked.end(bytes);
    });

  const as = async (name: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<HallReply | null> => {
    for (let again = 0; again < 2; again += 1) {
      const reply = await ask(method, path, body, cookies.get(name) ?? '');
      if (reply === null) return null;
      if (reply.status >= 500 && reply.status !== 503) wrong(`${method} ${path} by ${name}: ${reply.status} ${JSON.stringify(reply.body)}`);
      if (reply.status !== 401) return reply;
      const signed = await ask('POST', '/hall/sign-in', { name, password: passwordOf(name) });
      if (signed?.cookie === null || signed?.cookie === undefined) {
        if (signed !== null) wrong(`${name} is not let in any more: ${signed.status} ${JSON.stringify(signed.body)}`);
        return null;
      }
      cookies.set(name, signed.cookie);
    }
    return null;
  };
  const refusalOf = (reply: HallReply | null): string | null => (reply?.body as { refusal?: string } | null)?.refusal ?? null;

  const take = async (name: string, classId: string): Promise<HallReply | null> => {
    const reply = await as(name, 'POST', '/hall/tickets', { class: classId, identified: true });
    if (reply?.status !== 201) return reply;
    const { day, number, ticket } = reply.body as { day: string; number: string; ticket: string };
    const twice = told.ticket({ day, number, ticket, by: name });
    if (twice !== null) wrong(twice);
    count('ticket taken at a counter');
    return reply;
  };

  const open = async (clerk: number): Promise<boolean> => {
    const reply = await as(`c${clerk}`, 'POST', `/hall/counters/${counterOf(clerk)}/open`, {});
    return reply !== null && (reply.status === 200 || refusalOf(reply) === 'counter-occupied');
  };

  const counter = async ({ clerk, acts }: Extract<Act, { kind: 'counter' }>): Promise<boolean> => {
    const name = `c${clerk}`;
    const at = counterOf(clerk);
    if (!(await open(clerk))) return false;
    let happened = false;
    for (const act of acts) {
      if (act === 'take') {
        happened = (await take(name, CLASS_OF[at] ?? 'general')) !== null || happened;
        continue;
      }
      if (act === 'take-many') {
        const replies = await Promise.all(Array.from({ length: MANY }, () => take(name, CLASS_OF[at] ?? 'general')));
        const answered = replies.filter((one) => one !== null);
        if (answered.length === MANY && !answered.some((one) => refusalOf(one) === 'too-often')) wrong(`${MANY} numbers at once were given to one desk`);
        count(`numbers at once × ${MANY}`);
        continue;
      }
      const body = act === 'transfer' ? { class: 'general', toCounter: null, note: 'form is here' } : act === 'park' ? { note: 'fetches a paper' } : {};
      const reply = await as(name, 'POST', `/hall/counters/${at}/${act}`, body);
      if (reply === null) return happened;
      if (reply.status === 200) count(`counter: ${act}`);
      else if (reply.status !== 409 || refusalOf(reply) === null) wrong(`${act} at counter ${at}: ${reply.status} ${JSON.stringify(reply.body)}`);
      happened = true;
    }
    await as(name, 'POST', `/hall/counters/${at}/resume`, {});
    return happened;
  };

  /** A counter as the manager sees it; null: nobody answers. */
  const rowOf = async (at: string): Promise<{ open: boolean; current: string | null } | null> => {
    const rows = (await as('boss', 'GET', '/hall/counters'))?.body;
    return Array.isArray(rows) ? ((rows as { id: string; open: boolean; current: string | null }[]).find(({ id }) => id === at) ?? null) : null;
  };

  const rules = async (): Promise<{ version: number; rules: Queue } | null> => {
    const reply = await as('boss', 'GET', '/hall/rules');
    return reply?.status === 200 ? (reply.body as { version: number; rules: Queue }) : null;
  };
  const reopen = async (): Promise<void> => {
    const now = await rules();
    if (now === null || configured === null || JSON.stringify(now.rules) === JSON.stringify(configured)) return;
    await as('boss', 'PUT', '/hall/rules', { rules: configured, basedOn: now.version });
  };

  const act = async (one: HallAct): Promise<boolean> => {
    switch (one.kind) {
      case 'counter':
        return counter(one);
      case 'second-clerk': {
        const other = (one.clerk + 1) % CLERKS;
        if (!(await open(one.clerk))) return false;
        const reply = await as(`c${other}`, 'POST', `/hall/counters/${counterOf(one.clerk)}/open`, {});
        if (reply === null) return false;
        if (refusalOf(reply) !== 'counter-occupied') wrong(`a second clerk at an occupied counter: ${reply.status} ${JSON.stringify(reply.body)}`);
        return true;
      }
      case 'finished-number': {
        const [name, at] = [`c${one.clerk}`, counterOf(one.clerk)];
        if (!(await open(one.clerk))) return false;
        const reply = await take(name, CLASS_OF[at] ?? 'general');
        if (reply?.status !== 201) return false;
        const { number } = reply.body as { number: string };
        for (const ends of ['resume', 'start', 'finish']) await as(name, 'POST', `/hall/counters/${at}/${ends}`, {});
        const called = await as(name, 'POST', `/hall/counters/${at}/call`, { number, reason: 'is in a hurry' });
        if (called?.status !== 200) return false;
        for (const ends of ['start', 'finish']) if ((await as(name, 'POST', `/hall/counters/${at}/${ends}`, {}))?.status !== 200) return false;
        const again = await as(name, 'POST', `/hall/counters/${at}/call`, { number, reason: 'once more' });
        // Somebody else was called to this counter meanwhile: by its own pad, or by the same clerk's other hand.
        if (again === null || refusalOf(again) === 'counter-busy') return false;
        if (refusalOf(again) !== 'already-over') wrong(`a call for the finished number ${number}: ${again.status} ${JSON.stringify(again.body)}`);
        return true;
      }
      case 'left-open': {
        const [name, at] = [`c${one.clerk}`, counterOf(one.clerk)];
        if (!(await open(one.clerk)) || (await take(name, CLASS_OF[at] ?? 'general'))?.status !== 201) return false;
        for (const before of ['resume', 'next', ...(one.serving ? ['start'] : [])]) await as(name, 'POST', `/hall/counters/${at}/${before}`, {});
        const reply = await as('boss', 'POST', `/hall/counters/${at}/release`, {});
        if (reply?.status !== 200) {
          if (reply !== null && refusalOf(reply) === null) wrong(`a counter that was left open: ${reply.status} ${JSON.stringify(reply.body)}`);
          return false;
        }
        // Whoever was there is nobody's guest now; the clerk may be back already.
        const row = await rowOf(at);
        if (row !== null && !row.open && row.current !== null) wrong(`${row.current} is still at counter ${at}, which the manager closed`);
        return true;
      }
      case 'late-press': {
        const [name, at] = [`c${one.clerk}`, counterOf(one.clerk)];
        if (!(await open(one.clerk))) return false;
        const reply = await as(name, 'POST', `/hall/counters/${at}/finish`, { sees: 'Z999' });
        if (reply === null) return false;
        if (reply.status !== 409 || refusalOf(reply) === null) wrong(`a press meant for somebody else: ${reply.status} ${JSON.stringify(reply.body)}`);
        return refusalOf(reply) === 'not-as-seen';
      }
      case 'forged-ticket': {
        const reply = await ask('GET', `/hall/tickets/${'f00d'.repeat(6)}`);
        if (reply === null) return false;
        if (reply.status !== 404) wrong(`a forged ticket: ${reply.status} ${JSON.stringify(reply.body)}`);
        return true;
      }
      case 'class-closed': {
        const now = await rules();
        if (now === null) return false;
        const closed = { ...now.rules, classes: now.rules.classes.map((each) => (each.id === one.class ? { ...each, hours: [{ days: [1], from: '00:00', to: '00:01' }] } : each)) };
        const kept = await as('boss', 'PUT', '/hall/rules', { rules: closed, basedOn: now.version });
        if (kept?.status !== 200) return false;
        const reply = await as('c0', 'POST', '/hall/tickets', { class: one.class, identified: true });
        if (reply !== null && refusalOf(reply) !== 'class-closed') wrong(`a number of a closed class: ${reply.status} ${JSON.stringify(reply.body)}`);
        await reopen();
        return reply !== null;
      }
      case 'overlapping-rules': {
        const now = await rules();
        if (now === null) return false;
        const [first] = now.rules.classes;
        const overlapping = { ...now.rules, classes: now.rules.classes.map((each, at) => (at === 1 ? { ...each, prefix: first?.prefix ?? '' } : each)) };
        const reply = await as('boss', 'PUT', '/hall/rules', { rules: overlapping, basedOn: now.version });
        if (reply === null) return false;
        const { mistakes = [] } = (reply.body ?? {}) as { mistakes?: { path: unknown[]; message: string }[] };
        if (reply.status !== 422 || !mistakes.some(({ path, message }) => path.join('.') === 'classes.1.prefix' && message !== '')) wrong(`rules with overlapping letters: ${reply.status} ${JSON.stringify(reply.body)}`);
        const after = await rules();
        if (after !== null && after.version === now.version && JSON.stringify(after.rules) !== JSON.stringify(now.rules)) wrong('refused rules changed the rules');
        return true;
      }
      case 'second-page': {
        const url = await stage
          .terminal()
          .freshUrl()
          .catch(() => null);
        if (url === null) return false;
        const reply = await fetch(url, { redirect: 'manual' }).catch(() => null);
        return reply !== null && reply.status === 409;
      }
    }
  };

  return {
    hire: async () => {
      const { firstManager } = stage.terminal().hall;
      const boss = await ask('POST', '/hall/first-manager', { code: firstManager ?? '', name: 'boss', password: passwordOf('boss') });
      if (boss === null || boss.cookie === null) throw new Error(`the first manager was not let in: ${JSON.stringify(boss)}`);
      cookies.set('boss', boss.cookie);
      for (let clerk = 0; clerk < CLERKS; clerk += 1) {
        const name = `c${clerk}`;
        const invited = await as('boss', 'POST', '/hall/clerks', { name, role: 'clerk' });
        const signed = await ask('POST', '/hall/sign-in', { name, password: (invited?.body as { code?: string } | undefined)?.code ?? '', newPassword: passwordOf(name) });
        if (signed === null || signed.cookie === null) throw new Error(`${name} was not let in: ${JSON.stringify(signed)}`);
        cookies.set(name, signed.cookie);
      }
      configured = (await rules())?.rules ?? null;
    },
    act,
    as,
    reopen,
    pairing: async (terminal) => {
      const reply = await as('boss', 'POST', '/hall/terminals', { id: terminal });
      return reply?.status === 200 ? (reply.body as { code: string }).code : null;
    },
    close: () => agent.destroy(),
  };
};
